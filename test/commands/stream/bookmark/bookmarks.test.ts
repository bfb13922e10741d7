// Bookmarks in files: a run goes on from any state in one, and from no other file.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel, type OpenedModel } from '../../../../src/backends/local/open-model.js';
import { bundledModel } from '../../../../src/commands/options/model.js';
import { openBookmark, type BookmarkChoice } from '../../../../src/commands/stream/bookmark/bookmarks.js';
import { continuationTask } from '../../../../src/commands/stream/continue/run.js';
import { digestTask } from '../../../../src/commands/stream/digest/run.js';
import { scoresOnly } from '../../../../src/commands/stream/perplexity/options.js';
import { streamDocuments, type RollingRequest, type RollingTask } from '../../../../src/commands/stream/rolling.js';
import { canSaveCache, type CacheSavingBackend } from '../../../../src/engine/backend.js';
import type { RunEvent } from '../../../../src/engine/events/events.js';
import type { Policy } from '../../../../src/engine/policy.js';
import { scoreDocument, type ScoreResult } from '../../../../src/engine/run.js';
import { root } from '../../../support/cli.js';
import { documentOf } from '../../../support/documents.js';
import { fakeBackend } from '../../../support/fake-backend.js';
import { temporaryFolder } from '../../../support/folders.js';
import { inSession } from '../../../support/session.js';

const perplexity = scoresOnly;
const digest = digestTask({ top: 5, as: undefined, all: false, signals: undefined });
const small: Policy = { kind: 'sinks', sinks: 4, window: 60, block: 16 };

interface Run {
  readonly task: RollingTask;
  readonly policy: Policy;
  readonly backend: CacheSavingBackend;
  readonly model: OpenedModel;
  readonly bookmark?: Partial<BookmarkChoice>;
  /** Blocks after which the user interrupts. */
  readonly stopAfter?: number;
}

interface Told extends ScoreResult {
  readonly results: readonly RunEvent[];
  readonly from: number | undefined;
}

/** One run of the binary, in this process. */
async function session(text: string, options: Run): Promise<Told> {
  const { task, policy, backend, model, stopAfter } = options;
  const { readingIdentity } = task;
  const kept = { version: '1', source: 'book.txt', reading: {}, readingIdentity, looksBack: false };
  const choice = { path: '', every: 1e6, fromLine: undefined, ...options.bookmark };
  const opened = choice.path === '' ? undefined : await openBookmark(choice, kept, { policy, backend, model });
  // No test waits, and none depends on how long a file takes.
  const bookmark = opened && { ...opened, isDue: () => choice.every === 0 };
  const abort = new AbortController();
  const label = { index: 0, name: 'book.txt' };
  const { signal } = abort;
  const input = { label, backend, policy, signal };
  const { document, observer } = task.prepare(documentOf(text), input, bookmark?.start?.observer);
  const running = scoreDocument({ backend, policy, document, label, observer, bookmark, signal });
  const events: RunEvent[] = [];
  let next = await running.next();
  for (; next.done !== true; next = await running.next()) {
    events.push(next.value);
    if (events.filter(({ event }) => event === 'block-scored').length === stopAfter) abort.abort();
  }
  bookmark?.close();
  const resumed = events.find((event) => event.event === 'resumed');
  const results = events.filter(({ event }) => event === 'passage' || event === 'document-end');
  return { ...next.value, results, from: resumed?.line };
}

let model: OpenedModel;
beforeAll(async () => {
  model = await openModel({ path: bundledModel, threads: 1, modelInterface: 'native' });
});
afterAll(() => model.dispose());

async function backendFor(policy: Policy): Promise<CacheSavingBackend> {
  const backend = await model.createBackend(policy.sinks + policy.window + 1, policy.window);
  if (!canSaveCache(backend)) throw new Error('the backend keeps no cache');
  return backend;
}

describe('a bookmark of the bundled model', () => {
  const text = readFileSync(join(root, 'fixtures/documents/moby-dick.txt'), 'utf8').slice(20_000, 21_500);
  it.each<[string, Policy]>([
    ['sinks', small],
    ['window', { kind: 'window', sinks: 0, window: 64, block: 16 }],
    ['recompute', { kind: 'recompute', sinks: 0, window: 63, block: 16 }],
    ['dense', { kind: 'dense', sinks: 0, window: 512, block: 64 }],
  ])('goes on as if the run had never ended: %s', async (_, policy) => {
    const path = join(temporaryFolder(), 'bookmark');
    const machine = { task: perplexity, policy, backend: await backendFor(policy), model };
    const whole = await session(text, machine);
    await session(text, { ...machine, bookmark: { path }, stopAfter: 3 });
    await session(text, { ...machine, bookmark: { path, every: 0 }, stopAfter: 2 });
    // Another cache has nothing of the first.
    const rest = await session(text, { ...machine, backend: await backendFor(policy), bookmark: { path } });
    expect(rest.from).toBeGreaterThan(1);
    expect(rest.account).toEqual(whole.account);
    expect(rest.tally.state()).toEqual(whole.tally.state());
  });
});

