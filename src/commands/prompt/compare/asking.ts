// Asks a model for a reply to a prompt: an instruct model in messages, a base model by a text that it goes on with.

import type { ModelChoice } from '../../../backends/model-choice.js';
import { openRunnable } from '../../../backends/open-runnable.js';
import type { RunnableModel } from '../../../backends/runnable-model.js';
import { canGenerate } from '../../../engine/backend.js';
import { wholeAnswer, type ChatModel } from '../../../engine/models/chat.js';
import type { ModelSummary, StrategiesStart, StrategyResult, Warning } from '../../../engine/events/events.js';
import { writeText } from '../../../engine/models/text-answer.js';
import { UnspoolError } from '../../../errors.js';
import { literalTokens } from '../../../evaluation/pauses/layout.js';
import type { BuiltPrompt } from '../../../prompting/building/build.js';
import { usualReplies, type StrategyName } from '../../../prompting/strategies.js';
import { textPrompt } from '../../../prompting/building/text-prompt.js';
import { summaryOf } from '../../run/model-run.js';
import { chatsOf, promptRoom } from '../../run/open-chats.js';
import type { Session } from '../../run/session.js';
import { chatCount, type PromptTokenCounter } from '../build/target.js';

/** Tokens of a reply, at most; what is usual gives way where the context has little room. */
export interface ReplyLimit {
  readonly tokens: number;
  readonly isUsual: boolean;
}

export interface RespondentOptions {
  readonly limit: ReplyLimit;
  readonly temperature: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export interface WrittenReply {
  readonly text: string;
  readonly ended: 'stop' | 'length' | 'interrupted';
  /** Tokens that it could have. */
  readonly maxTokens: number;
  readonly tokens: StrategyResult['tokens'];
}

export interface Respondent {
  readonly asked: StrategiesStart['asked'];
  /** Tokens of a prompt and its reply; undefined where a server does not tell. */
  readonly contextSize: number | undefined;
  /** Throws an `UnspoolError` `chat-too-long` where prompt and reply do not fit. */
  ask(prompt: BuiltPrompt, strategy: StrategyName, asking: RespondentOptions): Promise<WrittenReply>;
}

export interface OpenRespondent extends Respondent {
  readonly summary: ModelSummary;
  /** Of other processes that work for the model. */
  peakMemoryBytes(): Promise<number>;
  readonly model: RunnableModel;
  readonly warnings: readonly Warning[];
}

/** The model is the caller's to dispose of. `context`: as of `openChats`. */
export async function openRespondent(
  session: Session,
  choice: ModelChoice,
  context: number | undefined,
): Promise<OpenRespondent> {
  const model = await openRunnable(choice, { kind: 'chat' });
  try {
    if (!model.answersMessages) return await textRespondent(session, model, context);
    const {
      chats: [chat],
      warnings,
    } = await chatsOf(model, context, session.settled.bind(session));
    const tokens = model.makesPrompts ? undefined : await chatCount(chat);
    return { ...chatRespondent(chat, tokens), ...factsOf(model), warnings };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function factsOf(model: OpenRespondent['model']): Pick<OpenRespondent, 'model' | 'summary' | 'peakMemoryBytes'> {
  return { model, summary: summaryOf(model), peakMemoryBytes: () => model.peakMemoryBytes() };
}

/** `tokens`: what counts a server's prompts before it gets them; a model here knows by itself what does not fit. */
export function chatRespondent(chat: ChatModel, tokens: PromptTokenCounter | undefined): Respondent {
  return {
    asked: 'messages',
    contextSize: chat.contextSize,
    async ask({ messages }, _, { limit, ...asking }) {
      let maxTokens = limit.tokens;
      if (chat.contextSize !== undefined) {
        const text = messages.map((message) => message.text).join('\n');
        const size = await (tokens === undefined ? chat.countTokens(text) : tokens.count(text));
        maxTokens = roomFor(limit, size + templateRoom, chat.contextSize);
        // A mere estimate leaves nothing out.
        if (tokens?.isExact === true) checkFits(size, maxTokens, chat.contextSize);
      }
      const { text, usage } = await wholeAnswer(
        chat.respond({ messages, maxTokens, maxReasoningTokens: 0, ...asking }),
      );
      const { ended, prompt, reasoning, answer } = usage;
      return { text, ended, maxTokens, tokens: { prompt, reasoning, answer } };
    },
  };
}

/** Of the likeliest token's probability: what is less likely is never drawn, as from an instruct model. */
const minP = 0.05;

async function textRespondent(
  session: Session,
  model: RunnableModel,
  context: number | undefined,
): Promise<OpenRespondent> {
  const { cells, batch, cache, warnings } = await promptRoom(model, context);
  const [backend] = await model.createBackends(cells, batch);
  if (!canGenerate(backend)) throw new Error('this backend writes no answers');
  session.settled({ model, caches: [cache] });
  const { vocabulary } = backend;
  const beginning = vocabulary.beginning === undefined ? [] : [vocabulary.beginning];
  return {
    ...{ asked: 'text', contextSize: cells, ...factsOf(model), warnings },
    async ask(built, strategy, { limit, temperature, seed, signal }) {
      const { text, opening, end } = textPrompt(built, strategy);
      const prompt = Int32Array.from([...beginning, ...(await literalTokens(vocabulary, text))]);
      const maxTokens = roomFor(limit, prompt.length, cells);
      checkFits(prompt.length, maxTokens, cells);
      const sampling = { temperature, topP: 1, minP, seed };
      const written = await writeText({ backend, prompt, batch, maxTokens, end, sampling, signal });
      const tokens = { prompt: prompt.length, reasoning: 0, answer: written.tokens };
      return { text: opening + written.text, ended: written.ended, maxTokens, tokens };
    },
  };
}

/** Tokens that a chat template puts around messages. */
const templateRoom = 64;

/** A usual reply takes half of what the prompt leaves, but no less than an answer alone. */
function roomFor({ tokens, isUsual }: ReplyLimit, prompt: number, context: number): number {
  if (!isUsual) return tokens;
  return Math.min(tokens, Math.max(usualReplies.alone, Math.floor((context - prompt) / 2)));
}

function checkFits(prompt: number, reply: number, context: number): void {
  if (prompt + reply <= context) return;
  const message = `a prompt of ${prompt} tokens and a reply of up to ${reply} are more than a context of ${context}`;
  throw new UnspoolError('chat-too-long', message, 'use a larger --context, or fewer --answer-tokens or --shots');
}
