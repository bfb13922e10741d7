// How often what `unspool stream --ask` quotes holds the answer, beside the window alone and random spans.
//
// With the address of a server with /v1/embeddings behind these: also by its vectors alone, and by both (--embedding-server).
// Behind that, for slow models: so many documents of the file at most, or so many tokens of the folder.
//
// node test/bench/recall.mjs questions FILE     JSON lines as L-Eval has them, {"input", "instructions", "outputs"}.
//   Found: the answer stands in one of 5 spans, without regard to case and white space. Answers that do not stand in
//   their document in these words are left out. The windows are its last tokens (o200k_base): as much text as the spans,
//   and the most that a window has by default. Random: 5 other spans, mean of 200 draws.
//
// node test/bench/recall.mjs needles FOLDER     1,000,000 tokens of the documents in a folder, by name, with 200 made-up
//   facts, each on a line of its own, evenly spread. Half of the questions share a word with their fact, half share none
//   but such as tell nothing (which is checked with the index). Found: the fact is in one of 5 spans. Each quotation is
//   compared with the bytes and the lines of the file.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode } from 'gpt-tokenizer/encoding/o200k_base';
import { openServerEmbedding } from '../../dist/backends/server/embedding.js';
import { SpanCutter } from '../../dist/memory/recall/cited-spans.js';
import { looksLikeLog } from '../../dist/memory/logs/log-detection.js';
import { Meaning } from '../../dist/memory/recall/meaning.js';
import { wordsOf } from '../../dist/memory/words/search-words.js';
import { SpanIndex } from '../../dist/memory/recall/span-index.js';
import { VectorFile } from '../../dist/memory/recall/vector-file.js';
import { seededRandom, shuffled } from './foreign-lines.mjs';
import { needles } from './needles.mjs';

const binary = fileURLToPath(new URL('../../bin/unspool.js', import.meta.url));
const top = 5;
const windows = [1000, 4092];
const draws = 200;

const [what, place, server, limit] = process.argv.slice(2);
const tokens = Number(limit ?? 1_000_000);
const work = mkdtempSync(join(tmpdir(), 'unspool-bench-'));
try {
  if (what === 'questions' && place !== undefined) await askQuestions(place);
  else if (what === 'needles' && place !== undefined) await findNeedles(place);
  else throw new Error('usage: node test/bench/recall.mjs questions FILE | needles FOLDER [SERVER [LIMIT]]');
} finally {
  rmSync(work, { recursive: true });
}

async function askQuestions(file) {
  const rows = [];
  let absent = 0;
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(0, limit)) {
    const { input, instructions, outputs } = JSON.parse(line);
    const questions = instructions.map((question) => question.replace(/\s+/g, ' ').trim());
    const { evidence } = ask(input, questions);
    const others = await byMeaning(input, questions);
    const spans = spansOf(input);
    const random = seededRandom(1);
    for (const [index, output] of outputs.entries()) {
      const holds = (text) => plain(text).includes(plain(output));
      if (!holds(input)) {
        absent += 1;
        continue;
      }
      const drawn = Array.from({ length: draws }, () => shuffled(spans, random).slice(0, top).some(holds));
      rows.push({
        isLong: plain(output).length > 4,
        [`--ask, ${top} spans`]: evidence.filter(({ question }) => question.index === index).some((e) => holds(e.text)),
        ...Object.fromEntries(Object.entries(others).map(([name, texts]) => [name, texts[index].some(holds)])),
        ...Object.fromEntries(windows.map((size) => [`the last ${size} tokens`, holds(lastTokens(input, size))])),
        [`${top} random spans`]: mean(drawn),
      });
    }
  }
  const long = rows.filter(({ isLong }) => isLong);
  console.log(`${basename(file)}: ${rows.length} questions, ${long.length} with answers of more than 4 characters;`);
  console.log(`${absent} more, whose answers do not stand in the text, are left out`);
  print({ all: rows, long });
}

async function findNeedles(folder) {
  const random = seededRandom(7);
  const facts = shuffled(needles(), random);
  checkWords(facts);
  const lines = haystack(folder).split('\n');
  const step = lines.length / facts.length;
  const hidden = lines.flatMap((line, at) => {
    const index = Math.floor(at / step);
    return at === Math.floor((index + 0.5) * step) ? [facts[index].text, line] : [line];
  });
  const text = hidden.join('\n');
  const questions = facts.map(({ question }) => question);
  const { evidence, lastEvent } = ask(text, questions);
  const others = await byMeaning(text, questions);
  const end = lastTokens(text, windows.at(-1));
  const rows = facts.map((fact, index) => ({
    shares: fact.shares,
    [`--ask, ${top} spans`]: evidence.some((e) => e.question.index === index && e.text.includes(fact.text)),
    ...Object.fromEntries(
      Object.entries(others).map(([name, texts]) => [name, texts[index].some((each) => each.includes(fact.text))]),
    ),
    [`the last ${windows.at(-1)} tokens`]: end.includes(fact.text),
  }));
  const bytes = Buffer.from(text);
  const valid = evidence.filter((each) => {
    const isQuoted = bytes.subarray(...each.bytes).toString() === each.text;
    return (
      isQuoted &&
      hidden
        .slice(each.lines[0] - 1, each.lines[1])
        .join('\n')
        .includes(each.text)
    );
  });
  console.log(`${facts.length} facts in ${bytes.length} bytes, ${tokens} tokens; ${lastEvent.seconds.toFixed(1)} s`);
  print({ 'shares words': rows.filter(({ shares }) => shares), 'shares none': rows.filter(({ shares }) => !shares) });
  console.log(`${valid.length} of ${evidence.length} quotations are the bytes and the lines that they name`);
}

