// unspool analyze --compare: the same documents under several policies, and whether the differences are real.

import type { OpenedModel } from '../../../backends/open-model.js';
import { openRunnable } from '../../../backends/runnable-model.js';
import type { ServerModel } from '../../../backends/server/model.js';
import { openDocument } from '../../../documents/open.js';
import type { ReplayedInput } from '../../../documents/input/replayed-input.js';
import type {
  Account,
  ComparisonRow,
  DocumentEnd,
  DocumentLabel,
  LineRange,
  RunEvent,
} from '../../../engine/events/events.js';
import { wholeObserver } from '../../../engine/observer.js';
import { capacity, type Policy, type PolicySpec } from '../../../engine/policy.js';
import { nothingToScore, scoreDocument } from '../../../engine/run.js';
import { BatchMeans, perplexityOf, shortestBatch } from '../../../engine/surprise.js';
import { emptyAccount } from '../../../engine/totals.js';
import type { UnspoolError } from '../../../errors.js';
import { Curve } from '../../../evaluation/curve.js';
import { differencesFromFirst } from '../../../evaluation/statistics/paired-difference.js';
import { watchDocument } from '../../../memory/run-watch.js';
import { summaryOf, type ModelRun } from '../../run/model-run.js';
import { cacheFor, checkPolicy, memoryWarnings, policyWarnings, settlePolicy } from '../../run/plans.js';
import { isStep } from '../../run/run-documents.js';
import { repeatable } from '../../run/repeatable.js';
import { memoryTold, peakMemory } from '../../run/resources.js';
import type { Session } from '../../run/session.js';
import type { Source } from '../../options/reading.js';

/** One policy on one document. */
interface Trial {
  readonly row: Omit<ComparisonRow, 'difference'>;
  readonly batchMeans: readonly number[];
  readonly account: Account;
  readonly linesInView: LineRange | null;
  readonly failure: UnspoolError | undefined;
}

/**
 * Runs the policies one after the other, each in a process of its own where llama.cpp runs in one, so that its speed and
 * memory are its own. Keeps one number for each batch of tokens and policy. `specs`: at least two; the others are compared
 * with the first.
 */
export async function comparePolicies(session: Session, run: ModelRun, specs: readonly PolicySpec[]): Promise<void> {
  const { signal } = session;
  const interrupted = (): boolean => signal.aborted;
  const inputs: ReplayedInput[] = [];
  try {
    const policies = await announce(session, run, specs);
    for (const [index, source] of run.sources.entries()) {
      if (interrupted()) break;
      const label = { index, name: openDocument(source).name };
      const again = repeatable(source, inputs);
      const trials: Trial[] = [];
      session.handle({ event: 'document-start', document: label });
      for (const [number, policy] of policies.entries()) {
        if (interrupted() || trials.some((trial) => trial.failure !== undefined)) break;
        const [first] = trials;
        // What was read to its end has a size.
        const size = first === undefined || first.row.ended === 'full' ? null : first.account.bytes;
        const share = (done: number): number => (number + done) / policies.length;
        session.handle({ event: 'policy-start', document: label, policy, index: number, policies: policies.length });
        const batchTokens = batchTokensOf(policies);
        const linesInView = first?.linesInView ?? null;
        trials.push(
          await attempt(session, run, { source: again(), label, policy, batchTokens, linesInView, size, share }),
        );
      }
      await conclude(session, label, trials);
    }
  } finally {
    for (const input of inputs) await input.dispose();
  }
}

/** Tells what the trials of a document came to. */
async function conclude(session: Session, document: DocumentLabel, trials: readonly Trial[]): Promise<void> {
  const [first] = trials;
  const failure = trials.find((trial) => trial.failure !== undefined)?.failure;
  if (first?.row.ended === 'end' && first.account.tokens.read === 0) session.handle(nothingToScore(document));
  const told = trials.filter(({ account, row }) => account.tokens.read > 0 || row.ended === 'end');
  const differences = await differencesFromFirst(told.map((trial) => trial.batchMeans));
  for (const [number, { row }] of told.entries()) {
    session.handle({ ...row, difference: number === 0 ? null : (differences[number - 1] ?? null) });
  }
  const ended: DocumentEnd['ended'] =
    failure !== undefined ? 'failed' : session.signal.aborted ? 'interrupted' : (first?.row.ended ?? 'end');
  const account = first?.account ?? emptyAccount;
  const error = failure?.toFailure() ?? null;
  session.handle({ event: 'document-end', document, account, perplexity: null, ended, error });
  session.add({ account, failure });
}

