// Finds what stands between delimiters: tags, fences, triple quotes, and BEGIN and END marks.

import type { TextLine, TextRange } from './prompt-text.js';

export interface Delimiter {
  readonly kind: 'tag' | 'fence' | 'quotes' | 'marks';
  /** Of a tag its name, of a fence its backticks or tildes; else what the line says. */
  readonly name: string;
  /** What a fence says of its contents, such as `sql`. */
  readonly info: string;
  readonly open: TextRange;
  readonly close: TextRange;
  /** Whether the contents hold what could be taken for an end: where they end, the model has to guess. */
  readonly isAmbiguous: boolean;
}

/** Lines from `first` to before `next`, the delimiters among them. */
export interface DelimitedBlock {
  readonly delimiter: Delimiter;
  readonly contents: TextRange;
  readonly next: number;
}

/** What opens at a line, if it closes. */
export function delimitedBlockAt(lines: readonly TextLine[], first: number): DelimitedBlock | undefined {
  return (
    fencedBlockAt(lines, first) ??
    quotedBlockAt(lines, first) ??
    taggedBlockAt(lines, first) ??
    markedBlockAt(lines, first)
  );
}

/** An opening fence with an info string inside another fence opens one of its own: texts hold fences, as READMEs do. */
function fencedBlockAt(lines: readonly TextLine[], first: number): DelimitedBlock | undefined {
  const [, indent = '', name = '', info = ''] =
    /^( {0,3})(`{3,}|~{3,})\s*([^`]*)$/.exec(lines[first]?.text ?? '') ?? [];
  if (name === '' || lastBareFence(lines) <= first) return undefined;
  const isFence = new RegExp(String.raw`^ {0,3}${name}${name.charAt(0)}*\s*(\S*)\s*$`);
  let depth = 1;
  let firstBare: number | undefined;
  let isAmbiguous = false;
  for (let index = first + 1; index < lines.length; index += 1) {
    const [fence, language = ''] = isFence.exec(lines[index]?.text ?? '') ?? [];
    if (fence === undefined) continue;
    if (language !== '') {
      depth += 1;
      isAmbiguous = true;
      continue;
    }
    firstBare ??= index;
    depth -= 1;
    if (depth === 0)
      return between(lines, first, index, { kind: 'fence', name, info: info.trim(), isAmbiguous }, indent);
  }
  if (firstBare === undefined) return undefined;
  return between(lines, first, firstBare, { kind: 'fence', name, info: info.trim(), isAmbiguous: false }, indent);
}

const knownFences = new WeakMap<readonly TextLine[], number>();

