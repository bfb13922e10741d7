// Chunked perplexity beside llama-perplexity: the same model and text through both, and how far apart the figures are.
//
// node test/bench/fidelity.mjs CHUNKS MODEL.gguf... -- TEXT...      (CHUNKS of 512 tokens, or the model's context)
// Builds llama-perplexity first, in the folder that REFERENCES names.

import { execFileSync, spawnSync } from 'node:child_process';
import { basename, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [chunks, ...rest] = process.argv.slice(2);
const models = rest.slice(0, rest.indexOf('--')).map((path) => resolve(path));
const texts = rest.slice(rest.indexOf('--') + 1).map((path) => resolve(path));
const build = [`${root}test/bench/references/build.sh`, ...(process.env.REFERENCES ? [process.env.REFERENCES] : [])];
const programs = execFileSync('bash', build, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** The last of its running estimates, which has four decimals, and its error. It sometimes ends early: then again. */
function reference(model, text, chunk) {
  const args = ['-m', model, '-f', text, '-c', chunk, '-b', chunk, '-t', 1, '--chunks', chunks, '-fa', 'off'];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const options = { cwd: tmpdir(), encoding: 'utf8', maxBuffer: 2 ** 28 };
    const { stderr } = spawnSync(
      `${programs}/llama-perplexity`,
      [...args, '--no-escape', '--no-warmup'].map(String),
      options,
    );
    const final = /Final estimate: PPL = ([\d.]+) \+\/- ([\d.]+)/.exec(stderr);
    if (final) return { value: Number(final[1]), error: Number(final[2]) };
  }
  throw new Error(`llama-perplexity gave no estimate of ${text} with ${model}`);
}

function ours(model, text, chunk) {
  const args = ['analyze', '--perplexity', '--protocol', 'chunked', '--chunk', chunk, '--json', '-q', '--threads', 1];
  const limit = ['--limit', `${chunks * chunk}tok`];
  const command = [`${root}bin/unspool.js`, ...args, ...limit, '--model', model, text].map(String);
  const output = execFileSync(process.execPath, command, { encoding: 'utf8' });
  const { perplexity, model: summary } = Object.assign(
    {},
    ...output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  return { value: perplexity.value, error: perplexity.standardError, context: summary.contextSize };
}

console.log('model  text  chunk  llama-perplexity  unspool  relative difference');
for (const model of models) {
  for (const text of texts) {
    const { context } = ours(model, text, 64);
    const chunk = Math.min(512, context);
    const [theirs, own] = [reference(model, text, chunk), ours(model, text, chunk)];
    const figures = [theirs, own].map(({ value, error }) => `${value.toFixed(4)} ± ${error.toFixed(5)}`);
    const difference = (own.value / theirs.value - 1).toExponential(1);
    console.log([basename(model), basename(text), chunk, ...figures, difference].join('  '));
  }
}
