// One example under every strategy: its prompts, the replies, their final answers and what was recalled.

import type { StrategiesExample, StrategyResult } from '../engine/events.js';
import { UnspoolError } from '../errors.js';
import { concludedIn } from '../evaluation/pauses/answers.js';
import { isRightAnswer } from '../evaluation/strategies/answers.js';
import { countExemplars } from '../evaluation/strategies/exemplars.js';
import { askedOf } from '../evaluation/tasks/asked.js';
import type { Example } from '../evaluation/tasks/example.js';
import { answerPartsOf } from '../prompting/answer-parts.js';
import { buildPrompt, type BuiltPrompt } from '../prompting/build.js';
import type { Family } from '../prompting/placement.js';
import { strategies, usualReplies, type StrategyName } from '../prompting/strategies.js';
import type { Asking, Respondent, Written } from './strategy-asking.js';
import type { StrategyShots } from './strategy-shots.js';

export interface StrategyAsking extends Omit<Asking, 'maxTokens'> {
  readonly strategies: readonly StrategyName[];
  readonly shots: StrategyShots;
  /** Problems that the model is asked to recall. */
  readonly exemplars: number;
  readonly pauses: number;
  readonly family: Family;
  /** Undefined for what each strategy usually takes. */
  readonly replyTokens: number | undefined;
  /** Seconds on a steady clock. */
  readonly now: () => number;
}

export type Replied = Pick<StrategiesExample, 'expected' | 'results' | 'tooLong'>;

/** Undefined where it was interrupted. */
export async function askAll(
  example: Example,
  respondent: Respondent,
  asking: StrategyAsking,
): Promise<Replied | undefined> {
  const { answer: expected, question } = askedOf(example);
  const results: StrategyResult[] = [];
  for (const strategy of asking.strategies) {
    const prompt = await promptFor(question, strategy, respondent, asking);
    const startedAt = asking.now();
    try {
      const maxTokens = asking.replyTokens ?? usualReply(prompt, strategy);
      const written = await respondent.ask(prompt, strategy, { ...asking, maxTokens });
      if (written.ended === 'interrupted') return undefined;
      const { text: reply, ended, tokens } = written;
      const judged = judge(example, question, strategy, prompt, written);
      results.push({ strategy, ...judged, reply, ended, tokens, seconds: asking.now() - startedAt });
    } catch (error) {
      if (!(error instanceof UnspoolError) || error.code !== 'chat-too-long') throw error;
      return { expected, results: [], tooLong: { strategy, message: error.message } };
    }
  }
  return { expected, results, tooLong: null };
}

async function promptFor(
  question: string,
  strategy: StrategyName,
  { asked }: Respondent,
  { shots, exemplars, pauses, family }: StrategyAsking,
): Promise<BuiltPrompt> {
  const examples = await shots.find(strategy, question);
  return buildPrompt({
    ...{ strategy, question, examples, exemplarCount: exemplars, pauses, documents: [], family },
    // A base model has seen no conversations, and little markup.
    format: asked === 'text' ? 'plain' : undefined,
  });
}

function usualReply({ inParts }: BuiltPrompt, strategy: StrategyName): number {
  if (!inParts) return usualReplies.alone;
  return strategies[strategy].recalls ? usualReplies.recalling : usualReplies.thinking;
}

/** Only the final answer counts. */
function judge(
  { question: kind }: Example,
  question: string,
  strategy: StrategyName,
  { inParts }: BuiltPrompt,
  { text, ended }: Written,
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
