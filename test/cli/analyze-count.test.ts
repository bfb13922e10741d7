// unspool analyze --count.

import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { referenceCount } from '../support/byte-pairs.js';
import { binary, file, root, shell } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked, checkedOf } from '../support/schema.js';

const novel = `${root}fixtures/documents/moby-dick.txt`;
const log = `${root}fixtures/documents/services.log`;
const model = `${root}fixtures/models/base/base.gguf`;
const excerpt = readFileSync(novel, 'utf8').slice(30_000, 33_000);
const text = file('excerpt.txt', excerpt);

interface Figures {
  readonly bytes: number;
  readonly lines: number;
  readonly words: number;
  readonly characters: number;
  readonly tokens: Record<string, number>;
}
const { documents } = JSON.parse(readFileSync(`${root}fixtures/expected/counts.json`, 'utf8')) as {
  documents: Record<'moby-dick.txt' | 'services.log', Figures>;
};

/** The cells of each line of a table. */
function cells(stdout: string): string[][] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));
}

describe('unspool analyze --count', () => {
  it('prints what wc and gpt-tokenizer count, and totals', async () => {
    const { stdout, stderr, code } = await unspool(['analyze', '--count', novel, log]);
    expect(code).toBe(0);
    const [header, first, second, total, blank, costs, ...prices] = cells(stdout);
    expect(header).toEqual([
      ...['bytes', 'lines', 'words', 'characters', 'tokens', 'tokenizer', 'fits in', 'used', 'document'],
    ]);
    for (const [row, name, path] of [
      [first, 'moby-dick.txt', novel],
      [second, 'services.log', log],
    ] as const) {
      const { bytes, lines, words, characters, tokens } = documents[name];
      const figures = [bytes, lines, words, characters, tokens.o200k_base].map(String);
      expect(row).toEqual([...figures, 'o200k_base', expect.any(String), expect.stringMatching(/^\d+%$/), path]);
    }
    expect(first?.slice(6, 8)).toEqual(['512K', '54%']);
    expect(second?.slice(6, 8)).toEqual(['> 1M', '211%']);
    expect(total?.[4]).toBe('2498948');
    expect(total?.at(-1)).toBe('total');
    expect(blank).toEqual(['']);
    expect(costs).toEqual(['cost', 'per 1M tokens', "as input of, at OpenAI's list prices of 2026-03"]);
    expect(prices).toContainEqual(['$5.00', '$2.00', 'gpt-4.1']);
    expect(stderr).toMatch(/^2 documents in 0:\d\d \(\S+ [kM]B\/s\), peak memory [\d.]+ [MG]B\n$/);
  });

  it('aligns its columns', async () => {
    const { stdout } = await unspool(['analyze', '--tokenizer', 'cl100k_base,gpt2', novel, text]);
    const table = stdout.split('\n\n', 1)[0]?.split('\n') ?? [];
    expect(table).toHaveLength(7);
    const place = table[0]?.indexOf('document') ?? 0;
    expect(new Set(table.slice(1).map((line) => line.slice(place - 2, place)))).toEqual(new Set(['  ']));
  });

  it('is what analyze does without a task', async () => {
    const count = await unspool(['analyze', '-q', text]);
    expect(count).toEqual(await unspool(['analyze', '-q', '--count', text]));
  });

  it('counts by several tokenizers', async () => {
    const names = ['o200k_base', 'o200k_harmony', 'cl100k_base', 'p50k_base', 'r50k_base', 'gpt2'];
    const { stdout } = await unspool(['analyze', '--json', '--tokenizer', names.join(','), novel]);
    const [overview] = checkedOf(stdout, 'overview');
    expect(Object.fromEntries((overview?.tokens ?? []).map(({ tokenizer, tokens }) => [tokenizer, tokens]))).toEqual(
      documents['moby-dick.txt'].tokens,
    );
    const repeated = await unspool([
      'analyze',
      '--json',
      '--tokenizer',
      'gpt2',
      '--tokenizer',
      'cl100k_base,gpt2',
      text,
    ]);
    expect(checkedOf(repeated.stdout, 'overview')[0]?.tokens.map(({ tokenizer }) => tokenizer)).toEqual([
      'gpt2',
      'cl100k_base',
    ]);
  });

  it('prints events that the schema describes', async () => {
    const all = checked((await unspool(['analyze', '--json', text, novel])).stdout);
    expect(all.map(({ event }) => event)).toEqual([
      ...['run-start', 'document-start', 'overview', 'document-start', 'overview', 'run-end'],
    ]);
    expect(all[0]).toMatchObject({ command: 'analyze', model: null, policy: null });
    expect(all.at(-1)).toMatchObject({ status: 'done', documents: 2, error: null });
  });

  it("counts by a model's own tokenizer, and says what the model needs", async () => {
    const streamed = await unspool(['stream', '--perplexity', '--json', '--model', model, text]);
    const read = (checked(streamed.stdout).at(-1) as unknown as { account: { tokens: { read: number } } }).account
      .tokens.read;
    const { stdout, stderr } = await unspool(['analyze', '--json', '--model', model, text]);
    const [start] = checked(stdout);
    expect(start).toMatchObject({ model: { path: model, contextSize: 512 } });
    const [overview] = checkedOf(stdout, 'overview');
    // 6 layers, keys and values of 3 heads of 32 (the model's card), two bytes each; a cell more for the beginning token.
    const cacheBytesPerToken = 6 * 2 * 3 * 32 * 2;
    expect(overview?.tokens[1]).toMatchObject({
      kind: 'model',
      tokens: read,
      cacheBytes: (read + 1) * cacheBytesPerToken,
      trainedContext: 512,
      fitsTrainedContext: false,
    });
    expect(stderr).toMatch(/^o200k_base is an estimate for unspool base: here \d+% too low\n/);
    const fromEnvironment = await unspool(['analyze', '-q', text], { environment: { UNSPOOL_MODEL: model } });
    expect(fromEnvironment.stdout).toMatch(/KV cache +trained on +document\n/);
    expect(fromEnvironment.stdout).toMatch(/ MB +512: no +\S+excerpt\.txt\n/);
  });

  it('counts the same from a file, a pipe, and compressed', async () => {
    const results = [
      await unspool(['analyze', '-q', '--json', text]),
      await unspool(['analyze', '-q', '--json'], { input: excerpt }),
      await unspool(['analyze', '-q', '--json', '-'], { input: gzipSync(excerpt) }),
      await unspool(['analyze', '-q', '--json', file('excerpt.br', brotliCompressSync(excerpt))]),
    ];
    const figures = results.map(({ stdout, stderr }) => {
      expect(stderr).toBe('');
      return { ...checkedOf(stdout, 'overview')[0], document: null };
    });
    expect(figures[0]?.tokens).toMatchObject([{ tokens: referenceCount('o200k_base', excerpt) }]);
    for (const each of figures) expect(each).toEqual(figures[0]);
  });

  it('takes text as data: special tokens, control characters and line ends', async () => {
    const path = file('data.txt', '\ufeffone<|endoftext|>\r\n\u001b[31mtwo\u001b[0m <|im_start|>three');
    const clean = 'one<|endoftext|>\ntwo <|im_start|>three';
    const { stdout, stderr } = await unspool(['analyze', '--json', path]);
    expect(checkedOf(stdout, 'overview')).toMatchObject([
      { bytes: 51, lines: 2, words: 3, characters: 38, controlCharacters: 9 },
    ]);
    expect(checkedOf(stdout, 'overview')[0]?.tokens).toMatchObject([{ tokens: referenceCount('o200k_base', clean) }]);
    expect(stderr).toContain('data.txt: 9 control characters removed\n');
  });

  it('keeps terminal escapes of names from the terminal', async () => {
    const name = 'evil\u001b[31m.txt';
    for (const content of [excerpt, '\0\0\0']) {
      const { stdout, stderr } = await unspool(['analyze', file(name, content)]);
      expect(stdout + stderr).toContain('evil');
      expect(stdout + stderr).not.toContain('\u001b');
    }
  });

  it('counts an empty file as nothing', async () => {
    const { stdout, code } = await unspool(['analyze', file('empty.txt', '')]);
    expect(code).toBe(0);
    expect(cells(stdout).at(-1)).toEqual([...['0', '0', '0', '0', '0', 'o200k_base', '512', '0%'], expect.any(String)]);
  });

  it('says with --verbose what it settled on', async () => {
    const { stderr } = await unspool(['analyze', '-v', '--tokenizer', 'gpt2', text]);
    expect(stderr).toMatch(/^tokenizer {2}gpt2 \(option\)\nmodel {6}none \(default\)\n/);
  });
});

