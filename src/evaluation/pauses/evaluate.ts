// One example under every condition: the prefix once, then pauses and answer for each.

import type { Backend } from '../../engine/backend.js';
import type { ConditionResult, Place } from '../../engine/events.js';
import type { Example } from '../tasks/example.js';
import { isRight } from './answers.js';
import { endingOf, layoutOf, type Ending } from './layout.js';
import { Sequence, type CacheLimits } from './sequence.js';

/** A grid of conditions, and how they are scored. */
export interface Conditions {
  /** What one pause is. */
  readonly pause: Int32Array;
  /** 0 among them. */
  readonly pauses: readonly number[];
  readonly places: readonly Place[];
  /** Of choices and references: their log-probability, or that by byte of their text. */
  readonly by: 'sum' | 'byte';
  /** Tokens that an answer may have. */
  readonly answerTokens: number;
}

export interface Evaluated {
  readonly prefixTokens: number;
  readonly streamed: boolean;
  readonly results: readonly ConditionResult[];
}

export interface Evaluation {
  readonly backend: Backend;
  readonly limits: CacheLimits;
  readonly conditions: Conditions;
  /** Seconds on a steady clock. */
  readonly now: () => number;
}

/** Throws `NoRoom` where it does not fit the cache. */
export async function evaluateExample(example: Example, evaluation: Evaluation): Promise<Evaluated> {
  const { backend, conditions, limits } = evaluation;
  const ending = endingOf(example, backend.vocabulary);
  const answerTokens = longest(ending, conditions);
  const most = Math.max(...conditions.pauses) * conditions.pause.length;
  const results: ConditionResult[] = [];
  let prefixTokens = 0;
  let streamed = false;
  for (const place of conditions.places) {
    const { before, after } = layoutOf(example, place, backend.vocabulary);
    const sequence = new Sequence(backend, limits);
    // What predicts the answer is evaluated with it.
    const prefix = before.subarray(0, -1);
    // In front of a prompt, pauses leave nothing to share.
    sequence.read(prefix, place === 'prepend' ? 0 : most + after.length + answerTokens + 1);
    prefixTokens += sequence.evaluated;
    const shared = sequence.cached;
    await sequence.settle();
    let readyAt = evaluation.now();
    const started: Started[] = [];
    for (const pauses of conditions.pauses) {
      const evaluated = sequence.evaluated;
      const input = join(before.subarray(prefix.length), repeated(conditions.pause, pauses), after);
      sequence.read(input.subarray(0, -1), answerTokens + 1);
      const outcome = answer(ending, input.at(-1) ?? 0, sequence, evaluation).then((found) => ({
        found,
        at: evaluation.now(),
      }));
      // Heard of when it is waited for.
      outcome.catch(() => undefined);
      // A text takes a token to find the next; scores are asked for all at once.
      if (ending.kind === 'answer') await outcome;
      sequence.backTo(shared);
      started.push({ pauses, outcome, tokens: sequence.evaluated - evaluated });
    }
    for (const { pauses, outcome, tokens } of started) {
      const { found, at } = await outcome;
      results.push({ place, pauses, ...found, tokens, seconds: at - readyAt });
      readyAt = at;
    }
    await sequence.settle();
    streamed ||= sequence.streamed;
  }
  return { prefixTokens, streamed, results };
}

/** A condition whose calls are made. */
interface Started {
  readonly pauses: number;
  readonly tokens: number;
  readonly outcome: Promise<{ readonly found: Outcome; readonly at: number }>;
}

type Outcome = Pick<ConditionResult, 'score' | 'answer' | 'logProbabilities'>;

/** Makes all calls to the model before it waits for any, but those for a text. */
async function answer(
  ending: Ending,
  last: number,
  sequence: Sequence,
  { backend, conditions }: Evaluation,
): Promise<Outcome> {
  switch (ending.kind) {
    case 'choices': {
      const nats = await Promise.all(ending.continuations.map(({ tokens }) => sequence.score(last, tokens)));
      const logProbabilities = nats.map((each) => -each);
      const scores = ending.continuations.map(({ text }, index) =>
        scaled(logProbabilities[index] ?? 0, text, conditions),
      );
      const chosen = scores.indexOf(Math.max(...scores));
      const text = ending.continuations[chosen]?.text ?? '';
      return { score: chosen === ending.right ? 1 : 0, answer: text, logProbabilities };
    }
    case 'target': {
      const { text, tokens } = ending.continuation;
      const logProbability = -(await sequence.score(last, tokens));
      return { score: scaled(logProbability, text, conditions), answer: null, logProbabilities: [logProbability] };
    }
    case 'answer': {
      const text = await written(last, sequence, backend, conditions.answerTokens);
      return { score: isRight(text, ending.answer) ? 1 : 0, answer: text, logProbabilities: [] };
    }
  }
}

/** The likeliest text, up to the end of its first line that is not empty. */
async function written(last: number, sequence: Sequence, { vocabulary }: Backend, most: number): Promise<string> {
  const bytes: number[] = [];
  let token = last;
  for (let count = 0; count < most; count += 1) {
    token = await sequence.next(token);
    if (vocabulary.endsText(token)) break;
    bytes.push(...vocabulary.bytes(token));
    if (/\S[^\n]*\n/.test(Buffer.from(bytes).toString())) break;
  }
  return Buffer.from(bytes).toString().trim().split('\n', 1)[0] ?? '';
}

function scaled(logProbability: number, text: string, { by }: Conditions): number {
  return by === 'sum' ? logProbability : logProbability / Math.max(1, Buffer.byteLength(text.trimStart()));
}

/** Tokens after the last one of the prompt that the cache must hold. */
function longest(ending: Ending, { answerTokens }: Conditions): number {
  switch (ending.kind) {
    case 'choices':
      return Math.max(...ending.continuations.map(({ tokens }) => tokens.length));
    case 'target':
      return ending.continuation.tokens.length;
    case 'answer':
      return answerTokens;
  }
}

function repeated(pause: Int32Array, times: number): Int32Array {
  return Int32Array.from({ length: pause.length * times }, (_, index) => pause[index % pause.length] ?? 0);
}

function join(...parts: readonly Int32Array[]): Int32Array {
  return Int32Array.from(parts.flatMap((part) => [...part]));
}
