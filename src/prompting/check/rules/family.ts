// The rule on the form of a prompt that a family of models reads worse than another.

import { inTags } from './delimiters.js';
import { documentsOf, type PromptBlock, type ParsedPart } from '../parsed-prompt.js';
import { inOneLine, wordCount } from '../prompt-text.js';
import type { RuleFinding, Rule } from './rule.js';
import type { RuleFamily } from './names.js';
import { anthropicPractices, googleStrategies, openaiGuide } from '../rule-sources.js';

/** A shorter text is told from instructions in any form. */
const leastWords = 50;
/** Titles that make a structure of their own. */
const leastTitles = 2;

export const familyFormat: Rule = {
  id: 'family-format',
  sources: [openaiGuide, anthropicPractices, googleStrategies],
  families: ['gpt', 'claude', 'gemini'],
  mends: true,
  bad: 'List the open points of the letter, one a line.\n\n"""\n[100 words]\n"""',
  good: 'List the open points of the letter, one a line.\n\n<document>\n[100 words]\n</document>',
  check({ parts }, { family }) {
    return family === undefined ? [] : parts.flatMap((part) => checks[family](part));
  },
};

const checks: Readonly<Record<RuleFamily, (part: ParsedPart) => readonly RuleFinding[]>> = {
  gpt: (part) => documentsOf(part).flatMap((block) => jsonDocuments(part, block)),
  claude: (part) => documentsOf(part).flatMap((block) => withoutTags(part, block)),
  gemini: mixedStructure,
};

/** Several documents as a JSON array. */
function jsonDocuments(part: ParsedPart, block: PromptBlock): readonly RuleFinding[] {
  const documents = objectsIn(part.text.slice(block.from, block.to).trim());
  const [first] = documents.filter((each) => Object.values(each).some(isLong));
  if (first === undefined || documents.length < 2) return [];
  const { from, to } =
    block.delimiter === null ? block : { from: block.delimiter.open.from, to: block.delimiter.close.to };
  const reason = `${documents.length} documents as JSON: GPT-4.1 did particularly poorly with that on long contexts, and well with tags`;
  return [{ part, from, to, reason, rewrite: `${tagOf(first)} … one for each document`, edits: [] }];
}

function objectsIn(text: string): readonly Record<string, unknown>[] {
  if (!text.startsWith('[')) return [];
  try {
    const value: unknown = JSON.parse(text);
    const isObject = (each: unknown): each is Record<string, unknown> => typeof each === 'object' && each !== null;
    return Array.isArray(value) ? value.filter(isObject) : [];
  } catch {
    return [];
  }
}

/** A value of a document that is text, and not a name. */
function isLong(value: unknown): value is string {
  return typeof value === 'string' && wordCount(value) >= 20;
}

function tagOf(document: Record<string, unknown>): string {
  const entries = Object.entries(document);
  const attributes = entries.flatMap(([key, value]) =>
    (typeof value === 'string' || typeof value === 'number') && !isLong(value) ? [` ${key}="${value}"`] : [],
  );
  const text = entries.map(([, value]) => value).find(isLong) ?? '';
  return `<doc${attributes.join('')}>${inOneLine(text).split(' ').slice(0, 5).join(' ')} …</doc>`;
}

/** Quotes, marks and fences that name no language: what is code stays a fence. */
function withoutTags(part: ParsedPart, block: PromptBlock): readonly RuleFinding[] {
  const { delimiter } = block;
  if (delimiter === null || delimiter.kind === 'tag' || delimiter.info !== '') return [];
  if (wordCount(part.text.slice(block.from, block.to)) < leastWords) return [];
  const { open, close } = delimiter;
  const shown = delimiter.kind === 'marks' ? `the marks of ${delimiter.name}` : delimiter.name;
  const reason = `a document between ${shown}: Claude tells documents from instructions best by tags`;
  return [{ part, from: open.from, to: close.to, reason, ...inTags(part, block, delimiter) }];
}

/** Tags around some sections, and titles above others. */
function mixedStructure(part: ParsedPart): readonly RuleFinding[] {
  const tag = part.blocks.find(({ delimiter }) => delimiter?.kind === 'tag')?.delimiter;
  const titles = part.titles.filter(({ from }) => part.text[from] === '#');
  const [first] = titles;
  if (tag === null || tag === undefined || first === undefined || titles.length < leastTitles) return [];
  const { from, to } = tag.open;
  const reason = `sections in tags and under titles ("${part.text.slice(first.from, first.to)}"): Gemini's guide wants one of the two in a prompt`;
  return [{ part, from, to, reason, rewrite: `## ${tag.name}`, edits: [] }];
}
