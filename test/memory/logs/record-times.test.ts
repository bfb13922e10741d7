import { describe, expect, it } from 'vitest';
import { readHead } from '../../../src/memory/logs/record-head.js';
import { RecordTimes } from '../../../src/memory/logs/record-times.js';

function timesOf(...lines: string[]): (string | undefined)[] {
  const times = new RecordTimes();
  return lines.map((line) => {
    const time = times.of(readHead(line));
    return time === undefined ? undefined : new Date(time).toISOString();
  });
}

describe('RecordTimes', () => {
  it('goes on over New Year where times have no year, and takes a late record for late', () => {
    const times = timesOf(
      'Dec 31 23:59:59 a b: c',
      'Jan  1 00:00:01 a b: c',
      'Dec 31 23:59:58 a b: c',
      'Jan  2 00:00:00 a b: c',
    );
    expect(times.slice(0, 2)).toEqual(['1970-12-31T23:59:59.000Z', '1971-01-01T00:00:01.000Z']);
    expect(times.at(2)).toBe('1970-12-31T23:59:58.000Z');
    expect(times.at(3)).toBe('1971-01-02T00:00:00.000Z');
  });

  it('goes on over midnight where times have no day', () => {
    expect(timesOf('23:59:59 INFO a b', '00:00:01 INFO a b')).toEqual([
      '1970-01-01T23:59:59.000Z',
      '1970-01-02T00:00:01.000Z',
    ]);
  });

  it('leaves times as they are that lack nothing, also where they go back', () => {
    expect(timesOf('2024-06-14 10:00:00 a b', 'no time', '2023-06-14 10:00:00 a b')).toEqual([
      '2024-06-14T10:00:00.000Z',
      undefined,
      '2023-06-14T10:00:00.000Z',
    ]);
  });
});
