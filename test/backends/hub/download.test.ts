// Downloads over the loopback interface from a server that is cut off, lies, and moves.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { download, type DownloadRequest } from '../../../src/backends/hub/download.js';
import { closedPort, sha256, startHub, type HubOptions, type TestHub } from '../../support/hub.js';
import { temporaryFolder } from '../../support/folders.js';
import { embeddingTensor, gguf, modelMetadata } from '../../support/gguf.js';

const padding = { name: 'output.weight', dimensions: [32, 2000] };
const model = gguf(modelMetadata('llama'), [embeddingTensor, padding]);
const other = gguf(modelMetadata('llama', { 'general.name': 'other' }), [embeddingTensor, padding]);

interface Run extends TestHub {
  readonly url: string;
  readonly target: string;
  readonly get: (more?: Partial<DownloadRequest>) => ReturnType<typeof download>;
}

async function prepare(options: Partial<HubOptions> = {}, from: 'hub' | 'storage' = 'hub'): Promise<Run> {
  const hub = await startHub({ files: { 'm.gguf': model }, ...options });
  const target = join(temporaryFolder(), 'folder/m.gguf');
  const address = from === 'hub' ? `${hub.endpoint}/maker/tiny/resolve/main/m.gguf` : `${hub.storage}/m.gguf`;
  const request: DownloadRequest = {
    url: new URL(address),
    token: undefined,
    target,
    userSha256: undefined,
    listedSha256: undefined,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    delays: [0, 0],
  };
  return { ...hub, url: address, target, get: (more) => download({ ...request, ...more }) };
}

/** vitest compares buffers byte by byte, which takes seconds. */
const isSame = (path: string, content: Buffer): boolean => readFileSync(path).equals(content);

const storageRanges = ({ requests }: TestHub): (string | undefined)[] =>
  requests.filter(({ from }) => from === 'storage').map(({ range }) => range);

