// One request for a file, from any byte on: redirects, tokens, and what each failure means.

import { UnspoolError } from '../../errors.js';

export interface TransferRequest {
  readonly url: URL;
  /** Sent to the origin of `url` only: a redirect may lead to anybody's storage. */
  readonly token: string | undefined;
  /** Byte to start at. */
  readonly from: number;
  readonly signal: AbortSignal;
}

export interface Transfer {
  /** Where the body starts: 0 where the server cannot start elsewhere. */
  readonly from: number;
  /** Bytes of the whole file; undefined where the server does not say. */
  readonly total: number | undefined;
  /** What changes when the file does: a checksum or a tag; empty where the server gives none. */
  readonly version: string;
  /** Of the whole file, where a hub says so. */
  readonly sha256: string | undefined;
  readonly body: ReadableStream<Uint8Array>;
}

const mostRedirects = 10;
const partial = 206;
const beyondTheEnd = 416;

/** Undefined where the file has no byte `from`. Throws an `UnspoolError`, `retryable` where the same may work later. */
export async function openTransfer(request: TransferRequest): Promise<Transfer | undefined> {
  const { url, from } = request;
  const { response, linked } = await followRedirects(request);
  const { headers, status, body } = response;
  if (status === beyondTheEnd) {
    await body?.cancel();
    return undefined;
  }
  if (!response.ok || body === null) {
    await body?.cancel();
    throw failure(url, response, request.token !== undefined);
  }
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '');
  const start = status === partial && range !== null ? Number(range[1]) : 0;
  if (start !== 0 && start !== from) throw new ConnectionError(url, `the server sent bytes from ${start} on`);
  const length = headers.get('content-length');
  const total = numberOf(range?.[2]) ?? numberOf(linked.get('x-linked-size')) ?? numberOf(length);
  const tag = tagContents(linked.get('x-linked-etag')) ?? tagContents(headers.get('etag'));
  return {
    from: start,
    total,
    version: tag ?? headers.get('last-modified') ?? '',
    sha256: checksumOf(linked.get('x-linked-etag')),
    body,
  };
}

/** The network, not the request, failed: the same may work later. */
export class ConnectionError extends UnspoolError {
  constructor(url: URL, reason: string, cause?: unknown) {
    super('connection', `${url.host}: ${reason}`, 'check the connection, then run it again', 1, { cause });
  }
}

async function followRedirects({ url, token, from, signal }: TransferRequest): Promise<{
  response: Response;
  linked: Headers;
}> {
  const linked = new Headers();
  let at = url;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const headers = new Headers({ 'accept-encoding': 'identity', 'user-agent': 'unspool' });
    if (from > 0) headers.set('range', `bytes=${from}-`);
    if (token !== undefined && at.origin === url.origin) headers.set('authorization', `Bearer ${token}`);
    const response = await request(at, { headers, redirect: 'manual', signal });
    for (const name of ['x-linked-size', 'x-linked-etag']) {
      const value = response.headers.get(name);
      if (value !== null) linked.set(name, value);
    }
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return { response, linked };
    await response.body?.cancel();
    at = new URL(location, at);
  }
  throw new UnspoolError('redirects', `${url.href}: leads from one address to the next without end`);
}

/** `fetch`, with a failure of the network as a `ConnectionError`. */
export async function request(url: URL, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ConnectionError(url, `cannot be reached (${connectionReason(error)})`, error);
  }
}

/** The shortest that says it: `ECONNREFUSED`, or a message. */
export function connectionReason(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const { code } = cause as { code?: unknown };
  if (typeof code === 'string') return code;
  return cause instanceof Error ? cause.message : String(cause);
}

/** What a status means for a person. Hugging Face says more in a header (huggingface_hub, utils/_http.py). */
export function failure(url: URL, response: Response, hasToken: boolean): UnspoolError {
  const { status, headers } = response;
  const what = url.origin === 'null' ? url.href : `${url.origin}${url.pathname}`;
  const code = headers.get('x-error-code');
  if (code === 'GatedRepo' || ((status === 401 || status === 403) && code === null)) {
    const hint = hasToken
      ? "the token in HF_TOKEN is not enough: accept the licence on the model's page"
      : "accept the licence on the model's page, then set HF_TOKEN to a token of yours";
    return new UnspoolError('model-gated', `${what}: is not for everybody (${status})`, hint);
  }
  if (code === 'RepoNotFound' || code === 'EntryNotFound' || status === 404 || status === 410) {
    const hint =
      hasToken || code !== 'RepoNotFound' ? 'check the spelling' : 'check the spelling; a private one needs HF_TOKEN';
    return new UnspoolError('model-not-found', `${what}: no such model (${status})`, hint);
  }
  if (status >= 500 || status === 429) return new ConnectionError(url, `answers ${status}, ${statusTexts(status)}`);
  return new UnspoolError('download', `${what}: the server answers ${status}`, 'check the address');
}

function statusTexts(status: number): string {
  return status === 429 ? 'too many requests' : 'out of order';
}

function numberOf(text: string | null | undefined): number | undefined {
  return text === null || text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

/** A tag without its quotes and its mark of weakness. */
function tagContents(tag: string | null): string | undefined {
  return tag?.replace(/^W\//, '').replaceAll('"', '');
}

function checksumOf(tag: string | null): string | undefined {
  const text = tagContents(tag)?.toLowerCase();
  return text !== undefined && /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}
