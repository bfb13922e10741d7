// Lines of a log like which its reference has none, gathered into incidents.

import type { LineRange } from '../../engine/events/events.js';
import { between, type WordVector } from './bag-index.js';
import { copyOf } from './copies.js';
import { LineWords } from './line-words.js';
import type { NearestLines } from './nearest-lines.js';
import { RecentMap } from './recent-map.js';
import { tellsOfFailure } from './severity.js';

/**
 * Farther from all of the reference, a line is new. logreduce's figure for hashed words is between 0.2 and 0.4, as its
 * tests need it.
 */
export const newDistance = 0.3;
/** New lines that are no further apart belong to one incident, as in bursts of anomalies. */
const longestGap = 3;
/** Lines and characters of an incident that are kept. */
const mostLines = 64;
const mostCharacters = 8000;
/** Incidents kept; twice as many come together before the lesser half goes. */
const mostIncidents = 1024;
/** Lines of which it is known what they are: near to the reference, or of an incident. */
const mostMet = 50_000;
/** Latest new lines that others are compared with. */
const mostCompared = 64;

/**
 * Comparisons with lines of the reference: as many at once, and as many for each line of the log. Where each line has words
 * of its own, some are not looked for, and taken to be known, so that a log of any length is read at the same speed.
 */
const looksAtOnce = 2 ** 24;
const looksPerLine = 16;

/** Whether the reference has a line like it; if not, whether it is the first of its kind or like one before. */
export type LineNews = 'known' | 'first' | 'again';

interface QuotedLine {
  readonly text: string;
  readonly distance: number;
  readonly fails: boolean;
}

/** Lines that came together for the first time. */
export interface Incident {
  /** The lines that are kept, in their order. */
  readonly quoted: readonly QuotedLine[];
  /** From the first new line to the last. */
  readonly lines: LineRange;
  /** All its new lines, and those like them that came later. */
  readonly count: number;
  /** Of the line that is farthest from the reference. */
  readonly distance: number;
  /** Whether a new line tells of a failure. */
  readonly fails: boolean;
}

class OpenIncident implements Incident {
  quoted: QuotedLine[] = [];
  lines: LineRange;
  count = 0;
  distance = 0;
  fails = false;
  #characters = 0;

  constructor(lines: LineRange) {
    this.lines = lines;
  }

  add(line: QuotedLine, last: number): void {
    this.lines = [this.lines[0], last];
    this.distance = Math.max(this.distance, line.distance);
    this.fails ||= line.fails;
    this.quote(line);
  }

  quote(line: QuotedLine): void {
    if (this.quoted.length > 0 && this.#characters + line.text.length > mostCharacters) return;
    if (this.quoted.length >= mostLines) return;
    const text = copyOf(line.text.slice(0, mostCharacters));
    this.quoted.push({ ...line, text });
    this.#characters += text.length;
  }
}

/**
 * Takes the lines of a log one by one. A line is new when it is far from all of the reference, whatever its template. New
 * lines next to each other are one incident; what is like a line of an earlier incident only counts there.
 */
export class Incidents {
  readonly #reference: NearestLines;
  readonly #line = new LineWords();
  /** By the order of words: null for a line that is near to one of the reference. */
  readonly #met = new RecentMap<number, OpenIncident | null>(mostMet);
  /** By the ids of templates that the reference has: what varies there in names varies again. */
  readonly #byTemplate = new RecentMap<number, OpenIncident>(mostMet);
  #latest: { readonly vector: WordVector; readonly incident: OpenIncident }[] = [];
  #kept: OpenIncident[] = [];
  /** Lines since the last new one, as long as they may be between two. */
  #between: string[] = [];
  #open: OpenIncident | undefined;
  /** Comparisons that are left. */
  #looks = looksAtOnce;
  /** The last line that the reference has none like. */
  #lastNew = -Infinity;

  constructor(reference: NearestLines) {
    this.#reference = reference;
  }

  /** Takes the next line. `knownTemplate`: the id of its template, if the reference has lines of it. */
  add(text: string, lines: LineRange, knownTemplate?: number): LineNews {
    const news = this.#judge(text, lines, knownTemplate);
    if (news !== 'first' && lines[1] - this.#lastNew <= longestGap && text.trim() !== '') this.#between.push(text);
    return news;
  }

  #judge(text: string, lines: LineRange, knownTemplate: number | undefined): LineNews {
    this.#looks += looksPerLine;
    this.#line.read(text);
    if (this.#reference.has(this.#line)) return 'known';
    const { order } = this.#line;
    const met = this.#met.get(order);
    if (met === null) return 'known';
    if (met !== undefined) {
      met.count += 1;
      return 'again';
    }
    if (this.#looks < 0) return 'known';
    const bag = this.#line.bag();
    const { words, distance, looks } = this.#reference.nearest(bag, newDistance);
    this.#looks -= looks;
    if (distance <= newDistance) {
      this.#met.set(order, null);
      return 'known';
    }
    if (lines[0] - this.#lastNew > longestGap) this.#close();
    // That a template's lines tell of failures is no news where it is known.
    const failedBefore = knownTemplate !== undefined && tellsOfFailure(this.#line.common(words));
    const line = { text, distance, fails: !failedBefore && tellsOfFailure(text) };
    const vector = this.#reference.vector(bag);
    const incident = this.#alike(vector, line.fails ? undefined : knownTemplate) ?? this.#open ?? this.#begin(lines);
    if (knownTemplate !== undefined) this.#byTemplate.set(knownTemplate, incident);
    this.#met.set(order, incident);
    incident.count += 1;
    if (incident !== this.#open) return 'again';
    this.#lastNew = lines[1];
    for (const known of this.#between) incident.quote({ text: known, distance: 0, fails: false });
    this.#between = [];
    incident.add(line, lines[1]);
    this.#latest = [{ vector, incident }, ...this.#latest].slice(0, mostCompared);
    return 'first';
  }

  /** Those that were kept, in the order of the log. */
  values(): Iterable<Incident> {
    return this.#kept.values();
  }

  /** The latest incident that says the same. */
  #alike(vector: WordVector, template: number | undefined): OpenIncident | undefined {
    const like = this.#latest.find((other) => between(other.vector, vector) <= newDistance)?.incident;
    return like ?? (template === undefined ? undefined : this.#byTemplate.get(template));
  }

  #close(): void {
    this.#open = undefined;
    this.#between = [];
  }

  #begin(lines: LineRange): OpenIncident {
    this.#open = new OpenIncident(lines);
    if (this.#kept.length >= 2 * mostIncidents) {
      const best = new Set(this.#kept.toSorted((a, b) => incidentScore(b) - incidentScore(a)).slice(0, mostIncidents));
      this.#kept = this.#kept.filter((incident) => best.has(incident));
    }
    this.#kept.push(this.#open);
    return this.#open;
  }
}

/** From 0 to 2: what tells of a failure comes first, then what is farthest from the reference. */
export function incidentScore({ distance, fails }: Pick<Incident, 'distance' | 'fails'>): number {
  return distance + (fails ? 1 : 0);
}

/** The line that says most comes first, then the others in their order. */
export function incidentText({ quoted }: Incident): string {
  const most = Math.max(...quoted.map(incidentScore));
  const head = quoted.findIndex((line) => incidentScore(line) === most);
  return [...quoted.slice(head, head + 1), ...quoted.toSpliced(head, 1)].map(({ text }) => text).join('\n');
}
