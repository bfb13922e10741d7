// The most surprising lines for people: where each stands, as grep and compilers print it, and what surprises in it.

import type { RunEvent, ScoredPiece, SurprisingLine } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { countWithNoun, digits, groupDigits, printable, printableText } from '../../../reporters/format.js';
import { stylesOf, type Screen } from '../../../reporters/screen.js';
import { accountReporter } from '../../../reporters/account.js';
import { documentColumns, type CsvTable } from '../../../reporters/csv.js';
import type { TaskView } from '../../run/task-view.js';

/** `book.txt:412: 8.31 the line`; its surprising tokens are underlined, or named where there is no colour. */
export function surprisingLines(write: (text: string) => void, screen: Screen): Reporter {
  return {
    handle(event: RunEvent) {
      if (event.event !== 'surprising-line') return;
      const place = `${printable(event.document.name)}:${event.line}:`;
      const nats = digits(event.natsPerToken, 3);
      write(`${place} ${nats} ${screen.color ? underlinedLine(event, screen) : surprisingLineText(event)}\n`);
    },
    close: () => undefined,
  };
}

/** At most so many tokens of a line are pointed out. */
const mostPieces = 5;

/** The fewest tokens that carry half of what the line surprises with, the most surprising first. */
function surprisingPieces(pieces: readonly ScoredPiece[]): ScoredPiece[] {
  const scored = pieces.filter(({ nats }) => nats !== null);
  const descending = scored.sort((a, b) => (b.nats ?? 0) - (a.nats ?? 0));
  const total = scored.reduce((sum, { nats }) => sum + (nats ?? 0), 0);
  let carried = 0;
  return descending
    .filter(({ nats }) => {
      const needed = carried < total / 2;
      carried += nats ?? 0;
      return needed;
    })
    .slice(0, mostPieces);
}

/** The tokens of a character that several make up as one: what surprises is the character. */
function wholeCharacters(pieces: readonly ScoredPiece[]): ScoredPiece[] {
  const whole: ScoredPiece[] = [];
  let parts: number | null = null;
  for (const piece of pieces) {
    if (piece.text === '') {
      parts = (parts ?? 0) + (piece.nats ?? 0);
    } else {
      whole.push(parts === null ? piece : { ...piece, nats: parts + (piece.nats ?? 0) });
      parts = null;
    }
  }
  return whole;
}

function underlinedLine(event: SurprisingLine, screen: Screen): string {
  const styles = stylesOf(screen);
  const whole = wholeCharacters(event.pieces);
  const surprising = new Set(surprisingPieces(whole));
  const line = whole.map((piece) => {
    const text = pieceText(piece);
    if (!surprising.has(piece)) return text;
    // The space in front of a word is part of its token, but not what surprises.
    const start = text.length - text.trimStart().length;
    return text.slice(0, start) + styles.underline(text.slice(start));
  });
  const notes = notesOf(event);
  return line.join('').trimEnd() + (notes.length === 0 ? '' : styles.dim(`  [${notes.join('; ')}]`));
}

function surprisingLineText(event: SurprisingLine): string {
  const line = event.pieces.map(pieceText).join('').trimEnd();
  const tokens = surprisingPieces(wholeCharacters(event.pieces)).map(
    (piece) => `${quoted(piece.text)} ${digits(piece.nats, 3)}`,
  );
  const parts = [...(tokens.length > 0 ? [`tokens: ${tokens.join(', ')}`] : []), ...notesOf(event)];
  return `${line}  [${parts.join('; ')}]`;
}

/** A line stays one: a line feed is at its end. */
function pieceText({ text }: ScoredPiece): string {
  return printableText(text.replaceAll('\n', ' '));
}

/** In quotes; line feeds and other space only where there is nothing else. */
function quoted(text: string): string {
  return printable(JSON.stringify(text.trim() === '' ? text : text.trim()));
}

/** Says so where a long line is not shown whole, and which chapter it is in. */
function notesOf({ pieces, tokens, chapter }: SurprisingLine): string[] {
  const scored = pieces.filter(({ nats }) => nats !== null).length;
  const excerpt = scored < tokens ? [`${groupDigits(scored)} of its ${countWithNoun(tokens, 'token')}`] : [];
  return typeof chapter === 'string' ? [...excerpt, printable(chapter)] : excerpt;
}

export const surpriseTable: CsvTable = {
  columns: [...documentColumns, 'line', 'chapter', 'natsPerToken', 'tokens', 'text'],
  rowsOf: (event) =>
    event.event === 'surprising-line' ? [{ ...event, text: event.pieces.map(({ text }) => text).join('') }] : [],
};

export const surpriseView: TaskView = {
  results: surprisingLines,
  account: (write) => accountReporter(write),
  csv: surpriseTable,
  inJson: ['line-surprise'],
};
