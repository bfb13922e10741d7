// Tokens per second, in turn: what llama.cpp alone reaches, and unspool through its own interface and the public one.
//
// node test/bench/speed.mjs [MODEL.gguf] [ROUNDS] [THREADS]      (default: the embedded model, 3 rounds, 1 thread)
// random-model.mjs writes a larger model to measure on. Builds llama-bench and llama-perplexity first, in the folder
// that REFERENCES names. They run on the libraries that unspool runs on, which node-llama-cpp ships for many processors,
// and once more as compiled for this one.

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openModel } from '../../dist/backends/local/open-model.js';
import { scoreDocument } from '../../dist/engine/run.js';
import { openDocument } from '../../dist/documents/open.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [file = `${root}fixtures/models/base/base.gguf`, rounds = 3, threads = 1] = process.argv.slice(2);
const model = resolve(file);
const novel = `${root}fixtures/documents/moby-dick.txt`;
const isSmall = statSync(model).size < 20e6;
/** A full cache, and a block that llama.cpp is fast at. */
const [sinks, window, block] = isSmall ? [4, 508, 64] : [4, 1020, 128];
const depth = sinks + window - block;
/** Tokens scored in one round. */
const tokens = isSmall ? 12_000 : 2048;
const chunk = 512;
/** A rate is the difference of two runs, so that neither program's start counts. */
const chunks = isSmall ? [4, 24] : [2, 5];

const build = [`${root}test/bench/references/build.sh`, ...(process.env.REFERENCES ? [process.env.REFERENCES] : [])];
const programs = execFileSync('bash', build, { encoding: 'utf8' }).trim();
const folder = mkdtempSync(join(tmpdir(), 'unspool-speed-'));
const run = (command, args) => {
  const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 };
  return execFileSync(command, args.map(String), options);
};

/** llama.cpp's programs on the shipped libraries: in a folder where those have the names that the programs look for. */
function linkPrograms() {
  const bins = `${root}node_modules/@node-llama-cpp/linux-${process.arch}/bins/linux-${process.arch}`;
  const shipped = realpathSync(bins);
  const names = { ggml: 'libggml.so.0', 'ggml-base': 'libggml-base.so.0', llama: 'libllama.so.0' };
  for (const file of readdirSync(shipped).filter((name) => name.endsWith('.so'))) {
    symlinkSync(join(shipped, file), join(folder, file));
    const usual = names[/^lib(.*?)(?:\.v[\d.]+)?\.so$/.exec(file)?.[1]];
    if (usual !== undefined) symlinkSync(join(shipped, file), join(folder, usual));
  }
  const own = ['llama-bench', 'llama-perplexity', 'libllama-bench-impl.so', 'libllama-perplexity-impl.so'];
  for (const file of [...own, 'libllama-common.so.0']) copyFileSync(`${programs}/${file}`, join(folder, file));
  return folder;
}

/** Runs a program of llama.cpp with the libraries beside it. */
function runBeside(where, program, args) {
  const environment = { ...process.env, LD_LIBRARY_PATH: where };
  const options = {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
    env: environment,
  };
  return execFileSync(`${where}/${program}`, args.map(String), options);
}

function llamaBench(where) {
  const size = ['-p', block, '-n', 0, '-b', block, '-ub', block, '-d', depth, '-fa', 0];
  const repeats = ['-t', threads, '-r', isSmall ? 60 : 5, '-o', 'json'];
  return JSON.parse(runBeside(where, 'llama-bench', ['-m', model, ...size, ...repeats]))[0].avg_ts;
}

function streaming() {
  const policy = `sinks:${sinks}+${window}/${block}`;
  const args = ['analyze', '--perplexity', '--policy', policy, '--json', '-q', '--limit', `${tokens}tok`];
  const output = run(process.execPath, [
    `${root}bin/unspool.js`,
    ...args,
    '--threads',
    threads,
    '--model',
    model,
    novel,
  ]);
  const end = JSON.parse(output.trim().split('\n').at(-1));
  return end.account.tokens.read / end.seconds;
}

