// Records fixtures/expected/counts.json: what gpt-tokenizer and wc count in the fixtures.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const encodings = ['o200k_base', 'o200k_harmony', 'cl100k_base', 'p50k_base', 'r50k_base', 'gpt2'];
const { version } = JSON.parse(readFileSync(`${root}node_modules/gpt-tokenizer/package.json`, 'utf8'));

function wc(option, path) {
  const output = execFileSync('wc', [option, path], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  return Number.parseInt(output, 10);
}

const documents = {};
for (const name of ['moby-dick.txt', 'services.log']) {
  const path = `${root}fixtures/documents/${name}`;
  const text = readFileSync(path, 'utf8');
  const tokens = {};
  for (const encoding of encodings) {
    const { encode } = await import(`gpt-tokenizer/encoding/${encoding}`);
    tokens[encoding] = encode(text, { disallowedSpecial: new Set() }).length;
  }
  documents[name] = {
    bytes: wc('-c', path),
    lines: wc('-l', path),
    words: wc('-w', path),
    characters: wc('-m', path),
    tokens,
  };
}
const expected = {
  about: `Tokens: gpt-tokenizer ${version}, encode on the whole text, no special tokens. The rest: GNU wc -c -l -w -m, LC_ALL=C.UTF-8.`,
  recordedBy: 'test/bench/references/counts.mjs',
  documents,
};
writeFileSync(`${root}fixtures/expected/counts.json`, `${JSON.stringify(expected, null, 2)}\n`);
