// ROUGE of unspool's digest against the first words, random sentences and TextRank, each cut at the reference's length
// in words: means over the documents, and paired bootstrap intervals (95%) of unspool minus each of them.
//
// node test/bench/digest.mjs [--baselines] FILE...      (--baselines: without unspool)
// FILE: JSON lines as L-Eval has them, {"input", "outputs"}. The first output is the reference; an input that came
// before is left out.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom, shuffled } from './foreign-lines.mjs';
import { rouge } from './rouge.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const measures = { rouge1: 'ROUGE-1', rouge2: 'ROUGE-2', rougeL: 'ROUGE-L' };
const draws = 100;
const resamples = 10_000;
const [damping, precision] = [0.85, 1e-8];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { baselines: { type: 'boolean' } } });
if (positionals.length === 0) throw new Error('usage: node test/bench/digest.mjs [--baselines] FILE...');

/** What each contender makes of a text in so many words; several summaries where chance has a part in it. */
const contenders = {
  'first words': (text, budget) => [wordsOf(text).slice(0, budget).join(' ')],
  'random sentences': randomSummaries,
  TextRank: (text, budget) => [textRank(text, budget)],
  ...(!values.baselines && { unspool: (text, budget) => [fill(passagesOf(text), budget)] }),
};

for (const file of positionals) compare(file);

function compare(file) {
  const documents = documentsOf(file);
  console.log(`${basename(file)}: ${documents.length} documents`);
  console.log(
    `${''.padEnd(28)}${Object.values(measures)
      .map((name) => name.padStart(9))
      .join('')}`,
  );
  const scores = {};
  for (const [name, summarise] of Object.entries(contenders)) {
    scores[name] = documents.map(({ text, reference }) => {
      const summaries = summarise(text, wordsOf(reference).length);
      return meanScores(summaries.map((summary) => rouge(summary, reference)));
    });
    const means = Object.values(meanScores(scores[name]));
    console.log(`${name.padEnd(28)}${means.map((value) => (100 * value).toFixed(1).padStart(9)).join('')}`);
  }
  if (values.baselines) return;
  console.log(`\nunspool minus, with 95% intervals of ${resamples} resamples of the documents`);
  for (const name of Object.keys(contenders).slice(0, -1)) {
    const cells = Object.keys(measures).map((measure) =>
      interval(scores.unspool.map((score, index) => 100 * (score[measure] - scores[name][index][measure]))),
    );
    console.log(`${name.padEnd(20)}${cells.map((cell) => cell.padStart(23)).join('')}`);
  }
  console.log();
}

function documentsOf(file) {
  const entries = readFileSync(file, 'utf8').trim().split('\n');
  const references = new Map();
  for (const { input, outputs } of entries.map((entry) => JSON.parse(entry))) {
    if (!references.has(input)) references.set(input, outputs[0]);
  }
  return [...references].map(([text, reference]) => ({ text, reference }));
}

function randomSummaries(text, budget) {
  const sentences = sentencesOf(text);
  return Array.from({ length: draws }, (_, seed) => {
    const order = shuffled([...sentences.keys()], seededRandom(seed));
    return fill(
      withScores(sentences, (at) => -order.indexOf(at)),
      budget,
    );
  });
}

/** TextRank over cosines of TF-IDF vectors, as PageRank by power iteration. */
function textRank(text, budget) {
  const sentences = sentencesOf(text);
  const links = similarities(sentences);
  const strengths = links.map((row) => row.reduce((sum, value) => sum + value, 0));
  const count = sentences.length;
  let ranks = new Float64Array(count).fill(1 / count);
  for (let change = Infinity; change > precision;) {
    const next = new Float64Array(count).fill((1 - damping) / count);
    links.forEach((row, from) => {
      // What is like no other sentence is linked with all.
      if (strengths[from] === 0) next.forEach((_, to) => (next[to] += (damping * ranks[from]) / count));
      else row.forEach((value, to) => (next[to] += (damping * ranks[from] * value) / strengths[from]));
    });
    change = next.reduce((sum, value, at) => sum + Math.abs(value - ranks[at]), 0);
    ranks = next;
  }
  return fill(
    withScores(sentences, (at) => ranks[at]),
    budget,
  );
}

function similarities(sentences) {
  const counts = sentences.map((sentence) => {
    const terms = new Map();
    for (const term of sentence.toLowerCase().match(/[a-z0-9]+/g) ?? []) terms.set(term, (terms.get(term) ?? 0) + 1);
    return terms;
  });
  const holders = new Map();
  for (const terms of counts) for (const term of terms.keys()) holders.set(term, (holders.get(term) ?? 0) + 1);
  const postings = new Map([...holders.keys()].map((term) => [term, []]));
  counts.forEach((terms, at) => {
    const weights = [...terms].map(([term, count]) => [term, count * Math.log(counts.length / holders.get(term))]);
    const length = Math.hypot(...weights.map(([, weight]) => weight)) || 1;
    for (const [term, weight] of weights) postings.get(term).push([at, weight / length]);
  });
  const cosines = sentences.map(() => new Float64Array(sentences.length));
  for (const list of postings.values()) {
    for (const [first, one] of list) {
      for (const [second, other] of list) if (first !== second) cosines[first][second] += one * other;
    }
  }
  return cosines;
}

/** The digest's passages in the document's order, each with its text and score. */
function passagesOf(text) {
  const folder = mkdtempSync(join(tmpdir(), 'unspool-bench-'));
  try {
    const file = join(folder, 'document.txt');
    writeFileSync(file, text);
    const args = [`${root}bin/unspool.js`, 'stream', '--digest', '--json', '--top', '20', '-q', file];
    const env = { ...process.env, UNSPOOL_THREADS: '1' };
    const lines = execFileSync(process.execPath, args, { encoding: 'utf8', env, maxBuffer: 2 ** 28 })
      .trim()
      .split('\n');
    return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'passage');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Passages by score until there are so many words, the last one cut, in the order that they were given in. */
function fill(passages, budget) {
  let left = budget;
  const taken = new Map();
  for (const passage of [...passages].sort((one, other) => other.score - one.score)) {
    const words = wordsOf(passage.text).slice(0, left);
    taken.set(passage, words);
    left -= words.length;
  }
  return passages.flatMap((passage) => taken.get(passage)).join(' ');
}

function withScores(sentences, scoreOf) {
  return sentences.map((text, at) => ({ text, score: scoreOf(at) }));
}

function sentencesOf(text) {
  return text.split(/(?<=[.!?])\s+(?=[A-Z])/);
}

function wordsOf(text) {
  return text.match(/\S+/g) ?? [];
}

function meanScores(scores) {
  return Object.fromEntries(Object.keys(measures).map((measure) => [measure, mean(scores.map((one) => one[measure]))]));
}

/** The mean of paired differences, and the interval of the means of resampled documents. */
function interval(differences) {
  const random = seededRandom(1);
  const means = Float64Array.from({ length: resamples }, () =>
    mean(differences.map(() => differences[Math.floor(random() * differences.length)])),
  ).sort();
  const [low, high] = [0.025, 0.975].map((quantile) => means[Math.round(quantile * (resamples - 1))]);
  const [middle, from, to] = [mean(differences), low, high].map(
    (value) => `${value < 0 ? '' : '+'}${value.toFixed(1)}`,
  );
  return `${middle} (${from} to ${to})`;
}

function mean(numbers) {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
