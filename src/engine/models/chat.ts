// What an instruct model does, here or on a server: it answers messages. The messages are data, like any document.

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  /** Literal text: nothing in it becomes a control token. */
  readonly text: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Tokens of the answer at most. */
  readonly maxTokens: number;
  /** Tokens of reasoning at most; 0 switches it off where the model can. */
  readonly maxReasoningTokens: number;
  /** 0 takes the most likely token. */
  readonly temperature: number;
  /** An unsigned 32-bit integer: the same seed writes the same text, on the same machine and model. */
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** A piece of what is written, in order. Reasoning never is a part of notes, citations, answers or scores. */
export interface ChatDelta {
  readonly segment: 'reasoning' | 'answer';
  readonly text: string;
}

/** What an answer took, in tokens. */
export interface ChatUsage {
  /** Of the messages, with what the chat template adds. */
  readonly prompt: number;
  readonly reasoning: number;
  readonly answer: number;
  /** `length`: as many tokens as it may have; `interrupted`: by the signal, with what was written until then. */
  readonly ended: 'stop' | 'length' | 'interrupted';
}

export interface ChatModel {
  readonly name: string;
  /** Tokens of messages and answer together; undefined where the server does not tell. */
  readonly contextSize: number | undefined;
  /** Tokens of literal text, without what a chat template adds. */
  countTokens(text: string): Promise<number>;
  /** Each answer is as from an empty cache: nothing is carried over. Throws an `UnspoolError`. */
  respond(request: ChatRequest): AsyncGenerator<ChatDelta, ChatUsage>;
  /** Nats of `answer` after `messages`, and its tokens. Absent where a server does not score. */
  score?(messages: readonly ChatMessage[], answer: string): Promise<{ readonly nats: number; readonly tokens: number }>;
  dispose(): Promise<void>;
}

/** All of an answer, without its reasoning, and what it took. `onText` gets each piece of it as it comes. */
export async function wholeAnswer(
  answer: AsyncGenerator<ChatDelta, ChatUsage>,
  onText: (text: string) => void = () => undefined,
): Promise<{ readonly text: string; readonly usage: ChatUsage }> {
  let text = '';
  let next = await answer.next();
  for (; next.done !== true; next = await answer.next()) {
    if (next.value.segment !== 'answer') continue;
    text += next.value.text;
    onText(next.value.text);
  }
  return { text, usage: next.value };
}
