// Good and failed runs of builds: how many of the lines that a person must be shown are among the first K, K being the
// larger of 5 and twice their number, of `--given GOOD --anomalies FAILED` and of nearest neighbours of hashed words
// (distance over 0.3, equal bags once; all words alike or weighted by rarity). Precision: of the lines shown, those that
// a person must or may be shown.
//
// node test/bench/given.mjs FOLDER
// FOLDER holds a folder for each pair: *.good, *.fail, and inf.yaml with the lines, as logreduce-tests has them.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bagHash, LineWords } from '../../dist/memory/logs/line-words.js';
import { NearestLines } from '../../dist/memory/logs/nearest-lines.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const newDistance = 0.3;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node test/bench/given.mjs FOLDER');

const recalls = new Map();
console.log(`${'pair'.padEnd(20)}${'  K'}  ${'contender'.padEnd(34)}  recall  precision  lines  findings`);
for (const pair of readdirSync(folder)) {
  const pathOf = (end) =>
    join(
      folder,
      pair,
      readdirSync(join(folder, pair)).find((name) => name.endsWith(end)),
    );
  const [good, failed] = [pathOf('.good'), pathOf('.fail')];
  const asked = lineListOf(readFileSync(pathOf('.yaml'), 'utf8'));
  const required = asked.filter(({ optional }) => !optional);
  const most = Math.max(5, 2 * required.length);
  const findings = unspool(good, failed);
  const contenders = {
    'unspool --given': findings.flatMap((text) => text.split('\n')),
    'nearest neighbours': nearestNeighbours(good, failed, false),
    'nearest neighbours, in log order': nearestNeighbours(good, failed, false, true),
    'nearest neighbours, words weighted': nearestNeighbours(good, failed, true),
  };
  for (const [contender, lines] of Object.entries(contenders)) {
    const shown = lines.slice(0, most);
    const holds = (wanted) => shown.some((line) => line.includes(wanted.line));
    const recall = required.filter(holds).length / required.length;
    const useful = shown.filter((line) => asked.some((wanted) => line.includes(wanted.line))).length;
    recalls.set(contender, [...(recalls.get(contender) ?? []), recall]);
    const figures = [recall.toFixed(2).padStart(6), (useful / Math.max(1, shown.length)).toFixed(2).padStart(9)];
    const count = contender === 'unspool --given' ? String(findings.length).padStart(8) : '';
    console.log(
      `${pair.padEnd(20)}${String(most).padStart(3)}  ${contender.padEnd(34)}  ${figures.join('  ')}  ${String(shown.length).padStart(5)}  ${count}`,
    );
  }
}
for (const [contender, all] of recalls) {
  console.log(`mean recall ${(all.reduce((sum, recall) => sum + recall) / all.length).toFixed(3)}  ${contender}`);
}

/** The texts of all findings. */
function unspool(good, failed) {
  const args = ['stream', '--given', good, '--anomalies', '--as', 'log', '--top', '1000', '--json', '-q', failed];
  const env = { ...process.env, UNSPOOL_THREADS: '1' };
  const output = execFileSync(process.execPath, [`${root}bin/unspool.js`, ...args], { encoding: 'utf8', env });
  const events = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return events.filter(({ event }) => event === 'passage').map(({ text }) => text);
}

/** The lines of the failed run that are far from all of the good one, the farthest first. */
function nearestNeighbours(good, failed, weighted, inOrder = false) {
  const words = new LineWords();
  const bagOf = (line) => {
    words.read(line);
    return words.bag();
  };
  const reference = new NearestLines();
  const bags = [];
  for (const line of linesOf(good)) {
    reference.add(line, 0);
    bags.push(new Set(bagOf(line)));
  }
  const cosine = (bag, other) => bag.filter((word) => other.has(word)).length / Math.sqrt(bag.length * other.size);
  const seen = new Set();
  const found = [];
  for (const line of linesOf(failed)) {
    const bag = bagOf(line);
    const hash = bagHash(bag);
    if (bag.length === 0 || seen.has(hash)) continue;
    seen.add(hash);
    const distance = weighted
      ? reference.nearest(bag).distance
      : 1 - Math.max(...bags.map((other) => (other.size === 0 ? 0 : cosine(bag, other))));
    if (distance > newDistance) found.push({ line, distance });
  }
  if (!inOrder) found.sort((a, b) => b.distance - a.distance);
  return found.map(({ line }) => line);
}

function linesOf(path) {
  return readFileSync(path, 'utf8').split('\n');
}

/** The `line`s of an inf.yaml: each a block of one line in a list, where it may be said to be optional. */
function lineListOf(yaml) {
  const lines = yaml.split('\n');
  const found = [];
  let optional = false;
  for (const [index, line] of lines.entries()) {
    if (/^\s*- /.test(line)) optional = false;
    if (/optional: True/.test(line)) optional = true;
    if (/\bline: \|$/.test(line)) found.push({ line: lines[index + 1].trim(), optional });
  }
  return found;
}
