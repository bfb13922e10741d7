// Writes on after a document, from what is in view.

import { UnspoolError } from '../errors.js';
import type { GeneratingBackend, Sampling } from './backend.js';
import { makeRoom } from './pipeline.js';
import { pinnedCells, planEviction, type Policy } from './policy.js';
import type { View } from './view.js';

export interface ContinuationRequest {
  readonly backend: GeneratingBackend;
  readonly policy: Policy;
  /** What the cache holds: every token of the document was decoded. */
  readonly view: View;
  /** Tokens to write at most. */
  readonly tokens: number;
  readonly sampling: Sampling;
  /** The text ends before the first of these. */
  readonly stop: readonly string[];
  readonly signal: AbortSignal;
}

/** How a continuation ended. */
export interface Continuation {
  /** Tokens drawn, without one that ends the text. */
  readonly tokens: number;
  /** `count`: as many tokens as wanted. `full`: a dense cache has no room for more. */
  readonly ended: 'count' | 'stop' | 'end-of-text' | 'full' | 'interrupted';
}

/**
 * Yields text as it is drawn, never a part of a character; bytes that are no UTF-8 become U+FFFD. Ends after `tokens`
 * tokens, before a stop text, where the model ends the text, where a dense cache is full, or when aborted. What is
 * written rolls through the window as the document did; the document's account does not change. Throws an
 * `UnspoolError` where there is no token to start from.
 */
export async function* continueText(request: ContinuationRequest): AsyncGenerator<string, Continuation> {
  const { backend, policy, view, sampling, signal } = request;
  const { vocabulary } = backend;
  const hasBeginning = vocabulary.beginning !== undefined;
  const recent = Array.from(view.recent(Math.min(view.read, view.capacity)));
  let cached = view.cached;
  // What the last token predicts was not asked for: it is decoded again.
  if (cached > 0) await backend.erase({ from: cached - 1, to: cached });
  cached = Math.max(0, cached - 1);
  let last = recent.at(-1) ?? vocabulary.beginning;
  if (last === undefined) throw new UnspoolError('nothing-to-continue', 'there is no text to continue', 'name a text');

  const text = new GeneratedText(request.stop);
  let ended: Continuation['ended'] = 'count';
  let tokens = 0;
  while (tokens < request.tokens) {
    const plan = planEviction(policy, cached, 1, hasBeginning);
    if (signal.aborted || plan.kind === 'stop') {
      ended = signal.aborted ? 'interrupted' : 'full';
      break;
    }
    // The last token is not in the cache yet.
    await Promise.all(makeRoom(backend, plan, (count) => Int32Array.from(recent.slice(-1 - count, -1))));
    if (plan.kind === 'rebuild') cached = pinnedCells(policy, hasBeginning) + plan.keep;
    else for (const { from, to } of plan.ranges) cached -= to - from;
    last = await backend.generate(last, { ...sampling, seed: stepSeed(sampling.seed, tokens) });
    cached += 1;
    if (vocabulary.endsText(last)) {
      ended = 'end-of-text';
      break;
    }
    tokens += 1;
    recent.push(last);
    if (recent.length > 2 * policy.window) recent.splice(0, recent.length - policy.window);
    const ready = text.add(vocabulary.bytes(last));
    if (ready !== '') yield ready;
    if (text.stopped) return { tokens, ended: 'stop' };
  }
  const rest = text.end();
  if (rest !== '') yield rest;
  return { tokens, ended };
}

/**
 * Seeds of consecutive draws that have nothing in common, unsigned 32-bit integers: splitmix32, the golden-ratio
 * sequence of Steele et al. 2014 ("Fast Splittable Pseudorandom Number Generators") with a mixer by C. Wellons
 * (hash-prospector).
 */
export function stepSeed(seed: number, step: number): number {
  let mixed = (seed + Math.imul(step + 1, 0x9e3779b9)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Bytes of tokens as text: whole characters, up to the first stop text, without what could steer a terminal. */
class GeneratedText {
  readonly #decoder = new TextDecoder();
  readonly #stop: readonly string[];
  #held = '';
  stopped = false;

  constructor(stop: readonly string[]) {
    this.#stop = stop;
  }

  /** Returns what can be shown. What may be the start of a stop text is held back. */
  add(bytes: Uint8Array): string {
    this.#held += this.#decoder.decode(bytes, { stream: true });
    const found = this.#stop.map((stop) => this.#held.indexOf(stop)).filter((index) => index !== -1);
    this.stopped = found.length > 0;
    return this.#release(this.stopped ? Math.min(...found) : this.#held.length - this.#heldBack());
  }

  /** What was held back. An unfinished character is dropped. */
  end(): string {
    return this.#release(this.#held.length);
  }

  #release(length: number): string {
    const ready = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return ready.replace(/[^\P{Cc}\n\t]/gu, '');
  }

  #heldBack(): number {
    const longest = Math.max(0, ...this.#stop.map((stop) => stop.length - 1));
    for (let length = Math.min(longest, this.#held.length); length > 0; length -= 1) {
      const end = this.#held.slice(-length);
      if (this.#stop.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
