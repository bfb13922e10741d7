// The account on standard error: where every token of a document went, and what the run took.

import type {
  DocumentEnd,
  LineRange,
  ModelSummary,
  NoteTaking,
  RollingPerplexity,
  RunEnd,
  RunEvent,
  RunStart,
} from '../engine/events/events.js';
import { longRunSeconds } from '../engine/events/events.js';
import { formatPolicy } from '../engine/policy.js';
import type { Reporter } from '../engine/events/reporter.js';
import { fewestBatches } from '../engine/surprise.js';
import {
  byteSize,
  countWithNoun,
  digits,
  duration,
  endings,
  estimate,
  groupDigits,
  lineRange,
  parameterCount,
  printable,
} from './format.js';

export interface AccountOptions {
  /** How many the documents are run under. */
  readonly policies?: number;
  /** Whether results show perplexity, which the account tells otherwise. */
  readonly perplexityShown?: boolean;
  /** Whether the first document is what the others are compared with. */
  readonly hasReference?: boolean;
}

export function accountReporter(
  write: (text: string) => void,
  { policies = 1, perplexityShown = false, hasReference = false }: AccountOptions = {},
): Reporter {
  let start: RunStart | undefined;
  let linesInView: LineRange | null = null;
  let passages = 0;
  let anomalies = 0;
  let threshold = 0;
  let resumed = false;
  return {
    handle(event: RunEvent) {
      switch (event.event) {
        case 'run-start':
          start = event;
          break;
        case 'document-start':
          linesInView = null;
          passages = 0;
          anomalies = 0;
          break;
        case 'passage':
          passages += 1;
          break;
        case 'anomaly':
          anomalies += 1;
          threshold = event.threshold;
          break;
        case 'resumed':
          resumed = true;
          write(`${printable(event.document.name)}: goes on from line ${groupDigits(event.line)} (bookmark)\n`);
          break;
        case 'block-scored':
          linesInView = event.linesInView;
          break;
        case 'document-end':
          if (event.noteTaking !== undefined && event.noteTaking.resumed > 0) resumed = true;
          if (event.account.tokens.read > 0 || event.error === null) {
            const isCompared = hasReference && event.document.index > 0;
            const findings = { passages, anomalies, threshold, isCompared };
            write(documentAccount(event, linesInView, findings, perplexityShown));
          }
          break;
        case 'run-end':
          // Where nothing could be read, the error says it all.
          if (start !== undefined && (event.status !== 'failed' || event.account.tokens.read > 0))
            write(runAccount(start, event, policies, resumed));
          break;
        case 'estimate':
          // Nobody waits for a word about a short wait, and a warning tells of a long one.
          if (event.seconds >= tellingSeconds && event.seconds <= longRunSeconds)
            write(`${printable(event.document.name)}: about ${roughDuration(event.seconds)}\n`);
          break;
        default:
          break;
      }
    },
    close: () => undefined,
  };
}

/** Estimates from here up are printed. */
const tellingSeconds = 20;

function documentAccount(
  event: DocumentEnd,
  linesInView: LineRange | null,
  findings: Findings,
  perplexityShown: boolean,
): string {
  const { account, perplexity, document } = event;
  const { tokens } = account;
  const lines = linesInView === null ? '' : ` (${lineRange(linesInView)})`;
  const { noteTaking } = event;
  const parts = [
    `${printable(document.name)}: ${countWithNoun(account.bytes, 'byte')}, ${countWithNoun(account.lines, 'line')}${endings[event.ended]}`,
    noteTaking === undefined
      ? `${countWithNoun(tokens.read, 'token')} read = ${groupDigits(tokens.inView)} in view${lines} + ${groupDigits(tokens.evicted)} forgotten + ${groupDigits(tokens.skipped)} skipped; ${groupDigits(tokens.scored)} scored${perplexityShown ? '' : surprise(event)}`
      : notesOf(noteTaking, tokens.read),
  ];
  if (event.readAs !== undefined && tokens.read > 0) parts.push(kindAndSkipped(event));
  parts.push(...findingsOf(findings, event.readAs));
  if (account.controlCharacters > 0)
    parts.push(`${countWithNoun(account.controlCharacters, 'control character')} removed`);
  if (account.invalidBytes > 0) parts.push(`${countWithNoun(account.invalidBytes, 'invalid byte')} replaced by U+FFFD`);
  if (perplexityShown && perplexity?.protocol === 'rolling') {
    if (perplexity.standardError === null && perplexity.tokens > 0) parts.push(noError(perplexity));
  }
  return `${parts.join('\n  ')}\n`;
}

