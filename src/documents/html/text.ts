// The text of HTML from the parser's events, as a reader would see it.
import type { Handler } from 'htmlparser2';
import { Chapters } from '../chapters.js';
import { ListMarkers } from './list-markers.js';
import { NoteReferences } from './note-references.js';
import { TableRows } from './table-rows.js';
import { TextLayout } from './text-layout.js';

type Attributes = Readonly<Record<string, string>>;

/** White space of HTML, which collapses. A no-break space does not. */
const whiteSpace = /[ \t\n\f\r]+/g;
const startsWithSpace = /^[ \t\n\f\r]/;
const endsWithSpace = /[ \t\n\f\r]$/;
/** More of a heading is not kept for its title. */
const longestHeading = 4096;
const quoteMarks = { open: '“', close: '”' };

/** Their content is no text of the page, or nobody reads it there. */
const leftOut: ReadonlySet<string> = new Set(
  words`title script style template noscript noframes noembed nav svg iframe canvas audio video select datalist textarea
    button rp annotation annotation-xml`,
);

/** Paragraphs of their own, with a blank line around them. */
const blocks: ReadonlySet<string> = new Set(
  words`address article aside blockquote body caption center details dialog div dl fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup hr main menu ol p pre search section summary table ul xmp listing`,
);

/** Lines of their own. */
const lines: ReadonlySet<string> = new Set(words`dd li tr legend option`);

const preformatted: ReadonlySet<string> = new Set(words`pre xmp listing`);

const lists: ReadonlySet<string> = new Set(words`ul ol menu`);

const chapterHeadings: ReadonlySet<string> = new Set(words`h1 h2`);

/**
 * Paragraphs with a blank line between them; items of lists with a marker; the cells of a row with bars between them;
 * preformatted text as it is. References to notes stand in brackets, readings of ruby text in parentheses.
 */
export class HtmlText implements Partial<Handler> {
  readonly #layout = new TextLayout();
  readonly #lists = new ListMarkers();
  readonly #rows = new TableRows(this.#layout);
  readonly #references = new NoteReferences(this.#layout);
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
  /** Open elements. */
  #depth = 0;
  /** Counts what the parser told. */
  events = 0;
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
    if (lists.has(name)) this.#lists.open(name === 'ol', attributes.start);
    else if (name === 'li') this.#openItem(attributes);
    else if (name === 'dt') this.#layout.break(2);
    else if (name === 'br') this.#breakLine();
    else if (name === 'img' || name === 'image') this.#image(attributes);
    else if (name === 'q') this.#write(quoteMarks.open);
    else if (name === 'rt') this.#layout.attach('(');
    else if (name === 'table') this.#isFresh = false;
    else if (name === 'tr') this.#rows.openRow();
    else if (name === 'td' || name === 'th') this.#openCell();
    else if (name === 'a' || name === 'sup') this.#references.open(name, attributes, this.#depth);
    this.#layout.indentation = this.#lists.indentation;
  }

  onclosetag(name: string): void {
    this.events += 1;
    this.#depth -= 1;
    if (this.#leftOut > 0) {
      this.#leftOut -= 1;
      return;
    }
    this.#references.close(this.#depth);
    if (preformatted.has(name)) this.#preformatted -= 1;
    if (lists.has(name)) this.#lists.close();
    else if (name === 'li') this.#isFresh = false;
    else if (name === 'q') this.#layout.attach(quoteMarks.close);
    else if (name === 'rt') this.#layout.attach(')');
    else if (name === 'tr') this.#rows.closeRow();
    else if (name === 'td' || name === 'th') this.#closeCell();
    if (this.#heading !== undefined && chapterHeadings.has(name)) this.#closeHeading(this.#heading);
    this.#breakAround(name);
    this.#layout.indentation = this.#lists.indentation;
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
    this.#rows.separate();
    this.#references.before(shown);
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
    this.#rows.begin(line);
    if (this.#heading !== undefined) this.#heading.line ??= line;
    if (this.#chapter === undefined) return;
    this.chapters.add(line, this.#chapter);
    this.#chapter = undefined;
  }

  /** A list within a list is no paragraph of its own. */
  #breakAround(name: string): void {
    if (lines.has(name) || (lists.has(name) && this.#lists.isInList)) this.#break(1);
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
    if (this.#heading === undefined || this.#references.isInNote) return;
    if (this.#heading.title.length < longestHeading) this.#heading.title += text;
  }

  #closeHeading({ title, line }: { title: string; line: number | undefined }): void {
    const shown = title.replace(/\s+/g, ' ').trim();
    if (line !== undefined && shown !== '') this.chapters.add(line, shown);
    this.#heading = undefined;
  }

  #openItem({ value }: Attributes): void {
    this.#layout.mark(this.#lists.next(value));
    this.#isFresh = true;
  }

  #openCell(): void {
    this.#rows.openCell();
    this.#isFresh = true;
  }

  #closeCell(): void {
    this.#isFresh = false;
    this.#rows.closeCell();
  }

  #image({ alt = '' }: Attributes): void {
    const text = alt.replace(/\s+/g, ' ').trim();
    if (text !== '') this.#write(/^\[.*\]$/.test(text) ? text : `[${text}]`);
  }
}

function isLeftOut({ hidden, role }: Attributes): boolean {
  return hidden !== undefined || role === 'navigation';
}

function words(strings: TemplateStringsArray): string[] {
  return strings.join('').split(/\s+/);
}
