// unspool stream --ask by meaning too: with an embedding model here and on servers, from the real binary.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/engine/events/events.js';
import { file, root, start } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { conceptVectors } from '../support/concepts.js';
import { embeddingModel } from '../support/embedding-model.js';
import { checked } from '../support/schema.js';
import { startStub, type StubOptions } from '../support/stub-server.js';
import { instruct } from './rules/documents.js';

const groups = [
  ['doctor', 'physician'],
  ['car', 'automobile'],
  ['red', 'crimson'],
];
const novel = readFileSync(`${root}fixtures/documents/moby-dick.txt`, 'utf8').slice(30_000, 90_000);
const needle = 'The physician paid 3000 florins for a crimson automobile.';
const middle = novel.indexOf('\n\n', 30_000);
const book = file('book.txt', `${novel.slice(0, middle)}\n\n${needle}\n\n${novel.slice(middle)}`);
const question = 'How did the doctor see the red car?';
const embed = conceptVectors(groups);

function of<Name extends RunEvent['event']>(stdout: string, name: Name): Extract<RunEvent, { event: Name }>[] {
  return checked(stdout).filter(({ event }) => event === name) as unknown as Extract<RunEvent, { event: Name }>[];
}

/** What requests to embed meet, after the one that opens the model. */
const afterProbe =
  (mishap: NonNullable<StubOptions['mishap']>): NonNullable<StubOptions['mishap']> =>
  (path, number) =>
    path === '/v1/embeddings' && number > 0 ? mishap(path, number) : undefined;

describe('unspool stream --ask with an embedding model', () => {
  it('finds with a server what shares no word with the question, and says how', async () => {
    const stub = await startStub({ embed, apiKey: 'top-secret', models: ['concepts'] });
    const options = ['--embedding-server', `${stub.url}/v1`, '--query-prefix', 'query: ', '--passage-prefix', 'text: '];
    const { stdout, stderr, code } = await unspool(
      ['stream', '--ask', question, '--ask', 'zyxwv qqqq', '--json', '--events', ...options, book],
      { environment: { UNSPOOL_API_KEY: 'top-secret' } },
    );
    expect(code).toBe(0);
    const evidence = of(stdout, 'evidence');
    expect(evidence).toHaveLength(5);
    const found = evidence.find(({ text }) => text.includes(needle));
    expect(found?.ranks).toEqual({ words: null, meaning: 1 });
    const similarities = evidence.flatMap(({ similarity }) => (typeof similarity === 'number' ? [similarity] : []));
    expect(found?.similarity).toBe(Math.max(...similarities));
    const scores = evidence.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(evidence.some(({ ranks }) => ranks?.words === 1)).toBe(true);

    const [embedded] = of(stdout, 'embedded');
    const [recalled] = of(stdout, 'recalled');
    expect(embedded).toMatchObject({ model: { path: stub.url, name: 'concepts', dimensions: 67 }, cut: 0 });
    expect(embedded?.spans).toBe(recalled?.of);
    expect(recalled?.byMeaning).toBe(evidence.filter(({ ranks }) => ranks?.words === null).length);
    const inputs = stub.requests.flatMap(({ body }) => (body.input as string[] | undefined) ?? []);
    expect(inputs.filter((text) => text.startsWith('text: '))).toHaveLength(embedded?.vectors ?? 0);
    expect(inputs).toContain(`query: ${question}`);
    expect(of(stdout, 'not-found')).toMatchObject([{ question: { index: 1 } }]);
    expect(stderr).toMatch(/recalled 5 of \d+ spans \(.*\), \d of them for their meaning/);
    expect(stderr).toMatch(
      /\nconcepts: \d+ spans embedded in 0:\d\d; [\d,]+ vectors of 67 numbers, [\d.]+ kB on disk\nno model answers: /,
    );
    expect(stdout + stderr).not.toContain('top-secret');
  });

  it('keeps what words find where the server fails midway, with one warning', async () => {
    const stub = await startStub({
      embed,
      mishap: afterProbe((_, number) => (number > 1 ? { kind: 'status', status: 403 } : undefined)),
    });
    const args = ['stream', '-q', '--ask', 'harpooneer in bed', '--ask', 'zyxwv', '--top', '2'];
    const { stdout, stderr, code } = await unspool([...args, '--embedding-server', stub.url, book]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# harpooneer in bed\n(\S+book\.txt:\d.*\n){2}\n# zyxwv\nNot found\.\n$/);
    expect(stderr).toBe(
      `unspool: warning: ${stub.url}: wants a key (403): evidence is found by words alone (set UNSPOOL_API_KEY)\n`,
    );
  });

  it('keeps what words find where it is interrupted while spans are embedded', async () => {
    let interrupt = (): void => undefined;
    const stub = await startStub({
      embed,
      mishap: afterProbe(() => {
        interrupt();
        return { kind: 'slow', milliseconds: 60_000 };
      }),
    });
    const args = ['stream', '--ask', 'harpooneer', '--json', '--events', '--embedding-server', stub.url, book];
    const run = start(args);
    interrupt = () => run.child.kill('SIGINT');
    const { stdout, stderr, code } = await run.result;
    stub.stop();
    expect(code).toBe(130);
    expect(of(stdout, 'evidence').length).toBeGreaterThan(0);
    expect(of(stdout, 'embedded')).toMatchObject([{ spans: 0 }]);
    expect(of(stdout, 'run-end')).toMatchObject([{ status: 'interrupted', error: null }]);
    expect(stderr.match(/^unspool: .*$/gm)).toEqual([
      'unspool: warning: interrupted before everything was embedded: evidence is found by words alone',
    ]);
  });

  it('does not wait for a server that does not answer where it is interrupted', async () => {
    let interrupt = (): void => undefined;
    const stub = await startStub({
      embed,
      mishap: (path) => {
        if (path !== '/v1/embeddings') return undefined;
        interrupt();
        return { kind: 'slow', milliseconds: 60_000 };
      },
    });
    const run = start(['stream', '--ask', 'harpooneer', '--json', '--embedding-server', stub.url, book]);
    interrupt = () => run.child.kill('SIGTERM');
    const { stdout, code } = await run.result;
    stub.stop();
    expect(code).toBe(130);
    expect(of(stdout, 'run-end')).toMatchObject([{ status: 'interrupted', error: null }]);
  });

  it('embeds and answers in one process', async () => {
    const tiny = file('tiny.gguf', embeddingModel({ groups }));
    const text = file('short.txt', `${needle}\n\n${novel.slice(0, 3000)}\n`);
    const models = ['--embedding-model', tiny, '--model', instruct, '--context', '800', '--threads', '1'];
    const { stdout, stderr, code } = await unspool([
      'stream',
      '--ask',
      'florins of a doctor',
      '--top',
      '1',
      ...models,
      text,
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(needle);
    expect(stdout).toMatch(/\nAnswer[^\n]*: /);
    expect(stderr).toMatch(
      /\ntiny meaning: \d spans embedded in 0:\d\d, \d+ pieces? cut to what it reads; \d+ vectors of 32 numbers/,
    );
    expect(stderr).toMatch(/\nunspool base \(3\.2M parameters\): \d spans indexed/);
  });
});
