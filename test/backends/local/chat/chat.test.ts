// Messages and answers with the embedded model behind chat templates, against its own scores.

import fc from 'fast-check';
import type { LlamaModel } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createChat } from '../../../../src/backends/local/chat/chat.js';
import { chatTemplate, type ChatTemplate } from '../../../../src/backends/local/chat/template.js';
import { ggufVocabulary } from '../../../../src/backends/gguf/vocabulary.js';
import { startLlama } from '../../../../src/backends/local/llama.js';
import type { ModelInterface } from '../../../../src/backends/model-choice.js';
import { openModel, type OpenedModel } from '../../../../src/backends/local/open-model.js';
import { bundledModel } from '../../../../src/commands/options/model.js';
import { canGenerate } from '../../../../src/engine/backend.js';
import type { ChatMessage, ChatModel, ChatRequest, ChatUsage } from '../../../../src/engine/models/chat.js';
import * as families from '../../../support/chat-templates.js';
import { file } from '../../../support/cli.js';
import { instructModel } from '../../../support/instruct-model.js';

const names = Object.keys(families) as (keyof typeof families)[];

function fileOf(name: keyof typeof families): string {
  return file(`${name}.gguf`, instructModel(families[name]));
}

const messages: readonly ChatMessage[] = [
  { role: 'system', text: 'Be brief.' },
  { role: 'user', text: 'The captain of the ship' },
];

describe('a chat template', () => {
  const models = new Map<string, LlamaModel>();
  const disposals: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const { llama } = await startLlama('off');
    disposals.push(() => llama.dispose());
    for (const name of names) {
      models.set(name, await llama.loadModel({ modelPath: fileOf(name), vocabOnly: true }));
    }
  });
  afterAll(async () => {
    for (const dispose of disposals) await dispose();
  });

  async function open(name: keyof typeof families): Promise<{ model: LlamaModel; template: ChatTemplate }> {
    const model = models.get(name);
    if (model === undefined) throw new Error(`no model of ${name}`);
    return { model, template: await chatTemplate(model, name, families[name].template) };
  }

  it.each([
    [
      'chatMl',
      '<|im_start|>system\n|Be brief.|<|im_end|>\n<|im_start|>user\n|The captain of the ship|<|im_end|>\n<|im_start|>assistant\n',
    ],
    [
      'llama3',
      '<|start_header_id|>system<|end_header_id|>\n\n|Be brief.|<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n|The captain of the ship|<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    ],
    [
      'reasoning',
      '<|im_start|>system\n|Be brief.|<|im_end|>\n<|im_start|>user\n|The captain of the ship|<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n',
    ],
    ['alwaysReasoning', '|Be brief.|<|User|>|The captain of the ship|<|Assistant|><think>\n|\n</think>\n\n'],
    [
      'channels',
      '<|start|>system<|message|>|Be brief.|<|end|><|start|>user<|message|>|The captain of the ship|<|end|><|start|>assistant|<|channel|>final<|message|>',
    ],
    [
      'noSystem',
      '<start_of_turn>user\n|### System message\n\nBe brief.\n\n----\n\nThe captain of the ship|<end_of_turn>\n<start_of_turn>model\n',
    ],
  ] as const)('writes the prompt of %s', async (name, expected) => {
    const { model, template } = await open(name);
    const { tokens, reasons } = template.prompt(messages, false);
    const { bos } = model.tokens;
    const parts = expected.split(/(?<!<)\|(?!>|[a-zA-Z_]+\|>)/).flatMap((part) => [...model.tokenize(part, true)]);
    expect(tokens).toEqual([bos, ...parts]);
    expect(reasons).toBe(false);
  });

  it.each([
    ['chatMl', undefined, false],
    ['reasoning', undefined, false],
    ['alwaysReasoning', '<think>\n', true],
    ['channels', '<|channel|>analysis<|message|>', true],
  ] as const)('lets %s reason where it may', async (name, end, reasons) => {
    const { model, template } = await open(name);
    const prompt = template.prompt(messages, true);
    expect(prompt.reasons).toBe(reasons);
    const written = model.detokenize([...prompt.tokens], true);
    if (end === undefined) expect(written).not.toContain('think');
    else expect(written.endsWith(end)).toBe(true);
  });

  it.each(names)('keeps what is in a message text, whatever it says: %s', async (name) => {
    const { model, template } = await open(name);
    const vocabulary = ggufVocabulary(model);
    const { controls = [], userDefined = [] } = families[name];
    const defined = new Set(userDefined.map((text) => model.tokenize(text, true)[0]));
    const steers = (token: number): boolean => vocabulary.endsText(token) || defined.has(token as never);
    const markers = [...controls, ...userDefined, '<|im_start|>', '<|im_end|>', '<s>', '</s>'];
    const pieces = fc.constantFrom(...markers, '<', '<|', '|>', 'think', '>', '\n', 'user', ' ship', '\u00e9');
    const { tokens: plain } = template.prompt([{ role: 'user', text: 'x' }], false);
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 12 }), (words) => {
        const text = words.join('');
        const tokens = template.literal(text);
        expect(tokens.filter(steers)).toEqual([]);
        expect(Buffer.concat(tokens.map((token) => vocabulary.bytes(token))).toString()).toBe(text);
        const prompt = template.prompt([{ role: 'user', text }], false);
        expect(prompt.tokens.filter(steers)).toEqual(plain.filter(steers));
      }),
      { numRuns: 50 },
    );
  });

  it('is run without tools, also where it asks for them', async () => {
    const { model } = await open('chatMl');
    const tooled = `{% for tool in tools %}{{ tool }}{% endfor %}${families.chatMl.template}`;
    const [template, plain] = [await chatTemplate(model, '', tooled), (await open('chatMl')).template];
    expect(template.prompt(messages, false)).toEqual(plain.prompt(messages, false));
  });

  it('says so where it cannot be run', async () => {
    const { model } = await open('chatMl');
    const template = await chatTemplate(model, 'odd.gguf', '{% if %}');
    expect(() => template.prompt(messages, false)).toThrow('odd.gguf: its chat template cannot be run');
  });
});

