// A model on a server: what it can do is found out, what it cannot is said at once, and what it does is what a cache does.

import { describe, expect, it } from 'vitest';
import { openServers } from '../../../src/backends/server/model.js';
import type { Purpose, RunnableModel } from '../../../src/backends/runnable-model.js';
import { canGenerate, type Backend } from '../../../src/engine/backend.js';
import { continueText } from '../../../src/engine/continuation.js';
import type { Document } from '../../../src/engine/document.js';
import type { RunEvent } from '../../../src/engine/events/events.js';
import type { Policy } from '../../../src/engine/policy.js';
import { scoreDocument, type ScoreResult } from '../../../src/engine/run.js';
import { View } from '../../../src/engine/view.js';
import { UnspoolError } from '../../../src/errors.js';
import { documentOf } from '../../support/documents.js';
import { byteVocabulary, fakeBackend } from '../../support/fake-backend.js';
import { controlText, startStub, toyNats, type StubOptions, type StubServer } from '../../support/stub-server.js';

const scoring: Purpose = { kind: 'score' };

async function open(stub: Pick<StubServer, 'url'>, purpose: Purpose = scoring, model?: string): Promise<RunnableModel> {
  return openServers({ servers: [stub.url], model, apiKey: undefined, patience: { backoffSeconds: 0.001 } }, purpose);
}

async function backendOf(options: StubOptions, purpose: Purpose = scoring): Promise<Backend> {
  const [backend] = await (await open(await startStub(options), purpose)).createBackends(64, 64);
  return backend;
}

async function failure(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(UnspoolError);
  const { message, hint = '' } = error as UnspoolError;
  return `${message.replace(/^http:\/\/127\.0\.0\.1:\d+: /, '')} (${hint})`;
}

/** How it is asked, what it has room for, what for it was opened. */
function settled({ settled: { model, machine } }: RunnableModel): string[] {
  return [...model, ...machine].map(({ text, note }) => note?.slice(2) ?? text);
}

describe('a server', () => {
  it('says what it serves', async () => {
    const vllm = await open(await startStub({ contextSize: 300 }));
    expect(vllm).toMatchObject({ name: 'toy', parameters: null, contextSize: 298 });
    expect(settled(vllm)).toEqual(['asked as vllm', '298 tokens in view at most', 'log-probabilities of prompts']);
    const sglang = await open(await startStub({ engine: 'sglang' }));
    expect(settled(sglang)).toContain('asked as sglang');
    const llama = await open(await startStub({ engine: 'llama.cpp' }), { kind: 'write', tokens: 20 });
    expect(llama).toMatchObject({ parameters: 1_234_567, contextSize: 490 });
    expect(settled(llama)).toEqual(['asked as llama.cpp', '490 tokens in view at most', 'text written on']);
  });

  it('is asked for a model by name where it has several, and told what it has', async () => {
    const stub = await startStub({ models: ['one', 'two'] });
    expect(await failure(open(stub))).toBe('which model? it lists one, two (name one with --model)');
    expect(await failure(open(stub, scoring, 'three'))).toBe('has no model three: it lists one, two (mend --model)');
    expect((await open(stub, scoring, 'two')).name).toBe('two');
  });

  it.each<[string, StubOptions, Purpose, string]>([
    [
      'llama-server: scores',
      { engine: 'llama.cpp' },
      scoring,
      'scores no text: it returns no log-probabilities of a prompt (use vLLM or SGLang, or run a GGUF file here: --model FILE.gguf)',
    ],
    [
      'Ollama: tokens',
      { engine: 'chat-only' },
      scoring,
      'makes no tokens of a text: it has no /tokenize (use llama-server, vLLM or SGLang, or run a GGUF file here)',
    ],
    [
      'any: an answer that is not JSON',
      { mishap: (path) => (path === '/v1/models' ? { kind: 'status', status: 404 } : undefined) },
      scoring,
      'is no OpenAI-compatible server: it has no /v1/models (mend --server)',
    ],
    [
      'a small context: room to write',
      { contextSize: 40 },
      { kind: 'write', tokens: 30 },
      'its context of 40 tokens has no room for a text and 30 more (ask for fewer tokens, or start the server with a larger context)',
    ],
  ])('that lacks something says so at once: %s', async (_, options, purpose, message) => {
    expect(await failure(open(await startStub(options), purpose))).toBe(message);
  });

  it('refuses what its cache cannot do, and more than its context holds', async () => {
    const model = await open(await startStub({ contextSize: 128 }));
    const policy: Policy = { kind: 'sinks', sinks: 4, window: 60, block: 8 };
    expect(() => {
      model.checkPolicy({}, policy);
    }).toThrow(/a server keeps no sinks: each request is read anew$/);
    expect(() => {
      model.checkPolicy({ sinks: 4 }, { kind: 'recompute', sinks: 0, window: 60, block: 8 });
    }).toThrow(/no sinks/);
    expect(() => {
      model.checkPolicy({}, { kind: 'window', sinks: 0, window: 60, block: 8 });
    }).toThrow(/no such window/);
    expect(() => model.fit(127, 16)).toThrow(/127 tokens in view are more than the 126 that fit its context$/);
  });
});