async function publicInterface() {
  const opened = await openModel({ path: model, threads: Number(threads), modelInterface: 'public' });
  const backend = await opened.createBackend(sinks + window, block);
  const started = performance.now();
  const count = Math.min(tokens, isSmall ? tokens : 1024);
  const events = scoreDocument({
    backend,
    policy: { kind: 'sinks', sinks, window, block },
    document: openDocument(novel),
    label: { index: 0, name: novel },
    limitTokens: count,
    signal: new AbortController().signal,
  });
  for (let next = await events.next(); next.done !== true; next = await events.next());
  const rate = (count / (performance.now() - started)) * 1000;
  await opened.dispose();
  return rate;
}

/** Tokens per second between a run over few chunks and one over more. */
function chunked(seconds) {
  const [few, many] = chunks.map(seconds);
  return ((chunks[1] - chunks[0]) * chunk) / (many - few);
}

const timed = (work) => {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
};

function llamaPerplexity(where, count) {
  const args = ['-m', model, '-f', novel, '-c', chunk, '-t', threads, '--chunks', count, '-fa', 'off'];
  return timed(() => runBeside(where, 'llama-perplexity', [...args, '--no-escape', '--no-warmup']));
}

/** The novel's start: as much as that many chunks take. */
function textOf(count) {
  const path = join(folder, `${count}.txt`);
  const bytes = Buffer.alloc(bytesFor(count));
  readSync(openSync(novel, 'r'), bytes, 0, bytes.length, 0);
  writeFileSync(path, bytes);
  return path;
}

/** Found by counting, once for each count. */
const sizes = new Map();
function bytesFor(count) {
  if (!sizes.has(count)) {
    const args = [
      'analyze',
      '--perplexity',
      '--protocol',
      'chunked',
      '--chunk',
      chunk,
      '--json',
      '-q',
      '--model',
      model,
    ];
    const limit = ['--limit', `${count * chunk}tok`];
    const output = run(process.execPath, [`${root}bin/unspool.js`, ...args, ...limit, '--threads', threads, novel]);
    sizes.set(count, JSON.parse(output.trim().split('\n').at(-1)).account.bytes);
  }
  return sizes.get(count);
}

function ourChunks(count) {
  const args = ['analyze', '--perplexity', '--protocol', 'chunked', '--chunk', chunk, '-q', '--model', model];
  const text = textOf(count);
  return timed(() => run(process.execPath, [`${root}bin/unspool.js`, ...args, '--threads', threads, text]));
}

const shipped = linkPrograms();
const pairs = [
  {
    limit: [`llama-bench, ${block} tokens at depth ${depth}`, () => llamaBench(shipped)],
    ours: [
      ['that, compiled for this processor', () => llamaBench(programs)],
      [`unspool, sinks:${sinks}+${window}/${block}`, streaming],
      ['the same through the public interface', publicInterface],
    ],
  },
  {
    limit: [`llama-perplexity, chunks of ${chunk}`, () => chunked((count) => llamaPerplexity(shipped, count))],
    ours: [
      ['that, compiled for this processor', () => chunked((count) => llamaPerplexity(programs, count))],
      [`unspool, chunks of ${chunk}`, () => chunked(ourChunks)],
    ],
  },
];
const rates = new Map();
try {
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const { limit, ours } of pairs) {
      for (const [, measure] of [limit, ...ours]) rates.set(measure, [...(rates.get(measure) ?? []), await measure()]);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
console.log(
  `tokens/s, median of ${rounds} (least - most), and ratio to llama.cpp alone; ${threads} thread(s); ${model}`,
);
for (const { limit, ours } of pairs) {
  const most = median(rates.get(limit[1]));
  for (const [name, measure] of [limit, ...ours]) {
    const values = rates.get(measure);
    const [middle, least, greatest] = [median(values), Math.min(...values), Math.max(...values)].map(Math.round);
    const figures = `${String(middle).padStart(7)}  (${least} - ${greatest})`;
    console.log(`${name.padEnd(40)} ${figures.padEnd(26)} ${(median(values) / most).toFixed(2)}`);
  }
}
