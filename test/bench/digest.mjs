// ROUGE of unspool's digest of prose against the first words, random sentences and TextRank, each cut at the
// reference's length in words: means over the documents, paired bootstrap intervals (95%) of unspool minus each of
// them, and a table of all sets.
//
// node test/bench/digest.mjs [--baselines | --binary] FILE...
//   --baselines: without unspool    --binary: through the command line, model and all; the passages are the same
// FILE: a set that summary-sets.mjs reads. Of several references of a document, the mean counts.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SentenceCutter } from '../../dist/memory/cutting/sentences.js';
import { Digest } from '../../dist/memory/digest.js';
import { seededRandom, shuffled } from './foreign-lines.mjs';
import { rouge } from './rouge.mjs';
import { summarySet } from './summary-sets.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const measures = { rouge1: 'ROUGE-1', rouge2: 'ROUGE-2', rougeL: 'ROUGE-L' };
const draws = 100;
const resamples = 10_000;
const [damping, precision] = [0.85, 1e-8];
/** More than the longest reference needs. */
const passages = 200;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { baselines: { type: 'boolean' }, binary: { type: 'boolean' } },
});
if (positionals.length === 0) throw new Error('usage: node test/bench/digest.mjs [--baselines | --binary] FILE...');

/** What each contender makes of a text: a function of the words it may have; several summaries where chance plays. */
const contenders = {
  'first words': (text) => (budget) => [wordsOf(text).slice(0, budget).join(' ')],
  'random sentences': randomSummaries,
  TextRank: textRank,
  ...(!values.baselines && { unspool: (text) => filling((values.binary ? passagesByBinary : passagesOf)(text)) }),
};

const overall = positionals.map(compare);
if (overall.length > 1) tell('all sets', overall);

/** Prints what each contender reaches on a set; returns its means. */
function compare(file) {
  const documents = summarySet(file);
  const scores = {};
  for (const [name, summarise] of Object.entries(contenders)) {
    scores[name] = documents.map(({ text, references }) => {
      const within = summarise(text);
      return meanScores(
        references.map((reference) =>
          meanScores(within(wordsOf(reference).length).map((summary) => rouge(summary, reference))),
        ),
      );
    });
  }
  const set = basename(file, extname(file));
  const means = Object.fromEntries(Object.entries(scores).map(([name, all]) => [name, meanScores(all)]));
  tell(`${set}: ${documents.length} documents`, [{ set, means }]);
  if (!values.baselines) {
    console.log(`unspool minus, with 95% intervals of ${resamples} resamples of the documents`);
    for (const name of Object.keys(contenders).slice(0, -1)) {
      const cells = Object.keys(measures).map((measure) =>
        interval(scores.unspool.map((score, index) => 100 * (score[measure] - scores[name][index][measure]))),
      );
      console.log(`${name.padEnd(20)}${cells.map((cell) => cell.padStart(23)).join('')}`);
    }
    console.log();
  }
  return { set, means };
}

/** A table of contenders: of one set by measure, of several by set, and their mean. */
function tell(title, sets) {
  const cell = (score) =>
    Object.keys(measures)
      .map((measure) => (100 * score[measure]).toFixed(1))
      .join(' / ');
  console.log(`${title} (${Object.values(measures).join(' / ')})`);
  if (sets.length > 1)
    console.log(
      `${''.padEnd(24)}${Object.keys(contenders)
        .map((name) => name.padStart(20))
        .join('')}`,
    );
  if (sets.length === 1) {
    for (const [name, score] of Object.entries(sets[0].means))
      console.log(`${name.padEnd(24)}${cell(score).padStart(20)}`);
  } else {
    const mean = Object.fromEntries(
      Object.keys(contenders).map((name) => [name, meanScores(sets.map(({ means }) => means[name]))]),
    );
    for (const { set, means } of [...sets, { set: 'mean', means: mean }]) {
      console.log(
        `${set.padEnd(24)}${Object.keys(contenders)
          .map((name) => cell(means[name]).padStart(20))
          .join('')}`,
      );
    }
  }
  console.log();
}

function randomSummaries(text) {
  const sentences = sentencesOf(text);
  const orders = Array.from({ length: draws }, (_, seed) => shuffled([...sentences.keys()], seededRandom(seed)));
  return (budget) =>
    orders.map((order) => {
      const places = new Map(order.map((at, place) => [at, place]));
      return fill(
        withScores(sentences, (at) => -places.get(at)),
        budget,
      );
    });
}

/** TextRank over cosines of TF-IDF vectors, as PageRank by power iteration. */
function textRank(text) {
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
  return filling(withScores(sentences, (at) => ranks[at]));
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
  const digest = new Digest();
  const cutter = new SentenceCutter((span) => {
    if (span.isProse) digest.add(span);
  });
  cutter.push({ text, line: 1 });
  cutter.end();
  return digest.choose(passages).map(({ span, score }) => ({ text: span.text, score }));
}

function passagesByBinary(text) {
  const folder = mkdtempSync(join(tmpdir(), 'unspool-bench-'));
  try {
    const file = join(folder, 'document.txt');
    writeFileSync(file, text);
    const args = ['stream', '--digest', '--json', '--as', 'prose', '--top', String(passages), '-q', file];
    const env = { ...process.env, UNSPOOL_THREADS: '1' };
    const lines = execFileSync(process.execPath, [`${root}bin/unspool.js`, ...args], {
      encoding: 'utf8',
      env,
      maxBuffer: 2 ** 28,
    })
      .trim()
      .split('\n');
    return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'passage');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function filling(scored) {
  return (budget) => [fill(scored, budget)];
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
