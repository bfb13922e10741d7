// unspool prompt: builds a prompt by a strategy for a family of models, with documents as far as they fit, and runs it.

import type { ModelChoice } from '../../../backends/model-choice.js';
import type { ReadingOptions } from '../../../documents/open.js';
import type { EncodingName } from '../../../engine/counting/encodings.js';
import type { ModelSummary, PromptBuilt, PromptTokens } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import type { RunControl } from '../../../engine/progress/run-control.js';
import { emptyAccount } from '../../../engine/totals.js';
import { UnspoolError } from '../../../errors.js';
import { chatBody } from '../../../prompting/building/chat-bodies.js';
import type { FormatName } from '../../../prompting/building/build.js';
import { familyOf, type Family } from '../../../prompting/building/placement.js';
import type { StrategyName } from '../../../prompting/strategies.js';
import { summaryOf, type Settings } from '../../run/model-run.js';
import { openChats, type OpenChats } from '../../run/open-chats.js';
import type { Outcome } from '../../run/outcome.js';
import { PromptDocuments } from './documents.js';
import { fitPrompt, textOf, type FittedPrompt, type Memory, type WithoutDocuments } from './fit.js';
import { reply, type ReplyWish } from './reply.js';
import { chatCount, encodingCount, modelCount, type TokenCount } from './target.js';
import { cleanExamples, markupWarnings } from './texts.js';
import { resources } from '../../run/resources.js';
import { solvedExamples, type ExamplesFile } from './solved-examples.js';
import type { Source } from '../../stream/tasks.js';

export interface PromptTask {
  readonly strategy: StrategyName;
  readonly question: string;
  /** Problems that the model is to recall, where it does. */
  readonly exemplarCount: number;
  readonly pauses: number;
  /** Where the strategy shows some. */
  readonly examples: ExamplesFile | undefined;
  /** Undefined for that of the model's name. */
  readonly family: Family | undefined;
  /** Undefined for what the family likes. */
  readonly format: FormatName | undefined;
  /** Tokens at most; undefined for what the target has room for. */
  readonly budget: number | undefined;
  readonly exact: boolean;
}

/** What the prompt is for: an encoding counts its tokens, or a model's own tokenizer does, or a model replies. */
export type PromptTarget =
  | { readonly kind: 'encoding'; readonly encoding: EncodingName }
  | { readonly kind: 'tokenizer'; readonly path: string }
  | ({
      readonly kind: 'reply';
      readonly model: ModelChoice;
      /** Tokens of prompt and reply; undefined for what the model takes. */
      readonly context: number | undefined;
      readonly onSettled: (settings: Settings) => void;
    } & ReplyWish);

export interface PromptRunRequest {
  readonly version: string;
  readonly task: PromptTask;
  readonly target: PromptTarget;
  readonly sources: readonly Source[];
  readonly reading: ReadingOptions;
  readonly signal: AbortSignal;
  readonly control: RunControl;
}

/** Where the model does not say: most hosted models take more. */
export const usualBudget = 100_000;
/** Tokens of a reply, if there is room for more than so many. */
export const usualReply = 1024;
/** Code units of text held in memory for each token that a prompt may have: text takes 4, seldom more. */
const heldPerToken = 16;
/** Tokens that a chat template puts around messages, and around the two turns of an example. */
const templateRoom = 64;
const exampleRoom = 32;

/** A target, opened. */
interface Opened {
  readonly name: string | undefined;
  readonly summary: ModelSummary | null;
  readonly tokens: TokenCount;
  /** Tokens of a prompt and its reply; undefined where nobody tells. */
  readonly contextSize: number | undefined;
  readonly chats: OpenChats | undefined;
  dispose(): Promise<void>;
}

export async function prompt(request: PromptRunRequest, reporter: Reporter): Promise<Outcome> {
  const { version, task, target, sources, signal, control } = request;
  const startedAt = control.now();
  const opened = await open(target);
  let documents: PromptDocuments | undefined;
  try {
    reporter.handle({
      ...{ event: 'run-start', version, command: 'prompt', model: opened.summary },
      ...{ policy: null, chunk: null, documents: sources.length },
    });
    for (const warning of opened.chats?.warnings ?? []) reporter.handle(warning);
    const room = roomIn(opened.contextSize, target, task);
    if (sources.length > 0) documents = await PromptDocuments.open(heldPerToken * room.budget);
    const reading = { ...request, task: { as: undefined }, limitBytes: undefined };
    for (const source of sources) if (!signal.aborted) await documents?.read(source, reading, reporter);
    const failures = await finish(request, opened, room, documents, reporter);
    const status = signal.aborted ? 'interrupted' : failures.length > 0 ? 'failed' : 'done';
    const others = (await opened.chats?.model.peakMemoryBytes().catch(() => 0)) ?? 0;
    reporter.handle({
      ...{ event: 'run-end', status, error: failures[0]?.toFailure() ?? null },
      ...resources(control.now() - startedAt, others),
      ...{ documents: documents?.documents.length ?? 0, account: documents?.account ?? emptyAccount, perplexity: null },
    });
    return { status, failures };
  } finally {
    await documents?.dispose();
    await opened.dispose();
  }
}

/** What there is to do once the documents are read. Returns why it could not be done. */
async function finish(
  request: PromptRunRequest,
  opened: Opened,
  room: Room,
  documents: PromptDocuments | undefined,
  reporter: Reporter,
): Promise<readonly UnspoolError[]> {
  const { target, signal } = request;
  // A prompt that lacks a document, or a part of it, is none.
  const unread = documents?.failures ?? [];
  if (unread.length > 0 || signal.aborted) return unread;
  const built = await build(request, opened, room.budget, documents, reporter);
  const chat = opened.chats?.chats[0];
  if (built.unread.length > 0 || target.kind !== 'reply' || chat === undefined) return built.unread;
  const failure = await reply(built.prompt, target, { chat, maxTokens: room.reply, signal }, reporter);
  return failure === undefined ? [] : [failure];
}

