// What a prompt file is: plain text, or chat messages as JSON, each message a part with its place in the file.

import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { UnspoolError } from '../../errors.js';
import { lineCounter, type LineCounter, type TextRange } from './prompt-text.js';

/** A stretch of the file that is one text for a model. */
export interface PartSource {
  /** Null where the text is not one of chat messages. */
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
export interface Edit extends TextRange {
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
  if (error !== undefined && beginsAsMessages(text)) {
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

function beginsAsMessages(text: string): boolean {
  if (/"role"\s*:/.test(text) && /"(?:content|parts)"\s*:/.test(text)) return true;
  return /^\s*\{\s*(?:"(?:model|system|system_?instruction)"\s*:[^[]*)?"(?:messages|contents)"\s*:\s*\[/i.test(text);
}

/** None where the JSON is no chat messages; else at least one, which is empty where no message has a text. */
function messageParts(root: Node, text: string): readonly PartSource[] {
  const chat = chatOf(root);
  if (chat === undefined) return [];
  const parts = [
    ...chat.system.map((node) => partOf(node, { number: 0, role: 'system' }, text)),
    ...chat.turns.flatMap(({ role, nodes }, index) =>
      nodes.map((node) => partOf(node, { number: index + 1, role }, text)),
    ),
  ];
  return parts.length > 0 ? parts : [emptyPart(root)];
}

interface Chat {
  readonly system: readonly Node[];
  readonly turns: readonly { readonly role: string; readonly nodes: readonly Node[] }[];
}

/** Messages stand in an array, or in `messages` or Gemini's `contents` of an object, with or without a system prompt. */
function chatOf(root: Node): Chat | undefined {
  const contents = valueOf(root, 'contents');
  if (contents?.type === 'array') return geminiChat(root, contents.children ?? []);
  const list = root.type === 'array' ? root : valueOf(root, 'messages');
  const messages = list?.type === 'array' ? (list.children ?? []) : undefined;
  // An array without a message may be any.
  if (messages === undefined || (messages.length === 0 && root.type === 'array')) return undefined;
  const turns = messages.flatMap((message) => {
    const role = roleOf(message);
    return role === undefined ? [] : [{ role, nodes: textsOf(valueOf(message, 'content')) }];
  });
  return turns.length < messages.length ? undefined : { system: textsOf(valueOf(root, 'system')), turns };
}

/** A turn without a role is the user's. */
function geminiChat(root: Node, contents: readonly Node[]): Chat | undefined {
  if (contents.some((content) => valueOf(content, 'parts') === undefined)) return undefined;
  const system = valueOf(root, 'systemInstruction') ?? valueOf(root, 'system_instruction');
  return {
    system: system === undefined ? [] : textsOf(valueOf(system, 'parts')),
    turns: contents.map((content) => {
      const role = roleOf(content) ?? 'user';
      return { role: role === 'model' ? 'assistant' : role, nodes: textsOf(valueOf(content, 'parts')) };
    }),
  };
}

function roleOf(message: Node): string | undefined {
  const role = valueOf(message, 'role');
  return role?.type === 'string' ? String(role.value) : undefined;
}

/** A content is one text, or an object with a `text`, or a list of those. */
function textsOf(content: Node | undefined): readonly Node[] {
  if (content?.type === 'string') return [content];
  const pieces = content?.type === 'array' ? (content.children ?? []) : content === undefined ? [] : [content];
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

function emptyPart({ offset }: Node): PartSource {
  return { message: null, text: '', placeOf: () => offset, written: (text) => text };
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
