// Records the events of real runs up to their middle, for tests of the screen: node test/reporters/tui/record.mjs
//
// INSTRUCT_MODEL names the instruct model of stream-summarize. Each line of runs/NAME.jsonl is an event and the seconds since the run began. What no screen shows is left out. After
// that, `npx vitest run test/reporters/tui/screens.test.tsx -u` draws the screens anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { analyze } from '../../../dist/commands/analyze/analyze.js';
import { ask } from '../../../dist/commands/stream/ask/run.js';
import { evaluatePauses } from '../../../dist/commands/pause-eval/run.js';
import { stream } from '../../../dist/commands/stream/stream.js';
import { summarize } from '../../../dist/commands/stream/summarize/run.js';
import { RunControl } from '../../../dist/engine/progress/run-control.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const documents = 'fixtures/documents';
process.chdir(fileURLToPath(new URL('../../../', import.meta.url)));

const novel = [`${documents}/moby-dick.txt`];
const log = [`${documents}/services.log`];
const reading = { as: undefined, all: false };
const sampling = { temperature: 0.8, topP: 1, minP: 0.05, seed: 7 };
const policies = [
  { kind: 'sinks', sinks: 4, window: 508 },
  { kind: 'recompute', window: 512 },
  { kind: 'window', window: 512 },
];

/** Pauses of the control model. */
const pauses = {
  groups: [
    {
      modelPath: 'fixtures/models/pause-control/pause-control.gguf',
      tasks: ['shifted-parity', 'copy'].map((name) => ({ kind: 'generated', name })),
    },
  ],
  controls: false,
  model: { threads: 1 },
  context: undefined,
  reading: { format: undefined, seed: 0, shots: undefined, count: 200, skipBad: false },
  pause: { kind: 'own' },
  pauses: [0, 1, 2, 4, 6, 8, 12, 16],
  places: undefined,
  thinking: ['none'],
  by: 'sum',
  answerTokens: { none: 32, aloud: 256 },
  results: undefined,
};

/** What is run, on what, and the number of the event of this name after which the recording ends. */
const runs = {
  'stream-digest': {
    run: stream,
    task: { kind: 'digest', top: undefined, ...reading },
    sources: log,
    last: ['block-scored', 150],
  },
  'stream-anomalies': {
    run: stream,
    task: { kind: 'anomalies', reference: undefined, top: undefined, ...reading },
    sources: log,
    last: ['block-scored', 120],
  },
  'stream-perplexity': {
    run: stream,
    task: { kind: 'perplexity' },
    sources: [...novel, ...log],
    limit: { bytes: 30_000 },
    last: ['block-scored', 100],
  },
  'stream-continue': {
    run: stream,
    task: { kind: 'continue', tokens: 60, sampling, stop: [] },
    sources: novel,
    limit: { bytes: 6000 },
    last: ['text-delta', 50],
  },
  'stream-summarize': {
    run: summarize,
    task: { kind: 'summarize', words: 100, focus: undefined, format: 'text' },
    model: { path: process.env.INSTRUCT_MODEL, threads: 1 },
    sources: novel,
    limit: { bytes: 60_000 },
    last: ['passage-start', 4],
  },
  'stream-ask': {
    run: ask,
    task: { kind: 'ask', questions: ['whale'], top: 5, as: undefined },
    sources: [...novel, ...log],
    last: ['progress', 12],
  },
  'analyze-count': {
    run: analyze,
    task: { kind: 'count', encodings: ['o200k_base'], modelPath: undefined },
    sources: [...novel, ...log],
    last: ['progress', 6],
  },
  'analyze-perplexity': {
    run: analyze,
    task: { kind: 'perplexity', protocol: 'chunked', chunk: undefined },
    sources: novel,
    limit: { bytes: 40_000 },
    last: ['block-scored', 15],
  },
  'analyze-compare': {
    run: analyze,
    task: { kind: 'compare', policies },
    sources: novel,
    limit: { bytes: 9000 },
    last: ['block-scored', 80],
  },
  'analyze-surprise': {
    run: analyze,
    task: { kind: 'surprise', policy: {}, top: 10, text: false },
    sources: novel,
    limit: { bytes: 30_000 },
    last: ['block-scored', 70],
  },
  'analyze-horizon': {
    run: analyze,
    task: { kind: 'horizon', chunk: 256 },
    sources: novel,
    limit: { bytes: 60_000 },
    last: ['block-scored', 30],
  },
  'analyze-attention': {
    run: analyze,
    task: { kind: 'attention', chunk: undefined, sinks: 4 },
    sources: novel,
    last: ['progress', 12],
  },
  'pause-eval': {
    run: (request, reporter) => evaluatePauses({ ...request, ...pauses }, reporter),
    last: ['example', 40],
  },
};

const unseen = new Set(['evicted', 'line-surprise', 'scored-text', 'estimate', 'warning', 'passage']);
const asked = process.argv.slice(2);

const bundled = { path: 'fixtures/models/base/base.gguf', threads: 1 };

for (const [name, { run, task, model = bundled, sources, limit, last }] of Object.entries(runs)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const control = new RunControl(true);
  const abort = new AbortController();
  const start = control.now();
  const lines = [];
  let count = 0;
  const handle = (event) => {
    if (abort.signal.aborted || unseen.has(event.event)) return;
    // Only the latest is shown.
    for (const only of ['in-view', 'memory']) {
      if (event.event === only) lines.splice(0, lines.length, ...lines.filter((line) => line.event.event !== only));
    }
    lines.push({ at: control.now() - start, event });
    if (event.event === last[0] && (count += 1) === last[1]) abort.abort();
  };
  const request = {
    version: '0.0.0',
    reading: {},
    policy: {},
    follow: false,
  };
  await run(
    { ...request, task, model, sources, limit, signal: abort.signal, control },
    { handle, close: () => undefined },
  );
  const short = (key, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);
  writeFileSync(`${here}runs/${name}.jsonl`, lines.map((line) => `${JSON.stringify(line, short)}\n`).join(''));
  console.log(name, lines.length, 'events');
}
