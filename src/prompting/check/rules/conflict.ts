// The rule on instructions that cannot both be followed.

import { claimsOf, type Claim } from '../claims.js';
import type { ParsedPart, ParsedPrompt } from '../parsed-prompt.js';
import { shortened } from '../prompt-text.js';
import type { RuleFinding, Rule } from './rule.js';
import { openaiGuide } from '../rule-sources.js';
import type { Statement } from '../statements.js';

export const conflictingInstructions: Rule = {
  id: 'conflicting-instructions',
  sources: [openaiGuide],
  families: [],
  mends: false,
  bad: 'Write a query for the question below. Return only the query.\nFirst explain your reasoning step by step.\n\nQuestion: How many orders came in yesterday?',
  good: 'Write a query for the question below. Return only the query.\n\nQuestion: How many orders came in yesterday?',
  check(prompt) {
    const claims = claimsOf(prompt);
    const conflicts = [...claims.flatMap(conflictOf), ...opposites(prompt)];
    const told = new Set<Statement>();
    return conflicts.flatMap((conflict): readonly RuleFinding[] => {
      if (told.has(conflict.later.statement)) return [];
      told.add(conflict.later.statement);
      return [found(conflict)];
    });
  },
};

function conflictOf(later: Claim, index: number, claims: readonly Claim[]): readonly Conflict[] {
  const earlier = claims.find((each, at) => at < index && excludes(each, later));
  return earlier === undefined ? [] : [{ earlier, later, about: later.about }];
}

interface Conflict {
  readonly earlier: Placed;
  readonly later: Placed;
  readonly about: string;
}

interface Placed {
  readonly part: ParsedPart;
  readonly statement: Statement;
}

function found({ earlier, later, about }: Conflict): RuleFinding {
  const { from, to, text } = later.statement;
  const where = placeOf(earlier, later.part);
  const reason = `contradicts ${where} on ${about}: the model follows one of them, often the later`;
  return {
    part: later.part,
    from,
    to,
    reason,
    rewrite: `Keep one: "${shortened(earlier.statement.text)}" or "${shortened(text)}"`,
    edits: [],
  };
}

function placeOf({ part, statement }: Placed, here: ParsedPart): string {
  const line = `line ${part.lineAt(statement.from)}`;
  return part === here || part.message === null ? line : `${line} of message ${part.message.number}`;
}

function excludes(earlier: Claim, later: Claim): boolean {
  if (earlier.about !== later.about || earlier.statement === later.statement) return false;
  if (earlier.bounds === null || later.bounds === null) return earlier.value !== later.value;
  return earlier.bounds[1] < later.bounds[0] || later.bounds[1] < earlier.bounds[0];
}

/** `Always cite the page.` and `Do not cite the page.` */
function opposites({ parts }: ParsedPrompt): readonly Conflict[] {
  return parts.flatMap((part) => {
    const demands = part.statements.flatMap((statement) => {
      const demand = demandOf(statement.plain);
      return demand === undefined ? [] : [{ part, statement, ...demand }];
    });
    return demands.flatMap((later, index) => {
      const earlier = demands.find(
        (each, at) => at < index && each.isForbidden !== later.isForbidden && each.what === later.what,
      );
      return earlier === undefined ? [] : [{ earlier, later, about: 'the same thing' }];
    });
  });
}

/** A demand of fewer words says too little to be compared. */
const leastWords = 2;

function demandOf(text: string): { readonly what: string; readonly isForbidden: boolean } | undefined {
  const [, forbidden, asked, rest = ''] =
    /^(?:please )?(?:(do not|don't|never|avoid|you must not|you should not)|(always|make sure to|be sure to|you must|you should)) (.+)$/i.exec(
      text,
    ) ?? [];
  if ((forbidden ?? asked) === undefined) return undefined;
  const words = rest
    .toLowerCase()
    .replace(/[^a-z0-9' ]/g, '')
    .split(' ')
    .filter((word) => !/^(?:the|an?|any|ever|always)$/.test(word));
  return words.length < leastWords ? undefined : { what: words.join(' '), isForbidden: forbidden !== undefined };
}
