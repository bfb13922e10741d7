// What a prompt file is: plain text, or chat messages as JSON, each message a part with its place in the file.

import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { UnspoolError } from '../../errors.js';
import { lineCounter, type LineCounter, type Range } from './prompt-text.js';

/** A stretch of the file that is one text for a model. */
export interface PartSource {
  /** Null where the file is no chat messages. */
  readonly message: MessageLabel | null;
  readonly text: string;
  /** Where a code unit of the text stands in the file. */
  readonly placeOf: (offset: number) => number;
  /** A text as the file writes it. */
  readonly written: (text: string) => string;
}

/** Which message of the chat. */
export interface MessageLabel {
  /** 1-based; 0 for a system prompt beside the messages. */
  readonly number: number;
  readonly role: string;
}

export interface PromptFile {
  readonly format: 'text' | 'messages';
  readonly text: string;
  readonly lineAt: LineCounter;
  readonly parts: readonly PartSource[];
}

/** An exchange of a range of a part's text for another text. */
export interface Edit extends Range {
  readonly part: PartSource;
  readonly text: string;
}

/** `name`: for the error where chat messages are no valid JSON. */
export function readPromptFile(text: string, name: string): PromptFile {
  const lineAt = lineCounter(text);
  const errors: ParseError[] = [];
  const mayBeJson = /^\s*[[{]/.test(text);
  const root = mayBeJson ? parseTree(text, errors, { disallowComments: true }) : undefined;
  const [error] = errors;
  if (root !== undefined && error === undefined) {
    const parts = messageParts(root, text);
    if (parts.length > 0) return { format: 'messages', text, lineAt, parts };
  }
  if (error !== undefined && /"role"\s*:/.test(text) && /"content"\s*:/.test(text)) {
    const what = printParseErrorCode(error.error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase();
    const message = `${name}: chat messages, but no valid JSON: line ${lineAt(error.offset)}: ${what}`;
    throw new UnspoolError('prompt-not-json', message, 'mend the JSON, or check the text of one message');
  }
  const part: PartSource = { message: null, text, placeOf: (offset) => offset, written: (written) => written };
  return { format: 'text', text, lineAt, parts: [part] };
}

/** The text of a file after edits that do not overlap. */
export function withEdits({ text }: PromptFile, edits: readonly Edit[]): string {
  const ordered = edits
    .map(({ part, from, to, text: written }) => ({
      from: part.placeOf(from),
      to: part.placeOf(to),
      text: part.written(written),
    }))
    .sort((a, b) => b.from - a.from);
  return ordered.reduce((edited, edit) => edited.slice(0, edit.from) + edit.text + edited.slice(edit.to), text);
}

/** Messages stand in an array, or in `messages` of an object, with or without `system` beside them. */
function messageParts(root: Node, text: string): PartSource[] {
  const list = root.type === 'array' ? root : valueOf(root, 'messages');
  if (list?.type !== 'array') return [];
  const messages = list.children ?? [];
  const roles = messages.map((message) => valueOf(message, 'role'));
  if (messages.length === 0 || roles.some((role) => role?.type !== 'string')) return [];
  const system = root.type === 'object' ? textsOf(valueOf(root, 'system')) : [];
  return [
    ...system.map((node) => partOf(node, { number: 0, role: 'system' }, text)),
    ...messages.flatMap((message, index) => {
      const label = { number: index + 1, role: String(roles[index]?.value) };
      return textsOf(valueOf(message, 'content')).map((node) => partOf(node, label, text));
    }),
  ];
}

/** A content is one text, or a list of objects with a `text`. */
function textsOf(content: Node | undefined): Node[] {
  if (content?.type === 'string') return [content];
  const pieces = content?.type === 'array' ? (content.children ?? []) : [];
  return pieces.flatMap((piece) => valueOf(piece, 'text') ?? []).filter(({ type }) => type === 'string');
}

function valueOf(node: Node, key: string): Node | undefined {
  if (node.type !== 'object') return undefined;
  return node.children?.find(({ children }) => children?.[0]?.value === key)?.children?.[1];
}

function partOf(node: Node, message: MessageLabel, file: string): PartSource {
  const places = placesOf(file, node.offset + 1, node.offset + node.length - 1);
  return {
    message,
    text: String(node.value),
    placeOf: (offset) => places[offset] ?? node.offset + node.length - 1,
    written: (text) => JSON.stringify(text).slice(1, -1),
  };
}

/** Where each code unit of a JSON string stands: an escape is one of them. */
function placesOf(file: string, from: number, to: number): readonly number[] {
  const places: number[] = [];
  for (let at = from; at < to;) {
    places.push(at);
    if (file[at] !== '\\') at += 1;
    else at += file[at + 1] === 'u' ? 6 : 2;
  }
  places.push(to);
  return places;
}
