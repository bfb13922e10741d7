// Policies side by side: how each did, whether it differs from the first, what it took, and where it lost.

import type { ComparisonRow, PairedDifference, RunEvent } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { fewestBatches } from '../../../engine/surprise.js';
import { curvePlot } from './curve-plot.js';
import {
  byteSize,
  estimate,
  groupDigits,
  printable,
  probability,
  shortEndings,
  signed,
} from '../../../reporters/format.js';
import { note, table, type Column } from '../../../reporters/layout.js';
import { stylesOf, type Screen } from '../../../reporters/screen.js';
import { accountReporter } from '../../../reporters/account.js';
import { documentColumns, under } from '../../../reporters/csv.js';
import type { TaskView } from '../../run/task-view.js';

/** One table and one plot a document, once all its policies are known. */
export function comparisonTable(write: (text: string) => void, screen: Screen): Reporter {
  let rows: ComparisonRow[] = [];
  let documents = 0;
  const finish = (): void => {
    if (rows.length === 0) return;
    write(`${documents === 0 ? '' : '\n'}${comparison(rows, screen)}`);
    documents += 1;
    rows = [];
  };
  return {
    handle(event: RunEvent) {
      switch (event.event) {
        case 'document-start':
        case 'document-end':
        case 'run-end':
          finish();
          break;
        case 'comparison-row':
          if (rows[0] !== undefined && rows[0].document.index !== event.document.index) finish();
          rows.push(event);
          break;
        default:
          break;
      }
    },
    close: finish,
  };
}

function comparison(rows: readonly ComparisonRow[], screen: Screen): string {
  const curves = rows.map(({ perplexity, curve }) => ({ name: perplexity.policy, points: curve }));
  const plot = curvePlot(curves, screen.columns, stylesOf(screen));
  return [
    `${printable(rows[0]?.document.name ?? '')}\n`,
    table(columnsOf(rows, screen), screen.columns),
    ...notes(rows).map((text) => note(text, screen.columns)),
    plot === '' ? '' : `\n${plot}`,
  ].join('');
}

function columnsOf(rows: readonly ComparisonRow[], screen: Screen): Column[] {
  const numbers = (title: string, cell: (row: ComparisonRow) => string): Column => ({
    title,
    align: 'right',
    cells: rows.map(cell),
  });
  const words = (title: string, cell: (row: ComparisonRow) => string): Column => ({
    title,
    align: 'left',
    cells: rows.map(cell),
  });
  const columns = [
    words('policy', ({ perplexity }) => perplexity.policy),
    numbers('PPL', ({ perplexity }) => estimate(perplexity.value, perplexity.standardError).value),
    numbers('±', ({ perplexity }) => estimate(perplexity.value, perplexity.standardError).error),
    numbers('nats vs first', ({ difference }) => signed(difference).value),
    numbers('±', ({ difference }) => signed(difference).error),
    numbers('p', ({ difference }) => probability(difference)),
    words('verdict', ({ difference }) => verdict(difference, screen)),
    numbers('scored', ({ perplexity }) => groupDigits(perplexity.tokens)),
    numbers('evicted', ({ evicted }) => groupDigits(evicted)),
    numbers('tokens/s', ({ tokensPerSecond }) => groupDigits(tokensPerSecond)),
    numbers('peak memory', ({ peakMemoryBytes }) => byteSize(peakMemoryBytes)),
  ];
  if (rows.some(({ ended }) => ended !== 'end')) columns.push(words('ended', ({ ended }) => shortEndings[ended]));
  return columns;
}

function verdict(difference: PairedDifference | null, screen: Screen): string {
  if (difference === null) return '-';
  const { red, green } = stylesOf(screen);
  if (difference.verdict === 'no evidence') return difference.verdict;
  return (difference.verdict === 'better' ? green : red)(difference.verdict);
}

/** What the figures are, and why one is missing. */
function notes(rows: readonly ComparisonRow[]): string[] {
  const [first, ...others] = rows;
  if (first === undefined) return [];
  const texts = ['±: one standard error, by batch means.'];
  if (others.some(({ difference }) => difference !== null)) {
    texts.push(
      `nats vs first: nats per token minus those of ${first.perplexity.policy}, over the batches that both scored; lower is better. p: two-sided paired t-test, Holm-adjusted; the verdict is at 0.05.`,
    );
  }
  const untested = others.filter(({ difference }) => difference === null);
  if (untested.length > 0) {
    const names = untested.map(({ perplexity }) => perplexity.policy).join(', ');
    texts.push(
      `No test of ${names}: it takes ${fewestBatches} batches of ${groupDigits(first.perplexity.batchTokens)} tokens scored under both policies.`,
    );
  }
  const full = rows.filter(({ ended }) => ended === 'full');
  if (full.length > 0 && full.length < rows.length) {
    const names = full.map(({ perplexity }) => perplexity.policy).join(', ');
    texts.push(`PPL of ${names}: only of the text up to where the cache was full.`);
  }
  return texts;
}

export function comparisonView(policies: number): TaskView {
  return {
    results: comparisonTable,
    account: (write) => accountReporter(write, { policies }),
    csv: {
      columns: [
        ...documentColumns,
        ...under('perplexity', 'protocol', 'policy', 'value', 'standardError', 'natsPerToken', 'bitsPerByte', 'tokens'),
        ...under('perplexity', 'batches', 'batchTokens'),
        ...under('difference', 'natsPerToken', 'standardError', 'batches', 'pValue', 'verdict'),
        ...['ended', 'evicted', 'tokensPerSecond', 'peakMemoryBytes'],
      ],
      rowsOf: (event) => (event.event === 'comparison-row' ? [event] : []),
    },
  };
}