describe('download', () => {
  it('follows the redirect of a hub, and compares with the checksum in it', async () => {
    const run = await prepare();
    expect(await run.get()).toEqual({
      bytes: model.length,
      sha256: sha256(model),
      checked: 'server',
      status: 'downloaded',
    });
    expect(isSame(run.target, model)).toBe(true);
    expect(existsSync(`${run.target}.part`) || existsSync(`${run.target}.part.version`)).toBe(false);
  });

  it('says how much has come', async () => {
    const run = await prepare();
    const seen: [number, number | undefined][] = [];
    await run.get({ onProgress: (bytes, total) => seen.push([bytes, total]) });
    expect(seen[0]).toEqual([0, model.length]);
    expect(seen.at(-1)).toEqual([model.length, model.length]);
  });

  it('goes on in the same run where the connection was cut', async () => {
    const run = await prepare({ cuts: [70_000, 90_000] });
    await run.get();
    expect(isSame(run.target, model)).toBe(true);
    expect(storageRanges(run)).toEqual([undefined, 'bytes=70000-', 'bytes=160000-']);
  });

  it('goes on in the next run', async () => {
    const run = await prepare({ cuts: [70_000] });
    await expect(run.get({ delays: [] })).rejects.toMatchObject({
      code: 'connection',
      hint: 'run it again: it goes on from there',
    });
    expect(existsSync(run.target)).toBe(false);
    expect(isSame(`${run.target}.part`, model.subarray(0, 70_000))).toBe(true);
    expect(await run.get()).toMatchObject({ sha256: sha256(model), checked: 'server' });
    expect(isSame(run.target, model)).toBe(true);
    expect(storageRanges(run)).toEqual([undefined, 'bytes=70000-']);
  });

  it('gives up where nothing new comes any more', async () => {
    const run = await prepare({ cuts: [70_000, 0, 0, 0, 0] });
    await expect(run.get()).rejects.toThrow('the connection was cut');
    expect(storageRanges(run)).toEqual([undefined, 'bytes=70000-', 'bytes=70000-']);
  });

  it('starts again where the server can start nowhere else', async () => {
    const run = await prepare({ cuts: [70_000], ranges: false });
    await run.get();
    expect(isSame(run.target, model)).toBe(true);
    expect(storageRanges(run)).toEqual([undefined, 'bytes=70000-']);
  });

  it('starts again where the file has changed', async () => {
    const run = await prepare();
    const before = await prepare({ files: { 'm.gguf': other }, cuts: [70_000] });
    await expect(before.get({ target: run.target, delays: [] })).rejects.toThrow();
    await run.get();
    expect(isSame(run.target, model)).toBe(true);
    expect(storageRanges(run)).toEqual(['bytes=70000-', undefined]);
  });

  it('starts again where what came is as long as the file', async () => {
    const run = await prepare({ cuts: [70_000] });
    await expect(run.get({ delays: [] })).rejects.toThrow();
    writeFileSync(`${run.target}.part`, Buffer.alloc(model.length));
    await run.get();
    expect(isSame(run.target, model)).toBe(true);
  });

  it('deletes what is not as the server says', async () => {
    const run = await prepare({ stored: { 'm.gguf': other } });
    await expect(run.get()).rejects.toMatchObject({
      code: 'checksum',
      message: `${run.url}: its SHA-256 is ${sha256(other)}, and not ${sha256(model)} as the server says; deleted`,
    });
    expect(existsSync(run.target) || existsSync(`${run.target}.part`)).toBe(false);
  });

  it('deletes what is not as the user says', async () => {
    const run = await prepare({}, 'storage');
    await expect(run.get({ userSha256: sha256(other) })).rejects.toThrow('as you say');
    expect(existsSync(run.target) || existsSync(`${run.target}.part`)).toBe(false);
    expect(await run.get({ userSha256: sha256(model) })).toMatchObject({ checked: 'user' });
  });

  it('says that nobody gave a checksum', async () => {
    const run = await prepare({ tag: 'ab'.repeat(32) }, 'storage');
    expect(await run.get()).toMatchObject({ sha256: sha256(model), checked: null });
  });

  it('leaves alone what is here already, unless the user means another', async () => {
    const run = await prepare();
    await run.get();
    expect(await run.get()).toEqual({ bytes: model.length, sha256: null, checked: null, status: 'already-there' });
    expect(await run.get({ userSha256: sha256(model) })).toMatchObject({ checked: 'user', status: 'already-there' });
    writeFileSync(run.target, Buffer.alloc(model.length));
    expect(await run.get({ userSha256: sha256(model) })).toMatchObject({ status: 'downloaded' });
    expect(isSame(run.target, model)).toBe(true);
  });

  it('sends the token to the hub, and to nobody whom the hub names', async () => {
    const run = await prepare({ token: 'hf_secret' });
    await run.get({ token: 'hf_secret' });
    expect(run.requests.map(({ from, authorization }) => [from, authorization])).toEqual([
      ['hub', 'Bearer hf_secret'],
      ['storage', undefined],
    ]);
  });

  it('says what a gated model takes, and never shows the token', async () => {
    const run = await prepare({ token: 'hf_secret' });
    await expect(run.get()).rejects.toMatchObject({
      code: 'model-gated',
      hint: "accept the licence on the model's page, then set HF_TOKEN to a token of yours",
    });
    const failure = await run.get({ token: 'hf_wrong' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'model-gated' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('hf_wrong');
  });

  it('asks for room before the first byte', async () => {
    const run = await prepare();
    await expect(run.get({ freeBytes: () => model.length - 1 })).rejects.toMatchObject({ code: 'no-space' });
    expect(existsSync(`${run.target}.part`)).toBe(false);
    // What has come already needs no more room.
    const cut = await prepare({ cuts: [70_000] });
    await expect(cut.get({ delays: [] })).rejects.toThrow();
    await cut.get({ freeBytes: () => model.length - 70_000 });
  });

  it('refuses what is no GGUF as soon as it begins', async () => {
    const page = Buffer.from('<!doctype html>'.repeat(100_000));
    const run = await prepare({ stored: { 'm.gguf': page } });
    await expect(run.get()).rejects.toMatchObject({ code: 'model-not-gguf' });
    expect(existsSync(`${run.target}.part`)).toBe(false);
  });

  it('refuses a GGUF that is cut short at its source', async () => {
    const short = model.subarray(0, 300);
    const run = await prepare({ files: { 'm.gguf': short } });
    await expect(run.get()).rejects.toMatchObject({ code: 'model-not-gguf' });
    expect(existsSync(run.target)).toBe(false);
  });

  it('says at once that nobody answers', async () => {
    const run = await prepare();
    const url = new URL(`${await closedPort()}/m.gguf`);
    await expect(run.get({ url })).rejects.toMatchObject({
      code: 'connection',
      message: `${url.host}: cannot be reached (ECONNREFUSED)`,
    });
  });

  it('says that there is no such file', async () => {
    const run = await prepare();
    const url = new URL(`${run.storage}/none.gguf`);
    await expect(run.get({ url })).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it.each([
    ['while it is resumed', '.part'],
    ['in its first byte', '.part.version'],
    ['in its name', ''],
    ['by who downloads it', '.part.lock'],
  ])('names a file that cannot be used %s, and does not try again', async (_, ending) => {
    const run = await prepare();
    mkdirSync(`${run.target}${ending}/in-use`, { recursive: true });
    const failure = await run.get().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'file-unusable',
      message: expect.stringMatching(/m\.gguf\S*: cannot be read or written \([A-Z_]+\)$/) as string,
      hint: 'check the folder, or name another one in UNSPOOL_MODELS',
    });
    expect(storageRanges(run).length).toBeLessThan(2);
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full', async () => {
    const run = await prepare();
    mkdirSync(dirname(run.target));
    symlinkSync('/dev/full', `${run.target}.part`);
    await expect(run.get()).rejects.toMatchObject({
      code: 'no-space',
      message: `${run.target}: the disk is full`,
      hint: 'make room, or name another folder in UNSPOOL_MODELS; the next run goes on from here',
    });
    expect(storageRanges(run)).toEqual([undefined]);
  });

  it('leaves alone what another process downloads, and takes over what a dead one left', async () => {
    const run = await prepare();
    const lock = `${run.target}.part.lock`;
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    const ended = once(other, 'exit');
    onTestFinished(() => void other.kill('SIGKILL'));
    mkdirSync(dirname(run.target));
    writeFileSync(lock, String(other.pid));
    writeFileSync(`${run.target}.part`, 'GGUF');
    await expect(run.get()).rejects.toMatchObject({
      code: 'download-busy',
      message: `${run.target}: is being downloaded by another unspool (process ${other.pid})`,
      hint: `wait for it; if it is none, delete ${lock}`,
    });
    expect(run.requests).toEqual([]);
    expect(readFileSync(`${run.target}.part`, 'utf8')).toBe('GGUF');
    other.kill('SIGKILL');
    await ended;
    await run.get();
    expect(isSame(run.target, model)).toBe(true);
    expect(readdirSync(dirname(run.target))).toEqual(['m.gguf']);
  });

  it('says that it is at work, and takes its own number for nobody else', async () => {
    const run = await prepare();
    let owner: unknown;
    await run.get({
      onProgress: () => {
        owner = readFileSync(`${run.target}.part.lock`, 'utf8');
      },
    });
    expect(owner).toBe(String(process.pid));
    // Numbers come again, above all in containers.
    writeFileSync(`${run.target}.part.lock`, String(process.pid));
    expect(await run.get()).toMatchObject({ status: 'already-there' });
  });

  it('keeps what has come of an interrupted download', async () => {
    const run = await prepare({ cuts: [70_000] });
    const abort = new AbortController();
    const onProgress = (bytes: number): void => {
      if (bytes > 0) abort.abort();
    };
    await expect(run.get({ signal: abort.signal, onProgress })).rejects.toMatchObject({ name: 'AbortError' });
    const kept = readFileSync(`${run.target}.part`);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.equals(model.subarray(0, kept.length))).toBe(true);
    await run.get();
    expect(isSame(run.target, model)).toBe(true);
  });
});
