// Notes of what left the window: all of it, once, in its own words.

import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Account, NoteTaken } from '../../src/engine/events/events.js';
import { parsePolicySpec, type Policy } from '../../src/engine/policy.js';
import { completePolicy } from '../../src/engine/defaults.js';
import { scoreDocument } from '../../src/engine/run.js';
import { forgottenNotes } from '../../src/memory/forgotten-notes.js';
import { root } from '../support/cli.js';
import { documentOf } from '../support/documents.js';
import { byteVocabulary, fakeBackend } from '../support/fake-backend.js';

const label = { index: 0, name: 'test.txt' };
const vocabulary = byteVocabulary();
const novel = readFileSync(`${root}fixtures/documents/moby-dick.txt`, 'utf8').slice(30_000, 60_000);
const log = readFileSync(`${root}fixtures/documents/services.log`, 'utf8').slice(0, 30_000);

/** Its characters are of three bytes each, and so of three tokens. */
const unspaced = Array.from({ length: 600 }, (_, index) => {
  const words = ['船长', '鲸鱼', '大海', '风暴', '水手', '早晨'];
  return `${words[index % 6] ?? ''}在${words[(index * 5) % 6] ?? ''}看见${words[(index * 7 + 1) % 6] ?? ''}和很多别的东西。${index % 8 === 7 ? '\n\n' : ''}`;
}).join('');
const endless = `${log.slice(0, 6000)}${'12:00:01 INFO x=😀 '.repeat(1500)}\n${log.slice(0, 3000)}`;

interface Told {
  readonly notes: readonly NoteTaken[];
  readonly account: Account;
  /** How many notes were at the top at once. */
  readonly most: number;
  /** Those that are there at the end. */
  readonly top: readonly NoteTaken[];
}

/** One token is one byte; a digit surprises by its value, anything else by 1 nat. */
async function run(text: string, spec: string): Promise<Told> {
  const policy = policyOf(spec);
  const nats = (token: number): number => Number.parseInt(String.fromCharCode(token - 1), 10) || 1;
  const backend = fakeBackend((_, target) => nats(target), vocabulary);
  const { signal } = new AbortController();
  const watch = forgottenNotes(label, vocabulary, policy.window);
  const events = scoreDocument({ backend, policy, document: documentOf(text), label, signal, watch });
  const notes: NoteTaken[] = [];
  const top = new Map<number, NoteTaken>();
  let most = 0;
  for (;;) {
    const next = await events.next();
    if (next.done === true) {
      const sorted = [...top.values()].sort((a, b) => a.bytes[0] - b.bytes[0]);
      return { notes, account: next.value.account, most, top: sorted };
    }
    if (next.value.event !== 'note') continue;
    notes.push(next.value);
    for (const id of next.value.children) expect(top.delete(id)).toBe(true);
    top.set(next.value.id, next.value);
    most = Math.max(most, top.size);
  }
}

function policyOf(spec: string): Policy {
  return completePolicy(parsePolicySpec(spec) ?? {}, {
    ...{ trainedContext: 512, cacheBytesPerToken: 1, freeMemoryBytes: 2 ** 30, gpu: false, kind: 'sinks' },
  });
}

