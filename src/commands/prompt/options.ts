// Options that `unspool prompt` and `unspool prompt compare` have alike.

import { optionWithDefault } from '../../cli/flags.js';
import { parseCount, parseNumber } from '../../cli/parsers.js';
import { usualPauses } from '../../prompting/strategies.js';

export const pausesFlag = optionWithDefault('<count>', 'dots of pause-then-think', parseCount(1), usualPauses);

export const temperatureFlag = optionWithDefault('<number>', '0 takes the most likely token', parseNumber(0, 2), 0);
