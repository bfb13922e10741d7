// What is told of a failed build beside a good one: recall at K of the lines that a person must be shown, and how many
// of the lines shown are listed, beside the nearest neighbour of hashed words and new templates.
//
// node test/bench/log-pairs.mjs LOGREDUCE_FOLDER      pairs of logreduce-tests: *.good, *.fail and inf.yaml in each
// K is twice the required lines of a pair, 5 at least. Shown: so many lines of text in all, whatever finding they are
// of; in brackets, so many findings.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemplateMiner } from '../../dist/memory/logs/templates.js';
import { mean, readLines, table, unspool } from './log-trials.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node test/bench/log-pairs.mjs LOGREDUCE_FOLDER');

/** Cosine distance from which a line is unlike all of the good log. */
const farEnough = 0.3;

/** What is random, dates and numbers. */
const blanked = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\b(?:0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{6,})\b/gi,
  /\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b(?=[ ,]+\d)/gi,
  /[^A-Za-z_/\s.-]+/g,
];

const judged = [];
for (const name of readdirSync(folder).sort()) {
  const place = join(folder, name);
  const files = readdirSync(place);
  const [good, failed] = ['.good', '.fail'].map((end) =>
    join(
      place,
      files.find((file) => file.endsWith(end)),
    ),
  );
  const listed = listedLines(readFileSync(join(place, 'inf.yaml'), 'utf8'));
  const top = Math.max(5, 2 * listed.filter(({ optional }) => !optional).length);
  const neighbours = unlikeAny(readLines(good), readLines(failed));
  const contenders = {
    unspool: await unspoolFindings(good, failed, top),
    'nearest neighbour, farthest first': [...neighbours].sort((one, other) => other.distance - one.distance),
    'nearest neighbour, in file order': neighbours,
    'new templates, in file order': newTemplates(readLines(good), readLines(failed)),
  };
  const results = Object.entries(contenders).map(([contender, findings]) => ({
    contender,
    ...judge(
      findings.map(({ text }) => text),
      listed,
      top,
    ),
  }));
  judged.push(...results);
  show(`${name}, K = ${top}`, results);
}
const averages = [...new Set(judged.map(({ contender }) => contender))].map((contender) => {
  const own = judged.filter((result) => result.contender === contender);
  const figures = ['recall', 'recallOfFindings', 'precision', 'shown'];
  return { contender, ...Object.fromEntries(figures.map((key) => [key, mean(own.map((result) => result[key]))])) };
});
show('mean', averages);

function show(title, results) {
  const rows = results.map(({ contender, recall, recallOfFindings, precision, shown }) => [
    contender,
    `${recall.toFixed(3)} (${recallOfFindings.toFixed(3)})`,
    precision.toFixed(3),
    `${Math.round(shown)}`,
  ]);
  console.log(`\n${table([[title, 'recall', 'precision', 'lines shown'], ...rows])}`);
}

/** The entries of inf.yaml, a list of `optional: True` and `line: |` with a line below. */
function listedLines(yaml) {
  const entries = yaml.slice(yaml.indexOf('anomalies:')).split(/^ *- /m).slice(1);
  return entries.map((entry) => ({
    text: /line: \|\n\s*(.*)/.exec(entry)[1].trim(),
    optional: /optional: *true/i.test(entry),
  }));
}

async function unspoolFindings(good, failed, top) {
  const args = ['stream', '--given', good, '--anomalies', '--as', 'log', '--top', `${top}`, failed];
  return (await unspool(args)).filter(({ event }) => event === 'passage');
}

function judge(texts, listed, top) {
  const required = listed.filter(({ optional }) => !optional);
  const recall = (shown) => mean(required.map(({ text }) => Number(shown.some((line) => line.includes(text)))));
  const shown = texts.flatMap((text) => text.split('\n')).slice(0, top);
  const precision = mean(shown.map((line) => Number(listed.some(({ text }) => line.includes(text))))) ?? 0;
  return { recall: recall(shown), recallOfFindings: recall(texts.slice(0, top)), precision, shown: shown.length };
}

/** Lines unlike any of the good log, one of those that are alike in their words, as logreduce finds them. */
function unlikeAny(good, failed) {
  const references = new Map(good.map((line) => [wordsOf(line).join(' '), wordsOf(line)]));
  const having = new Map();
  for (const words of references.values()) {
    for (const word of words) {
      if (!having.has(word)) having.set(word, []);
      having.get(word).push(words);
    }
  }
  const found = new Map();
  for (const text of failed) {
    const words = wordsOf(text);
    const key = words.join(' ');
    if (words.length === 0 || references.has(key) || found.has(key)) continue;
    const shared = new Map();
    for (const word of words) {
      for (const other of having.get(word) ?? []) shared.set(other, (shared.get(other) ?? 0) + 1);
    }
    const nearest = Math.max(0, ...[...shared].map(([other, n]) => n / Math.sqrt(other.length * words.length)));
    if (1 - nearest > farEnough) found.set(key, { text, distance: 1 - nearest });
  }
  return [...found.values()];
}

/** The different words of a line in order of the alphabet, without what `blanked` matches. */
function wordsOf(line) {
  const text = blanked.reduce((rest, pattern) => rest.replaceAll(pattern, ' '), line);
  return [...new Set(text.match(/\w\w+/g) ?? [])].sort();
}

/** The first line of each template that only the failed log has. */
function newTemplates(good, failed) {
  const miner = new TemplateMiner();
  const known = new Set(good.map((line) => miner.add(line).id));
  const found = new Map();
  for (const text of failed) {
    const { id } = miner.add(text);
    if (text !== '' && !known.has(id) && !found.has(id)) found.set(id, { text });
  }
  return [...found.values()];
}
