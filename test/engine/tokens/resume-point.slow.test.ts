// Places in a text: from there, the same tokens follow, whatever the vocabulary and however the text comes in chunks.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { upToLine } from '../../../src/engine/tokens/lines.js';
import { resumeText } from '../../../src/engine/tokens/resume-point.js';
import { TokenReader } from '../../../src/engine/tokens/token-reader.js';
import { tokenRuns } from '../../../src/engine/tokens/token-stream.js';
import { root } from '../../support/cli.js';
import { chunksOf, cutAt } from '../../support/documents.js';
import { bundledVocabularies, embeddedVocabulary, loadVocabulary, vocabularyFile } from '../../support/vocabularies.js';

it.each(['embedded', ...bundledVocabularies])('a text goes on from any place in it, %s vocabulary', async (name) => {
  const vocabulary = name === 'embedded' ? await embeddedVocabulary() : await loadVocabulary(vocabularyFile(name));
  for (const document of ['moby-dick.txt', 'services.log']) {
    const text = readFileSync(join(root, 'fixtures/documents', document), 'utf8').slice(3000, 24_000);
    const reader = new TokenReader(tokenRuns(chunksOf([text]), vocabulary), Infinity, { checksum: crc32, before: 0 });
    for (const count of [1, 1500, 1000]) {
      await reader.fill(count + 1);
      reader.take(count);
      const { resumePoint } = reader;
      const rest = await resumeText('text', chunksOf(cutAt(text, [0.13, 0.3, 0.31])), resumePoint, crc32);
      if (rest === undefined) throw new Error('the text ends before the place');
      const start = { checksum: crc32, before: rest.checksum };
      const again = new TokenReader(tokenRuns(rest.chunks, vocabulary, rest.position), Infinity, start);
      expect(await again.resumeAt(resumePoint)).toBe(true);
      expect(again.resumePoint).toMatchObject({ next: resumePoint.next, checksum: resumePoint.checksum });
      const [left, right] = [await reader.fill(1200), await again.fill(1200)];
      expect(right).toBe(left);
      expect(again.take(right)).toEqual(reader.take(left));
    }
  }
});

it('a text is read up to the end of a line, wherever its chunks end', async () => {
  const text = 'one\n\nthree\nfour\n';
  for (const [last, expected] of [
    [1, 'one\n'],
    [2, 'one\n\n'],
    [3, 'one\n\nthree\n'],
    [9, text],
  ] as const)
    for (const cuts of [[], [0.2], [0.25, 0.3], [0.5, 0.7, 0.9]]) {
      let read = '';
      let end = 0;
      for await (const chunk of upToLine(chunksOf(cutAt(text, cuts)), last)) {
        read += chunk.text;
        end = chunk.endByte;
      }
      expect([read, end]).toEqual([expected, expected.length]);
    }
});
