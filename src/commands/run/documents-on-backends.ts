// Documents over several backends at once: each is read whole on one of them, and told of in its turn.

import type { ReplayedInput } from '../../documents/input/replayed-input.js';
import { withChapter } from '../../engine/events/citation.js';
import type { DocumentLabel, RunEvent } from '../../engine/events/events.js';
import { toUnspoolError, type UnspoolError } from '../../errors.js';
import type { Session } from './session.js';
import type { Documents, InputSource } from '../options/reading.js';
import { limitsOf, type DocumentResult, type Measurement } from './measurement.js';
import { reopenableSource } from './reopenable-source.js';

/** What a document made, once it was read. */
interface CompletedDocument {
  readonly events: readonly RunEvent[];
  /** Of a failure that ends the run. */
  readonly result: DocumentResult | { readonly thrown: unknown };
}

interface Job<Engine> {
  readonly index: number;
  /** Those that failed at it. */
  readonly tried: Set<Engine>;
  /** What the last of them made of it. */
  last: CompletedDocument | undefined;
}

/** Documents that are read ahead of the one that is told of next, for each backend: what they make is kept until then. */
const aheadOfTurn = 4;

/**
 * Yields what each document made, in their order. A document whose backend fails goes on to another one, from its start;
 * a backend that cannot be reached any more gets no other.
 */
export async function* runDocumentsOnBackends<Engine>(
  session: Session,
  documents: Documents,
  measurement: Measurement<Engine>,
  backends: readonly Engine[],
): AsyncGenerator<DocumentResult> {
  const { signal } = session;
  const { sources } = documents;
  const inputs: ReplayedInput[] = [];
  const opens = sources.map((source) => reopenableSource(source, inputs));
  const told = new Map<number, CompletedDocument>();
  const waiting: Job<Engine>[] = sources.map((_, index) => ({ index, tried: new Set(), last: undefined }));
  const live = new Set(backends);
  const idle = new Set(backends);
  const warnings: RunEvent[] = [];
  const running = new Set<Promise<void>>();
  let turn = 0;

  function mayStart({ index }: Job<Engine>): boolean {
    if (index > turn && measurement.isFirst(turn)) return false;
    return index <= turn + aheadOfTurn * backends.length;
  }

  async function work(job: Job<Engine>, backend: Engine): Promise<void> {
    const source = opens[job.index];
    if (source === undefined) return;
    const made = await attempt(session, documents, measurement, { source: source(), index: job.index, backend });
    const failure = failureOf(made);
    job.tried.add(backend);
    job.last = made;
    // The last one left is asked again and again: each document then says what is wrong.
    const isLost = failure !== undefined && losses.has(failure.code) && live.size > 1;
    if (isLost) live.delete(backend);
    else idle.add(backend);
    if (isLost && !signal.aborted) warnings.push(serverLostWarning(failure));
    const isOpen = failure?.code.startsWith('server-') === true && !signal.aborted;
    if (isOpen && [...live].some((each) => !job.tried.has(each))) waiting.unshift(job);
    else told.set(job.index, made);
  }

  try {
    while (turn < sources.length) {
      for (const warning of warnings.splice(0)) session.handle(warning);
      const ready = told.get(turn);
      if (ready !== undefined) {
        told.delete(turn);
        turn += 1;
        for (const event of ready.events) session.handle(event);
        if ('thrown' in ready.result) throw ready.result.thrown;
        yield ready.result;
        continue;
      }
      for (const backend of signal.aborted ? [] : [...idle]) {
        const next = waiting.findIndex((job) => mayStart(job) && !job.tried.has(backend));
        const [job] = next === -1 ? [] : waiting.splice(next, 1);
        if (job === undefined) continue;
        idle.delete(backend);
        const done = work(job, backend).finally(() => running.delete(done));
        running.add(done);
      }
      if (running.size > 0) {
        await Promise.race(running);
        continue;
      }
      // Whoever is left has failed at it, or it was not begun before an interruption.
      const left = waiting.find(({ index }) => index === turn)?.last;
      if (left === undefined) turn += 1;
      else told.set(turn, left);
    }
  } finally {
    await Promise.allSettled(running);
    for (const input of inputs) await input.dispose();
  }
}

/** Reads a document on one backend, and keeps all that is said of it. */
async function attempt<Engine>(
  { signal, control }: Session,
  documents: Documents,
  measurement: Measurement<Engine>,
  { source, index, backend }: { readonly source: InputSource; index: number; backend: Engine },
): Promise<CompletedDocument> {
  const limits = limitsOf(documents);
  const document = measurement.open(source, limits.limitBytes);
  const label: DocumentLabel = { index, name: document.name };
  const events: RunEvent[] = [];
  try {
    const input = { document, label, backend, ...limits, watch: undefined, now: control.now, signal };
    const all = measurement.document(input);
    let next = await all.next();
    for (; next.done !== true; next = await all.next()) events.push(withChapter(next.value, document));
    return { events, result: next.value };
  } catch (thrown) {
    return { events, result: { thrown } };
  }
}

/** After these, a server is taken for gone. */
const losses: ReadonlySet<string> = new Set(['server-unreachable', 'server-timeout', 'server-cut']);

function failureOf({ result }: CompletedDocument): UnspoolError | undefined {
  return 'thrown' in result ? toUnspoolError(result.thrown) : result.failure;
}

function serverLostWarning({ message }: UnspoolError): RunEvent {
  const hint = 'its documents go on to the other servers';
  return { event: 'warning', code: 'server-lost', message, hint };
}
