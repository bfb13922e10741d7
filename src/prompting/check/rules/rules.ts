// All rules, in the order in which people read them.

import { conflictingInstructions } from './conflict.js';
import { chatMarkupRule, delimiterInDocument } from './delimiters.js';
import { exampleBreaksRule, exampleLeaksAnswer } from './examples.js';
import { familyFormat } from './family.js';
import { buriedInstruction, questionPosition } from './places.js';
import type { Rule } from './rule.js';
import { noOutputFormat, noTask } from './tasks.js';
import { tokenWaste } from './waste.js';
import { vagueInstruction } from './wording.js';

export const rules: readonly Rule[] = [
  noTask,
  noOutputFormat,
  vagueInstruction,
  conflictingInstructions,
  exampleBreaksRule,
  exampleLeaksAnswer,
  buriedInstruction,
  questionPosition,
  delimiterInDocument,
  chatMarkupRule,
  tokenWaste,
  familyFormat,
];
