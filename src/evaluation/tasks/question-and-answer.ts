// An example of a task as a prompt shows it: the question alone, the steps to its answer, and the answer.

import { answerOf, type Example } from './example.js';

export interface QuestionAndAnswer {
  /** With its choices. */
  readonly question: string;
  readonly reasoning: string | undefined;
  readonly answer: string;
}

export function questionAndAnswerOf({ prompt, marker, question, reasoning }: Example): QuestionAndAnswer {
  const text = prompt
    .slice(0, prompt.length - marker.length)
    .replace(/^Q: /, '')
    .trim();
  const answer = answerOf(question).trim();
  if (question.kind !== 'choices') return { question: text, reasoning, answer };
  const choices = question.choices.map((choice) => choice.trim());
  const isListed = choices.every((choice) => text.includes(choice));
  return { question: isListed ? text : `${text}\nOptions: ${choices.join(', ')}`, reasoning, answer };
}
