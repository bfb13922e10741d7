// Answers of an instruct model on a server, as they are written. The server puts messages into its chat template: whether
// a control token that a message names stays text is up to it.

import type { ChatDelta, ChatModel, ChatRequest, ChatUsage } from '../../engine/models/chat.js';
import { UnspoolError } from '../../errors.js';
import type { Json, ServerClient } from './client.js';
import { objectOf, probeServer, probeTokenizer } from './probe.js';
import type { Tokenizer } from './tokens.js';

/** Throws an `UnspoolError` where there is no such server, or model. */
export async function openServerChat(client: ServerClient, name: string | undefined): Promise<ChatModel> {
  const { model, contextSize } = await probeServer(client, name);
  let tokenizer: Promise<Tokenizer> | undefined;
  return {
    name: model,
    contextSize,
    // Ollama and LM Studio make no tokens: whoever only asks them for answers never gets here.
    async countTokens(text) {
      tokenizer ??= probeTokenizer(client, model);
      return (await (await tokenizer).pieces(text, false)).length;
    },
    respond: (request) => respond(client, model, request),
    dispose: () => Promise.resolve(),
  };
}

const path = '/v1/chat/completions';

async function* respond(
  client: ServerClient,
  model: string,
  request: ChatRequest,
): AsyncGenerator<ChatDelta, ChatUsage> {
  const { signal } = request;
  const written = { reasoning: 0, answer: 0 };
  let usage: Json = {};
  let reason: unknown;
  let hasChoice = false;
  for await (const part of client.stream(path, bodyOf(model, request), { signal })) {
    usage = { ...usage, ...objectOf(part.usage) };
    const [first] = Array.isArray(part.choices) ? (part.choices as unknown[]) : [];
    const choice = objectOf(first);
    hasChoice ||= first !== undefined;
    reason = choice.finish_reason ?? reason;
    for (const delta of deltasOf(objectOf(choice.delta))) {
      // A part is a token, where the server does not count them.
      written[delta.segment] += 1;
      yield delta;
    }
  }
  if (!signal.aborted && !hasChoice) {
    const message = `${client.url}: its answer to POST ${path} is no stream of a chat completion`;
    const hint = `is ${client.option} the address of an OpenAI-compatible server?`;
    throw new UnspoolError('server-answer', message, hint);
  }
  if (!signal.aborted && typeof reason !== 'string') {
    const message = `${client.url}: the connection was cut in the middle of an answer`;
    throw new UnspoolError('server-cut', message, 'see what the server says');
  }
  const ended = signal.aborted ? 'interrupted' : reason === 'length' ? 'length' : 'stop';
  return { ...tokensOf(usage, written), ended };
}

function bodyOf(model: string, request: ChatRequest): Json {
  const { messages, maxTokens, maxReasoningTokens, temperature, seed } = request;
  return {
    model,
    messages: messages.map(({ role, text }) => ({ role, content: text })),
    max_tokens: maxTokens + maxReasoningTokens,
    ...{ temperature, seed, stream: true, stream_options: { include_usage: true } },
    // What llama-server, vLLM and SGLang hand to the chat template; templates without reasoning pass over it.
    ...(maxReasoningTokens === 0 && { chat_template_kwargs: { enable_thinking: false } }),
  };
}

/** Reasoning is `reasoning_content` in llama-server and SGLang, `reasoning` in vLLM and Ollama. */
function deltasOf({ reasoning_content: one, reasoning: other, content }: Json): ChatDelta[] {
  const reasoning = one ?? other;
  const deltas: ChatDelta[] = [];
  if (typeof reasoning === 'string' && reasoning !== '') deltas.push({ segment: 'reasoning', text: reasoning });
  if (typeof content === 'string' && content !== '') deltas.push({ segment: 'answer', text: content });
  return deltas;
}

/** Of a server that does not tell how many of its tokens were reasoning, the share of its parts that were. */
function tokensOf(
  usage: Json,
  written: { readonly reasoning: number; readonly answer: number },
): Pick<ChatUsage, 'prompt' | 'reasoning' | 'answer'> {
  const parts = written.reasoning + written.answer;
  const all = countIn(usage, 'completion_tokens') ?? parts;
  const share = parts === 0 ? 0 : written.reasoning / parts;
  const told = countIn(objectOf(usage.completion_tokens_details), 'reasoning_tokens');
  const reasoning = told ?? Math.round(all * share);
  return { prompt: countIn(usage, 'prompt_tokens') ?? 0, reasoning, answer: Math.max(0, all - reasoning) };
}

function countIn(object: Json, key: string): number | undefined {
  const value = object[key];
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}
