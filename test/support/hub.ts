// A hub of models on the loopback interface: lists and redirects as Hugging Face does, to a storage of another origin.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface HubOptions {
  /** `maker/tiny` where undefined. */
  readonly repository?: string;
  /** By path in the repository. */
  readonly files: Readonly<Record<string, Buffer>>;
  /** What the storage sends instead, as a broken one would. */
  readonly stored?: Readonly<Record<string, Buffer>>;
  /** Whether the storage can start anywhere in a file. */
  readonly ranges?: boolean;
  /** After so many bytes, the storage cuts the connection: one number for each request, none for the rest. */
  readonly cuts?: readonly number[];
  /** After so many bytes, the storage sends nothing more. */
  readonly stall?: number;
  /** Who may download; everybody where undefined. */
  readonly token?: string;
  /** Whether the storage says what it holds. */
  readonly tag?: string;
}

export interface HubRequest {
  readonly from: 'hub' | 'storage';
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

export interface TestHub {
  readonly endpoint: string;
  readonly storage: string;
  readonly requests: HubRequest[];
}

export async function startHub(options: HubOptions): Promise<TestHub> {
  const requests: HubRequest[] = [];
  const cuts = [...(options.cuts ?? [])];
  const log = (from: HubRequest['from'], { url = '', headers }: IncomingMessage): void => {
    requests.push({ from, path: url, range: headers.range, authorization: headers.authorization });
  };
  const storage = await listen((request, response) => {
    log('storage', request);
    const path = decodeURIComponent((request.url ?? '').slice(1).split('?', 1)[0] ?? '');
    const body = options.stored?.[path] ?? options.files[path];
    if (body === undefined) response.writeHead(404).end();
    else send(body, request, response, options, cuts.shift());
  });
  const endpoint = await listen((request, response) => {
    log('hub', request);
    answer(request, response, options, storage);
  });
  return { endpoint, storage, requests };
}

function answer(request: IncomingMessage, response: ServerResponse, options: HubOptions, storage: string): void {
  const { pathname } = new URL(request.url ?? '', 'http://hub');
  const { repository = 'maker/tiny' } = options;
  if (pathname === `/api/models/${repository}/tree/main`) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(listing(options.files)));
    return;
  }
  const resolve = `/${repository}/resolve/main/`;
  const path = pathname.startsWith(resolve) ? decodeURIComponent(pathname.slice(resolve.length)) : '';
  const file = options.files[path];
  if (pathname.startsWith('/api/')) {
    // As Hugging Face answers whoever has no token.
    response.writeHead(401, { 'x-error-code': 'RepoNotFound' }).end('{"error":"Repository not found"}');
  } else if (file === undefined) {
    response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end('Entry not found');
  } else if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
    response.writeHead(401, { 'x-error-code': 'GatedRepo' }).end(`Access to model ${repository} is restricted.`);
  } else {
    response.writeHead(302, {
      location: `${storage}/${path.split('/').map(encodeURIComponent).join('/')}?signature=abc`,
      'x-linked-size': String(file.length),
      'x-linked-etag': `"${sha256(file)}"`,
    });
    response.end();
  }
}

function listing(files: HubOptions['files']): object[] {
  const entries = Object.entries(files).map(([path, body]) => ({
    type: 'file',
    oid: createHash('sha1').update(body).digest('hex'),
    size: body.length,
    lfs: { oid: sha256(body), size: body.length, pointerSize: 134 },
    path,
  }));
  return [{ type: 'directory', oid: '0', size: 0, path: 'folder' }, ...entries];
}

function send(
  body: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
  { ranges = true, tag, stall }: HubOptions,
  cut: number | undefined,
): void {
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const from = ranges && start !== undefined ? Number(start) : 0;
  if (from >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  const rest = body.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': rest.length,
    ...(tag !== undefined && { etag: `"${tag}"` }),
    ...(ranges && { 'accept-ranges': 'bytes' }),
    ...(from > 0 && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
  });
  if (stall !== undefined) response.write(rest.subarray(0, stall));
  else if (cut === undefined) response.end(rest);
  else
    response.write(rest.subarray(0, cut), () => {
      // What was written has to arrive first.
      setTimeout(() => response.destroy(), 50);
    });
}

export function sha256(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which nobody listens. */
export async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
