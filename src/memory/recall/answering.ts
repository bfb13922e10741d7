// Answers a question from the spans that were recalled for it, and measures how much each cited one bears.

import { UnspoolError } from '../../errors.js';
import { wholeAnswer, type ChatMessage, type ChatModel } from '../../engine/models/chat.js';
import type {
  Answer,
  AnswerCitation,
  ByteRange,
  DocumentLabel,
  LineRange,
  Question,
} from '../../engine/events/events.js';
import { checkAnswer } from './answer-citations.js';

/** What may be cited. */
export interface AnswerSource {
  readonly label: DocumentLabel;
  readonly text: string;
  readonly lines: LineRange;
  readonly bytes: ByteRange;
}

/** What the model is asked. `left`: the index of a passage whose text is left out. */
export type AnswerWording = (
  question: string,
  passages: readonly (Pick<AnswerSource, 'text' | 'lines'> & { readonly name: string })[],
  left?: number,
) => readonly ChatMessage[];

export interface Answering {
  readonly chat: ChatModel;
  readonly wording: AnswerWording;
  /** Tokens of prompt and answer; undefined where nobody tells. */
  readonly contextSize: number | undefined;
  readonly signal: AbortSignal;
}

/** What stands for no passage, in whatever language the model answers. */
const nothing = /\s*\[S0\]/giu;
/** Of an answer: three sentences with their citations. */
const longestAnswer = 256;
/** What a chat template adds, and what may be put between reasoning and answer. */
const templateRoom = 64;

/**
 * `ranked`: the best first, at least one. Undefined where the signal came before the answer was there. Throws an
 * `UnspoolError` where the model fails, or not one span fits.
 */
export async function answerFrom(
  question: Question,
  ranked: readonly AnswerSource[],
  answering: Answering,
): Promise<Answer | undefined> {
  const { chat, wording, contextSize = Infinity, signal } = answering;
  const maxTokens = Math.min(longestAnswer, Math.floor(contextSize / 4));
  const given = await fitting(question, ranked, answering, contextSize - maxTokens - templateRoom);
  const passages = given.map(namedPassage);
  const messages = wording(question.text, passages);
  const asked = { messages, maxTokens, maxReasoningTokens: 0, temperature: 0, seed: 0, signal };
  const { text: written, usage } = await wholeAnswer(chat.respond(asked));
  if (usage.ended === 'interrupted') return undefined;
  const { text, cited, removed } = checkAnswer(written.replace(nothing, '').trim(), passages);
  const withoutText = (index: number): readonly ChatMessage[] => wording(question.text, passages, index);
  const { strengths, scored } = await strengthsOf(cited, written, { chat, messages, withoutText, signal });
  const citations = cited.flatMap((index, at): AnswerCitation[] => {
    const source = given[index];
    if (source === undefined) return [];
    const { label, lines, bytes } = source;
    return [{ document: label, lines, bytes, natsWithout: strengths[at] ?? null }];
  });
  return {
    event: 'answer',
    question,
    text: usage.ended === 'length' ? `${text} \u2026` : text === '' ? 'Not found in the document.' : text,
    found: citations.length > 0 || !(written.search(nothing) >= 0 || text === '' || /^\W*not found\b/iu.test(text)),
    citations,
    removed,
    spans: given.length,
    tokens: { prompt: usage.prompt, reasoning: usage.reasoning, answer: usage.answer, scored },
  };
}

function namedPassage({ label, text, lines }: AnswerSource): Parameters<AnswerWording>[1][number] {
  return { name: label.name, text, lines };
}

/** The best that go into one prompt, in the order of the documents. */
async function fitting(
  { text: question }: Question,
  ranked: readonly AnswerSource[],
  { chat, wording, contextSize }: Answering,
  room: number,
): Promise<readonly AnswerSource[]> {
  let chosen: AnswerSource[] = [];
  for (const source of ranked) {
    const more = [...chosen, source];
    // Where nobody tells how much fits, the server says it of what does not; it may not count tokens, either.
    if (contextSize !== undefined) {
      const messages = wording(question, more.map(namedPassage));
      const tokens = await chat.countTokens(messages.map(({ text }) => text).join('\n'));
      if (tokens > room) break;
    }
    chosen = more;
  }
  if (chosen.length > 0) {
    return chosen.sort((a, b) => a.label.index - b.label.index || a.bytes[0] - b.bytes[0]);
  }
  const message = `a context of ${contextSize ?? 0} tokens holds no evidence beside the question and its answer`;
  throw new UnspoolError('context-too-small', message, 'use a larger --context, or a shorter question');
}

interface Rescoring {
  readonly chat: ChatModel;
  readonly messages: readonly ChatMessage[];
  readonly withoutText: (index: number) => readonly ChatMessage[];
  readonly signal: AbortSignal;
}

/** Nats that the answer loses without each of the cited texts, and the tokens of the answer that were scored for it. */
async function strengthsOf(
  cited: readonly number[],
  answer: string,
  { chat, messages, withoutText, signal }: Rescoring,
): Promise<{ readonly strengths: readonly number[]; readonly scored: number }> {
  const interrupted = (): boolean => signal.aborted;
  const strengths: number[] = [];
  if (chat.score === undefined || cited.length === 0 || interrupted()) return { strengths, scored: 0 };
  const whole = await chat.score(messages, answer);
  let scored = whole.tokens;
  for (const index of cited) {
    if (interrupted()) break;
    const { nats, tokens } = await chat.score(withoutText(index), answer);
    strengths.push(nats - whole.nats);
    scored += tokens;
  }
  return { strengths, scored };
}
