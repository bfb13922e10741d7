// unspool prompt: builds a prompt by a strategy for a family of models, with documents as far as they fit, and runs it.

import type { ModelChoice } from '../../../backends/model-choice.js';
import type { ExtractionOptions } from '../../../documents/open.js';
import type { EncodingName } from '../../../engine/counting/encodings.js';
import type { ModelSummary, PromptBuilt, PromptFormat, PromptTokens } from '../../../engine/events/events.js';
import { UnspoolError } from '../../../errors.js';
import { chatBody } from '../../../prompting/building/chat-bodies.js';
import { familyOf, type ModelFamily } from '../../../prompting/building/placement.js';
import type { StrategyName } from '../../../prompting/strategies.js';
import type { InputSource } from '../../options/reading.js';
import { summaryOf } from '../../run/model-run.js';
import { openChats, type OpenChats } from '../../run/open-chats.js';
import type { Session } from '../../run/session.js';
import { PromptDocuments, type ReadResult } from './documents.js';
import { fitPrompt, textOf, type FittedPrompt, type PromptSources, type WithoutDocuments } from './fit.js';
import { reply, type ReplyOptions } from './reply.js';
import { chatCount, encodingCount, modelCount, type PromptTokenCounter } from './target.js';
import { cleanExamples, markupWarnings } from './texts.js';
import { solvedExamples, type ExamplesFile } from './solved-examples.js';
import { usualBudget, usualReply } from './default-budgets.js';

export interface PromptTask {
  readonly strategy: StrategyName;
  readonly question: string;
  /** Problems that the model is to recall, where it does. */
  readonly exemplarCount: number;
  readonly pauses: number;
  /** Where the strategy shows some. */
  readonly examples: ExamplesFile | undefined;
  /** Undefined for that of the model's name. */
  readonly family: ModelFamily | undefined;
  /** Undefined for what the family likes. */
  readonly format: PromptFormat | undefined;
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
    } & ReplyOptions);

export interface PromptRunRequest {
  readonly task: PromptTask;
  readonly target: PromptTarget;
  readonly sources: readonly InputSource[];
  readonly reading: ExtractionOptions;
}

/** Code units of text held in memory for each token that a prompt may have: text takes 4, seldom more. */
const heldPerToken = 16;
/** Tokens that a chat template puts around messages, and around the two turns of an example. */
const templateRoom = 64;
const exampleRoom = 32;

/** A target, opened. */
interface Opened {
  readonly name: string | undefined;
  readonly summary: ModelSummary | null;
  readonly tokens: PromptTokenCounter;
  /** Tokens of a prompt and its reply; undefined where nobody tells. */
  readonly contextSize: number | undefined;
  readonly chats: OpenChats | undefined;
  dispose(): Promise<void>;
}

export async function makePrompt(session: Session, request: PromptRunRequest): Promise<void> {
  const { task, target, sources, reading } = request;
  const opened = await open(session, target);
  let documents: PromptDocuments | undefined;
  try {
    session.start({ model: opened.summary, documents: sources.length }, opened.chats?.warnings);
    const room = roomIn(opened.contextSize, target, task);
    const read: ReadResult[] = [];
    if (sources.length > 0) documents = await PromptDocuments.open(heldPerToken * room.budget);
    for (const source of sources) {
      if (documents === undefined || session.signal.aborted) break;
      read.push(await documents.read(session, source, reading));
    }
    // A prompt that lacks a document, or a part of it, is none.
    if (!session.signal.aborted && read.every(({ failure }) => failure === undefined)) {
      await finish(session, request, opened, room, documents);
    }
    // Not before: where there can be no prompt, none of them counts.
    for (const document of read) session.add(document);
    if (opened.chats !== undefined) await session.addPeakMemoryOf(opened.chats.model);
  } finally {
    await documents?.dispose();
    await opened.dispose();
  }
}

/** What there is to do once the documents are read. */
async function finish(
  session: Session,
  request: PromptRunRequest,
  opened: Opened,
  room: TokenBudgets,
  documents: PromptDocuments | undefined,
): Promise<void> {
  const { target } = request;
  const built = await build(session, request, opened, room.budget, documents);
  for (const failure of built.unread) session.fail(failure);
  const chat = opened.chats?.chats[0];
  if (session.failed || target.kind !== 'reply' || chat === undefined) return;
  const failure = await reply(session, built.prompt, target, { chat, maxTokens: room.reply });
  if (failure !== undefined) session.fail(failure);
}

async function open(session: Session, target: PromptTarget): Promise<Opened> {
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
  const tellSettled = session.settled.bind(session);
  const chats = await openChats(target.model, target.context, tellSettled, hint);
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
interface TokenBudgets {
  readonly budget: number;
  readonly reply: number;
}

/** Throws an `UnspoolError` where they are too many together. */
function roomIn(
  contextSize: number | undefined,
  target: PromptTarget,
  { budget, examples, format }: PromptTask,
): TokenBudgets {
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
  session: Session,
  { task }: PromptRunRequest,
  { name, tokens, chats }: Opened,
  budget: number,
  documents: PromptDocuments | undefined,
): Promise<FittedPrompt> {
  const { strategy, question, exemplarCount, pauses, exact, format } = task;
  const family = task.family ?? (name === undefined ? 'gpt' : familyOf(name));
  const path = task.examples?.path;
  const solved =
    task.examples === undefined ? [] : await solvedExamples(task.examples, strategy, question, session.signal);
  const { examples, warnings } = cleanExamples(solved, path ?? '');
  for (const warning of warnings) session.handle(warning);
  const asked: WithoutDocuments = { strategy, question, exemplarCount, pauses, examples, family, format };
  const memory = documents ?? nothingRead;
  const fitted = await fitPrompt(asked, memory, { budget, exact, count: (text) => tokens.count(text) });
  if (fitted.unread.length > 0) return fitted;
  session.handle(await built(asked, fitted, budget, tokens, documents));
  // Where the prompt is made here, texts are never tokenised as markup.
  if (chats?.model.makesPrompts !== true) {
    for (const warning of markupWarnings({ question, documents: fitted.shown, examples, path }))
      session.handle(warning);
  }
  if (fitted.recalled?.byQuestion === 0) {
    const message = 'no passage of the documents holds a word of the question: the prompt shows the most telling ones';
    session.handle({ event: 'warning', code: 'nothing-found', message, hint: 'ask in words of the documents' });
  }
  return fitted;
}

const nothingRead: PromptSources = {
  ...{ documents: [], texts: [], telling: () => [] },
  found: () => Promise.resolve({ passages: [], unread: [], unknownWords: [] }),
};

async function built(
  { strategy, family, examples }: WithoutDocuments,
  { prompt, tokens: total, shown, recalled }: FittedPrompt,
  budget: number,
  counting: PromptTokenCounter,
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
      const excerpts = content.kind === 'whole' ? [] : content.excerpts;
      return {
        ...{ document: label, lines },
        passages: content.kind === 'whole' ? 1 : excerpts.filter(({ kind }) => kind === 'text').length,
        leftOut: excerpts.flatMap((excerpt) =>
          excerpt.kind === 'left-out' ? [{ after: excerpt.after, before: excerpt.before }] : [],
        ),
      };
    }),
    recalled,
  };
}
