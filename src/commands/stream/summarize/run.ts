// unspool stream --summarize: notes of passage after passage by an instruct model, and a summary with citations.

import { openDocument } from '../../../documents/open.js';
import type { ChatModel } from '../../../engine/models/chat.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { noAnswers } from '../../../memory/summary/kept-answers.js';
import { summarizeDocument } from '../../../memory/summary/summarizer.js';
import { summaryBudgets, type SummaryBudgets } from '../../../memory/summary/budgets.js';
import { SummaryPrompts, type SummaryWish } from '../../../prompting/instructions/summarizing.js';
import { summaryOf, type ModelRun } from '../../run/model-run.js';
import { goThrough, type Measurement } from '../../run/run-documents.js';
import { openChats } from '../../run/open-chats.js';
import type { Outcome } from '../../run/outcome.js';
import { identityOf } from './identity.js';
import { openNotes, type NotesFile } from './notes.js';

export interface SummarizeTask extends SummaryWish {
  readonly kind: 'summarize';
  /** The file of notes, which may be there from an earlier run. */
  readonly resume: string | undefined;
}

export interface SummarizeRequest extends Omit<ModelRun, 'command' | 'purpose'> {
  readonly task: SummarizeTask;
  /** Tokens of a prompt and its answer; undefined for what `openChats` takes. */
  readonly context: number | undefined;
}

/** A word of a note is a token and a half, so that few notes are cut off. */
const tokensPerWord = 1.6;

/** Summarises each document in turn. */
export async function summarize(request: SummarizeRequest, reporter: Reporter): Promise<Outcome> {
  const { version, task, context, onSettled } = request;
  const { model, chats, cells, warnings } = await openChats(request.model, context, onSettled);
  try {
    const budgets = await budgetsFor(chats[0], cells, task);
    const { resume } = task;
    const notes = resume === undefined ? undefined : openNotes(resume, await identityOf(request, model, cells));
    const run: ModelRun = { ...request, command: 'stream', purpose: { kind: 'chat' } };
    reporter.handle({
      event: 'run-start',
      ...{ version, command: run.command, model: summaryOf(model), policy: null, chunk: budgets.passage },
      documents: request.sources.length,
    });
    for (const warning of warnings) reporter.handle(warning);
    const measurement = measure(request, budgets, notes);
    return await goThrough(
      run,
      measurement,
      { model, backends: chats, vocabulary: undefined, window: undefined },
      reporter,
    );
  } finally {
    await model.dispose();
  }
}

/** Measures the instructions by the model's own tokens. */
async function budgetsFor(chat: ChatModel, contextSize: number, task: SummarizeTask): Promise<SummaryBudgets> {
  const prompts = new SummaryPrompts(task, 100);
  const empty = { text: '', lines: [1_000_000, 1_000_000] } as const;
  const counts = [prompts.note(empty, [empty]), prompts.merge([empty]), prompts.summary([empty])].map((messages) =>
    chat.countTokens(messages.map(({ text }) => text).join('\n')),
  );
  return summaryBudgets(contextSize, Math.max(...(await Promise.all(counts))), task.words);
}

function measure(
  { task, reading, signal }: SummarizeRequest,
  budgets: SummaryBudgets,
  notes: NotesFile | undefined,
): Measurement<ChatModel> {
  const wording = new SummaryPrompts(task, Math.floor(budgets.note / tokensPerWord));
  return {
    open: (source, limitBytes) => openDocument(source, { ...reading, signal, limitBytes }),
    async *document({ backend: chat, ...input }) {
      const kept = notes?.answersFor(input.label) ?? noAnswers;
      const result = yield* summarizeDocument({ ...input, chat, wording, budgets, maxReasoningTokens: 0, kept });
      return { ...result, include: () => undefined };
    },
    isFirst: () => false,
    perplexity: () => null,
  };
}
