// Answers messages with an instruct model in this process, through node-llama-cpp's public API.

import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { ChatDelta, ChatModel, ChatRequest, ChatUsage } from '../../../engine/models/chat.js';
import { UnspoolError } from '../../../errors.js';
import { AnswerDecoder } from './answer.js';
import { chatTemplate, type ChatTemplate, type TemplatedPrompt } from './template.js';
import { ggufVocabulary } from '../../gguf/vocabulary.js';
import type { CacheSize } from '../loaded-model.js';
import { closingOf } from './reasoning.js';
import { decode } from '../scores.js';

export interface ChatOptions extends CacheSize {
  readonly name: string;
  /** In Jinja. */
  readonly template: string;
}

/** Of the likeliest token's probability: what is less likely is never drawn, as with --continue. */
const minP = 0.05;

/** One answer at a time: `sequence` is the only cache. Throws an `UnspoolError` for a template that cannot be run. */
export async function createChat(
  model: LlamaModel,
  { name, template: source, cells, batch }: ChatOptions,
  sequence: LlamaContextSequence,
): Promise<ChatModel> {
  const vocabulary = ggufVocabulary(model);
  const template = await chatTemplate(model, name, source);

  /**
   * All but the last token of a prompt. What the cache holds of its start stays there, in whole batches: an answer is then
   * to the last bit the one from an empty cache, whatever was asked before. Returns whether the signal let it.
   */
  async function read({ tokens }: TemplatedPrompt, signal?: AbortSignal): Promise<boolean> {
    const end = tokens.length - 1;
    const held = wholeBatches(sequence.contextTokens, tokens.slice(0, end), batch);
    await sequence.eraseContextTokenRanges([{ start: held, end: sequence.nextTokenIndex }]);
    for (let from = held; from < end; from += batch) {
      if (signal?.aborted === true) return false;
      await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(from, Math.min(from + batch, end)));
    }
    return signal?.aborted !== true;
  }

  async function* respond(request: ChatRequest): AsyncGenerator<ChatDelta, ChatUsage> {
    const { messages, maxTokens, maxReasoningTokens, temperature, seed, signal } = request;
    const prompt = template.prompt(messages, maxReasoningTokens > 0);
    checkRoom(prompt.tokens.length, maxTokens + maxReasoningTokens, cells);
    const answer = new AnswerDecoder({ markers: template.markers, reasons: prompt.reasons, maxReasoningTokens });
    const usage = (ended: ChatUsage['ended']): ChatUsage => {
      const { reasoning, answer: written } = answer;
      return { prompt: prompt.tokens.length, reasoning, answer: written, ended };
    };
    if (!(await read(prompt, signal))) return usage('interrupted');
    const tokens = sequence.evaluate(prompt.tokens.slice(-1), {
      ...{ temperature, minP, topK: 0, topP: 1, yieldEogToken: true },
      // llama.cpp takes this one seed (LLAMA_DEFAULT_SEED) as a wish for a random one.
      seed: seed === 0xffffffff ? 0 : seed,
    });
    let ended: ChatUsage['ended'] = 'length';
    try {
      let next = await tokens.next();
      while (next.done !== true) {
        const token = next.value;
        const step = answer.add(vocabulary.bytes(token), vocabulary.endsText(token));
        yield* step.deltas;
        if (step.next === 'close') answer.close();
        if (signal.aborted) ended = 'interrupted';
        else if (step.next === 'end') ended = 'stop';
        if (signal.aborted || step.next === 'end' || answer.answer >= maxTokens) break;
        next = await tokens.next([token, ...tokensToInsert(step.next, template)]);
      }
    } finally {
      await tokens.return();
    }
    yield* answer.finish();
    return usage(ended);
  }

  return {
    name,
    contextSize: cells,
    countTokens: (text) => Promise.resolve(template.literal(text).length),
    respond,
    async score(messages, answer) {
      const prompt = template.prompt(messages, false);
      const targets = Int32Array.from(template.literal(answer));
      checkRoom(prompt.tokens.length, targets.length, cells);
      await read(prompt);
      const before = Int32Array.from([...prompt.tokens.slice(-1), ...targets.subarray(0, -1)]);
      const scores = targets.length === 0 ? new Float32Array(0) : await decode(sequence, before, targets);
      return { nats: scores.reduce((sum, nats) => sum + nats, 0), tokens: targets.length };
    },
    dispose: () => sequence.context.dispose(),
  };
}

/** Tokens of the batches with which both begin. */
function wholeBatches(held: readonly Token[], wanted: readonly Token[], batch: number): number {
  const differs = wanted.findIndex((token, index) => token !== held[index]);
  const common = differs === -1 ? wanted.length : differs;
  return common - (common % batch);
}

/** What is put behind the model's last token before it goes on. */
function tokensToInsert(step: 'go-on' | 'close' | 'answer', template: ChatTemplate): Token[] {
  const { markers } = template;
  if (step === 'go-on' || markers === undefined) return [];
  if (step === 'close') return template.special(closingOf(markers));
  return markers.kind === 'channel' ? template.special(markers.turn + markers.answer) : [];
}

function checkRoom(prompt: number, answer: number, cells: number): void {
  if (prompt + answer + markerRoom <= cells) return;
  const message = `messages of ${prompt} tokens and an answer of up to ${answer} are more than a context of ${cells}`;
  throw new UnspoolError('chat-too-long', message, 'use a larger --context, or shorter texts');
}

/** Tokens that may be put between reasoning and answer. */
const markerRoom = 16;
