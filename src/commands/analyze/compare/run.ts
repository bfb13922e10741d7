// unspool analyze --compare: the same documents under several policies, and whether the differences are real.

import { openRunnable } from '../../../backends/open-runnable.js';
import type { RunnableModel } from '../../../backends/runnable-model.js';
import type { ReplayedInput } from '../../../documents/input/replayed-input.js';
import { openDocument } from '../../../documents/open.js';
import type {
  Account,
  BlockScored,
  ComparisonRow,
  DocumentEnd,
  DocumentLabel,
  LineRange,
  RunEvent,
} from '../../../engine/events/events.js';
import { wholeObserver } from '../../../engine/observer.js';
import { capacity, policyTraits, type Policy, type PolicySpec } from '../../../engine/policy.js';
import { nothingToScore, scoreDocument } from '../../../engine/run.js';
import { BatchMeans, perplexityOf, shortestBatch } from '../../../engine/surprise.js';
import { emptyAccount } from '../../../engine/totals.js';
import type { UnspoolError } from '../../../errors.js';
import { Curve } from '../../../evaluation/curve.js';
import { differencesFromFirst } from '../../../evaluation/statistics/paired-difference.js';
import { watchDocument } from '../../../memory/run-watch.js';
import type { InputSource } from '../../options/reading.js';
import { summaryOf, type ModelRun } from '../../run/model-run.js';
import { cacheFor, checkPolicy, memoryWarnings, policyWarnings, settlePolicy } from '../../run/measurement-plan.js';
import { reopenableSource } from '../../run/reopenable-source.js';
import { peakMemory } from '../../run/memory-use.js';
import type { DocumentInput, DocumentResult } from '../../run/measurement.js';
import { runDocuments } from '../../run/run-documents.js';
import type { Session } from '../../run/session.js';

/** One policy on one document. */
interface Trial {
  readonly row: Omit<ComparisonRow, 'difference'>;
  readonly batchMeans: readonly number[];
  readonly account: Account;
  readonly linesInView: LineRange | null;
  readonly failure: UnspoolError | undefined;
}

/**
 * Runs the policies one after the other on each document, over one copy of the weights. Keeps one number for each batch of
 * tokens and policy. `specs`: at least two; the others are compared with the first.
 */
export async function comparePolicies(session: Session, run: ModelRun, specs: readonly PolicySpec[]): Promise<void> {
  const model = await openRunnable(run.model, run.purpose);
  const inputs: ReplayedInput[] = [];
  try {
    const policies = await announce(session, run, specs, model);
    const sources = run.sources.map((source) => reopenableSource(source, inputs));
    const measurement = {
      open: (source: InputSource) => openDocument(source, run.reading),
      isFirst: () => false,
      estimates: false,
      document: (input: DocumentInput<RunnableModel>) => compareOn({ session, run, policies, sources }, input),
      perplexity: () => null,
    };
    await runDocuments(session, run, measurement, {
      model,
      backends: [model],
      vocabulary: undefined,
      window: undefined,
    });
  } finally {
    for (const input of inputs) await input.dispose();
    await model.dispose();
  }
}

/** Says what will be run, and returns the policies with all their numbers. */
async function announce(
  session: Session,
  run: ModelRun,
  specs: readonly PolicySpec[],
  model: RunnableModel,
): Promise<readonly Policy[]> {
  const policies = specs.map((spec) => settlePolicy(spec, model));
  const caches = [];
  for (const policy of policies) {
    const { cells, batch } = cacheFor(policy);
    caches.push({ policy, cells, fit: await model.fit(cells, batch) });
  }
  session.settled({ model, caches });
  const [backend] = await model.createBackends(16, 16);
  for (const policy of policies) checkPolicy(policy, backend, model);
  await backend.dispose();
  const fits = caches.map(({ fit }) => fit);
  session.start({ model: summaryOf(model), documents: run.sources.length }, [
    ...model.warnings,
    ...policies.flatMap((policy, index) => policyWarnings(specs[index] ?? {}, model, policy)),
    ...memoryWarnings(model, fits),
  ]);
  return policies;
}

interface Comparison {
  readonly session: Session;
  readonly run: ModelRun;
  readonly policies: readonly Policy[];
  /** Each can be opened again. */
  readonly sources: readonly (() => InputSource)[];
}

/** One document under all policies, as one run of it. */
async function* compareOn(
  comparison: Comparison,
  input: DocumentInput<RunnableModel>,
): AsyncGenerator<RunEvent, DocumentResult> {
  const { policies } = comparison;
  const { label: document, signal } = input;
  const trials: Trial[] = [];
  yield { event: 'document-start', document };
  for (const [index, policy] of policies.entries()) {
    if (signal.aborted || trials.some((trial) => trial.failure !== undefined)) break;
    yield { event: 'policy-start', document, policy, index, policies: policies.length };
    trials.push(yield* attempt(comparison, input, policy, trials));
  }
  return yield* conclude(document, trials, signal);
}

