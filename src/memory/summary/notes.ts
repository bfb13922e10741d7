// Notes of a document that is read passage by passage: a tree, of which only the notes at the top are kept.

import type { ByteRange, LineRange } from '../../engine/events/events.js';

export interface Note {
  /** In the order in which notes were taken, from 0. */
  readonly id: number;
  /** 0 for a note of a passage; a note of notes is one above the highest of them. */
  readonly level: number;
  readonly text: string;
  /** As it is listed in a prompt. */
  readonly tokens: number;
  readonly lines: LineRange;
  /** Where it begins, the note before it ends. */
  readonly bytes: ByteRange;
  /** Ids of the notes that it was made of. */
  readonly children: readonly number[];
}

/** Of one merge: more of them, and little of each would be left. */
const mostMerged = 8;

/** Every byte that was read is under exactly one of the notes at the top. */
export class Notes {
  readonly #budget: number;
  #top: readonly Note[] = [];
  #taken = 0;

  /** `budget`: of the notes at the top, in tokens. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** From the document's beginning to where it is read. */
  get top(): readonly Note[] {
    return this.#top;
  }

  /** Notes so far, merged ones included. */
  get taken(): number {
    return this.#taken;
  }

  /** The last notes at the top that together have at most so many tokens. */
  recent(tokens: number): readonly Note[] {
    let left = tokens;
    let from = this.#top.length;
    for (; from > 0; from -= 1) {
      left -= this.#top[from - 1]?.tokens ?? 0;
      if (left < 0) break;
    }
    return this.#top.slice(from);
  }

  add(passage: Pick<Note, 'text' | 'tokens' | 'lines' | 'bytes'>): Note {
    const note: Note = { id: this.#taken, level: 0, ...passage, children: [] };
    this.#taken += 1;
    this.#top = [...this.#top, note];
    return note;
  }

  /**
   * Neighbours that are to become one, where there are too many notes: of the longest run of one level, so that a note
   * is merged as few times as can be. Empty where all fit, or nothing can be merged.
   */
  due(): readonly Note[] {
    const tokens = this.#top.reduce((sum, note) => sum + note.tokens, 0);
    if (tokens <= this.#budget || this.#top.length < 2) return [];
    const run = longestRun(this.#top);
    return run.length > 1 ? run.slice(0, mostMerged) : this.#top.slice(-2);
  }

  /** Puts one note in the place of neighbours. */
  merge(notes: readonly Note[], { text, tokens }: Pick<Note, 'text' | 'tokens'>): Note {
    const [first] = notes;
    const last = notes.at(-1);
    if (first === undefined || last === undefined) throw new RangeError('nothing to merge');
    const note: Note = {
      id: this.#taken,
      level: Math.max(...notes.map(({ level }) => level)) + 1,
      text,
      tokens,
      lines: [first.lines[0], last.lines[1]],
      bytes: [first.bytes[0], last.bytes[1]],
      children: notes.map(({ id }) => id),
    };
    this.#taken += 1;
    const at = this.#top.indexOf(first);
    this.#top = [...this.#top.slice(0, at), note, ...this.#top.slice(at + notes.length)];
    return note;
  }
}

/** The first of the longest. */
function longestRun(notes: readonly Note[]): readonly Note[] {
  let longest: readonly Note[] = [];
  let from = 0;
  for (let to = 1; to <= notes.length; to += 1) {
    if (notes[to]?.level === notes[from]?.level) continue;
    if (to - from > longest.length) longest = notes.slice(from, to);
    from = to;
  }
  return longest;
}