/** The last line that can close a fence; -1 where none can. */
function lastBareFence(lines: readonly TextLine[]): number {
  const known =
    knownFences.get(lines) ?? lines.findLastIndex(({ text }) => /^ {0,3}(?:`{3,}|~{3,})$/.test(text.trimEnd()));
  knownFences.set(lines, known);
  return known;
}

/** Triple quotes open at the end of a line, and close where a line begins with them. */
function quotedBlockAt(lines: readonly TextLine[], first: number): DelimitedBlock | undefined {
  const opening = /^(|.*:\s*)("""|''')$/.exec(lines[first]?.text ?? '');
  const [, before = '', name = ''] = opening ?? [];
  if (name === '') return undefined;
  const last = lines.findIndex(({ text }, index) => index > first && text.trimEnd() === name);
  if (last === -1) return undefined;
  const isAmbiguous = lines.slice(first + 1, last).some(({ text }) => text.includes(name));
  return between(lines, first, last, { kind: 'quotes', name, info: '', isAmbiguous }, before);
}

/** A tag opens at the start of a line. Where more of its name are closed than opened, the last one is the end. */
function taggedBlockAt(lines: readonly TextLine[], first: number): DelimitedBlock | undefined {
  const line = lines[first];
  const [open = '', indent = '', name = ''] = /^(\s*)<([A-Za-z][\w.-]*)(?:\s[^<>]*)?>/.exec(line?.text ?? '') ?? [];
  if (line === undefined || name === '') return undefined;
  const all = tagCounts(lines, name);
  const counts = all.lastClosed < first ? [] : all.counts.slice(first, all.lastClosed + 1);
  let depth = 0;
  let end = -1;
  for (const [index, { opened, closed }] of counts.entries()) {
    depth += opened - closed;
    if (depth <= 0 && closed > 0) {
      end = index;
      break;
    }
  }
  if (end === -1) return undefined;
  const rest = counts.slice(end + 1);
  const isAmbiguous = rest.length > 0 && strayEnd(rest);
  if (isAmbiguous) end += 1 + rest.findLastIndex(({ closed }) => closed > 0);
  const last = lines[first + end];
  if (last === undefined) return undefined;
  const closeFrom = last.from + last.text.lastIndexOf(`</${name}>`);
  const delimiter: Delimiter = {
    kind: 'tag',
    name,
    info: '',
    open: { from: line.from + indent.length, to: line.from + open.length },
    close: { from: closeFrom, to: closeFrom + name.length + 3 },
    isAmbiguous,
  };
  return { delimiter, contents: { from: delimiter.open.to, to: closeFrom }, next: first + end + 1 };
}

interface TagCounts {
  /** For each line. */
  readonly counts: readonly { readonly opened: number; readonly closed: number }[];
  /** The last line that closes one; -1 where none does. */
  readonly lastClosed: number;
}

/** A name comes again and again. */
const knownCounts = new WeakMap<readonly TextLine[], Map<string, TagCounts>>();

function tagCounts(lines: readonly TextLine[], name: string): TagCounts {
  const known = knownCounts.get(lines) ?? new Map<string, TagCounts>();
  knownCounts.set(lines, known);
  const before = known.get(name);
  if (before !== undefined) return before;
  const opening = new RegExp(String.raw`<${name}(?:\s[^<>]*)?>`, 'g');
  const counts = lines.map(({ text }) => ({
    opened: text.includes(`<${name}`) ? (text.match(opening)?.length ?? 0) : 0,
    closed: text.split(`</${name}>`).length - 1,
  }));
  const all = { counts, lastClosed: counts.findLastIndex(({ closed }) => closed > 0) };
  known.set(name, all);
  return all;
}

/** Whether a tag is closed that was not opened again. */
function strayEnd(counts: readonly { readonly opened: number; readonly closed: number }[]): boolean {
  let depth = 0;
  return counts.some(({ opened, closed }) => (depth += opened - closed) < 0);
}

/** `--- BEGIN TEXT ---` to `--- END TEXT ---`. */
function markedBlockAt(lines: readonly TextLine[], first: number): DelimitedBlock | undefined {
  const [, title = ''] =
    /^[-=*#<[]{2,}\s*(?:BEGIN|START)(?: OF)?\s+([^-=*#>\]]+?)\s*[-=*#>\]]*$/.exec(lines[first]?.text ?? '') ?? [];
  if (title === '') return undefined;
  const ends = lines.flatMap(({ text }, index) =>
    index > first && /^[-=*#<[]{2,}\s*END\b/.test(text) && text.includes(title) ? [index] : [],
  );
  const [last] = ends;
  if (last === undefined) return undefined;
  return between(lines, first, last, { kind: 'marks', name: title, info: '', isAmbiguous: false });
}

/** `before`: what the opening line has in front of its delimiter. */
function between(
  lines: readonly TextLine[],
  first: number,
  last: number,
  { kind, name, info, isAmbiguous }: Omit<Delimiter, 'open' | 'close'>,
  before = '',
): DelimitedBlock | undefined {
  const [open, close] = [lines[first], lines[last]];
  if (open === undefined || close === undefined) return undefined;
  const delimiter: Delimiter = {
    ...{ kind, name, info, isAmbiguous },
    open: { from: open.from + before.length, to: open.to },
    close: { from: close.from, to: close.to },
  };
  const from = lines[first + 1]?.from ?? open.to;
  return { delimiter, contents: { from, to: Math.max(from, close.from) }, next: last + 1 };
}
