// Removes control characters and terminal escape sequences from decoded text; every line feed of the source survives.
import { sourceBytes, type TextChunk } from '../../engine/document.js';
import type { DecodedRun } from '../encodings/decoding.js';
import { advance, introduce, MAXIMUM_SEQUENCE_CHARACTERS, type SequenceState } from './escape-sequences.js';

/** All control characters, C0, DEL and C1, but tab and line feed. */
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f]/;

/** What the characters so far leave open for the next one. */
type CleanerState =
  | { readonly kind: 'text' }
  /** After a carriage return: a line feed would make the two one line end. */
  | ({ readonly kind: 'carriage-return' } & CharacterBytes)
  | { readonly kind: 'sequence'; readonly sequence: SequenceState; readonly characters: number };

interface CharacterBytes {
  readonly byte: number;
  readonly endByte: number;
}

const CARRIAGE_RETURN = 0x0d;
const TEXT: CleanerState = { kind: 'text' };

export class Cleaner {
  readonly #control = new RegExp(CONTROL, 'g');
  #state: CleanerState = TEXT;
  #removed = 0;
  #line = 1;
  #endByte = 0;
  #isLineOpen = false;
  #encoding: TextChunk['encoding'] = 'utf-8';

  *push(run: DecodedRun): Generator<TextChunk> {
    this.#encoding = run.encoding;
    if (this.#state.kind === 'text' && !CONTROL.test(run.text)) {
      yield this.#chunk(run.text, run.byte, run.endByte, run.invalidBytes);
    } else {
      yield* this.#clean(run);
    }
    this.#endByte = run.endByte;
  }

  /** Nothing more for now. What is held back stays held back. */
  pause(): TextChunk {
    return { ...this.#chunk('', this.#endByte, this.#endByte, 0), pause: true };
  }

  /** Ends an open line, with a line feed that stands for no byte of the source. */
  *endLine(): Generator<TextChunk> {
    yield* this.#letGo();
    if (this.#isLineOpen) yield this.#chunk('\n', this.#endByte, this.#endByte, 0);
  }

  /** What was held back, or counted after the last chunk. */
  *end(): Generator<TextChunk> {
    yield* this.#letGo();
    if (this.#removed > 0) yield this.#chunk('', this.#endByte, this.#endByte, 0);
  }

  *#letGo(): Generator<TextChunk> {
    if (this.#state.kind === 'carriage-return') yield this.#loneReturn(this.#state);
    this.#state = TEXT;
  }

  *#clean(run: DecodedRun): Generator<TextChunk> {
    const { text } = run;
    let index = 0;
    let byte = run.byte;
    const moveTo = (end: number): void => {
      byte = end === text.length ? run.endByte : byte + sourceBytes(text.slice(index, end), run.encoding);
      index = end;
    };

    while (index < text.length) {
      if (this.#state.kind === 'sequence') {
        moveTo(this.#skipSequence(text, index, this.#state));
      } else if (this.#state.kind === 'carriage-return') {
        const place = this.#state;
        this.#state = TEXT;
        if (text.startsWith('\n', index)) {
          moveTo(index + 1);
          yield this.#chunk('\n', place.byte, byte, 0);
        } else {
          yield this.#loneReturn(place);
        }
      } else {
        const stop = this.#nextControl(text, index);
        const lineEnd = text.startsWith('\r\n', stop);
        const start = byte;
        if (stop > index || lineEnd) {
          const plain = text.slice(index, stop);
          moveTo(lineEnd ? stop + 2 : stop);
          yield this.#chunk(lineEnd ? `${plain}\n` : plain, start, byte, run.invalidBytes);
        } else {
          moveTo(index + 1);
          this.#removeControl(text.charCodeAt(stop), { byte: start, endByte: byte });
        }
      }
    }
  }

  #nextControl(text: string, from: number): number {
    this.#control.lastIndex = from;
    return this.#control.exec(text)?.index ?? text.length;
  }

  #removeControl(character: number, place: CharacterBytes): void {
    if (character === CARRIAGE_RETURN) {
      this.#state = { kind: 'carriage-return', ...place };
      return;
    }
    this.#removed++;
    const sequence = introduce(character);
    if (sequence) this.#state = { kind: 'sequence', sequence, characters: 1 };
  }

  /** Removes what belongs to the sequence; returns the index of the first character that does not. */
  #skipSequence(text: string, from: number, state: CleanerState & { kind: 'sequence' }): number {
    let { sequence, characters } = state;
    for (let index = from; index < text.length;) {
      const character = text.codePointAt(index) ?? 0;
      const next = advance(sequence, character);
      if (next !== 'outside') {
        index += character > 0xffff ? 2 : 1;
        characters++;
        this.#removed++;
      }
      if (next === 'outside' || next === 'complete' || characters === MAXIMUM_SEQUENCE_CHARACTERS) {
        this.#state = TEXT;
        return index;
      }
      sequence = next;
    }
    this.#state = { kind: 'sequence', sequence, characters };
    return text.length;
  }

  /** A progress bar writes `10%`, a carriage return, `20%`: the space keeps the words apart. */
  #loneReturn({ byte, endByte }: CharacterBytes): TextChunk {
    this.#removed++;
    return this.#chunk(' ', byte, endByte, 0);
  }

  #chunk(text: string, byte: number, endByte: number, invalidBytes: number): TextChunk {
    const line = this.#line;
    const controlCharacters = this.#removed;
    this.#line += countLineFeeds(text);
    if (text !== '') this.#isLineOpen = !text.endsWith('\n');
    this.#removed = 0;
    return { text, encoding: this.#encoding, byte, endByte, line, invalidBytes, controlCharacters };
  }
}

/** A text that is there as a whole. */
export function cleanWholeText(text: string): Pick<TextChunk, 'text' | 'controlCharacters'> {
  const cleaner = new Cleaner();
  const endByte = Buffer.byteLength(text);
  const chunks = [...cleaner.push({ text, encoding: 'utf-8', byte: 0, endByte, invalidBytes: 0 }), ...cleaner.end()];
  return {
    text: chunks.map((chunk) => chunk.text).join(''),
    controlCharacters: chunks.reduce((sum, chunk) => sum + chunk.controlCharacters, 0),
  };
}

function countLineFeeds(text: string): number {
  let count = 0;
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) count++;
  return count;
}
