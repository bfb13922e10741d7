// unspool stream --ask: what documents say to questions, in their own words, and what a model answers from that.

import type { ModelChoice } from '../../../backends/model-choice.js';
import { KeptText } from '../../../documents/input/kept-text.js';
import type { ReadingOptions } from '../../../documents/open.js';
import { inNameless } from '../../../files/temporary-file.js';
import { withChapter } from '../../../engine/citation.js';
import type { Question, RunEvent } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import type { RunControl } from '../../../engine/progress/run-control.js';
import { emptyAccount, sumOf } from '../../../engine/totals.js';
import { toUnspoolError, UnspoolError } from '../../../errors.js';
import { answerFrom, type Answering } from '../../../memory/recall/answering.js';
import { Recall } from '../../../memory/recall/recall.js';
import type { Kind } from '../../../memory/reading.js';
import { SpanIndex } from '../../../memory/recall/span-index.js';
import { answerPrompt } from '../../../prompting/instructions/answering.js';
import { summaryOf, type Settings } from '../../run/model-run.js';
import { openChats, type OpenChats } from '../../run/open-chats.js';
import { openMeaning, type Embedding, type OpenMeaning } from './open-meaning.js';
import type { Outcome } from '../../run/outcome.js';
import { DocumentReader, type Read } from './document-reader.js';
import { resources } from '../../run/resources.js';
import type { Source } from '../tasks.js';

export interface AskTask {
  readonly kind: 'ask';
  readonly questions: readonly string[];
  /** Spans of evidence for each question. */
  readonly top: number;
  /** What documents are; undefined where their text decides. */
  readonly as: Kind | undefined;
}

export interface AskRequest {
  readonly task: AskTask;
  readonly version: string;
  readonly sources: readonly Source[];
  readonly reading: ReadingOptions;
  /** Read at most so many bytes of each document. */
  readonly limitBytes: number | undefined;
  /** What answers; undefined for evidence alone, which takes no model. */
  readonly model: ModelChoice | undefined;
  /** What finds spans by meaning too; undefined for words alone. */
  readonly embedding: Embedding | undefined;
  /** Tokens of a prompt and its answer; undefined for what `openChats` takes. */
  readonly context: number | undefined;
  /** Called once with what the run of a model settled on. */
  readonly onSettled: (settings: Settings) => void;
  readonly signal: AbortSignal;
  readonly control: RunControl;
}

/** Reads all documents once, then answers from all of them together. */
export async function ask(request: AskRequest, reporter: Reporter): Promise<Outcome> {
  const { version, sources, signal, control } = request;
  const startedAt = control.now();
  const failures: UnspoolError[] = [];
  let account = emptyAccount;
  let documents = 0;
  let othersPeak = 0;
  const store = new KeptText();
  let index: SpanIndex | undefined;
  let open: OpenChats | undefined;
  let byMeaning: OpenMeaning | undefined;
  try {
    index = await inNameless('the index', (folder) => new SpanIndex(folder));
    byMeaning = request.embedding && (await openMeaning(request.embedding, { signal, now: control.now }, reporter));
    open = await openAnswering(request);
    const recall = new Recall<Read>(index, store, byMeaning);
    reporter.handle({
      ...{ event: 'run-start', version, command: 'stream', model: open === undefined ? null : summaryOf(open.model) },
      ...{ policy: null, chunk: null, documents: sources.length },
    });
    for (const warning of open?.warnings ?? []) reporter.handle(warning);
    for (const [at, source] of sources.entries()) {
      if (signal.aborted) break;
      const end = await new DocumentReader(request, recall, reporter, source, at).read();
      documents += 1;
      account = sumOf(account, end.account);
      if (end.failure !== undefined) failures.push(end.failure);
    }
    await recall.complete();
    byMeaning?.tell();
    // Where nothing could be read, nothing is known to be missing.
    if (account.bytes > 0 || (failures.length === 0 && !signal.aborted)) {
      failures.push(...(await answer(request, recall, answeringWith(open, signal), reporter)));
    }
    othersPeak = (await open?.model.peakMemoryBytes().catch(() => 0)) ?? 0;
  } finally {
    await open?.model.dispose();
    await byMeaning?.dispose();
    index?.dispose();
    await store.dispose();
  }
  const status = signal.aborted ? 'interrupted' : failures.length > 0 ? 'failed' : 'done';
  const error = failures[0]?.toFailure() ?? null;
  const taken = resources(control.now() - startedAt, othersPeak);
  reporter.handle({ event: 'run-end', status, error, ...taken, documents, account, perplexity: null });
  return { status, failures };
}

async function openAnswering({ model, context, onSettled }: AskRequest): Promise<OpenChats | undefined> {
  if (model === undefined) return undefined;
  return openChats(model, context, onSettled, 'leave out --model: evidence needs none; or give it an instruct model');
}

function answeringWith(open: OpenChats | undefined, signal: AbortSignal): Answering | undefined {
  if (open === undefined) return undefined;
  const { chats, cells } = open;
  const [chat] = chats;
  // A server's context is as large as it was started with.
  const contextSize = Math.min(cells, chat.contextSize ?? cells);
  return { chat, wording: answerPrompt, contextSize, signal };
}

/** Says what is found for each question, in their order. Returns why some of it could not be quoted, or answered. */
async function answer(
  { task: { questions, top }, signal, control }: AskRequest,
  recall: Recall<Read>,
  answering: Answering | undefined,
  reporter: Reporter,
): Promise<UnspoolError[]> {
  const failures = new Map<string, UnspoolError>();
  for (const [index, text] of questions.entries()) {
    const question: Question = { index, text };
    const { spans, failures: unread } = await recall.recall(text, top);
    // One of each document says it all.
    for (const failure of unread) failures.set(failure.message, failure);
    const bytes = spans.reduce((sum, span) => sum + Buffer.byteLength(span.text), 0);
    const unknownWords = recall.unknownWords(text);
    const others = spans.filter(({ ranks }) => ranks?.words === null).length;
    reporter.handle({
      ...{ event: 'recalled', question, spans: spans.length, bytes, of: recall.spans },
      ...(spans[0]?.ranks !== undefined && { byMeaning: others }),
      unknownWords,
    });
    if (spans.length === 0 && unread.length === 0) reporter.handle({ event: 'not-found', question });
    for (const { original, ordinal, ...span } of spans) {
      const evidence: RunEvent = { event: 'evidence', document: original.label, question, ...span };
      reporter.handle(withChapter(evidence, original.document));
    }
    if (answering === undefined || spans.length === 0 || signal.aborted) continue;
    if (control.paused) await control.wait(signal);
    const ranked = spans.map(({ original, ...span }) => ({ ...span, label: original.label }));
    try {
      const answered = await answerFrom(question, ranked, answering);
      if (answered !== undefined) reporter.handle(answered);
    } catch (error) {
      const failure = toUnspoolError(error);
      failures.set(failure.message, failure);
    }
  }
  return [...failures.values()];
}
