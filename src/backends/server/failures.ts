// What can go wrong with a server, in one line each, and whether asking again can help.

import { UnspoolError } from '../../errors.js';

/** A request that failed. */
export interface RequestFailure {
  readonly error: UnspoolError;
  /** Of the answer; undefined where there was none, or one that cannot be read. */
  readonly status: number | undefined;
  /** Whether the same request may work later; the server itself may say after how many seconds. */
  readonly again: { readonly afterSeconds: number | undefined } | undefined;
}

/** What failures have in common, whatever library made the request. */
export interface RequestError {
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly message: string;
  /** Of the system, such as ECONNREFUSED. */
  readonly code: string | undefined;
  readonly kind: 'status' | 'connection' | 'timeout' | 'not-json' | 'cut';
}

export interface RequestContext {
  readonly url: string;
  /** What names the server on the command line. */
  readonly option: string;
  /** `POST /tokenize`. */
  readonly request: string;
  readonly timeoutSeconds: number;
  readonly hasKey: boolean;
}

/** Answers that may be others a moment later: too many requests, or a server that starts, stops or stumbles. */
function isPassing(status: number, message: string): boolean {
  // llama-server's error 500 for a text that does not fit a batch.
  if (message.includes('too large to process')) return false;
  return status === 408 || status === 409 || status === 429 || (status >= 500 && status !== 501);
}

export function failureOf(thrown: RequestError, asked: RequestContext): RequestFailure {
  const { url, option, request, timeoutSeconds } = asked;
  const startServer = `is the server running, and ${option} its address?`;
  const failure = (code: string, message: string, hint: string, again = true): RequestFailure => ({
    error: new UnspoolError(code, `${url}: ${message}`, hint),
    status: thrown.status,
    again: again ? { afterSeconds: retryAfter(thrown.headers) } : undefined,
  });
  switch (thrown.kind) {
    case 'connection':
      return unreachableFailure(thrown, startServer, failure);
    case 'timeout':
      // A server that is that slow is not helped by a second request.
      return failure('server-timeout', `no answer to ${request} within ${timeoutSeconds} seconds`, startServer, false);
    case 'not-json':
      return failure('server-answer', `its answer to ${request} is not JSON`, startServer);
    case 'cut':
      return failure(
        'server-cut',
        `the connection was cut during the answer to ${request}`,
        'see what the server says',
      );
    case 'status':
      return refusalOf(thrown, asked, failure);
  }
}

type Fail = (code: string, message: string, hint: string, again?: boolean) => RequestFailure;

function unreachableFailure({ code = '' }: RequestError, startServer: string, failure: Fail): RequestFailure {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return failure('server-unreachable', 'there is no such host, or no network', startServer, false);
  if (code === 'ECONNREFUSED') return failure('server-unreachable', 'nothing listens there', startServer, false);
  return failure('server-unreachable', `cannot be reached${code === '' ? '' : `: ${code}`}`, startServer);
}

function refusalOf(
  { status = 0, message }: RequestError,
  { request, hasKey }: RequestContext,
  failure: Fail,
): RequestFailure {
  if (status === 401 || status === 403) {
    const key = hasKey ? 'does not take the key' : 'wants a key';
    return failure('server-key', `${key} (${status})`, 'set UNSPOOL_API_KEY', false);
  }
  const said = message === '' ? '' : `: ${message}`;
  const number = status === 0 ? '' : ` with ${status}`;
  const again = isPassing(status, message);
  return failure('server-refused', `${request} failed${number}${said}`, 'see what the server says', again);
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const text = headers?.get('retry-after') ?? undefined;
  if (text === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
