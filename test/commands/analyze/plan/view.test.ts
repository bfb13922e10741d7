import { describe, expect, it } from 'vitest';
import { planTable } from '../../../../src/commands/analyze/plan/view.js';
import { plans, run } from '../../../support/report-events.js';
import { document, narrow, terminal, textOf, widest } from '../../../reporters/support.js';

describe('a plan', () => {
  it('shows each way, the cheapest exact one that fits, and what the figures assume', () => {
    const text = textOf(planTable, run(...plans(document)), terminal);
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).toMatchInlineSnapshot(`
      "book.txt: 1,000,000 tokens of unspool base; a100-nvlink: 312 TFLOP/s, 300 GB/s,
      80.0 GB
      way           hosts    cache   memory  fits        work  least time  all hosts
      one host          1   131 GB   147 GB  no     278 PFLOP       14:52      14:52
      layers split      8  16.4 GB  35.5 GB  yes    278 PFLOP        3:43      29:44
      ring              8  16.4 GB  35.5 GB  yes    278 PFLOP        3:23      27:07
      ring, zigzag      8  16.4 GB  35.5 GB  yes    278 PFLOP        1:52      14:52
      unspool           1   537 MB  16.5 GB  yes   18.1 PFLOP      58.2 s     58.2 s
      Ring: 8 rounds of 125,000 tokens a host. Transfers hide behind work from 1,040
      on: here they do; the paper asks for 6,240. Under a causal mask the busiest host
      has 1.88 times the mean attention; in zigzag order 1.00 times.
      Cheapest exact way that fits: ring, zigzag.
      unspool: sinks:4+4092/512, 4,096 tokens in view, 995,904 forgotten at the end.
      Estimates. Times are lower bounds: hosts at 100% of their peak, transfers hidden
      where they can be. Ring: Liu et al. 2023. Layers split: llama.cpp RPC, 4 batches
      under way at most. Memory is the weights as they are in the file, an F16 cache
      and the blocks of a ring, of the host that needs most.
      "
    `);
  });

  it('keeps to a narrow terminal: columns follow in blocks', () => {
    const text = textOf(planTable, run(...plans(document)), narrow);
    expect(widest(text)).toBeLessThanOrEqual(40);
    expect(text).toContain('147 GB');
  });

  it('says so where no exact way fits, where transfers do not hide, and where nothing is forgotten', () => {
    const rows = plans(document).map((row) => ({
      ...row,
      forgotten: 0,
      cheapest: false,
      device: { ...row.device, name: null },
      ring: row.ring === null ? null : { ...row.ring, communicationHidden: false },
    }));
    const text = textOf(planTable, run(...rows), { ...terminal, columns: Infinity });
    expect(text).toContain('No exact way fits into the memory.\n');
    expect(text.replaceAll('\n', ' ')).toContain('Transfers hide behind work from 1,040 on: here they do not;');
    expect(text).toContain('unspool: sinks:4+4092/512, 1,000,000 tokens in view, nothing forgotten.\n');
    expect(text).toContain('; each host: 312 TFLOP/s, ');
  });

  it('keeps escapes of a document name from the terminal', () => {
    expect(textOf(planTable, run(...plans({ index: 0, name: 'evil\u001b[31m.txt' })), terminal)).not.toContain(
      '\u001b',
    );
  });

  it('says nothing where no document was read', () => {
    expect(textOf(planTable, run(), terminal)).toBe('');
  });
});
