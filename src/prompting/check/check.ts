// Checks a prompt file by the rules, and mends what can be mended.

import type { LineRange } from '../../engine/events.js';
import { parsePrompt, type Part } from './parsed-prompt.js';
import { readPromptFile, withEdits, type Edit, type MessageLabel, type PromptFile } from './prompt-file.js';
import type { LineCounter, Range } from './prompt-text.js';
import type { Rule, RuleContext } from './rule.js';
import type { RuleName } from './rule-names.js';

export interface Finding {
  readonly rule: RuleName;
  /** Of the file. */
  readonly lines: LineRange;
  /** Null where the file is no chat messages. */
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

/** One edit may make room for another: so often at most. */
const mostPasses = 10;

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
  let file = original;
  let findings = checkPrompt(file, rules, context);
  const before = findings.length;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const edits = apart(findings.map((finding) => finding.edits));
    if (edits.length === 0) break;
    file = readPromptFile(withEdits(file, edits), name);
    findings = checkPrompt(file, rules, context);
  }
  return { text: file.text, fixed: Math.max(0, before - findings.length), findings };
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

function fileLines({ lineAt }: PromptFile, { source }: Part, { from, to }: Range): LineRange {
  return linesOf(lineAt, { from: source.placeOf(from), to: source.placeOf(to) });
}

function linesOf(lineAt: LineCounter, { from, to }: Range): LineRange {
  return [lineAt(from), lineAt(Math.max(from, to - 1))];
}
