// How often each template comes in a document, block by block. Constant memory.

import type { LineRange } from '../../engine/events/events.js';
import { copyOf } from './copies.js';
import type { Occurrences } from './rate-comparison.js';
import type { Template } from './templates.js';

/** Blocks of a document at most; then two become one. */
const mostBlocks = 64;
/** Templates kept: as many as the miner keeps. Twice as many come together before the rarest go. */
const mostTemplates = 20_000;
/** Characters of a template's first record that are kept. */
const mostCharacters = 1000;

/** A template in a document. */
export interface CountedTemplate {
  readonly id: number;
  /** Its first record, and where that stands. */
  readonly text: string;
  readonly lines: LineRange;
  readonly count: number;
}

interface KeptTemplate extends CountedTemplate {
  count: number;
  readonly blocks: Uint32Array;
}

export class TemplateCounts {
  #templates = new Map<number, KeptTemplate>();
  #records = 0;
  /** Records of a block. */
  #blockSize = 1;

  /** Records added. */
  get records(): number {
    return this.#records;
  }

  add({ id }: Pick<Template, 'id'>, text: string, lines: LineRange): void {
    if (this.#records === mostBlocks * this.#blockSize) this.#joinBlocks();
    const block = Math.floor(this.#records / this.#blockSize);
    this.#records += 1;
    let kept = this.#templates.get(id);
    if (kept === undefined) {
      if (this.#templates.size >= 2 * mostTemplates) this.#dropRarest();
      const copy = copyOf(text.slice(0, mostCharacters));
      kept = { id, text: copy, lines, count: 0, blocks: new Uint32Array(mostBlocks) };
      this.#templates.set(id, kept);
    }
    kept.count += 1;
    kept.blocks[block] = (kept.blocks[block] ?? 0) + 1;
  }

  has(id: number): boolean {
    return this.#templates.has(id);
  }

  values(): Iterable<CountedTemplate> {
    return this.#templates.values();
  }

  /** Of a template, by blocks; also of one that did not come. */
  occurrences(id: number): Occurrences {
    const blocks = Math.ceil(this.#records / this.#blockSize);
    const counted = this.#templates.get(id)?.blocks;
    return {
      counts: Array.from({ length: blocks }, (_, block) => counted?.[block] ?? 0),
      records: Array.from({ length: blocks }, (_, block) =>
        Math.min(this.#blockSize, this.#records - block * this.#blockSize),
      ),
    };
  }

  #joinBlocks(): void {
    this.#blockSize *= 2;
    for (const { blocks } of this.#templates.values()) {
      for (let block = 0; block < mostBlocks; block += 1) {
        blocks[block] = (blocks[2 * block] ?? 0) + (blocks[2 * block + 1] ?? 0);
      }
    }
  }

  #dropRarest(): void {
    const common = [...this.#templates].sort(([, a], [, b]) => b.count - a.count).slice(0, mostTemplates);
    this.#templates = new Map(common);
  }
}