describe('unspool analyze --count on bad input', () => {
  it('counts what there is of a compressed file that is cut short, and exits 1', async () => {
    const whole = gzipSync(excerpt);
    const path = file('cut.gz', whole.subarray(0, whole.length - 200));
    const { stdout, stderr, code } = await unspool(['analyze', '--json', path]);
    expect(code).toBe(1);
    const [overview] = checkedOf(stdout, 'overview');
    expect(overview).toMatchObject({ ended: 'failed', error: { code: 'document-truncated' } });
    const part = excerpt.slice(0, overview?.characters);
    expect(overview?.tokens).toMatchObject([{ tokens: referenceCount('o200k_base', part) }]);
    expect(stderr).toMatch(/cut\.gz: counted until it failed\n/);
  });

  it('ends quietly when the reader of its output leaves', async () => {
    const many = Array.from({ length: 2000 }, () => text).join(' ');
    const { stdout, stderr, code } = await shell(
      `set -o pipefail; unspool analyze -q --json ${many} | head -n 1; echo "$?"`,
    );
    expect(stdout).toMatch(/^\{"schema":1,"event":"run-start".*\n0\n$/);
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('prints what it has counted when it is interrupted', async () => {
    // Standard input has no end: it is open for writing too.
    const pipe = `${text}.pipe`;
    const { stdout, stderr, code } = await shell(
      `mkfifo ${pipe}; exec 3<>${pipe}; cat ${text} >&3; exec "${process.execPath}" "${binary}" analyze --json ${text} - <&3`,
      {
        onLine: (line, kill) => {
          if (line.includes('"document-start"') && line.includes('"index":1')) kill('SIGINT');
        },
      },
    );
    expect(code).toBe(130);
    const [first, second] = checkedOf(stdout, 'overview');
    expect([first?.ended, second?.ended]).toEqual(['end', 'interrupted']);
    const read = excerpt.slice(0, second?.characters);
    expect(second?.tokens).toMatchObject([{ tokens: referenceCount('o200k_base', read) }]);
    expect(checked(stdout).at(-1)).toMatchObject({ event: 'run-end', status: 'interrupted', documents: 2 });
    expect(stderr).toContain('2 documents interrupted after');
  });
});