/** By UTF-8 bytes. */
function sliced(text: string, from: number, to?: number): string {
  return Buffer.from(text).subarray(from, to).toString();
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

describe('notes of what left the window', () => {
  it.each([
    ['prose', novel, 'sinks:4+508/64'],
    ['a log', log, 'sinks:4+1020/32'],
    ['prose without sinks', novel, 'window:2000/100'],
    ['prose, recomputed', novel, 'recompute:600/60'],
    ['prose without spaces', unspaced, 'sinks:4+1020/32'],
    ['lines without an end', endless, 'sinks:64+400/32'],
  ])('stand for all of it, once, with the words and the place of %s', async (_, text, spec) => {
    const { notes, account, most, top } = await run(text, spec);
    expect(account.tokens.evicted).toBeGreaterThan(20_000);
    expect(most).toBeLessThanOrEqual(25);
    expect(notes.some(({ level }) => level > 0)).toBe(true);
    let [byte, token] = [0, 0];
    for (const note of top) {
      expect([note.bytes[0], note.tokens?.[0]]).toEqual([byte, token]);
      [byte, token] = [note.bytes[1], note.tokens?.[1] ?? NaN];
      const part = sliced(text, ...note.bytes);
      expect(flat(part)).toContain(note.text.replace(/ …$/, ''));
      const before = sliced(text, 0, note.bytes[0]);
      expect(note.lines[1]).toBe(before.split('\n').length + part.trimEnd().split('\n').length - 1);
      expect(note.terms?.length).toBeGreaterThan(0);
      for (const term of note.terms ?? []) expect(part.toLowerCase()).toContain(term);
    }
    // What is under no note is in view, at least in part.
    const { evicted } = account.tokens;
    expect(token).toBeLessThanOrEqual(evicted + 64);
    const next = sliced(text, byte).split(/\n\n|(?<=[.!?]["'”]?) /, 2);
    const longest = Math.max(...next.map((part) => part.length), 600);
    expect(evicted - token).toBeLessThanOrEqual(text === endless ? 40_000 : longest);
  });

  it('are as surprising as the text they stand for', async () => {
    const { top } = await run(log, 'sinks:4+1020/32');
    for (const note of top) {
      const nats = Array.from(sliced(log, ...note.bytes), (each) => Number.parseInt(each, 10) || 1);
      const mean = nats.reduce((sum, each) => sum + each, 0) / nats.length;
      expect(note.natsPerToken).toBeCloseTo(mean, 6);
    }
  });

  it('are none while nothing is forgotten', async () => {
    const { notes } = await run(novel.slice(0, 400), 'sinks:4+508/64');
    expect(notes).toEqual([]);
  });

  it('begin where an earlier run has come to', () => {
    const watch = forgottenNotes(label, vocabulary, 40);
    const place = { bytes: 100, lines: 5, textBytes: 100, invalidBytes: 0, controlCharacters: 0 };
    watch.resume('\n'.charCodeAt(0) + 1, place, 99);
    const text = Buffer.from('These are ten words or so, to make up a sentence.\n\n'.repeat(200));
    const ends = Array.from(text, (_, index) => {
      const lines = 6 + text.subarray(0, index).toString().split('\n').length - 1;
      return { ...place, bytes: 101 + index, lines };
    });
    watch.observe(
      new Float32Array(text.length).fill(1),
      ends,
      Int32Array.from(text, (byte) => byte + 1),
    );
    const paragraph = text.indexOf('\n\n') + 2;
    const [first] = [...watch.forget([100, 2000])].filter((event) => event.event === 'note');
    expect(first).toMatchObject({
      lines: [6, 6],
      bytes: [100, 100 + paragraph],
      tokens: [100, 100 + paragraph],
      natsPerToken: 1,
    });
  });

  it('take no more of any text than what was forgotten, and leave out nothing between two', async () => {
    const piece = fc.oneof(fc.constantFrom('\n', '\n\n', '. ', 'Word ', '12:00:00 INFO x\n', ' '), fc.string());
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 120 }),
        fc.integer({ min: 16, max: 200 }),
        async (pieces, window) => {
          const text = pieces.join('').replace(/[^\n\x20-\x7e]/g, '?');
          const { top, account } = await run(text, `sinks:4+${window}/8`);
          let byte = 0;
          for (const note of top) {
            expect(note.bytes[0]).toBe(byte);
            [, byte] = note.bytes;
            expect(note.text).not.toBe('');
          }
          expect(byte).toBeLessThanOrEqual(account.tokens.evicted + 4);
        },
      ),
      { numRuns: 60 },
    );
  });
});
