// Summarises a document of any length: a note of each passage, fewer notes of many, and a summary of those.
//
// Each answer comes from the instruction, the last notes and one passage, in an empty cache: nothing else is carried
// over, so that what the model saw can be told.

import { toUnspoolError, type UnspoolError } from '../../errors.js';
import { wholeAnswer, type ChatMessage, type ChatModel } from '../../engine/models/chat.js';
import { endingOf } from '../../engine/ending.js';
import type {
  Account,
  DocumentLabel,
  LineRange,
  NoteTaking,
  RunEvent,
  Summary,
  Warning,
} from '../../engine/events/events.js';
import { progressFigures, shareRead, type Extent } from '../../engine/progress/document-progress.js';
import { nothingToScore } from '../../engine/run.js';
import { documentStart, type Position } from '../../engine/tokens/token-stream.js';
import { emptyAccount } from '../../engine/totals.js';
import { checkCitations } from './citations.js';
import { noAnswers, type KeptAnswers, type SummaryQuestion } from './kept-answers.js';
import { Notes, type Note } from './notes.js';
import { readPassages, type ReadingEnd, type TextPassage } from './passage-reader.js';
import type { SummaryBudgets } from './budgets.js';

type Listed = Pick<Note, 'text' | 'lines'>;

/** What the model is asked. */
export interface SummaryWording {
  note(passage: Listed, before: readonly Listed[]): readonly ChatMessage[];
  merge(notes: readonly Listed[]): readonly ChatMessage[];
  summary(notes: readonly Listed[]): readonly ChatMessage[];
  /** Notes as prompts have them. */
  listed(notes: readonly Listed[]): string;
}

export interface SummarizeRequest extends Extent {
  readonly chat: ChatModel;
  readonly wording: SummaryWording;
  readonly budgets: SummaryBudgets;
  /** Of each answer. */
  readonly maxReasoningTokens: number;
  readonly label: DocumentLabel;
  /** Of an earlier run, and of this one for a later. */
  readonly kept: KeptAnswers;
  /** Once aborted, the run ends with the notes so far. */
  readonly signal: AbortSignal;
}

export interface SummarizeResult {
  readonly account: Account;
  readonly failure: UnspoolError | undefined;
}

export async function* summarizeDocument(request: SummarizeRequest): AsyncGenerator<RunEvent, SummarizeResult> {
  const { document, label, signal, chat, budgets, limitTokens } = request;
  const interrupted = (): boolean => signal.aborted;
  const countTokens = (text: string): Promise<number> => chat.countTokens(text);
  const writer = new Writer(request);
  const passages = readPassages(document.chunks(), { passageTokens: budgets.passage, limitTokens, countTokens });
  let ending: ReadingEnd = { position: documentStart, limited: false, failure: undefined };
  let failure: UnspoolError | undefined;

  yield { event: 'document-start', document: label };
  try {
    let next = await passages.next();
    for (; next.done !== true && !interrupted(); next = await passages.next()) {
      const passage = next.value;
      yield writer.start(passage);
      for (const event of await writer.read(passage)) yield event;
      if (interrupted()) break;
      yield progress(request, passage.end, writer);
    }
    if (next.done === true) ending = next.value;
    else ending = { ...ending, position: writer.position };
    failure = ending.failure;
    if (writer.notes.top.length > 0) for (const event of await writer.finish(failure === undefined)) yield event;
  } catch (error) {
    failure = toUnspoolError(error);
    ending = { ...ending, position: writer.position };
    yield* writer.notesSoFar();
  } finally {
    await passages.return(ending);
  }
  const ended = endingOf(request, ending, { failed: failure !== undefined });
  if (writer.tokensRead === 0 && ended === 'end') yield nothingToScore(label);
  const account = accountOf(ending.position, writer);
  yield {
    event: 'document-end',
    document: label,
    account,
    perplexity: null,
    noteTaking: writer.noteTaking,
    ended,
    error: failure?.toFailure() ?? null,
  };
  return { account, failure };
}

interface WrittenAnswer {
  readonly text: string;
  readonly known: boolean;
}

/** Asks the model, and keeps what it wrote. */
class Writer {
  readonly #request: SummarizeRequest;
  readonly notes: Notes;
  #passages = 0;
  #resumed = 0;
  #merges = 0;
  #evaluated = 0;
  #reasoning = 0;
  tokensRead = 0;
  /** Of those, tokens of passages whose notes an earlier run has taken. */
  tokensResumed = 0;
  /** To where notes were taken. */
  position: Position = documentStart;

  constructor(request: SummarizeRequest) {
    this.#request = request;
    this.notes = new Notes(request.budgets.notes);
  }

  get noteTaking(): NoteTaking {
    return {
      passages: this.#passages,
      resumed: this.#resumed,
      merges: this.#merges,
      notes: this.notes.top.length,
      evaluated: this.#evaluated,
      reasoning: this.#reasoning,
    };
  }

