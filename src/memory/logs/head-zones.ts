// What logs print between time and message, known by heart: few of its words change, beside their figures.

import { countDigits, isBlank, isCapital, isDigit, isLetter } from './characters.js';
import { copyOf } from './copies.js';
import { attachedEnd, isClass, isCode, nameEnd } from './head-words.js';
import { levelAt, type Level } from './levels.js';
import type { RecordHead } from './record-head-types.js';
import { hashFactors } from './line-hash.js';
import type { Lacking } from './time-forms.js';

const { golden } = hashFactors;

const mostKeys = 1024;
/** Zones that are kept with their figures; a power of two. */
const slots = 1024;
const fewestCopies = 1000;
/** Characters that say where one is kept. */
const slotCharacters = 16;
/** Zones that begin with the same words. */
const mostAlike = 16;
/** Longer ones are read anew each time. */
const longestZone = 200;

/** A part of a zone that a head names: its place, and whether it has figures, which may be others in the next line. */
interface Name {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly hasFigures: boolean;
}

interface Zone {
  readonly text: string;
  readonly level: Level | undefined;
  readonly source: Name | undefined;
  readonly prefix: Name | undefined;
  readonly sort: number;
  /** Of the time in front: without a year, a host may follow. */
  readonly lacking: Lacking;
  readonly isLoose: boolean;
}

/** A zone with the figures of one line. */
interface Spelt {
  readonly zone: Zone;
  readonly text: string;
  readonly source: string | undefined;
  readonly prefix: string | undefined;
}

export class HeadZones {
  /** By a hash of the first words without their figures. */
  readonly #zones = new Map<number, Zone[]>();
  /** By a hash of the first characters, so that most lines take one comparison. */
  readonly #spelt = new Array<Spelt | undefined>(slots).fill(undefined);
  #copies = 0;
  #hits = 0;
  /** Where the zone that was compared last ends in the line, and where its names are. */
  #end = 0;
  #sourceFrom = 0;
  #sourceTo = 0;
  #prefixFrom = 0;
  #prefixTo = 0;

