import { describe, expect, it } from 'vitest';
import {
  byteSize,
  countWithNoun,
  digits,
  duration,
  estimate,
  groupDigits,
  lineRange,
  percent,
  printable,
  printableText,
} from '../../src/reporters/format.js';

describe('numbers for people', () => {
  it('show as many decimals as the error supports', () => {
    expect(estimate(49.18374, 1.5185)).toEqual({ value: '49.2', error: '1.5' });
    expect(estimate(49.18374, 0.01519)).toEqual({ value: '49.184', error: '0.015' });
    expect(estimate(812.4, 23.1)).toEqual({ value: '812', error: '23' });
    expect(estimate(49.18374, null)).toEqual({ value: '49.18', error: '-' });
    expect(estimate(50, 0.0996)).toEqual({ value: '50.00', error: '0.10' });
    expect(estimate(null, null)).toEqual({ value: '-', error: '-' });
  });

  it('never use scientific notation', () => {
    expect(digits(1234567, 4)).toBe('1234567');
    expect(digits(0.000012345, 3)).toBe('0.0000123');
  });

  it('carry when they round up', () => {
    expect([digits(9.9999, 4), byteSize(999_999), byteSize(999.6)]).toEqual(['10.00', '1.00 MB', '1.00 kB']);
  });

  it('are grouped, with their unit', () => {
    expect(groupDigits(1234567)).toBe('1,234,567');
    expect([byteSize(0), byteSize(999), byteSize(12_400_000), byteSize(3.2e12)]).toEqual([
      '0 B',
      '999 B',
      '12.4 MB',
      '3.20 TB',
    ]);
    expect([duration(0), duration(62), duration(3 * 3600 + 131)]).toEqual(['0:00', '1:02', '3:02:11']);
    expect([lineRange([7, 7]), lineRange([7, 1200])]).toEqual(['line 7', 'lines 7-1,200']);
    expect([countWithNoun(1, 'line'), countWithNoun(2000, 'line')]).toEqual(['1 line', '2,000 lines']);
  });

  it('are a share of nothing or of all only where they are', () => {
    expect([0, 0.004, 0.54, 0.997, 1, 2.114].map(percent)).toEqual(['0%', '<1%', '54%', '>99%', '100%', '211%']);
  });

  it('names cannot steer a terminal', () => {
    expect(printable('a\u001b[31m\nb\u009b')).toBe('a?[31m?b?');
  });

  it('text of a document keeps its lines and tabs, and cannot steer it either', () => {
    expect(printableText('a\u001b[31m\n\tb\u009b\r\u0000')).toBe('a?[31m\n\tb???');
  });
});
