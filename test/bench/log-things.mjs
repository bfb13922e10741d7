// How many of the five things that an operator would tell of a log its first ten findings tell, beside simple
// rankings. The things were written down from reading the logs (fixtures/expected/log-things.json): a finding tells
// one when a line that it quotes matches, and its count is not below the least one given there.
//
// node test/bench/log-things.mjs DOCUMENTS_FOLDER [LOG...]     FOLDER holds Linux_2k.log and so on, of Loghub
// Prints each thing that is not told.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestFindings, mean, randomRanking, readLines, simpleRankings, table } from './log-trials.mjs';

const [folder, ...chosen] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node test/bench/log-things.mjs DOCUMENTS_FOLDER [LOG...]');

const top = 10;
const shuffles = 20;
const things = JSON.parse(readFileSync(new URL('../../fixtures/expected/log-things.json', import.meta.url), 'utf8'));

const rows = [];
const missing = [];
for (const name of Object.keys(things).filter((log) => chosen.length === 0 || chosen.includes(log))) {
  const file = join(folder, `${name}_2k.log`);
  const lines = readLines(file);
  const toldBy = (findings) =>
    things[name].filter((thing) => findings.slice(0, top).some((finding) => tells(finding, thing)));
  const told = toldBy(await digestFindings(file, lines, { top }));
  const numbers = {
    unspool: told.length,
    ...Object.fromEntries(
      Object.entries(simpleRankings(lines)).map(([ranking, { findings }]) => [ranking, toldBy(findings).length]),
    ),
    'random order': mean(
      Array.from({ length: shuffles }, (_, at) => toldBy(randomRanking(lines, at + 1).findings).length),
    ),
  };
  if (rows.length === 0) rows.push([`of ${things[name].length} things`, ...Object.keys(numbers)]);
  rows.push([name, ...Object.values(numbers).map((number) => `${Math.round(number * 10) / 10}`)]);
  missing.push(...things[name].filter((thing) => !told.includes(thing)).map(({ thing }) => `${name}: ${thing}`));
}
console.log(table(rows));
console.log(['\nNot told by unspool:', ...missing].join('\n'));

function tells({ text, count }, { lines, count: least = 1 }) {
  const expression = new RegExp(lines);
  return count >= least && text.split('\n').some((line) => expression.test(line.trimEnd()));
}