async function open(target: PromptTarget): Promise<Opened> {
  if (target.kind === 'encoding') {
    const tokens = await encodingCount(target.encoding);
    const dispose = (): Promise<void> => Promise.resolve();
    return { name: undefined, summary: null, tokens, contextSize: undefined, chats: undefined, dispose };
  }
  if (target.kind === 'tokenizer') {
    const tokens = await modelCount(target.path);
    const { name, summary } = tokens;
    return {
      name,
      summary,
      tokens,
      contextSize: summary.contextSize ?? undefined,
      chats: undefined,
      dispose: () => tokens.dispose(),
    };
  }
  const hint = 'give --model an instruct model, or leave out --run for the prompt alone';
  const chats = await openChats(target.model, target.context, target.onSettled, hint);
  const { model, cells } = chats;
  const [chat] = chats.chats;
  return {
    ...{ name: model.name, summary: summaryOf(model), tokens: await chatCount(chat), chats },
    // A server's context is as large as it was started with.
    contextSize: target.context ?? chat.contextSize ?? cells,
    dispose: () => model.dispose(),
  };
}

/** In tokens, at most: of the prompt, and of the reply. */
interface Room {
  readonly budget: number;
  readonly reply: number;
}

/** Throws an `UnspoolError` where they are too many together. */
function roomIn(contextSize: number | undefined, target: PromptTarget, { budget, examples, format }: PromptTask): Room {
  const asked = target.kind === 'reply' ? target.replyTokens : undefined;
  const reply = asked ?? Math.min(usualReply, Math.floor((contextSize ?? Infinity) / 4));
  if (contextSize === undefined) return { budget: budget ?? usualBudget, reply };
  const turns = format === 'messages' ? (examples?.count ?? 0) : 0;
  const most = contextSize - reply - templateRoom - exampleRoom * turns;
  if (most < 1 || (target.kind === 'reply' && budget !== undefined && budget > most)) {
    const message = `a prompt of ${budget ?? 1} tokens and a reply of ${reply} are more than a context of ${contextSize}`;
    throw new UnspoolError('context-too-small', message, 'use a larger --context, or fewer --answer-tokens');
  }
  return { budget: budget ?? most, reply };
}

async function build(
  { task, signal }: PromptRunRequest,
  { name, tokens, chats }: Opened,
  budget: number,
  documents: PromptDocuments | undefined,
  reporter: Reporter,
): Promise<FittedPrompt> {
  const { strategy, question, exemplarCount, pauses, exact, format } = task;
  const family = task.family ?? (name === undefined ? 'gpt' : familyOf(name));
  const path = task.examples?.path;
  const solved = task.examples === undefined ? [] : await solvedExamples(task.examples, strategy, question, signal);
  const { examples, warnings } = cleanExamples(solved, path ?? '');
  for (const warning of warnings) reporter.handle(warning);
  const asked: WithoutDocuments = { strategy, question, exemplarCount, pauses, examples, family, format };
  const memory = documents ?? nothingRead;
  const fitted = await fitPrompt(asked, memory, { budget, exact, count: (text) => tokens.count(text) });
  if (fitted.unread.length > 0) return fitted;
  reporter.handle(await built(asked, fitted, budget, tokens, documents));
  // Where the prompt is made here, texts are never tokenised as markup.
  if (chats?.model.makesPrompts !== true) {
    for (const warning of markupWarnings({ question, documents: fitted.shown, examples, path }))
      reporter.handle(warning);
  }
  if (fitted.recalled?.byQuestion === 0) {
    const message = 'no passage of the documents holds a word of the question: the prompt shows the most telling ones';
    reporter.handle({ event: 'warning', code: 'nothing-found', message, hint: 'ask in words of the documents' });
  }
  return fitted;
}

const nothingRead: Memory = {
  ...{ documents: [], texts: [], telling: () => [] },
  found: () => Promise.resolve({ passages: [], unread: [], unknownWords: [] }),
};

async function built(
  { strategy, family, examples }: WithoutDocuments,
  { prompt, tokens: total, shown, recalled }: FittedPrompt,
  budget: number,
  counting: TokenCount,
  documents: PromptDocuments | undefined,
): Promise<PromptBuilt> {
  const { messages, format } = prompt;
  const parts: PromptTokens['parts'][number][] = [];
  for (const { slot: part, text } of prompt.parts) parts.push({ part, tokens: await counting.count(text) });
  const { name: tokenizer, isExact } = counting;
  // Other families have encodings of their own.
  const exact = isExact || family === 'gpt';
  return {
    ...{ event: 'prompt', strategy, family, format },
    text: format === 'messages' ? chatBody(messages, family) : textOf(prompt),
    messages: messages.map(({ role, text: content }) => ({ role, content })),
    tokens: { total, budget, tokenizer, exact, parts },
    examples: examples.length,
    documents: shown.map(({ content }, index) => {
      const { label, lines = 0 } = documents?.documents[index] ?? { label: { index, name: '' } };
      const pieces = content.kind === 'whole' ? [] : content.pieces;
      return {
        ...{ document: label, lines },
        passages: content.kind === 'whole' ? 1 : pieces.filter(({ kind }) => kind === 'text').length,
        leftOut: pieces.flatMap((piece) =>
          piece.kind === 'left-out' ? [{ after: piece.after, before: piece.before }] : [],
        ),
      };
    }),
    recalled,
  };
}
