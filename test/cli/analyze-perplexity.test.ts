// unspool analyze --perplexity through the real binary, against llama-perplexity, `stream` and itself.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ChunkedPerplexity, DocumentEnd, RunEnd } from '../../src/engine/events/events.js';
import { digits } from '../../src/reporters/format.js';
import { file, root } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { csvRows, pageTables } from '../support/reports.js';
import { checked, checkedOf } from '../support/schema.js';
import { vocabularyFile } from '../support/vocabularies.js';

interface Recorded {
  readonly texts: Readonly<Record<string, { readonly source: string; readonly bytes: number }>>;
  readonly figures: readonly {
    readonly text: string;
    readonly context: number;
    readonly chunks: number;
    readonly perplexity: number;
    readonly standardError: number;
  }[];
}
/** By llama-perplexity; see the file. */
const recorded = JSON.parse(readFileSync(`${root}fixtures/expected/perplexity.json`, 'utf8')) as Recorded;

/** The first part of a fixture, as `head -c` cuts it. */
function textOf(name: string): string {
  const text = recorded.texts[name];
  return file(`${name}.txt`, readFileSync(`${root}${text?.source ?? ''}`).subarray(0, text?.bytes));
}
const prose = textOf('prose');
const log = textOf('log');
const excerpt = readFileSync(prose, 'utf8').slice(0, 3000);
const short = file('excerpt.txt', excerpt);

function chunkedOf(end: DocumentEnd | undefined): ChunkedPerplexity {
  expect(end?.perplexity?.protocol).toBe('chunked');
  return end?.perplexity as ChunkedPerplexity;
}

describe('unspool analyze --perplexity', () => {
  it('gives the figures of stream --perplexity, in JSON, as comma-separated values and on a page', async () => {
    const [csv, page] = [file('rolling.csv', 'old'), file('rolling.html', 'old')];
    const files = ['--csv', csv, '--report', page];
    const analyzed = await unspool(['analyze', '--perplexity', '-q', '--json', ...files, short]);
    const streamed = await unspool(['stream', '--perplexity', '-q', '--json', short]);
    expect([analyzed.code, analyzed.stderr]).toEqual([0, '']);
    const [end] = checkedOf(analyzed.stdout, 'document-end');
    expect(end).toEqual(checkedOf(streamed.stdout, 'document-end')[0]);
    const { value, natsPerToken, bitsPerByte } = end?.perplexity ?? {};
    expect(csvRows(csv)).toMatchObject([
      {
        'document.name': short,
        'perplexity.protocol': 'rolling',
        'perplexity.value': String(value),
        'perplexity.natsPerToken': String(natsPerToken),
        'perplexity.standardError': '',
        'account.tokens.read': String(end?.account.tokens.read),
        ended: 'end',
      },
    ]);
    const [row] = pageTables(page).get('Perplexity') ?? [];
    expect(row?.slice(0, 5)).toEqual([
      short,
      digits(value ?? null, 4),
      '-',
      digits(natsPerToken ?? null, 4),
      digits(bitsPerByte ?? null, 4),
    ]);
  });

  it('keeps its protocol from --chunk, and has no picture', async () => {
    const rolling = await unspool(['analyze', '--perplexity', '--chunk', '64', short]);
    expect([rolling.code, rolling.stdout]).toEqual([2, '']);
    expect(rolling.stderr).toBe(
      'unspool: --chunk has no meaning with --protocol rolling (use it with --protocol chunked)\n',
    );
  });
});

