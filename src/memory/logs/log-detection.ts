// Tells logs, whose lines are records, from prose and source code.

import { TemplateMiner } from './templates.js';

/** Characters of the text that decide. */
const mostCharacters = 65_536;
/** With fewer lines nothing repeats. */
const fewestLines = 3;
/** Share of lines that start like a record; the others continue one, as stack traces do. */
const recordShare = 0.4;
/** Share of lines printed from a template that others share. */
const repeatedShare = 0.6;
/** Lines of one template that are no chance. */
const fewestRepeats = 3;

/** What records start with. */
const recordStarts = [
  // Time of day near the start: ISO 8601, syslog, Apache's logs, logcat, glog.
  /^.{0,80}?(?<!\d)\d{1,2}:\d{2}:\d{2}(?!\d)/,
  // Seconds since boot or 1970; HDFS's date and time.
  /^(?:<\d+>)?\[ *\d+\.\d{3,}\]/,
  /^\[?\d{10}(?:\d{3})?(?:\.\d+)?\b/,
  /^\d{6} \d{6} /,
  /^\W{0,2}(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b/,
  /^(?:\w+=(?:"[^"]*"|\S*) ){2}/,
  /^\{"[^"]+":.*\}$/,
];

/** Whether a text is a log, by its first 64 Ki characters. */
export function looksLikeLog(sample: string): boolean {
  const lines = sample.slice(0, mostCharacters).split('\n');
  // It is cut somewhere.
  if (sample.length > mostCharacters) lines.pop();
  const records = lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  if (records.length < fewestLines) return false;
  const starts = records.filter((line) => recordStarts.some((start) => start.test(line))).length;
  return starts >= recordShare * records.length || countRepeated(records) >= repeatedShare * records.length;
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
