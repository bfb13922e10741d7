// Options that all commands of `unspool models` have.

import { flag, type Values } from '../../cli/flags.js';

export const resultFlags = {
  json: flag('as JSON lines'),
  verbose: flag('stack traces of errors', { short: 'v' }),
};

export type ResultOptions = Values<typeof resultFlags>;
