// What must be the same for the notes of an earlier run of --summarize to be those that this run would take.

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { OpenedModel } from '../../../backends/open-model.js';
import type { ServerModel } from '../../../backends/server/model.js';
import type { RunIdentity } from '../../run/run-file.js';
import type { SummarizeRequest } from './run.js';

/** `context`: tokens of a prompt and its answer. The text itself is compared as it is read. */
export async function identityOf(
  version: string,
  { sources, reading, limit, words, focus, format }: SummarizeRequest,
  model: OpenedModel | ServerModel,
  context: number,
): Promise<RunIdentity> {
  const documents = sources.map(async (source, index) => {
    const document = typeof source === 'string' ? { name: source, size: await sizeOf(source) } : '-';
    return [`document ${index + 1}`, document] as const;
  });
  return {
    version,
    model: model.name,
    // Servers may come and go.
    ...(model.where === 'here'
      ? { 'model file': { path: resolve(model.path), size: await sizeOf(model.path) }, 'cache types': model.cacheTypes }
      : {}),
    context,
    documents: sources.length,
    ...Object.fromEntries(await Promise.all(documents)),
    ...{ from: reading.from ?? null, encoding: reading.encoding ?? null, limit: limit ?? null },
    ...{ words, focus: focus ?? null, format },
  };
}

/** Bytes; null where a source has no size, or is not there: that is told when it is read. */
async function sizeOf(path: string): Promise<number | null> {
  const status = await stat(path).catch(() => undefined);
  return status?.isFile() === true ? status.size : null;
}
