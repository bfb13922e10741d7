// Logs made up for tests, and what is known of them.

import { SurpriseSpread } from '../../src/memory/surprise-spread.js';
import type { RunEvent } from '../../src/engine/events/events.js';
import { LogDigest } from '../../src/memory/logs/log-digest.js';
import { LogStatistics } from '../../src/memory/logs/log-statistics.js';
import { messageOf, readHead } from '../../src/memory/logs/record-head.js';
import type { ReadRecord } from '../../src/memory/logs/record-watch.js';
import { TemplateJudge } from '../../src/memory/logs/signals.js';
import type { Signal } from '../../src/engine/events/log-signals.js';
import { TemplateMiner } from '../../src/memory/logs/templates.js';
import { Reading } from '../../src/memory/reading.js';
import { documentOf } from './documents.js';

const second = 1000;

/** A record a second from midnight on, or so many seconds later. */
export function stamped(messages: readonly (string | readonly [message: string, seconds: number])[]): string[] {
  let time = Date.UTC(2026, 2, 9);
  return messages.map((entry) => {
    const [message, seconds] = typeof entry === 'string' ? [entry, 1] : entry;
    time += seconds * second;
    return `${new Date(time).toISOString()} ${message}`;
  });
}

/** `texts` of records, each of one line, as they are read; their templates are counted as each is asked for. */
export function* recordsOf(texts: readonly string[], miner: TemplateMiner): Generator<ReadRecord> {
  for (const [index, text] of texts.entries()) {
    const head = readHead(text);
    const template = miner.add(messageOf(text, head), head.sort);
    yield { text, lines: [index + 1, index + 1], head, time: head.time, template, isDue: true };
  }
}

export function statisticsOf(texts: readonly string[]): LogStatistics {
  const miner = new TemplateMiner({ countsValues: true });
  const hasTimes = texts.some((text) => readHead(text).time !== undefined);
  const statistics = new LogStatistics(miner, hasTimes);
  for (const record of recordsOf(texts, miner)) statistics.add(record);
  return statistics;
}

export function judgeOf(statistics: LogStatistics, signals?: readonly Signal[]): TemplateJudge {
  return new TemplateJudge(statistics, new SurpriseSpread(), signals);
}

/** What a digest tells of a log, without a model. */
export async function logDigestOf(text: string, top: number | undefined): Promise<RunEvent[]> {
  const miner = new TemplateMiner({ countsValues: true });
  const digest = new LogDigest(miner);
  const reading = new Reading(documentOf(text), { as: 'log', all: false, byLine: false, miner, watch: digest });
  const chunks = reading.document.chunks()[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
  return [...digest.finish({ document: { index: 0, name: 'test.log' }, top, signals: undefined })];
}
