// The examples of --help that run a model.

import { describe } from 'vitest';
import { runsModel, testExamples } from './examples.js';

describe('an example', () => {
  testExamples(runsModel);
});
