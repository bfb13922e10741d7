// llama.cpp through node-llama-cpp, started quietly and from binaries that are there already.

import type { Llama } from 'node-llama-cpp';
import type { Gpu, GpuChoice } from '../../engine/models/machine.js';
import { UnspoolError } from '../../errors.js';

export interface StartedLlama {
  readonly llama: Llama;
  /** Undefined where no GPU is there, or none is wanted. */
  readonly gpu: Gpu | undefined;
}

/** Throws an `UnspoolError` where a GPU interface is asked for that does not work here. */
export async function startLlama(choice: GpuChoice): Promise<StartedLlama> {
  // The binary for Apple's own processors comes with Metal only: no layer is given to it then.
  if (choice === 'off') return { llama: await start(isAppleSilicon ? 'auto' : false), gpu: undefined };
  const { getLlamaGpuTypes, NoBinaryFoundError } = await import('node-llama-cpp');
  const there = await getLlamaGpuTypes('supported');
  const refuse = (cause?: unknown): UnspoolError => {
    const others = there.filter((gpu) => gpu !== choice && gpu !== false);
    const message = `--gpu ${choice}: llama.cpp finds no such GPU here, or not its driver`;
    const hint = others.length > 0 ? `there is --gpu ${others.join(' and ')}` : 'leave out --gpu: there is none';
    return new UnspoolError('no-gpu', message, hint, 1, { cause });
  };
  if (choice !== 'auto' && !there.includes(choice)) throw refuse();
  const llama = await start(choice).catch((error: unknown) => {
    throw choice !== 'auto' && error instanceof NoBinaryFoundError ? refuse(error) : error;
  });
  if (llama.gpu === false) return { llama, gpu: undefined };
  if ((await llama.getVramState()).total > 0) return { llama, gpu: llama.gpu };
  // The library for GPUs is there without a GPU.
  await llama.dispose();
  if (choice !== 'auto') throw refuse();
  return startLlama('off');
}

const isAppleSilicon = process.platform === 'darwin' && process.arch === 'arm64';

async function start(gpu: Gpu | 'auto' | false): Promise<Llama> {
  const { getLlama, LlamaLogLevel, NoBinaryFoundError } = await import('node-llama-cpp');
  try {
    return await getLlama({
      gpu,
      // "auto" would download and compile llama.cpp inside a user's command.
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
      // What matters of llama.cpp's own messages reaches the user as an error of ours.
      logger: () => undefined,
    });
  } catch (error) {
    if (!(error instanceof NoBinaryFoundError) || !(gpu === 'auto' || gpu === false)) throw error;
    const hint = 'node-llama-cpp ships binaries for glibc Linux, macOS and Windows; Alpine has none';
    throw new UnspoolError('no-binary', 'there is no llama.cpp binary for this system', hint, 1, { cause: error });
  }
}