describe('tokens of a server', () => {
  const text = 'Zoë — 日本語 \u{1f469} <x> [y]\n\tend \x7f\xa0\xad';

  it.each(['llama.cpp', 'vllm', 'sglang'] as const)('stand for the bytes of the text: %s', async (engine) => {
    const purpose: Purpose = { kind: 'write', tokens: 1 };
    const { vocabulary } = await backendOf({ engine }, purpose);
    const tokens = [...(await vocabulary.tokenize(text))];
    expect(tokens).toEqual([...Buffer.from(text)].map((byte) => byte + 1));
    expect(vocabulary.beginning).toBe(0);
    // SGLang does not say what a part of a character is.
    const whole = engine === 'sglang' ? tokens.filter((token) => token <= 128) : tokens;
    for (const token of whole) expect([...vocabulary.bytes(token)]).toEqual([token - 1]);
    const without = await backendOf({ engine, hasBeginning: false }, purpose);
    expect(without.vocabulary.beginning).toBeUndefined();
  });

  it.each(['vllm', 'sglang'] as const)('are never control tokens, whatever the text names: %s', async (engine) => {
    const { vocabulary } = await backendOf({ engine });
    expect(vocabulary.controlLiterals).toEqual([controlText]);
    // As the engine has it read.
    const document = documentOf(`a${controlText}b`);
    const backend = fakeBackend(undefined, vocabulary);
    await consumed(scoreDocument({ ...run(document), backend, policy: recompute }));
    expect(backend.cells.slice(1)).toEqual([...Buffer.from(`a${controlText}b`)].map((byte) => byte + 1));
  });
});

const recompute: Policy = { kind: 'recompute', sinks: 0, window: 24, block: 8 };

function run(document: Document): Omit<Parameters<typeof scoreDocument>[0], 'backend' | 'policy'> {
  return {
    document,
    label: { index: 0, name: 'a' },
    signal: new AbortController().signal,
    limitTokens: undefined,
    limitBytes: undefined,
  };
}

async function consumed(
  events: AsyncGenerator<RunEvent, ScoreResult>,
): Promise<{ events: RunEvent[]; result: ScoreResult }> {
  const all: RunEvent[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { events: all, result: next.value };
    all.push(next.value);
  }
}

describe('scores of a server', () => {
  const text = 'Call me Ishmael. Some years ago, never mind how long precisely, having little or no money.';
  const policies: [name: string, policy: Policy][] = [
    ['recompute', recompute],
    ['recompute, one by one', { ...recompute, block: 1 }],
    ['dense', { kind: 'dense', sinks: 0, window: 400, block: 16 }],
  ];

  it.each(
    policies.flatMap(([name, policy]) => [true, false].map((hasBeginning) => [name, hasBeginning, policy] as const)),
  )(
    'are those of a cache with the same tokens in view: %s, with a beginning token: %s',
    async (_, hasBeginning, policy) => {
      const backend = await backendOf({ hasBeginning });
      const local = fakeBackend((cells, target) => toyNats(cells, target), byteVocabulary(hasBeginning));
      const there = await consumed(scoreDocument({ ...run(documentOf(text)), backend, policy }));
      const here = await consumed(scoreDocument({ ...run(documentOf(text)), backend: local, policy }));
      expect(there.events).toEqual(here.events);
      expect(there.result.tally.tokens).toBe(text.length - (hasBeginning ? 0 : 1));
    },
  );

  it('fail where the answer lacks them', async () => {
    const stub = await startStub({
      mishap: (path, number) =>
        path === '/v1/completions' && number === 1 ? { kind: 'status', status: 400 } : undefined,
    });
    const [backend] = await (await open(stub)).createBackends(64, 64);
    const { events } = await consumed(scoreDocument({ ...run(documentOf(text)), backend, policy: recompute }));
    expect(events.at(-1)).toMatchObject({ ended: 'failed', error: { code: 'server-refused' } });
  });
});

