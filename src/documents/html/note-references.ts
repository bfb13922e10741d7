// References to notes in brackets, and raised numbers that are none with a caret: `word[1]`, `10^6`.
import type { TextLayout } from './text-layout.js';

/** A link within the document that is raised, or what an EPUB calls a reference to a note. */
export class NoteReferences {
  /** Depths of the open link and the open superscript. */
  #link: number | undefined;
  #raised: number | undefined;
  #isRaisedStart = false;
  #note: { readonly depth: number; hasText: boolean; isInBrackets: boolean } | undefined;

  constructor(private readonly layout: TextLayout) {}

  get isInNote(): boolean {
    return this.#note !== undefined;
  }

  /** `depth`: how many elements are open, this one included. */
  open(name: 'a' | 'sup', attributes: Readonly<Record<string, string>>, depth: number): void {
    const isLink = attributes.href?.includes('#') === true;
    const isNote =
      /\bnoteref\b/.test(attributes['epub:type'] ?? '') ||
      attributes.role === 'doc-noteref' ||
      (name === 'sup' ? this.#link !== undefined : isLink && this.#raised !== undefined);
    if (name === 'sup') {
      this.#raised ??= depth;
      this.#isRaisedStart = true;
    } else if (isLink) this.#link ??= depth;
    if (isNote) this.#note ??= { depth, hasText: false, isInBrackets: false };
  }

  /** An element is over; `depth` are still open. */
  close(depth: number): void {
    if (depth < (this.#link ?? 0)) this.#link = undefined;
    if (depth < (this.#raised ?? 0)) this.#raised = undefined;
    if (depth >= (this.#note?.depth ?? 0)) return;
    if (this.#note?.isInBrackets === true) this.layout.attach(']');
    this.#note = undefined;
  }

  /** Before `text` is written. Brackets that are there already are enough. */
  before(text: string): void {
    if (this.#note !== undefined && !this.#note.hasText) {
      this.#note.hasText = true;
      this.#note.isInBrackets = !/^[[(]/.test(text);
      if (this.#note.isInBrackets) this.layout.write('[');
    } else if (this.#isRaisedStart && this.#note === undefined && /^[\d+−-]/.test(text)) {
      if (/[\p{L}\p{N})]/u.test(this.layout.lastCharacter)) this.layout.attach('^');
    }
    this.#isRaisedStart = false;
  }
}
