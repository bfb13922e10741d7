// The engine on the embedded model, the fast way, and the bundled vocabularies, against llama.cpp's own tools.

import { describe, expect, it } from 'vitest';
import { loadVocabulary, vocabularyFile, embeddedVocabulary } from '../support/vocabularies.js';
import { recorded, isSlow, testOthers, testRolling, textOf, type Recorded } from './references.js';

interface TokenFigures {
  readonly figures: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

describe('figures of the embedded model, native', () => {
  testRolling('native', (figure) => !isSlow(figure));
  testOthers('native');
});

describe('tokens', () => {
  const embedded = recorded('tokens') as Recorded & TokenFigures;
  const bundled = recorded('vocabularies') as Recorded & { vocabularies: (TokenFigures & { path: string })[] };

  it('of the embedded model are those of llama-tokenize', async () => {
    const vocabulary = await embeddedVocabulary();
    for (const { text, ids } of embedded.figures)
      expect([...(await vocabulary.tokenize(textOf(embedded, text)))]).toEqual(ids);
  });

  it.each(bundled.vocabularies)('of $path are those of llama-tokenize', async ({ path, figures }) => {
    const name = /ggml-vocab-(.*)\.gguf$/.exec(path)?.[1] ?? '';
    const vocabulary = await loadVocabulary(vocabularyFile(name));
    for (const { text, ids } of figures) expect([...(await vocabulary.tokenize(textOf(bundled, text)))]).toEqual(ids);
  });
});
