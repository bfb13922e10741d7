// Requests to one OpenAI-compatible server: asked again where that can help, with a limit in time, and with the key never
// in a message.

import { setTimeout as delay } from 'node:timers/promises';
import type OpenAI from 'openai';
import { UnspoolError } from '../../errors.js';
import { failureOf, type RequestContext, type RequestFailure, type RequestError } from './failures.js';

export interface ServerAccess {
  /** Without a path of the API: http://127.0.0.1:8080. */
  readonly url: string;
  /** Sent to the server, and shown nowhere. */
  readonly apiKey: string | undefined;
  /** What names it on the command line. */
  readonly option?: ServerOption;
  /** For an answer, and between two parts of one. */
  readonly timeoutSeconds?: number;
  /** How often a request is made again. */
  readonly retries?: number;
  /** Before the first of those; each next wait is twice as long. */
  readonly backoffSeconds?: number;
}

export type ServerOption = '--server' | '--embedding-server';

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly retries?: number;
}

export type Json = Readonly<Record<string, unknown>>;

/** A prompt of thousands of tokens on a processor takes minutes. */
const usualTimeout = 300;
const usualRetries = 4;
const usualBackoff = 0.5;
/** Whatever a server says, nobody waits longer between two requests. */
const longestWait = 60;

/** A failure of a request, with what is known beside its one line. */
export class ServerError extends UnspoolError {
  constructor(
    { error }: RequestFailure,
    readonly status: number | undefined,
  ) {
    super(error.code, error.message, error.hint);
  }
}

export class ServerClient {
  readonly url: string;
  readonly option: ServerOption;
  readonly #sdk: typeof OpenAI;
  readonly #openai: OpenAI;
  readonly #access: Required<ServerAccess>;

