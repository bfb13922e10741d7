// The rules of decoding and cleaning one by one.
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../src/documents/text/clean-text.js';
import type { TextChunk } from '../../src/engine/document.js';
import { clean, expectChunksMapTo, sum, textOf } from './support.js';

async function cleanString(source: string): Promise<{ text: string; controlCharacters: number }> {
  const chunks = await clean([Buffer.from(source)]);
  return { text: textOf(chunks), controlCharacters: sum(chunks, 'controlCharacters') };
}

describe('decoding', () => {
  it('passes a clean piece on as one chunk', async () => {
    expect(await clean([Buffer.from('naïve\n日本\n')])).toEqual([
      {
        text: 'naïve\n日本\n',
        encoding: 'utf-8',
        byte: 0,
        endByte: 14,
        line: 1,
        invalidBytes: 0,
        controlCharacters: 0,
      },
    ]);
  });

  it('gives no chunk for nothing, and for a byte order mark alone', async () => {
    expect(await clean([])).toEqual([]);
    expect(await clean([Buffer.from('\uFEFF')])).toEqual([]);
  });

  it('drops a byte order mark but counts its bytes, and keeps one in the middle', async () => {
    const chunks = await clean([Buffer.from('\uFEFFa\uFEFFb')]);
    expect(chunks).toMatchObject([{ text: 'a\uFEFFb', byte: 3, endByte: 8 }]);
  });

  it('counts invalid bytes in source bytes, each U+FFFD in a chunk of its own', async () => {
    // F0 9F 92 begins a character (one replacement for three bytes); FF is none.
    const chunks = await clean([Buffer.from([0x61, 0xf0, 0x9f, 0x92, 0x62, 0xff, 0x63])]);
    expect(chunks.map(({ text, byte, endByte, invalidBytes }) => [text, byte, endByte, invalidBytes])).toEqual([
      ['a', 0, 1, 0],
      ['\uFFFD', 1, 4, 3],
      ['b', 4, 5, 0],
      ['\uFFFD', 5, 6, 1],
      ['c', 6, 7, 0],
    ]);
  });

  it('takes a U+FFFD of the source for valid', async () => {
    expect(await clean([Buffer.from('a\uFFFDb')])).toMatchObject([{ text: 'a\uFFFDb', invalidBytes: 0 }]);
  });

  it('reads UTF-16 in both byte orders with offsets of two bytes a code unit', async () => {
    const littleEndian = Buffer.from('\uFEFFa😀\r\nb', 'utf16le');
    for (const source of [littleEndian, Buffer.from(littleEndian).swap16()]) {
      expect(await clean([source])).toMatchObject([
        { text: 'a😀\n', encoding: 'double-byte', byte: 2, endByte: 12, line: 1 },
        { text: 'b', encoding: 'double-byte', byte: 12, endByte: 14, line: 2 },
      ]);
    }
  });

  it('replaces a lone surrogate and an odd last byte', async () => {
    const source = Buffer.concat([Buffer.from('\uFEFFa\udc00b', 'utf16le'), Buffer.from([0x63])]);
    const chunks = await clean([source]);
    expect(textOf(chunks)).toBe('a\uFFFDb\uFFFD');
    expect(sum(chunks, 'invalidBytes')).toBe(3);
  });

  it('splits a large piece into chunks of at most 64 KiB that cut no character', async () => {
    const source = Buffer.from('x' + '日'.repeat(100_000));
    const chunks = await clean([source]);
    expect(textOf(chunks)).toBe(source.toString());
    expect(chunks.length).toBeGreaterThanOrEqual(5);
    expectChunksMapTo(source, chunks);
  });
});

describe('line ends', () => {
  it('makes a line feed of CRLF, whose chunk ends behind both', async () => {
    expect(await clean([Buffer.from('ab\r\ncd')])).toMatchObject([
      { text: 'ab\n', byte: 0, endByte: 4, line: 1, controlCharacters: 0 },
      { text: 'cd', byte: 4, endByte: 6, line: 2, controlCharacters: 0 },
    ]);
  });

  it('joins CR and LF across pieces', async () => {
    expect(await clean([Buffer.from('ab\r'), Buffer.from('\ncd')])).toMatchObject([
      { text: 'ab', byte: 0, endByte: 2 },
      { text: '\n', byte: 2, endByte: 4, line: 1, controlCharacters: 0 },
      { text: 'cd', byte: 4, line: 2 },
    ]);
  });

  it('makes a space of a lone CR, so that a progress bar does not glue words', async () => {
    expect(await cleanString('10%\r20%\r\r\ndone\r')).toEqual({ text: '10% 20% \ndone ', controlCharacters: 3 });
  });

  it('numbers lines as grep -n does, also where sequences are cut short by a line end', async () => {
    const source = Buffer.from('1\r\n\x1b]0;open\n3\x1b[\n\x004\r5\n6');
    const chunks = await clean([source]);
    expect(textOf(chunks).split('\n')).toEqual(['1', '', '3', '4 5', '6']);
    expect(chunks.at(-1)).toMatchObject({ text: '5\n6', line: 4 });
    expectChunksMapTo(source, chunks);
  });
});

