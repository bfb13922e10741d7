// How bad a record is, from its level and from the words of its message. From 0, chatter, to 1, fatal.

import type { Level } from './record-head.js';

const levelSeverity: Record<Level, number> = {
  fatal: 1,
  error: 0.8,
  warning: 0.5,
  notice: 0.1,
  info: 0.05,
  debug: 0,
  trace: 0,
};

/** Words that tell of trouble, as stems; worst first. */
const wordSeverities: readonly (readonly [number, RegExp])[] = [
  [
    1,
    words(
      'panic|fatal|crash|segfault|segmentation fault|core dumped|out of memory|oom|corrupt|data loss|break in|attack|' +
        'exploit|intru(?:der|sion)|emergency|uncorrectable|machine check|hijack|compromised|unrecoverable|kernel bug',
    ),
  ],
  [
    0.8,
    words(
      "fail(?! ?over)|error|err\\b|critical|exception|traceback|abort|assert|kill(?:ed|ing)\\b|cannot|can ?not|can'?t\\b|could ?n[o']t|" +
        'unable|refus|den(?:y|ied)|unauthori[sz]ed|not authori[sz]ed|forbidden|not allowed|not permitted|illegal|invalid\\b|' +
        'not valid|not found|missing|unreachable|not reachable|no such|not exist|no route|broken|deadlock|overflow|' +
        'reject|timed out|unexpected|violat|malformed|bad\\b|fault|severed|terminated (?:for|by|on|with)|' +
        'abnormal|alert\\b|unavailable|not available|lost\\b|no space|mismatch|incorrect|wrong|unhandled|uncaught|unrecogni[sz]ed|' +
        'unsupported|spoof|brute ?force|flood|suspicious|possible (?:attack|.*attempt)|banned|blacklist|malicious|' +
        'server error|client error|unhealthy|inconsistent|lockup|stuck\\b|smash|split brain|undefined reference|(?:is|went|going) down\\b|read only|deadline exceeded|quota exceeded|too many open|circuit breaker|unknown user|user unknown',
    ),
  ],
  [
    0.5,
    words(
      'warn|retry|retries|slow|delay|deprecat|unknown|expir|disconnect|reset\\b|drop(?:ped|ping)\\b|time ?out|exceed|' +
        'throttl|degrad|restart|shut(?:ting)? ?down|stopped|exited|exit code|late\\b|behind\\b|blocked|ignor|interrupt|' +
        'too (?:long|many|large|big|high|old)|not responding|no response|unclean|dirty|recover|lock(?:ed)? out|' +
        'conflict|leak|stale|severe|no longer|give up|giving up|closed? (?:unexpectedly|by)',
    ),
  ],
  [
    // No trouble, but what an operator keeps track of: who comes in, what starts, stops and takes over.
    0.3,
    words(
      'accepted (?:password|publickey|keyboard)|session opened|logged in|log ?in\\b|sudo|new user|user ?add|password changed|' +
        'start(?:ed|ing|up)\\b|boot|elect(?:ed|ion)|leader|fail ?over|promot|takes? over|taking over|mounted|' +
        'roll(?:ed|ing)? (?:out|back)|deploy|upgrad|on ?line\\b|off ?line\\b|state change|changed? (?:its )?state|' +
        '(?:link|interface|node|service|host) (?:is |went |came )?(?:up|down)\\b|switch(?:ed|ing) (?:to|over)',
    ),
  ],
];

/** What takes such a word back: `no errors`, `0 tests failed`, `failed=0`, `"failed": false`, `on error: stop`. */
const negated = new RegExp(
  [
    String.raw`\b(?:no|0|zero|without(?: any)?) (?:(?!such\b)\w+ )?(?:errors?|failures?|failed|warnings?|exceptions?|faults?|problems?)\b`,
    String.raw`\b(?:err|errors?|fail|failed|failures?|warnings?|exceptions?|unreachable)["']? ?[=:] ?["']?(?:0\b|none|false|null|"")`,
    String.raw`\berrors? (?:free|code 0\b)`,
    String.raw`\b(?:ignore|on|max|if|handle|log|retry on) ?errors?\b(?= ?[=:])`,
    String.raw`\bexit(?:ed with)? (?:code|status) 0\b`,
    // A name with nothing, and a count of nothing.
    String.raw`\b\w+["']? ?[=:] ?["']?(?:0|false|none|null|no|off|nil|"")(?![\w.])|\b\w+=""`,
    String.raw`\b(?:lost|killed|refused|failed|dropped|invalid) 0\b|\b0% \w+ loss\b`,
    // What looks after trouble.
    String.raw`\b(?:errors?|exceptions?|fatal|crash|panic|fault|failure|deadlock|segfault|corruption|attack|emergency|alert) (?:handlers?|handling|detectors?|detection|reporters?|reporting|collectors?|correction|counters?|tables?|pages?|buttons?|contacts?|subscriptions?|polic(?:y|ies)|mode)\b`,
    String.raw`\bno (?:panic|crash|attack)s?\b|\bpanic=\d+`,
  ].join('|'),
  'g',
);

/** What says that all went well, of which words of trouble are only a part: `exception support enabled`. `ok=3` is a count. */
const wellMade =
  /\b(?:enabled|done|ok|okay|passed|success|succeeded|successfully|completed?|supported|registered|corrected|recovered|resolved)\b(?!=)/;
const mostWhereWell = 0.3;

/** A name and its value, on a line of a table: `machine check enable ........ 0`. */
const field = /\.{3,} ?\S{1,4}$/;

/** How bad the words of a message are. */
export function wordSeverity(message: string): number {
  if (field.test(message)) return 0;
  const plain = message
    // The names of files tell of nothing, and those of functions only by what they end with.
    .replace(/(?<![\w/])(?:\/|\w+\/)\S*/g, ' ')
    .replace(/(?<=[A-Za-z])(?=(?:Exception|Error|Failure|Failed|Fault|Timeout|Panic)\b)/g, ' ')
    .replace(/[_\-./]+/g, ' ')
    .toLowerCase()
    .replace(negated, ' ');
  const severity = wordSeverities.find(([, pattern]) => pattern.test(plain))?.[0] ?? 0;
  return wellMade.test(plain) ? Math.min(severity, mostWhereWell) : severity;
}

/** From here on, words tell of a failure. */
const failing = 0.8;

export function tellsOfFailure(message: string): boolean {
  return wordSeverity(message) >= failing;
}

/** How bad a record is by both: a level may lie, and so may words. Halfway between the worse one and their mean. */
export function severityOf(level: Level | undefined, message: string): number {
  const words = wordSeverity(message);
  if (level === undefined) return words;
  const told = levelSeverity[level];
  // What is written for those who look for a fault is full of such words.
  const heard = told === 0 ? words / 2 : words;
  return (Math.max(told, heard) + (told + heard) / 2) / 2;
}

function words(stems: string): RegExp {
  return new RegExp(`(?:^|[^\\p{L}])(?:${stems})`, 'u');
}
