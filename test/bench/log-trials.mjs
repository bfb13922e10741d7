// What the benchmarks of logs share: runs of unspool, simple rankings to compare with, and how a ranking is judged.
//
// A finding is { quoted: numbers of the lines that it quotes, text, count, covered: numbers of the lines that it
// stands for, or undefined where that is not known }. Lines count from 0 here, from 1 in events.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TemplateMiner } from '../../dist/memory/logs/templates.js';
import { seededRandom, shuffled } from './foreign-lines.mjs';

const program = fileURLToPath(new URL('../../bin/unspool.js', import.meta.url));
const execute = promisify(execFile);

/** The events that `unspool ARGS --json` prints, on one thread. */
export async function unspool(args) {
  const { stdout } = await run([...args, '--json', '--quiet']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The signals of a finding that this unspool can do without: none before there is an option for it. */
export async function signals() {
  const { stdout } = await run(['stream', '--help']);
  if (!stdout.includes('--signals')) return [];
  return ['severity', 'volume', 'burst', 'change', 'rarity', 'surprise'];
}

function run(args) {
  const environment = { ...process.env, UNSPOOL_THREADS: '1' };
  return execute(process.execPath, [program, ...args], { env: environment, maxBuffer: 2 ** 30 });
}

/** The lines of a file, without what is blank at their ends. */
export function readLines(file) {
  return readFileSync(file, 'utf8')
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Calls back with the place of a file that holds the lines, which is gone afterwards. */
export async function withFile(lines, callback) {
  const place = mkdtempSync(join(tmpdir(), 'unspool-bench-'));
  try {
    const file = join(place, 'trial.log');
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    return await callback(file);
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** What an asynchronous function makes of each item, so many at a time, in the order of the items. */
export async function inParallel(items, jobs, work) {
  const results = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [at, item] of waiting) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results;
}

/** The passages of a digest as findings, in the order in which they are told. */
export async function digestFindings(file, lines, { top, options = [] }) {
  const events = await unspool(['stream', '--top', `${top}`, ...options, file]);
  return events
    .filter(({ event }) => event === 'passage')
    .map((passage) => {
      const template = passage.finding?.template;
      return {
        text: passage.text,
        count: passage.count,
        quoted: quotedLines(passage, lines),
        covered: template === undefined ? undefined : linesOf(template, lines),
      };
    });
}

/** An incident names its first and last line, and quotes only some of those between. */
function quotedLines({ text, lines: [first, last] }, lines) {
  const quotes = text.split('\n').map((quote) => quote.trim());
  const between = Array.from({ length: last - first + 1 }, (_, at) => first - 1 + at);
  if (between.length <= quotes.length) return between;
  return between.filter((at) => at === first - 1 || quotes.includes((lines[at] ?? '').trim()));
}

/** Lines that hold the constant parts of a template in their order. */
function linesOf(template, lines) {
  const parts = template.split('<*>').filter((part) => part.trim() !== '');
  if (parts.length === 0) return [];
  return [...lines.keys()].filter((at) => {
    let from = 0;
    return parts.every((part) => {
      const found = lines[at].indexOf(part, from);
      from = found + part.length;
      return found !== -1;
    });
  });
}

/**
 * The events of `--anomalies`, and from them a score for every line. A line without one has that of the record that it continues; where only
 * lines that were decoded have any, the others count as the least.
 */
export async function lineScores(file, count, { options = [] } = {}) {
  const events = await unspool(['stream', '--anomalies', '--events', ...options, file]);
  const records = events.filter(({ event }) => event === 'record-score');
  const scored = records.length > 0 ? records : events.filter(({ event }) => event === 'line-surprise');
  const scores = new Array(count).fill(-Infinity);
  for (const { line, score } of scored) scores[line - 1] = score;
  if (records.length === 0) return { events, scores };
  const starts = new Set(records.map(({ line }) => line - 1));
  for (let at = 1; at < count; at += 1) if (!starts.has(at)) scores[at] = scores[at - 1];
  return { events, scores };
}

/** The lines by template, in order of appearance: { text, count, quoted, covered }. The first line is the quote. */
export function templateFindings(lines) {
  const miner = new TemplateMiner();
  const findings = new Map();
  for (const [at, line] of lines.entries()) {
    const { id } = miner.add(line);
    const finding = findings.get(id) ?? { text: line, count: 0, quoted: [at], covered: [] };
    finding.count += 1;
    finding.covered.push(at);
    findings.set(id, finding);
  }
  return [...findings.values()];
}

/** Rankings to compare with: of each, the findings from the first on, and a score for every line. */
export function simpleRankings(lines) {
  const findings = templateFindings(lines);
  const ranked = (value) => ({
    findings: [...findings].sort((one, other) => value(other) - value(one)),
    scores: scoresOf(findings, value, lines.length),
  });
  return {
    'rarity of the template': ranked(({ count }) => 1 / count),
    'level, then count': ranked(({ text, count }) => levelOf(text) * (lines.length + 1) + count),
  };
}

/** Templates in random order. */
export function randomRanking(lines, seed) {
  const findings = shuffled(templateFindings(lines), seededRandom(seed));
  const places = new Map(findings.map((finding, at) => [finding, at]));
  return { findings, scores: scoresOf(findings, (finding) => -places.get(finding), lines.length) };
}

function scoresOf(findings, value, count) {
  const scores = new Array(count).fill(0);
  for (const finding of findings) for (const at of finding.covered) scores[at] = value(finding);
  return scores;
}

/** Words at the head of a line in which its level stands: enough for the widest known, that of Blue Gene. */
const headWords = 12;
const levels = [
  /^(fatal|emerg|emergency|panic|alert|crit|critical|severe)$/i,
  /^(error|err)$/i,
  /^(warning|warn)$/i,
  /^(notice|info|debug|trace)$/i,
];

/** 3 for fatal to 0 for none, by the first word of a level. */
function levelOf(line) {
  const words = line.split(/[^A-Za-z0-9]*\s[^A-Za-z0-9]*|[[\]:=]+/, 2 * headWords);
  for (const word of words) {
    const at = levels.findIndex((level) => level.test(word));
    if (at !== -1) return levels.length - 1 - at;
  }
  return 0;
}

/** ROC-AUC of scores, and precision among as many as are wanted. Ties: half, and their expected share. */
export function judge(scores, isWanted) {
  const groups = new Map();
  let wanted = 0;
  for (const [at, score] of scores.entries()) {
    const group = groups.get(score) ?? { wanted: 0, others: 0 };
    group[isWanted(at) ? 'wanted' : 'others'] += 1;
    wanted += isWanted(at) ? 1 : 0;
    groups.set(score, group);
  }
  let [above, pairs, left, hits] = [0, 0, wanted, 0];
  for (const [, group] of [...groups].sort(([one], [other]) => other - one)) {
    pairs += group.others * (above + group.wanted / 2);
    above += group.wanted;
    const taken = Math.min(left, group.wanted + group.others);
    hits += (taken * group.wanted) / (group.wanted + group.others);
    left -= taken;
  }
  return { area: pairs / (wanted * (scores.length - wanted)), precision: hits / wanted };
}

/** Of numbers that are known; undefined of none. */
export function mean(numbers) {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, number) => sum + number, 0) / known.length;
}

/** Rows of cells in columns as wide as needed, the first one to the left. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) => row.map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths[column])).join('  '))
    .join('\n');
}
