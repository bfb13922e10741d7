// Where the files of a URL are kept.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filesOfUrl } from '../../../src/backends/hub/url-files.js';
import { UnspoolError } from '../../../src/errors.js';

const paths = (address: string): string[] => filesOfUrl(new URL(address)).map(({ path }) => path);

describe('filesOfUrl', () => {
  it('keeps host, port and folders, and ends in .gguf', () => {
    expect(paths('https://models.example/a/b%20c/m.gguf?x=1')).toEqual(['models.example/a/b c/m.gguf']);
    expect(paths('http://models.example:8080/download')).toEqual(['models.example_8080/download.gguf']);
    expect(paths('http://[::1]/a%2F..%5Cm.GGUF')).toEqual(['[__1]/a_.._m.GGUF']);
    expect(paths('http://../m.gguf')).toEqual(['_/m.gguf']);
  });

  it('gives each part its URL', () => {
    const parts = filesOfUrl(new URL('https://models.example/a/m-00001-of-00002.gguf?key=1'));
    expect(parts.map(({ url, path }) => [url.href, path])).toEqual([
      ['https://models.example/a/m-00001-of-00002.gguf?key=1', 'models.example/a/m-00001-of-00002.gguf'],
      ['https://models.example/a/m-00002-of-00002.gguf?key=1', 'models.example/a/m-00002-of-00002.gguf'],
    ]);
  });

  it('never keeps two of them in one place', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,2}$/);
    const address = fc
      .tuple(fc.constantFrom('a.example', 'b.example'), fc.constantFrom('', ':8080'), fc.array(word, { minLength: 1 }))
      .map(([host, port, parts]) => `https://${host}${port}/${parts.join('/')}.gguf`);
    fc.assert(
      fc.property(address, address, (one, other) => {
        expect(paths(one)[0] === paths(other)[0]).toBe(one === other);
      }),
    );
  });

  it.each([
    ['http://h/%E0%A4.gguf', 'http://h/%E0%A4.gguf: %E0%A4.gguf is not UTF-8'],
    ['http://h/a/%1b%5d0%3bx.gguf', 'http://h/a/%1b%5d0%3bx.gguf: has control characters'],
    ['http://h/a%7F/m.gguf', 'http://h/a%7F/m.gguf: has control characters'],
    ['http://h/a/', 'http://h/a/: names no file'],
  ])('refuses %s', (address, message) => {
    const refusal = new UnspoolError('usage', message, 'give the address of a .gguf file', 2);
    expect(() => paths(address)).toThrow(refusal);
  });
});
