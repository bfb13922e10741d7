// Where a text can be cut in two so that the tokens of both parts are those of the whole, for every byte-pair encoding
// that `encodings.ts` names.
//
// Such an encoding first splits a text into pieces by a pattern, then merges bytes inside each piece. A cut is safe where
// every pattern ends a piece, and where what it made of the text in front does not depend on what follows. From the four
// patterns (tiktoken, tiktoken_ext/openai_public.py):
//
// - No piece goes on after a letter or a number with something that is neither, but for a mark or an apostrophe
//   (o200k: marks are part of words, and contractions are), nor from a letter to a number or back.
// - No piece goes on after something that is no white space with white space, but for line ends after punctuation.
// - A piece goes on after a line end only with white space, or, in o200k, with "/". But white space in front of a text is
//   split otherwise than at its end, so that the line end must stand alone.
// - Only white space looks at what follows it, and at the end of the text.

/** What the patterns tell characters apart by. A half of a surrogate pair can be anything but white space. */
const letter = 1;
const number = 2;
const mark = 3;
const space = 4;
const lineEnd = 5;
const slash = 6;
const apostrophe = 7;
const punctuation = 8;
const surrogate = 9;
type CharacterClass = number;

const always = 1;
/** Where what stands in front of the line end is no white space. */
const afterLoneLineEnd = 2;
type CutRule = typeof always | typeof afterLoneLineEnd | 0;

function isWhiteSpace(kind: CharacterClass): boolean {
  return kind === space || kind === lineEnd;
}

/** Whether the text may be cut between two characters. */
function ruleFor(before: CharacterClass, after: CharacterClass): CutRule {
  if (before === lineEnd) return isWhiteSpace(after) || after === slash ? 0 : afterLoneLineEnd;
  if (before === space) return 0;
  if (after === space) return always;
  if (before !== letter && before !== number) return 0;
  return after === before || after === mark || after === apostrophe || after === surrogate ? 0 : always;
}

const classBits = 4;
const rules = Uint8Array.from({ length: 1 << (2 * classBits) }, (_, pair) =>
  ruleFor(pair >> classBits, pair & ((1 << classBits) - 1)),
);

/** Filled as characters come; 0 is unknown. */
const classes = new Uint8Array(0x10000);

function classOf(codeUnit: number): CharacterClass {
  const known = classes[codeUnit] ?? 0;
  return known === 0 ? (classes[codeUnit] = classify(codeUnit)) : known;
}

function classify(codeUnit: number): CharacterClass {
  const character = String.fromCharCode(codeUnit);
  if (/[\r\n]/.test(character)) return lineEnd;
  if (/\s/u.test(character)) return space;
  if (/\p{L}/u.test(character)) return letter;
  if (/\p{N}/u.test(character)) return number;
  if (/\p{M}/u.test(character)) return mark;
  if (/\p{Surrogate}/u.test(character)) return surrogate;
  if (character === "'") return apostrophe;
  return character === '/' ? slash : punctuation;
}

/** Whether a text ends in white space. */
export function endsInWhiteSpace(text: string): boolean {
  return text !== '' && isWhiteSpace(classOf(text.charCodeAt(text.length - 1)));
}

/** The last place where `text` can be cut, in UTF-16 code units; undefined where there is none. */
export function lastSafeCut(text: string): number | undefined {
  let after = classOf(text.charCodeAt(text.length - 1));
  let before = classOf(text.charCodeAt(text.length - 2));
  for (let index = text.length - 1; index > 0; index -= 1) {
    const ahead = index > 1 ? classOf(text.charCodeAt(index - 2)) : space;
    const rule = rules[(before << classBits) | after];
    if (rule === always || (rule === afterLoneLineEnd && !isWhiteSpace(ahead))) return index;
    after = before;
    before = ahead;
  }
  return undefined;
}

/** A part of a text between two cuts, and a hash of its code units. */
export type SegmentVisitor = (from: number, to: number, hash: number) => void;

export interface Characters {
  /** Runs of characters that are no white space. */
  readonly words: number;
  /** Code points. */
  readonly characters: number;
}

/** Cuts `text` wherever that is safe, and counts on the way. `inWord`: what came before ended within a word. */
export function visitSegments(text: string, inWord: boolean, visit: SegmentVisitor): Characters {
  const { length } = text;
  let ahead = space;
  // At the start, no rule holds: nothing is cut before the first character.
  let before = space;
  let spaceBefore = !inWord;
  let words = 0;
  let secondHalves = 0;
  let from = 0;
  let hash = 0;
  for (let index = 0; index < length; index += 1) {
    const codeUnit = text.charCodeAt(index);
    const after = classOf(codeUnit);
    const rule = rules[(before << classBits) | after];
    if (rule !== 0 && (rule === always || (ahead !== space && ahead !== lineEnd))) {
      visit(from, index, hash);
      from = index;
      hash = 0;
    }
    hash = (Math.imul(hash ^ codeUnit, 0x01000193) + 0x1b873593) | 0;
    const isSpace = after === space || after === lineEnd;
    if (spaceBefore && !isSpace) words += 1;
    if (after === surrogate && codeUnit >= 0xdc00) secondHalves += 1;
    spaceBefore = isSpace;
    ahead = before;
    before = after;
  }
  if (length > from) visit(from, length, hash);
  return { words, characters: length - secondHalves };
}
