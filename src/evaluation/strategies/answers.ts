// Whether a final answer is the right one, however the task asks.

import { isRight } from '../tasks/answers.js';
import type { ExampleQuestion } from '../tasks/example.js';

/** Of choices with letters, by the first letter; else as `isRight`. Of references there is none. */
export function isRightAnswer(written: string, question: ExampleQuestion): boolean {
  switch (question.kind) {
    case 'target':
      return false;
    case 'answer':
      return isRight(written, question.answer);
    case 'choices': {
      const right = question.choices[question.right] ?? '';
      if (question.choices.every((choice) => letterOf(choice) === choice.trim()))
        return letterIn(written) === letterIn(right);
      return isRight(written, right);
    }
  }
}

function letterOf(choice: string): string | undefined {
  return /^\s*(\(?[A-Z]\)?)\s*$/.exec(choice)?.[1];
}

/** `(B)`, or a B that is no word's. */
function letterIn(text: string): string | undefined {
  const [, bracketed] = /\(([A-Z])\)/.exec(text) ?? [];
  return bracketed ?? /^\W*([A-Z])(?![\p{L}'’])/u.exec(text)?.[1];
}
