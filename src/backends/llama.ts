// llama.cpp through node-llama-cpp, started quietly and from binaries that are there already.

import type { Llama } from 'node-llama-cpp';
import { UnspoolError } from '../errors.js';

export async function startLlama(): Promise<Llama> {
  const { getLlama, LlamaLogLevel, NoBinaryFoundError } = await import('node-llama-cpp');
  try {
    return await getLlama({
      // "auto" would download and compile llama.cpp inside a user's command.
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
      // What matters of llama.cpp's own messages reaches the user as an error of ours.
      logger: () => undefined,
    });
  } catch (error) {
    if (!(error instanceof NoBinaryFoundError)) throw error;
    const hint = 'node-llama-cpp ships binaries for glibc Linux, macOS and Windows; Alpine has none';
    throw new UnspoolError('no-binary', 'there is no llama.cpp binary for this system', hint, 1, { cause: error });
  }
}
