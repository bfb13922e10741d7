// unspool prompt check: what is wrong with prompts, and the same prompts without it.

import { done, type Outcome } from '../../../cli/command.js';
import { loadEncodings } from '../../../backends/counting/gpt-tokenizer.js';
import { readWholeText } from '../../../documents/text/whole-text.js';
import type { DocumentLabel } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { TextCounter } from '../../../engine/counting/text-counter.js';
import { toUnspoolError, type UnspoolError } from '../../../errors.js';
import { checkPrompt, mendPrompt, type Mended } from '../../../prompting/check/check.js';
import { readPromptFile } from '../../../prompting/check/prompt-file.js';
import { ruleNames, type RuleFamily, type RuleName } from '../../../prompting/check/rules/names.js';
import type { RuleContext } from '../../../prompting/check/rules/rule.js';
import { rules } from '../../../prompting/check/rules/rules.js';
import type { InputSource } from '../../options/reading.js';

export interface CheckRequest {
  /** Paths of files, and standard input. */
  readonly sources: readonly InputSource[];
  readonly family: RuleFamily | undefined;
  readonly off: readonly RuleName[];
  /** Where mended prompts go; undefined where nothing is mended. */
  readonly write: ((source: InputSource, text: string) => void) | undefined;
}

/** A prompt that cannot be read does not keep the others from being checked. */
export async function checkPrompts(request: CheckRequest, reporter: Reporter): Promise<Outcome> {
  const counter = new TextCounter(await loadEncodings(['o200k_base']));
  const countTokens = (text: string): number => counter.count(text, false).tokens[0] ?? 0;
  const failures: UnspoolError[] = [];
  let findings = 0;
  for (const [index, source] of request.sources.entries()) {
    try {
      findings += await checkOne(source, index, request, countTokens, reporter);
    } catch (error) {
      failures.push(toUnspoolError(error));
    }
  }
  if (failures.length > 0) return { status: 'failed', failures };
  return { status: findings > 0 ? 'findings' : 'done', failures };
}

/** Returns how many findings there are, or are left. */
async function checkOne(
  source: InputSource,
  index: number,
  { family, off, write }: CheckRequest,
  countTokens: (text: string) => number,
  reporter: Reporter,
): Promise<number> {
  const { name, text, mark } = await readWholeText(source);
  const document = { index, name };
  const file = readPromptFile(text, name);
  const chosen = rules.filter(({ id }) => !off.includes(id));
  const context: RuleContext = { family, countTokens };
  const mended: Mended =
    write === undefined
      ? { text, fixed: 0, findings: checkPrompt(file, chosen, context) }
      : mendPrompt(file, name, chosen, context);
  // What is read from standard input goes on, also where nothing had to be mended.
  if (mended.text !== text || typeof source !== 'string') write?.(source, mark + mended.text);
  report(mended, document, reporter);
  const fixable = mended.findings.filter(({ edits }) => edits.length > 0).length;
  const counts = { findings: mended.findings.length, fixable, fixed: mended.fixed };
  const { format, parts } = readPromptFile(mended.text, name);
  const tokens = parts.reduce((sum, part) => sum + countTokens(part.text), 0);
  reporter.handle({ event: 'prompt-checked', document, format, tokens, ...counts });
  return mended.findings.length;
}

function report({ findings }: Mended, document: DocumentLabel, reporter: Reporter): void {
  for (const { rule, lines, message, reason, rewrite, edits } of findings) {
    const fixable = edits.length > 0;
    reporter.handle({ event: 'finding', document, lines, message, rule, reason, rewrite, fixable });
  }
}

/** Tells the rules themselves. */
export function listRules(reporter: Reporter): Outcome {
  for (const { id, families, mends, sources, bad, good } of rules) {
    const finds = ruleNames[id];
    reporter.handle({ event: 'prompt-rule', rule: id, finds, families, fixable: mends, sources, bad, good });
  }
  return done;
}
