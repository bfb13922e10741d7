// Tells logs, whose lines are records or parts of them, from prose and source code.

import { isBlank } from './characters.js';
import { HeadReader, type RecordHead } from './record-head.js';
import { TemplateMiner } from './templates.js';
import { isFrame, startsPythonTrace } from './trace-lines.js';

/** Characters of the text that decide. */
const mostCharacters = 65_536;
/** With fewer lines nothing repeats. */
const fewestLines = 3;
/** Share of lines that start like a record, among those that nothing joins to the line before. */
const recordShare = 0.4;
/** Where records start with a date and a time of day, their share: such a record may be of many lines. */
const datedShare = 1 / 9;
/** Share of lines printed from a template that others share. */
const repeatedShare = 0.6;
/** Lines of one template that are no chance. */
const fewestRepeats = 3;

/** What records may start with beside what `HeadReader` knows: a time of day near the start. */
const recordStart = /^.{0,80}?(?<!\d)\d{1,2}:\d{2}:\d{2}(?!\d)/;

/** Whether a text is a log, by its first 64 Ki characters. */
export function looksLikeLog(sample: string): boolean {
  const lines = sample.slice(0, mostCharacters).split('\n');
  // It is cut somewhere.
  if (sample.length > mostCharacters) lines.pop();
  const records = lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  if (records.length < fewestLines) return false;
  return startLikeRecords(records) || countRepeated(records) >= repeatedShare * records.length;
}

/** Whether the lines are records, stack traces and whatever else goes on with them aside. */
function startLikeRecords(lines: readonly string[]): boolean {
  const heads = new HeadReader();
  let starts = 0;
  let dated = 0;
  let others = 0;
  for (const line of lines) {
    const head = heads.read(line);
    if (continues(line, head)) continue;
    if (isDated(head)) dated += 1;
    if (head.own || recordStart.test(line)) starts += 1;
    else others += 1;
  }
  const all = starts + others;
  if (starts >= recordShare * lines.length) return true;
  return starts >= fewestLines && (starts >= recordShare * all || dated >= Math.max(fewestLines, datedShare * all));
}

function continues(line: string, head: RecordHead): boolean {
  // A number at the start of an indented line is no time.
  if (isBlank(line.charCodeAt(head.own ? 0 : head.message))) return !recordStart.test(line);
  return !head.own && (isFrame(line) || startsPythonTrace(line));
}

function isDated({ time, lacking, own }: RecordHead): boolean {
  return own && time !== undefined && lacking !== 'day' && lacking !== 'start';
}

/** Lines that differ from others in their numbers only. Lines that are the same, or numbers alone, say nothing. */
function countRepeated(lines: readonly string[]): number {
  const miner = new TemplateMiner({ similarity: 1 });
  for (const line of lines) miner.add(line);
  let count = 0;
  for (const template of miner.values()) {
    const { text, lines: shared } = template;
    if (shared >= fewestRepeats && text.includes('<*>') && /\p{L}{3}/u.test(text)) count += shared;
  }
  return count;
}
