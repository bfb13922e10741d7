// unspool stream --ask: what documents say to questions, in their own words, and what a model answers from that.

import type { ModelChoice } from '../../../backends/model-choice.js';
import { KeptText } from '../../../documents/input/kept-text.js';
import { inNameless } from '../../../files/temporary-file.js';
import { withChapter } from '../../../engine/events/citation.js';
import type { Question, RunEvent } from '../../../engine/events/events.js';
import { toUnspoolError, type UnspoolError } from '../../../errors.js';
import { answerFrom, type Answering } from '../../../memory/recall/answering.js';
import { Recall } from '../../../memory/recall/recall.js';
import type { Kind } from '../../../memory/reading.js';
import { SpanIndex } from '../../../memory/recall/span-index.js';
import { answerPrompt } from '../../../prompting/instructions/answering.js';
import type { Documents } from '../../options/reading.js';
import { summaryOf } from '../../run/model-run.js';
import { openChats, type OpenChats } from '../../run/open-chats.js';
import { openMeaning, type EmbeddingSetup, type OpenMeaning } from './open-meaning.js';
import type { Session } from '../../run/session.js';
import type { Settings } from '../../run/settings.js';
import { DocumentReader, type SourceDocument } from './document-reader.js';

export interface AskRequest extends Pick<Documents, 'sources' | 'reading'> {
  readonly questions: readonly string[];
  /** Spans of evidence for each question. */
  readonly top: number;
  /** What documents are; undefined where their text decides. */
  readonly as: Kind | undefined;
  /** Read at most so many bytes of each document. */
  readonly limitBytes: number | undefined;
  /** What answers; undefined for evidence alone, which takes no model. */
  readonly model: ModelChoice | undefined;
  /** What finds spans by meaning too; undefined for words alone. */
  readonly embedding: EmbeddingSetup | undefined;
  /** Tokens of a prompt and its answer; undefined for what `openChats` takes. */
  readonly context: number | undefined;
}

/** Reads all documents once, then answers from all of them together. */
export async function askDocuments(session: Session, request: AskRequest): Promise<void> {
  const { sources, embedding } = request;
  const { signal, control } = session;
  const store = new KeptText();
  let index: SpanIndex | undefined;
  let open: OpenChats | undefined;
  let byMeaning: OpenMeaning | undefined;
  try {
    index = await inNameless('the index', (folder) => new SpanIndex(folder));
    byMeaning = embedding && (await openMeaning(session, embedding, { signal, now: control.now }));
    open = await openAnswering(session, request);
    const recall = new Recall<SourceDocument>(index, store, byMeaning);
    const model = open === undefined ? null : summaryOf(open.model);
    session.start({ model, documents: sources.length }, open?.warnings);
    for (const [at, source] of sources.entries()) {
      if (signal.aborted) break;
      session.add(await new DocumentReader(session, request, recall, source, at).read());
    }
    await recall.complete();
    byMeaning?.tell();
    // Where nothing could be read, nothing is known to be missing.
    if (session.bytes > 0 || (!session.failed && !signal.aborted)) {
      await answer(session, request, recall, answeringWith(open, signal));
    }
    if (open !== undefined) await session.addPeakMemoryOf(open.model);
  } finally {
    await open?.model.dispose();
    await byMeaning?.dispose();
    index?.dispose();
    await store.dispose();
  }
}

async function openAnswering(session: Session, { model, context }: AskRequest): Promise<OpenChats | undefined> {
  if (model === undefined) return undefined;
  const hint = 'leave out --model: evidence needs none; or give it an instruct model';
  const onSettled = (settings: Settings): void => {
    session.settled(settings);
  };
  return openChats(model, context, onSettled, hint);
}

function answeringWith(open: OpenChats | undefined, signal: AbortSignal): Answering | undefined {
  if (open === undefined) return undefined;
  const { chats, cells } = open;
  const [chat] = chats;
  // A server's context is as large as it was started with.
  const contextSize = Math.min(cells, chat.contextSize ?? cells);
  return { chat, wording: answerPrompt, contextSize, signal };
}

/** Says what is found for each question, in their order. */
async function answer(
  session: Session,
  { questions, top }: AskRequest,
  recall: Recall<SourceDocument>,
  answering: Answering | undefined,
): Promise<void> {
  const { signal, control } = session;
  // Why something could not be quoted, or answered.
  const failures = new Map<string, UnspoolError>();
  for (const [index, text] of questions.entries()) {
    const question: Question = { index, text };
    const { spans, failures: unread } = await recall.recall(text, top);
    // One of each document says it all.
    for (const failure of unread) failures.set(failure.message, failure);
    const bytes = spans.reduce((sum, span) => sum + Buffer.byteLength(span.text), 0);
    const unknownWords = recall.unknownWords(text);
    const others = spans.filter(({ ranks }) => ranks?.words === null).length;
    session.handle({
      ...{ event: 'recalled', question, spans: spans.length, bytes, of: recall.spans },
      ...(spans[0]?.ranks !== undefined && { byMeaning: others }),
      unknownWords,
    });
    if (spans.length === 0 && unread.length === 0) session.handle({ event: 'not-found', question });
    for (const { original, ordinal, ...span } of spans) {
      const evidence: RunEvent = { event: 'evidence', document: original.label, question, ...span };
      session.handle(withChapter(evidence, original.document));
    }
    if (answering === undefined || spans.length === 0 || signal.aborted) continue;
    if (control.paused) await control.wait(signal);
    const ranked = spans.map(({ original, ...span }) => ({ ...span, label: original.label }));
    try {
      const answered = await answerFrom(question, ranked, answering);
      if (answered !== undefined) session.handle(answered);
    } catch (error) {
      const failure = toUnspoolError(error);
      failures.set(failure.message, failure);
    }
  }
  for (const failure of failures.values()) session.fail(failure);
}
