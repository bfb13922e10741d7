// An embedding model, wherever it runs: in this process, or on a server.

import type { EmbeddingModel } from '../engine/models/embedding.js';
import type { EmbeddingFile } from './local/embedding.js';
import type { EmbeddingServer } from './server/embedding.js';

/** As the user names it. */
export type EmbeddingChoice = EmbeddingFile | EmbeddingServer;

export function embedsOnServer(choice: EmbeddingChoice): choice is EmbeddingServer {
  return 'server' in choice;
}

/** Throws an `UnspoolError` where it cannot embed text here. `signal`: ends the wait for a server. */
export async function openEmbedding(choice: EmbeddingChoice, signal?: AbortSignal): Promise<EmbeddingModel> {
  // Heavy, both of them, and never needed together.
  if (embedsOnServer(choice)) return (await import('./server/embedding.js')).openServerEmbedding(choice, signal);
  return (await import('./local/embedding.js')).openEmbeddingFile(choice);
}
