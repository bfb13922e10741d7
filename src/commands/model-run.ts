// What every task that runs a model shares: open it, go through the documents, report what the run took.

import type { Fit } from '../backends/fit.js';
import type { OpenedModel } from '../backends/open-model.js';
import { openRunnable, type ModelChoice, type Purpose, type RunnableModel } from '../backends/runnable-model.js';
import type { ServerModel } from '../backends/server/model.js';
import type { Backend, Vocabulary } from '../engine/backend.js';
import type { ReadingOptions } from '../documents/open.js';
import { withChapter } from '../engine/citation.js';
import { completePolicy, fittingTokens } from '../engine/defaults.js';
import type { Document } from '../engine/document.js';
import {
  longRunSeconds,
  type Account,
  type DocumentLabel,
  type ModelSummary,
  type Perplexity,
  type RunEvent,
  type Warning,
} from '../engine/events.js';
import { canShift, describeClass } from '../engine/model-class.js';
import { Pace } from '../engine/pace.js';
import { capacity, formatPolicy, type Policy, type PolicySpec } from '../engine/policy.js';
import type { Reporter } from '../engine/reporter.js';
import type { RunControl } from '../engine/run-control.js';
import { emptyAccount, sumOf } from '../engine/totals.js';
import type { Watch } from '../engine/watch.js';
import { UnspoolError } from '../errors.js';
import { watchDocument } from '../memory/run-watch.js';
import type { Outcome } from './outcome.js';
import { memoryTold, resources } from './resources.js';
import { spreadDocuments } from './spread.js';
import type { Limit, Source } from './tasks.js';

export interface ModelRun {
  readonly version: string;
  readonly command: string;
  readonly sources: readonly Source[];
  /** How they are read. */
  readonly reading: ReadingOptions;
  readonly model: ModelChoice;
  readonly purpose: Purpose;
  readonly limit: Limit | undefined;
  readonly signal: AbortSignal;
  readonly control: RunControl;
  /** Called once with what the run settled on, for `--verbose`. */
  readonly onSettled?: ((settings: Settings) => void) | undefined;
}

export interface Settings {
  readonly model: OpenedModel | ServerModel;
  /** The cache, or in a comparison those that follow each other. */
  readonly caches: readonly CacheSettings[];
}

export interface CacheSettings {
  readonly policy: Policy | null;
  /** Whether it holds a prompt and its answer; else it holds a chunk where no policy is. */
  readonly prompt?: true | undefined;
  readonly cells: number;
  /** Undefined on a server. */
  readonly fit: Fit | undefined;
}

/** What a task needs of the model, and what it does with it. */
export interface Plan {
  /** Null where no cache rolls. */
  readonly policy: Policy | null;
  /** Null where it rolls. */
  readonly chunk: number | null;
  /** The most that the cache will ever hold. */
  readonly cells: number;
  /** The most tokens that one decode is given. */
  readonly batch: number;
  readonly warnings: readonly Warning[];
  measure(backend: Backend): Measurement;
}

export interface Measurement<Engine = Backend> {
  open(source: Source, limitBytes: number | undefined): Document;
  /** Whether a document has to be read before all that follow it. */
  isFirst(index: number): boolean;
  document(input: DocumentInput<Engine>): AsyncGenerator<RunEvent, DocumentResult>;
  /** Of all documents that were included so far. */
  perplexity(): Perplexity | null;
}

/** `Engine`: what works on a document. */
export interface DocumentInput<Engine = Backend> {
  readonly document: Document;
  readonly backend: Engine;
  readonly label: DocumentLabel;
  readonly limitTokens: number | undefined;
  readonly limitBytes: number | undefined;
  readonly watch: Watch | undefined;
  /** Seconds on the clock of the run. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface DocumentResult {
  readonly account: Account;
  readonly failure: UnspoolError | undefined;
  /** Adds what was measured to that of the run. */
  readonly include: () => void;
}

/** The pace is trusted after this long. */
const settlingSeconds = 2;

/** Goes through the documents in turn. A document that fails does not stop the others. */
export async function runModel(
  request: ModelRun,
  planFor: (model: RunnableModel) => Plan,
  reporter: Reporter,
): Promise<Outcome> {
  const model = await openRunnable(request.model, request.purpose);
  try {
    const plan = planFor(model);
    const { policy, cells, batch } = plan;
    const fit = await fitting(plan, () => model.fit(cells, batch));
    request.onSettled?.({ model, caches: [{ policy, cells, fit }] });
    const backends = await fitting(plan, () => model.createBackends(cells, batch));
    const [backend] = backends;
    if (policy !== null) checkPolicy(policy, backend, model);
    const { version, command } = request;
    const { length: documents } = request.sources;
    const summary = summaryOf(model);
    reporter.handle({ event: 'run-start', version, command, model: summary, policy, chunk: plan.chunk, documents });
    for (const warning of [...model.warnings, ...plan.warnings, ...memoryWarnings(model, [fit])])
      reporter.handle(warning);
    return await goThrough(
      request,
      plan.measure(backend),
      { model, backends, vocabulary: backend.vocabulary },
      reporter,
    );
  } finally {
    await model.dispose();
  }
}

