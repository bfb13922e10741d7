// What a model is given of an example: the prefix that all conditions share, and what follows the pauses.

import type { Vocabulary } from '../../engine/backend.js';
import type { PausePlacement } from '../../engine/events/events.js';
import { LiteralTokenizer } from '../../engine/tokens/literal-tokenizer.js';
import type { Example, ExampleQuestion } from '../tasks/example.js';

/** A prompt around the place of its pauses, as tokens: `before`, then the pauses, then `after`. */
export interface Layout {
  readonly before: Int32Array;
  readonly after: Int32Array;
}

/** A text that is scored after the prompt. */
export interface ContinuationText {
  readonly text: string;
  readonly tokens: Int32Array;
}

/** What follows the prompt: texts that are scored, or an answer that the model writes. */
export type Ending =
  | { readonly kind: 'choices'; readonly continuations: readonly ContinuationText[]; readonly right: number }
  | { readonly kind: 'target'; readonly continuation: ContinuationText }
  | { readonly kind: 'answer'; readonly answer: string };

/** Tokens of a prompt with its beginning token. Together, `before` and `after` are these, whatever the place is. */
export async function layoutOf(
  { prompt, marker }: Example,
  place: PausePlacement,
  vocabulary: Vocabulary,
): Promise<Layout> {
  const text = withoutSpace(prompt);
  const whole = withBeginning(await literalTokens(vocabulary, text), vocabulary);
  const cut = await placeOf(whole, text, marker, place, vocabulary);
  return { before: whole.subarray(0, cut), after: whole.subarray(cut) };
}

async function placeOf(
  whole: Int32Array,
  text: string,
  marker: string,
  place: PausePlacement,
  vocabulary: Vocabulary,
): Promise<number> {
  switch (place) {
    case 'append':
      return whole.length;
    case 'prepend':
      return vocabulary.beginning === undefined ? 0 : 1;
    case 'before-answer': {
      const asks = marker.trimEnd();
      const head = withBeginning(await literalTokens(vocabulary, text.slice(0, text.length - asks.length)), vocabulary);
      // Where a token spans the cut, the pauses come before that token.
      let shared = 0;
      while (shared < head.length && head[shared] === whole[shared]) shared += 1;
      return shared;
    }
  }
}

/**
 * Prompt and continuation are tokenised together and split where the prompt alone ends; a space between them belongs to
 * the continuation, as the models learned it (Gao et al., lm-evaluation-harness, `_encode_pair`).
 */
export async function endingOf(
  { prompt, question }: Pick<Example, 'prompt' | 'question'>,
  vocabulary: Vocabulary,
): Promise<Ending> {
  const continuation = await continuationAfter(prompt, vocabulary);
  return ending(question, continuation);
}

async function ending(
  question: ExampleQuestion,
  continuation: (text: string) => Promise<ContinuationText>,
): Promise<Ending> {
  switch (question.kind) {
    case 'choices':
      return {
        kind: 'choices',
        continuations: await Promise.all(question.choices.map(continuation)),
        right: question.right,
      };
    case 'target':
      return { kind: 'target', continuation: await continuation(question.target) };
    case 'answer':
      return { kind: 'answer', answer: question.answer };
  }
}

async function continuationAfter(
  prompt: string,
  vocabulary: Vocabulary,
): Promise<(text: string) => Promise<ContinuationText>> {
  const text = withoutSpace(prompt);
  const space = prompt.slice(text.length);
  const { length } = await literalTokens(vocabulary, text);
  return async (continuation) => ({
    text: continuation,
    tokens: (await literalTokens(vocabulary, text + space + continuation)).subarray(length),
  });
}

function withoutSpace(prompt: string): string {
  return prompt.trimEnd();
}

function withBeginning(tokens: Int32Array, { beginning }: Vocabulary): Int32Array {
  return beginning === undefined ? tokens : Int32Array.of(beginning, ...tokens);
}

/** A prompt is data, whatever it says. */
export async function literalTokens(vocabulary: Vocabulary, text: string): Promise<Int32Array> {
  return text === '' ? new Int32Array(0) : (await LiteralTokenizer.create(vocabulary)).takeAll(text);
}
