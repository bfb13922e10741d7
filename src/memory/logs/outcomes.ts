// What the numbers of a record say of success: answers of web servers, exit codes, counts of errors.

/** `fine`: no error is counted; `trouble`: some are; the status of an answer that is a client's or the server's error. */
export type Outcome = 'fine' | 'trouble' | `${4 | 5}${string}`;

/** An answer of a web server, as access logs tell it. */
const answer = /\bHTTP\/\d(?:\.\d)?"?,? (?:status[=:] ?)?([1-5]\d\d)\b/;
/** A count of errors, or a code that is 0 for success. */
const count =
  /\b(?:errors?|failed|failures?|unreachable|exit(?:ed|ing)?(?: with)?(?: code| status)?|(?:exit|return|error)[ _-]?(?:code|status|value)|rc|errno|errorlevel)\b["']?(?: ?[=:]| of| is)? ?["']?(-?\d+)\b(?![.:]\d)|(?<![\w.:=-])(\d+) (?:errors?|failures?|failed|unreachable)\b/gi;

/** Undefined where nothing in the record says so. */
export function outcomeOf(line: string): Outcome | undefined {
  const answered = answer.exec(line)?.[1];
  if (answered !== undefined) return isError(answered) ? answered : 'fine';
  let outcome: Outcome | undefined;
  for (const [, behind, before] of line.matchAll(count)) {
    if (Number(behind ?? before) !== 0) return 'trouble';
    outcome = 'fine';
  }
  return outcome;
}

function isError(status: string): status is `${4 | 5}${string}` {
  return status.startsWith('4') || status.startsWith('5');
}

/** A message without its counts of errors: where they are 0, their words tell of none. */
export function withoutOutcome(message: string): string {
  return message.replaceAll(count, ' ');
}
