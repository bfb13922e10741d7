// A prompt in its parts, as all rules see it: instructions, documents, examples.

import { examplesIn, labelledGroups, type PromptExample, type LocatedText } from './examples.js';
import { delimitedBlockAt, type Delimiter } from './delimited.js';
import type { MessageLabel, PartSource, PromptFile } from './prompt-file.js';
import { lineCounter, linesOf, wordCount, type TextLine, type LineCounter, type TextRange } from './prompt-text.js';
import { statementsOf, type Statement } from './statements.js';
import {
  addressesModel,
  announcesDocument,
  hasDocumentLabel,
  isRequest,
  mayBeRequest,
  tagKind,
  titleKind,
} from './words.js';

/** What the model is told, a text to work on, or an answer that it is shown. */
export type BlockKind = 'instruction' | 'document' | 'example';

export interface PromptBlock extends TextRange {
  readonly kind: BlockKind;
  /** Null where nothing but its place tells what it is. */
  readonly delimiter: Delimiter | null;
}

export interface ParsedPart {
  readonly source: PartSource;
  readonly message: MessageLabel | null;
  readonly text: string;
  /** Of an offset in the text. */
  readonly lineAt: LineCounter;
  /** In order, without overlap. */
  readonly blocks: readonly PromptBlock[];
  readonly statements: readonly Statement[];
  readonly examples: readonly PromptExample[];
  /** What the model is to answer as the examples do. */
  readonly asked: readonly LocatedText[];
  /** Titles of sections. */
  readonly titles: readonly TextRange[];
}

export interface ParsedPrompt {
  readonly format: PromptFile['format'];
  readonly parts: readonly ParsedPart[];
}

export function parsePrompt(file: PromptFile): ParsedPrompt {
  return { format: file.format, parts: file.parts.map(parsePart) };
}

export function documentsOf({ blocks }: ParsedPart): readonly PromptBlock[] {
  return blocks.filter(({ kind }) => kind === 'document');
}

/** Paragraphs that ask for nothing are a text to work on where so many stand together ... */
const proseParagraphs = 3;
/** ... with so many words. */
const proseWords = 100;

function parsePart(source: PartSource): ParsedPart {
  const { text, message } = source;
  const parser = new BlockParser(text);
  parser.read(linesOf(text), false);
  const blocks = proseAsDocument(text, parser.blocks);
  // What the model said before is no instruction.
  const isSaid = message?.role === 'assistant';
  const instructions = isSaid ? [] : blocks.filter(({ kind }) => kind === 'instruction');
  return {
    ...{ source, message, text, lineAt: lineCounter(text), blocks, titles: parser.titles },
    statements: instructions.flatMap((block) => statementsOf(text, block)),
    examples: parser.examples,
    asked: parser.asked,
  };
}

/** A paragraph, or what stands between delimiters. */
type Item =
  | {
      readonly kind: 'paragraph';
      readonly lines: readonly TextLine[];
      readonly range: TextRange;
      readonly text: string;
    }
  | { readonly kind: 'title'; readonly range: TextRange; readonly text: string }
  | { readonly kind: 'delimited'; readonly contents: TextRange; readonly delimiter: Delimiter };

class BlockParser {
  readonly blocks: PromptBlock[] = [];
  readonly examples: PromptExample[] = [];
  readonly asked: LocatedText[] = [];
  readonly titles: TextRange[] = [];

  constructor(private readonly text: string) {}

  /** `inside`: whether the lines stand in a tag that holds instructions. */
  read(lines: readonly TextLine[], inside: boolean): void {
    const items = itemsOf(lines);
    const paragraphs = items.filter((item) => item.kind === 'paragraph');
    const groups = labelledGroups(paragraphs.map(({ lines: own }) => own));
    this.examples.push(...groups.examples);
    this.asked.push(...groups.asked.values());
    let section: BlockKind = 'instruction';
    let isOpen = false;
    for (const [index, item] of items.entries()) {
      const next = items[index + 1];
      if (item.kind === 'title') {
        this.titles.push(item.range);
        section = titleKind(item.text);
        isOpen = section === 'document' && !hasOwnDelimiters(items, index);
        if (section === 'document' && !isOpen) section = 'instruction';
      } else if (item.kind === 'delimited') {
        this.#delimited(item, section, items[index - 1], inside);
        isOpen = false;
      } else if (section === 'example') {
        this.#add('example', item.range);
        if (!groups.shown.has(item.lines)) this.examples.push(...examplesIn(this.text, item.range, item.lines));
      } else if (groups.shown.has(item.lines)) this.#add('example', item.range);
      else if (groups.asked.has(item.lines)) this.#add('document', item.range);
      else {
        const addressed = isOpen && addressesModel(item.text, !items.slice(index + 1).some(isText));
        if (addressed) this.#add('instruction', item.range);
        else isOpen = this.#paragraph(item, isOpen, next);
      }
    }
  }

