// One example under every condition: the prefix once, then pauses and answer for each.

import type { Backend } from '../../engine/backend.js';
import type { ConditionResult, PausePlacement, Thinking } from '../../engine/events/events.js';
import type { Example } from '../tasks/example.js';
import { conclusionOf, isRight, thinkingAloud } from '../tasks/answers.js';
import { endingOf, layoutOf, type Ending } from './layout.js';
import { Sequence, type CacheLimits } from './sequence.js';

/** A grid of conditions, and how they are scored. */
export interface Conditions {
  /** What one pause is. */
  readonly pause: Int32Array;
  /** 0 among them. */
  readonly pauses: readonly number[];
  readonly places: readonly PausePlacement[];
  readonly thinking: readonly Thinking[];
  /** Of choices and references: their log-probability, or that by byte of their text. */
  readonly by: 'sum' | 'byte';
  /** Tokens that an answer may have, what is thought aloud included. */
  readonly answerTokens: Readonly<Record<Thinking, number>>;
}

export interface ExampleEvaluation {
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
export async function evaluateExample(example: Example, evaluation: Evaluation): Promise<ExampleEvaluation> {
  const { places, thinking } = evaluation.conditions;
  const results: ConditionResult[] = [];
  let prefixTokens = 0;
  let streamed = false;
  for (const way of thinking) {
    const asked = way === 'aloud' ? thinkingAloud(example) : example;
    for (const place of places) {
      const cell = await evaluateCell(asked, place, way, evaluation);
      results.push(...cell.results);
      prefixTokens += cell.prefixTokens;
      streamed ||= cell.streamed;
    }
  }
  return { prefixTokens, streamed, results };
}

/** All numbers of pauses at one place. */
async function evaluateCell(
  example: Example,
  place: PausePlacement,
  thinking: Thinking,
  evaluation: Evaluation,
): Promise<ExampleEvaluation> {
  const { backend, conditions, limits } = evaluation;
  const ending = await endingOf(example, backend.vocabulary);
  const most = Math.max(...conditions.pauses) * conditions.pause.length;
  const room = longest(ending, conditions.answerTokens[thinking]) + 1;
  const { before, after } = await layoutOf(example, place, backend.vocabulary);
  const sequence = new Sequence(backend, limits);
  // What predicts the answer is evaluated with it.
  const prefix = before.subarray(0, -1);
  // In front of a prompt, pauses leave nothing to share.
  sequence.read(prefix, place === 'prepend' ? 0 : most + after.length + room);
  await sequence.settle();
  const [prefixTokens, shared] = [sequence.evaluated, sequence.cached];
  const results: ConditionResult[] = [];
  for (const pauses of conditions.pauses) {
    const startedAt = evaluation.now();
    const evaluated = sequence.evaluated;
    const input = join(before.subarray(prefix.length), repeatTokens(conditions.pause, pauses), after);
    sequence.read(input.subarray(0, -1), room);
    const outcome = await answer(ending, input.at(-1) ?? 0, sequence, thinking, evaluation);
    sequence.backTo(shared);
    await sequence.settle();
    const seconds = evaluation.now() - startedAt;
    results.push({ place, thinking, pauses, ...outcome, tokens: sequence.evaluated - evaluated, seconds });
  }
  return { prefixTokens, streamed: sequence.streamed, results };
}

type ScoredAnswer = Pick<ConditionResult, 'score' | 'answer' | 'logProbabilities'>;

/** Makes all calls to the model before it waits for any, but those for a text. */
async function answer(
  ending: Ending,
  last: number,
  sequence: Sequence,
  thinking: Thinking,
  { backend, conditions }: Evaluation,
): Promise<ScoredAnswer> {
  switch (ending.kind) {
    case 'choices': {
      const nats = await Promise.all(ending.continuations.map(({ tokens }) => sequence.score(last, tokens)));
      const logProbabilities = nats.map((each) => -each);
      const scores = ending.continuations.map(({ text }, index) =>
        scaleLogProbability(logProbabilities[index] ?? 0, text, conditions),
      );
      const chosen = scores.indexOf(Math.max(...scores));
      const text = ending.continuations[chosen]?.text ?? '';
      return { score: chosen === ending.right ? 1 : 0, answer: text, logProbabilities };
    }
    case 'target': {
      const { text, tokens } = ending.continuation;
      const logProbability = -(await sequence.score(last, tokens));
      return {
        score: scaleLogProbability(logProbability, text, conditions),
        answer: null,
        logProbabilities: [logProbability],
      };
    }
    case 'answer': {
      const text = await written(last, sequence, backend, thinking, conditions.answerTokens[thinking]);
      const final = thinking === 'aloud' ? conclusionOf(text) : text;
      return { score: isRight(final, ending.answer) ? 1 : 0, answer: final, logProbabilities: [] };
    }
  }
}

/** The likeliest text: an answer is its first line that is not empty; what is thought aloud ends before a next question. */
async function written(
  last: number,
  sequence: Sequence,
  { vocabulary }: Backend,
  thinking: Thinking,
  most: number,
): Promise<string> {
  const end = thinking === 'aloud' ? /\n+Q:/ : /(?<=\S[^\n]*)\n/;
  const bytes: number[] = [];
  let text = '';
  let token = last;
  for (let count = 0; count < most; count += 1) {
    token = await sequence.next(token);
    if (vocabulary.endsText(token)) break;
    bytes.push(...vocabulary.bytes(token));
    text = Buffer.from(bytes).toString();
    const cut = text.search(end);
    if (cut !== -1) return text.slice(0, cut).trim();
  }
  return text.trim();
}

function scaleLogProbability(logProbability: number, text: string, { by }: Conditions): number {
  return by === 'sum' ? logProbability : logProbability / Math.max(1, Buffer.byteLength(text.trimStart()));
}

/** Tokens after the last one of the prompt that the cache must hold. */
function longest(ending: Ending, answerTokens: number): number {
  switch (ending.kind) {
    case 'choices':
      return Math.max(...ending.continuations.map(({ tokens }) => tokens.length));
    case 'target':
      return ending.continuation.tokens.length;
    case 'answer':
      return answerTokens;
  }
}

function repeatTokens(pause: Int32Array, times: number): Int32Array {
  return Int32Array.from({ length: pause.length * times }, (_, index) => pause[index % pause.length] ?? 0);
}

function join(...parts: readonly Int32Array[]): Int32Array {
  return Int32Array.from(parts.flatMap((part) => [...part]));
}
