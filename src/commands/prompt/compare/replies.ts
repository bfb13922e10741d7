// One example under every strategy: its prompts, the replies, their final answers and what was recalled.

import type { StrategiesExample, StrategyResult } from '../../../engine/events/events.js';
import { UnspoolError } from '../../../errors.js';
import { concludedIn } from '../../../evaluation/tasks/answers.js';
import { isRightAnswer } from '../../../evaluation/strategies/answers.js';
import { countExemplars } from '../../../evaluation/strategies/exemplars.js';
import { questionAndAnswerOf } from '../../../evaluation/tasks/question-and-answer.js';
import type { Example } from '../../../evaluation/tasks/example.js';
import { answerPartsOf } from '../../../prompting/answers/parts.js';
import { buildPrompt, type BuiltPrompt } from '../../../prompting/building/build.js';
import type { ModelFamily } from '../../../prompting/building/placement.js';
import { strategies, usualReplies, type StrategyName } from '../../../prompting/strategies.js';
import type { RespondentOptions, ReplyLimit, Respondent, WrittenReply } from './asking.js';
import type { StrategyShots } from './shots.js';

export interface StrategyAsking extends Omit<RespondentOptions, 'limit'> {
  readonly strategies: readonly StrategyName[];
  readonly shots: StrategyShots;
  /** Problems that the model is asked to recall. */
  readonly exemplars: number;
  readonly pauses: number;
  readonly family: ModelFamily;
  /** Undefined for what each strategy usually takes. */
  readonly replyTokens: number | undefined;
  /** Seconds on a steady clock. */
  readonly now: () => number;
}

export interface Replied extends Pick<StrategiesExample, 'expected' | 'results' | 'tooLong'> {
  /** The first strategy whose reply had less room than is usual. */
  readonly shortened: { readonly strategy: StrategyName; readonly from: number; readonly to: number } | undefined;
}

/** An example and how it is asked. */
export interface PreparedExample {
  readonly example: Example;
  readonly prompts: readonly { readonly strategy: StrategyName; readonly prompt: BuiltPrompt }[];
}

export async function prepare(
  example: Example,
  asked: Respondent['asked'],
  asking: StrategyAsking,
): Promise<PreparedExample> {
  const { question } = questionAndAnswerOf(example);
  const prompts: PreparedExample['prompts'][number][] = [];
  for (const strategy of asking.strategies) {
    prompts.push({ strategy, prompt: await promptFor(question, strategy, asked, asking) });
  }
  return { example, prompts };
}

/** Undefined where it was interrupted. */
export async function askAll(
  { example, prompts }: PreparedExample,
  respondent: Respondent,
  asking: StrategyAsking,
): Promise<Replied | undefined> {
  const { answer: expected, question } = questionAndAnswerOf(example);
  const results: StrategyResult[] = [];
  let shortened: Replied['shortened'];
  for (const { strategy, prompt } of prompts) {
    const startedAt = asking.now();
    try {
      const limit = limitOf(prompt, strategy, asking);
      const written = await respondent.ask(prompt, strategy, { ...asking, limit });
      if (written.ended === 'interrupted') return undefined;
      const { text: reply, ended, tokens } = written;
      const [from, to] = [limit.tokens, written.maxTokens];
      if (to < from) shortened ??= { strategy, from, to };
      const judged = judge(example, question, strategy, prompt, written);
      results.push({ strategy, ...judged, reply, ended, tokens, seconds: asking.now() - startedAt });
    } catch (error) {
      if (!(error instanceof UnspoolError) || error.code !== 'chat-too-long') throw error;
      return { expected, results: [], tooLong: { strategy, message: error.message }, shortened };
    }
  }
  return { expected, results, tooLong: null, shortened };
}

async function promptFor(
  question: string,
  strategy: StrategyName,
  asked: Respondent['asked'],
  { shots, exemplars, pauses, family }: StrategyAsking,
): Promise<BuiltPrompt> {
  const examples = await shots.find(strategy, question);
  return buildPrompt({
    ...{ strategy, question, examples, exemplarCount: exemplars, pauses, documents: [], family },
    // A base model has seen no conversations, and little markup.
    format: asked === 'text' ? 'plain' : undefined,
  });
}

function limitOf({ inParts }: BuiltPrompt, strategy: StrategyName, { replyTokens }: StrategyAsking): ReplyLimit {
  if (replyTokens !== undefined) return { tokens: replyTokens, isUsual: false };
  const { alone, recalling, thinking } = usualReplies;
  return { tokens: inParts ? (strategies[strategy].recalls ? recalling : thinking) : alone, isUsual: true };
}

/** Only the final answer counts. */
function judge(
  { question: kind }: Example,
  question: string,
  strategy: StrategyName,
  { inParts }: BuiltPrompt,
  { text, ended }: WrittenReply,
): Pick<StrategyResult, 'right' | 'answer' | 'exemplars'> {
  const parts = answerPartsOf(text, inParts);
  const { recalls } = strategies[strategy];
  // Without labels, "the answer is" may be said of a recalled problem, or of a step that others were to follow.
  const said = recalls || ended === 'length' ? undefined : concludedIn(text);
  const found = (parts.answer ?? said)?.trim();
  const answer = found === undefined || found === '' ? null : found;
  return {
    ...{ right: answer !== null && isRightAnswer(answer, kind), answer },
    exemplars: recalls ? countExemplars(parts.exemplars, question) : null,
  };
}