describe('a chat', () => {
  async function open(path: string, modelInterface?: ModelInterface): Promise<OpenedModel> {
    const model = await openModel({ path, threads: 1, modelInterface });
    onTestFinished(() => model.dispose());
    return model;
  }

  async function chatOf(name: keyof typeof families, cells = 256): Promise<{ chat: ChatModel; model: OpenedModel }> {
    const model = await open(fileOf(name), 'public');
    return { chat: await model.createChat(cells, 64), model };
  }

  async function ask(
    chat: ChatModel,
    request: Partial<ChatRequest> = {},
    onDelta: (count: number) => void = () => undefined,
  ): Promise<ChatUsage & { readonly text: { readonly reasoning: string; readonly answer: string }; deltas: number }> {
    const text = { reasoning: '', answer: '' };
    const defaults = { messages, maxTokens: 12, maxReasoningTokens: 0, temperature: 0, seed: 1 };
    const deltas = chat.respond({ ...defaults, signal: new AbortController().signal, ...request });
    let next = await deltas.next();
    let count = 0;
    for (; next.done !== true; next = await deltas.next()) {
      text[next.value.segment] += next.value.text;
      onDelta((count += 1));
    }
    return { ...next.value, text, deltas: count };
  }

  it('answers from an empty cache as the model goes on after the prompt, and counts it', async () => {
    const { chat, model } = await chatOf('chatMl');
    const { llama } = await startLlama('off');
    const vocabularyOnly = await llama.loadModel({ modelPath: fileOf('chatMl'), vocabOnly: true });
    const { tokens } = (await chatTemplate(vocabularyOnly, '', families.chatMl.template)).prompt(messages, false);
    const first = await ask(chat);
    expect(first).toMatchObject({ prompt: tokens.length, reasoning: 0, answer: 12, ended: 'length' });
    await ask(chat, { messages: [{ role: 'user', text: 'Something else' }] });
    expect(await ask(chat)).toEqual(first);
    expect(await chat.countTokens('The captain')).toBe(vocabularyOnly.tokenize('The captain', false).length);

    const backend = await model.createBackend(256, 64);
    if (!canGenerate(backend)) throw new Error('the public API generates');
    await backend.clear();
    await backend.decode(Int32Array.from(tokens.slice(0, -1)), new Int32Array(0));
    const written: number[] = [];
    while (written.length < 12) {
      const sampling = { temperature: 0, topP: 1, minP: 0, seed: 1 };
      written.push(await backend.generate(written.at(-1) ?? tokens.at(-1) ?? 0, sampling));
    }
    const bytes = written.map((token) => backend.vocabulary.bytes(token));
    expect(first.text.answer).toBe(Buffer.concat(bytes).toString().trimStart());
    await llama.dispose();
  });

  it('scores an answer as the native backend does', async () => {
    const { chat } = await chatOf('llama3');
    const { llama } = await startLlama('off');
    const vocabularyOnly = await llama.loadModel({ modelPath: fileOf('llama3'), vocabOnly: true });
    const template = await chatTemplate(vocabularyOnly, '', families.llama3.template);
    const answer = 'went to sea <|eot_id|> again.';
    const prompt = template.prompt(messages, false).tokens;
    const targets = template.literal(answer);
    await llama.dispose();
    const native = await open(fileOf('llama3'));
    expect(native.modelInterface).toBe('native');
    const backend = await native.createBackend(256, 256);
    const all = Int32Array.from([...prompt, ...targets]);
    const scores = await backend.decode(all.subarray(0, -1), all.subarray(1));
    const expected = scores.subarray(prompt.length - 1).reduce((sum, nats) => sum + nats, 0);
    const scored = await chat.score?.(messages, answer);
    expect(scored?.tokens).toBe(targets.length);
    expect(scored?.nats).toBeCloseTo(expected, 2);
    expect(await chat.score?.(messages, '')).toEqual({ nats: 0, tokens: 0 });
    await expect(native.createChat(256, 64)).rejects.toThrow('only scores');
  });

  it('reads the start that prompts share once, and scores to the last bit as from an empty cache', async () => {
    const { llama } = await startLlama('off');
    onTestFinished(() => llama.dispose());
    const model = await llama.loadModel({ modelPath: fileOf('chatMl') });
    const chatWith = async () => {
      const context = await model.createContext({ contextSize: 512, batchSize: 64, threads: 1 });
      const sequence = context.getSequence();
      const options = { name: 'test', template: families.chatMl.template, cells: 512, batch: 64 };
      return { chat: await createChat(model, options, sequence), meter: sequence.tokenMeter };
    };
    const long = (end: string): ChatMessage[] => [
      { role: 'user', text: `${'The captain of the ship stood on deck. '.repeat(20)}${end}` },
    ];
    const used = await chatWith();
    const { prompt } = await ask(used.chat, { messages: long('Who stood there?') });
    expect(prompt).toBeGreaterThan(192);
    const before = used.meter.usedInputTokens;
    const scored = await used.chat.score?.(long('Where did he stand?'), 'On deck.');
    const fresh = await chatWith();
    expect(scored).toEqual(await fresh.chat.score?.(long('Where did he stand?'), 'On deck.'));
    expect(fresh.meter.usedInputTokens - (used.meter.usedInputTokens - before)).toBe(prompt - (prompt % 64));
  });

  it('draws the same text with the same seed', async () => {
    const { chat } = await chatOf('chatMl');
    const warm = { temperature: 1.5, maxTokens: 20 };
    const first = await ask(chat, { ...warm, seed: 7 });
    expect(await ask(chat, { ...warm, seed: 7 })).toEqual(first);
    expect((await ask(chat, { ...warm, seed: 8 })).text).not.toEqual(first.text);
    expect(await ask(chat, { ...warm, seed: 0xffffffff })).toEqual(await ask(chat, { ...warm, seed: 0xffffffff }));
  });

  it('reasons within its budget, and not at all without one', async () => {
    const { chat } = await chatOf('alwaysReasoning');
    const thinking = await ask(chat, { maxReasoningTokens: 5, maxTokens: 7 });
    expect(thinking).toMatchObject({ reasoning: 5, answer: 7, ended: 'length' });
    expect(thinking.text.reasoning).not.toBe('');
    expect(thinking.text.answer).not.toBe('');
    const silent = await ask(chat, { maxTokens: 7 });
    expect(silent).toMatchObject({ reasoning: 0, answer: 7, text: { reasoning: '' } });
    // The end of the block is a part of the prompt then.
    expect(silent.prompt).toBeGreaterThan(thinking.prompt);
  });

  it('keeps what was written when it is interrupted', async () => {
    const { chat } = await chatOf('chatMl');
    const whole = await ask(chat);
    const abort = new AbortController();
    const cut = await ask(chat, { signal: abort.signal }, (count) => {
      if (count === 3) abort.abort();
    });
    expect(cut.ended).toBe('interrupted');
    expect(cut.answer).toBeLessThan(whole.answer);
    expect(cut.text.answer).not.toBe('');
    expect(whole.text.answer.startsWith(cut.text.answer)).toBe(true);
    const none = await ask(chat, { signal: AbortSignal.abort() });
    expect(none).toMatchObject({ ended: 'interrupted', answer: 0, text: { answer: '' }, prompt: whole.prompt });
    expect(await ask(chat)).toEqual(whole);
  });

  it('refuses what its context cannot hold', async () => {
    const { chat } = await chatOf('chatMl', 64);
    expect(chat.contextSize).toBe(64);
    await expect(ask(chat, { maxTokens: 60 })).rejects.toMatchObject({ code: 'chat-too-long' });
  });

  it('needs an instruct model', async () => {
    const model = await open(bundledModel, 'public');
    await expect(model.createChat(256, 64)).rejects.toMatchObject({
      code: 'no-chat-template',
      hint: expect.stringContaining('--digest') as string,
      exitCode: 1,
    });
  });
});
