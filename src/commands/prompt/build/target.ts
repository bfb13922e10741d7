// What a prompt is written for, and whose tokens count.

import { loadEncodings } from '../../../backends/counting/gpt-tokenizer.js';
import type { ChatModel } from '../../../engine/models/chat.js';
import type { EncodingName } from '../../../engine/counting/encodings.js';
import type { ModelSummary } from '../../../engine/events/events.js';
import { LiteralTokenizer } from '../../../engine/tokens/literal-tokenizer.js';
import { TextCounter } from '../../../engine/counting/text-counter.js';
import { UnspoolError } from '../../../errors.js';

export interface PromptTokenCounter {
  /** Of the encoding or the model. */
  readonly name: string;
  /** Whether these are the model's own tokens. */
  readonly isExact: boolean;
  count(text: string): Promise<number>;
}

/** A model's tokens, its name and its size, without its weights. */
export interface CountingModel extends PromptTokenCounter {
  readonly summary: ModelSummary;
  dispose(): Promise<void>;
}

export async function encodingCount(encoding: EncodingName): Promise<PromptTokenCounter> {
  const counter = new TextCounter(await loadEncodings([encoding]));
  return {
    name: encoding,
    isExact: false,
    count: (text) => Promise.resolve(counter.count(text, false).tokens[0] ?? 0),
  };
}

/** Throws an `UnspoolError` for a file that is no model. */
export async function modelCount(path: string): Promise<CountingModel> {
  // Heavy: loads llama.cpp.
  const { openGgufTokenizer } = await import('../../../backends/counting/gguf-tokenizer.js');
  const tokenizer = await openGgufTokenizer(path);
  const { file, vocabulary } = tokenizer;
  const { name, parameters, trainedContext: contextSize = null } = file;
  return {
    ...{ name, isExact: true, dispose: () => tokenizer.dispose() },
    summary: { path: file.path, name, parameters, contextSize, vocabulary: vocabulary.size ?? null },
    count: async (text) => (await (await LiteralTokenizer.create(vocabulary)).takeAll(text)).length,
  };
}

/** Some servers make no tokens. */
export async function chatCount(chat: ChatModel): Promise<PromptTokenCounter> {
  try {
    await chat.countTokens('a');
    return { name: chat.name, isExact: true, count: (text) => chat.countTokens(text) };
  } catch (error) {
    if (!(error instanceof UnspoolError)) throw error;
    return encodingCount('o200k_base');
  }
}
