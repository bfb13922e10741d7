import { describe, expect, it } from 'vitest';
import type { HorizonRow } from '../../../../src/engine/events/events.js';
import { horizonTable } from '../../../../src/commands/analyze/horizon/view.js';
import { document, documentEnd, narrow, terminal, textOf, widest } from '../../../reporters/support.js';

function rows(chunks: number): HorizonRow[] {
  const error = (value: number): number | null => (chunks < 20 ? null : value);
  const row = (from: number, to: number, nats: number, before: number | undefined): HorizonRow => ({
    event: 'horizon-row',
    document,
    context: [from, to],
    natsPerToken: nats,
    standardError: error(0.012),
    gain: before === undefined ? null : { natsPerToken: before - nats, standardError: error(0.0095) },
    chunks,
  });
  return [
    row(1, 16, 4.966, undefined),
    row(16, 32, 4.324, 4.966),
    row(32, 64, 4.1504, 4.324),
    row(1024, 2048, 4.171, 4.1504),
  ];
}

describe('the horizon', () => {
  it('shows each doubling of the context with its gain, and no bar for a loss', () => {
    const text = textOf(horizonTable, rows(40), terminal);
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).toMatchInlineSnapshot(`
      "book.txt
          context    PPL  nats/token      ±     gain       ±
             1-15  143.5       4.966  0.012        -       -
            16-31  75.49       4.324  0.012   0.6420  0.0095  ████████████████████
            32-63  63.46       4.150  0.012   0.1736  0.0095  █████▍
      1,024-2,047  64.78       4.171  0.012  -0.0206  0.0095
      context: tokens in front of the scored one. gain: nats per token less than with
      the contexts of the line above, mean over 40 chunks. ±: one standard error;
      gains are paired within chunks.
      "
    `);
  });

  it('says why there are no errors under 20 chunks', () => {
    expect(textOf(horizonTable, rows(1), terminal)).toMatchInlineSnapshot(`
      "book.txt
          context    PPL  nats/token  ±      gain  ±
             1-15  143.5       4.966  -         -  -
            16-31  75.49       4.324  -    0.6420  -  ████████████████████
            32-63  63.46       4.150  -    0.1736  -  █████▍
      1,024-2,047  64.78       4.171  -  -0.02060  -
      context: tokens in front of the scored one. gain: nats per token less than with
      the contexts of the line above, mean over 1 chunk. No errors: they take 20
      chunks.
      "
    `);
  });

  it('keeps to a narrow terminal', () => {
    const text = textOf(horizonTable, rows(40), narrow);
    expect(widest(text)).toBeLessThanOrEqual(40);
    expect(text).toMatchInlineSnapshot(`
      "book.txt
          context    PPL  nats/token      ±
             1-15  143.5       4.966  0.012
            16-31  75.49       4.324  0.012
            32-63  63.46       4.150  0.012
      1,024-2,047  64.78       4.171  0.012

          context     gain       ±
             1-15        -       -
            16-31   0.6420  0.0095  ██████████
            32-63   0.1736  0.0095  ██▊
      1,024-2,047  -0.0206  0.0095
      context: tokens in front of the scored
      one. gain: nats per token less than with
      the contexts of the line above, mean
      over 40 chunks. ±: one standard error;
      gains are paired within chunks.
      "
    `);
  });

  it('is one table a document', () => {
    let text = '';
    const reporter = horizonTable((part) => (text += part), terminal);
    for (const name of ['one.txt', 'two.txt']) {
      const label = { index: name === 'one.txt' ? 0 : 1, name };
      for (const row of rows(40)) reporter.handle({ ...row, document: label });
      reporter.handle(documentEnd(label));
    }
    reporter.close();
    expect(text.match(/^(\S+\.txt| +context .*|)$/gm)).toEqual([
      'one.txt',
      expect.stringContaining('context'),
      '',
      'two.txt',
      expect.stringContaining('context'),
      '',
    ]);
  });

  it('is empty where there is no row', () => {
    expect(textOf(horizonTable, [], terminal)).toBe('');
  });
});
