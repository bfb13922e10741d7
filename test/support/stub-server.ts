// Servers on the loopback interface that answer as llama-server, vLLM or SGLang do, with a toy model: one token a byte, as
// in `byteVocabulary`, and scores that are known.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { beginning } from './fake-backend.js';

/** What a request meets instead of its answer. */
export type Mishap =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly message?: string;
      readonly headers?: Record<string, string>;
    }
  /** Milliseconds before the answer. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  | { readonly kind: 'broken-json' }
  /** 200, and something else than was asked for. */
  | { readonly kind: 'other'; readonly type: string; readonly text: string }
  /** The connection ends in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** The connection ends without one. */
  | { readonly kind: 'dropped' };

export interface StubOptions {
  /** `chat-only`: as Ollama and LM Studio, which make no tokens. */
  readonly engine?: 'llama.cpp' | 'vllm' | 'sglang' | 'chat-only';
  readonly models?: readonly string[];
  readonly contextSize?: number;
  readonly hasBeginning?: boolean;
  readonly apiKey?: string;
  /** What it writes after any prompt, over and over; then the text is over. */
  readonly writes?: string;
  /** What it thinks before it answers a chat. */
  readonly thinks?: string;
  /** Vectors of texts; a text without one is too long for it. */
  readonly embed?: (text: string) => readonly number[] | undefined;
  /** `number`: how many requests for the path came before. */
  readonly mishap?: (path: string, number: number) => Mishap | undefined;
}

export interface StubRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface StubServer {
  readonly url: string;
  readonly requests: readonly StubRequest[];
  /** Ends all connections, and takes no more. */
  stop(): void;
}

/** Nats of a token that follows `before`: known, positive, and different with what is in view. */
export function toyNats(before: readonly number[], token: number): number {
  return Math.log(2 + ((before.length * 7 + (before[0] ?? 0) + token) % 11));
}

/** What the vLLM and the SGLang of the toy find in any text, as tokenizers of Hugging Face do. */
export const controlText = '<|im_end|>';
export const controlToken = 300;
const textEnd = 301;

export async function startStub(options: StubOptions = {}): Promise<StubServer> {
  const requests: StubRequest[] = [];
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const number = counts.get(path) ?? 0;
    counts.set(path, number + 1);
    void readBody(request).then(async (body) => {
      requests.push({ path, authorization: request.headers.authorization, body });
      const mishap = options.mishap?.(path, number);
      if (mishap?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, mishap.milliseconds));
      if (mishap === undefined || mishap.kind === 'slow') answer(path, body, request, response, options);
      else fail(mishap, response);
    });
  });
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  await listen(server);
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, stop };
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part as string;
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function fail(mishap: Exclude<Mishap, { kind: 'slow' }>, response: ServerResponse): void {
  switch (mishap.kind) {
    case 'status':
      response.writeHead(mishap.status, { 'content-type': 'application/json', ...mishap.headers });
      response.end(JSON.stringify({ error: { message: mishap.message ?? 'out of order' } }));
      break;
    case 'broken-json':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": [{"text": ');
      break;
    case 'other':
      response.writeHead(200, { 'content-type': mishap.type }).end(mishap.text);
      break;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"choices": ', () => response.destroy());
      break;
    case 'dropped':
      response.destroy();
      break;
  }
}

type Body = Readonly<Record<string, unknown>>;

function answer(
  path: string,
  body: Body,
  request: IncomingMessage,
  response: ServerResponse,
  options: StubOptions,
): void {
  const { engine = 'vllm', models = ['toy'], apiKey } = options;
  const send = (status: number, content: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  };
  const no = (status: number, message: string): void => {
    send(status, { error: { message } });
  };
  if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
    // As OpenAI's own service does, it says which key it was given.
    no(401, `Incorrect API key provided: ${request.headers.authorization ?? 'none'}`);
  } else if (path === '/v1/models') {
    send(200, { object: 'list', data: models.map((id) => modelOf(id, options)) });
  } else if (path === '/props' && engine === 'llama.cpp') {
    send(200, { default_generation_settings: { n_ctx: options.contextSize ?? 512 } });
  } else if (path === '/tokenize' && engine !== 'chat-only') {
    tokenize(body, options, send, no);
  } else if (path === '/detokenize' && engine === 'sglang') {
    send(200, { text: (body.tokens as number[][]).map((tokens) => Buffer.from(bytesOf(tokens)).toString()) });
  } else if (path === '/completion' && engine === 'llama.cpp') {
    writeAsLlama(body, response, options);
  } else if (path === '/v1/completions' && engine === 'llama.cpp' && body.echo === true) {
    // Its own words (server-common.cpp).
    no(500, 'Only no echo is supported');
  } else if (path === '/v1/completions' && engine !== 'chat-only') {
    if (body.stream === true) writeAsVllm(body, response, options);
    else score(body, options, send, no);
  } else if (path === '/v1/embeddings' && options.embed !== undefined) {
    embed(body, options.embed, send, no);
  } else if (path === '/v1/chat/completions') {
    chat(body, response, options);
  } else {
    no(404, 'Not Found');
  }
}