/** Tells what the trials of a document came to. */
async function* conclude(
  document: DocumentLabel,
  trials: readonly Trial[],
  signal: AbortSignal,
): AsyncGenerator<RunEvent, DocumentResult> {
  const [first] = trials;
  const failure = trials.find((trial) => trial.failure !== undefined)?.failure;
  if (first?.row.ended === 'end' && first.account.tokens.read === 0) yield nothingToScore(document);
  const told = trials.filter(({ account, row }) => account.tokens.read > 0 || row.ended === 'end');
  const differences = await differencesFromFirst(told.map((trial) => trial.batchMeans));
  for (const [number, { row }] of told.entries()) {
    yield { ...row, difference: number === 0 ? null : (differences[number - 1] ?? null) };
  }
  const ended: DocumentEnd['ended'] =
    failure !== undefined ? 'failed' : signal.aborted ? 'interrupted' : (first?.row.ended ?? 'end');
  const account = first?.account ?? emptyAccount;
  yield { event: 'document-end', document, account, perplexity: null, ended, error: failure?.toFailure() ?? null };
  return { account, failure, include: () => undefined };
}

/** Runs one policy, after those of `before`. */
async function* attempt(
  { session, run, policies, sources }: Comparison,
  { backend: model, label, limitBytes, limitTokens, now, signal }: DocumentInput<RunnableModel>,
  policy: Policy,
  before: readonly Trial[],
): AsyncGenerator<RunEvent, Trial> {
  const source = sources[label.index]?.() ?? '';
  const { control } = session;
  const { cells, batch } = cacheFor(policy);
  const [backend] = await model.createBackends(cells, batch);
  const curve = new Curve();
  const batches = new BatchMeans(batchTokensOf(policies));
  const observer = wholeObserver({
    observe(scores) {
      batches.add(scores);
      return [];
    },
    finish: () => [],
  });
  const document = openDocument(source, { ...run.reading, signal, limitBytes });
  const startedAt = now();
  const watch = control.watched ? watchDocument(label, backend.vocabulary, control) : undefined;
  const events = scoreDocument({
    ...{ backend, policy, document, label, limitBytes, limitTokens },
    ...{ observer, watch, now, signal },
  });
  let ended: DocumentEnd['ended'] = 'end';
  let linesInView: LineRange | null = null;
  let next = await events.next();
  for (; next.done !== true; next = await events.next()) {
    const { value } = next;
    if (value.event === 'block-scored') {
      curve.add(value.tokens, value.nats);
      const told = asPartOf(value, policies.length, before);
      ({ linesInView } = told);
      yield told;
    } else if (value.event === 'document-end') ended = value.ended;
    else if (passedOn.has(value.event)) yield value;
  }
  const seconds = now() - startedAt;
  await backend.dispose();
  const { account, tally, failure } = next.value;
  const row = {
    event: 'comparison-row',
    document: label,
    perplexity: perplexityOf(tally, policy),
    ended,
    evicted: account.tokens.evicted,
    tokensPerSecond: account.tokens.read / seconds,
    peakMemoryBytes: peakMemory(await model.peakMemoryBytes().catch(() => 0)),
    curve: curve.points,
  } as const;
  return { row, batchMeans: batches.means, account, linesInView, failure };
}

/** A block of one policy, told as a part of the whole comparison of `policies`. */
function asPartOf(block: BlockScored, policies: number, before: readonly Trial[]): BlockScored {
  const [first] = before;
  // What the first policy had in view at the end, the account tells.
  const linesInView = first?.linesInView ?? block.linesInView;
  // What was read to its end has a size.
  const known = first === undefined || first.row.ended === 'full' ? null : first.account.bytes;
  const size = block.size ?? known;
  const done = block.done ?? (size === null ? null : Math.min(1, block.bytes / size));
  return { ...block, linesInView, size, done: done === null ? null : (before.length + done) / policies };
}

/** Where a document starts and ends is told once for all policies; what else there is to warn of, the table says. */
const passedOn: ReadonlySet<RunEvent['event']> = new Set(['evicted', 'in-view', 'striking-line']);

/** Batches are the same for all policies, and longer than what any of them has in view. */
function batchTokensOf(policies: readonly Policy[]): number {
  return Math.max(
    shortestBatch,
    ...policies.filter(({ kind }) => policyTraits[kind].forgets).map((policy) => capacity(policy, true)),
  );
}
