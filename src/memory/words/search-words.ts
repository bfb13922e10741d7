// The words by which text is found: those of a question, and those of scripts that put no space between words.

/** A word, with its combining marks. */
const word = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
/** Scripts without spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;
/** Of all text, these are enough to tell whether there is any of it. */
const mayBeUnspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\ud840-\ud88f]/;

/** Words of English that tell nothing of what is asked for. */
const emptyWords = new Set(
  (
    'a about all am an and any are as at be been being but by can could did do does doing for from had has have having ' +
    'he her hers him his how i if in into is it its just me my no not of on or our she should so some such tell than ' +
    'that the their them then there these they this those to was we were what when where which while who whom whose ' +
    'why will with would you your'
  ).split(' '),
);

export function isUnspaced(word: string): boolean {
  return mayBeUnspaced.test(word);
}

export function tellsNothing(word: string): boolean {
  return emptyWords.has(word);
}

/** Text as it is given to the index: runs of such scripts become pairs of neighbours (as Lucene's CJKBigramFilter does). */
export function searchable(text: string): string {
  if (!mayBeUnspaced.test(text)) return text;
  return text.replace(unspaced, (run) => ` ${pairs(run).join(' ')} `);
}

/** The words of a question that are looked for, each once; all of them where none tells anything. Empty without any. */
export function wordsOf(question: string): string[] {
  const words = searchable(question).normalize('NFC').toLowerCase().match(word) ?? [];
  const telling = words.filter((each) => !emptyWords.has(each));
  return [...new Set(telling.length > 0 ? telling : words)];
}

function pairs(run: string): string[] {
  const letters = Array.from(run);
  if (letters.length === 1) return letters;
  return letters.slice(1).map((letter, index) => `${letters[index] ?? ''}${letter}`);
}
