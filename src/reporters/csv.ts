// The results of a task as comma-separated values (RFC 4180): a header, then a row for each, numbers as they are.

import type { Condition, RunEvent, StrategyRow } from '../engine/events/events.js';
import type { Reporter } from '../engine/events/reporter.js';

/** Which results a file holds: one kind of rows a file. */
export type CsvTable =
  | 'overview'
  | 'perplexity'
  | 'comparison'
  | 'horizon'
  | 'surprise'
  | 'attention'
  | 'plan'
  | 'conditions'
  | 'strategies';

/**
 * Writes rows as they come. Columns are named as the fields of the JSON events, the parts of a field after a dot; a
 * range has `from` and `to`, half-open. Null and what does not apply are empty. What is a list within a result, the
 * curve of a policy and the prices of an overview, is in the JSON events only. A spreadsheet may take text that begins
 * with `=` for a formula: it is written as it is, since this is data.
 */
export function csvFile(write: (text: string) => void, table: CsvTable): Reporter {
  const columns = columnsOf[table];
  write(line(columns));
  return {
    handle(event: RunEvent) {
      for (const row of rowsOf(table, event)) {
        const cells = new Map(flattened(row));
        write(line(columns.map((column) => cells.get(column) ?? '')));
      }
    },
    close: () => undefined,
  };
}

const columnsOf: Readonly<Record<CsvTable, readonly string[]>> = {
  overview: [
    ...under('document', 'index', 'name'),
    ...['bytes', 'lines', 'words', 'characters', 'invalidBytes', 'controlCharacters'],
    ...under('tokens', 'kind', 'tokenizer', 'tokens', 'context.size', 'context.share'),
    ...under('tokens', 'cacheBytes', 'trainedContext', 'fitsTrainedContext'),
    'ended',
  ],
  perplexity: [
    ...under('document', 'index', 'name'),
    ...under('perplexity', 'protocol', 'policy', 'chunk', 'value', 'standardError', 'natsPerToken', 'bitsPerByte'),
    ...under('perplexity', 'tokens', 'batches', 'batchTokens', 'chunks'),
    ...under('account', 'bytes', 'lines', 'skippedLines', 'skippedBytes', 'invalidBytes', 'controlCharacters'),
    ...under('account.tokens', 'read', 'scored', 'evicted', 'inView', 'skipped'),
    'ended',
  ],
  comparison: [
    ...under('document', 'index', 'name'),
    ...under('perplexity', 'protocol', 'policy', 'value', 'standardError', 'natsPerToken', 'bitsPerByte', 'tokens'),
    ...under('perplexity', 'batches', 'batchTokens'),
    ...under('difference', 'natsPerToken', 'standardError', 'batches', 'pValue', 'verdict'),
    ...['ended', 'evicted', 'tokensPerSecond', 'peakMemoryBytes'],
  ],
  horizon: [
    ...under('document', 'index', 'name'),
    ...under('context', 'from', 'to'),
    ...['natsPerToken', 'standardError', 'gain.natsPerToken', 'gain.standardError', 'chunks'],
  ],
  surprise: [...under('document', 'index', 'name'), 'line', 'chapter', 'natsPerToken', 'tokens', 'text'],
  attention: [...under('document', 'index', 'name'), ...['layer', 'head', 'sinks', 'middle', 'recent', 'learnedSink']],
  plan: [
    ...under('document', 'index', 'name'),
    ...['approach', 'policy', 'hosts', ...under('device', 'name', 'flopsPerSecond', 'bytesPerSecond', 'memoryBytes')],
    ...['tokens', 'forgotten', ...under('memory', 'weights', 'cache', 'activations', 'total'), 'fits'],
    ...['flops', 'seconds', 'hostSeconds', 'cheapest'],
    ...under('ring', 'blockTokens', 'leastBlockTokens', 'leastSequenceTokens', 'rounds', 'imbalance'),
    'ring.communicationHidden',
  ],
  conditions: [
    ...[...under('task', 'index', 'name'), 'model', 'place', 'thinking', 'pauses', 'metric', 'examples', 'value'],
    ...under('interval', 'from', 'to'),
    ...under('difference', 'value', 'interval.from', 'interval.to', 'level', 'pValue', 'verdict', 'detectable'),
    ...under('difference', 'better', 'worse'),
    ...under('cost', 'tokens', 'seconds', 'extraTokens', 'extraSeconds'),
  ],
  strategies: [
    ...[...under('task', 'index', 'name'), 'model', 'strategy', 'examples', 'right', 'value'],
    ...[...under('interval', 'from', 'to'), 'answered', 'cut'],
    ...under('difference', 'value', 'interval.from', 'interval.to', 'level', 'pValue', 'verdict', 'detectable'),
    ...under('difference', 'better', 'worse'),
    ...under('cost', 'promptTokens', 'answerTokens', 'seconds'),
  ],
};

function under(field: string, ...names: string[]): string[] {
  return names.map((name) => `${field}.${name}`);
}

/** The rows that an event is in a table: mostly one or none. */
function rowsOf(table: CsvTable, event: RunEvent): object[] {
  switch (event.event) {
    case 'overview':
      return table === 'overview' ? event.tokens.map((count) => ({ ...event, tokens: count })) : [];
    case 'document-end':
      return table === 'perplexity' ? [event] : [];
    case 'comparison-row':
      return table === 'comparison' ? [event] : [];
    case 'horizon-row': {
      const [from, to] = event.context;
      return table === 'horizon' ? [{ ...event, context: { from, to } }] : [];
    }
    case 'surprising-line':
      return table === 'surprise' ? [{ ...event, text: event.pieces.map(({ text }) => text).join('') }] : [];
    case 'attention-head':
      return table === 'attention' ? [event] : [];
    case 'plan-row':
      return table === 'plan' ? [event] : [];
    case 'condition':
      return table === 'conditions' ? [withEnds(event)] : [];
    case 'strategy-row':
      return table === 'strategies' ? [withEnds(event)] : [];
    default:
      return [];
  }
}

function withEnds(event: Condition | StrategyRow): object {
  const { interval, difference } = event;
  const measured = difference === null ? null : { ...difference, interval: ends(difference.interval) };
  return { ...event, interval: ends(interval), difference: measured };
}

function ends(interval: readonly [from: number, to: number] | null): object | null {
  return interval === null ? null : { from: interval[0], to: interval[1] };
}

/** The values of an object by their paths: `{ a: { b: 1 } }` is `a.b`. Lists are left out. */
function flattened(value: object, path = ''): [path: string, cell: string][] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    const own = path === '' ? name : `${path}.${name}`;
    if (typeof part === 'string') return [[own, part]];
    if (typeof part === 'number') return [[own, Number.isFinite(part) ? String(part) : '']];
    if (typeof part === 'boolean') return [[own, String(part)]];
    return typeof part === 'object' && part !== null && !Array.isArray(part) ? flattened(part, own) : [];
  });
}

/** Quoted where it must be, or where spaces at its ends might be lost. */
function line(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(',')}\r\n`;
}
