// Requests to a server: what is asked again, what is given up, in one line each, and that no key is ever told.

import { describe, expect, it } from 'vitest';
import { ServerClient, type ServerAccess } from '../../../src/backends/server/client.js';
import { UnspoolError } from '../../../src/errors.js';
import { closedPort } from '../../support/hub.js';
import { startStub, type Mishap, type StubServer } from '../../support/stub-server.js';

function open({ url }: Pick<StubServer, 'url'>, access: Partial<ServerAccess> = {}): Promise<ServerClient> {
  return ServerClient.open({ url, apiKey: undefined, retries: 2, backoffSeconds: 0.001, ...access });
}

/** The mishap of the first `times` requests. */
function first(times: number, mishap: Mishap): (path: string, number: number) => Mishap | undefined {
  return (_, number) => (number < times ? mishap : undefined);
}

async function failure(request: Promise<unknown>): Promise<UnspoolError> {
  const error = await request.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(UnspoolError);
  return error as UnspoolError;
}

const passing: readonly [name: string, mishap: Mishap, message: RegExp][] = [
  ['too many requests', { kind: 'status', status: 429 }, /: POST \/tokenize failed with 429: out of order$/],
  ['an error of the server', { kind: 'status', status: 500 }, /: POST \/tokenize failed with 500: out of order$/],
  ['broken JSON', { kind: 'broken-json' }, /: its answer to POST \/tokenize is not JSON$/],
  ['an answer that is cut', { kind: 'cut' }, /: the connection was cut during the answer to POST \/tokenize$/],
  ['a connection that ends', { kind: 'dropped' }, /: cannot be reached: \w+$/],
];

describe('a request', () => {
  it.each(passing)('is made again after %s, and given up in the end', async (_, mishap, message) => {
    const better = await startStub({ engine: 'llama.cpp', mishap: first(2, mishap) });
    const answer = await (await open(better)).post('/tokenize', { content: 'ab' });
    expect(answer).toEqual({ tokens: [expect.anything(), expect.anything()] });
    expect(better.requests).toHaveLength(3);
    const worse = await startStub({ engine: 'llama.cpp', mishap: first(9, mishap) });
    const error = await failure((await open(worse)).post('/tokenize', { content: 'ab' }));
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(worse.url)).toBe(true);
    expect(error.hint).toBeTruthy();
    expect(worse.requests).toHaveLength(3);
  });

  it('is made again when the server says', async () => {
    const headers = { 'retry-after': '0.02' };
    const stub = await startStub({ engine: 'llama.cpp', mishap: first(1, { kind: 'status', status: 503, headers }) });
    // The wait of its own would outlast the test.
    await (await open(stub, { backoffSeconds: 3600 })).post('/tokenize', { content: 'a' });
    expect(stub.requests).toHaveLength(2);
  });

  it.each([
    [400, /failed with 400: out of order$/],
    [404, /failed with 404: out of order$/],
    [501, /failed with 501: out of order$/],
    [401, /: wants a key \(401\)$/],
    [403, /: wants a key \(403\)$/],
  ])('is not made again after %i', async (status, message) => {
    const stub = await startStub({ mishap: first(9, { kind: 'status', status }) });
    expect((await failure((await open(stub)).post('/tokenize', {}))).message).toMatch(message);
    expect(stub.requests).toHaveLength(1);
  });

  it('ends where no answer comes in time', async () => {
    const stub = await startStub({ mishap: first(9, { kind: 'slow', milliseconds: 2000 }) });
    const error = await failure((await open(stub, { timeoutSeconds: 0.05 })).get('/v1/models'));
    expect(error.message).toBe(`${stub.url}: no answer to GET /v1/models within 0.05 seconds`);
    expect(stub.requests).toHaveLength(1);
  });

  it('says where nobody listens, and where there is no such host', async () => {
    const url = await closedPort();
    const refused = await failure((await open({ url })).get('/v1/models'));
    expect(refused.message).toBe(`${url}: nothing listens there`);
    const unknown = await failure((await open({ url: 'http://nowhere.invalid' })).get('/v1/models'));
    expect(unknown.message).toBe('http://nowhere.invalid: there is no such host, or no network');
  });

  it('is not made again once it was aborted', async () => {
    const abort = new AbortController();
    const stub = await startStub({
      mishap: () => {
        abort.abort();
        return { kind: 'status', status: 500 };
      },
    });
    await failure((await open(stub)).post('/tokenize', {}, { signal: abort.signal }));
    expect(stub.requests).toHaveLength(1);
  });
});

describe('a key', () => {
  const apiKey = 'sk-secret-1234';

  it('is sent, and nothing in its place without one', async () => {
    const stub = await startStub({ apiKey });
    await (await open(stub, { apiKey })).get('/v1/models');
    expect(stub.requests[0]?.authorization).toBe(`Bearer ${apiKey}`);
    const anyone = await startStub();
    await (await open(anyone)).get('/v1/models');
    expect(anyone.requests[0]?.authorization).toBeUndefined();
  });

  it('is in no error, whatever the server says of it', async () => {
    const message = `what is ${apiKey}?`;
    for (const status of [400, 401, 500]) {
      const stub = await startStub({ mishap: first(9, { kind: 'status', status, message }) });
      const error = await failure((await open(stub, { apiKey })).get('/v1/models'));
      expect(JSON.stringify([error.message, error.hint, error.stack, String(error.cause)])).not.toContain(apiKey);
    }
  });
});

describe('a streamed answer', () => {
  const body = { prompt: [1], n_predict: 3 };

  async function parts(client: ServerClient, signal?: AbortSignal): Promise<unknown[]> {
    const all: unknown[] = [];
    for await (const part of client.stream('/completion', body, { signal })) all.push(part.content);
    return all;
  }

  it('comes in parts, and is asked for again where nothing came', async () => {
    const stub = await startStub({
      engine: 'llama.cpp',
      writes: 'abc',
      mishap: first(1, { kind: 'status', status: 500 }),
    });
    expect(await parts(await open(stub))).toEqual(['a', 'b', 'c', '']);
    expect(stub.requests).toHaveLength(2);
  });

  it('ends quietly when aborted', async () => {
    const stub = await startStub({ engine: 'llama.cpp', mishap: first(9, { kind: 'slow', milliseconds: 500 }) });
    const abort = new AbortController();
    setTimeout(() => {
      abort.abort();
    }, 20);
    expect(await parts(await open(stub), abort.signal)).toEqual([]);
  });

  it('fails where its connection is cut', async () => {
    const stub = await startStub({ engine: 'llama.cpp', mishap: first(9, { kind: 'cut' }) });
    expect((await failure(parts(await open(stub)))).message).toMatch(/cut|JSON/);
  });
});
