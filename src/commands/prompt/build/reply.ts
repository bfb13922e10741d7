// What a model replies to a prompt, as it comes, and taken apart at the end.

import { wholeAnswer, type ChatModel } from '../../../engine/models/chat.js';
import { UnspoolError } from '../../../errors.js';
import { answerPartsOf } from '../../../prompting/answers/parts.js';
import type { BuiltPrompt } from '../../../prompting/building/build.js';
import type { Session } from '../../run/session.js';

export interface ReplyOptions {
  /** Tokens at most; undefined for what there is room for. */
  readonly replyTokens: number | undefined;
  /** 0 takes the most likely token. */
  readonly temperature: number;
  readonly seed: number;
  /** Whether there has to be a final answer. */
  readonly answerOnly: boolean;
}

export interface ReplyingModel {
  readonly chat: ChatModel;
  readonly maxTokens: number;
}

/** Returns why there is no answer, where there has to be one. */
export async function reply(
  session: Session,
  { messages, inParts }: BuiltPrompt,
  { temperature, seed, answerOnly }: ReplyOptions,
  { chat, maxTokens }: ReplyingModel,
): Promise<UnspoolError | undefined> {
  const asked = { messages, maxTokens, maxReasoningTokens: 0, temperature, seed, signal: session.signal };
  const { text, usage } = await wholeAnswer(chat.respond(asked), (piece) => {
    session.handle({ event: 'text-delta', text: piece });
  });
  const { ended, prompt, reasoning: thought, answer: said } = usage;
  const { answer = null, ...parts } = answerPartsOf(text, inParts);
  const tokens = { prompt, reasoning: thought, answer: said };
  session.handle({ event: 'reply', text, ...parts, answer, ended, tokens });
  if (ended === 'length') {
    const message = `the reply was cut off at ${maxTokens} tokens`;
    session.handle({ event: 'warning', code: 'reply-cut', message, hint: 'use more --answer-tokens' });
  }
  if (!answerOnly || answer !== null || ended === 'interrupted') return undefined;
  const message = 'the reply comes to no final answer';
  return new UnspoolError('no-answer', message, 'run it without --answer-only to see what the model wrote');
}
