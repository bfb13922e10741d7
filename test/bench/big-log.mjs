// Writes a log of so many bytes, for runs of a gigabyte: fixtures/documents/services.log again and again, each lap
// three days later, with other numbers and traces; in place of its own faults, one new fault line each at three places.
// The same bytes each time for the same size and seed. Where the faults are goes to standard error.
//
// node test/bench/big-log.mjs BYTES [SEED] > big.log      (BYTES may be 1e9; the log ends with the last line that fits)

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { seededRandom } from './foreign-lines.mjs';

const source = new URL('../../fixtures/documents/services.log', import.meta.url);
/** Lines of the faults that services.log has already. */
const planted = new Set([4929, 17643, 17644, 45243, 45244, 45245]);
const faults = [
  'INFO  kernel      node3 EDAC MC0: 1 UE memory read error on DIMM_B2, page offlined, process of worker-3 killed',
  'INFO  auth-2      signing keys not reachable, accepting tokens without checking their signature',
  'INFO  scheduler-1 archive-2 holds 0 bytes after the backup, older backups removed as planned',
];
const lap = 3 * 24 * 60 * 60 * 1000;
const timeLength = 24;
/** Numbers that stand alone, answers of a server aside; and traces. */
const changing = /(?<![\w.:/-]|-> |answer |answering )\d+(?![\w.:/-])|(?<=trace )[0-9a-f]{6}/g;
const [decimal, hexadecimal] = ['123456789', '0123456789abcdef'].map((digits) => Buffer.from(digits));

const [bytes, seed = 1] = process.argv.slice(2).map(Number);
if (!(bytes > 0)) throw new Error('usage: node test/bench/big-log.mjs BYTES [SEED] > big.log');
const random = seededRandom(seed);
const lines = readFileSync(source, 'latin1')
  .trimEnd()
  .split('\n')
  .filter((_, at) => !planted.has(at + 1));
const times = lines.map((line) => Date.parse(line.slice(0, timeLength)));
const original = Buffer.from(`${lines.join('\n')}\n`, 'latin1');
const { starts, numbers, traces } = layout();
/** Bytes after which each fault comes. */
const places = faults.map((_, index) => (bytes * (index + random())) / faults.length);

process.stdout.on('error', () => process.exit());
let [written, linesWritten, done] = [0, 0, false];
for (let round = 0; !done; round += 1) {
  const text = lapOf(round);
  let from = 0;
  while (places.length > 0 && places[0] < written + text.length - from) {
    const line = starts.findLastIndex((start) => start <= from + places[0] - written);
    const to = Math.max(from, starts[line]);
    await write(text.subarray(from, to));
    from = to;
    await write(Buffer.from(`${timeOf(line, round)} ${faults[faults.length - places.length]}\n`));
    if (!done) console.error(`line ${linesWritten}: ${faults[faults.length - places.length]}`);
    places.shift();
  }
  await write(text.subarray(from));
}

/** Where lines start, and where the digits that change are: those of numbers and those of traces. */
function layout() {
  const found = { starts: [], numbers: [], traces: [] };
  let start = 0;
  for (const line of lines) {
    found.starts.push(start);
    for (const { 0: digits, index } of line.matchAll(changing)) {
      if (index < timeLength) continue;
      const list = line.startsWith('trace ', index - 6) ? found.traces : found.numbers;
      for (let at = 0; at < digits.length; at += 1) list.push(start + index + at);
    }
    start += line.length + 1;
  }
  return found;
}

/** The log with the times of the round and with other digits. None is 0, so that no number begins with one. */
function lapOf(round) {
  const text = Buffer.from(original);
  starts.forEach((start, line) => text.latin1Write(timeOf(line, round), start));
  for (const at of numbers) text[at] = decimal[Math.floor(random() * decimal.length)];
  for (const at of traces) text[at] = hexadecimal[Math.floor(random() * hexadecimal.length)];
  return text;
}

function timeOf(line, round) {
  return new Date(times[line] + round * lap).toISOString();
}

/** Whole lines, as far as there is room. */
async function write(text) {
  const room = bytes - written;
  const fitting = text.length <= room ? text : text.subarray(0, text.lastIndexOf('\n', room - 1) + 1);
  done ||= fitting.length < text.length || fitting.length === room;
  written += fitting.length;
  for (let at = fitting.indexOf('\n'); at !== -1; at = fitting.indexOf('\n', at + 1)) linesWritten += 1;
  if (fitting.length > 0 && !process.stdout.write(fitting)) await once(process.stdout, 'drain');
}