/** Where no cache rolls, it is the chunk that is too large. */
async function fitting<Result>({ policy }: Plan, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (policy !== null || !(error instanceof UnspoolError) || error.code !== 'cache-too-large') throw error;
    throw new UnspoolError(error.code, error.message, 'use a smaller --chunk', error.exitCode, { cause: error });
  }
}

export interface Machines<Engine> {
  readonly model: RunnableModel;
  readonly backends: readonly [Engine, ...Engine[]];
  /** Undefined where no single tokens are told to someone who looks on. */
  readonly vocabulary: Vocabulary | undefined;
}

export async function goThrough<Engine>(
  run: ModelRun,
  measurement: Measurement<Engine>,
  { model, backends, vocabulary }: Machines<Engine>,
  reporter: Reporter,
): Promise<Outcome> {
  const { signal, control } = run;
  const startedAt = control.now();
  const failures: UnspoolError[] = [];
  let account = emptyAccount;
  let documents = 0;
  const [backend, ...others] = backends;
  const results =
    others.length > 0
      ? spreadDocuments(run, measurement, backends, reporter)
      : inTurn(run, measurement, { model, backend, vocabulary }, reporter);
  for await (const result of results) {
    documents += 1;
    account = sumOf(account, result.account);
    result.include();
    if (result.failure !== undefined) failures.push(result.failure);
  }
  const status = signal.aborted ? 'interrupted' : failures.length > 0 ? 'failed' : 'done';
  reporter.handle({
    event: 'run-end',
    status,
    error: failures[0]?.toFailure() ?? null,
    ...resources(control.now() - startedAt, await model.peakMemoryBytes().catch(() => 0)),
    documents,
    account,
    perplexity: measurement.perplexity(),
  });
  return { status, failures };
}

/** One document after the other, told of as it is read. */
async function* inTurn<Engine>(
  run: ModelRun,
  measurement: Measurement<Engine>,
  { model, backend, vocabulary }: Omit<Machines<Engine>, 'backends'> & { readonly backend: Engine },
  reporter: Reporter,
): AsyncGenerator<DocumentResult> {
  const { sources, signal, control } = run;
  const limits = limitsOf(run);
  const pace = new Pace(control.now);
  const tellMemory = memoryTold(control, reporter, model);
  for (const [index, source] of sources.entries()) {
    if (signal.aborted) break;
    const document = measurement.open(source, limits.limitBytes);
    const label = { index, name: document.name };
    const isWatched = control.watched && vocabulary !== undefined;
    const watch = isWatched ? watchDocument(label, vocabulary, control) : undefined;
    const { now } = control;
    const events = measurement.document({ document, backend, label, ...limits, watch, now, signal });
    let estimated = false;
    let next = await events.next();
    for (; next.done !== true; next = await events.next()) {
      reporter.handle(withChapter(next.value, document));
      pace.handle(next.value);
      if (!estimated && pace.seconds > settlingSeconds && pace.secondsLeft !== undefined) {
        estimated = true;
        for (const event of expectations(label, pace.seconds, pace.secondsLeft)) reporter.handle(event);
      }
      tellMemory();
      if (control.paused && isStep(next.value)) await control.wait(signal);
    }
    yield next.value;
  }
}

export function limitsOf({ limit }: ModelRun): Pick<DocumentInput, 'limitBytes' | 'limitTokens'> {
  return {
    limitBytes: limit !== undefined && 'bytes' in limit ? limit.bytes : undefined,
    limitTokens: limit !== undefined && 'tokens' in limit ? limit.tokens : undefined,
  };
}

/** Where a run may be held: a block is told whole. */
export function isStep({ event }: RunEvent): boolean {
  return event === 'block-scored' || event === 'progress' || event === 'text-delta';
}

export function summaryOf(model: RunnableModel): ModelSummary {
  const { path, name, parameters, contextSize = null, vocabularySize } = model;
  return { path, name, parameters, contextSize, vocabulary: vocabularySize };
}

/**
 * What is in view, from what the user said of it, the model and the machine. Throws an `UnspoolError` for a policy that
 * the types in the cache, or a server, rule out.
 */
