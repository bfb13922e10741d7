// Embedding models on servers, known by their answers.

import { describe, expect, it } from 'vitest';
import { openServerEmbedding, type EmbeddingServer } from '../../../src/backends/server/embedding.js';
import type { EmbeddingModel } from '../../../src/engine/models/embedding.js';
import { startStub, type StubOptions, type StubServer } from '../../support/stub-server.js';

const { signal } = new AbortController();
/** Length, and the first letter. */
const embed = (text: string): readonly number[] => [text.length, text.charCodeAt(0)];

async function opened(
  options: StubOptions,
  more: Partial<EmbeddingServer> = {},
): Promise<{ model: EmbeddingModel; stub: StubServer }> {
  const stub = await startStub({ embed, ...options });
  const patience = { retries: 1, backoffSeconds: 0.001 };
  const model = await openServerEmbedding({ server: stub.url, model: undefined, apiKey: undefined, patience, ...more });
  return { model, stub };
}

describe('openServerEmbedding', () => {
  it('asks for all texts at once, in floats, and puts vectors in the order of the texts', async () => {
    const { model, stub } = await opened({ apiKey: 'secret' }, { apiKey: 'secret' });
    expect(model).toMatchObject({ name: 'toy', path: stub.url, dimensions: 2 });
    const { rows, cut } = await model.embed(['bc', 'a', 'def'], signal);
    expect([rows.map((row) => [...row]), cut]).toEqual([
      [
        [2, 98],
        [1, 97],
        [3, 100],
      ],
      0,
    ]);
    expect(stub.requests.at(-1)).toEqual({
      path: '/v1/embeddings',
      authorization: 'Bearer secret',
      body: { model: 'toy', input: ['bc', 'a', 'def'], encoding_format: 'float' },
    });
  });

  it('takes the name of a model as it is, of servers that list none', async () => {
    const { stub } = await opened({ models: [] }, { model: 'e5' });
    expect(stub.requests.map(({ path, body }) => [path, body.model])).toEqual([['/v1/embeddings', 'e5']]);
  });

  it('cuts a text that the server finds too long, and asks for the others as they are', async () => {
    const most = 100;
    const { model, stub } = await opened({ embed: (text) => (text.length > most ? undefined : embed(text)) });
    const { rows, cut } = await model.embed(['a', 'b'.repeat(390), 'c', 'd'.repeat(101)], signal);
    expect(rows.map((row) => [...row])).toEqual([
      [1, 97],
      [98, 98],
      [1, 99],
      [51, 100],
    ]);
    expect(cut).toBe(2);
    // The model's list and the probe; no request is made twice: 4, 2, b, bb, bbb, 2, c, d and dd.
    expect(stub.requests).toHaveLength(2 + 10);
  });

  it('is patient with a server that stumbles', async () => {
    const { model } = await opened({
      mishap: (path, number) =>
        path === '/v1/embeddings' && number === 1 ? { kind: 'status', status: 503 } : undefined,
    });
    expect((await model.embed(['a'], signal)).rows).toHaveLength(1);
  });

  it.each<[string, StubOptions, Partial<EmbeddingServer>, RegExp, RegExp]>([
    [
      'has several models',
      { models: ['a', 'b'] },
      {},
      /which model\? it lists a, b/,
      /name one with --embedding-model/,
    ],
    [
      'has no /v1/embeddings',
      { mishap: (path) => (path === '/v1/embeddings' ? { kind: 'status', status: 404 } : undefined) },
      {},
      /failed with 404: out of order/,
      /see what the server says/,
    ],
    ['wants a key', { apiKey: 'secret' }, {}, /wants a key \(401\)/, /UNSPOOL_API_KEY/],
    ['returns fewer vectors', { embed: () => [] }, {}, /has 0 vectors of 1 texts/, /is it an embedding model/],
    [
      'is not there',
      {},
      { server: 'http://127.0.0.1:9' },
      /^http:\/\/127\.0\.0\.1:9: /,
      /and --embedding-server its address/,
    ],
  ])('refuses a server that %s', async (_, options, more, message, hint) => {
    await expect(opened(options, more)).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  });

  it('refuses vectors of another length than before', async () => {
    let count = 0;
    const { model } = await opened({ embed: () => Array.from({ length: (count += 1) + 1 }, () => 1) });
    await expect(model.embed(['a'], signal)).rejects.toThrow('has vectors of 2 numbers and of 3');
  });
});
