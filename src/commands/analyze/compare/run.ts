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
import { capacity, policyTraits, type Policy, type PolicySpec } from '../../../engine/policy.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { nothingToScore, scoreDocument } from '../../../engine/run.js';
import { BatchMeans, perplexityOf, shortestBatch } from '../../../engine/surprise.js';
import { emptyAccount, sumOf } from '../../../engine/totals.js';
import type { UnspoolError } from '../../../errors.js';
import { Curve } from '../../../evaluation/curve.js';
import { differencesFromFirst } from '../../../evaluation/statistics/paired-difference.js';
import { watchDocument } from '../../../memory/run-watch.js';
import { summaryOf, type ModelRun } from '../../run/model-run.js';
import { cacheFor, checkPolicy, memoryWarnings, policyWarnings, settlePolicy } from '../../run/plans.js';
import { isStep } from '../../run/run-documents.js';
import type { Outcome } from '../../run/outcome.js';
import { repeatable } from '../../run/repeatable.js';
import { memoryTold, resources } from '../../run/resources.js';
import type { Source } from '../../stream/tasks.js';

export interface CompareTask {
  readonly kind: 'compare';
  /** At least two; the others are compared with the first. */
  readonly policies: readonly PolicySpec[];
}

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
 * memory are its own. Keeps one number for each batch of tokens and policy.
 */
export async function comparePolicies(run: ModelRun, task: CompareTask, reporter: Reporter): Promise<Outcome> {
  const { signal, sources, control } = run;
  const startedAt = control.now();
  const interrupted = (): boolean => signal.aborted;
  const failures: UnspoolError[] = [];
  const inputs: ReplayedInput[] = [];
  let account = emptyAccount;
  let peakMemoryBytes = 0;
  let documents = 0;
  try {
    const policies = await announce(run, task, reporter);
    for (const [index, source] of sources.entries()) {
      if (interrupted()) break;
      const label = { index, name: openDocument(source).name };
      const again = repeatable(source, inputs);
      const trials: Trial[] = [];
      reporter.handle({ event: 'document-start', document: label });
      for (const [number, policy] of policies.entries()) {
        if (interrupted() || trials.some((trial) => trial.failure !== undefined)) break;
        const [first] = trials;
        // What was read to its end has a size.
        const size = first === undefined || first.row.ended === 'full' ? null : first.account.bytes;
        const share = (done: number): number => (number + done) / policies.length;
        reporter.handle({ event: 'policy-start', document: label, policy, index: number, policies: policies.length });
        trials.push(
          await attempt(
            run,
            {
              source: again(),
              label,
              policy,
              batchTokens: batchTokensOf(policies),
              linesInView: first?.linesInView ?? null,
              size,
              share,
            },
            reporter,
          ),
        );
      }
      const [first] = trials;
      const failure = trials.find((trial) => trial.failure !== undefined)?.failure;
      if (failure !== undefined) failures.push(failure);
      if (first?.row.ended === 'end' && first.account.tokens.read === 0) reporter.handle(nothingToScore(label));
      const told = trials.filter(({ account, row }) => account.tokens.read > 0 || row.ended === 'end');
      const differences = await differencesFromFirst(told.map((trial) => trial.batchMeans));
      for (const [number, { row }] of told.entries()) {
        reporter.handle({ ...row, difference: number === 0 ? null : (differences[number - 1] ?? null) });
        peakMemoryBytes = Math.max(peakMemoryBytes, row.peakMemoryBytes);
      }
      const ended: DocumentEnd['ended'] =
        failure !== undefined ? 'failed' : interrupted() ? 'interrupted' : (first?.row.ended ?? 'end');
      const read = first?.account ?? emptyAccount;
      reporter.handle({
        event: 'document-end',
        document: label,
        account: read,
        perplexity: null,
        ended,
        error: failure?.toFailure() ?? null,
      });
      account = sumOf(account, read);
      documents += 1;
    }
  } finally {
    for (const input of inputs) await input.dispose();
  }
  const status = interrupted() ? 'interrupted' : failures.length > 0 ? 'failed' : 'done';
  const own = resources(control.now() - startedAt);
  reporter.handle({
    event: 'run-end',
    status,
    error: failures[0]?.toFailure() ?? null,
    seconds: own.seconds,
    peakMemoryBytes: Math.max(peakMemoryBytes, own.peakMemoryBytes),
    documents,
    account,
    perplexity: null,
  });
  return { status, failures };
}

/** Says what will be run, and returns the policies with all their numbers. */
async function announce(run: ModelRun, task: CompareTask, reporter: Reporter): Promise<readonly Policy[]> {
  return withModel(run, async (model) => {
    const policies = task.policies.map((spec) => settlePolicy(spec, model));
    const caches = [];
    for (const policy of policies) {
      const { cells, batch } = cacheFor(policy);
      caches.push({ policy, cells, fit: await model.fit(cells, batch) });
    }
    run.onSettled?.({ model, caches });
    const [backend] = await model.createBackends(16, 16);
    for (const policy of policies) checkPolicy(policy, backend, model);
    const { version, command } = run;
    const { length: documents } = run.sources;
    const summary = summaryOf(model);
    reporter.handle({
      ...{ event: 'run-start', version, command, model: summary },
      ...{ policy: null, chunk: null, documents },
    });
    for (const warning of model.warnings) reporter.handle(warning);
    for (const [index, policy] of policies.entries()) {
      const asked = task.policies[index] ?? {};
      for (const warning of policyWarnings(asked, model, policy)) reporter.handle(warning);
    }
    const fits = caches.map(({ fit }) => fit);
    for (const warning of memoryWarnings(model, fits)) reporter.handle(warning);
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

function attempt(run: ModelRun, input: TrialInput, reporter: Reporter): Promise<Trial> {
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
    const { limit, signal, control } = run;
    const limitBytes = limit !== undefined && 'bytes' in limit ? limit.bytes : undefined;
    const limitTokens = limit !== undefined && 'tokens' in limit ? limit.tokens : undefined;
    const document = openDocument(input.source, { ...run.reading, signal, limitBytes });
    const startedAt = control.now();
    const watch = control.watched ? watchDocument(label, backend.vocabulary, control) : undefined;
    const tellMemory = memoryTold(control, reporter, model);
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
        reporter.handle({ ...value, linesInView: lines, size, done: done === null ? null : input.share(done) });
      } else if (value.event === 'document-end') ended = value.ended;
      else if (passedOn.has(value.event)) reporter.handle(value);
      tellMemory();
      if (control.paused && isStep(value)) await control.wait(signal);
    }
    const seconds = control.now() - startedAt;
    const { account, tally, failure } = next.value;
    const row = {
      event: 'comparison-row',
      document: label,
      perplexity: perplexityOf(tally, policy),
      ended,
      evicted: account.tokens.evicted,
      tokensPerSecond: account.tokens.read / seconds,
      peakMemoryBytes: resources(seconds, await model.peakMemoryBytes().catch(() => 0)).peakMemoryBytes,
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
    ...policies.filter(({ kind }) => policyTraits[kind].forgets).map((policy) => capacity(policy, true)),
  );
}