describe('unspool stream, with a bookmark', () => {
  const text = readFileSync(join(root, 'fixtures/documents/moby-dick.txt'), 'utf8').slice(500, 2500);

  async function run(source: string, task: RollingTask, more: Partial<RollingRequest>): Promise<readonly RunEvent[]> {
    const request: RollingRequest = {
      ...{ sources: [source], reading: {}, model: { path: bundledModel, threads: 1 }, limit: undefined },
      ...{ follow: false, bookmark: undefined, policy: small, task, ...more },
    };
    return (await inSession((session) => streamDocuments(session, request))).events;
  }

  it('goes on behind a limit, and writes from what the model saw at a line', async () => {
    const folder = temporaryFolder();
    const [book, start, path] = [join(folder, 'book.txt'), join(folder, 'start.txt'), join(folder, 'bookmark')];
    const line = 26;
    writeFileSync(book, text);
    writeFileSync(start, `${text.split('\n').slice(0, line).join('\n')}\n`);
    const bookmark: BookmarkChoice = { path, every: 1e6, fromLine: undefined };
    await run(book, perplexity, { bookmark, limit: { bytes: 700 } });
    const [whole, rest] = [await run(book, perplexity, {}), await run(book, perplexity, { bookmark })];
    const resumed = rest.find((event) => event.event === 'resumed');
    expect(resumed?.line).toBeGreaterThan(5);
    const end = rest.find(({ event }) => event === 'document-end');
    expect(end).toEqual(whole.find(({ event }) => event === 'document-end'));

    const before = readFileSync(path);
    const write = continuationTask({ tokens: 8, stop: [], sampling: greedy });
    const seen = await run(book, write, { bookmark: { ...bookmark, fromLine: line } });
    expect(textOf(seen)).not.toBe('');
    expect(textOf(seen)).toBe(textOf(await run(start, write, {})));
    expect(seen.find((event) => event.event === 'document-end')).toMatchObject({
      ended: 'limit',
      account: { lines: 26 },
    });
    expect(readFileSync(path).equals(before)).toBe(true);

    const behind = await run(book, perplexity, { bookmark: { ...bookmark, fromLine: 9999 } });
    const message = expect.stringMatching(/book\.txt: ends at line \d+: there is no line 9999$/) as string;
    expect(behind).toContainEqual(expect.objectContaining({ code: 'no-such-line', message }));
  });
});

const greedy = { temperature: 0, topP: 1, minP: 0, seed: 0 };

function textOf(events: readonly RunEvent[]): string {
  return events.map((event) => (event.event === 'text-delta' ? event.text : '')).join('');
}

describe('a bookmark of a digest', () => {
  const backend = fakeBackend((cells, target) => 1 + ((cells.at(-1) ?? 0) * 7 + target * 13) / 100);
  const policy: Policy = { kind: 'sinks', sinks: 2, window: 30, block: 32 };
  const machine = (): Run => ({ task: digest, policy, backend, model });
  const words = fc.constantFrom('whale', 'ship', 'the', 'captain', 'sea', 'harpoon', 'of', 'white', 'a', 'leg');
  const sentence = fc.array(words, { minLength: 2, maxLength: 14 }).map((all) => `The ${all.join(' ')}.`);
  const prose = fc
    .array(fc.tuple(sentence, fc.constantFrom(' ', '\n', '\n\n')), { minLength: 5, maxLength: 60 })
    .map((parts) => parts.map(([text, end]) => text + end).join(''));
  const record = fc.record({ second: fc.integer({ min: 10, max: 59 }), text: fc.oneof(sentence, words) });
  const log = fc
    .array(record, { minLength: 30, maxLength: 150 })
    .map((lines) => lines.map(({ second, text }, at) => `2024-05-01T10:00:${second} ${text} ${at}\n`).join(''));

  it.each([
    ['prose', prose],
    ['a log', log],
  ])('goes on with the same passages and account: %s', async (_, texts) => {
    const folder = temporaryFolder();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }), async (text, stops) => {
        const path = join(folder, String((runs += 1)));
        const whole = await session(text, machine());
        for (const stopAfter of stops) await session(text, { ...machine(), bookmark: { path }, stopAfter });
        const rest = await session(text, { ...machine(), bookmark: { path } });
        expect(rest.results).toEqual(whole.results);
      }),
      { numRuns: 15 },
    );
    expect(readdirSync(folder)).toHaveLength(runs);
  });

  it('goes on where the log has grown, as one that is read whole', async () => {
    const path = join(temporaryFolder(), 'bookmark');
    const lines = Array.from({ length: 400 }, (_, at) => `2024-05-01T10:00:${10 + (at % 50)} ship ${at} is at sea\n`);
    lines[350] = '2024-05-01T10:00:59 the white whale is here, and it is not small\n';
    await session(lines.slice(0, 200).join(''), { ...machine(), bookmark: { path } });
    const grown = await session(lines.join(''), { ...machine(), bookmark: { path } });
    expect(grown.from).toBeGreaterThan(10);
    expect(grown.results).toEqual((await session(lines.join(''), machine())).results);
  });
});

