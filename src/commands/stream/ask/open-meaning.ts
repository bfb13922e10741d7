// Opens the model that embeds the spans of a run, and the file that its vectors are kept in.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbedding, type EmbeddingChoice } from '../../../backends/open-embedding.js';
import { inNameless } from '../../../files/temporary-file.js';
import { Meaning, type MeaningOptions, type Prefixes } from '../../../memory/recall/meaning.js';
import type { ByMeaning } from '../../../memory/recall/recall.js';
import { VectorFile } from '../../../memory/recall/vector-file.js';
import type { Session } from '../../run/session.js';

/** What embeds, as the user asks for it. */
export interface EmbeddingSetup {
  readonly model: EmbeddingChoice;
  readonly prefixes: Prefixes;
}

export interface OpenMeaning extends ByMeaning {
  /** Reports what was embedded so far. */
  tell(): void;
  dispose(): Promise<void>;
}

/** Where the model fails later on, that is a warning: what is found by words needs none. Undefined once interrupted. */
export async function openMeaning(
  session: Session,
  { model: choice, prefixes }: EmbeddingSetup,
  clock: Omit<MeaningOptions, 'prefixes'>,
): Promise<OpenMeaning | undefined> {
  const model = await openEmbedding(choice, clock.signal).catch((error: unknown) => {
    if (clock.signal.aborted) return undefined;
    throw error;
  });
  if (model === undefined) return undefined;
  try {
    const { name, path, dimensions } = model;
    const vectors = await inNameless('the vectors', async (folder) => {
      return new VectorFile(await open(join(folder, 'vectors'), 'wx+', 0o600), dimensions);
    });
    const meaning = new Meaning(model, vectors, { ...clock, prefixes });
    return {
      meaning,
      onLost(failure) {
        const message = `${failure.message}: evidence is found by words alone`;
        session.handle({ event: 'warning', code: 'embedding-lost', message, hint: failure.hint ?? null });
      },
      tell() {
        session.handle({ event: 'embedded', model: { path, name, dimensions }, ...meaning.account });
      },
      async dispose() {
        await model.dispose();
        await vectors.dispose();
      },
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}
