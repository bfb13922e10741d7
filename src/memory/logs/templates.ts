// The templates that a log's lines are printed from, mined while it is read. Constant memory.

import { outcomeOf, type Outcome } from './outcomes.js';
import { type Varying, ValueCounts } from './value-counts.js';

const mostCharacters = 4096;
const mostTemplates = 20_000;
/** Shapes kept in each of two halves. */
const mostShapes = 50_000;
/** The sort of lines that name neither a level nor a source. */
const unsorted = 7;
/** Sorts of lines that are told apart by more than their lowest bits: sources may be names of anything. */
const mostSorts = 1000;
/** Templates of one group that a new shape is compared with; those that matched longest ago are left out. */
const mostCompared = 64;
/** With less, short messages about different things join; with more, those that hold two names do not. */
const similarEnough = 0.6;
/** First words that set lines of one length apart; lines with any other share one group, for they may be names. */
const mostFirstWords = 100;
/** Words at the start of a line where names of days and months belong to a time. */
const dateWords = 4;
/** Letters that make a word without digits a hexadecimal number: real words from a to f are shorter. */
const hexLetters = 6;
/** Places of templates whose values are counted, at most: those of the templates that came first. */
const mostValueCounts = 20_000;
/** Of each template, the values of so many lines are counted; then those of every eighth line, for eight. */
const mostCounted = 1024;
const countedOf = 8;
/** After so many lines, a template's constant words are part of what it says: a line where one differs is news. */
const settledLines = 200;
const wildcard = '<*>';

/** Kinds of characters; those of words are bits, to be collected. */
const hexLetter = 1;
const digit = 2;
const letter = 4;
const separator = 8;

const kinds = new Uint8Array(0x10000).fill(letter);
for (const character of 'abcdefABCDEF') kinds[character.charCodeAt(0)] = hexLetter;
for (const character of '0123456789') kinds[character.charCodeAt(0)] = digit;
for (const character of ' \t\n\v\f\r\u00a0=:,;()[]{}"\'|&?') kinds[character.charCodeAt(0)] = separator;

const colon = 0x3a;
const dateNames = new Set('Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '));

/** Multipliers of two hashes: the golden ratio's fraction, and MurmurHash2's. */
const firstFactor = 0x9e3779b1;
const secondFactor = 0x5bd1e995;
/** Stand for the end of a constant word and for a variable word; no character has these codes. */
const wordEnd = 0x10001;
const variableMark = 0x10002;

/** MurmurHash3's last step: every bit of the hash depends on all others. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export interface Template {
  /** Counts up from 0 in order of appearance. */
  readonly id: number;
  /** Its first line, with `<*>` where lines differ. */
  readonly text: string;
  /** Lines that matched so far. */
  readonly lines: number;
  /** The first of them, without what was behind its first 4,096 characters. */
  readonly first: string;
  /** What its numbers say of success, where they do. */
  readonly outcome: Outcome | undefined;
}

/** What stands in place of a word that differs among a template's lines. */
export interface VaryingWord extends Varying {
  /** What is in front of it in the template, up to a word or two. */
  readonly label: string;
}

export interface MinerOptions {
  /** Templates kept at most. */
  readonly capacity?: number;
  /** Share of constant words in common, from 0 to 1, at which a line joins a template. */
  readonly similarity?: number;
  /** Whether to count the values of what varies. */
  readonly countsValues?: boolean;
}

class MinedTemplate implements Template {
  lines = 0;
  /** The miner's number of the line that matched last. */
  last = 0;
  dropped = false;
  /** Of words of the message, by their place. */
  readonly values = new Map<number, ValueCounts>();
  /** Templates of the same words whose numbers tell of another outcome. */
  readonly others = new Map<Outcome, MinedTemplate>();

  /**
   * `gaps`: what stands before each word and after the last; `words`: null where lines differ, and the same for all
   * outcomes.
   */
  constructor(
    readonly id: number,
    readonly first: string,
    readonly outcome: Outcome | undefined,
    readonly gaps: readonly string[],
    readonly words: (string | null)[],
  ) {}