  /** Returns whether a text to work on goes on behind the paragraph. */
  #paragraph({ lines, range }: Extract<Item, { kind: 'paragraph' }>, isOpen: boolean, next: Item | undefined): boolean {
    if (isOpen) {
      this.#add('document', range);
      return true;
    }
    const at = lines.findIndex(({ text }) => announcesDocument(text) || hasDocumentLabel(text));
    const line = lines[at];
    if (line === undefined) {
      this.#add('instruction', range);
      return false;
    }
    if (hasDocumentLabel(line.text)) {
      if (line.from > range.from) this.#add('instruction', { from: range.from, to: line.from });
      this.#add('document', { from: line.from + line.text.indexOf(':') + 1, to: range.to });
      return false;
    }
    const after = lines[at + 1];
    const begins = after?.text ?? (next?.kind === 'paragraph' ? (next.lines[0]?.text ?? '') : '');
    // A list of what to look at in a text is no text.
    if (begins === '' || /^\s*(?:[-*+•]|\d+[.)])\s/.test(begins)) {
      this.#add('instruction', range);
      return false;
    }
    this.#add('instruction', { from: range.from, to: line.to });
    if (after !== undefined) this.#add('document', { from: after.from, to: range.to });
    return true;
  }

  #delimited(
    { contents, delimiter }: Extract<Item, { kind: 'delimited' }>,
    section: BlockKind,
    before: Item | undefined,
    inside: boolean,
  ): void {
    const lines = linesOf(this.text.slice(contents.from, contents.to)).map((line) => ({
      ...{ from: line.from + contents.from, to: line.to + contents.from, text: line.text },
    }));
    const kind = delimiter.kind === 'tag' ? tagKind(delimiter.name) : 'document';
    const isFormat = delimiter.kind === 'fence' && before?.kind === 'paragraph' && showsAnswer(before.text);
    if (kind === 'example' || section === 'example' || isFormat) {
      this.blocks.push({ ...contents, kind: 'example', delimiter });
      if (!isFormat) this.examples.push(...examplesIn(this.text, contents, lines));
    } else if (kind === 'instruction' && !inside) this.read(lines, true);
    else this.blocks.push({ ...contents, kind, delimiter });
  }

  #add(kind: BlockKind, range: TextRange): void {
    this.blocks.push({ from: range.from, to: range.to, kind, delimiter: null });
  }
}

/** A paragraph that asks for nothing: where one follows, a text goes on. */
function isText(item: Item): boolean {
  return item.kind === 'paragraph' && !isRequest(item.text);
}

/** A fence behind such words shows what the answer looks like. */
function showsAnswer(paragraph: string): boolean {
  const last = paragraph.trimEnd().split('\n').at(-1) ?? '';
  return /\b(?:format|schema|structure|respond|answer|output|return|reply|like this|shape|example|template)\b.*:$/i.test(
    last,
  );
}

function itemsOf(lines: readonly TextLine[]): readonly Item[] {
  const items: Item[] = [];
  let own: TextLine[] = [];
  const endParagraph = (): void => {
    const [first] = own;
    const last = own.at(-1);
    if (first !== undefined && last !== undefined) {
      const text = own.map((line) => line.text).join('\n');
      items.push({ kind: 'paragraph', lines: own, range: { from: first.from, to: last.to }, text });
    }
    own = [];
  };
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (line === undefined) break;
    const delimited = delimitedBlockAt(lines, index);
    if (delimited !== undefined) {
      const { contents, delimiter, next } = delimited;
      // What stands in front of the delimiter on its line belongs to the paragraph.
      if (delimiter.open.from > line.from)
        own.push({ ...line, to: delimiter.open.from, text: line.text.slice(0, delimiter.open.from - line.from) });
      endParagraph();
      items.push({ kind: 'delimited', contents, delimiter });
      index = next - 1;
    } else if (line.text.trim() === '') endParagraph();
    else if (isTitle(line.text)) {
      endParagraph();
      items.push({ kind: 'title', range: { from: line.from, to: line.to }, text: line.text });
    } else own.push(line);
  }
  endParagraph();
  return items;
}

function isTitle(line: string): boolean {
  return /^#{1,6}\s+\S/.test(line) || /^\s*(?:examples?|instructions|rules|output format)(?: \d+)?:$/i.test(line);
}

/** Whether the section that a title begins has delimiters around its text. */
function hasOwnDelimiters(items: readonly Item[], title: number): boolean {
  const next = items.findIndex(({ kind }, index) => index > title && kind === 'title');
  return items.slice(title + 1, next === -1 ? undefined : next).some(({ kind }) => kind === 'delimited');
}

/** Long prose that nothing announces: several paragraphs of instructions that ask for nothing. */
function proseAsDocument(text: string, blocks: readonly PromptBlock[]): readonly PromptBlock[] {
  const isProse = (block: PromptBlock): boolean =>
    block.kind === 'instruction' &&
    block.delimiter === null &&
    !statementsOf(text, block).some(({ plain }) => mayBeRequest(plain));
  const result = [...blocks];
  for (let first = 0; first < result.length; first += 1) {
    const length = result.slice(first).findIndex((block) => !isProse(block));
    const run = length === -1 ? result.slice(first) : result.slice(first, first + length);
    const words = run.reduce((sum, block) => sum + wordCount(text.slice(block.from, block.to)), 0);
    if (run.length >= proseParagraphs && words >= proseWords)
      result.splice(first, run.length, ...run.map((block) => ({ ...block, kind: 'document' as const })));
    first += run.length;
  }
  return result;
}
