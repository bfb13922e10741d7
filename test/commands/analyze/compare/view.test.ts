import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ComparisonRow, PairedDifference } from '../../../../src/engine/events/events.js';
import { comparisonTable } from '../../../../src/commands/analyze/compare/view.js';
import { colored, document, documentEnd, narrow, pipe, terminal, textOf, widest } from '../../../reporters/support.js';

function row(
  policy: string,
  perplexity: number,
  difference: PairedDifference | null,
  other: Partial<ComparisonRow> = {},
): ComparisonRow {
  return {
    event: 'comparison-row',
    document,
    perplexity: {
      protocol: 'rolling',
      policy,
      value: perplexity,
      standardError: 1.52,
      natsPerToken: Math.log(perplexity),
      bitsPerByte: 1.5,
      tokens: 256_000,
      batches: 500,
      batchTokens: 512,
    },
    ended: 'end',
    evicted: 255_488,
    tokensPerSecond: 7421.4,
    peakMemoryBytes: 212_345_678,
    curve: [],
    difference,
    ...other,
  };
}

const sinks = row('sinks:4+508/64', 49.183, null);
const window = row('window:512/64', 163.3, {
  natsPerToken: 1.2,
  standardError: 0.05,
  batches: 500,
  pValue: 1e-90,
  verdict: 'worse',
});
const recompute = row('recompute:512/64', 49.128, {
  natsPerToken: -0.0112,
  standardError: 0.0021,
  batches: 500,
  pValue: 0.0032,
  verdict: 'better',
});
const dense = row('dense/64', 51.2, null, { ended: 'full', evicted: 0 });

describe('the comparison of policies', () => {
  it('keeps to a terminal', () => {
    const text = textOf(comparisonTable, [sinks, window, recompute], terminal);
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).toMatchInlineSnapshot(`
      "book.txt
      policy              PPL    ±  nats vs first       ±       p  verdict   scored
      sinks:4+508/64     49.2  1.5              -       -       -  -        256,000
      window:512/64     163.3  1.5         +1.200   0.050  <0.001  worse    256,000
      recompute:512/64   49.1  1.5        -0.0112  0.0021   0.003  better   256,000

      policy            evicted  tokens/s  peak memory
      sinks:4+508/64    255,488     7,421       212 MB
      window:512/64     255,488     7,421       212 MB
      recompute:512/64  255,488     7,421       212 MB
      ±: one standard error, by batch means.
      nats vs first: nats per token minus those of sinks:4+508/64, over the batches
      that both scored; lower is better. p: two-sided paired t-test, Holm-adjusted;
      the verdict is at 0.05.
      "
    `);
  });

  it('keeps to a narrow one', () => {
    const text = textOf(comparisonTable, [sinks, window], narrow);
    expect(widest(text)).toBeLessThanOrEqual(40);
    expect(text).toMatchInlineSnapshot(`
      "book.txt
      policy            PPL    ±
      sinks:4+508/64   49.2  1.5
      window:512/64   163.3  1.5

      policy          nats vs first      ±
      sinks:4+508/64              -      -
      window:512/64          +1.200  0.050

      policy               p  verdict   scored
      sinks:4+508/64       -  -        256,000
      window:512/64   <0.001  worse    256,000

      policy          evicted  tokens/s
      sinks:4+508/64  255,488     7,421
      window:512/64   255,488     7,421

      policy          peak memory
      sinks:4+508/64       212 MB
      window:512/64        212 MB
      ±: one standard error, by batch means.
      nats vs first: nats per token minus
      those of sinks:4+508/64, over the
      batches that both scored; lower is
      better. p: two-sided paired t-test,
      Holm-adjusted; the verdict is at 0.05.
      "
    `);
  });

  it('has a line for each policy in a pipe, and says which were not tested or not read to the end', () => {
    expect(textOf(comparisonTable, [sinks, dense], pipe)).toMatchInlineSnapshot(`
      "book.txt
      policy           PPL    ±  nats vs first  ±  p  verdict   scored  evicted  tokens/s  peak memory  ended
      sinks:4+508/64  49.2  1.5              -  -  -  -        256,000  255,488     7,421       212 MB  -
      dense/64        51.2  1.5              -  -  -  -        256,000        0     7,421       212 MB  cache full
      ±: one standard error, by batch means.
      No test of dense/64: it takes 20 batches of 512 tokens scored under both
      policies.
      PPL of dense/64: only of the text up to where the cache was full.
      "
    `);
  });

  it('shows the curves below', () => {
    const curve = [{ tokens: [0, 1000], natsPerToken: 3.9 }] as const;
    const text = textOf(comparisonTable, [{ ...sinks, curve }], terminal);
    expect(text).toContain('\n\nPPL by position in tokens; log scale\n');
    expect(text).toMatch(/\no sinks:4\+508\/64\n$/);
  });

  it('has no difference and no verdict for a single policy', () => {
    const text = textOf(comparisonTable, [{ ...sinks, perplexity: { ...sinks.perplexity, value: null } }], pipe);
    expect(text.split('\n')[2]).toMatch(/^sinks:4\+508\/64( +-){6} +256,000/);
    expect(text).not.toContain('Holm');
    expect(text).not.toContain('No test');
  });

  it('shows verdicts in colour when told, in the same places', () => {
    const events = [sinks, window, recompute];
    const text = textOf(comparisonTable, events, colored);
    expect(text).toContain('\u001b[31mworse\u001b[39m');
    expect(text).toContain('\u001b[32mbetter\u001b[39m');
    expect(stripVTControlCharacters(text)).toBe(textOf(comparisonTable, events, terminal));
  });

  it('is one table a document, written when its rows are complete', () => {
    let text = '';
    const reporter = comparisonTable((part) => (text += part), pipe);
    reporter.handle(sinks);
    reporter.handle(recompute);
    expect(text).toBe('');
    reporter.handle(documentEnd());
    const first = text;
    const other = { index: 1, name: 'other\u001b[2J.txt' };
    reporter.handle({ ...sinks, document: other });
    reporter.handle(documentEnd(other));
    reporter.close();
    expect(first).toMatch(/^book\.txt\npolicy /);
    expect(text.slice(first.length)).toMatch(/^\nother\?\[2J\.txt\npolicy /);
  });

  it('writes what it has when the run breaks off', () => {
    let text = '';
    const reporter = comparisonTable((part) => (text += part), pipe);
    reporter.handle(sinks);
    reporter.close();
    expect(text).toContain('sinks:4+508/64');
  });
});