  /** What is in front of a word: the constant words before it, at most two, up to another variable one. */
  labelOf(index: number): string {
    let from = index;
    while (from > 0 && from > index - 2 && this.words[from - 1] !== null) from -= 1;
    let label = '';
    for (let at = from; at < index; at += 1) label += `${this.words[at] ?? ''}${this.gaps[at + 1] ?? ''}`;
    return label.trim().replace(/[\s=:;,.([{"']+$/, '');
  }

  get text(): string {
    let text = '';
    for (const [index, gap] of this.gaps.entries()) {
      text += gap;
      if (index < this.words.length) text += this.words[index] ?? wildcard;
    }
    return text;
  }
}

/**
 * Finds the templates of log lines after Drain (He et al. 2017, "Drain: An Online Log Parsing Approach with Fixed
 * Depth Tree"). Words with digits are variable, and a row of variable words counts as one. A line's shape is its words
 * without the variable ones. A known shape takes one pass over the characters and one look-up; a new one is compared
 * with the templates that have as many words and start alike, and joins the most similar one or founds another.
 *
 * Other than in Drain, a template's constant words are settled after a while, and memory is bounded: the oldest shapes
 * are forgotten (and compared again when they return), the rarest templates dropped (and found again).
 */
export class TemplateMiner {
  readonly #capacity: number;
  readonly #similarity: number;
  #lines = 0;
  #ids = 0;
  #kept: MinedTemplate[] = [];
  readonly #sorts = new Set<number>();
  /** By number of words and sort, and by first constant word. */
  readonly #groups = new Map<number, Map<string, MinedTemplate[]>>();
  /** By the shape's hash: 53 bits, so that among a million shapes two share one with a chance of 1 in 18,000. */
  #shapes = new Map<number, MinedTemplate>();
  #olderShapes = new Map<number, MinedTemplate>();
  /** The words of the line at hand: where they start and end, and whether they are variable. */
  #words = 0;
  readonly #starts = new Uint16Array(mostCharacters);
  readonly #ends = new Uint16Array(mostCharacters);
  readonly #variable = new Uint8Array(mostCharacters);
  /**
   * Of each word, of a row of variable ones the first: its end, whether it is digits alone, and whether it is digits and
   * letters of hexadecimal numbers alone.
   */
  readonly #valueEnds = new Uint16Array(mostCharacters);
  readonly #numbers = new Uint8Array(mostCharacters);
  readonly #plain = new Uint8Array(mostCharacters);
  readonly #countsValues: boolean;
  #valueCounts = 0;

  constructor({ capacity = mostTemplates, similarity = similarEnough, countsValues = false }: MinerOptions = {}) {
    this.#capacity = Math.max(1, capacity);
    this.#similarity = similarity;
    this.#countsValues = countsValues;
  }

  /** Lines added. */
  get lines(): number {
    return this.#lines;
  }

  /** Templates kept. */
  get templates(): number {
    return this.#kept.length;
  }

  /** The kept templates, oldest first. */
  values(): Iterable<Template> {
    return this.#kept.values();
  }

  /** The kept template with this id. */
  withId(id: number): Template | undefined {
    let [from, to] = [0, this.#kept.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#kept[middle]?.id ?? 0) < id) from = middle + 1;
      else to = middle;
    }
    const found = this.#kept[from];
    return found?.id === id ? found : undefined;
  }

  /**
   * Adds a line and returns its template, whose `lines` then includes it. Only the line's first 4,096 characters count.
   * `sort`: an integer of 32 bits; lines of two sorts are never of one template. Its lowest three bits are what
   * still sets lines apart when there are too many sorts.
   */
  add(line: string, sort = unsorted): Template {
    const shape = this.#scan(line, sort);
    let template = this.#shapes.get(shape);
    if (template === undefined) {
      template = this.#olderShapes.get(shape) ?? this.#match(line, sort);
      this.#keepShape(shape, template);
    }
    if (template.outcome !== undefined) template = this.#ofOutcome(template, line);
    this.#lines += 1;
    template.lines += 1;
    template.last = this.#lines;
    if (this.#countsValues) this.#countValues(template, line);
    return template;
  }

  /** What differs among the lines of a template, in the order of its words; only places whose values were counted. */
  varying(template: Template): VaryingWord[] {
    if (!(template instanceof MinedTemplate)) return [];
    return [...template.values]
      .sort(([one], [other]) => one - other)
      .map(([index, values]) => ({ label: template.labelOf(index), ...values.varying }));
  }

  /** A template's first line, its words left out where lines differ, but not its numbers. */
  message(template: Template): string {
    if (!(template instanceof MinedTemplate)) return template.first;
    const { first, words, gaps } = template;
    this.#scan(first, 0);
    let text = gaps[0] ?? '';
    for (let index = 0; index < words.length; index += 1) {
      const number = this.#numbers[index] === 1 ? first.slice(this.#starts[index], this.#ends[index]) : wildcard;
      text += `${words[index] ?? number}${gaps[index + 1] ?? ''}`;
    }
    return text;
  }

  /** Finds the line's words and returns the hash of its shape. */
  #scan(line: string, sort: number): number {
    const end = Math.min(line.length, mostCharacters);
    let first = sort ^ 1;
    let second = sort ^ 2;
    let words = 0;
    /** Whether the word before is variable; variable words in a row count as one, so that lists of any length match. */
    let joins = false;
    let at = 0;
    while (at < end) {
      let code = line.charCodeAt(at);
      let kind = kinds[code] ?? letter;
      if (kind === separator) {
        at += 1;
        continue;
      }
      const start = at;
      let wordFirst = first;
      let wordSecond = second;
      let seen = 0;
      while (kind !== separator) {
        seen |= kind;
        wordFirst = Math.imul(wordFirst ^ code, firstFactor);
        wordSecond = Math.imul(wordSecond ^ code, secondFactor);
        at += 1;
        if (at === end) break;
        code = line.charCodeAt(at);
        kind = kinds[code] ?? letter;
      }
      const variable =
        (seen & digit) !== 0 ||
        (seen === hexLetter && at - start >= hexLetters) ||
        (at - start === 3 && words < dateWords && dateNames.has(line.slice(start, at)));
      if (variable && joins) {
        // Parts between colons are those of one address or time.
        const isPart = line.charCodeAt(start - 1) === colon && this.#valueEnds[words - 1] === start - 1;
        if (isPart && (seen & letter) === 0 && this.#plain[words - 1] === 1) {
          this.#valueEnds[words - 1] = at;
          this.#numbers[words - 1] = 0;
        }
        this.#ends[words - 1] = at;
        continue;
      }
      this.#starts[words] = start;
      this.#ends[words] = at;
      this.#valueEnds[words] = at;
      this.#numbers[words] = seen === digit ? 1 : 0;
      this.#plain[words] = (seen & letter) === 0 ? 1 : 0;
      this.#variable[words] = variable ? 1 : 0;
      words += 1;
      joins = variable;
      first = Math.imul(variable ? first ^ variableMark : wordFirst ^ wordEnd, firstFactor);
      second = Math.imul(variable ? second ^ variableMark : wordSecond ^ wordEnd, secondFactor);
    }
    this.#words = words;
    return mix(first) * 2 ** 21 + (mix(second) >>> 11);
  }

  #keepShape(shape: number, template: MinedTemplate): void {
    if (this.#shapes.size >= mostShapes) {
      this.#olderShapes = this.#shapes;
      this.#shapes = new Map();
    }
    this.#shapes.set(shape, template);
  }

  /** The template of a shape that is not known: the most similar one, made to fit, or a new one. */
  #match(line: string, sort: number): MinedTemplate {
    const words: (string | null)[] = [];
    for (let index = 0; index < this.#words; index += 1) {
      words.push(this.#variable[index] === 1 ? null : line.slice(this.#starts[index], this.#ends[index]));
    }
    const group = this.#groupOf(words, sort);
    const similar = this.#mostSimilar(group, words);
    if (similar === undefined) {
      const found = this.#found(line);
      this.#join(group, found);
      return found;
    }
    for (const [index, word] of words.entries()) if (similar.words[index] !== word) similar.words[index] = null;
    return similar;
  }

  /** The templates that lines of these words may belong to. */
  #groupOf(words: readonly (string | null)[], sort: number): MinedTemplate[] {
    if (this.#sorts.size < mostSorts) this.#sorts.add(sort);
    const key = words.length * 2 ** 32 + (this.#sorts.has(sort) ? sort : sort & 7);
    let groups = this.#groups.get(key);
    if (groups === undefined) {
      groups = new Map();
      this.#groups.set(key, groups);
    }
    // A level or a source sets lines apart already: what they say may begin with a name.
    let first = sort !== unsorted ? '' : (words.find((word) => word !== null) ?? '');
    if (!groups.has(first) && groups.size >= mostFirstWords) first = '';
    let group = groups.get(first);
    if (group === undefined) {
      group = [];
      groups.set(first, group);
    }
    return group;
  }

  #mostSimilar(members: readonly MinedTemplate[], words: readonly (string | null)[]): MinedTemplate | undefined {
    let best: MinedTemplate | undefined;
    let most = this.#similarity;
    for (const member of members) {
      const similarity = similarityOf(member, words);
      // Of equals the newest.
      if (similarity >= most) [best, most] = [member, similarity];
    }
    return best;
  }

  /** The template of the same words whose numbers tell of what this line tells. */
  #ofOutcome(template: MinedTemplate, line: string): MinedTemplate {
    const outcome = outcomeOf(line);
    if (outcome === template.outcome || outcome === undefined) return template;
    let other = template.others.get(outcome);
    if (other === undefined || other.dropped) {
      other = this.#found(line, template.words);
      template.others.set(outcome, other);
    }
    return other;
  }

  /** A new template, of the words that were found in `line`, or of those of another. */
  #found(line: string, shared?: (string | null)[]): MinedTemplate {
    // A copy: slices would keep alive the text that the line was cut from.
    const text = Buffer.from(line.slice(0, mostCharacters)).toString();
    const gaps: string[] = [];
    const words: (string | null)[] = shared ?? [];
    let from = 0;
    for (let index = 0; index < this.#words; index += 1) {
      const wordStart = this.#starts[index] ?? 0;
      const end = this.#ends[index] ?? 0;
      gaps.push(text.slice(from, wordStart));
      if (shared === undefined) words.push(this.#variable[index] === 1 ? null : text.slice(wordStart, end));
      from = end;
    }
    gaps.push(text.slice(from));
    const template = new MinedTemplate(this.#ids, text, outcomeOf(text), gaps, words);
    this.#ids += 1;
    if (this.#kept.length >= this.#capacity) this.#drop();
    this.#kept.push(template);
    return template;
  }

  #join(group: MinedTemplate[], template: MinedTemplate): void {
    if (group.length >= mostCompared) {
      group.sort((a, b) => b.last - a.last);
      group.length = mostCompared / 2;
    }
    group.push(template);
  }

  #countValues(template: MinedTemplate, line: string): void {
    const { words, values, lines } = template;
    if (lines > mostCounted && lines % countedOf !== 0) return;
    const weight = lines > mostCounted ? countedOf : 1;
    for (let index = 0; index < words.length; index += 1) {
      if (words[index] !== null) continue;
      let counts = values.get(index);
      if (counts === undefined) {
        if (this.#valueCounts >= mostValueCounts) continue;
        counts = new ValueCounts();
        this.#valueCounts += 1;
        values.set(index, counts);
      }
      const [start = 0, end = 0] = [this.#starts[index], this.#valueEnds[index]];
      counts.add(line, start, end, this.#numbers[index] === 1, weight);
    }
  }

  /** Makes room: drops the rarest quarter, of equally rare templates those that matched longest ago. */
  #drop(): void {
    const rarest = this.#kept.toSorted((a, b) => a.lines - b.lines || a.last - b.last);
    for (const template of rarest.slice(0, Math.ceil(this.#capacity / 4))) {
      template.dropped = true;
      this.#valueCounts -= template.values.size;
    }
    this.#kept = this.#kept.filter(({ dropped }) => !dropped);
    for (const [key, groups] of this.#groups) {
      for (const [first, group] of groups) {
        const kept = group.filter(({ dropped }) => !dropped);
        if (kept.length > 0) groups.set(first, kept);
        else groups.delete(first);
      }
      if (groups.size === 0) this.#groups.delete(key);
    }
    for (const shapes of [this.#shapes, this.#olderShapes]) {
      for (const [shape, { dropped }] of shapes) if (dropped) shapes.delete(shape);
    }
  }
}

/**
 * Share of words in common, among those that are constant in either; 1 where all are variable, 0 where a word of a
 * settled template would have to change.
 */
function similarityOf({ words, lines }: MinedTemplate, others: readonly (string | null)[]): number {
  const settled = lines >= settledLines;
  let constant = 0;
  let common = 0;
  for (let index = 0; index < others.length; index += 1) {
    const word = words[index];
    const other = others[index];
    if (word === null && other === null) continue;
    constant += 1;
    if (word === other) common += 1;
    else if (settled && word !== null) return 0;
  }
  return constant === 0 ? 1 : common / constant;
}
