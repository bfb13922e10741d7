// The compiled kernel and the memory it shares with us: a block of logits goes in, a score for each row comes out.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Compiled from surprise.assembly.ts when the package is built. */
const path = fileURLToPath(new URL('../../../../dist/backends/local/native/surprise.wasm', import.meta.url));
const pageBytes = 2 ** 16;
/** The stack of the compiled code, below its data. */
const reservedBytes = pageBytes;

/** Addresses and counts, as surprise.assembly.ts documents them. */
type Reduce = (logits: number, rows: number, width: number, targets: number, scores: number) => void;

export class SurpriseKernel {
  /** Row after row, to be filled before `reduce`. */
  readonly logits: Uint8Array;
  readonly #width: number;
  readonly #targets: Int32Array;
  readonly #scores: Float32Array;
  readonly #reduce: Reduce;

  /** `rows`: the most of a block. `width`: entries of the vocabulary, at least 4. */
  constructor(rows: number, width: number) {
    const targetsAt = reservedBytes + rows * width * 4;
    const scoresAt = targetsAt + rows * 4;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((scoresAt + rows * 4) / pageBytes) });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)), { env: { memory } });
    this.logits = new Uint8Array(memory.buffer, reservedBytes, rows * width * 4);
    this.#targets = new Int32Array(memory.buffer, targetsAt, rows);
    this.#scores = new Float32Array(memory.buffer, scoresAt, rows);
    this.#width = width;
    this.#reduce = instance.exports.surprise as Reduce;
  }

  /** The surprise of each target, in nats, by the row of logits in its place. */
  reduce(targets: Int32Array): Float32Array {
    this.#targets.set(targets);
    this.#reduce(
      this.logits.byteOffset,
      targets.length,
      this.#width,
      this.#targets.byteOffset,
      this.#scores.byteOffset,
    );
    return this.#scores.slice(0, targets.length);
  }
}
