// unspool stream --summarize: notes of passage after passage by an instruct model, and a summary with citations.

import { stat } from 'node:fs/promises';
import type { RunnableModel } from '../../../backends/runnable-model.js';
import { openDocument } from '../../../documents/open.js';
import type { ChatModel } from '../../../engine/models/chat.js';
import { noAnswers } from '../../../memory/summary/kept-answers.js';
import { summarizeDocument } from '../../../memory/summary/summarizer.js';
import { summaryBudgets, type SummaryBudgets } from '../../../memory/summary/budgets.js';
import { SummaryPrompts, type SummaryStyle } from '../../../prompting/instructions/summarizing.js';
import { summaryOf, type ModelRun } from '../../run/model-run.js';
import type { Measurement } from '../../run/measurement.js';
import { runDocuments } from '../../run/run-documents.js';
import type { RunIdentity } from '../../run/run-file.js';
import { openChats } from '../../run/open-chats.js';
import type { Session } from '../../run/session.js';
import { openNotes, type NotesFile } from './notes.js';

export interface SummarizeDocumentsRequest extends Omit<ModelRun, 'purpose'>, SummaryStyle {
  /** The file of notes, which may be there from an earlier run. */
  readonly resume: string | undefined;
  /** Tokens of a prompt and its answer; undefined for what `openChats` takes. */
  readonly context: number | undefined;
}

/** A word of a note is a token and a half, so that few notes are cut off. */
const tokensPerWord = 1.6;

/** Summarises each document in turn. */
export async function summarizeDocuments(session: Session, request: SummarizeDocumentsRequest): Promise<void> {
  const { resume, context } = request;
  const { model, chats, cells, warnings } = await openChats(request.model, context, (settings) => {
    session.settled(settings);
  });
  try {
    const budgets = await budgetsFor(chats[0], cells, request);
    const notes =
      resume === undefined ? undefined : openNotes(resume, await identityOf(session.version, request, model, cells));
    session.start({ model: summaryOf(model), chunk: budgets.passage, documents: request.sources.length }, warnings);
    const measurement = measure(session, request, budgets, notes);
    const run: ModelRun = { ...request, purpose: { kind: 'chat' } };
    await runDocuments(session, run, measurement, { model, backends: chats, vocabulary: undefined, window: undefined });
  } finally {
    await model.dispose();
  }
}

/** Measures the instructions by the model's own tokens. */
async function budgetsFor(chat: ChatModel, contextSize: number, wish: SummaryStyle): Promise<SummaryBudgets> {
  const prompts = new SummaryPrompts(wish, 100);
  const empty = { text: '', lines: [1_000_000, 1_000_000] } as const;
  const counts = [prompts.note(empty, [empty]), prompts.merge([empty]), prompts.summary([empty])].map((messages) =>
    chat.countTokens(messages.map(({ text }) => text).join('\n')),
  );
  return summaryBudgets(contextSize, Math.max(...(await Promise.all(counts))), wish.words);
}

function measure(
  { signal }: Session,
  request: SummarizeDocumentsRequest,
  budgets: SummaryBudgets,
  notes: NotesFile | undefined,
): Measurement<ChatModel> {
  const wording = new SummaryPrompts(request, Math.floor(budgets.note / tokensPerWord));
  return {
    open: (source, limitBytes) => openDocument(source, { ...request.reading, signal, limitBytes }),
    async *document({ backend: chat, ...input }) {
      const kept = notes?.answersFor(input.label) ?? noAnswers;
      const result = yield* summarizeDocument({ ...input, chat, wording, budgets, maxReasoningTokens: 0, kept });
      return { ...result, include: () => undefined };
    },
    isFirst: () => false,
    perplexity: () => null,
  };
}

/**
 * What must be the same for the notes of an earlier run to be those that this run would take; the text itself is compared
 * as it is read. `context`: tokens of a prompt and its answer.
 */
async function identityOf(
  version: string,
  { sources, reading, limit, words, focus, format }: SummarizeDocumentsRequest,
  model: RunnableModel,
  context: number,
): Promise<RunIdentity> {
  const documents = sources.map(async (source, index) => {
    const document = typeof source === 'string' ? { name: source, size: await sizeOf(source) } : '-';
    return [`document ${index + 1}`, document] as const;
  });
  return {
    version,
    ...(await model.identity()),
    context,
    documents: sources.length,
    ...Object.fromEntries(await Promise.all(documents)),
    ...{ from: reading.from ?? null, encoding: reading.encoding ?? null, limit: limit ?? null },
    ...{ words, focus: focus ?? null, format },
  };
}

/** Bytes; null where a source has no size, or is not there: that is told when it is read. */
async function sizeOf(path: string): Promise<number | null> {
  const status = await stat(path).catch(() => undefined);
  return status?.isFile() === true ? status.size : null;
}
