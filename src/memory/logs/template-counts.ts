// How often each template comes in a document, block by block. Constant memory.

import type { LineRange } from '../../engine/events/events.js';
import { copyOf } from './copies.js';
import type { Occurrences } from './rate-comparison.js';
import type { Template } from './templates.js';
import { StepCounts, Timeline } from './timeline.js';

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
  readonly blocks: StepCounts;
}

export class TemplateCounts {
  #templates = new Map<number, KeptTemplate>();
  #records = 0;
  /** Of records, all of one size. */
  readonly #blocks = new Timeline(1);
  readonly #all = new StepCounts(this.#blocks);

  /** Records added. */
  get records(): number {
    return this.#records;
  }

  add({ id }: Pick<Template, 'id'>, text: string, lines: LineRange): void {
    const block = this.#blocks.stepOf(this.#records);
    this.#records += 1;
    this.#all.add(block);
    let kept = this.#templates.get(id);
    if (kept === undefined) {
      if (this.#templates.size >= 2 * mostTemplates) this.#dropRarest();
      const copy = copyOf(text.slice(0, mostCharacters));
      kept = { id, text: copy, lines, count: 0, blocks: new StepCounts(this.#blocks) };
      this.#templates.set(id, kept);
    }
    kept.count += 1;
    kept.blocks.add(block);
  }

  has(id: number): boolean {
    return this.#templates.has(id);
  }

  values(): Iterable<CountedTemplate> {
    return this.#templates.values();
  }

  /** Of a template, by blocks; also of one that did not come. */
  occurrences(id: number): Occurrences {
    const records = this.#all.values();
    return { counts: this.#templates.get(id)?.blocks.values() ?? records.map(() => 0), records };
  }

  #dropRarest(): void {
    const common = [...this.#templates].sort(([, a], [, b]) => b.count - a.count).slice(0, mostTemplates);
    this.#templates = new Map(common);
  }
}
