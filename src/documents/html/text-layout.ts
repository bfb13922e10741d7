// Writes text as lines and paragraphs: collapses white space, and never leaves more than one blank line.

/** How many line feeds the text ends with; a beginning is as good as a blank line. */
type LineFeeds = 0 | 1 | 2;

export class TextLayout {
  #text = '';
  #line = 1;
  #written: LineFeeds = 2;
  #wanted: LineFeeds = 0;
  #space = false;
  #lastCharacter = '';
  /** Written before the next text, and before each line that begins without. */
  #marker: string | undefined;
  indentation = '';

  /** 1-based number of the line that the next text will stand on, if that starts no new one. */
  get line(): number {
    return this.#line;
  }

  /** Whether the next text starts a line. */
  get isLineStart(): boolean {
    return this.#written > 0 || this.#wanted > 0;
  }

  get lastCharacter(): string {
    return this.#lastCharacter;
  }

  /** What was written since the last call. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** 1: the next text starts a line, 2: it follows a blank line. */
  break(lineFeeds: 1 | 2): void {
    if (lineFeeds > this.#wanted) this.#wanted = lineFeeds;
  }

  /** One line feed more than what is wanted already. */
  breakLine(): void {
    this.#wanted = this.#wanted === 0 ? 1 : 2;
  }

  /** The next text goes on where the last one ended. */
  cancelBreak(): void {
    this.#wanted = 0;
    this.#space = true;
  }

  space(): void {
    this.#space = true;
  }

  /** Starts a line with a marker, once there is text to write. */
  mark(marker: string): void {
    this.break(1);
    this.#marker = marker;
  }

  /** Text without white space at its ends. Returns the line that it starts on. */
  write(text: string): number {
    this.#endLines();
    if (this.#written > 0) {
      this.#text += this.#marker ?? this.indentation;
      this.#marker = undefined;
    } else if (this.#space) this.#text += ' ';
    this.#space = false;
    this.#written = 0;
    this.#text += text;
    this.#lastCharacter = text.at(-1) ?? '';
    return this.#line;
  }

  /** Text right after what is there, whatever white space was in between. */
  attach(text: string): void {
    this.#space = false;
    if (!this.isLineStart) this.write(text);
  }

  /** Text as it is, with its lines. Returns the line that it starts on. */
  writePreformatted(text: string): number {
    this.#endLines();
    const first = this.#line;
    this.#text += text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#line += 1;
    let ending = 0;
    while (ending < text.length && text.at(-1 - ending) === '\n') ending += 1;
    const before = ending === text.length ? this.#written : 0;
    this.#written = Math.min(2, ending + before) as LineFeeds;
    this.#space = false;
    this.#lastCharacter = '';
    return first;
  }

  /** The text is over: its last line ends. */
  end(): void {
    this.#wanted = this.#written === 0 ? 1 : 0;
    this.#endLines();
  }

  #endLines(): void {
    for (; this.#written < this.#wanted; this.#written += 1) {
      this.#text += '\n';
      this.#line += 1;
    }
    this.#wanted = 0;
  }
}
