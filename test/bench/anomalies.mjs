// How well lines of another system are found in a log (foreign-lines.mjs): ROC-AUC and precision at N, N being the
// number of foreign lines, of line surprise in the window, of unspool's score, of rare templates, and of surprise
// without a window. Ties count half in the one and by their expected share in the other.
//
// node test/bench/anomalies.mjs [--baselines] FOLDER [SEEDS]      (default: 3 seeds; --baselines: without unspool)
// FOLDER holds Apache_2k.log, Linux_2k.log and HDFS_2k.log of Loghub. 1% of each one's lines are replaced by lines of
// the other two.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openModel } from '../../dist/backends/local/open-model.js';
import { foreignLines } from './foreign-lines.mjs';
import { judge, lineScores, mean, withFile } from './log-trials.mjs';

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
    const written = text.replace(/\n$/, '').split('\n');
    const lines = written.map((line) => line.trimEnd());
    const contenders = {
      ...(!values.baselines && (await unspoolScores(written))),
      'rarity of the template': rarities(lines),
      'surprise without a window': await surprisesAlone(lines),
    };
    for (const [contender, scores] of Object.entries(contenders)) {
      const judged = judge(scores, (at) => foreign.has(at + 1));
      results.set(contender, [...(results.get(contender) ?? []), judged]);
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
function unspoolScores(lines) {
  return withFile(lines, async (file) => {
    const { events, scores } = await lineScores(file, lines.length, { options: ['--all'] });
    const inWindow = new Array(lines.length).fill(0);
    for (const { event, line, nats, tokens } of events) {
      if (event === 'line-surprise') inWindow[line - 1] = tokens === 0 ? 0 : nats / tokens;
    }
    return { "unspool's score": scores, 'surprise in the window': inWindow };
  });
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
