// The rule on tokens that buy nothing.

import { documentsOf, type ParsedPart } from '../parsed-prompt.js';
import { aboutTokens, normalised, wholeLines, wordCount, type TextRange } from '../prompt-text.js';
import { edit, longDocumentTokens, type RuleFinding, type Rule, type RuleContext } from './rule.js';
import { googleStrategies, openaiGuide } from '../rule-sources.js';
import type { Statement } from '../statements.js';
import { isRole, isSurelyInstruction } from '../sure-instructions.js';
import { isRequest } from '../words.js';

/** A shorter sentence may well stand twice. */
const leastWords = 6;
/** A paragraph of a document that stands twice is a slip from so many words on. */
const leastParagraphWords = 40;

const incentive =
  /\b(?:tip|pay|give|offer) you (?:a )?(?:[$€£]\s?\d|\d+ ?(?:dollars|euros|pounds|bucks|[$€£]))|[$€£]\s?\d+ tip\b|\bmy (?:job|career|life|promotion) depends on\b|\b(?:or|otherwise) (?:i|you)(?:'ll| will) (?:be fired|get fired|lose my job|be punished|be shut down)\b/i;

export const tokenWaste: Rule = {
  id: 'token-waste',
  sources: [openaiGuide, googleStrategies],
  families: [],
  mends: true,
  bad: 'Translate the sentence to French. Give the translation only, without any comment.\nGive the translation only, without any comment.\n\nSentence: The shop is closed on Mondays.',
  good: 'Translate the sentence to French. Give the translation only, without any comment.\n\nSentence: The shop is closed on Mondays.',
  check({ parts }, context) {
    return parts.flatMap((part) => [
      ...repeatedInstructions(part, context),
      ...incentives(part, context),
      ...repeatedParagraphs(part, context),
      ...encodedData(part, context),
    ]);
  },
};

function repeatedInstructions(part: ParsedPart, { countTokens }: RuleContext): readonly RuleFinding[] {
  const seen = new Map<string, Statement>();
  const repeated: { readonly first: Statement; readonly from: number; to: number }[] = [];
  for (const statement of requestsOf(part)) {
    const key = normalised(statement.text);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, statement);
      continue;
    }
    // Templates choose between branches.
    if (part.text.slice(first.to, statement.from).includes('{%')) continue;
    // At both ends of a long document, the makers of models recommend it.
    const between = documentsOf(part).filter(({ from }) => from > first.from && from < statement.from);
    const tokens = between.reduce((sum, { from, to }) => sum + countTokens(part.text.slice(from, to)), 0);
    if (wordCount(key) < leastWords || statement.text.endsWith(':') || tokens >= longDocumentTokens) continue;
    const last = repeated.at(-1);
    if (last !== undefined && part.text.slice(last.to, statement.from).trim() === '') last.to = statement.to;
    else repeated.push({ first, from: statement.from, to: statement.to });
  }
  return repeated.map(({ first, from, to }) => {
    const line = part.lineAt(first.from);
    const reason = `says again what line ${line} says: ${cost(part, { from, to }, countTokens)}`;
    const isSure = isSurelyInstruction(part, { from: first.from, to }, isIncentive);
    return isSure ? removal(part, { from, to }, reason) : withoutFix(part, { from, to }, reason);
  });
}

/** The requests of paragraphs that hold nothing else: a refrain of a song is not found. */
function requestsOf({ blocks, statements }: ParsedPart): readonly Statement[] {
  let next = 0;
  return blocks.flatMap(({ to }) => {
    const first = next;
    while ((statements[next]?.from ?? Infinity) < to) next += 1;
    const own = statements.slice(first, next).filter((each) => !isIncentive(each));
    const [beginning, ...others] = own;
    if (beginning === undefined) return [];
    const requests = isRole(beginning) ? others : own;
    return requests.every(({ text }) => isRequest(text) && !text.endsWith('?')) ? requests : [];
  });
}

function incentives(part: ParsedPart, { countTokens }: RuleContext): readonly RuleFinding[] {
  return part.statements.filter(isIncentive).map((statement) => {
    const what = cost(part, statement, countTokens);
    const reason = `a tip or a threat: makers of models advise to do without: ${what}`;
    const isSure = isSurelyInstruction(part, statement, isIncentive);
    return isSure ? removal(part, statement, reason) : withoutFix(part, statement, reason);
  });
}

function isIncentive({ plain }: Statement): boolean {
  return incentive.test(plain);
}

/** Where it may be part of a text to work on, only the writer can take it out. */
function withoutFix(part: ParsedPart, range: TextRange, reason: string): RuleFinding {
  return { part, from: range.from, to: range.to, reason, rewrite: '<left out>', edits: [] };
}

function repeatedParagraphs(part: ParsedPart, { countTokens }: RuleContext): readonly RuleFinding[] {
  const seen = new Map<string, number>();
  return documentsOf(part).flatMap(({ from, to }) =>
    [...part.text.slice(from, to).matchAll(/\S[^]*?(?=\r?\n\s*\r?\n|$(?![^]))/g)].flatMap(
      (match): readonly RuleFinding[] => {
        const key = normalised(match[0]);
        const range = { from: from + match.index, to: from + match.index + match[0].length };
        if (wordCount(key) < leastParagraphWords) return [];
        const first = seen.get(key);
        if (first === undefined) {
          seen.set(key, range.from);
          return [];
        }
        const reason = `the document has this paragraph in line ${part.lineAt(first)} already: ${cost(part, range, countTokens)}`;
        return [{ part, ...range, reason, rewrite: '<the paragraph once>', edits: [] }];
      },
    ),
  );
}

/** Base64 of so many characters is no name and no key. */
function encodedData(part: ParsedPart, { countTokens }: RuleContext): readonly RuleFinding[] {
  return [...part.text.matchAll(/[A-Za-z0-9+/]{200,}={0,2}/g)].flatMap((match): readonly RuleFinding[] => {
    if (![/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(match[0]))) return [];
    const range = { from: match.index, to: match.index + match[0].length };
    const reason = `base64 that a model cannot read: ${cost(part, range, countTokens)}`;
    return [{ part, ...range, reason, rewrite: '<left out, or attached as a file>', edits: [] }];
  });
}

function cost({ text }: ParsedPart, { from, to }: TextRange, countTokens: RuleContext['countTokens']): string {
  return aboutTokens(countTokens(text.slice(from, to)));
}

/** Takes a whole line away where nothing else stands on it, else the sentence and the space behind it. */
function removal(part: ParsedPart, range: TextRange, reason: string): RuleFinding {
  const lines = wholeLines(part.text, range);
  const rest = part.text.slice(lines.from, range.from) + part.text.slice(range.to, lines.to);
  const isAlone = /^(?:[-*+•]|\d+[.)])?$/.test(rest.trim());
  const space = /^[^\S\n]*/.exec(part.text.slice(range.to))?.[0].length ?? 0;
  const removed = isAlone ? lines : { from: range.from, to: range.to + space };
  return { part, ...range, reason, rewrite: '<left out>', edits: [edit(part, removed, '')] };
}
