// A backend without a model: it keeps the cache as a list, and scores a token by what is in view.

import { readFile, writeFile } from 'node:fs/promises';
import type { Backend, Sampling, Vocabulary } from '../../src/engine/backend.js';
import type { PolicyKind } from '../../src/engine/policy.js';

/** The beginning token of `byteVocabulary`. */
export const beginning = 0;

/** One token a byte of UTF-8; the token of byte b is b + 1. */
export function byteVocabulary(hasBeginning = true): Vocabulary {
  return {
    size: 257,
    beginning: hasBeginning ? beginning : undefined,
    controlLiterals: [],
    tokenize: (text) => Int32Array.from(Buffer.from(text), (byte) => byte + 1),
    named: (text) => (Buffer.byteLength(text) === 1 ? (Buffer.from(text)[0] ?? 0) + 1 : undefined),
    byteLength: (token) => (token === beginning ? 0 : 1),
    bytes: (token) => (token === beginning ? new Uint8Array() : Uint8Array.of(token - 1)),
    endsText: (token) => token === beginning,
  };
}

/** What the fake saw: after each decode, the cells in order. */
export interface FakeBackend extends Required<Omit<Backend, 'attention'>> {
  /** Cells in view, current one included, when each target was scored. */
  readonly seen: number[][];
  readonly cells: readonly number[];
  /** Replaces the cells. */
  put(cells: readonly number[]): void;
  /** The most cells that were ever in use. */
  readonly peak: number;
}

/** `score` gives the nats of a target from the cells in view, the last of which predicts it. */
export function fakeBackend(
  score: (cells: readonly number[], target: number) => number = (cells) => cells.length,
  vocabulary = byteVocabulary(),
  /** Chooses the token that follows the cells in view. */
  choose: (cells: readonly number[], sampling: Sampling) => number = (cells) => cells.at(-1) ?? 1,
): FakeBackend {
  let cells: number[] = [];
  let peak = 0;
  const seen: number[][] = [];
  const policies: PolicyKind[] = ['sinks', 'window', 'recompute', 'dense'];
  return {
    capabilities: { policies, scores: true },
    vocabulary,
    seen,
    get cells() {
      return cells;
    },
    get peak() {
      return peak;
    },
    decode(tokens, targets) {
      const scores = new Float32Array(targets.length).fill(Number.NaN);
      tokens.forEach((token, index) => {
        cells.push(token);
        const target = targets[index];
        if (target === undefined || target < 0) return;
        seen.push([...cells]);
        scores[index] = score(cells, target);
      });
      peak = Math.max(peak, cells.length);
      return Promise.resolve(scores);
    },
    generate(token, sampling) {
      cells.push(token);
      seen.push([...cells]);
      peak = Math.max(peak, cells.length);
      return Promise.resolve(choose(cells, sampling));
    },
    erase({ from, to }) {
      cells.splice(from, to - from);
      return Promise.resolve();
    },
    clear() {
      cells = [];
      return Promise.resolve();
    },
    saveCache(path) {
      return writeFile(path, JSON.stringify(cells));
    },
    async loadCache(path) {
      cells = JSON.parse(await readFile(path, 'utf8')) as number[];
    },
    put(other) {
      cells = [...other];
    },
    dispose: () => Promise.resolve(),
  };
}
