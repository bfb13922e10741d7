// How well lines of another system are found in a log (foreign-lines.mjs): ROC-AUC and precision at N, N being the
// number of foreign lines, of line surprise in the window, of unspool's score, of rare templates, and of surprise
// without a window. Ties count half in the one and by their expected share in the other.
//
// node test/bench/anomalies.mjs [--baselines] FOLDER [SEEDS]      (default: 3 seeds; --baselines: without unspool)
// FOLDER holds Apache_2k.log, Linux_2k.log and HDFS_2k.log of Loghub. 1% of each one's lines are replaced by lines of
// the other two.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openModel } from '../../dist/backends/local/open-model.js';
import { foreignLines } from './foreign-lines.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const names = ['Apache', 'Linux', 'HDFS'];
const cells = 512;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { baselines: { type: 'boolean' } } });
const [folder, seeds = '3'] = positionals;
if (folder === undefined) throw new Error('usage: node test/bench/anomalies.mjs [--baselines] FOLDER [SEEDS]');

const logs = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, `${name}_2k.log`), 'utf8')]));
const model = await openModel({ path: `${root}fixtures/models/base/base.gguf`, threads: 1 });
const backend = await model.createBackend(cells, cells);
const surpriseAlone = new Map();

console.log(`${'log'.padEnd(8)}${'score'.padEnd(30)}  ROC-AUC  precision at N, means of ${seeds} seeds`);
for (const name of names) {
  const donor = names
    .filter((other) => other !== name)
    .map((other) => logs[other])
    .join('\n');
  const results = new Map();
  for (let seed = 1; seed <= Number(seeds); seed += 1) {
    const { text, foreign } = foreignLines(logs[name], donor, { share: 0.01, seed });
    const lines = text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => line.trimEnd());
    const contenders = {
      ...(!values.baselines && unspool(text, lines.length)),
      'rarity of the template': rarities(lines),
      'surprise without a window': await surprisesAlone(lines),
    };
    for (const [contender, scores] of Object.entries(contenders)) {
      const judged = scores.map((score, at) => ({ score, foreign: foreign.has(at + 1) }));
      results.set(contender, [...(results.get(contender) ?? []), judge(judged)]);
    }
  }
  for (const [contender, judged] of results) {
    const [area, precision] = ['area', 'precision'].map((key) => mean(judged.map((result) => result[key])).toFixed(3));
    console.log(`${name.padEnd(8)}${contender.padEnd(30)}  ${area.padStart(7)}  ${precision}`);
  }
}
await backend.dispose();
await model.dispose();

/** Both scores of every line, from unspool's events. */
function unspool(text, count) {
  const place = mkdtempSync(join(tmpdir(), 'unspool-bench-'));
  try {
    const file = join(place, 'planted.log');
    writeFileSync(file, text);
    const args = [`${root}bin/unspool.js`, 'stream', '--anomalies', '--all', '--json', '--events', '-q', file];
    const env = { ...process.env, UNSPOOL_THREADS: '1' };
    const output = execFileSync(process.execPath, args, { encoding: 'utf8', env, maxBuffer: 2 ** 30 });
    const [inWindow, own] = [new Array(count).fill(0), new Array(count).fill(0)];
    for (const event of output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))) {
      if (event.event !== 'line-surprise') continue;
      inWindow[event.line - 1] = event.tokens === 0 ? 0 : event.nats / event.tokens;
      own[event.line - 1] = event.score;
    }
    return { "unspool's score": own, 'surprise in the window': inWindow };
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** One over how often the line's template occurs: the line with every word that holds a digit masked. */
function rarities(lines) {
  const templates = lines.map((line) => line.replaceAll(/[^\s[\](){}<>=:,;/]*\d[^\s[\](){}<>=:,;/]*/g, '#'));
  const counts = new Map();
  for (const template of templates) counts.set(template, (counts.get(template) ?? 0) + 1);
  return templates.map((template) => 1 / counts.get(template));
}

/** Mean nats per token of each line, read after nothing but the beginning token. */
async function surprisesAlone(lines) {
  const { vocabulary } = backend;
  for (const line of new Set(lines)) {
    if (surpriseAlone.has(line)) continue;
    const tokens = vocabulary.tokenize(line).slice(0, cells);
    await backend.clear();
    const scores = await backend.decode(Int32Array.from([vocabulary.beginning, ...tokens.slice(0, -1)]), tokens);
    surpriseAlone.set(line, scores.length === 0 ? 0 : mean([...scores]));
  }
  return lines.map((line) => surpriseAlone.get(line));
}

function judge(lines) {
  const wanted = lines.filter(({ foreign }) => foreign).length;
  const groups = new Map();
  for (const { score, foreign } of lines) {
    const group = groups.get(score) ?? { foreign: 0, own: 0 };
    group[foreign ? 'foreign' : 'own'] += 1;
    groups.set(score, group);
  }
  let [above, pairs, left, hits] = [0, 0, wanted, 0];
  for (const [, { foreign, own }] of [...groups].sort(([one], [other]) => other - one)) {
    pairs += own * (above + foreign / 2);
    above += foreign;
    const taken = Math.min(left, foreign + own);
    hits += (taken * foreign) / (foreign + own);
    left -= taken;
  }
  return { area: pairs / (wanted * (lines.length - wanted)), precision: hits / wanted };
}

function mean(numbers) {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
