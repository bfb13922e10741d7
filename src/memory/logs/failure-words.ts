// Whether a line tells of a failure, by its words.

const failure = new RegExp(
  [
    String.raw`fail(?:s|ed|ing|ures?)?(?![a-z])`,
    String.raw`errors?(?![a-z])|(?<![a-z])err(?![a-z])`,
    String.raw`exceptions?(?![a-z])|traceback|panic(?:ked)?(?![a-z])|fatal|critical|emergency`,
    String.raw`abort(?:s|ed|ing)?(?![a-z])|crash(?:es|ed)?(?![a-z])|killed|segfault|core dumped|corrupt(?:ed)?(?![a-z])`,
    String.raw`cannot|can't|could not|couldn't|unable to|not found|no such|missing|invalid|illegal|rejected`,
    String.raw`denied|refused|forbidden|unreachable|timed out|(?<![a-z])time-?out(?![a-z])|bad exit`,
  ]
    .map((words) => `(?:${words})`)
    .join('|'),
  'i',
);

/** Counts and fields that say that nothing failed: `0 errors`, `failed=0`, `"failed": false`. */
const noFailure =
  /\b(?:no|0|without)\s+(?:\w+\s+)?(?:failures?|failed|errors?|exceptions?)\b|\b\w*(?:fail(?:ed|ures?)?|err(?:ors?)?|unreachable)["']?\s*[:=]\s*["']?(?:0\b|false|none|null|"")/gi;

/** Names in CamelCase count word by word: `java.io.IOException`. */
export function tellsOfFailure(text: string): boolean {
  return failure.test(text.replace(noFailure, ''));
}