function modelOf(id: string, { engine = 'vllm', contextSize = 512 }: StubOptions): Body {
  if (engine === 'llama.cpp') return { id, meta: { n_vocab: 302, n_params: 1_234_567, n_ctx_train: 8192 } };
  return { id, ...(engine !== 'chat-only' && { max_model_len: contextSize }) };
}

type Send = (status: number, content: unknown) => void;
type No = (status: number, message: string) => void;

function tokenize(body: Body, { engine = 'vllm', hasBeginning = true }: StubOptions, send: Send, no: No): void {
  const isLlama = engine === 'llama.cpp';
  const text = isLlama ? body.content : body.prompt;
  if (typeof text !== 'string') {
    no(400, 'Field required');
    return;
  }
  const special = isLlama ? body.add_special === true : body.add_special_tokens === true;
  const own = isLlama && body.parse_special === false ? bytesAsTokens(text) : tokensOf(text);
  const tokens = [...(special && hasBeginning ? [beginning] : []), ...own];
  if (isLlama) {
    send(200, { tokens: tokens.map((id) => ({ id, piece: pieceOf(id) })) });
    return;
  }
  const names = engine === 'vllm' && body.return_token_strs === true;
  send(200, { tokens, count: tokens.length, ...(names && { token_strs: tokens.map(nameOf) }) });
}

function tokensOf(text: string): number[] {
  const parts = text.split(controlText).map(bytesAsTokens);
  return parts.flatMap((part, index) => (index === 0 ? part : [controlToken, ...part]));
}

function bytesAsTokens(text: string): number[] {
  return [...Buffer.from(text)].map((byte) => byte + 1);
}

function bytesOf(tokens: readonly number[]): number[] {
  return tokens.flatMap((token) =>
    token === controlToken
      ? [...Buffer.from(controlText)]
      : token === beginning || token === textEnd
        ? []
        : [token - 1],
  );
}

/** llama-server sends what is no UTF-8 as bytes. */
function pieceOf(token: number): string | number[] {
  const bytes = bytesOf([token]);
  return bytes.some((byte) => byte >= 0x80) ? bytes : Buffer.from(bytes).toString();
}

/** As a byte-level vocabulary writes it (GPT-2, encoder.py, bytes_to_unicode). */
function nameOf(token: number): string {
  if (token === beginning) return '<s>';
  if (token === controlToken) return controlText;
  const [byte = 0] = bytesOf([token]);
  const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  if (isPrintable) return String.fromCodePoint(byte);
  const shifted = byte <= 0x20 ? byte : byte <= 0xa0 ? byte - 0x7f + 0x21 : 0x43;
  return String.fromCodePoint(0x100 + shifted);
}

function score(body: Body, { engine, contextSize = 512, models = ['toy'] }: StubOptions, send: Send, no: No): void {
  const prompt = body.prompt as number[];
  const least = body.max_tokens as number;
  if (!models.includes(body.model as string)) {
    no(404, `The model ${String(body.model)} does not exist.`);
  } else if (engine === 'sglang' && least === 0) {
    no(400, 'max_tokens must be at least 1');
  } else if (prompt.length + Math.max(1, least) > contextSize) {
    no(400, `This model's maximum context length is ${contextSize} tokens.`);
  } else if (body.echo !== true || body.logprobs === undefined) {
    send(200, { choices: [{ text: '', logprobs: null }] });
  } else {
    const scores = prompt.map((token, index) => (index === 0 ? null : -toyNats(prompt.slice(0, index), token)));
    const written = least > 0 ? [-0.5] : [];
    send(200, { choices: [{ text: '', logprobs: { token_logprobs: [...scores, ...written] } }] });
  }
}

