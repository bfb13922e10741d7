// unspool stream: documents of any length through a model, with what it makes of them.

import { openModel, type OpenedModel, type Way } from '../backends/open-model.js';
import { openDocument } from '../documents/open.js';
import { completePolicy } from '../engine/defaults.js';
import type { DocumentLabel, RunEnd, RunEvent, Warning } from '../engine/events.js';
import { canShift, describeClass, type ModelClass } from '../engine/model-class.js';
import { Pace } from '../engine/pace.js';
import { capacity, formatPolicy, type Policy, type PolicyKind, type PolicySpec } from '../engine/policy.js';
import type { Reporter } from '../engine/reporter.js';
import { scoreDocument } from '../engine/run.js';
import { emptyAccount, RunTotals } from '../engine/totals.js';
import { toUnspoolError, UnspoolError } from '../errors.js';
import { Preparation, type Source, type Task } from './tasks.js';

/** Read at most so much of each document. */
export type Limit = { readonly bytes: number } | { readonly tokens: number };

export interface StreamRequest {
  readonly version: string;
  readonly task: Task;
  readonly sources: readonly Source[];
  readonly modelPath: string;
  readonly threads: number | undefined;
  /** What the user said of the policy; the rest follows from the model and the machine. */
  readonly policy: Partial<PolicySpec>;
  readonly limit: Limit | undefined;
  /** Wait for more at the end of a document, until the signal. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** Called once with what the run settled on, for `--verbose`. */
  readonly onSettled?: (settings: Settings) => void;
}

export interface Settings {
  readonly policy: Policy;
  readonly threads: number;
  readonly gpu: boolean;
  readonly way: Way;
  readonly modelClass: ModelClass;
  readonly trainedContext: number | undefined;
}

export interface Outcome {
  readonly status: 'done' | 'interrupted' | 'failed';
  /** One for each document that could not be read to its end. */
  readonly failures: readonly UnspoolError[];
}

/** Above this, the user is told how long the rest will take, and how to read less. */
const longRunSeconds = 300;
/** The pace is trusted after this long. */
const settlingSeconds = 2;

/** Scores each document in turn. A document that fails does not stop the others. */
export async function stream(request: StreamRequest, reporter: Reporter): Promise<Outcome> {
  const startedAt = performance.now();
  try {
    return await streamThrough(request, reporter);
  } catch (error) {
    const failure = toUnspoolError(error);
    reporter.handle({
      event: 'run-end',
      status: 'failed',
      error: failure.toFailure(),
      ...resources(startedAt),
      documents: 0,
      account: emptyAccount,
      perplexity: null,
    });
    return { status: 'failed', failures: [failure] };
  }
}

async function streamThrough(request: StreamRequest, reporter: Reporter): Promise<Outcome> {
  const model = await openModel({
    path: request.modelPath,
    threads: request.threads,
    // Only the public API draws tokens.
    way: request.task.kind === 'continue' ? 'public' : undefined,
  });
  try {
    const policy = settlePolicy(request, model);
    request.onSettled?.({
      policy,
      threads: model.threads,
      gpu: model.gpu,
      way: model.way,
      modelClass: model.modelClass,
      trainedContext: model.file.trainedContext,
    });
    return await run(request, reporter, model, policy);
  } finally {
    await model.dispose();
  }
}

