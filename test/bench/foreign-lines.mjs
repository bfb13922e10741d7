// Plants lines of another system in a log, for anomalies.mjs: the line that is replaced keeps its own header (time,
// level, host, process number, as its log has them) and gets the message of the other log's line.
//
// import { foreignLines } from './foreign-lines.mjs';
// foreignLines(host, donor, { share: 0.01, seed: 1 }) -> { text, foreign: Set of line numbers, from 1 }

/** Headers of the logs of Loghub that the benchmark reads. */
const headers = [
  // Apache: [Sun Dec 04 04:47:44 2005] [notice]
  /^\[\w{3} \w{3} \d\d \d\d:\d\d:\d\d \d{4}\] \[\w+\] /,
  // Linux: Jun 14 15:16:01 combo
  /^\w{3} [ \d]\d \d\d:\d\d:\d\d \w+ /,
  // HDFS: 081109 203615 148 INFO
  /^\d{6} \d{6} \d+ [A-Z]+ /,
];

/** Line ends stay as the host has them. No line of the donor is used twice. */
export function foreignLines(host, donor, { share = 0.01, seed = 1 } = {}) {
  const random = seededRandom(seed);
  const lines = host.split('\n');
  const places = [...lines.keys()].filter((at) => headerOf(lines[at]) !== '');
  const messages = donor.split('\n').map(messageOf);
  const donated = messages.filter((message) => message !== '');
  const count = Math.round(lines.filter((line) => line !== '').length * share);
  const chosen = shuffled(places, random).slice(0, count);
  shuffled(donated, random)
    .slice(0, count)
    .forEach((message, index) => {
      const line = lines[chosen[index]];
      lines[chosen[index]] = `${headerOf(line)}${message}${line.endsWith('\r') ? '\r' : ''}`;
    });
  return { text: lines.join('\n'), foreign: new Set(chosen.map((at) => at + 1)) };
}

function headerOf(line) {
  return headers.map((header) => header.exec(line)?.[0]).find((header) => header !== undefined) ?? '';
}

function messageOf(line) {
  return line.slice(headerOf(line).length).trimEnd();
}

/** Numbers from 0 to 1, the same ones on every platform: mulberry32. */
export function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy in random order. */
export function shuffled(list, random) {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [copy[at], copy[other]] = [copy[other], copy[at]];
  }
  return copy;
}
