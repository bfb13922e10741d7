// How fast `unspool analyze --count` is beside gpt-tokenizer on one thread: node test/bench/count.mjs [MB]
//
// The log is services.log, the prose moby-dick.txt, each repeated to so many megabytes (default: 100). gpt-tokenizer counts
// the whole text at once and, where that is exact (each line ends in a lone line feed that follows no white space, and no
// line begins with white space or "/"), line by line. In turn, in one run; each figure is the best of three,
// since other work on the machine can only slow them down.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

const root = fileURLToPath(new URL('../../', import.meta.url));
const megabytes = Number(process.argv[2] ?? 100);
const rounds = 3;
/** gpt-tokenizer sees less of the same: its rate does not depend on the length. */
const gptMegabytes = Math.min(megabytes, 10);
const options = { disallowedSpecial: new Set() };
const folder = mkdtempSync(join(tmpdir(), 'unspool-count-'));

console.log(`${availableParallelism()} processors, ${megabytes} MB, o200k_base, MB/s\n`);
console.log('text           gpt-tokenizer, whole   by lines   unspool   faster   unspool peak memory');
for (const [kind, name] of [
  ['prose', 'moby-dick.txt'],
  ['log', 'services.log'],
]) {
  const source = readFileSync(`${root}fixtures/documents/${name}`, 'utf8');
  const short = repeat(source, gptMegabytes);
  const path = join(folder, name);
  writeFileSync(path, repeat(source, megabytes));
  const byLines = !/\s\n|\n[\s/]/.test(short);
  const rates = { whole: [], lines: [], unspool: [] };
  let memory = 0;
  for (let round = 0; round < rounds; round += 1) {
    rates.whole.push(rate(short, () => countTokens(short, options)));
    if (byLines) rates.lines.push(rate(short, () => countLines(short)));
    const text = readFileSync(path, 'utf8');
    let output = '';
    rates.unspool.push(
      rate(text, () => {
        output = execFileSync(process.execPath, [`${root}bin/unspool.js`, 'analyze', '--json', '-q', path]).toString();
      }),
    );
    const events = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    memory = Math.max(memory, events.at(-1).peakMemoryBytes);
  }
  const [whole, lines, unspool] = [rates.whole, rates.lines, rates.unspool].map((each) => Math.max(...each));
  console.log(
    [
      kind.padEnd(13),
      whole.toFixed(1).padStart(22),
      (byLines ? lines.toFixed(1) : '-').padStart(10),
      unspool.toFixed(1).padStart(9),
      `${(unspool / Math.max(whole, lines)).toFixed(1)}x`.padStart(8),
      `${(memory / 1e6).toFixed(0)} MB`.padStart(21),
    ].join(' '),
  );
}
rmSync(folder, { recursive: true });

function repeat(text, size) {
  return text.repeat(Math.ceil((size * 1e6) / Buffer.byteLength(text)));
}

function countLines(text) {
  let count = 0;
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from) + 1 || text.length;
    count += countTokens(text.slice(from, end), options);
    from = end;
  }
  return count;
}

function rate(text, work) {
  const start = performance.now();
  work();
  return Buffer.byteLength(text) / 1e3 / (performance.now() - start);
}