  /** The head of a line whose time ends at `at`; undefined where another line has to be asked. */
  find(line: string, at: number, time: number, lacking: Lacking): RecordHead | undefined {
    const slot = slotOf(line, at);
    const spelt = this.#spelt[slot];
    if (spelt?.zone.lacking === lacking && line.startsWith(spelt.text, at)) {
      const message = at + spelt.text.length;
      if (isOver(line, message, spelt.zone)) {
        this.#hits += 1;
        return headOf(spelt, time, message);
      }
    }
    const found = this.#among(this.#zones.get(keyOf(line, at)) ?? [], line, at, lacking);
    if (found === undefined) return undefined;
    // A copy takes longer than it spares where each line has other figures.
    if (this.#copies < fewestCopies + this.#hits / 8) {
      this.#copies += 1;
      const { zone, source, prefix } = found;
      const text = copyOf(line.slice(at, this.#end));
      this.#spelt[slot] = { zone, text, source: source && copyOf(source), prefix: prefix && copyOf(prefix) };
    }
    return headOf(found, time, this.#end);
  }

  #among(zones: readonly Zone[], line: string, at: number, lacking: Lacking): Spelt | undefined {
    for (const zone of zones) {
      if (zone.lacking !== lacking || !this.#matches(zone, line, at)) continue;
      if (!isOver(line, this.#end, zone)) continue;
      const { text, source, prefix } = zone;
      return {
        zone,
        text,
        prefix: prefix?.hasFigures === true ? line.slice(this.#prefixFrom, this.#prefixTo) : prefix?.text,
        source: source?.hasFigures === true ? line.slice(this.#sourceFrom, this.#sourceTo) : source?.text,
      };
    }
    return undefined;
  }

  /** Keeps what stands between the time, which ends at `at`, and the message. */
  learn(line: string, at: number, { prefix, level, source, message, sort, own, lacking }: RecordHead): void {
    if (!own || (level === undefined && source === undefined) || message <= at || message > at + longestZone) return;
    const text = copyOf(line.slice(at, message));
    if (!standsAlone(text, level)) return;
    const [named, collected] = [nameIn(text, source), nameIn(text, prefix)];
    if ((source === undefined) !== (named === undefined) || (prefix === undefined) !== (collected === undefined))
      return;
    const loose = named !== undefined && isLoose(text, named);
    const zone = { text, level, source: named, prefix: collected, sort, lacking, isLoose: loose };
    const key = keyOf(line, at);
    const alike = this.#zones.get(key);
    if (alike === undefined) {
      if (this.#zones.size >= mostKeys) this.#zones.clear();
      this.#zones.set(key, [zone]);
    } else if (alike.every((one) => one.text !== text || one.lacking !== lacking)) {
      if (alike.length >= mostAlike) alike.length = 0;
      alike.push(zone);
    }
  }

  /** Whether the zone stands there, with whatever figures. */
  #matches({ text, source, prefix }: Zone, line: string, at: number): boolean {
    let place = at;
    for (let index = 0; index < text.length;) {
      const code = text.charCodeAt(index);
      if (source?.hasFigures === true) {
        if (index === source.from) this.#sourceFrom = place;
        if (index === source.to) this.#sourceTo = place;
      }
      if (prefix?.hasFigures === true) {
        if (index === prefix.from) this.#prefixFrom = place;
        if (index === prefix.to) this.#prefixTo = place;
      }
      if (isDigit(code)) {
        if (!isDigit(line.charCodeAt(place))) return false;
        while (isDigit(line.charCodeAt(place))) place += 1;
        while (isDigit(text.charCodeAt(index))) index += 1;
      } else {
        if (line.charCodeAt(place) !== code) return false;
        place += 1;
        index += 1;
      }
    }
    this.#end = place;
    return true;
  }
}

/** Whether a zone is one whatever the message is: some names, and levels of one letter, are known by what follows. */
function standsAlone(zone: string, level: Level | undefined): boolean {
  if (level === undefined) return /[:\]]\s*$/.test(zone);
  return /[\s\]):>|]$/.test(zone) && !/(?:^|\W)[A-Z]\s*$/.test(zone);
}

function nameIn(zone: string, name: string | undefined): Name | undefined {
  const from = name === undefined ? -1 : zone.indexOf(name);
  if (name === undefined || from === -1) return undefined;
  const to = from + name.length;
  // Figures at the edges would be taken for those of what is next to the name.
  const isApart = !isDigit(zone.charCodeAt(from - 1)) && !isDigit(zone.charCodeAt(to));
  return isApart ? { text: zone.slice(from, to), from, to, hasFigures: /\d/.test(name) } : undefined;
}

function headOf({ zone, source, prefix }: Spelt, time: number, message: number): RecordHead {
  const { lacking, level, sort } = zone;
  return { prefix, time, lacking, level, source, message, body: undefined, own: true, sort };
}

function slotOf(line: string, at: number): number {
  let hash = 0;
  for (let next = at + 1; next <= at + slotCharacters; next += 1)
    hash = (Math.imul(hash, 31) + line.charCodeAt(next)) | 0;
  return (hash ^ (hash >>> 15)) & (slots - 1);
}

/** A hash of the first two words from a place on, without their figures. */
function keyOf(line: string, from: number): number {
  let hash = 0;
  let at = from;
  for (let word = 0; word < 2; word += 1) {
    let code = line.charCodeAt(at);
    while (code === 0x20) code = line.charCodeAt((at += 1));
    // To a blank, or to the end of the line.
    while (code > 0x20) {
      if (code < 0x30 || code > 0x39) hash = Math.imul(hash ^ code, golden);
      code = line.charCodeAt((at += 1));
    }
  }
  return hash;
}

/** Whether a better name may follow: a logger after a thread in brackets, or after a name in front of the level. */
function isLoose(zone: string, { from, to }: Name): boolean {
  return /\[\s*$/.test(zone.slice(0, from)) || /[A-Za-z]/.test(zone.slice(attachedEnd(zone, to)));
}

/** Whether the word there cannot belong to the head. Says so of most words, and of none that may. */
function isOver(line: string, at: number, zone: Zone): boolean {
  const { level, source } = zone;
  const code = line.charCodeAt(at);
  const isNamed = source !== undefined && !zone.isLoose;
  if (level !== undefined && isNamed && (isLetter(code) || startsCount(line, at))) return true;
  if (!isLetter(code)) return false;
  let letters = at;
  while (isLetter(line.charCodeAt(letters))) letters += 1;
  if (level === undefined && levelAt(line, at, letters, true) !== undefined) return false;
  const name = nameEnd(line, letters);
  // With a source already, only a level or what may stand before one goes on.
  if (level === undefined && isCode(line, at, name)) return false;
  if (isNamed) return true;
  const end = attachedEnd(line, name);
  const next = line.charCodeAt(end + 1);
  if (line.charCodeAt(end) !== 0x20 || isBlank(next) || next === 0x2d || next === 0x3a || next === 0x7c) return false;
  return end > name ? line.charCodeAt(end - 1) !== 0x5d : !isClass(line, at, name);
}

/** A short number and a word in small letters: no time. */
function startsCount(line: string, at: number): boolean {
  const digits = countDigits(line, at);
  const next = line.charCodeAt(at + digits + 1);
  return digits > 0 && digits < 4 && line.charCodeAt(at + digits) === 0x20 && isLetter(next) && !isCapital(next);
}
