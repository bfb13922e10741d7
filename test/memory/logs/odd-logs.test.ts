import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Passage } from '../../../src/engine/events/events.js';
import { filterRecords, type LogRecord } from '../../../src/memory/cutting/records.js';
import { looksLikeLog } from '../../../src/memory/logs/log-detection.js';
import { RecordTimes } from '../../../src/memory/logs/record-times.js';
import { chunksOf, cutAt } from '../../support/documents.js';
import { logDigestOf } from '../../support/logs.js';

interface Expected {
  readonly records: number;
  readonly first?: string;
  readonly last?: string;
  readonly levels?: Readonly<Record<string, number>>;
  readonly find: readonly string[];
  readonly never: readonly (readonly [string, string])[];
}

const folder = new URL('../../../fixtures/logs/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<string, Expected>;

async function recordsOf(text: string): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const filter = {
    accept: (record: LogRecord) => records.push(record) > 0,
    close: () => undefined,
    leaveOut: () => undefined,
  };
  const chunks = filterRecords(chunksOf(cutAt(text, [0.3, 0.31, 0.7])), filter, text);
  while ((await chunks.next()).done !== true);
  return records;
}

function quotesOf({ text, finding }: Passage): string[] {
  return [text, ...(finding?.companions ?? []).map((companion) => companion.text)];
}

describe('logs of odd forms', () => {
  it('are all described', () => {
    const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
    expect(Object.keys(expected).sort()).toEqual(logs.sort());
  });

  describe.each(Object.entries(expected))('%s', (name, { records: count, first, last, levels, find, never }) => {
    const text = readFileSync(new URL(name, folder), 'utf8');

    it('is known to be a log', () => {
      expect(looksLikeLog(text)).toBe(true);
    });

    it('is cut into its records, with their times and levels', async () => {
      const records = await recordsOf(text);
      const times = new RecordTimes();
      const known = records.map(({ head }) => times.of(head)).filter((time) => time !== undefined);
      const iso = (time: number | undefined): string | undefined =>
        time === undefined ? undefined : new Date(time).toISOString();
      expect({ first: iso(known[0]), last: iso(known.at(-1)) }).toEqual({ first, last });
      const counts: Record<string, number> = {};
      for (const { head } of records) if (head.level !== undefined) counts[head.level] = (counts[head.level] ?? 0) + 1;
      expect(counts).toEqual(levels ?? {});
      expect(records).toHaveLength(count);
    });

    it('keeps together what belongs together, and nothing else', async () => {
      const texts = (await recordsOf(text)).map((record) => record.text);
      for (const told of find) expect(texts.some((one) => one.includes(told))).toBe(true);
      for (const pair of never) expect(texts.filter((one) => pair.every((part) => one.includes(part)))).toEqual([]);
    });

    it('has its trouble among the first ten findings', async () => {
      const events = await logDigestOf(text, 10);
      const quoted = events.flatMap((event) => (event.event === 'passage' ? quotesOf(event) : []));
      expect(find.filter((told) => !quoted.some((one) => one.includes(told)))).toEqual([]);
    });
  });
});
