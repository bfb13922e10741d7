// What a prompt shows of a document that is too long: passages in its order, with marks where text is left out.

import type { LineRange } from '../../engine/events/events.js';
import type { DocumentExcerpt } from '../formats/format.js';

/** A span of a document. */
export interface PromptPassage {
  /** Its place among all spans; neighbours follow each other. */
  readonly ordinal: number;
  readonly text: string;
  readonly lines: LineRange;
}

/** `passages`: in any order, each once. `spans`: ordinals of the document's own, half-open. */
export function excerptsOf(
  passages: readonly PromptPassage[],
  spans: readonly [from: number, to: number],
): DocumentExcerpt[] {
  const ordered = passages.toSorted((a, b) => a.ordinal - b.ordinal);
  const excerpts: DocumentExcerpt[] = [];
  let [next, line]: [number, number | null] = [spans[0], null];
  for (const { ordinal, text, lines } of ordered) {
    const last = excerpts.at(-1);
    if (ordinal > next) excerpts.push({ kind: 'left-out', after: line, before: lines[0] });
    if (ordinal === next && last?.kind === 'text') {
      excerpts[excerpts.length - 1] = {
        ...{ kind: 'text', text: last.text + between(last.lines, lines) + text },
        lines: [last.lines[0], lines[1]],
      };
    } else excerpts.push({ kind: 'text', text, lines });
    [next, line] = [ordinal + 1, lines[1]];
  }
  if (next < spans[1]) excerpts.push({ kind: 'left-out', after: line, before: null });
  return excerpts;
}

/** White space between two spans that follow each other: of empty lines, one stays. */
function between([, end]: LineRange, [start]: LineRange): string {
  return start > end ? '\n'.repeat(Math.min(2, start - end)) : ' ';
}