export function settlePolicy(asked: Partial<PolicySpec>, model: RunnableModel): Policy {
  const { contextSize, modelClass, room, largeBlocks } = model;
  const policy = completePolicy(asked, {
    trainedContext: contextSize,
    ...room,
    gpu: largeBlocks,
    kind: canShift(modelClass) ? 'sinks' : 'recompute',
  });
  model.checkPolicy(asked, policy);
  return policy;
}

/** Tokens of a chunk that nobody gave: what the model was trained on and memory holds, `longest` at most. */
export function usualChunk(longest: number, { contextSize = longest, room }: RunnableModel): number {
  return Math.max(shortestChunk, Math.min(longest, contextSize, fittingTokens(room)));
}

const shortestChunk = 16;

/** The plan of a task whose cache rolls under a policy. */
export function rollingPlan(
  asked: Partial<PolicySpec>,
  model: RunnableModel,
  measure: (policy: Policy) => Plan['measure'],
): Plan {
  const policy = settlePolicy(asked, model);
  const { cells, batch } = cacheFor(policy);
  const warnings = policyWarnings(asked, model, policy);
  return { policy, chunk: null, cells, batch, warnings, measure: measure(policy) };
}

/** Of more tokens in one decode, llama.cpp makes several. */
const largestBatch = 512;

/** The plan of a task that scores disjoint chunks of so many tokens. */
export function chunkPlan(chunk: number, model: RunnableModel, measure: Plan['measure']): Plan {
  const { name, contextSize = Infinity } = model;
  const warnings: Warning[] = [];
  if (chunk > contextSize) {
    const message = `chunks of ${chunk} tokens are more than the ${contextSize} that ${name} was trained on`;
    warnings.push({ event: 'warning', code: 'beyond-trained-context', message, hint: 'expect a worse perplexity' });
  }
  return { policy: null, chunk, cells: chunk, batch: Math.min(largestBatch, chunk), warnings, measure };
}

export function cacheFor(policy: Policy): { readonly cells: number; readonly batch: number } {
  const cells = capacity(policy, true);
  return { cells, batch: policy.kind === 'recompute' ? cells : policy.block };
}

/** Throws an `UnspoolError` for a policy that the model or the backend cannot run. */
export function checkPolicy({ kind }: Policy, { capabilities }: Backend, { path, modelClass }: RunnableModel): void {
  if (capabilities.policies.includes(kind)) return;
  if (kind === 'window' && canShift(modelClass)) {
    const message = "a window without sinks takes llama.cpp's own interface, which this system's binary does not match";
    throw new UnspoolError('policy-unsupported', message, 'use --policy sinks, or recompute for the same view');
  }
  throw new UnspoolError('policy-unsupported', `${path}: ${describeClass(modelClass)}`, 'use --policy recompute');
}

export function policyWarnings(
  asked: Partial<PolicySpec>,
  {
    where,
    name,
    contextSize = Infinity,
    modelClass,
  }: Pick<RunnableModel, 'where' | 'name' | 'contextSize' | 'modelClass'>,
  policy: Policy,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, hint: string | null = null): void => {
    warnings.push({ event: 'warning', code, message, hint });
  };
  // On a server there is nothing else.
  if (where === 'here' && asked.kind === undefined && policy.kind === 'recompute') {
    warn('recompute', `${name}: ${describeClass(modelClass)}; the window is evaluated again for each block`);
  }
  if (modelClass.kind === 'shift-full-cache' && policy.kind === 'sinks') {
    warn('sliding-window-layers', `${name} has sliding-window layers: sinks reach its global layers only`);
  }
  if (capacity(policy, false) > contextSize) {
    const message = `${formatPolicy(policy)} holds more than the ${contextSize} tokens that ${name} was trained on`;
    warn('beyond-trained-context', message, 'expect a worse perplexity');
  }
  return warnings;
}

export function memoryWarnings({ name }: RunnableModel, fits: readonly (Fit | undefined)[]): Warning[] {
  if (!fits.some((fit) => fit?.tight === true)) return [];
  const message = `${name} and its cache take more than the free memory`;
  const hint = 'its weights may be read from the file again and again: a smaller --context or quantisation is faster';
  return [{ event: 'warning', code: 'memory-tight', message, hint }];
}

/** What is known of the time a document takes, once its pace is known. */
function expectations(document: DocumentLabel, seconds: number, secondsLeft: number): RunEvent[] {
  const estimate: RunEvent = { event: 'estimate', document, seconds: seconds + secondsLeft };
  if (estimate.seconds <= longRunSeconds) return [estimate];
  const message = `${document.name}: about ${Math.round(secondsLeft / 60)} minutes left`;
  const hint = 'read only its first part with --limit';
  return [estimate, { event: 'warning', document, code: 'long-run', message, hint }];
}