describe('what a server writes', () => {
  const sampling = { temperature: 0.7, topP: 0.9, minP: 0.05, seed: 7 };
  const policy: Policy = { kind: 'recompute', sinks: 0, window: 40, block: 8 };

  async function continued(
    options: StubOptions,
    tokens: number,
    stop: readonly string[] = [],
  ): Promise<{ text: string; ended: string; tokens: number; stub: StubServer }> {
    const stub = await startStub(options);
    const model = await open(stub, { kind: 'write', tokens });
    const [backend] = await model.createBackends(64, 64);
    if (!canGenerate(backend)) throw new Error('it writes');
    const document = documentOf('The captain said');
    let view: View | undefined;
    const observer = {
      ...{ skippedTo: () => undefined, readAs: undefined, growth: () => undefined },
      ...{ observe: () => [], pause: () => [] },
      finish: (last: View) => {
        view = last;
        return [];
      },
    };
    const { result } = await consumed(scoreDocument({ ...run(document), backend, policy, observer }));
    expect(result.account.tokens).toMatchObject({ read: 16, scored: 0, inView: 16 });
    if (view === undefined) throw new Error('nothing was read');
    const { signal } = new AbortController();
    const writing = continueText({
      backend,
      policy: model.whileWriting(policy, tokens),
      view,
      tokens,
      sampling,
      stop,
      signal,
    });
    let text = '';
    for (;;) {
      const next = await writing.next();
      if (next.done === true) {
        await model.dispose();
        return { text, ...next.value, stub };
      }
      text += next.value;
    }
  }

  it.each(['llama.cpp', 'vllm'] as const)('comes from one request, with all that is in view: %s', async (engine) => {
    const { text, ended, tokens, stub } = await continued({ engine, writes: ' «日本», and so on.' }, 12);
    expect([text, ended, tokens]).toEqual([' «日本»,', 'count', 12]);
    const path = engine === 'llama.cpp' ? '/completion' : '/v1/completions';
    const requests = stub.requests.filter((request) => request.path === path);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.body).toMatchObject({
      ...{ prompt: [0, ...Buffer.from('The captain said').map((byte) => byte + 1)] },
      ...{ temperature: 0.7, top_p: 0.9, min_p: 0.05, stream: true },
    });
  });

  it.each(['llama.cpp', 'vllm'] as const)('ends where the model ends it, or at a stop text: %s', async (engine) => {
    expect(await continued({ engine, writes: ' so it é' }, 30)).toMatchObject({
      text: ' so it é',
      ended: 'end-of-text',
      tokens: 9,
    });
    expect(await continued({ engine, writes: ' so it goes' }, 30, ['go'])).toMatchObject({
      text: ' so it ',
      ended: 'stop',
    });
    expect(await continued({ engine, writes: '' }, 5)).toMatchObject({ text: '', ended: 'end-of-text', tokens: 0 });
  });

  it.each(['llama.cpp', 'vllm'] as const)('fails in one line where the connection is cut: %s', async (engine) => {
    const path = engine === 'llama.cpp' ? '/completion' : '/v1/completions';
    const cut = (asked: string) => (asked === path ? ({ kind: 'cut' } as const) : undefined);
    await expect(continued({ engine, mishap: cut }, 5)).rejects.toThrow(/^http:\S+: .*(cut|JSON)/);
  });
});