  start({ tokens, lines }: TextPassage): RunEvent {
    return { event: 'passage-start', document: this.#request.label, index: this.#passages, tokens, lines };
  }

  /** Takes a note of a passage, and merges notes while there are too many. Nothing of it where it is interrupted. */
  async read(passage: TextPassage): Promise<RunEvent[]> {
    const { wording, budgets } = this.#request;
    const before = this.notes.recent(budgets.running);
    const { lines, bytes, end, cut } = passage;
    const kept = cut ? noAnswers : this.#request.kept;
    const messages = wording.note(passage, before);
    const answer = await this.#ask({ for: 'note', lines, messages, maxTokens: budgets.note }, kept);
    if (answer === undefined) return [];
    const { text } = answer;
    this.#passages += 1;
    this.tokensRead += passage.tokens;
    if (answer.known) {
      this.#resumed += 1;
      this.tokensResumed += passage.tokens;
    }
    this.position = end;
    const taken = [this.notes.add({ text, lines, bytes, tokens: await this.#sizeOf({ text, lines }) })];
    for (let due = this.notes.due(); due.length > 0; due = this.notes.due()) {
      const span: LineRange = [due[0]?.lines[0] ?? 0, due.at(-1)?.lines[1] ?? 0];
      const question = { for: 'merge', lines: span, messages: wording.merge(due), maxTokens: budgets.note } as const;
      const merged = await this.#ask(question, kept);
      if (merged === undefined) break;
      const tokens = await this.#sizeOf({ text: merged.text, lines: span });
      taken.push(this.notes.merge(due, { text: merged.text, tokens }));
      this.#merges += 1;
    }
    return taken.map((note) => this.#told(note));
  }

  /** Writes the summary; where it is interrupted, there are the notes. `whole`: whether reading did not fail. */
  async finish(whole: boolean): Promise<RunEvent[]> {
    const { wording, budgets, label } = this.#request;
    const { top } = this.notes;
    const messages = wording.summary(top);
    const question = { for: 'summary', lines: this.#lines, messages, maxTokens: budgets.summary } as const;
    const answer = await this.#ask(question, whole ? this.#request.kept : noAnswers);
    if (answer === undefined) return [...this.notesSoFar()];
    const { text: checked, ...citations } = checkCitations(
      answer.text,
      label.name,
      top.map(({ lines }) => lines),
    );
    const summary: Summary = {
      event: 'summary',
      document: label,
      ...{ text: checked, kind: 'summary', lines: this.#lines, citations },
    };
    return [summary, ...citationWarnings(summary)];
  }

  *notesSoFar(): Generator<RunEvent> {
    const { label } = this.#request;
    if (this.notes.top.length === 0) return;
    const text = this.notes.top.map((note) => `[${label.name}:${note.lines.join('-')}] ${note.text}`).join('\n');
    const citations = { kept: this.notes.top.length, mapped: 0, removed: 0 };
    yield { event: 'summary', document: label, text, kind: 'notes', lines: this.#lines, citations };
  }

  get #lines(): LineRange {
    const { top } = this.notes;
    return [top[0]?.lines[0] ?? 0, top.at(-1)?.lines[1] ?? 0];
  }

  /** The answer, known from an earlier run or new; undefined where it was interrupted. */
  async #ask(question: SummaryQuestion, kept: KeptAnswers): Promise<WrittenAnswer | undefined> {
    const { chat, maxReasoningTokens, signal } = this.#request;
    if (signal.aborted) return undefined;
    const known = kept.find(question);
    if (known !== undefined) return { text: known, known: true };
    const { messages, maxTokens } = question;
    const asked = { messages, maxTokens, maxReasoningTokens, temperature: 0, seed: 0, signal };
    const { text: written, usage } = await wholeAnswer(chat.respond(asked));
    this.#evaluated += usage.prompt + usage.reasoning + usage.answer;
    this.#reasoning += usage.reasoning;
    if (usage.ended === 'interrupted') return undefined;
    const text = usage.ended === 'length' ? `${written.trim()} \u2026` : written.trim();
    kept.add(question, text);
    return { text, known: false };
  }

  #sizeOf(note: Listed): Promise<number> {
    return this.#request.chat.countTokens(this.#request.wording.listed([note]));
  }

  #told({ id, level, text, lines, bytes, children }: Note): RunEvent {
    return { event: 'note', document: this.#request.label, id, level, text, lines, bytes, children };
  }
}

function progress(request: SummarizeRequest, position: Position, { tokensRead, tokensResumed }: Writer): RunEvent {
  const { bytes, lines } = position;
  const share = shareRead(request, position, tokensRead);
  const done = progressFigures({ ...position, bytes }, share);
  const known = tokensRead === tokensResumed ? ({ resumed: true } as const) : {};
  return { event: 'progress', document: request.label, lines, tokens: tokensRead, ...done, ...known };
}

function citationWarnings({ document, citations: { mapped, removed } }: Summary): Warning[] {
  if (mapped + removed === 0) return [];
  const told = [
    ...(removed > 0 ? [`${removed} that ${removed === 1 ? 'was' : 'were'} of no note were removed`] : []),
    ...(mapped > 0
      ? [`${mapped} ${mapped === 1 ? 'was' : 'were'} widened to the lines of the note that holds it`]
      : []),
  ];
  const message = `${document.name}: of the model's citations, ${told.join(', ')}`;
  return [{ event: 'warning', document, code: 'citations', message, hint: null }];
}

/** Of what was read, nothing stays in view but the notes. What has notes from an earlier run is not read by the model. */
function accountOf(position: Position, { tokensRead: read, tokensResumed: skipped }: Writer): Account {
  const { bytes, lines, invalidBytes, controlCharacters } = position;
  const tokens = { read, scored: 0, evicted: read - skipped, inView: 0, skipped };
  return { ...emptyAccount, bytes, lines, invalidBytes, controlCharacters, tokens };
}
