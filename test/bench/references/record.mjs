// Records the figures of fixtures/expected/ with llama.cpp's own tools and rolling.cpp, both independent of unspool.
// usage: node test/bench/references/record.mjs [FOLDER]   (FOLDER as in build.sh; never runs in CI)
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const repository = path.resolve(here, '../../..');
process.chdir(repository);

const model = 'fixtures/models/base/base.gguf';
// One, as threads of llama.cpp without OpenMP spin: with more than the free cores it is many times slower.
const threads = '1';

/** Beginnings of documents, cut after the last `end` within `atMost` bytes. */
const texts = {
  prose: { source: 'fixtures/documents/moby-dick.txt', atMost: 8_700, end: '.' },
  log: { source: 'fixtures/documents/services.log', atMost: 5_800, end: '\n' },
  short: { source: 'fixtures/documents/moby-dick.txt', atMost: 850, end: '.' },
  awkward: { source: 'fixtures/expected/texts/awkward.txt', atMost: Infinity, end: '\n' },
};

const rollingPolicies = [
  'sinks:4+252/1',
  'sinks:4+252/63',
  'sinks:4+252/64',
  'sinks:4+508/63',
  'sinks:1+255/64',
  'sinks:0+256/64',
  'recompute:256/64',
];
/** Keys and values. Quantised values take flash attention. */
const cacheTypes = ['f16,f16', 'q8_0,f16', 'q8_0,q8_0', 'q4_0,q4_0'];
const unevictedPolicies = ['dense', 'whole'];

const vocabularies = ['llama-spm', 'gpt-2', 'llama-bpe', 'qwen2'].map((name) => `models/ggml-vocab-${name}.gguf`);

const programs = execFileSync(path.join(here, 'build.sh'), process.argv.slice(2), {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
}).trim();
const llamaCpp = path.resolve(programs, '../..');
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'unspool-record-'));

const sha256 = (data) => createHash('sha256').update(data).digest('hex');