describe('control characters', () => {
  it('keeps tab and line feed, removes and counts C0, DEL and C1', async () => {
    const all = String.fromCharCode(...Array.from({ length: 0x20 }, (_, code) => code), 0x7f, 0x80, 0x85, 0x9c);
    // ESC takes the character after it into account: it is tested below.
    const source = all.replace('\x1b', '').replace('\r', '');
    expect(await cleanString(`a${source}b`)).toEqual({ text: 'a\t\nb', controlCharacters: source.length - 2 });
  });

  it('says before which chunk they stood', async () => {
    expect(await clean([Buffer.from('ab\0\x07cd')])).toMatchObject([
      { text: 'ab', byte: 0, endByte: 2, controlCharacters: 0 },
      { text: 'cd', byte: 4, endByte: 6, controlCharacters: 2 },
    ]);
  });

  it('counts those at the very end in an empty last chunk', async () => {
    expect(await clean([Buffer.from('ab\n\0\0')])).toMatchObject([
      { text: 'ab\n', controlCharacters: 0 },
      { text: '', byte: 5, endByte: 5, line: 2, controlCharacters: 2 },
    ]);
  });
});

describe('terminal escape sequences', () => {
  it.each([
    ['colour', 'a\x1b[1;31mb', 'ab', 7],
    ['a private CSI with an intermediate', 'a\x1b[?12 qb', 'ab', 7],
    ['a title, ended by BEL', 'a\x1b]0;title\x07b', 'ab', 10],
    ['a link, ended by ST', 'a\x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\', 'ab', 22],
    ['of an 8-bit control, as in text encoded twice, the character alone', 'â\x80\x9d said', 'â said', 2],
    ['DCS, SOS, PM and APC', 'a\x1bPx\x1b\\\x1bXx\x1b\\\x1b^x\x1b\\\x1b_x\x1b\\b', 'ab', 20],
    ['characters beyond the BMP in a string, counted once', 'a\x1b]0;😀\x07b', 'ab', 6],
    ['two characters', 'a\x1b7b\x1bM', 'ab', 4],
    ['a character set', 'a\x1b(Bb', 'ab', 3],
    ['a sequence in a string, as tmux passes it through', 'a\x1bPtmux;\x1b\x1b]0;t\x07\x1b\\b', 'ab', 16],
    ['a CSI that ends with the document', 'ab\x1b[3', 'ab', 3],
  ])('removes %s', async (_, source, text, controlCharacters) => {
    expect(await cleanString(source)).toEqual({ text, controlCharacters });
  });

  it('ends a malformed CSI at the first character that cannot belong to it', async () => {
    expect(await cleanString('a\x1b[31é\x1b[1 2b')).toEqual({ text: 'aé2b', controlCharacters: 8 });
  });

  it('ends an unterminated string at the line end, which it keeps', async () => {
    expect(await cleanString('a\x1b]0;title\nb')).toEqual({ text: 'a\nb', controlCharacters: 9 });
    expect(await cleanString('a\x1b]0;title\r\nb')).toEqual({ text: 'a\nb', controlCharacters: 9 });
  });

  it.each(['\x1b]', '\x1bP', '\x1b[', '\x1b '])('takes at most 4,096 characters for %j', async (introducer) => {
    const rest = (introducer === '\x1b ' ? ' ' : '0').repeat(6000);
    const pieces = [Buffer.from(introducer), Buffer.from(rest.slice(0, 1000)), Buffer.from(rest.slice(1000))];
    const chunks = await clean(pieces);
    expect(sum(chunks, 'controlCharacters')).toBe(4096);
    expect(textOf(chunks)).toBe(rest.slice(4096 - introducer.length));
  });

  it('counts an invalid byte in a string as part of the sequence', async () => {
    const chunks = await clean([Buffer.concat([Buffer.from('a\x1b]'), Buffer.from([0xff]), Buffer.from('\x07b')])]);
    expect(textOf(chunks)).toBe('ab');
    expect([sum(chunks, 'controlCharacters'), sum(chunks, 'invalidBytes')]).toEqual([4, 0]);
  });
});

describe('a failure of the source', () => {
  it('comes after the text and the counts before it', async () => {
    const pieces = function* (): Generator<Buffer> {
      yield Buffer.from('ab\r\0');
      throw new Error('unplugged');
    };
    const chunks: TextChunk[] = [];
    const read = async (): Promise<void> => {
      for await (const batch of cleanText(pieces())) chunks.push(...batch);
    };
    await expect(read()).rejects.toThrow('unplugged');
    expect(textOf(chunks)).toBe('ab ');
    expect(sum(chunks, 'controlCharacters')).toBe(2);
  });
});

describe('a limit', () => {
  it('drops a character that it cuts, without calling it invalid', async () => {
    const chunks = await clean([Buffer.from('aé'), Buffer.from('b')], 2);
    expect(chunks).toMatchObject([{ text: 'a', invalidBytes: 0 }]);
    expect(chunks).toHaveLength(1);
  });

  it('drops half a surrogate pair', async () => {
    expect(textOf(await clean([Buffer.from('\uFEFFa😀', 'utf16le')], 6))).toBe('a');
  });

  it('of zero bytes reads nothing', async () => {
    expect(await clean([Buffer.from('text')], 0)).toEqual([]);
  });
});
