// Cuts a span into what is embedded of it: a sentence, or a few short ones. A vector of many sentences is near none of them.

/** Bytes of UTF-8 up to which sentences are put together. */
const pieceBytes = 200;
/** Between sentences, and between lines. */
const breaks = /(?<=[.!?…][\p{Pe}\p{Pf}"']*)\s+|\n+|(?<=[。！？｡][\p{Pe}\p{Pf}]*)/u;

/** Together all of the text but white space between them; a longer sentence stays whole. */
export function embeddedTextsOf(text: string): string[] {
  const pieces: string[] = [];
  let bytes = 0;
  for (const part of text.split(breaks)) {
    if (part.trim() === '') continue;
    const more = Buffer.byteLength(part) + 1;
    const last = pieces.at(-1);
    if (last === undefined || bytes + more > pieceBytes) {
      pieces.push(part);
      bytes = more;
    } else {
      pieces[pieces.length - 1] = `${last} ${part}`;
      bytes += more;
    }
  }
  return pieces;
}