/** A run of the binary on a text, with more options. */
function ask(text, questions, ...more) {
  const [document, list] = [join(work, 'document.txt'), join(work, 'questions.txt')];
  writeFileSync(document, text);
  writeFileSync(list, questions.join('\n'));
  const args = [binary, 'stream', '-q', '--json', '--top', String(top), '--questions', list, ...more, document];
  const events = execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { evidence: events.filter(({ event }) => event === 'evidence'), lastEvent: events.at(-1) };
}

/** Of each question the texts that are found, by the vectors alone and by both; nothing without a server. */
async function byMeaning(text, questions) {
  if (server === undefined) return {};
  const model = await openServerEmbedding({ server, model: undefined, apiKey: process.env.UNSPOOL_API_KEY });
  const vectors = new VectorFile(await open(join(work, 'vectors'), 'w+'), model.dimensions);
  const { signal } = new AbortController();
  const now = () => performance.now() / 1000;
  const meaning = new Meaning(model, vectors, { prefixes: { query: '', passage: '' }, signal, now });
  const spans = spansOf(text);
  for (const span of spans) await meaning.add(span);
  const alone = [];
  for (const question of questions) {
    alone.push((await meaning.nearest(question, top)).map(({ owner }) => spans[owner - 1]));
  }
  await vectors.dispose();
  const { evidence } = ask(text, questions, '--embedding-server', server);
  const both = questions.map((_, at) => evidence.filter(({ question }) => question.index === at).map((e) => e.text));
  return { [`by vectors, ${top} spans`]: alone, [`both, ${top} spans`]: both };
}

function spansOf(text) {
  const cutter = new SpanCutter(looksLikeLog(text.slice(0, 65_536)) ? 'log' : 'prose');
  const chunk = { text, encoding: 'utf-8', byte: 0, endByte: Buffer.byteLength(text), line: 1, invalidBytes: 0 };
  return [...cutter.push(chunk), ...cutter.end()].map((span) => span.text);
}

function lastTokens(text, count) {
  return decode(encode(text.slice(-count * 20), { disallowedSpecial: new Set() }).slice(-count));
}

/** The documents one after the other, cut after so many tokens at the end of a line. */
function haystack(folder) {
  const kept = [];
  let left = tokens;
  for (const name of readdirSync(folder).sort()) {
    for (const line of readFileSync(join(folder, name), 'utf8').split(/\r?\n/)) {
      left -= encode(`${line}\n`, { disallowedSpecial: new Set() }).length;
      if (left < 0) return kept.join('\n');
      kept.push(line);
    }
  }
  throw new Error(`fewer than ${tokens} tokens in ${folder}`);
}

/** Whether questions share words with their facts as they should, by stems, as the index has them. */
function checkWords(facts) {
  for (const { text, question, shares } of facts) {
    const folder = mkdtempSync(join(work, 'index-'));
    const index = new SpanIndex(folder);
    const numbers = {
      document: 0,
      byte: 0,
      endByte: 0,
      line: 0,
      endLine: 0,
      isCopy: 0,
      offset: 0,
      size: 0,
      checksum: 0,
    };
    index.add(text, numbers);
    const found = index.search(wordsOf(question), 1).length > 0;
    index.dispose();
    if (found !== shares) throw new Error(`"${question}" and "${text}" share ${found ? 'a' : 'no'} word`);
  }
}

function print(groups) {
  const [first] = Object.values(groups);
  const names = Object.keys(first[0]).filter(
    (name) => typeof first[0][name] !== 'boolean' || !/^(isLong|shares)$/.test(name),
  );
  console.log(
    `${''.padEnd(24)}${Object.keys(groups)
      .map((group) => group.padStart(14))
      .join('')}`,
  );
  for (const name of names) {
    const cells = Object.values(groups).map((rows) => `${(100 * mean(rows.map((row) => row[name]))).toFixed(1)}%`);
    console.log(`${name.padEnd(24)}${cells.map((cell) => cell.padStart(14)).join('')}`);
  }
}

function plain(text) {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

function mean(values) {
  return values.reduce((sum, value) => sum + Number(value), 0) / values.length;
}
