// Open models that run in so much memory, for the help of `unspool models`.

import type { Section } from './help.js';

export const recommendedModels: Section = { heading: 'Recommended', lines: [] };