describe('unspool analyze --perplexity --protocol chunked', () => {
  const args = ['analyze', '--perplexity', '--protocol', 'chunked'];

  it('gives the figures of llama-perplexity, and their total', async () => {
    const { stdout, code } = await unspool([...args, '-q', '--json', prose, log]);
    expect(code).toBe(0);
    const ends = checkedOf(stdout, 'document-end');
    for (const [index, name] of ['prose', 'log'].entries()) {
      const expected = recorded.figures.find(({ text, context }) => text === name && context === 512);
      const perplexity = chunkedOf(ends[index]);
      expect(perplexity.value?.toPrecision(4)).toBe(expected?.perplexity.toPrecision(4));
      expect(perplexity.standardError?.toPrecision(3)).toBe(expected?.standardError.toPrecision(3));
      expect(perplexity).toMatchObject({ chunk: 512, chunks: 5, tokens: 5 * 255 });
    }
    const total = checked(stdout).at(-1) as unknown as RunEnd;
    // Both have as many scored tokens.
    const mean = ends.reduce((sum, { perplexity }) => sum + (perplexity?.natsPerToken ?? 0) / 2, 0);
    expect(total.perplexity?.natsPerToken).toBeCloseTo(mean, 9);
    expect(total.account.bytes).toBe(8670 + 5731);
  });

  it('says on a line of its own what its error is, and warns of more than the trained context', async () => {
    const { stdout, stderr, code } = await unspool([...args, '--chunk', '600', '--limit', '1300tok', prose]);
    expect(code).toBe(0);
    const [header, row, ...notes] = stdout.split('\n');
    expect(header).toMatch(/^ +PPL +± /);
    expect(row).toMatch(/ 598 {2}chunked 600 +\S+prose\.txt$/);
    expect(notes.join(' ')).toBe(
      "±: llama.cpp's formula, which takes tokens as independent and is too small on prose; --protocol rolling gives one by batch means. ",
    );
    expect(stderr).toMatch(
      /^unspool: warning: chunks of 600 tokens are more than the 512 that unspool base was trained on/,
    );
    expect(stderr).toMatch(
      /1,300 tokens read = 599 in view \(lines \d+-\d+\) \+ 599 forgotten \+ 102 skipped; 598 scored\n/,
    );
  });

  it('reads text as it is: CR LF, byte order mark and invalid bytes, also compressed and from a pipe', async () => {
    const crlf = `\uFEFF${excerpt.replaceAll('\n', '\r\n')}\r\n`;
    const latin1 = Buffer.concat([Buffer.from(excerpt), Buffer.from('caf\xe9 na\xefve\n', 'latin1')]);
    const files = [
      file('crlf.txt', crlf),
      file('crlf.txt.gz', gzipSync(crlf)),
      file('lf.txt', excerpt),
      file('latin1.txt', latin1),
    ];
    const { stdout, stderr, code } = await unspool([...args, '-q', '--json', '--chunk', '64', ...files, '-'], {
      input: crlf,
    });
    expect([code, stderr]).toEqual([0, '']);
    const [plain, packed, unix, accents, piped] = checkedOf(stdout, 'document-end');
    expect(plain?.account.bytes).toBe(Buffer.byteLength(crlf));
    for (const same of [packed, piped]) {
      expect([same?.account, same?.perplexity]).toEqual([plain?.account, plain?.perplexity]);
    }
    // Its tokens are bytes or pairs of them: no carriage return is in one with anything else.
    const returns = crlf.split('\r').length - 1;
    expect(plain?.account.tokens.read).toBeGreaterThanOrEqual((unix?.account.tokens.read ?? 0) + returns);
    expect(accents?.account).toMatchObject({ bytes: latin1.length, invalidBytes: 2, controlCharacters: 0 });
    for (const end of checkedOf(stdout, 'document-end')) {
      const { read, inView, evicted, skipped } = end.account.tokens;
      expect(inView + evicted + skipped).toBe(read);
    }
  });

  it('does the other documents where some are bad, and exits 1 with a line for each', async () => {
    const bad = [
      file('empty.txt', ''),
      file('short.txt', 'too short\n'),
      '/nowhere/book.txt',
      '/tmp',
      process.execPath,
    ];
    const { stdout, stderr, code } = await unspool([...args, '--chunk', '64', '--limit', '200tok', ...bad, prose]);
    expect(code).toBe(1);
    expect(stdout.split('\n').filter((line) => line.includes('chunked 64'))).toEqual([
      expect.stringMatching(/ 93 {2}chunked 64 +\S+prose\.txt$/),
    ]);
    const errors = stderr.split('\n').filter((line) => line.startsWith('unspool: '));
    expect(errors).toEqual([
      expect.stringMatching(/empty\.txt: too short for 2 chunks of 64: 1 of 128 tokens \(use a smaller --chunk\)$/),
      expect.stringMatching(/short\.txt: too short for 2 chunks of 64: \d of 128 tokens \(use a smaller --chunk\)$/),
      expect.stringMatching(/no such file/),
      expect.stringMatching(/\/tmp: is a directory/),
      expect.stringMatching(/node: .*executable/),
    ]);
  });
});

describe('unspool analyze with a model that cannot score', () => {
  it('says so of a file that holds a vocabulary only, in one line, and in JSON', async () => {
    const model = vocabularyFile('gpt-2');
    const { stdout, stderr, code } = await unspool(['analyze', '--perplexity', '--json', '--model', model, prose]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^unspool: \S+gpt-2\.gguf: holds a vocabulary only, no weights [^\n]*\n$/);
    expect(checked(stdout).at(-1)).toMatchObject({ event: 'run-end', status: 'failed' });
  });

  it('says so of a file that is no model', async () => {
    const path = file('model.gguf', 'not a model');
    const { stderr, code } = await unspool(['analyze', '--perplexity', '--model', path, prose]);
    expect([code, stderr.split('\n').length]).toEqual([1, 2]);
    expect(stderr).toMatch(/model\.gguf: is not a GGUF model/);
  });
});