async function run(request: StreamRequest, reporter: Reporter, model: OpenedModel, policy: Policy): Promise<Outcome> {
  const cells = capacity(policy, true);
  const backend = await model.createBackend(cells, policy.kind === 'recompute' ? cells : policy.block);
  if (!backend.capabilities.policies.includes(policy.kind)) throw unsupportedPolicy(policy.kind, model);

  const { file } = model;
  reporter.handle({
    event: 'run-start',
    version: request.version,
    command: 'stream',
    model: {
      path: file.path,
      name: file.name,
      parameters: file.parameters,
      contextSize: file.trainedContext ?? null,
      vocabulary: backend.vocabulary.size,
    },
    policy,
  });
  for (const warning of warningsFor(request, model, policy)) reporter.handle(warning);

  const startedAt = performance.now();
  const totals = new RunTotals(policy, backend.vocabulary.beginning !== undefined);
  const failures: UnspoolError[] = [];
  const { limit, signal } = request;
  const pace = new Pace();
  const preparation = new Preparation(request.task, { backend, policy, signal: request.signal });
  for (const [index, source] of sourcesOf(request).entries()) {
    if (signal.aborted) break;
    const limitBytes = limit !== undefined && 'bytes' in limit ? limit.bytes : undefined;
    const limitTokens = limit !== undefined && 'tokens' in limit ? limit.tokens : undefined;
    // A reference is read to its end, so that what follows can be compared with it.
    const follow = request.follow && source !== referenceOf(request);
    const opened = openDocument(source, { signal, follow, ...(limitBytes !== undefined && { limitBytes }) });
    const label = { index, name: opened.name };
    const { document, observer } = preparation.document(opened, label);
    const events = scoreDocument({ backend, policy, document, label, limitTokens, limitBytes, observer, signal });
    let estimated = false;
    for (;;) {
      const next = await events.next();
      if (next.done === true) {
        totals.add(next.value);
        if (next.value.failure !== undefined) failures.push(next.value.failure);
        break;
      }
      reporter.handle(next.value);
      pace.handle(next.value);
      if (!estimated && pace.seconds > settlingSeconds && pace.secondsLeft !== undefined) {
        estimated = true;
        for (const event of expectations(label, pace.seconds, pace.secondsLeft)) reporter.handle(event);
      }
    }
  }
  const status = signal.aborted ? 'interrupted' : failures.length > 0 ? 'failed' : 'done';
  const error = failures[0]?.toFailure() ?? null;
  reporter.handle({
    event: 'run-end',
    status,
    error,
    ...resources(startedAt, await model.peakMemoryBytes().catch(() => 0)),
    ...totals.figures(),
  });
  return { status, failures };
}

function referenceOf({ task }: StreamRequest): Source | undefined {
  return task.kind === 'anomalies' ? task.reference : undefined;
}

function sourcesOf(request: StreamRequest): readonly Source[] {
  const reference = referenceOf(request);
  return reference === undefined ? request.sources : [reference, ...request.sources];
}

/** `otherMemoryBytes`: peak memory of other processes that worked for this one. */
function resources(startedAt: number, otherMemoryBytes = 0): Pick<RunEnd, 'seconds' | 'peakMemoryBytes'> {
  return {
    seconds: (performance.now() - startedAt) / 1000,
    // Node reports kilobytes on every system.
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024 + otherMemoryBytes,
  };
}

function settlePolicy({ policy }: StreamRequest, { file, modelClass, gpu }: OpenedModel): Policy {
  return completePolicy(policy, {
    trainedContext: file.trainedContext,
    cacheBytesPerToken: file.cacheBytesPerToken,
    freeMemoryBytes: process.availableMemory(),
    gpu,
    kind: canShift(modelClass) ? 'sinks' : 'recompute',
  });
}

function unsupportedPolicy(kind: PolicyKind, { file, modelClass }: OpenedModel): UnspoolError {
  if (kind === 'window') {
    const message = "without llama.cpp's own interface, a window without sinks would be evaluated again for each block";
    return new UnspoolError('policy-unsupported', message, 'use --policy sinks, or recompute for the same view');
  }
  const message = `${file.path}: ${describeClass(modelClass)}`;
  return new UnspoolError('policy-unsupported', message, 'use --policy recompute');
}

function warningsFor({ policy: asked }: StreamRequest, { file, modelClass }: OpenedModel, policy: Policy): Warning[] {
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

/** What is known of the time a document takes, once its pace is known. */
function expectations(document: DocumentLabel, seconds: number, secondsLeft: number): RunEvent[] {
  const estimate: RunEvent = { event: 'estimate', document, seconds: seconds + secondsLeft };
  if (secondsLeft <= longRunSeconds) return [estimate];
  const message = `${document.name}: about ${Math.round(secondsLeft / 60)} minutes left`;
  const hint = 'read only its first part with --limit';
  return [estimate, { event: 'warning', document, code: 'long-run', message, hint }];
}
