// All rules, in the order in which people read them.

import { conflictingInstructions } from './conflict-rule.js';
import { chatMarkupRule, delimiterInDocument } from './delimiter-rules.js';
import { exampleBreaksRule, exampleLeaksAnswer } from './example-rules.js';
import { familyFormat } from './family-rule.js';
import { buriedInstruction, questionPosition } from './place-rules.js';
import type { Rule } from './rule.js';
import { noOutputFormat, noTask } from './task-rules.js';
import { tokenWaste } from './waste-rule.js';
import { vagueInstruction } from './wording-rules.js';

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
