// Takes an answer apart: the problems that a model recalled, its reasoning and its final answer, in any of the formats.

import { labelledParts, type LabelledPart } from './labels.js';

export interface RecalledExemplar {
  readonly problem: string;
  /** Empty where the model gives none. */
  readonly solution: string;
}

export interface AnswerParts {
  /** Empty where there is none. */
  readonly tutorial: string;
  readonly exemplars: readonly RecalledExemplar[];
  /** Empty where there is none. */
  readonly reasoning: string;
  /** The final answer; undefined where parts were asked for, and the answer is not among them. */
  readonly answer: string | undefined;
}

/** `asked`: whether the answer was to come in parts; where it was not, all of it is the answer. */
export function answerPartsOf(text: string, asked: boolean): AnswerParts {
  const parts = withoutInnerAnswers(labelledParts(text));
  const final = parts.find(({ label }) => label === 'answer')?.text;
  const exemplars: RecalledExemplar[] = [];
  for (const [index, { label, text: problem }] of parts.entries()) {
    if (label !== 'problem') continue;
    const next = parts[index + 1];
    exemplars.push({ problem, solution: next?.label === 'solution' ? next.text : '' });
  }
  return {
    ...{ tutorial: textOf('tutorial', parts), exemplars, reasoning: textOf('reasoning', parts) },
    answer: final ?? (asked ? undefined : text.trim()),
  };
}

/** The last answer counts, where no recalled problem follows it. Others are those of recalled problems. */
function withoutInnerAnswers(parts: readonly LabelledPart[]): readonly LabelledPart[] {
  const lastRecalled = parts.findLastIndex(({ label }) => label === 'problem' || label === 'solution');
  const final = parts.findLastIndex(({ label }, index) => label === 'answer' && index > lastRecalled);
  const kept: LabelledPart[] = [];
  for (const [index, part] of parts.entries()) {
    const last = kept.at(-1);
    if (part.label !== 'answer' || index === final) kept.push(part);
    else if (last !== undefined) kept[kept.length - 1] = { ...last, text: `${last.text}\n${part.text}`.trim() };
  }
  return kept;
}

function textOf(label: LabelledPart['label'], parts: readonly LabelledPart[]): string {
  return parts.findLast((part) => part.label === label)?.text ?? '';
}
