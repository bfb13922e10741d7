// What the policies do to perplexity over a long text: per tenth, sinks against recompute with the same window;
// dense beyond the trained context; sinks against no sinks.
//
// node test/bench/drift.mjs FILE [TOKENS] [WINDOW]      (default: 100000 tokens, window 252)
// Builds the reference program first, in the folder that REFERENCES names.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [file, tokens = '100000', window = '252'] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node test/bench/drift.mjs FILE [TOKENS] [WINDOW]');
const model = `${root}fixtures/models/base/base.gguf`;
const build = [`${root}test/bench/references/build.sh`, ...(process.env.REFERENCES ? [process.env.REFERENCES] : [])];
const programs = execFileSync('bash', build, { encoding: 'utf8' }).trim();

/** Mean nats per token of each tenth, from unspool's events, batch by batch. */
function unspool(policy, limit = tokens) {
  const args = [
    'bin/unspool.js',
    'stream',
    '--json',
    '--events',
    '-q',
    '--limit',
    `${limit}tok`,
    '--policy',
    policy,
    file,
  ];
  const lines = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 })
    .trim()
    .split('\n');
  const sums = Array.from({ length: 10 }, () => ({ nats: 0, tokens: 0 }));
  for (const event of lines.map((line) => JSON.parse(line))) {
    if (event.event !== 'block-scored') continue;
    const [from, to] = event.tokens;
    const tenth = sums[Math.min(9, Math.floor((((from + to) / 2) * 10) / Number(limit)))];
    tenth.nats += event.nats;
    tenth.tokens += to - from;
  }
  const nats = sums.reduce((sum, tenth) => sum + tenth.nats, 0) / sums.reduce((sum, tenth) => sum + tenth.tokens, 0);
  return { perplexity: Math.exp(nats), tenths: sums.map((tenth) => Math.exp(tenth.nats / tenth.tokens)) };
}

/** A policy that unspool's backend cannot run, by the reference program. */
function reference(policy) {
  const args = [
    '--model',
    model,
    '--text',
    file,
    '--policy',
    policy,
    '--tokens',
    tokens,
    '--threads',
    '1',
    '--per-tenth',
  ];
  const { perplexity, tenths } = JSON.parse(execFileSync(`${programs}/rolling`, args, { encoding: 'utf8' }));
  return { perplexity, tenths: tenths.map(Math.exp) };
}

function show(name, { perplexity, tenths }) {
  console.log(
    `${name.padEnd(24)} ${perplexity.toFixed(3).padStart(8)}  ${tenths.map((value) => (Number.isNaN(value) ? '-' : value.toFixed(2)).padStart(7)).join('')}`,
  );
}

console.log(`${'policy'.padEnd(24)} ${'PPL'.padStart(8)}  PPL of each tenth of ${tokens} tokens`);
const sinks = unspool(`sinks:4+${window}/32`);
const recompute = unspool(`recompute:${window}/32`);
show(`sinks:4+${window}/32`, sinks);
show(`recompute:${window}/32`, recompute);
const ratios = sinks.tenths.map((value, tenth) => value / recompute.tenths[tenth]);
console.log(`sinks / recompute, per tenth: ${ratios.map((ratio) => ratio.toFixed(4)).join(' ')}`);
show(`sinks:0+${window}/32`, reference(`sinks:0+${window}/32`));
show('dense:512, 512 tokens', unspool('dense:512/64', '512'));
show('dense:4096, 4000 tokens', unspool('dense:4096/64', '4000'));
