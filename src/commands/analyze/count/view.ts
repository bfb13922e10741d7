// What documents are, in numbers: a line for each document and tokenizer, the total, and what that costs.

import type { Overview, RunEvent } from '../../../engine/events/events.js';
import { totalOf, type Cost, type DocumentCounts, type TokenCount } from '../../../engine/counting/overview.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import {
  byteSize,
  contextSize,
  countWithNoun,
  digits,
  duration,
  groupDigits,
  percent,
  printable,
} from '../../../reporters/format.js';
import { note, record } from '../../../reporters/layout.js';
import type { Screen } from '../../../reporters/screen.js';
import { documentColumns, under } from '../../../reporters/csv.js';
import type { TaskView } from '../../run/task-view.js';

/** `columns`: on which a row that does not fit becomes a record. */
export function overviewTable(write: (text: string) => void, { columns }: Pick<Screen, 'columns'>): Reporter {
  const documents: Overview[] = [];
  // The name of a document may go on in the next line.
  const fits = ({ tokens }: DocumentCounts): boolean => columns >= header(tokens).indexOf('  document');
  const show = (counts: DocumentCounts, name: string): void => {
    write(fits(counts) ? rows(counts, name) : records(counts, name));
  };
  return {
    handle(event: RunEvent) {
      if (event.event === 'overview') {
        if (event.bytes === 0 && event.error !== null) return;
        if (documents.length === 0 && fits(event)) write(header(event.tokens));
        documents.push(event);
        show(event, event.document.name);
      } else if (event.event === 'run-end' && documents.length > 0) {
        const total = totalOf(documents);
        if (documents.length > 1) show(total, 'total');
        write(costs(total, columns));
      }
    },
    close: () => undefined,
  };
}

/** What does not belong into a table, on standard error. */
export function overviewAccount(write: (text: string) => void): Reporter {
  const documents: Overview[] = [];
  return {
    handle(event: RunEvent) {
      if (event.event === 'overview') {
        if (event.bytes === 0 && event.error !== null) return;
        documents.push(event);
        write(remarks(event));
      } else if (event.event === 'run-end' && documents.length > 0) {
        const state = event.status === 'interrupted' ? 'interrupted after' : 'in';
        const rate = event.account.bytes / Math.max(event.seconds, 1e-3);
        write(
          `${estimates(totalOf(documents).tokens)}${countWithNoun(documents.length, 'document')} ${state} ` +
            `${duration(event.seconds)} (${byteSize(rate)}/s), peak memory ${byteSize(event.peakMemoryBytes)}\n`,
        );
      }
    },
    close: () => undefined,
  };
}

const titles = ['bytes', 'lines', 'words', 'characters', 'tokens'];
const modelTitles = ['KV cache', 'trained on'];

function header(tokens: readonly TokenCount[]): string {
  return row(titles, 'tokenizer', tokens, ['fits in', 'used', ...(hasModel(tokens) ? modelTitles : []), 'document']);
}

function rows({ bytes, lines, words, characters, tokens }: DocumentCounts, name: string): string {
  const lead = [bytes, lines, words, characters].map(String);
  return tokens
    .map((count) => row([...lead, String(count.tokens)], count.tokenizer, tokens, [...uses(count, tokens), name]))
    .join('');
}

function records({ bytes, lines, words, characters, tokens }: DocumentCounts, name: string): string {
  const counts = [bytes, lines, words, characters].map((count, index) => [titles[index] ?? '', String(count)] as const);
  const uses = tokens.flatMap((count) => {
    const { size, share } = count.context;
    return [
      [printable(count.tokenizer), `${count.tokens} tokens`] as const,
      ['fits in', `${contextSize(size)}, ${percent(share)} of it`] as const,
      ...(count.kind === 'model' ? modelTitles.map((title, index) => [title, needs(count)[index] ?? ''] as const) : []),
    ];
  });
  return record(printable(name), [...counts, ...uses]);
}

/** How much of a context, and of a model, the tokens take. */
function uses(count: TokenCount, all: readonly TokenCount[]): string[] {
  const { size, share } = count.context;
  const context = [contextSize(size), percent(share)];
  if (!hasModel(all)) return context;
  return [...context, ...(count.kind === 'encoding' ? ['-', '-'] : needs(count))];
}

