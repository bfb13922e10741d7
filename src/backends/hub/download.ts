// Downloads one file: resumes where it was cut, checks what came, and puts it in its place at the end.
//
// node-llama-cpp's downloader (ipull 3.9) would do the first of these. It also sends HF_TOKEN to whatever host a
// redirect names, calls an interrupted download a success, and tries 150 times when there is no network.

import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UnspoolError } from '../../errors.js';
import { checkSpace, freeBytesOf, makeFolder, withoutSystemErrors } from './disk-room.js';
import { lockDownload } from './download-lock.js';
import { gigabytes } from '../machine/gigabytes.js';
import { readGgufHeader } from '../gguf/header.js';
import { PartialFile, sizeOf } from './partial-file.js';
import { ConnectionError, openTransfer, connectionReason, type Transfer } from './transfer.js';

export interface DownloadRequest {
  readonly url: URL;
  readonly token: string | undefined;
  readonly target: string;
  /** What the content must be, as the user says and as a list of files says. */
  readonly userSha256: string | undefined;
  readonly listedSha256: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number, total: number | undefined) => void;
  /** Bytes that a folder has room for. */
  readonly freeBytes?: (folder: string) => number;
  /** Before each further try, in milliseconds, where nothing new has come since the last one. */
  readonly delays?: readonly number[];
}

export interface DownloadResult {
  readonly bytes: number;
  /** Null where the file was there already, and nobody asked. */
  readonly sha256: string | null;
  readonly checked: 'server' | 'user' | null;
  readonly status: 'downloaded' | 'already-there';
}

const usualDelays = [1000, 2000, 4000];
/** A connection that is silent for so long is cut, in milliseconds. */
const longestSilence = 60_000;
const silence = `nothing came for ${longestSilence / 1000} seconds`;
const magic = Buffer.from('GGUF');

/**
 * Throws the signal's reason where it is aborted, and an `UnspoolError` for everything else. What came before stays
 * beside the target, unless it is known to be wrong.
 */
export async function download(request: DownloadRequest): Promise<DownloadResult> {
  const { target } = request;
  makeFolder(dirname(target));
  try {
    const unlock = lockDownload(`${target}.part.lock`, target);
    return await downloadLocked(request).finally(unlock);
  } catch (error) {
    throw withoutSystemErrors(error, target);
  }
}

async function downloadLocked(request: DownloadRequest): Promise<DownloadResult> {
  const { target, signal, delays = usualDelays } = request;
  const part = new PartialFile(target);
  let tries = 0;
  for (;;) {
    const before = part.bytes;
    const patience = new Patience(signal);
    try {
      return await attempt(request, part, patience);
    } catch (error) {
      signal.throwIfAborted();
      const failure = patience.isOver ? new ConnectionError(request.url, silence, error) : error;
      if (!(failure instanceof ConnectionError) || part.bytes === 0) throw failure;
      if (part.bytes > before) tries = 0;
      const pause = delays[tries];
      if (pause === undefined) throw resumable(failure, part);
      tries += 1;
      await delay(pause, undefined, { signal });
    } finally {
      patience.end();
    }
  }
}

/** A failure after which the next run goes on. */
function resumable({ code, message }: ConnectionError, { bytes }: PartialFile): UnspoolError {
  return new UnspoolError(code, `${message}, after ${gigabytes(bytes)}`, 'run it again: it goes on from there');
}

async function attempt(request: DownloadRequest, part: PartialFile, patience: Patience): Promise<DownloadResult> {
  const { url, token, target, listedSha256, freeBytes = freeBytesOf } = request;
  const { signal } = patience;
  const from = (byte: number): Promise<Transfer | undefined> => openTransfer({ url, token, from: byte, signal });
  let transfer = await from(part.bytes);
  const versionOf = (each: Transfer): string => `${listedSha256 ?? each.version} ${each.total ?? ''}`;
  // A file that has changed, or shrunk, starts again.
  if (transfer === undefined || (transfer.from > 0 && versionOf(transfer) !== part.version())) {
    await transfer?.body.cancel();
    part.discard();
    transfer = await from(0);
    if (transfer === undefined) throw new UnspoolError('download', `${url.href}: is empty`, 'check the address');
  }
  const { total } = transfer;
  const serverSha256 = listedSha256 ?? transfer.sha256;
  if (total !== undefined && transfer.from === 0 && part.bytes === 0 && sizeOf(target) === total) {
    const known = await checkExisting(target, request.userSha256, patience);
    if (known !== undefined) {
      await transfer.body.cancel();
      return { bytes: total, ...known, status: 'already-there' };
    }
  }
  try {
    if (total !== undefined) checkSpace(dirname(target), total - transfer.from, freeBytes);
  } catch (error) {
    await transfer.body.cancel();
    throw error;
  }
  const sha256 = await receive(transfer, versionOf(transfer), request, part, patience);
  if (total !== undefined && part.bytes < total) throw new ConnectionError(url, 'the connection was cut');
  const checked = verify(part, sha256, { user: request.userSha256, server: serverSha256 }, request);
  const { bytes } = part;
  part.finish();
  return { bytes, sha256, checked, status: 'downloaded' };
}

