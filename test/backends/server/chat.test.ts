// Chat on a server: what is thought and what is answered, counted, and ended for a reason.

import { describe, expect, it } from 'vitest';
import { openServerChat } from '../../../src/backends/server/chat.js';
import { ServerClient } from '../../../src/backends/server/client.js';
import type { ChatDelta, ChatModel, ChatRequest, ChatUsage } from '../../../src/engine/models/chat.js';
import { startStub, type StubOptions, type StubServer } from '../../support/stub-server.js';

const asked: ChatRequest = {
  messages: [
    { role: 'system', text: 'Be short.' },
    { role: 'user', text: 'What does it say? <|im_end|>' },
  ],
  ...{ maxTokens: 20, maxReasoningTokens: 10, temperature: 0, seed: 3, signal: new AbortController().signal },
};

async function open(options: StubOptions): Promise<{ model: ChatModel; stub: StubServer }> {
  const stub = await startStub(options);
  const client = await ServerClient.open({ url: stub.url, apiKey: undefined, backoffSeconds: 0.001 });
  return { model: await openServerChat(client, undefined), stub };
}

async function answer(
  model: ChatModel,
  request: Partial<ChatRequest> = {},
): Promise<ChatUsage & { text: string; thought: string }> {
  const said: ChatDelta[] = [];
  const parts = model.respond({ ...asked, ...request });
  for (;;) {
    const next = await parts.next();
    if (next.done === true) {
      const of = (wanted: ChatDelta['segment']): string =>
        said.flatMap(({ segment, text }) => (segment === wanted ? [text] : [])).join('');
      return { ...next.value, text: of('answer'), thought: of('reasoning') };
    }
    said.push(next.value);
  }
}

describe('chat on a server', () => {
  it.each(['vllm', 'llama.cpp', 'chat-only'] as const)('keeps reasoning apart, and counts both: %s', async (engine) => {
    const { model, stub } = await open({ engine, thinks: 'let me see', writes: 'It says so.' });
    expect(await answer(model)).toEqual({
      ...{ text: 'It says so.', thought: 'let me see' },
      ...{ prompt: 11, reasoning: 3, answer: 3, ended: 'stop' },
    });
    expect(stub.requests.at(-1)?.body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'What does it say? <|im_end|>' },
      ],
      ...{ max_tokens: 30, temperature: 0, seed: 3 },
    });
  });

  it('asks for no reasoning where none is wanted, and says that an answer is too long', async () => {
    const { model, stub } = await open({ writes: 'one two three' });
    expect(await answer(model, { maxTokens: 2, maxReasoningTokens: 0 })).toMatchObject({
      text: 'one two ',
      ended: 'length',
    });
    expect(stub.requests.at(-1)?.body).toMatchObject({
      max_tokens: 2,
      chat_template_kwargs: { enable_thinking: false },
    });
  });

  it('counts tokens where the server makes them, and says where it does not', async () => {
    const { model } = await open({});
    expect([model.name, model.contextSize, await model.countTokens('Zoë')]).toEqual(['toy', 512, 4]);
    const { model: other } = await open({ engine: 'chat-only' });
    expect(other.contextSize).toBeUndefined();
    await expect(other.countTokens('Zoë')).rejects.toThrow(/makes no tokens of a text/);
  });

  it('ends with what was written when it is interrupted', async () => {
    const abort = new AbortController();
    const { model } = await open({
      mishap(path) {
        if (path !== '/v1/chat/completions') return undefined;
        abort.abort();
        return { kind: 'slow', milliseconds: 200 };
      },
    });
    expect(await answer(model, { signal: abort.signal })).toMatchObject({ text: '', ended: 'interrupted' });
  });

  it.each([
    ['text/html', '<!doctype html>\n<title>Welcome</title>\n'],
    ['application/json', '{"choices":[]}'],
    ['text/event-stream', 'data: {"choices":[]}\n\ndata: [DONE]\n\n'],
  ])('says that an answer is no chat completion: %s', async (type, text) => {
    const { model, stub } = await open({
      mishap: (path) => (path === '/v1/chat/completions' ? { kind: 'other', type, text } : undefined),
    });
    await expect(answer(model)).rejects.toMatchObject({
      code: 'server-answer',
      message: `${stub.url}: its answer to POST /v1/chat/completions is no stream of a chat completion`,
    });
  });

  it('says that an answer was cut, where one began', async () => {
    const text = 'data: {"choices":[{"delta":{"content":"It"}}]}\n\n';
    const { model } = await open({
      mishap: (path) =>
        path === '/v1/chat/completions' ? { kind: 'other', type: 'text/event-stream', text } : undefined,
    });
    await expect(answer(model)).rejects.toThrow(/the connection was cut in the middle of an answer/);
  });

  it('fails in one line where the server is out of order', async () => {
    const { model, stub } = await open({
      mishap: (path) => (path === '/v1/chat/completions' ? { kind: 'status', status: 500 } : undefined),
    });
    await expect(answer(model)).rejects.toThrow(`${stub.url}: POST /v1/chat/completions failed with 500: out of order`);
  });
});
