// Notes of what leaves the window, in its own words: no model writes them.

import type { Vocabulary } from '../engine/backend.js';
import type { DocumentLabel, RunEvent, TokenRange } from '../engine/events/events.js';
import type { Watch } from '../engine/progress/watch.js';
import { lengthWeight } from './digest.js';
import { Notes, type Note } from './summary/notes.js';
import { isUnspaced, tellsNothing } from './words/search-words.js';
import { countWords } from './cutting/sentences.js';
import { termsOf, TermStatistics, wordsIn } from './words/terms.js';
import { NoteSpans, type NoteSpan } from './cutting/note-spans.js';

/** Notes are merged where there are more. */
const mostNotes = 24;
/** A note stands for a part of the window at least: so many make one up. */
const notesOfWindow = 4;
/** Words that are shown of a note ... */
const shownTerms = 5;
/** ... and kept, for the notes that it becomes part of. */
const keptTerms = 24;
/** Of a note, in characters: a sentence or two. */
const longestText = 400;

/** What is known of a note beside its place. */
interface NoteSummary {
  readonly tokens: TokenRange;
  /** How much of what it stands for its text says. */
  readonly score: number;
  /** What each word weighs: its count, times its rarity. */
  readonly words: ReadonlyMap<string, number>;
  readonly nats: number;
  readonly scored: number;
}

/** `window`: in tokens. Memory: some notes, and the text from the window's beginning on. */
export function forgottenNotes(document: DocumentLabel, vocabulary: Pick<Vocabulary, 'bytes'>, window: number): Watch {
  let spans = new NoteSpans(vocabulary);
  const statistics = new TermStatistics();
  const notes = new Notes(mostNotes);
  const extracts = new Map<Note['id'], NoteSummary>();
  /** The first document token of the window. */
  let forgottenTo = 0;
  /** Spans that are in view, or were not told of yet. */
  const waiting: NoteSpan[] = [];

  /** Text that many passages share words with says most; in a log, what the model did not expect does. */
  const scoreOf = ({ text, nats, scored }: NoteSpan): number => {
    const telling = spans.isLog === true ? nats / Math.max(1, scored) : statistics.centrality(termsOf(text), 0);
    return telling * lengthWeight(countWords(text));
  };
  const told = (note: Note): RunEvent => {
    const { id, level, text, lines, bytes, children } = note;
    const { tokens, words, nats, scored } = extracts.get(id) ?? nothing;
    const terms = heaviest(words, shownTerms).map(([word]) => word);
    const natsPerToken = scored === 0 ? null : nats / scored;
    return { event: 'note', document, id, level, text, lines, bytes, children, tokens, terms, natsPerToken };
  };
  const take = (taken: readonly NoteSpan[]): RunEvent[] => {
    const [first] = taken;
    const last = taken.at(-1);
    const [best] = taken.map((span) => ({ span, score: scoreOf(span) })).sort((a, b) => b.score - a.score);
    if (first === undefined || last === undefined || best === undefined) return [];
    const words = new Map<string, number>();
    for (const word of taken.flatMap(({ text }) => wordsIn(text))) {
      if (isTerm(word)) words.set(word, (words.get(word) ?? 0) + statistics.rarity(word));
    }
    const note = notes.add({
      text: shortened(best.span.text),
      tokens: 1,
      lines: [first.lines[0], last.lines[1]],
      bytes: [first.bytes[0], last.bytes[1]],
    });
    extracts.set(note.id, {
      tokens: [first.fromToken, last.endToken],
      score: best.score,
      words: new Map(heaviest(words, keptTerms)),
      ...sumsOf(taken),
    });
    return [told(note), ...merged()];
  };
  const merged = (): RunEvent[] => {
    const due = notes.due();
    const parts = due.map(({ id, text }) => ({ id, text, ...(extracts.get(id) ?? nothing) }));
    const [best] = [...parts].sort((a, b) => b.score - a.score);
    if (best === undefined) return [];
    const words = new Map<string, number>();
    for (const [word, weight] of parts.flatMap((part) => [...part.words])) {
      words.set(word, (words.get(word) ?? 0) + weight);
    }
    const note = notes.merge(due, { text: best.text, tokens: 1 });
    extracts.set(note.id, {
      tokens: [parts[0]?.tokens[0] ?? 0, parts.at(-1)?.tokens[1] ?? 0],
      score: best.score,
      words: new Map(heaviest(words, keptTerms)),
      ...sumsOf(parts),
    });
    for (const { id } of due) extracts.delete(id);
    return [told(note), ...merged()];
  };
  const arrive = (): void => {
    for (const span of spans.take()) {
      statistics.add(termsOf(span.text));
      waiting.push(span);
    }
  };
  /** Notes of the spans before `token` that are no part of one; of fewer than `fewest` tokens, none. */
  const takeTo = (token: number, fewest: number): RunEvent[] => {
    const events: RunEvent[] = [];
    for (;;) {
      const enough = (waiting[0]?.fromToken ?? 0) + fewest;
      const count = 1 + waiting.findIndex(({ endToken }) => endToken >= enough);
      if (count === 0 || (waiting[count - 1]?.endToken ?? Infinity) > token) return events;
      events.push(...take(waiting.splice(0, count)));
    }
  };

  return {
    begin(token, end) {
      spans.add(token, null, end);
    },
    // What an earlier run has read is not there any more.
    resume(token, end, number) {
      spans = new NoteSpans(vocabulary, { token, end, number });
    },
    observe(scores, ends, tokens) {
      for (const [index, token] of tokens.entries()) {
        const end = ends[index];
        const score = scores[index] ?? Number.NaN;
        if (end !== undefined) spans.add(token, Number.isNaN(score) ? null : score, end);
      }
      arrive();
      return [];
    },
    show: () => [],
    forget([, to]) {
      forgottenTo = to;
      spans.decide();
      arrive();
      return takeTo(to, window / notesOfWindow);
    },
    finish() {
      spans.end();
      arrive();
      const count = waiting.findIndex(({ endToken }) => endToken > forgottenTo);
      return take(waiting.splice(0, count < 0 ? waiting.length : count));
    },
  };
}

const nothing: NoteSummary = { tokens: [0, 0], score: 0, words: new Map(), nats: 0, scored: 0 };

function sumsOf(parts: readonly Pick<NoteSummary, 'nats' | 'scored'>[]): Pick<NoteSummary, 'nats' | 'scored'> {
  return {
    nats: parts.reduce((sum, { nats }) => sum + nats, 0),
    scored: parts.reduce((sum, { scored }) => sum + scored, 0),
  };
}

function heaviest(words: ReadonlyMap<string, number>, most: number): [word: string, weight: number][] {
  return [...words].sort(([, a], [, b]) => b - a).slice(0, most);
}

/** Numbers, names of things that are made of them, and the shortest words tell nothing. */
function isTerm(word: string): boolean {
  return (word.length > 3 || isUnspaced(word)) && /^[\p{L}'’]+$/u.test(word) && !tellsNothing(word);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= longestText) return line;
  const cut = line.slice(0, longestText).toWellFormed();
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longestText / 2))} …`;
}