/** Runs a reference program; returns what it printed and the command as one would type it, without the folders of this machine. */
function run(program, args) {
  const { status, signal, stdout, stderr } = spawnSync(path.join(programs, program), args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const shown = [program, ...args].map((word) =>
    word.replace(`${temporary}/`, '').replace(`${llamaCpp}/`, 'llama.cpp/'),
  );
  const command = shown.join(' ');
  if (status !== 0) throw new Error(`${command}\nended with ${signal ?? status}: ${stderr.slice(-2000)}`);
  return { stdout, stderr, command };
}

/** Cuts the texts out. Refuses text that unspool would clean, as the figures are of the raw bytes. */
function cutTexts() {
  return Object.fromEntries(
    Object.entries(texts).map(([name, { source, atMost, end }]) => {
      const all = fs.readFileSync(source);
      const data = all.subarray(0, all.lastIndexOf(end, Math.min(atMost, all.length) - 1) + 1);
      if (data.length === 0) throw new Error(`${source}: no ${JSON.stringify(end)} in its first ${atMost} bytes`);
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
      if (/[\0-\x08\x0b-\x1f\x7f\ufeff]/.test(text)) throw new Error(`${source}: control characters in the excerpt`);
      const file = path.join(temporary, `${name}.txt`);
      fs.writeFileSync(file, data);
      const command = `head -c ${data.length} ${source} > ${name}.txt`;
      return [name, { file, record: { source, bytes: data.length, sha256: sha256(data), command } }];
    }),
  );
}

function rollingFigure(cut, name, policy) {
  const args = ['--model', model, '--text', cut[name].file, '--policy', policy, '--threads', threads, '--per-tenth'];
  const { stdout, command } = run('rolling', args);
  const { seconds: _, ...figure } = JSON.parse(stdout);
  const flash = JSON.parse(run('rolling', [...args, '--flash-attention', 'on']).stdout);
  return { text: name, ...figure, perplexityWithFlashAttention: flash.perplexity, command };
}

/** One run of llama-perplexity. It sometimes ends before its last lines are printed: then again. */
function chunked(cut, name, flashAttention, { modelPath = model, types = [] } = {}) {
  for (let attempt = 0; attempt < 10; attempt++) {
    const { stdout, stderr, command } = run('llama-perplexity', [
      ...['-m', modelPath, '-f', cut[name].file, '-c', '512', '-b', '512', '-t', threads],
      ...['--no-escape', '--no-warmup', '-fa', flashAttention, ...types],
    ]);
    const final = /Final estimate: PPL = ([\d.]+) \+\/- ([\d.]+)/.exec(stderr);
    const chunks = Number(/over (\d+) chunks/.exec(stderr)?.[1]);
    const cumulative = [...stdout.matchAll(/\[\d+\]([\d.]+),/g)].map((match) => Number(match[1]));
    if (final && cumulative.length === chunks) {
      return { chunks, cumulative, perplexity: Number(final[1]), standardError: Number(final[2]), command };
    }
  }
  throw new Error(`llama-perplexity printed no estimate for ${name}`);
}

function chunkedFigure(cut, name) {
  const { command, ...figure } = chunked(cut, name, 'off');
  const flash = chunked(cut, name, 'on');
  return { text: name, context: 512, ...figure, perplexityWithFlashAttention: flash.perplexity, command };
}

/** Both protocols with other types in the cache, on the embedded model with wider heads. */
function cacheTypeFigures(cut, name, policy, modelPath) {
  return cacheTypes.map((cacheType) => {
    const [keys, values] = cacheType.split(',');
    const flashAttention = values === 'f16' ? 'off' : 'on';
    const rolling = run('rolling', [
      ...['--model', modelPath, '--text', cut[name].file, '--policy', policy, '--threads', threads],
      ...['--flash-attention', flashAttention, '--keys', keys, '--values', values],
    ]);
    const types = ['-ctk', keys, '-ctv', values];
    const { perplexity, standardError, command } = chunked(cut, name, flashAttention, { modelPath, types });
    return {
      ...{ text: name, cacheType },
      rolling: { policy, perplexity: JSON.parse(rolling.stdout).perplexity, command: rolling.command },
      chunked: { context: 512, perplexity, standardError, command },
    };
  });
}

function tokenIds(cut, name, modelPath) {
  const { stdout, command } = run('llama-tokenize', [
    ...['-m', modelPath, '-f', cut[name].file, '--ids'],
    ...['--no-bos', '--no-parse-special', '--no-escape', '--log-disable'],
  ]);
  const ids = JSON.parse(stdout);
  return { text: name, count: ids.length, ids, command };
}

/** Writes fixtures/expected/<name>.json: readable, with each list of numbers on one line. */
function write(name, about, cut, textNames, content) {
  const head = {
    about,
    recordedBy: 'test/bench/references/record.mjs',
    llamaCpp: JSON.parse(fs.readFileSync('node_modules/node-llama-cpp/llama/llama.cpp.info.json', 'utf8')).tag,
    texts: Object.fromEntries(textNames.map((text) => [text, cut[text].record])),
  };
  const json = JSON.stringify({ ...head, ...content }, null, 2);
  const compact = json.replace(/\[[\s\d.,e+-]+\]/g, (list) => JSON.stringify(JSON.parse(list)).replaceAll(',', ', '));
  fs.writeFileSync(`fixtures/expected/${name}.json`, `${compact}\n`);
  console.error(`fixtures/expected/${name}.json`);
}

try {
  const cut = cutTexts();
  const embedded = { model: { path: model, sha256: sha256(fs.readFileSync(model)) } };

  write(
    'rolling',
    'Rolling perplexity by rolling.cpp, flash attention off; nats is the sum, tenths the mean NLL of each tenth of the tokens.',
    cut,
    ['prose', 'log', 'short'],
    {
      ...embedded,
      figures: [
        ...['prose', 'log'].flatMap((name) => rollingPolicies.map((policy) => rollingFigure(cut, name, policy))),
        ...unevictedPolicies.map((policy) => rollingFigure(cut, 'short', policy)),
      ],
    },
  );
  write(
    'perplexity',
    'Chunked perplexity by llama-perplexity, flash attention off; it drops one final newline; cumulative is after each chunk.',
    cut,
    ['prose', 'log'],
    { ...embedded, figures: ['prose', 'log'].map((name) => chunkedFigure(cut, name)) },
  );
  const wide = path.join(temporary, 'wide.gguf');
  execFileSync(process.execPath, [path.join(here, 'wide-heads.mjs'), wide]);
  write(
    'cache-types',
    'Perplexity with quantised keys and values, by rolling.cpp and llama-perplexity, on what wide-heads.mjs writes.',
    cut,
    ['prose'],
    {
      model: { path: 'wide.gguf', sha256: sha256(fs.readFileSync(wide)) },
      figures: cacheTypeFigures(cut, 'prose', 'sinks:4+252/64', wide),
    },
  );
  write('tokens', 'Token ids by llama-tokenize: no BOS, special tokens not parsed.', cut, ['awkward', 'short'], {
    ...embedded,
    figures: ['awkward', 'short'].map((name) => tokenIds(cut, name, model)),
  });
  write(
    'vocabularies',
    'Token ids by llama-tokenize for vocabularies in the llama.cpp source: no BOS, special tokens not parsed.',
    cut,
    ['awkward', 'short'],
    {
      vocabularies: vocabularies.map((file) => {
        const full = path.join(llamaCpp, file);
        const figures = ['awkward', 'short'].map((name) => tokenIds(cut, name, full));
        return { path: `llama.cpp/${file}`, sha256: sha256(fs.readFileSync(full)), figures };
      }),
    },
  );
} finally {
  fs.rmSync(temporary, { recursive: true });
}
