import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { attentionView } from '../../src/commands/analyze/attention/view.js';
import { comparisonView } from '../../src/commands/analyze/compare/view.js';
import { overviewView } from '../../src/commands/analyze/count/view.js';
import { horizonView } from '../../src/commands/analyze/horizon/view.js';
import { perplexityView } from '../../src/commands/analyze/perplexity/view.js';
import { planView } from '../../src/commands/analyze/plan/view.js';
import { surpriseView } from '../../src/commands/analyze/surprise/view.js';
import type { Overview, RunEvent } from '../../src/engine/events/events.js';
import { csvFile, type CsvTable } from '../../src/reporters/csv.js';
import {
  attention,
  comparison,
  documentEnd,
  horizon,
  novel,
  plans,
  rolling,
  run,
  surprisingLines,
} from '../support/report-events.js';

function written(table: CsvTable | undefined, events: readonly RunEvent[]): string {
  let text = '';
  if (table === undefined) throw new Error('a task without values');
  const reporter = csvFile((part) => (text += part), table);
  for (const event of events) reporter.handle(event);
  reporter.close();
  return text;
}

/** What a reader of RFC 4180 makes of it: one object a row. */
function rows(table: CsvTable | undefined, ...events: RunEvent[]): Record<string, string>[] {
  return parse(written(table, run(...events)), { columns: true, record_delimiter: '\r\n' });
}

describe('comma-separated values', () => {
  it('hold the rows of a comparison under the names of the JSON fields, numbers as they are', () => {
    const events = comparison();
    const table = rows(comparisonView(2).csv, ...events, documentEnd());
    expect(table.map((row) => row['perplexity.policy'])).toEqual(events.map(({ perplexity }) => perplexity.policy));
    for (const [index, row] of table.entries()) {
      const { perplexity, difference, tokensPerSecond } = events[index] ?? fail();
      expect(Number(row['perplexity.value'])).toBe(perplexity.value);
      expect(Number(row.tokensPerSecond)).toBe(tokensPerSecond);
      expect(row['difference.natsPerToken']).toBe(difference === null ? '' : String(difference.natsPerToken));
      expect(row['difference.verdict']).toBe(difference?.verdict ?? '');
    }
  });

  it('hold the rows of a horizon, its ranges as from and to', () => {
    const table = rows(horizonView.csv, ...horizon());
    expect(table).toHaveLength(8);
    expect(table[0]).toMatchObject({ 'context.from': '1', 'context.to': '16', 'gain.natsPerToken': '', chunks: '64' });
    expect(table[1]).toMatchObject({ 'context.from': '16', natsPerToken: '4.12', standardError: '0.021' });
  });

  it('hold attention heads, with no value for learned sinks that a model does not have', () => {
    const [first] = rows(attentionView.csv, ...attention(2, 3));
    expect(first).toMatchObject({ 'document.name': 'books/novel.txt', layer: '0', head: '0', learnedSink: '' });
    expect(rows(attentionView.csv, ...attention(2, 3, 0.25))[5]).toMatchObject({
      layer: '1',
      head: '2',
      learnedSink: '0.25',
    });
  });

  it('hold the ways of a plan, with a ring only where there is one', () => {
    const table = rows(planView.csv, ...plans());
    expect(table.map(({ approach }) => approach)).toEqual(plans().map(({ approach }) => approach));
    expect(table[0]).toMatchObject({
      ...{ hosts: '1', 'device.name': 'a100-nvlink', 'memory.total': '147072000000', fits: 'false', cheapest: 'false' },
      ...{ 'ring.rounds': '', policy: '' },
    });
    expect(table[3]).toMatchObject({ 'ring.imbalance': '1', 'ring.communicationHidden': 'true', cheapest: 'true' });
    expect(table[4]).toMatchObject({ policy: 'sinks:4+4092/512', forgotten: '995904' });
    // Every figure of the event has a column.
    const figures = ['event', 'document'];
    const columns = Object.keys(table[2] ?? {});
    for (const name of Object.keys(plans()[2] ?? {}).filter((each) => !figures.includes(each))) {
      expect(columns.some((column) => column === name || column.startsWith(`${name}.`))).toBe(true);
    }
  });

  it('hold the perplexity of each document and where its tokens went', () => {
    const [row] = rows(perplexityView.csv, documentEnd({ perplexity: rolling('sinks:4+508/64', 3.5), ended: 'limit' }));
    expect(row).toMatchObject({
      'perplexity.protocol': 'rolling',
      'perplexity.natsPerToken': '3.5',
      'perplexity.chunk': '',
      'account.tokens.evicted': '127000',
      ended: 'limit',
    });
  });

  it('hold a row for each tokenizer of an overview', () => {
    const overview: Overview = {
      event: 'overview',
      document: novel,
      bytes: 10,
      lines: 1,
      words: 2,
      characters: 10,
      invalidBytes: 0,
      controlCharacters: 0,
      tokens: [
        { kind: 'encoding', tokenizer: 'o200k_base', tokens: 3, context: { size: 512, share: 3 / 512 }, costs: [] },
        {
          kind: 'model',
          tokenizer: 'base',
          tokens: 5,
          context: { size: 512, share: 5 / 512 },
          cacheBytes: 640,
          trainedContext: 512,
          fitsTrainedContext: true,
        },
      ],
      ended: 'end',
      error: null,
    };
    expect(rows(overviewView.csv, overview)).toMatchObject([
      { 'tokens.tokenizer': 'o200k_base', 'tokens.tokens': '3', 'tokens.context.size': '512', 'tokens.cacheBytes': '' },
      {
        'tokens.tokenizer': 'base',
        'tokens.tokens': '5',
        'tokens.trainedContext': '512',
        'tokens.fitsTrainedContext': 'true',
        ended: 'end',
      },
    ]);
  });

  it('come back as they were, whatever a document holds', () => {
    const texts = ['a,b', 'say "no"', 'two\r\nlines', '\n', ' spaces ', '=1+1', 'ünïcödé 🙂', '', '""', ','];
    const events = texts.map((text, index) => ({
      ...(surprisingLines(1)[0] ?? fail()),
      document: { index, name: text },
      pieces: [{ text, nats: 1 }],
    }));
    const table = rows(surpriseView.csv, ...events);
    expect(table.map((row) => row.text)).toEqual(texts);
    expect(table.map((row) => row['document.name'])).toEqual(texts);
  });

  it('end each line with CR LF, the header too, and consist of it where there is no result', () => {
    expect(written(attentionView.csv, run())).toBe(
      'document.index,document.name,layer,head,sinks,middle,recent,learnedSink\r\n',
    );
  });

  it('leave out a number that is not finite', () => {
    const [row] = rows(horizonView.csv, { ...(horizon()[0] ?? fail()), natsPerToken: Infinity });
    expect(row?.natsPerToken).toBe('');
  });
});

function fail(): never {
  throw new Error('no such row');
}
