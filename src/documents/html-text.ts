// The text of HTML from the parser's events, as a reader would see it.
import type { Handler } from 'htmlparser2';
import { Chapters } from './chapters.js';
import { blocks, chapterHeadings, leftOut, lines, lists, preformatted } from './html-elements.js';
import { TextLayout } from './text-layout.js';

type Attributes = Readonly<Record<string, string>>;

interface OpenList {
  /** Number of the next item; undefined where items have none. */
  next: number | undefined;
}

interface OpenRow {
  /** Line on which the row starts; undefined until it has text. */
  line: number | undefined;
  cells: number;
  /** Ends of cells that nothing was written after yet. */
  separators: number;
}

/** White space of HTML, which collapses. A no-break space does not. */
const whiteSpace = /[ \t\n\f\r]+/g;
const startsWithSpace = /^[ \t\n\f\r]/;
const endsWithSpace = /[ \t\n\f\r]$/;
/** More of a heading is not kept for its title. */
const longestHeading = 4096;
const quoteMarks = { open: '“', close: '”' };

/**
 * Paragraphs with a blank line between them; items of lists with a marker; the cells of a row with bars between them;
 * preformatted text as it is. References to notes stand in brackets, readings of ruby text in parentheses.
 */
export class HtmlText implements Partial<Handler> {
  readonly #layout = new TextLayout();
  readonly #lists: OpenList[] = [];
  readonly #rows: OpenRow[] = [];
  /** Open elements inside one whose content is left out, that one included. */
  #leftOut = 0;
  #preformatted = 0;
  /** A line feed right after the start tag of preformatted text is no text. */
  #atPreformattedStart = false;
  /** An item or a cell without text so far: blocks that it starts with start no paragraph. */
  #isFresh = false;
  #heading: { title: string; line: number | undefined } | undefined;
  /** Title of the chapter that begins with the next text. */
  #chapter: string | undefined;
  #depth = 0;
  /** Depths of the open link within the document, and of the open superscript: a reference to a note is both. */
  #link: number | undefined;
  #raised: number | undefined;
  #isRaisedStart = false;
  /** Counts what the parser told. */
  events = 0;
  #note: { readonly depth: number; hasText: boolean; isInBrackets: boolean } | undefined;

  /** Titles of the chapters of this page; without, its first and second level headings begin chapters. */
  #titles: ReadonlyMap<string, string> | undefined;

  constructor(readonly chapters: Chapters) {}

  /** The text since the last call, in whole code points. */
  take(): string {
    return this.#layout.take();
  }

  /** `titles`: by the id of the element where a chapter begins; '' is the page's start. */
  beginPage(titles: ReadonlyMap<string, string> | undefined): void {
    this.#layout.break(2);
    this.#titles = titles;
    this.#chapter = titles?.get('') ?? this.#chapter;
  }

  end(): void {
    this.#layout.end();
  }

  onopentag(name: string, attributes: Attributes): void {
    this.events += 1;
    this.#depth += 1;
    if (this.#leftOut > 0 || leftOut.has(name) || isLeftOut(attributes)) {
      this.#leftOut += 1;
      return;
    }
    this.#findChapter(attributes);
    this.#breakAround(name);
    if (chapterHeadings.has(name) && this.#titles === undefined) this.#heading = { title: '', line: undefined };
    if (preformatted.has(name)) {
      this.#preformatted += 1;
      this.#atPreformattedStart = true;
    }
    if (lists.has(name)) this.#openList(name, attributes);
    else if (name === 'li') this.#openItem(attributes);
    else if (name === 'dt') this.#layout.break(2);
    else if (name === 'br') this.#breakLine();
    else if (name === 'img' || name === 'image') this.#image(attributes);
    else if (name === 'q') this.#write(quoteMarks.open);
    else if (name === 'rt') this.#layout.attach('(');
    else if (name === 'table') this.#isFresh = false;
    else if (name === 'tr') this.#rows.push({ line: undefined, cells: 0, separators: 0 });
    else if (name === 'td' || name === 'th') this.#openCell();
    else if (name === 'a' || name === 'sup') this.#openReference(name, attributes);
  }

  onclosetag(name: string): void {
    this.events += 1;
    this.#depth -= 1;
    if (this.#leftOut > 0) {
      this.#leftOut -= 1;
      return;
    }
    this.#closeReference();
    if (preformatted.has(name)) this.#preformatted -= 1;
    if (lists.has(name)) this.#closeList();
    else if (name === 'li') this.#isFresh = false;
    else if (name === 'q') this.#layout.attach(quoteMarks.close);
    else if (name === 'rt') this.#layout.attach(')');
    else if (name === 'tr') this.#rows.pop();
    else if (name === 'td' || name === 'th') this.#closeCell();
    if (this.#heading !== undefined && chapterHeadings.has(name)) this.#closeHeading(this.#heading);
    this.#breakAround(name);
  }

  ontext(text: string): void {
    this.events += 1;
    if (this.#leftOut > 0) return;
    if (this.#preformatted > 0) {
      this.#writePreformatted(text);
      return;
    }
    this.#addToTitle(text);
    if (startsWithSpace.test(text)) this.#layout.space();
    const words = text.replace(whiteSpace, ' ').replace(/^ | $/g, '');
    if (words === '') return;
    this.#write(words);
    if (endsWithSpace.test(text)) this.#layout.space();
  }

  #write(text: string): void {
    // A no-break space at the start of a line is there for its width only.
    const shown = this.#layout.isLineStart ? text.trimStart() : text;
    if (shown === '') return;
    this.#separateCells();
    this.#openBrackets(shown);
    this.#begin(this.#layout.write(shown));
  }

  #writePreformatted(text: string): void {
    const shown = this.#atPreformattedStart && text.startsWith('\n') ? text.slice(1) : text;
    this.#atPreformattedStart = false;
    if (shown === '') return;
    this.#begin(this.#layout.writePreformatted(shown));
  }

  /** There is text on a line: maybe the first of a row, a heading or a chapter. */
  #begin(line: number): void {
    this.#isFresh = false;
    this.#isRaisedStart = false;
    const row = this.#rows.at(-1);
    if (row !== undefined) row.line ??= line;
    if (this.#heading !== undefined) this.#heading.line ??= line;
    if (this.#chapter === undefined) return;
    this.chapters.add(line, this.#chapter);
    this.#chapter = undefined;
  }

  /** A list within a list is no paragraph of its own. */
  #breakAround(name: string): void {
    if (lines.has(name) || (lists.has(name) && this.#lists.length > 0)) this.#break(1);
    else if (blocks.has(name)) this.#break(2);
  }

  #break(lineFeeds: 1 | 2): void {
    if (!this.#isFresh) this.#layout.break(lineFeeds);
    this.#addToTitle(' ');
  }

  #breakLine(): void {
    this.#layout.breakLine();
    this.#addToTitle(' ');
  }

  #findChapter({ id, name }: Attributes): void {
    const place = id ?? name ?? '';
    if (place !== '') this.#chapter = this.#titles?.get(place) ?? this.#chapter;
  }

  #addToTitle(text: string): void {
    if (this.#heading === undefined || this.#note !== undefined) return;
    if (this.#heading.title.length < longestHeading) this.#heading.title += text;
  }

  #closeHeading({ title, line }: { title: string; line: number | undefined }): void {
    const shown = title.replace(/\s+/g, ' ').trim();
    if (line !== undefined && shown !== '') this.chapters.add(line, shown);
    this.#heading = undefined;
  }

  #openList(name: string, { start }: Attributes): void {
    this.#lists.push({ next: name === 'ol' ? wholeNumber(start, 1) : undefined });
    this.#layout.indentation = '  '.repeat(this.#lists.length);
  }

  #closeList(): void {
    this.#lists.pop();
    this.#layout.indentation = '  '.repeat(this.#lists.length);
  }

