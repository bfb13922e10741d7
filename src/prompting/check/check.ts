// Checks a prompt file by the rules, and mends what can be mended.

import type { LineRange } from '../../engine/events/events.js';
import { parsePrompt, type ParsedPart } from './parsed-prompt.js';
import { readPromptFile, withEdits, type Edit, type MessageLabel, type PromptFile } from './prompt-file.js';
import type { LineCounter, TextRange } from './prompt-text.js';
import type { Rule, RuleContext } from './rules/rule.js';
import type { RuleName } from './rules/names.js';

export interface Finding {
  readonly rule: RuleName;
  /** Of the file. */
  readonly lines: LineRange;
  /** Null where the file is no chat messages, or none of them has a text. */
  readonly message: (MessageLabel & { readonly lines: LineRange }) | null;
  readonly reason: string;
  readonly rewrite: string;
  /** What makes the rewrite; empty where only the writer can make it. */
  readonly edits: readonly Edit[];
}

export interface Mended {
  readonly text: string;
  /** How many findings are gone. */
  readonly fixed: number;
  /** What is left. */
  readonly findings: readonly Finding[];
}

/** Mending by one rule may show what another one finds: all are asked again, so often at most. */
const mostRounds = 10;

/** In the order of the file. */
export function checkPrompt(file: PromptFile, rules: readonly Rule[], context: RuleContext): readonly Finding[] {
  const prompt = parsePrompt(file);
  return rules
    .flatMap(({ id, check }) => check(prompt, context).map((found) => ({ id, found })))
    .map(({ id, found: { part, from, to, reason, rewrite, edits } }) => ({
      rule: id,
      lines: fileLines(file, part, { from, to }),
      message: part.message === null ? null : { ...part.message, lines: linesOf(part.lineAt, { from, to }) },
      ...{ reason, rewrite, edits },
    }))
    .sort((a, b) => a.lines[0] - b.lines[0]);
}

/** Applies what can be applied without the writer, until nothing of that is left. `name`: for errors. */
export function mendPrompt(original: PromptFile, name: string, rules: readonly Rule[], context: RuleContext): Mended {
  const before = checkPrompt(original, rules, context);
  let state: FixState = { file: original, findings: before };
  for (let round = 0; round < mostRounds; round += 1) {
    const last = state;
    // The question is repeated last, when what it says is mended.
    for (const { id } of rules.toReversed()) state = mendedBy(id, state, name, rules, context);
    if (state === last) break;
  }
  return { text: state.file.text, fixed: Math.max(0, before.length - state.findings.length), findings: state.findings };
}

interface FixState {
  readonly file: PromptFile;
  readonly findings: readonly Finding[];
}

/** The same state where the rule mends nothing. */
function mendedBy(id: RuleName, state: FixState, name: string, rules: readonly Rule[], context: RuleContext): FixState {
  const own = state.findings.filter(({ rule, edits }) => rule === id && edits.length > 0);
  if (own.length === 0) return state;
  const next = readPromptFile(withEdits(state.file, apart(own.map(({ edits }) => edits))), name);
  const left = checkPrompt(next, rules, context);
  // An edit that does not take its finding away would be made again and again.
  const stays = left.filter(({ rule, edits }) => rule === id && edits.length > 0).length >= own.length;
  return stays ? state : { file: next, findings: left };
}

/** The edits of as many findings as do not touch each other's. */
function apart(groups: readonly (readonly Edit[])[]): readonly Edit[] {
  return groups.reduce<readonly Edit[]>(
    (chosen, group) =>
      group.some((edit) => chosen.some((other) => touch(edit, other))) ? chosen : [...chosen, ...group],
    [],
  );
}

function touch(a: Edit, b: Edit): boolean {
  return a.part === b.part && a.from <= b.to && b.from <= a.to;
}

function fileLines({ lineAt }: PromptFile, { source }: ParsedPart, { from, to }: TextRange): LineRange {
  return linesOf(lineAt, { from: source.placeOf(from), to: source.placeOf(to) });
}

function linesOf(lineAt: LineCounter, { from, to }: TextRange): LineRange {
  return [lineAt(from), lineAt(Math.max(from, to - 1))];
}
