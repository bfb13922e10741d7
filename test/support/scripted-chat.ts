// A chat model without a model: it answers by a script, and counts four characters as a token.

import type { ChatMessage, ChatModel, ChatRequest, ChatUsage, ChatDelta } from '../../src/engine/models/chat.js';

export interface ScriptedChat extends ChatModel {
  /** What it was asked, in order. */
  readonly asked: (readonly ChatMessage[])[];
  /** Tokens of all prompts and answers. */
  readonly evaluated: () => number;
}

export const countTokens = (text: string): number => Math.ceil(text.length / 4);

/** What a chat template adds to a prompt. */
const templateTokens = 20;

/** `answer`: what it says; throws what is to go wrong. */
export function scriptedChat(
  answer: (messages: readonly ChatMessage[], request: ChatRequest) => string,
  contextSize = 4096,
): ScriptedChat {
  const asked: (readonly ChatMessage[])[] = [];
  let evaluated = 0;
  return {
    name: 'scripted',
    contextSize,
    asked,
    evaluated: () => evaluated,
    countTokens: (text) => Promise.resolve(countTokens(text)),
    async *respond(request: ChatRequest): AsyncGenerator<ChatDelta, ChatUsage> {
      const { messages, maxTokens, signal } = request;
      const prompt = messages.reduce((sum, { text }) => sum + countTokens(text), templateTokens);
      if (prompt + maxTokens > contextSize) throw new Error(`a prompt of ${prompt} tokens, and ${maxTokens} to answer`);
      asked.push(messages);
      evaluated += prompt;
      await Promise.resolve();
      const text = answer(messages, request);
      if (signal.aborted) return { prompt, reasoning: 0, answer: 0, ended: 'interrupted' };
      const written = text.slice(0, 4 * maxTokens);
      evaluated += countTokens(written);
      yield { segment: 'answer', text: written };
      return { prompt, reasoning: 0, answer: countTokens(written), ended: written === text ? 'stop' : 'length' };
    },
    dispose: () => Promise.resolve(),
  };
}

export function isFor(what: 'note' | 'merge' | 'summary', messages: readonly ChatMessage[]): boolean {
  const starts = { note: 'Write a note', merge: 'Make one note', summary: 'Write a summary' };
  return messages.at(-1)?.text.includes(`\n\n${starts[what]}`) === true;
}
