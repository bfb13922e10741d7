import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between } from '../../../src/memory/logs/bag-index.js';
import { LineWords } from '../../../src/memory/logs/line-words.js';
import { NearestLines } from '../../../src/memory/logs/nearest-lines.js';

function bagOf(line: string): Uint32Array {
  const words = new LineWords();
  words.read(line);
  return words.bag();
}

function referenceOf(lines: readonly string[], capacity?: number): NearestLines {
  const reference = new NearestLines(capacity === undefined ? {} : { capacity });
  for (const line of lines) reference.add(line, 0);
  return reference;
}

const distance = (reference: NearestLines, line: string, enough?: number): number =>
  reference.nearest(bagOf(line), enough).distance;

describe('LineWords', () => {
  it('leaves out what changes from record to record, in any case of letters', () => {
    const line = 'Mon Mar 30 10:52:17 sshd[411]: key=deadbeef of /home/u7/data taken';
    expect(bagOf(line)).toEqual(bagOf('Tue Apr 1 9:02:18 SSHD[7]: Key=cafe00 of /home/u8/data taken'));
    expect(bagOf('job a1b2c3d4-beef-fade-1234-0123456789ab ended')).toEqual(bagOf('job 7 ended'));
    // A month elsewhere is a word, and so is a short word of hexadecimal letters.
    expect(bagOf('the report of last Mar')).toHaveLength(5);
    expect(bagOf('bad face')).toHaveLength(2);
  });

  it('counts the constant parts of a path that holds digits', () => {
    expect(bagOf('/usr/lib/python2.7/site-packages/mock/util.py')).toHaveLength(7);
  });

  it('tells the order of words from the bag of them', () => {
    const words = new LineWords();
    words.read('disk is full');
    const { order } = words;
    const bag = words.bag();
    words.read('full is disk disk');
    expect(words.order).not.toBe(order);
    expect(words.bag()).toEqual(bag);
    expect(words.common(bagOf('the disk is slow'))).toBe('is disk disk');
  });

  it('takes lines of any length and any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), (line) => {
        const bag = bagOf(line);
        expect(bag.length).toBeLessThanOrEqual(256);
        expect([...bag]).toEqual([...new Set(bag)].sort((a, b) => a - b));
      }),
    );
  });
});

describe('NearestLines', () => {
  it('is at 0 from what it holds, and at 1 from what has no word in common', () => {
    const reference = referenceOf(['disk 1 is full', 'mail was sent to 7']);
    expect(distance(reference, 'full is disk 99')).toBe(0);
    expect(distance(reference, 'nothing alike here')).toBe(1);
    expect(distance(reference, '12:01')).toBe(0);
    expect(distance(referenceOf([]), 'disk is full')).toBe(1);
  });

  it('weighs words by how rare they are', () => {
    const usual = Array.from('ghijklmnop', (letter) => `job of queue ${letter.repeat(8)} done`);
    const reference = referenceOf([...usual, 'job of queue gggggggg failed']);
    // What differs is a word of all lines here, and one of a single line there.
    expect(distance(reference, 'job of queue gggggggg')).toBeLessThan(distance(reference, 'job of queue done'));
  });

  it('is 1 - cosine, by hand', () => {
    // Two bags; weights ln(1 + 2 / 3) of `disk`, which both hold, and ln 2 of what one holds; ln 3 of what none does.
    const reference = referenceOf(['disk full', 'disk slow']);
    const [both, one, none] = [Math.log(1 + 2 / 3) ** 2, Math.log(2) ** 2, Math.log(3) ** 2];
    const cosine = both / Math.sqrt((both + none) * (both + one));
    expect(distance(reference, 'disk lost')).toBeCloseTo(1 - cosine, 12);
  });

  it('finds what looking at every line finds', () => {
    const line = fc.array(fc.constantFrom(...Array.from('ghijklmnopqrstuv', (letter) => letter.repeat(3))), {
      minLength: 1,
      maxLength: 6,
    });
    const log = fc.array(line, { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(log, log, (old, young) => {
        const reference = referenceOf(old.map((words) => words.join(' ')));
        for (const words of young) {
          const bag = bagOf(words.join(' '));
          const vector = reference.vector(bag);
          const all = old.map((other) => between(reference.vector(bagOf(other.join(' '))), vector));
          const { distance: found } = reference.nearest(bag);
          expect(found).toBeCloseTo(Math.min(...all), 9);
          // Where any near one will do, there is one just when the nearest is.
          expect(reference.nearest(bag, 0.3).distance <= 0.3).toBe(found <= 0.3);
        }
      }),
    );
  });

  it('forgets lines of common templates first', () => {
    const reference = new NearestLines({ capacity: 40 });
    reference.add('kernel panic, not syncing', 1);
    const letters = Array.from('ghijklmnopqrstuvwxyz');
    const names = letters.flatMap((one) => letters.map((other) => one.repeat(4) + other));
    for (const name of names) reference.add(`user ${name} signed in`, 2);
    expect(reference.size).toBeLessThanOrEqual(40);
    expect(distance(reference, 'kernel panic, not syncing')).toBe(0);
    expect(distance(reference, `user ${names.at(-1) ?? ''} signed in`)).toBe(0);
  });
});
