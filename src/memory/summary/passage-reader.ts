// Cuts a streamed document into passages of so many tokens, at the ends of sentences and lines.

import { toUnspoolError, type UnspoolError } from '../../errors.js';
import type { TextChunk } from '../../engine/document.js';
import type { Position } from '../../engine/tokens/token-stream.js';
import { TextQueue, type QueuedText } from './text-queue.js';

export interface TextPassage extends QueuedText {
  /** The sum over its parts: a little more than that of the text as a whole. */
  readonly tokens: number;
  /** Where it ends. */
  readonly end: Position;
  /** Whether reading has failed behind it, so that it may end too early. */
  readonly cut: boolean;
}

export interface PassageOptions {
  /** Of a passage, at most. */
  readonly passageTokens: number;
  /** Of the document, at most. */
  readonly limitTokens: number | undefined;
  readonly countTokens: (text: string) => Promise<number>;
}

/** How the reading of a document ended. */
export interface ReadingEnd {
  readonly position: Position;
  /** Whether the limit came before the document's end. */
  readonly limited: boolean;
  readonly failure: UnspoolError | undefined;
}

/** Parts have at least so many UTF-16 code units: each is counted apart ... */
const shortestPart = 256;
/** ... and at most so many, where no sentence ends for long. */
const longestPart = 2048;

const partEnd = /\n+|[.!?\u2026]["'\u201d\u2019)\]]*\s+|[\u3002\uff01\uff1f]/gu;

/** What was read before a failure is handed out first. */
export async function* readPassages(
  chunks: AsyncIterable<TextChunk>,
  { passageTokens, limitTokens = Infinity, countTokens }: PassageOptions,
): AsyncGenerator<TextPassage, ReadingEnd> {
  const queue = new TextQueue();
  const source = chunks[Symbol.asyncIterator]();
  let failure: UnspoolError | undefined;
  let ended = false;
  /** Of the passage that is open: code units and tokens. */
  let [length, tokens] = [0, 0];
  let read = 0;
  const passage = (): TextPassage => {
    const taken = { ...queue.take(length), tokens, end: queue.position, cut: failure !== undefined };
    read += tokens;
    [length, tokens] = [0, 0];
    return taken;
  };
  const end = (limited: boolean): ReadingEnd => ({ position: queue.position, limited, failure });
  try {
    for (;;) {
      const part = nextPart(queue.text, length, ended);
      if (part === undefined && !ended) {
        try {
          const next = await source.next();
          if (next.done === true) ended = true;
          else queue.push(next.value);
        } catch (error) {
          failure = toUnspoolError(error);
          ended = true;
        }
        continue;
      }
      if (part === undefined) break;
      const room = Math.min(passageTokens, limitTokens - read);
      const fits = await fitting(queue.text, { from: length, to: part, room: room - tokens, countTokens }, tokens > 0);
      if (fits !== undefined) {
        length = fits.to;
        tokens += fits.tokens;
      }
      if (fits?.to === part) continue;
      if (length > 0) yield passage();
      if (read >= limitTokens || room < passageTokens) return end(true);
    }
    if (length > 0) yield passage();
    // What cleaning removed at the very end.
    queue.take(0);
    return end(false);
  } finally {
    await source.return?.();
  }
}

/** Where the next part ends; undefined where more text may belong to it, or there is none. */
function nextPart(text: string, from: number, ended: boolean): number | undefined {
  partEnd.lastIndex = Math.max(from, from + shortestPart - 1);
  const end = partEnd.exec(text);
  // A run of space may go on in text that is still to come.
  const to = end === null || (partEnd.lastIndex === text.length && !ended) ? undefined : partEnd.lastIndex;
  if (to !== undefined && to - from <= longestPart) return to;
  if (text.length - from >= longestPart) return wholeCharacters(text, from, from + longestPart);
  return ended && text.length > from ? (to ?? text.length) : undefined;
}

interface TextToFit {
  readonly from: number;
  readonly to: number;
  readonly room: number;
  readonly countTokens: PassageOptions['countTokens'];
}

/** As much of a part as fits; all or nothing where `whole`. */
async function fitting(
  text: string,
  { from, to, room, countTokens }: TextToFit,
  whole: boolean,
): Promise<{ readonly to: number; readonly tokens: number } | undefined> {
  for (let end = to; end > from;) {
    const tokens = await countTokens(text.slice(from, end));
    if (tokens <= room) return { to: end, tokens };
    if (whole) return undefined;
    end = wholeCharacters(text, from, from + Math.floor((end - from) / 2));
  }
  return undefined;
}

/** `to`, or one less where that would cut a code point. */
function wholeCharacters(text: string, from: number, to: number): number {
  const cutsPair = to < text.length && /[\uD800-\uDBFF]/.test(text.charAt(to - 1));
  return Math.max(from, cutsPair ? to - 1 : to);
}
