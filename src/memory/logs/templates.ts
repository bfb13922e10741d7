// The templates that a log's lines are printed from, mined while it is read. Constant memory.

import { copyOf } from './copies.js';
import { outcomeOf } from './outcomes.js';
import { joinGroup, TemplateGroups, unsorted } from './template-groups.js';
import { MinedTemplate, wildcard, type Template, type VaryingWord } from './template.js';
import { ValueCounts } from './value-counts.js';
import { mostCharacters } from './word-kinds.js';
import { WordScanner } from './word-scanner.js';

export type { Template, VaryingWord } from './template.js';

const mostTemplates = 20_000;
/** Shapes kept in each of two halves. */
const mostShapes = 50_000;
/** With less, short messages about different things join; with more, those that hold two names do not. */
const similarEnough = 0.6;
/** Places of templates whose values are counted, at most: those of the templates that came first. */
const mostValueCounts = 20_000;
/** Of each template, the values of so many lines are counted; then those of every eighth line, for eight. */
const mostCounted = 1024;
const countedOf = 8;

export interface MinerOptions {
  /** Templates kept at most. */
  readonly capacity?: number;
  /** Share of constant words in common, from 0 to 1, at which a line joins a template. */
  readonly similarity?: number;
  /** Whether to count the values of what varies. */
  readonly countsValues?: boolean;
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
  readonly #groups = new TemplateGroups();
  /** By the shape's hash. */
  #shapes = new Map<number, MinedTemplate>();
  #olderShapes = new Map<number, MinedTemplate>();
  /** Those of the line at hand. */
  readonly #words = new WordScanner();
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
    const shape = this.#words.scan(line, sort);
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
    const { numbers, starts, ends } = this.#words;
    this.#words.scan(first, 0);
    let text = gaps[0] ?? '';
    for (let index = 0; index < words.length; index += 1) {
      const number = numbers[index] === 1 ? first.slice(starts[index], ends[index]) : wildcard;
      text += `${words[index] ?? number}${gaps[index + 1] ?? ''}`;
    }
    return text;
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
    const { count, variable, starts, ends } = this.#words;
    const words: (string | null)[] = [];
    for (let index = 0; index < count; index += 1) {
      words.push(variable[index] === 1 ? null : line.slice(starts[index], ends[index]));
    }
    const group = this.#groups.of(words, sort);
    const similar = this.#mostSimilar(group, words);
    if (similar === undefined) {
      const found = this.#found(line);
      joinGroup(group, found);
      return found;
    }
    for (const [index, word] of words.entries()) if (similar.words[index] !== word) this.#open(similar, index);
    return similar;
  }

  /** Lets a word differ from here on; so far it was the same in all lines. */
  #open(template: MinedTemplate, index: number): void {
    const word = template.words[index];
    template.words[index] = null;
    if (!this.#countsValues || typeof word !== 'string') return;
    for (const each of [template, ...template.others.values()]) {
      if (each.lines === 0 || this.#valueCounts >= mostValueCounts) continue;
      const counts = new ValueCounts();
      counts.begin(word, each.lines);
      each.values.set(index, counts);
      this.#valueCounts += 1;
    }
  }

  #mostSimilar(members: readonly MinedTemplate[], words: readonly (string | null)[]): MinedTemplate | undefined {
    let best: MinedTemplate | undefined;
    let most = this.#similarity;
    for (const member of members) {
      const similarity = member.similarity(words);
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
    const text = copyOf(line.slice(0, mostCharacters));
    const { count, variable, starts, ends } = this.#words;
    const gaps: string[] = [];
    const words: (string | null)[] = shared ?? [];
    let from = 0;
    for (let index = 0; index < count; index += 1) {
      const wordStart = starts[index] ?? 0;
      const end = ends[index] ?? 0;
      gaps.push(text.slice(from, wordStart));
      if (shared === undefined) words.push(variable[index] === 1 ? null : text.slice(wordStart, end));
      from = end;
    }
    gaps.push(text.slice(from));
    const template = new MinedTemplate(this.#ids, text, outcomeOf(text), gaps, words);
    this.#ids += 1;
    if (this.#kept.length >= this.#capacity) this.#drop();
    this.#kept.push(template);
    return template;
  }

  #countValues(template: MinedTemplate, line: string): void {
    const { words, values, lines } = template;
    const { starts, valueEnds, numbers } = this.#words;
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
      counts.add(line, starts[index] ?? 0, valueEnds[index] ?? 0, numbers[index] === 1, weight);
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
    this.#groups.forgetDropped();
    for (const shapes of [this.#shapes, this.#olderShapes]) {
      for (const [shape, { dropped }] of shapes) if (dropped) shapes.delete(shape);
    }
  }
}
