// Records the events of real runs up to their middle, for tests of the screen: node test/reporters/tui/record.mjs [--out FOLDER] [NAME...]
//
// INSTRUCT_MODEL names the instruct model of stream-summarize. Each line of runs/NAME.jsonl is an event and the seconds since the run began. What no screen shows is left out. After
// that, `npx vitest run test/reporters/tui/screens.test.tsx -u` draws the screens anew.

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureAttentionShares } from '../../../dist/commands/analyze/attention/run.js';
import { comparePolicies } from '../../../dist/commands/analyze/compare/run.js';
import { countDocuments } from '../../../dist/commands/analyze/count/run.js';
import { measureHorizon } from '../../../dist/commands/analyze/horizon/run.js';
import { measurePerplexity } from '../../../dist/commands/analyze/perplexity/run.js';
import { measureSurprise } from '../../../dist/commands/analyze/surprise/run.js';
import { evaluatePauses } from '../../../dist/commands/pause-eval/run.js';
import { Session } from '../../../dist/commands/run/session.js';
import { anomaliesTask } from '../../../dist/commands/stream/anomalies/run.js';
import { askDocuments } from '../../../dist/commands/stream/ask/run.js';
import { continuationTask } from '../../../dist/commands/stream/continue/run.js';
import { digestTask } from '../../../dist/commands/stream/digest/run.js';
import { scoresOnly } from '../../../dist/commands/stream/perplexity/options.js';
import { streamDocuments } from '../../../dist/commands/stream/rolling.js';
import { summarizeDocuments } from '../../../dist/commands/stream/summarize/run.js';
import { RunControl } from '../../../dist/engine/progress/run-control.js';

const { values, positionals: asked } = parseArgs({
  options: { out: { type: 'string', default: fileURLToPath(new URL('runs', import.meta.url)) } },
  allowPositionals: true,
});
const out = resolve(values.out);
process.chdir(fileURLToPath(new URL('../../../', import.meta.url)));

const novel = ['fixtures/documents/moby-dick.txt'];
const log = ['fixtures/documents/services.log'];
const lines = { as: undefined, all: false };
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
  reading: { format: undefined, seed: 0, shots: undefined, count: 200, skipBad: false, madeHere: [] },
  pause: { kind: 'own' },
  pauses: [0, 1, 2, 4, 6, 8, 12, 16],
  places: undefined,
  thinking: ['none'],
  by: 'sum',
  answerTokens: { none: 32, aloud: 256 },
  results: undefined,
};

/** Documents to read, so many bytes of each, or all. */
const documents = (sources, bytes) => ({ sources, reading: {}, limit: bytes === undefined ? undefined : { bytes } });

/** The same, read by the bundled model. */
const scored = (sources, bytes) => ({
  ...documents(sources, bytes),
  model: { path: 'fixtures/models/base/base.gguf', threads: 1 },
  purpose: { kind: 'score' },
});

const rolling = (task, run) => (session) =>
  streamDocuments(session, { ...run, task, policy: {}, follow: false, bookmark: undefined });

/** What is run, and the number of the event of this name after which the recording ends. */
const runs = {
  'stream-digest': {
    run: rolling(digestTask({ top: undefined, ...lines }), scored(log)),
    last: ['block-scored', 150],
  },
  'stream-anomalies': {
    run: rolling(anomaliesTask({ reference: undefined, top: undefined, ...lines }), scored(log)),
    last: ['block-scored', 120],
  },
  'stream-perplexity': {
    run: rolling(scoresOnly, scored([...novel, ...log], 30_000)),
    last: ['block-scored', 100],
  },
  'stream-continue': {
    run: rolling(continuationTask({ tokens: 60, sampling, stop: [] }), scored(novel, 6000)),
    last: ['text-delta', 50],
  },
  'stream-summarize': {
    run: (session) =>
      summarizeDocuments(session, {
        ...documents(novel, 60_000),
        model: { path: process.env.INSTRUCT_MODEL, threads: 1 },
        words: 100,
        focus: undefined,
        format: 'text',
        resume: undefined,
        context: undefined,
      }),
    last: ['passage-start', 4],
  },
  'stream-ask': {
    run: (session) =>
      askDocuments(session, {
        ...documents([...novel, ...log]),
        questions: ['whale'],
        top: 5,
        as: undefined,
        limitBytes: undefined,
        model: undefined,
        embedding: undefined,
        context: undefined,
      }),
    last: ['progress', 12],
  },
  'analyze-count': {
    run: (session) =>
      countDocuments(session, {
        ...documents([...novel, ...log]),
        encodings: ['o200k_base'],
        modelPath: undefined,
      }),
    last: ['progress', 6],
  },
  'analyze-perplexity': {
    run: (session) => measurePerplexity(session, scored(novel, 40_000), { protocol: 'chunked', chunk: undefined }),
    last: ['block-scored', 15],
  },
  'analyze-compare': {
    run: (session) => comparePolicies(session, scored(novel, 9000), policies),
    last: ['block-scored', 80],
  },
  'analyze-surprise': {
    run: (session) => measureSurprise(session, scored(novel, 30_000), { policy: {}, top: 10, text: false }),
    last: ['block-scored', 70],
  },
  'analyze-horizon': {
    run: (session) => measureHorizon(session, scored(novel, 60_000), { chunk: 256 }),
    last: ['block-scored', 30],
  },
  'analyze-attention': {
    run: (session) => measureAttentionShares(session, scored(novel), { chunk: undefined, sinks: 4 }),
    last: ['progress', 12],
  },
  'pause-eval': {
    run: (session) => evaluatePauses(session, pauses),
    last: ['example', 40],
  },
};

const unseen = new Set(['evicted', 'line-surprise', 'scored-text', 'estimate', 'warning', 'passage']);

for (const [name, { run, last }] of Object.entries(runs)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const control = new RunControl(true);
  const abort = new AbortController();
  const start = control.now();
  const recorded = [];
  let count = 0;
  const report = (event) => {
    if (abort.signal.aborted || unseen.has(event.event)) return;
    // Only the latest is shown.
    for (const only of ['in-view', 'memory']) {
      if (event.event === only)
        recorded.splice(0, recorded.length, ...recorded.filter((line) => line.event.event !== only));
    }
    recorded.push({ at: control.now() - start, event });
    if (event.event === last[0] && (count += 1) === last[1]) abort.abort();
  };
  const identity = { version: '0.0.0', command: name.replace(/^(stream|analyze)-.*/, '$1'), originOf: () => 'default' };
  const {
    failures: [failure],
  } = await new Session(identity, abort.signal, control, report).conduct(run);
  if (failure !== undefined && !abort.signal.aborted) throw failure;
  const short = (key, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);
  writeFileSync(join(out, `${name}.jsonl`), recorded.map((line) => `${JSON.stringify(line, short)}\n`).join(''));
  console.log(name, recorded.length, 'events');
}