describe('the file of a bookmark', () => {
  const policy = small;
  const text = 'one line of text\n'.repeat(60);
  const machine = (): Run => ({ task: perplexity, policy, backend: fakeBackend(), model });

  async function kept(): Promise<string> {
    const path = join(temporaryFolder(), 'bookmark');
    await session(text, { ...machine(), bookmark: { path, every: 0 } });
    return path;
  }

  it('is refused where any byte of what is gone on from is another', async () => {
    const path = await kept();
    const good = readFileSync(path);
    const [, header = ''] = good.toString('latin1').split('\n', 2);
    const { states } = JSON.parse(header) as { states: { state: { bytes: number }; cache: { bytes: number } }[] };
    const newest = states.at(-1);
    const used = (newest?.state.bytes ?? 0) + (newest?.cache.bytes ?? 0);
    expect(states).toHaveLength(4);
    const head = good.length - states.reduce((sum, { state, cache }) => sum + state.bytes + cache.bytes, 0);
    const place = fc.oneof(
      fc.integer({ min: 0, max: head - 1 }),
      fc.integer({ min: 1, max: used }).map((at) => -at),
    );
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bad = Buffer.from(good);
        const index = (at + bad.length) % bad.length;
        bad[index] = (bad[index] ?? 0) ^ change;
        writeFileSync(path, bad);
        await expect(session(text, { ...machine(), bookmark: { path } })).rejects.toMatchObject({
          code: expect.stringMatching(/^(no|damaged)-bookmark$/) as string,
        });
        expect(readFileSync(path).equals(bad)).toBe(true);
      }),
      { numRuns: 40 },
    );
    for (const bytes of [0, 10, head, good.length - 1]) {
      writeFileSync(path, good.subarray(0, bytes));
      await expect(session(text, { ...machine(), bookmark: { path } })).rejects.toThrow(/is (no|a damaged) bookmark/);
    }
  });

  it('is of one run: says what differs', async () => {
    const path = await kept();
    const other = { ...machine(), policy: { ...policy, block: 8 }, bookmark: { path } };
    await expect(session(text, other)).rejects.toMatchObject({
      message: `${path}: is of another run: policy "sinks:4+60/16", not "sinks:4+60/8"`,
    });
    await expect(session(text, { ...machine(), task: digest, bookmark: { path } })).rejects.toThrow(/task "perplexity/);
  });

  it('holds older states, to go back to before a line, and says where the first is', async () => {
    const path = await kept();
    const before = readFileSync(path);
    await expect(session(text, { ...machine(), bookmark: { path, fromLine: 1 } })).rejects.toThrow(
      /keeps no state at or before line 1; its first is at line \d+$/,
    );
    const lines = text.split('\n');
    const changed = lines.with(40, 'another line, and longer').join('\n');
    await expect(session(changed, { ...machine(), bookmark: { path } })).rejects.toMatchObject({ code: 'other-text' });
    expect(readFileSync(path).equals(before)).toBe(true);
    const rest = await session(changed, { ...machine(), bookmark: { path, fromLine: 40 } });
    expect(rest.from).toBeGreaterThan(1);
    expect(rest.from).toBeLessThanOrEqual(40);
    expect(rest.tally.state()).toEqual((await session(changed, machine())).tally.state());
    // What lay behind the line is gone.
    const again = await session(changed, { ...machine(), bookmark: { path } });
    expect(again.from).toBeGreaterThan(50);
  });

  it('is all that is left, also of runs that were killed', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'bookmark');
    for (const name of ['bookmark.999999999.tmp', 'bookmark.999999999.cache']) writeFileSync(join(folder, name), '');
    writeFileSync(join(folder, `bookmark.${process.ppid}.tmp`), 'of a process that lives');
    await session(text, { ...machine(), bookmark: { path, every: 0 } });
    expect(readdirSync(folder).sort()).toEqual(['bookmark', `bookmark.${process.ppid}.tmp`]);
  });

  it('is not kept of a model of whose cache llama.cpp saves a part only', async () => {
    const sliding: OpenedModel = { ...model, modelClass: { kind: 'shift-full-cache' } };
    const path = join(temporaryFolder(), 'bookmark');
    await expect(session(text, { ...machine(), model: sliding, bookmark: { path } })).rejects.toMatchObject({
      code: 'bookmark-unsupported',
    });
  });
});
