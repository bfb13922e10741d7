// Writes on after a prompt that fits the cache, up to where the text is over.

import type { GeneratingBackend, Sampling } from '../backend.js';
import { stepSeed } from '../continuation.js';

export interface TextRequest {
  readonly backend: GeneratingBackend;
  /** With the beginning token; at least one. */
  readonly prompt: Int32Array;
  /** Tokens of one decode at most. */
  readonly batch: number;
  /** Tokens to write at most: prompt and these fit the cache. */
  readonly maxTokens: number;
  /** Found where the text is over; what begins there is left out. */
  readonly end: RegExp;
  readonly sampling: Sampling;
  readonly signal: AbortSignal;
}

export interface WrittenText {
  readonly text: string;
  /** Tokens drawn. */
  readonly tokens: number;
  readonly ended: 'stop' | 'length' | 'interrupted';
}

const noTargets = new Int32Array(0);

export async function writeText(request: TextRequest): Promise<WrittenText> {
  const { backend, prompt, batch, maxTokens, end, sampling, signal } = request;
  const { vocabulary } = backend;
  await backend.clear();
  for (let from = 0; from < prompt.length - 1; from += batch) {
    if (signal.aborted) return { text: '', tokens: 0, ended: 'interrupted' };
    await backend.decode(prompt.subarray(from, Math.min(from + batch, prompt.length - 1)), noTargets);
  }
  const decoder = new TextDecoder();
  let [text, last] = ['', prompt.at(-1) ?? 0];
  for (let tokens = 0; tokens < maxTokens;) {
    if (signal.aborted) return { text, tokens, ended: 'interrupted' };
    last = await backend.generate(last, { ...sampling, seed: stepSeed(sampling.seed, tokens) });
    tokens += 1;
    if (vocabulary.endsText(last)) return { text, tokens, ended: 'stop' };
    // Without what could steer a terminal.
    text += decoder.decode(vocabulary.bytes(last), { stream: true }).replace(/[^\P{Cc}\n\t]/gu, '');
    const cut = text.search(end);
    if (cut !== -1) return { text: text.slice(0, cut), tokens, ended: 'stop' };
  }
  return { text, tokens: maxTokens, ended: 'length' };
}