/** Says what will be run, and returns the policies with all their numbers. */
async function announce(session: Session, run: ModelRun, specs: readonly PolicySpec[]): Promise<readonly Policy[]> {
  return withModel(run, async (model) => {
    const policies = specs.map((spec) => settlePolicy(spec, model));
    const caches = [];
    for (const policy of policies) {
      const { cells, batch } = cacheFor(policy);
      caches.push({ policy, cells, fit: await model.fit(cells, batch) });
    }
    session.settled({ model, caches });
    const [backend] = await model.createBackends(16, 16);
    for (const policy of policies) checkPolicy(policy, backend, model);
    const fits = caches.map(({ fit }) => fit);
    session.start({ model: summaryOf(model), documents: run.sources.length }, [
      ...model.warnings,
      ...policies.flatMap((policy, index) => policyWarnings(specs[index] ?? {}, model, policy)),
      ...memoryWarnings(model, fits),
    ]);
    return policies;
  });
}

interface TrialInput {
  readonly source: Source;
  readonly label: DocumentLabel;
  readonly policy: Policy;
  readonly batchTokens: number;
  /** What the first policy had in view at the end, which the account tells. */
  readonly linesInView: LineRange | null;
  /** Source bytes that will be read; null where only the document tells. */
  readonly size: number | null;
  /** How much of the comparison is done, when so much of this trial is. */
  readonly share: (done: number) => number;
}

function attempt(session: Session, run: ModelRun, input: TrialInput): Promise<Trial> {
  return withModel(run, async (model) => {
    const { label, policy } = input;
    const { cells, batch } = cacheFor(policy);
    const [backend] = await model.createBackends(cells, batch);
    const curve = new Curve();
    const batches = new BatchMeans(input.batchTokens);
    const observer = wholeObserver({
      observe(scores) {
        batches.add(scores);
        return [];
      },
      finish: () => [],
    });
    const { limit } = run;
    const { signal, control } = session;
    const limitBytes = limit !== undefined && 'bytes' in limit ? limit.bytes : undefined;
    const limitTokens = limit !== undefined && 'tokens' in limit ? limit.tokens : undefined;
    const document = openDocument(input.source, { ...run.reading, signal, limitBytes });
    const startedAt = control.now();
    const watch = control.watched ? watchDocument(label, backend.vocabulary, control) : undefined;
    const tellMemory = memoryTold(session, model);
    const events = scoreDocument({
      ...{ backend, policy, document, label, limitBytes, limitTokens },
      ...{ observer, watch, now: control.now, signal },
    });
    let ended: DocumentEnd['ended'] = 'end';
    let lines: LineRange | null = null;
    let next = await events.next();
    for (; next.done !== true; next = await events.next()) {
      const { value } = next;
      if (value.event === 'block-scored') {
        curve.add(value.tokens, value.nats);
        lines = input.linesInView ?? value.linesInView;
        const size = value.size ?? input.size;
        const done = value.done ?? (size === null ? null : Math.min(1, value.bytes / size));
        session.handle({ ...value, linesInView: lines, size, done: done === null ? null : input.share(done) });
      } else if (value.event === 'document-end') ended = value.ended;
      else if (passedOn.has(value.event)) session.handle(value);
      tellMemory();
      if (control.paused && isStep(value)) await control.wait(signal);
    }
    const seconds = control.now() - startedAt;
    await session.tookMemoryOf(model);
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
    return { row, batchMeans: batches.means, account, linesInView: lines, failure };
  });
}

/** Where a document starts and ends is told once for all policies; what else there is to warn of, the table says. */
const passedOn: ReadonlySet<RunEvent['event']> = new Set(['evicted', 'in-view', 'striking-line']);

async function withModel<Result>(
  { model: choice, purpose }: ModelRun,
  work: (model: OpenedModel | ServerModel) => Promise<Result>,
): Promise<Result> {
  const model = await openRunnable(choice, purpose);
  try {
    return await work(model);
  } finally {
    await model.dispose();
  }
}

/** Batches are the same for all policies, and longer than what any of them has in view. */
function batchTokensOf(policies: readonly Policy[]): number {
  return Math.max(
    shortestBatch,
    ...policies.filter(({ kind }) => kind !== 'dense').map((policy) => capacity(policy, true)),
  );
}