/** Token by token, as long as there is something to write; `end`: that ends the text. */
function written({ writes = ' and so on' }: StubOptions, count: number): { tokens: number[]; end: boolean } {
  const tokens = bytesAsTokens(writes).slice(0, count);
  return { tokens, end: tokens.length < count };
}

function events(response: ServerResponse, parts: readonly unknown[], closing: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const part of parts) response.write(`data: ${JSON.stringify(part)}\n\n`);
  response.end(closing);
}

/** It says nothing of a token that ends inside a character, and names the one that ends the text before it stops. */
function writeAsLlama(body: Body, response: ServerResponse, options: StubOptions): void {
  const { tokens, end } = written(options, body.n_predict as number);
  const parts: unknown[] = [];
  let sent = 0;
  for (const [index, token] of tokens.entries()) {
    const rest = Buffer.from(bytesOf(tokens.slice(sent, index + 1)));
    if (rest.toString().includes('\ufffd')) continue;
    parts.push({ content: rest.toString(), tokens: [token], stop: false, tokens_predicted: index + 1 });
    sent = index + 1;
  }
  if (end) parts.push({ content: '', tokens: [textEnd], stop: false, tokens_predicted: tokens.length + 1 });
  parts.push({
    content: '',
    tokens: [],
    stop: true,
    stop_type: end ? 'eos' : 'limit',
    tokens_predicted: tokens.length,
  });
  events(response, parts, '');
}

/** Each part has the text that is complete by then, and all its tokens; the last one also that which ends the text. */
function writeAsVllm(body: Body, response: ServerResponse, options: StubOptions): void {
  const { tokens, end } = written(options, body.max_tokens as number);
  const decoder = new TextDecoder();
  const parts = tokens.map((token) => {
    const text = decoder.decode(Uint8Array.from(bytesOf([token])), { stream: true });
    return { choices: [{ text, token_ids: [token], finish_reason: null as string | null }] };
  });
  if (end) parts.push({ choices: [{ text: '', token_ids: [textEnd], finish_reason: 'stop' }] });
  else parts.push({ choices: [{ text: '', token_ids: [], finish_reason: 'length' }] });
  events(response, parts, 'data: [DONE]\n\n');
}

/** In any order: each vector says whose it is. What is too long, it says as llama-server does (server-context.cpp). */
function embed({ input }: Body, vectorOf: NonNullable<StubOptions['embed']>, send: Send, no: No): void {
  const vectors = (input as string[]).map(vectorOf);
  if (vectors.includes(undefined)) {
    no(500, 'input (640 tokens) is too large to process. increase the physical batch size (current batch size: 512)');
    return;
  }
  const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
  send(200, { object: 'list', data: data.reverse() });
}

function chat(body: Body, response: ServerResponse, options: StubOptions): void {
  const { writes = 'It says so on.', thinks = '', engine = 'vllm' } = options;
  const delta = (content: Body, reason: string | null = null): Body => ({
    choices: [{ index: 0, delta: content, finish_reason: reason }],
  });
  const name = engine === 'vllm' ? 'reasoning' : 'reasoning_content';
  const most = body.max_tokens as number;
  const all = [
    ...thinks.split(/(?<= )/).map((text) => [name, text]),
    ...writes.split(/(?<= )/).map((text) => ['content', text]),
  ];
  const told = all.filter(([, text]) => text !== '').slice(0, most) as [string, string][];
  const cut = told.length < all.filter(([, text]) => text !== '').length;
  const reasoning = told.filter(([key]) => key === name).length;
  const usage = {
    prompt_tokens: 11,
    completion_tokens: told.length,
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
  const parts = [
    delta({ role: 'assistant', content: '' }),
    ...told.map(([key, text]) => delta({ [key]: text })),
    delta({}, cut ? 'length' : 'stop'),
    ...((body.stream_options as Body | undefined)?.include_usage === true ? [{ choices: [], usage }] : []),
  ];
  events(response, parts, 'data: [DONE]\n\n');
}