  #openItem({ value }: Attributes): void {
    const list = this.#lists.at(-1);
    let marker = '-';
    if (list?.next !== undefined) {
      const number = wholeNumber(value, list.next);
      marker = `${number}.`;
      list.next = number + 1;
    }
    this.#layout.mark(`${'  '.repeat(Math.max(0, this.#lists.length - 1))}${marker} `);
    this.#isFresh = true;
  }

  #openCell(): void {
    const row = this.#rows.at(-1);
    if (row === undefined) return;
    if (row.cells > 0) row.separators += 1;
    row.cells += 1;
    this.#isFresh = true;
  }

  /** A cell of one line leaves room for the next one beside it. */
  #closeCell(): void {
    this.#isFresh = false;
    const row = this.#rows.at(-1);
    if (row?.line === this.#layout.line) this.#layout.cancelBreak();
  }

  #separateCells(): void {
    const row = this.#rows.at(-1);
    if (row === undefined || row.separators === 0) return;
    const bars = Array<string>(row.separators).fill('|').join(' ');
    row.separators = 0;
    // After a cell of several lines, the next one is a paragraph of its own.
    if (row.line !== undefined && this.#layout.isLineStart) return;
    this.#layout.space();
    this.#begin(this.#layout.write(bars));
    this.#layout.space();
  }

  #image({ alt = '' }: Attributes): void {
    const text = alt.replace(/\s+/g, ' ').trim();
    if (text !== '') this.#write(/^\[.*\]$/.test(text) ? text : `[${text}]`);
  }

  #openReference(name: string, attributes: Attributes): void {
    const isLink = attributes.href?.includes('#') === true;
    const isNote =
      /\bnoteref\b/.test(attributes['epub:type'] ?? '') ||
      attributes.role === 'doc-noteref' ||
      (name === 'sup' ? this.#link !== undefined : isLink && this.#raised !== undefined);
    if (name === 'sup') {
      this.#raised ??= this.#depth;
      this.#isRaisedStart = true;
    } else if (isLink) this.#link ??= this.#depth;
    if (isNote) this.#note ??= { depth: this.#depth, hasText: false, isInBrackets: false };
  }

  /** Before the first text of a reference to a note, and before a raised number. */
  #openBrackets(text: string): void {
    if (this.#note !== undefined && !this.#note.hasText) {
      this.#note.hasText = true;
      if (/^[[(]/.test(text)) return;
      this.#note.isInBrackets = true;
      this.#layout.write('[');
    } else if (this.#isRaisedStart && this.#note === undefined && /^[\d+−-]/.test(text)) {
      if (/[\p{L}\p{N})]/u.test(this.#layout.lastCharacter)) this.#layout.attach('^');
    }
  }

  #closeReference(): void {
    if (this.#depth < (this.#link ?? 0)) this.#link = undefined;
    if (this.#depth < (this.#raised ?? 0)) this.#raised = undefined;
    if (this.#depth >= (this.#note?.depth ?? 0)) return;
    if (this.#note?.isInBrackets === true) this.#layout.attach(']');
    this.#note = undefined;
  }
}

function isLeftOut({ hidden, role }: Attributes): boolean {
  return hidden !== undefined || role === 'navigation';
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\s*-?\d{1,9}\s*$/.test(text) ? Number(text) : otherwise;
}
