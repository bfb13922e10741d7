import { describe, expect, it } from 'vitest';
import type { ChunkedPerplexity, RunEvent } from '../../../../src/engine/events/events.js';
import { perplexityTable } from '../../../../src/commands/analyze/perplexity/view.js';
import { documentEnd, rolling, runEnd } from '../../../support/report-events.js';
import { widest } from '../../../reporters/support.js';

const chunked: ChunkedPerplexity = {
  protocol: 'chunked',
  value: 99.7098,
  standardError: 8.00952,
  natsPerToken: 4.60226,
  bitsPerByte: 2.2,
  tokens: 1275,
  chunk: 512,
  chunks: 5,
};

function tableOf(events: readonly RunEvent[], columns?: number): string {
  let text = '';
  const table = perplexityTable((part) => (text += part), columns);
  for (const event of events) table.handle(event);
  table.close();
  return text;
}

describe('the table of perplexity', () => {
  it('has a line for each document, and their total where there are several', () => {
    const perplexity = rolling('sinks:4+508/64', 4);
    const one = tableOf([documentEnd({ perplexity }), { ...runEnd, perplexity }]);
    expect(one).toBe(
      '    PPL       ±  nats/token  bits/byte    tokens  protocol and policy     document\n' +
        '  54.60    0.84       4.000      1.834    131072  rolling sinks:4+508/64  books/novel.txt\n',
    );
    const two = tableOf([documentEnd({ perplexity }), documentEnd({ perplexity }), { ...runEnd, perplexity }]);
    expect(two.split('\n').slice(3)).toEqual([expect.stringMatching(/ total$/), '']);
  });

  it('says below chunked figures what their error is, within the screen', () => {
    const events = [documentEnd({ perplexity: chunked }), { ...runEnd, perplexity: chunked }];
    const text = tableOf(events);
    expect(text).toMatch(/\n +99\.7 +8\.0 .* chunked 512 +books\/novel\.txt\n±: llama\.cpp's formula/);
    const note = tableOf(events, 40).split('\n').slice(7).join('\n');
    expect(widest(note)).toBeLessThanOrEqual(40);
    expect(note.replace(/\s+/g, ' ')).toContain('takes tokens as independent and is too small on prose');
  });

  it('is a record for each document on a narrow screen', () => {
    const perplexity = rolling('sinks:4+508/64', 4);
    const end = documentEnd({ perplexity });
    const text = tableOf([end, end, { ...runEnd, perplexity }], 71);
    const figures =
      '  PPL         54.60\n' +
      '  ±           0.84\n' +
      '  nats/token  4.000\n' +
      '  bits/byte   1.834\n' +
      '  tokens      131072\n' +
      '  protocol    rolling sinks:4+508/64\n';
    expect(text).toBe(`books/novel.txt\n${figures}books/novel.txt\n${figures}total\n${figures}`);
    expect(tableOf([end], 72)).toBe(tableOf([end]));
  });

  it('says nothing where nothing was scored', () => {
    const failed = documentEnd({
      account: { ...runEnd.account, tokens: { read: 0, scored: 0, evicted: 0, inView: 0, skipped: 0 } },
      perplexity: { ...chunked, tokens: 0, value: null },
      error: { code: 'too-short', message: 'too short', hint: null },
    });
    expect(tableOf([failed, { ...runEnd, perplexity: { ...chunked, tokens: 0 } }])).toBe('');
  });
});
