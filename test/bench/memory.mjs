// Peak memory of `unspool stream --perplexity` on 200,000 and on 2,000,000 tokens: constant, within 5%.
//
// node test/bench/memory.mjs [TOKENS ...]      (default: 200000 2000000; a quarter of an hour)

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const novel = readFileSync(`${root}fixtures/documents/moby-dick.txt`);
const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [200_000, 2_000_000];

function* endlessly() {
  for (;;) yield novel;
}

async function peak(tokens) {
  const child = spawn(process.execPath, [`${root}bin/unspool.js`, 'stream', '--json', '--limit', `${tokens}tok`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => {});
  Readable.from(endlessly()).pipe(child.stdin);
  let output = '';
  for await (const data of child.stdout) output += data;
  return JSON.parse(output.trim().split('\n').at(-1));
}

const rows = [];
for (const count of counts) {
  const { account, peakMemoryBytes, seconds, perplexity } = await peak(count);
  rows.push(peakMemoryBytes);
  const rate = Math.round(account.tokens.read / seconds);
  console.log(
    `${account.tokens.read} tokens: peak memory ${(peakMemoryBytes / 1e6).toFixed(1)} MB, ` +
      `${rate} tokens/s, PPL ${perplexity.value.toFixed(2)}`,
  );
}
console.log(`ratio of the last to the first: ${(rows.at(-1) / rows[0]).toFixed(3)}`);