function notesOf({ passages, resumed, merges, notes, evaluated, reasoning }: NoteTaking, read: number): string {
  const ratio = read === 0 || resumed > 0 ? '' : `, ${digits(evaluated / read, 3)} for each one read`;
  const reasoned = reasoning === 0 ? '' : `, ${groupDigits(reasoning)} of them reasoning`;
  const merged = merges === 0 ? '' : `, after ${countWithNoun(merges, 'merge')}`;
  const known = resumed === 0 ? '' : `, ${groupDigits(resumed)} of them from an earlier run`;
  return (
    `${countWithNoun(read, 'token')} read in ${countWithNoun(passages, 'passage')}${known}; ${countWithNoun(notes, 'note')}${merged}; ` +
    `${countWithNoun(evaluated, 'token')} evaluated with instructions, notes and answers${reasoned}${ratio}`
  );
}

/** What was reported of a document. `threshold`: of its last anomaly. */
interface Findings {
  readonly passages: number;
  readonly anomalies: number;
  readonly threshold: number;
  readonly isCompared: boolean;
}

function findingsOf({ passages, anomalies, threshold, isCompared }: Findings, readAs: DocumentEnd['readAs']): string[] {
  const noun = readAs === 'log' ? 'finding' : 'passage';
  if (passages > 0) return [`${countWithNoun(passages, noun)}, extractive: quoted, not rephrased`];
  if (isCompared) return ['nothing that its reference does not explain'];
  if (anomalies === 0) return [];
  const found = anomalies === 1 ? '1 anomaly' : `${groupDigits(anomalies)} anomalies`;
  if (readAs === 'log') return [found];
  return [`${found}; what 1 line in 1,000 had reached at the last one: a score of ${digits(threshold, 3)}`];
}

/** Perplexity, where no table shows it. */
function surprise({ perplexity }: DocumentEnd): string {
  if (typeof perplexity?.value !== 'number') return '';
  const { value, error } = estimate(perplexity.value, perplexity.standardError);
  return `, ${perplexity.protocol} PPL ${value}${error === '-' ? '' : ` ± ${error}`}`;
}

/** What the document was taken for, and the lines that were not decoded. */
function kindAndSkipped({ readAs, account }: DocumentEnd): string {
  if (readAs === 'prose') return 'read as prose';
  const { lines, skippedLines, skippedBytes } = account;
  if (skippedLines === 0 && skippedBytes > 0) {
    return `read as a log, every line decoded: of long ones the start, ${byteSize(skippedBytes)} skipped`;
  }
  if (skippedLines === 0) return 'read as a log, every line decoded';
  const decoded = lines - skippedLines;
  return `read as a log: ${countWithNoun(decoded, 'line')} decoded, ${groupDigits(skippedLines)} (${byteSize(skippedBytes)}) skipped: repeated`;
}

function noError({ batches, batchTokens }: RollingPerplexity): string {
  return `no error of PPL: it takes ${fewestBatches} batches of ${batchTokens} tokens, these are ${batches}`;
}

/** `resumed`: whether an earlier run did a part, so that tokens say nothing of the pace. */
function runAccount({ model, policy }: RunStart, event: RunEnd, policies: number, resumed: boolean): string {
  const { tokens } = event.account;
  const rate = event.seconds > 0 ? tokens.read / event.seconds : 0;
  const single = resumed ? '' : ` (${groupDigits(rate)} tokens/s)`;
  const pace = policies === 1 ? single : ` under ${policies} policies`;
  const state = event.status === 'interrupted' ? 'interrupted after' : 'in';
  const machine = model === null ? '' : machineOf(model);
  const cache = policy === null ? '' : `, ${formatPolicy(policy)}`;
  return (
    `${machine}${cache}: ` +
    `${countWithNoun(tokens.read, 'token')} ${state} ${duration(event.seconds)}${pace}, ` +
    `peak memory ${byteSize(event.peakMemoryBytes)}\n`
  );
}

/** Its name, and how large it is or where. */
export function machineOf({ name, parameters, path }: ModelSummary): string {
  // A server may not tell how large its model is.
  return `${printable(name)} (${parameters === null ? `on ${printable(path)}` : `${parameterCount(parameters)} parameters`})`;
}

/** An estimate: minutes from two minutes up. */
function roughDuration(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`;
}
