// Tokens per second on the embedded model, in turn: what llama.cpp alone reaches, decoding and scoring through the
// public API of node-llama-cpp, and `unspool stream --perplexity`.
//
// node test/bench/speed.mjs [ROUNDS] [TOKENS] [THREADS]      (default: 5 rounds, 20000 tokens, 1 thread)
// Builds llama-bench and llama-perplexity first, in the folder that REFERENCES names.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const model = `${root}fixtures/models/base/base.gguf`;
const novel = `${root}fixtures/documents/moby-dick.txt`;
const [sinks, window, block] = [4, 508, 64];

if (process.argv[2] === '--api')
  await api(process.argv[3] === 'score', Number(process.argv[4]), Number(process.argv[5]));
else compare(...process.argv.slice(2).map(Number));

function compare(rounds = 5, tokens = 20_000, threads = 1) {
  const build = [`${root}test/bench/references/build.sh`, ...(process.env.REFERENCES ? [process.env.REFERENCES] : [])];
  const programs = execFileSync('bash', build, { encoding: 'utf8' }).trim();
  const self = fileURLToPath(import.meta.url);
  const run = (command, args) =>
    execFileSync(command, args, {
      cwd: tmpdir(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 2 ** 28,
    });
  const bench = (size) => () => {
    const args = [
      '-m',
      model,
      '-p',
      '512',
      '-n',
      '0',
      '-b',
      size,
      '-ub',
      size,
      '-t',
      threads,
      '-r',
      '10',
      '-o',
      'json',
    ];
    return JSON.parse(run(`${programs}/llama-bench`, args.map(String)))[0].avg_ts;
  };
  const contenders = {
    'llama-bench, blocks of 512': bench(512),
    [`llama-bench, blocks of ${block}`]: bench(block),
    'public API, decoding alone': () =>
      Number(run(process.execPath, [self, '--api', 'decode', tokens, threads].map(String))),
    'public API, scoring': () => Number(run(process.execPath, [self, '--api', 'score', tokens, threads].map(String))),
    'unspool stream --perplexity': () => {
      const args = ['bin/unspool.js', 'stream', '--json', '-q', '--limit', `${tokens}tok`, '--threads', threads, novel];
      const lines = execFileSync(process.execPath, args.map(String), { cwd: root, encoding: 'utf8' });
      const end = JSON.parse(lines.trim().split('\n').at(-1));
      return end.account.tokens.read / end.seconds;
    },
  };
  const rates = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries(contenders)) rates[name].push(measure());
  }
  const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const limit = median(rates[`llama-bench, blocks of ${block}`]);
  console.log(
    `tokens/s, median of ${rounds} (least - most), and ratio to llama-bench with blocks of ${block}; ${threads} thread(s)`,
  );
  for (const [name, values] of Object.entries(rates)) {
    const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map(Math.round);
    console.log(
      `${name.padEnd(30)} ${String(middle).padStart(7)}  (${least} - ${most})  ${(middle / limit).toFixed(2)}`,
    );
  }
}

/** The loop of unspool's engine, with nothing around it: tokens per second on standard output. */
async function api(score, count, threads) {
  const { getLlama } = await import('node-llama-cpp');
  const llama = await getLlama({ build: 'never', skipDownload: true, progressLogs: false, logger: () => {} });
  const loaded = await llama.loadModel({ modelPath: model });
  const context = await loaded.createContext({
    contextSize: sinks + window + 1,
    batchSize: block,
    threads,
    flashAttention: false,
  });
  const sequence = context.getSequence();
  const tokens = [loaded.tokens.bos, ...loaded.tokenize(readFileSync(novel, 'utf8').slice(0, count * 5))].slice(
    0,
    count + 1,
  );
  const started = performance.now();
  for (let at = 0; at < count; at += block) {
    const size = Math.min(block, count - at);
    const surplus = sequence.nextTokenIndex + size - sinks - window;
    if (surplus > 0) await sequence.eraseContextTokenRanges([{ start: sinks, end: sinks + surplus }]);
    const next = (target) => ({
      generateNext: {
        logits: { filter: { tokens: [target], includeSelected: true } },
        totalLogitWeight: true,
        options: { temperature: 0 },
      },
    });
    const input = tokens
      .slice(at, at + size)
      .map((token, index) => (score ? [token, next(tokens[at + index + 1])] : token));
    await sequence.controlledEvaluate(input);
  }
  console.log((count / (performance.now() - started)) * 1000);
  await llama.dispose();
}
