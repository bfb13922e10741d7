// Rules on what stands where in a long prompt.

import { documentsOf, type ParsedPart } from '../parsed-prompt.js';
import { edit, longDocumentTokens, type RuleFinding, type Rule, type RuleContext } from './rule.js';
import {
  anthropicPractices,
  googleLongContext,
  lostInTheMiddle,
  openaiGuide,
  sameTaskMoreTokens,
} from '../rule-sources.js';
import { aboutTokens, inOneLine, lineEndOf, shortened } from '../prompt-text.js';
import type { RuleFamily } from './names.js';
import type { Statement } from '../statements.js';
import { addressesModel, isRequest, mayBeRequest } from '../words.js';

/** What has less than this share of the documents in front of it, or behind it, is near an end. */
const middleShare = 0.2;

export const buriedInstruction: Rule = {
  id: 'buried-instruction',
  sources: [lostInTheMiddle, sameTaskMoreTokens],
  families: [],
  mends: false,
  bad: 'Summarise the minutes in three sentences.\n\nMinutes:\n\n[400 words]\n\nIn your summary, leave out all names.\n\n[400 words]',
  good: 'Summarise the minutes in three sentences. Leave out all names.\n\nMinutes:\n\n[400 words]\n\n[400 words]',
  check({ parts }, { countTokens }) {
    return parts.flatMap((part): readonly RuleFinding[] => {
      const documents = documentsOf(part).map(({ from, to, delimiter }) => ({
        ...{ from, isDelimited: delimiter !== null },
        tokens: countTokens(part.text.slice(from, to)),
      }));
      const all = sum(documents);
      if (all < longDocumentTokens) return [];
      let [next, before] = [0, 0];
      return part.statements.flatMap((statement): readonly RuleFinding[] => {
        const { from, to, text } = statement;
        for (; (documents[next]?.from ?? Infinity) < from; next += 1) before += documents[next]?.tokens ?? 0;
        if (Math.min(before, all - before) < middleShare * all || !mayBeRequest(text)) return [];
        // Without delimiters, a request may as well be part of the text.
        const isBetween = documents[next - 1]?.isDelimited === true && documents[next]?.isDelimited === true;
        if (!isBetween && !addressesModel(text, false)) return [];
        const reason = `stands in the middle of documents of ${aboutTokens(all)}, where instructions are read worst`;
        return [{ part, from, to, reason, rewrite: `Above or below the documents: ${shortened(text)}`, edits: [] }];
      });
    });
  },
};

function sum(documents: readonly { readonly tokens: number }[]): number {
  return documents.reduce((total, { tokens }) => total + tokens, 0);
}

export const questionPosition: Rule = {
  id: 'question-position',
  sources: [openaiGuide, anthropicPractices, googleLongContext],
  families: ['gpt', 'claude', 'gemini'],
  mends: true,
  bad: 'Question: Which clause lets the tenant end the lease?\n\n<lease>\n[800 words]\n</lease>',
  good: 'Question: Which clause lets the tenant end the lease?\n\n<lease>\n[800 words]\n</lease>\n\nQuestion: Which clause lets the tenant end the lease?',
  check({ parts }, context) {
    const { family } = context;
    if (family === undefined) return [];
    // What a system prompt says counts as said in front.
    const last = parts.findLast((part) => part.message?.role !== 'assistant' && documentsOf(part).length > 0);
    if (last === undefined) return [];
    const saidBefore = parts
      .slice(0, parts.indexOf(last))
      .some(({ statements }) => statements.some(({ text }) => isRequest(text)));
    const saidAfter = parts.slice(parts.indexOf(last) + 1).some(({ statements }) => statements.length > 0);
    return misplaced(last, family, context, { saidBefore, saidAfter });
  },
};

function misplaced(
  part: ParsedPart,
  family: RuleFamily,
  { countTokens }: RuleContext,
  { saidBefore, saidAfter }: { readonly saidBefore: boolean; readonly saidAfter: boolean },
): readonly RuleFinding[] {
  const documents = documentsOf(part);
  const tokens = documents.reduce((total, { from, to }) => total + countTokens(part.text.slice(from, to)), 0);
  const [start, end] = [documents[0]?.from ?? 0, documents.at(-1)?.to ?? 0];
  if (tokens < longDocumentTokens) return [];
  const requests = part.statements.filter(({ text }) => isRequest(text));
  const above = requests.filter(({ to }) => to <= start);
  const below = requests.filter(({ from }) => from >= end);
  const [first] = below;
  if (family === 'gpt') {
    if (saidBefore || above.length > 0 || first === undefined) return [];
    const reason = `instructions only below documents of ${aboutTokens(tokens)}: GPT follows them better above, best at both ends`;
    const rewrite = `Above the documents, too: ${shortened(first.text)}`;
    return [{ part, from: first.from, to: first.to, reason, rewrite, edits: [] }];
  }
  const question = above.findLast(({ text }) => text.endsWith('?')) ?? above[0];
  if (saidAfter || below.length > 0 || question === undefined) return [];
  return [repeatedBelow(part, question, tokens, family)];
}

/** The paragraph of the question once more at the end: what stands above stays. */
function repeatedBelow(part: ParsedPart, question: Statement, tokens: number, family: RuleFamily): RuleFinding {
  const { from, to } = question;
  const block = part.blocks.find((each) => each.from <= from && to <= each.to) ?? question;
  const text = part.text.slice(block.from, block.to).trim();
  const name = family === 'claude' ? 'Claude' : 'Gemini';
  const reason = `the question stands only above documents of ${aboutTokens(tokens)}: ${name} answers better with it at the end`;
  const lineEnd = lineEndOf(part.text);
  const bare = part.text.trimEnd().length;
  const closing = bare === part.text.length ? '' : lineEnd;
  // At the end, there is nothing below; and behind a text without an end, it would be part of that.
  const isClear =
    !/\b(?:below|following|here is|here are)\b/i.test(text) && documentsOf(part).at(-1)?.delimiter !== null;
  const end = { from: bare, to: part.text.length };
  const edits = isClear ? [edit(part, end, `${lineEnd}${lineEnd}${text}${closing}`)] : [];
  return { part, from, to, reason, rewrite: `Below the documents, too: ${shortened(inOneLine(text))}`, edits };
}
