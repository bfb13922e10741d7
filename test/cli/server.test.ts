// Models on servers, with the real binary: results, events, exit codes, and a key that is told to nobody else.

import { describe, expect, it } from 'vitest';
import { file, type Result } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { closedPort } from '../support/hub.js';
import { checked } from '../support/schema.js';
import { startStub, toyNats, type StubServer } from '../support/stub-server.js';

const text = 'Call me Ishmael. Some years ago, never mind how long precisely.\nHaving little or no money.\n'.repeat(4);
const document = file('ishmael.txt', text);
const apiKey = 'sk-secret-5678';

function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Result> {
  return unspool(args, { environment: { UNSPOOL_API_KEY: '', OPENAI_API_KEY: '', ...environment } });
}

/** Mean nats of the toy under `recompute:W/1`: each token sees the beginning token and at most W - 1 others. */
function meanNats(source: string, window: number): number {
  const tokens = [...Buffer.from(source)].map((byte) => byte + 1);
  const nats = tokens.map((token, index) => toyNats([0, ...tokens.slice(Math.max(0, index - window), index)], token));
  return nats.reduce((sum, each) => sum + each, 0) / nats.length;
}

describe('--perplexity --server', () => {
  it('scores what the server scores, and says where', async () => {
    const stub = await startStub({ apiKey });
    const args = ['analyze', '--perplexity', '--policy', 'recompute:40/1', '--server', `${stub.url}/v1/`, document];
    const { stdout, stderr, code } = await run([...args, '--json', '--verbose'], { OPENAI_API_KEY: apiKey });
    const [start, ...others] = checked(stdout);
    expect([code, start]).toMatchObject([
      0,
      { model: { path: stub.url, name: 'toy', parameters: null, contextSize: 510, vocabulary: null } },
    ]);
    const end = others.at(-1) as { perplexity: { natsPerToken: number; tokens: number } };
    expect(end.perplexity.tokens).toBe(text.length);
    expect(end.perplexity.natsPerToken).toBeCloseTo(meanNats(text, 40), 5);
    expect(stderr).toContain(`server   ${stub.url} (option), asked as vllm\n`);
    expect(stdout + stderr).not.toContain(apiKey);
    expect(stub.requests.every(({ authorization }) => authorization === `Bearer ${apiKey}`)).toBe(true);
  });

  it('tells no key that the server refuses, and takes the server from the environment', async () => {
    const stub = await startStub({ apiKey: 'another' });
    const { stdout, stderr, code } = await run(['stream', '--perplexity', '--json', '--verbose', document], {
      UNSPOOL_SERVER: stub.url,
      UNSPOOL_API_KEY: apiKey,
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`unspool: ${stub.url}: does not take the key (401) (set UNSPOOL_API_KEY)\n`);
    expect(checked(stdout).at(-1)).toMatchObject({ event: 'run-end', error: { code: 'server-key' } });
    expect(stdout + stderr).not.toContain(apiKey);
  });

  it('fails in one line where nobody listens, and where a policy needs sinks', async () => {
    const url = await closedPort();
    const refused = await run(['analyze', '--perplexity', '--server', url, document]);
    expect([refused.stdout, refused.stderr, refused.code]).toEqual([
      '',
      `unspool: ${url}: nothing listens there (is the server running, and --server its address?)\n`,
      1,
    ]);
    const stub = await startStub();
    const sinks = await run(['analyze', '--perplexity', '--sinks', '4', '--server', stub.url, document]);
    expect([sinks.stdout, sinks.code]).toEqual(['', 1]);
    expect(sinks.stderr).toMatch(/^unspool: \S+: a server keeps no sinks: .* \(use --policy recompute .*\)\n$/);
  });
});

describe('--continue --server', () => {
  it('writes on, and scores nothing', async () => {
    const stub = await startStub({ engine: 'llama.cpp', writes: ' and so on\u001b[31m, 日本.' });
    const args = ['stream', '--continue', '40', '--context', '32', '--server', stub.url, document];
    const { stdout, stderr, code } = await run(args);
    expect([stdout, code]).toEqual([' and so on[31m, 日本.\n', 0]);
    expect(stderr).toContain(`${text.length} tokens read = 31 in view`);
    const [asked] = stub.requests.filter(({ path }) => path === '/completion');
    expect(asked?.body).toMatchObject({ prompt: { length: 32 }, n_predict: 40, temperature: 0.8 });
    const events = checked((await run([...args, '--json'])).stdout);
    expect(events.find(({ event }) => event === 'document-end')).toMatchObject({ perplexity: null });
    expect(events.at(-1)).toMatchObject({ status: 'done', perplexity: null });
  });
});

describe('a server and an option that does not go with it', () => {
  it.each([
    [['--threads', '2'], '--threads has no meaning with --server (leave it out: the server was started with its own)'],
    [
      ['--cache-type', 'q8_0'],
      '--cache-type has no meaning with --server (leave it out: the server was started with its own)',
    ],
    [
      ['--server', 'http://me:secret@host'],
      '--server: an address holds no user and no key (give the key in UNSPOOL_API_KEY)',
    ],
    [
      ['--server', 'ftp://host'],
      "option '--server <url>' argument 'ftp://host' is invalid. Give an address, such as http://127.0.0.1:8080. (see unspool stream --help)",
    ],
  ])('is a usage error: %j', async (more, message) => {
    const { stdout, stderr, code } = await run(['stream', '--server', 'http://127.0.0.1:1', ...more, document]);
    expect([stdout, stderr, code]).toEqual(['', `unspool: ${message}\n`, 2]);
  });
});

describe('several servers', () => {
  const documents = Array.from({ length: 20 }, (_, index) => {
    return file(`part-${index}.txt`, text.slice(index * 5, index * 5 + 150));
  });

  /** Ends at a request, in the middle of its work. */
  async function dying(after: number): Promise<StubServer> {
    const stub: StubServer = await startStub({
      mishap(path, number) {
        if (path !== '/v1/completions' || number < after) return undefined;
        stub.stop();
        return { kind: 'dropped' };
      },
    });
    return stub;
  }

  it('share the documents; when one dies and one is slow, all are told of, in order, and none twice', async () => {
    const slow = await startStub({ mishap: () => ({ kind: 'slow', milliseconds: 15 }) });
    const stubs = [await dying(6), slow, await startStub()];
    const servers = stubs.flatMap(({ url }) => ['--server', url]);
    const args = ['analyze', '--perplexity', '--policy', 'recompute:40/40', '--json', ...servers, ...documents];
    const { stdout, stderr, code } = await run(args);
    const events = checked(stdout);
    const ended = events.filter(({ event }) => event === 'document-end') as { document: { name: string } }[];
    expect(ended.map((each) => each.document.name)).toEqual(documents);
    const order = events.flatMap(({ event, document }) => (document === undefined ? [] : [[event, document]]));
    expect(order).toEqual(
      ended.flatMap(({ document }) => [
        ['document-start', document],
        ['document-end', document],
      ]),
    );
    expect(code).toBe(0);
    expect(stderr).toContain(`warning: ${stubs[0]?.url ?? '?'}: `);
    for (const stub of stubs) expect(stub.requests.some(({ body }) => body.echo === true)).toBe(true);
    // The same figures as from one server.
    const alone = await run([
      'analyze',
      '--perplexity',
      '--policy',
      'recompute:40/40',
      '--json',
      '--server',
      (await startStub()).url,
      ...documents,
    ]);
    const strip = (output: string): unknown[] => checked(output).filter(({ event }) => event === 'document-end');
    expect(strip(stdout)).toEqual(strip(alone.stdout));
    const totals = (output: string): unknown => checked(output).at(-1)?.perplexity;
    expect(totals(stdout)).toEqual(totals(alone.stdout));
  });

  it('do without one that is away; where all die, each document says so', async () => {
    const away = await closedPort();
    const last = await dying(3);
    const { stdout, stderr, code } = await run([
      ...['analyze', '--perplexity', '--policy', 'recompute:40/40', '--json', '--server', away, '--server', last.url],
      ...documents.slice(0, 4),
    ]);
    expect(stderr).toContain(`warning: ${away}: nothing listens there`);
    const ended = checked(stdout).filter(({ event }) => event === 'document-end');
    expect([code, ended.map((each) => each.ended)]).toEqual([1, ['failed', 'failed', 'failed', 'failed']]);
  });
});