/** Of a model: the memory of its cache, and whether it was trained on so many tokens. */
function needs({ cacheBytes, trainedContext, fitsTrainedContext }: TokenCount & { readonly kind: 'model' }): string[] {
  const trained = trainedContext === null ? 'unknown' : `${trainedContext}${fitsTrainedContext === true ? '' : ': no'}`;
  return [byteSize(cacheBytes), trained];
}

function hasModel(tokens: readonly TokenCount[]): boolean {
  return tokens.some(({ kind }) => kind === 'model');
}

/** `numbers` as wc prints them: never grouped, so that scripts can read them. The document's name comes last. */
function row(numbers: readonly string[], tokenizer: string, all: readonly TokenCount[], rest: string[]): string {
  const widths = [9, 8, 8, 10, 9];
  const names = Math.max('tokenizer'.length, ...all.map((each) => printable(each.tokenizer).length));
  const lead = numbers.map((cell, index) => cell.padStart(widths[index] ?? 0));
  const uses = rest.slice(0, -1).map((cell, index) => cell.padStart([7, 5, 9, 12][index] ?? 0));
  return `${[...lead, printable(tokenizer).padEnd(names), ...uses, printable(rest.at(-1) ?? '')].join('  ')}\n`;
}

function costs({ tokens }: DocumentCounts, columns: number): string {
  const all = tokens.flatMap((count) => (count.kind === 'encoding' && count.tokens > 0 ? count.costs : []));
  const [first] = all;
  if (first === undefined) return '';
  const list = `OpenAI's list prices of ${first.priceDate}`;
  const wide = costRow('cost', 'per 1M tokens', `as input of, at ${list}`);
  const fits = wide.trimEnd().length <= columns;
  const rows = all.map((cost) => costRow(dollars(cost.dollars), price(cost), cost.model));
  const below = fits ? '' : note(`Cost as input, at ${list}.`, columns);
  return `\n${fits ? wide : costRow('cost', 'per 1M tokens', 'model')}${rows.join('')}${below}`;
}

function costRow(cost: string, perMillion: string, model: string): string {
  return `${cost.padStart(9)}  ${perMillion.padStart(13)}  ${model}\n`;
}

function price({ dollarsPerMillionTokens }: Cost): string {
  return `$${dollarsPerMillionTokens.toFixed(2)}`;
}

/** Cents, or three digits where there is less than a dollar. */
function dollars(value: number): string {
  return `$${value >= 1 ? value.toFixed(2) : digits(value, 3)}`;
}

function remarks({ document, controlCharacters, invalidBytes, ended }: Overview): string {
  const parts = [
    ...(ended === 'interrupted'
      ? ['counted until interrupted']
      : ended === 'failed'
        ? ['counted until it failed']
        : []),
    ...(controlCharacters > 0 ? [`${countWithNoun(controlCharacters, 'control character')} removed`] : []),
    ...(invalidBytes > 0 ? [`${countWithNoun(invalidBytes, 'invalid byte')} replaced by U+FFFD`] : []),
  ];
  return parts.length === 0 ? '' : `${printable(document.name)}: ${parts.join(', ')}\n`;
}

/** How far encodings are from what the model itself counts. */
function estimates(tokens: readonly TokenCount[]): string {
  const model = tokens.find(({ kind }) => kind === 'model');
  if (model === undefined || model.tokens === 0) return '';
  return tokens
    .filter(({ kind }) => kind === 'encoding')
    .map(({ tokenizer, tokens: estimate }) => {
      const error = Math.round((estimate / model.tokens - 1) * 100);
      const off = error === 0 ? 'within 1%' : `${groupDigits(Math.abs(error))}% too ${error < 0 ? 'low' : 'high'}`;
      return `${tokenizer} is an estimate for ${printable(model.tokenizer)}: here ${off}\n`;
    })
    .join('');
}

export const overviewView: TaskView = {
  results: overviewTable,
  account: overviewAccount,
  csv: {
    columns: [
      ...documentColumns,
      ...['bytes', 'lines', 'words', 'characters', 'invalidBytes', 'controlCharacters'],
      ...under('tokens', 'kind', 'tokenizer', 'tokens', 'context.size', 'context.share'),
      ...under('tokens', 'cacheBytes', 'trainedContext', 'fitsTrainedContext'),
      'ended',
    ],
    rowsOf: (event) => (event.event === 'overview' ? event.tokens.map((count) => ({ ...event, tokens: count })) : []),
  },
  opening: 'counting',
};