/** Undefined where the file is not the one that the user means. */
async function checkExisting(
  path: string,
  userSha256: string | undefined,
  patience: Patience,
): Promise<Pick<DownloadResult, 'sha256' | 'checked'> | undefined> {
  if (userSha256 === undefined) return { sha256: null, checked: null };
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    await addTo(hash, file, Infinity, patience);
  } finally {
    await file.close();
  }
  return hash.digest('hex') === userSha256 ? { sha256: userSha256, checked: 'user' } : undefined;
}

/** Appends what comes to the part, and returns the checksum of all of it. Throws errors of files as they are. */
async function receive(
  { body, from, total }: Transfer,
  version: string,
  { url, onProgress }: DownloadRequest,
  part: PartialFile,
  patience: Patience,
): Promise<string> {
  const hash = createHash('sha256');
  const reader = body.getReader();
  let file: FileHandle | undefined;
  try {
    file = await part.open(from, version);
    await addTo(hash, file, from, patience);
    onProgress(from, total);
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw new ConnectionError(url, `the connection was cut (${connectionReason(error)})`, error);
      });
      if (done) {
        await file.sync();
        return hash.digest('hex');
      }
      patience.heard();
      if (part.bytes === 0 && !isGgufStart(value)) throw notGguf(url, part);
      hash.update(value);
      await part.append(file, value);
      onProgress(part.bytes, total);
    }
  } finally {
    // Of a body that ended or failed, there is nothing to cancel.
    await reader.cancel().catch(() => undefined);
    await file?.close();
  }
}

async function addTo(hash: Hash, file: FileHandle, bytes: number, patience: Patience): Promise<void> {
  const buffer = Buffer.alloc(2 ** 20);
  for (let at = 0; at < bytes;) {
    patience.heard();
    patience.signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, bytes - at), at);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** Ends a connection that says nothing for a while, and any on an interrupt. */
class Patience {
  readonly #silent = new AbortController();
  readonly #timer = setTimeout(() => {
    this.#silent.abort();
  }, longestSilence);
  readonly signal: AbortSignal;

  constructor(interrupt: AbortSignal) {
    this.signal = AbortSignal.any([interrupt, this.#silent.signal]);
  }

  get isOver(): boolean {
    return this.#silent.signal.aborted;
  }

  heard(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function isGgufStart(bytes: Uint8Array): boolean {
  const length = Math.min(magic.length, bytes.length);
  return magic.subarray(0, length).equals(bytes.subarray(0, length));
}

function notGguf(url: URL, part: PartialFile): UnspoolError {
  part.discard();
  return new UnspoolError('model-not-gguf', `${url.href}: is not a GGUF model`, 'give the address of a .gguf file');
}

/** Compares the content with what is known of it; deletes what is wrong, so that nothing goes on from there. */
function verify(
  part: PartialFile,
  sha256: string,
  { user, server }: { readonly user: string | undefined; readonly server: string | undefined },
  { url }: DownloadRequest,
): DownloadResult['checked'] {
  for (const [expected, who] of [
    [user, 'you say'],
    [server, 'the server says'],
  ] as const) {
    if (expected === undefined || expected === sha256) continue;
    part.discard();
    const message = `${url.href}: its SHA-256 is ${sha256}, and not ${expected} as ${who}; deleted`;
    const hint = who === 'you say' ? 'check the checksum' : 'run it again';
    throw new UnspoolError('checksum', message, hint);
  }
  if (readGgufHeader(part.path) === undefined) throw notGguf(url, part);
  if (user !== undefined) return 'user';
  return server === undefined ? null : 'server';
}
