// Which of the states of a run are kept, and which of them a later run goes on from.

/** The newest, and older ones. */
const mostStates = 4;

/** Where a state lies. */
export interface StatePosition {
  /** Of its last scored token; 0 before the first. */
  readonly line: number;
  readonly tokens: number;
}

/**
 * The older states to keep beside the newest, which lies after so many tokens: as even over the document as those there
 * are allow. Whichever is left out is the one whose neighbours lie closest together.
 */
export function statesToKeep<State extends StatePosition>(older: readonly State[], newest: number): State[] {
  // At the start of a document, any run begins.
  const kept = older.filter(({ tokens }) => tokens > 0);
  while (kept.length >= mostStates) {
    const gaps = kept.map((_, index) => (kept[index + 1]?.tokens ?? newest) - (kept[index - 1]?.tokens ?? 0));
    kept.splice(gaps.indexOf(Math.min(...gaps)), 1);
  }
  return kept;
}

/** The last state at or before a line. */
export function lastStateUpTo<State extends StatePosition>(states: readonly State[], line: number): State | undefined {
  return states.findLast((state) => state.line <= line);
}
