// What every task that runs a model shares: open it, go through the documents, report what the run took.

import { checkCacheTypes } from '../backends/cache-types.js';
import type { Fit } from '../backends/fit.js';
import { openModel, type ModelRequest, type OpenedModel } from '../backends/open-model.js';
import type { Backend, Vocabulary } from '../engine/backend.js';
import type { ReadingOptions } from '../documents/open.js';
import { withChapter } from '../engine/citation.js';
import { cacheBytesPerToken } from '../engine/cache-types.js';
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
import type { Limit, Source } from './tasks.js';

export interface ModelRun {
  readonly version: string;
  readonly command: string;
  readonly sources: readonly Source[];
  /** How they are read. */
  readonly reading: ReadingOptions;
  readonly model: ModelRequest;
  readonly limit: Limit | undefined;
  readonly signal: AbortSignal;
  readonly control: RunControl;
  /** Called once with what the run settled on, for `--verbose`. */
  readonly onSettled?: ((settings: Settings) => void) | undefined;
}

export interface Settings {
  readonly model: OpenedModel;
  /** The cache, or in a comparison those that follow each other. */
  readonly caches: readonly {
    readonly policy: Policy | null;
    /** Whether it holds a prompt and its answer; else it holds a chunk where no policy is. */
    readonly prompt?: true;
    readonly fit: Fit;
  }[];
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

export interface Measurement {
  open(source: Source, limitBytes: number | undefined): Document;
  document(input: DocumentInput): AsyncGenerator<RunEvent, DocumentResult>;
  /** Of all documents so far. */
  perplexity(): Perplexity | null;
}

export interface DocumentInput {
  readonly document: Document;
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
}

/** The pace is trusted after this long. */
const settlingSeconds = 2;

/** Goes through the documents in turn. A document that fails does not stop the others. */
export async function runModel(
  request: ModelRun,
  planFor: (model: OpenedModel) => Plan,
  reporter: Reporter,
): Promise<Outcome> {
  const model = await openModel(request.model);
  try {
    const plan = planFor(model);
    const { policy, cells, batch } = plan;
    const fit = await fitting(plan, () => model.fit(cells, batch));
    request.onSettled?.({ model, caches: [{ policy, fit }] });
    const backend = await fitting(plan, () => model.createBackend(cells, batch));
    if (policy !== null) checkPolicy(policy, backend, model);
    const { version, command } = request;
    const { length: documents } = request.sources;
    const summary = summaryOf(model);
    reporter.handle({ event: 'run-start', version, command, model: summary, policy, chunk: plan.chunk, documents });
    for (const warning of [...plan.warnings, ...memoryWarnings(model, [fit])]) reporter.handle(warning);
    return await goThrough(request, plan.measure(backend), { model, vocabulary: backend.vocabulary }, reporter);
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

export interface Worker {
  readonly model: OpenedModel;
  /** Undefined where no single tokens are told to someone who looks on. */
  readonly vocabulary: Vocabulary | undefined;
}

export async function goThrough(
  { sources, limit, signal, control }: ModelRun,
  measurement: Measurement,
  { model, vocabulary }: Worker,
  reporter: Reporter,
): Promise<Outcome> {
  const startedAt = control.now();
  const limitBytes = limit !== undefined && 'bytes' in limit ? limit.bytes : undefined;
  const limitTokens = limit !== undefined && 'tokens' in limit ? limit.tokens : undefined;
  const failures: UnspoolError[] = [];
  const pace = new Pace(control.now);
  const tellMemory = memoryTold(control, reporter, model);
  let account = emptyAccount;
  let documents = 0;
  for (const [index, source] of sources.entries()) {
    if (signal.aborted) break;
    const document = measurement.open(source, limitBytes);
    const label = { index, name: document.name };
    const isWatched = control.watched && vocabulary !== undefined;
    const watch = isWatched ? watchDocument(label, vocabulary, control) : undefined;
    const { now } = control;
    const events = measurement.document({ document, label, limitTokens, limitBytes, watch, now, signal });
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
    documents += 1;
    account = sumOf(account, next.value.account);
    if (next.value.failure !== undefined) failures.push(next.value.failure);
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

/** Where a run may be held: a block is told whole. */
export function isStep({ event }: RunEvent): boolean {
  return event === 'block-scored' || event === 'progress' || event === 'text-delta';
}

export function summaryOf({ file }: OpenedModel): ModelSummary {
  const { path, name, parameters, trainedContext = null, vocabularySize } = file;
  return { path, name, parameters, contextSize: trainedContext, vocabulary: vocabularySize };
}

/**
 * What is in view, from what the user said of it, the model and the machine. Throws an `UnspoolError` for a policy that
 * the types in the cache rule out.
 */
export function settlePolicy(asked: Partial<PolicySpec>, model: OpenedModel): Policy {
  const { file, modelClass, gpu, cacheTypes } = model;
  const policy = completePolicy(asked, {
    trainedContext: file.trainedContext,
    ...roomOf(model),
    gpu: gpu !== undefined,
    kind: canShift(modelClass) ? 'sinks' : 'recompute',
  });
  checkCacheTypes(file, cacheTypes, policy.kind === 'sinks' || policy.kind === 'window');
  return policy;
}

/** Tokens of a chunk that nobody gave: what the model was trained on and memory holds, `longest` at most. */
export function usualChunk(longest: number, model: OpenedModel): number {
  return Math.max(shortestChunk, Math.min(longest, model.file.trainedContext ?? longest, fittingTokens(roomOf(model))));
}

const shortestChunk = 16;

function roomOf({ file, cacheTypes, roomBytes }: OpenedModel): Parameters<typeof fittingTokens>[0] {
  return { cacheBytesPerToken: cacheBytesPerToken(file.cacheNumbers, cacheTypes), freeMemoryBytes: roomBytes };
}

/** The plan of a task whose cache rolls under a policy. */
export function rollingPlan(
  asked: Partial<PolicySpec>,
  model: OpenedModel,
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
export function chunkPlan(chunk: number, { file }: OpenedModel, measure: Plan['measure']): Plan {
  const { trainedContext = Infinity } = file;
  const warnings: Warning[] = [];
  if (chunk > trainedContext) {
    const message = `chunks of ${chunk} tokens are more than the ${trainedContext} that ${file.name} was trained on`;
    warnings.push({ event: 'warning', code: 'beyond-trained-context', message, hint: 'expect a worse perplexity' });
  }
  return { policy: null, chunk, cells: chunk, batch: Math.min(largestBatch, chunk), warnings, measure };
}

export function cacheFor(policy: Policy): { readonly cells: number; readonly batch: number } {
  const cells = capacity(policy, true);
  return { cells, batch: policy.kind === 'recompute' ? cells : policy.block };
}

/** Throws an `UnspoolError` for a policy that the model or the backend cannot run. */
export function checkPolicy({ kind }: Policy, { capabilities }: Backend, { file, modelClass }: OpenedModel): void {
  if (capabilities.policies.includes(kind)) return;
  if (kind === 'window' && canShift(modelClass)) {
    const message = "a window without sinks takes llama.cpp's own interface, which this system's binary does not match";
    throw new UnspoolError('policy-unsupported', message, 'use --policy sinks, or recompute for the same view');
  }
  throw new UnspoolError('policy-unsupported', `${file.path}: ${describeClass(modelClass)}`, 'use --policy recompute');
}

export function policyWarnings(
  asked: Partial<PolicySpec>,
  { file, modelClass }: Pick<OpenedModel, 'file' | 'modelClass'>,
  policy: Policy,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, hint: string | null = null): void => {
    warnings.push({ event: 'warning', code, message, hint });
  };
  if (asked.kind === undefined && policy.kind === 'recompute') {
    warn('recompute', `${file.name}: ${describeClass(modelClass)}; the window is evaluated again for each block`);
  }
  if (modelClass.kind === 'shift-full-cache' && policy.kind === 'sinks') {
    warn('sliding-window-layers', `${file.name} has sliding-window layers: sinks reach its global layers only`);
  }
  const { trainedContext = Infinity } = file;
  if (capacity(policy, false) > trainedContext) {
    const message = `${formatPolicy(policy)} holds more than the ${trainedContext} tokens that ${file.name} was trained on`;
    warn('beyond-trained-context', message, 'expect a worse perplexity');
  }
  return warnings;
}

export function memoryWarnings({ file }: OpenedModel, fits: readonly Fit[]): Warning[] {
  if (!fits.some(({ tight }) => tight)) return [];
  const message = `${file.name} and its cache take more than the free memory`;
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
