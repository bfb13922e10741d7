// Tells sentences from what else stands between them: numbers of pages, tables of contents, licences.

/** Dots that lead to the number of a page. */
const leaders = /(?:\.\s?){5,}/u;
/** What electronic editions add to a text. */
const boilerplate =
  /Project Gutenberg|Transcriber['’]s Note|\[Illustration|All rights reserved|copyright on this publication|\bISBN\b/iu;
/** What comes after is the licence of an electronic edition. */
export const editionEnd = /^\*{3}\s?END OF TH(?:E|IS) PROJECT GUTENBERG/iu;
/** Of what is no space: letters, at least this share. */
const leastLetters = 0.5;

/** `text`: with single spaces. */
export function isProse(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const marks = text.match(/[^\s\p{M}]/gu)?.length ?? 0;
  return letters > 0 && letters >= leastLetters * marks && !leaders.test(text) && !boilerplate.test(text);
}

const sentenceStart = /^[\p{P}\p{S}\s]*[\p{Lu}\p{Lo}\p{Lt}\p{N}]/u;
const sentenceEnd = /[.!?…。！？][\p{P}\s]*$/u;

/** 1 for what begins and ends as a sentence does, and holds whole quotations; half for each of these that does not. */
export function wholeness(text: string): number {
  const marks = text.match(/["“”]/gu)?.length ?? 0;
  const flaws = [!sentenceStart.test(text), !sentenceEnd.test(text), marks % 2 === 1].filter(Boolean).length;
  return 0.5 ** flaws;
}
