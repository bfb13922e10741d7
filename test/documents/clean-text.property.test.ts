// Whatever the bytes and wherever the pieces are cut, the text is that of two simple references.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, cut, expectChunksMapTo, sum, textOf } from './support.js';

const words = fc.constantFrom(
  'a',
  'word ',
  'é',
  '日本',
  '😀',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '\uFEFF',
  '\uFFFD',
  '[0m',
  '\\',
);
const controls = fc.constantFrom(
  '\0',
  '\x07',
  '\b',
  '\f',
  '\x18',
  '\x1a',
  '\x7f',
  '\x85',
  '\x90',
  '\x9b',
  '\x9c',
  '\x9d',
);
const sequences = fc.constantFrom(
  '\x1b',
  '\x1b[',
  '\x1b[1;31m',
  '\x1b[?25 ',
  '\x9b2K',
  '\x1b(B',
  '\x1b7',
  '\x1b]0;title\x07',
  '\x1b]8;;http://é\x1b\\',
  '\x1bPdata',
  '\x1b_😀\x9c',
  '\x9dtitle',
);
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: words }, controls, sequences, fc.string({ unit: 'binary', maxLength: 3 })))
  .map((parts) => parts.join(''));

const badBytes = fc.oneof(
  fc.uint8Array({ maxLength: 6 }),
  // Starts of characters that never end, surrogates, overlong forms.
  fc.constantFrom(
    [0xf0, 0x9f, 0x98],
    [0xe3, 0x81],
    [0xed, 0xa0, 0x80],
    [0xc0, 0xaf],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe0, 0x80],
    [0xf0, 0x80, 0x80, 0x80],
  ),
);
const utf8Bytes = fc
  .array(
    fc.oneof(
      text.map((part) => Buffer.from(part)),
      badBytes.map((part) => Buffer.from(part)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));
const places = fc.array(fc.nat({ max: 400 }), { maxLength: 20 });

/** The rules of cleaning as one pass of regular expressions over the whole text. */
function cleanedByReference(source: string): { text: string; controlCharacters: number } {
  let controlCharacters = 0;
  const counted = (replacement: string) => (removed: string) => {
    controlCharacters += Array.from(removed).length;
    return replacement;
  };
  const sequence = /\x1b\[[0-?]*[ -/]*[@-~]?|\x1b[PX\]^_][^\x07\n\r\x18\x1a\x1b\x9c]*|\x1b[ -/]*[0-~]?/gu;
  const cleaned = source
    .replaceAll('\r\n', '\n')
    .replace(sequence, counted(''))
    .replace(/\r/g, counted(' '))
    .replace(/[^\P{Cc}\n\t]/gu, counted(''));
  return { text: cleaned, controlCharacters };
}

async function expectCleanedAsByReference(source: Buffer, cuts: readonly number[], decoderName: string): Promise<void> {
  const expected = cleanedByReference(new TextDecoder(decoderName).decode(source));
  const whole = await clean([source]);
  const inPieces = await clean(cut(source, cuts));
  for (const chunks of [whole, inPieces]) {
    expect(textOf(chunks)).toBe(expected.text);
    expect(sum(chunks, 'controlCharacters')).toBe(expected.controlCharacters);
    expectChunksMapTo(source, chunks, decoderName);
  }
  expect(sum(inPieces, 'invalidBytes')).toBe(sum(whole, 'invalidBytes'));
}

describe('clean text', () => {
  it('of UTF-8, valid or not, is what TextDecoder and the reference cleaner make of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(utf8Bytes, places, fc.boolean(), async (bytes, cuts, hasMark) => {
        const source = hasMark ? Buffer.concat([Buffer.from('\uFEFF'), bytes]) : bytes;
        // Bytes that happen to start like UTF-16 belong to the other property.
        fc.pre(!['fffe', 'feff'].includes(source.toString('hex', 0, 2)));
        await expectCleanedAsByReference(source, cuts, 'utf-8');
      }),
      { numRuns: 500 },
    );
  });

  it('of single bytes is the same as of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(utf8Bytes, async (bytes) => {
        const source = Buffer.concat([Buffer.from('>>>'), bytes]);
        const everywhere = Array.from(source.keys());
        await expectCleanedAsByReference(source, everywhere, 'utf-8');
      }),
    );
  });

  it.each(['utf-16le', 'utf-16be'])('of %s, with lone surrogates and an odd byte, is the same', async (decoderName) => {
    const loneSurrogates = fc.constantFrom('\ud83d', '\udc00');
    const parts = fc.array(fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: loneSurrogates }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(parts, places, fc.boolean(), async (list, cuts, isOdd) => {
        const units = Buffer.from(`\uFEFF${list.join('')}`, 'utf16le');
        if (decoderName === 'utf-16be') units.swap16();
        const source = isOdd ? Buffer.concat([units, Buffer.from([0x41])]) : units;
        await expectCleanedAsByReference(source, cuts, decoderName);
      }),
      { numRuns: 300 },
    );
  });

  it('under a limit is the text of the whole code points before it', async () => {
    await fc.assert(
      fc.asyncProperty(text, places, fc.nat({ max: 60 }), async (part, cuts, limitBytes) => {
        const source = Buffer.from(`>>>${part.toWellFormed()}`);
        let end = Math.min(limitBytes, source.length);
        while (end < source.length && ((source[end] ?? 0) & 0xc0) === 0x80) end--;
        const expected = cleanedByReference(source.toString('utf8', 0, end));
        expect(textOf(await clean(cut(source, cuts), limitBytes))).toBe(expected.text);
      }),
      { numRuns: 300 },
    );
  });
});
