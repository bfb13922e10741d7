// How soon the digest of a log tells of alerts, beside simple rankings: kinds of alerts among the first 10, 20 and 40
// findings, false lines among them, and ROC-AUC of all lines by the score of --anomalies.
//
// node test/bench/log-findings.mjs [OPTIONS] FAIL2BAN_FOLDER LOG...   lines of each kind of service, spread evenly over
//                                                                      each benign log
// node test/bench/log-findings.mjs [OPTIONS] --labelled LOG           a log whose lines start with - or with the kind
//                                                                      of their alert, as Blue Gene/L's in Loghub
// --kinds N     of services in each log, others in each (default: 10; 0 for all)
// --leave-out   also without each signal in turn: seven times as long
// --jobs N      runs at a time (default: 2)

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  digestFindings,
  inParallel,
  judge,
  lineScores,
  mean,
  randomRanking,
  readLines,
  signals,
  simpleRankings,
  table,
  withFile,
} from './log-trials.mjs';

const depths = [10, 20, 40];
const shuffles = 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    labelled: { type: 'boolean' },
    kinds: { type: 'string', default: '10' },
    'leave-out': { type: 'boolean' },
    jobs: { type: 'string', default: '2' },
  },
});
if (positionals.length < (values.labelled ? 1 : 2)) {
  throw new Error('usage: node test/bench/log-findings.mjs FAIL2BAN_FOLDER LOG... or --labelled LOG');
}

const known = values['leave-out'] ? await signals() : [];
const variants = new Map([
  ['unspool', []],
  ...known.map((left) => [`  without ${left}`, ['--signals', known.filter((other) => other !== left).join()]]),
]);

const trials = values.labelled ? positionals.map(labelledTrial) : mixedTrials(positionals[0], positionals.slice(1));
const results = await inParallel(trials, Number(values.jobs), judgeTrial);
const logs = [...new Set(trials.map(({ log }) => log))];
for (const log of logs) {
  const own = results.filter((_, at) => trials[at].log === log);
  show(log, own);
}
if (logs.length > 1) show('all logs', results);

/** A trial: its lines, and of each one the kind of its alert or undefined; and which lines look like alerts only. */
function labelledTrial(file) {
  const labelled = readLines(file).map((line) => /^(\S+) ?(.*)$/.exec(line) ?? ['', '-', line]);
  const kinds = labelled.map(([, label]) => (label === '-' ? undefined : label));
  return { log: basename(file), lines: labelled.map(([, , line]) => line), kinds, lookalikes: new Set() };
}

/** Each of the benign logs with the lines of some kinds of services. */
function mixedTrials(folder, benign) {
  const services = readdirSync(folder)
    .sort()
    .map((service) => ({ service, samples: samplesOf(readLines(join(folder, service))) }))
    .filter(({ samples }) => samples.some(({ match }) => match === true));
  return benign.flatMap((file, shift) => {
    const number = Math.min(Number(values.kinds) || Infinity, services.length);
    const step = services.length / number;
    const start = (shift * step) / benign.length;
    const chosen = Array.from({ length: number }, (_, at) => services[Math.floor(start + at * step)]);
    return chosen.map(({ service, samples }) => mixed(file, service, samples));
  });
}

/** The lines of a service, with `match` where a comment in front says whether it is an attack. */
function samplesOf(lines) {
  const samples = [];
  let match;
  for (const line of lines) {
    const said = /^#? ?failJSON:.*"match"\s*:\s*(true|false)/.exec(line);
    if (said !== null) match = said[1] === 'true';
    if (line.startsWith('#') || said !== null || line.trim() === '') continue;
    samples.push({ line, match });
    match = undefined;
  }
  return samples;
}

function mixed(file, service, samples) {
  const benign = readLines(file);
  const [lines, kinds, lookalikes] = [[], [], new Set()];
  let next = 0;
  for (let at = 0; at <= benign.length; at += 1) {
    for (; next < samples.length && (next + 0.5) * benign.length <= at * samples.length; next += 1) {
      const { line, match } = samples[next];
      if (match === false) lookalikes.add(lines.length);
      kinds[lines.length] = match === true ? service : undefined;
      lines.push(line);
    }
    if (at < benign.length) lines.push(benign[at]);
  }
  return { log: basename(file), lines, kinds, lookalikes };
}

/** What each contender comes to in a trial, by its name. */
function judgeTrial(trial) {
  const { lines } = trial;
  return withFile(lines, async (file) => {
    const judged = new Map();
    for (const [name, options] of variants) {
      const findings = await digestFindings(file, lines, { top: Math.max(...depths), options });
      const { scores } = await lineScores(file, lines.length, { options });
      judged.set(name, measure({ findings, scores }, trial));
    }
    for (const [name, ranking] of Object.entries(simpleRankings(lines))) judged.set(name, measure(ranking, trial));
    const random = Array.from({ length: shuffles }, (_, at) => measure(randomRanking(lines, at + 1), trial));
    judged.set('random order', meanOf(random));
    return judged;
  });
}

/**
 * At each depth: the kinds that are told, as a number and as a share of all; whether a lookalike is; and the share of
 * all lines of alerts that the findings stand for, where that is known.
 */
function measure({ findings, scores }, { kinds, lookalikes }) {
  const alerts = kinds.flatMap((kind, at) => (kind === undefined ? [] : [at]));
  const number = new Set(alerts.map((at) => kinds[at])).size;
  const result = { area: judge(scores, (at) => kinds[at] !== undefined).area, number };
  for (const depth of depths) {
    const first = findings.slice(0, depth);
    const quoted = first.flatMap((finding) => finding.quoted);
    const told = new Set(quoted.map((at) => kinds[at]).filter((kind) => kind !== undefined));
    result[`told ${depth}`] = told.size;
    result[`share ${depth}`] = told.size / number;
    result[`false ${depth}`] = lookalikes.size === 0 ? undefined : Number(quoted.some((at) => lookalikes.has(at)));
    if (first.every(({ covered }) => covered !== undefined)) {
      const covered = new Set(first.flatMap((finding) => finding.covered));
      result[`covered ${depth}`] = alerts.filter((at) => covered.has(at)).length / alerts.length;
    }
  }
  return result;
}

/** Figure by figure. */
function meanOf(results) {
  const names = new Set(results.flatMap((result) => Object.keys(result)));
  return Object.fromEntries([...names].map((name) => [name, mean(results.map((result) => result[name]))]));
}

function show(title, judged) {
  const figures = [...judged[0].keys()].map((name) => [name, meanOf(judged.map((trial) => trial.get(name)))]);
  const first = figures[0][1];
  const cell = (value, digits) => (value === undefined ? '-' : value.toFixed(digits));
  const [told, digits] = values.labelled ? ['told', 1] : ['share', 2];
  console.log(
    `\n${title}: ` +
      (values.labelled ? `${first.number} kinds of alerts` : `${judged.length} kinds of services, a trial each`),
  );
  const groups = [
    [told, values.labelled ? 'kinds of' : 'kinds in', digits],
    ...(values.labelled ? [] : [['false', 'false in', 2]]),
    ['covered', 'lines of', 2],
  ];
  const columns = groups.flatMap(([key, label, places]) =>
    depths.map((depth) => ({ label: `${label} ${depth}`, key: `${key} ${depth}`, places })),
  );
  columns.push({ label: 'ROC-AUC', key: 'area', places: 3 });
  const head = ['', ...columns.map(({ label }) => label)];
  console.log(
    table([head, ...figures.map(([name, result]) => [name, ...columns.map((c) => cell(result[c.key], c.places))])]),
  );
}