  private constructor(sdk: typeof OpenAI, access: Required<ServerAccess>) {
    this.url = access.url;
    this.option = access.option;
    this.#sdk = sdk;
    this.#access = access;
    this.#openai = new sdk({
      baseURL: access.url,
      apiKey: access.apiKey ?? 'none',
      // What the environment says of OpenAI's own service is not for other servers.
      organization: null,
      project: null,
      adminAPIKey: null,
      defaultHeaders: access.apiKey === undefined ? { Authorization: null } : {},
      timeout: access.timeoutSeconds * 1000,
      // Requests are made again here, also where a body is broken.
      maxRetries: 0,
      logLevel: 'off',
    });
  }

  static async open(access: ServerAccess): Promise<ServerClient> {
    const { OpenAI } = await import('openai');
    return new ServerClient(OpenAI, {
      option: '--server',
      timeoutSeconds: usualTimeout,
      retries: usualRetries,
      backoffSeconds: usualBackoff,
      ...access,
    });
  }

  /** Throws a `ServerError`. */
  get(path: string, options: RequestOptions = {}): Promise<Json> {
    return this.#repeated(`GET ${path}`, options, async (signal) =>
      asObject(await this.#openai.get<unknown>(path, { signal })),
    );
  }

  /** Throws a `ServerError`. */
  post(path: string, body: Json, options: RequestOptions = {}): Promise<Json> {
    return this.#repeated(`POST ${path}`, options, async (signal) =>
      asObject(await this.#openai.post<unknown>(path, { body, signal })),
    );
  }

  /**
   * The parts of an answer as they come. Made again only where nothing came yet: what was handed out cannot be taken
   * back. Throws a `ServerError`; ends quietly when aborted.
   */
  async *stream(path: string, body: Json, { signal, ...options }: RequestOptions = {}): AsyncGenerator<Json> {
    const request = `POST ${path}`;
    // Ends the request when nobody wants more of it.
    const stop = new AbortController();
    try {
      const wanted = { ...options, signal: together(stop.signal, signal) };
      const { parts, first } = await this.#repeated(request, wanted, async (inner) => {
        const answer = await this.#openai.post<AsyncIterable<Json>>(path, { body, stream: true, signal: inner });
        const parts = answer[Symbol.asyncIterator]();
        return { parts, first: await parts.next() };
      });
      for (let part = first; part.done !== true;) {
        yield part.value;
        part = await this.#inTime(parts.next(), stop);
      }
    } catch (error) {
      if (signal?.aborted === true) return;
      throw error instanceof ServerError ? error : this.#errorOf(error, request);
    } finally {
      stop.abort();
    }
  }

  /** A text without the key. */
  scrubbed(text: string): string {
    const { apiKey = '' } = this.#access;
    return apiKey === '' ? text : text.replaceAll(apiKey, '***');
  }

  async #repeated<Result>(
    request: string,
    { signal, retries = this.#access.retries }: RequestOptions,
    attempt: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    for (let wait = this.#access.backoffSeconds, left = retries; ; wait *= 2, left -= 1) {
      try {
        const stop = new AbortController();
        return await this.#inTime(attempt(together(stop.signal, signal)), stop);
      } catch (error) {
        const failure = this.#failureOf(error, request);
        if (failure.again === undefined || left === 0 || signal?.aborted === true) throw serverError(failure);
        // Several that wait for the same server do not come back at once.
        const seconds = failure.again.afterSeconds ?? wait * (0.75 + Math.random() / 2);
        await delay(Math.min(longestWait, seconds) * 1000, undefined, signal && { signal }).catch(() => undefined);
      }
    }
  }

  /** An answer, or the next part of one, which has to come in time. `stop` ends the request. */
  async #inTime<Part>(part: Promise<Part>, stop: AbortController): Promise<Part> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new this.#sdk.APIConnectionTimeoutError());
        stop.abort();
      }, this.#access.timeoutSeconds * 1000);
    });
    try {
      return await Promise.race([part, late]);
    } finally {
      clearTimeout(timer);
      part.catch(() => undefined);
    }
  }

  #errorOf(error: unknown, request: string): ServerError {
    return serverError(this.#failureOf(error, request));
  }

  #failureOf(error: unknown, request: string): RequestFailure {
    const { url, option, apiKey, timeoutSeconds } = this.#access;
    const asked: RequestContext = { url, option, request, timeoutSeconds, hasKey: apiKey !== undefined };
    return failureOf(this.#thrown(error), asked);
  }

  #thrown(error: unknown): RequestError {
    const { APIError, APIConnectionError, APIConnectionTimeoutError } = this.#sdk;
    const message = this.scrubbed(error instanceof Error ? error.message : String(error));
    const known = { status: undefined, headers: undefined, message, code: systemCode(error) };
    if (error instanceof APIConnectionTimeoutError) return { ...known, kind: 'timeout' };
    if (error instanceof APIConnectionError) return { ...known, kind: 'connection' };
    if (error instanceof APIError) {
      const { status, headers } = error as InstanceType<typeof APIError>;
      return { ...known, kind: 'status', status, headers, message: saidBy(message) };
    }
    return { ...known, kind: error instanceof SyntaxError ? 'not-json' : 'cut' };
  }
}

function together(own: AbortSignal, given: AbortSignal | undefined): AbortSignal {
  return given === undefined ? own : AbortSignal.any([own, given]);
}

function serverError(failure: RequestFailure): ServerError {
  return new ServerError(failure, failure.status);
}

/** What is no object is no answer of such a server: an HTML page, for one. */
function asObject(answer: unknown): Json {
  if (typeof answer !== 'object' || answer === null) throw new SyntaxError('not an object');
  return answer as Json;
}

/** The library puts the status in front of what the server says; pages of HTML say nothing. */
function saidBy(message: string): string {
  const said = message.replace(/^\d{3} /, '').replace(/^status code \(no body\)$/, '');
  return said.startsWith('<') ? '' : said.slice(0, 200);
}

function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}
