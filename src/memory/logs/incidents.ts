// Lines of a log like which its reference has none, gathered into incidents.

import type { LineRange } from '../../engine/events/events.js';
import { tellsOfFailure } from './failure-words.js';
import { LineWords } from './line-words.js';
import type { NearestLines } from './nearest-lines.js';
import { RecentMap } from './recent-map.js';

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
  /** Whether a line tells of a failure. */
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

  add(text: string, distance: number, [, last]: LineRange): void {
    this.lines = [this.lines[0], last];
    this.distance = Math.max(this.distance, distance);
    this.fails ||= tellsOfFailure(text);
    this.quote(text, distance);
  }

  quote(text: string, distance: number): void {
    const line = { text, distance, fails: distance > 0 && tellsOfFailure(text) };
    if (this.quoted.length > 0 && this.#characters + text.length > mostCharacters) return;
    if (this.quoted.length >= mostLines) return;
    this.quoted.push(line);
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
  #latest: { readonly bag: Uint32Array; readonly incident: OpenIncident }[] = [];
  #kept: OpenIncident[] = [];
  /** Lines since the last new one, as long as they may be between two. */
  #between: string[] = [];
  #open: OpenIncident | undefined;
  /** The last line that the reference has none like. */
  #lastNew = -Infinity;

  constructor(reference: NearestLines) {
    this.#reference = reference;
  }

  /** Returns the line's distance where it is new and like none before; else undefined. */
  add(text: string, lines: LineRange): number | undefined {
    const distance = this.#distance(text, lines);
    if (distance === undefined && this.#open !== undefined && lines[1] - this.#lastNew <= longestGap) {
      if (text.trim() !== '') this.#between.push(text);
    }
    return distance;
  }

  #distance(text: string, lines: LineRange): number | undefined {
    this.#line.read(text);
    if (this.#reference.has(this.#line)) return undefined;
    const { order } = this.#line;
    const met = this.#met.get(order);
    if (met === null) return undefined;
    if (met !== undefined) {
      met.count += 1;
      return undefined;
    }
    const bag = this.#line.bag();
    const distance = this.#reference.distance(bag, newDistance);
    if (distance <= newDistance) {
      this.#met.set(order, null);
      return undefined;
    }
    if (lines[0] - this.#lastNew > longestGap) this.#open = undefined;
    if (this.#open === undefined) this.#between = [];
    const alike = this.#latest.find((other) => this.#reference.between(other.bag, bag) <= newDistance)?.incident;
    const incident = alike !== undefined && alike !== this.#open ? alike : this.#openAt(lines);
    this.#met.set(order, incident);
    incident.count += 1;
    if (incident !== this.#open) return undefined;
    this.#lastNew = lines[1];
    for (const known of this.#between) incident.quote(known, 0);
    this.#between = [];
    incident.add(text, distance, lines);
    this.#latest = [{ bag, incident }, ...this.#latest].slice(0, mostCompared);
    return distance;
  }

  /** Those that were kept, in the order of the log. */
  values(): Iterable<Incident> {
    return this.#kept.values();
  }

  #openAt(lines: LineRange): OpenIncident {
    if (this.#open !== undefined) return this.#open;
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
export function incidentScore({ distance, fails }: Incident): number {
  return distance + (fails ? 1 : 0);
}

/** The line that says most comes first, then the others in their order. */
export function incidentText({ quoted }: Incident): string {
  let head: QuotedLine | undefined;
  const weight = (line: QuotedLine): number => line.distance + (line.fails ? 1 : 0);
  for (const line of quoted) if (head === undefined || weight(line) > weight(head)) head = line;
  return [head, ...quoted.filter((line) => line !== head)].map((line) => line?.text ?? '').join('\n');
}
