// The grammar of terminal escape sequences (ECMA-48, sections 5.3 to 5.6), one character at a time.

/** What a sequence is waiting for. `string`: the text of an OSC, DCS, SOS, PM or APC. */
export type SequenceState = 'escape' | 'escape-intermediate' | 'csi-parameter' | 'csi-intermediate' | 'string';

/** No real sequence is longer. A limit keeps one that never ends from hiding the rest of a document. */
export const MAXIMUM_SEQUENCE_CHARACTERS = 4096;

const ESCAPE = 0x1b;
const STRING_INTRODUCERS = 'PX]^_';

/** The state after a character of plain text, or undefined when it introduces no sequence. */
export function introduce(character: number): SequenceState | undefined {
  // The 8-bit forms introduce none: in UTF-8 they are far more often text that was encoded twice.
  return character === ESCAPE ? 'escape' : undefined;
}

/**
 * The state after `character`, `complete` when it is the last of the sequence, or `outside` when it cannot belong to
 * it: then the sequence is over and the character stands for itself.
 */
export function advance(state: SequenceState, character: number): SequenceState | 'complete' | 'outside' {
  switch (state) {
    case 'escape':
      return afterEscape(character) ?? escapeEnd(character);
    case 'escape-intermediate':
      return escapeEnd(character);
    case 'csi-parameter':
      return isBetween(character, 0x30, 0x3f) ? 'csi-parameter' : csiEnd(character);
    case 'csi-intermediate':
      return csiEnd(character);
    case 'string':
      return endsString(character) ? 'outside' : 'string';
  }
}

function afterEscape(character: number): SequenceState | undefined {
  if (character === 0x5b) return 'csi-parameter';
  return STRING_INTRODUCERS.includes(String.fromCodePoint(character)) ? 'string' : undefined;
}

function escapeEnd(character: number): SequenceState | 'complete' | 'outside' {
  if (isBetween(character, 0x20, 0x2f)) return 'escape-intermediate';
  return isBetween(character, 0x30, 0x7e) ? 'complete' : 'outside';
}

function csiEnd(character: number): SequenceState | 'complete' | 'outside' {
  if (isBetween(character, 0x20, 0x2f)) return 'csi-intermediate';
  return isBetween(character, 0x40, 0x7e) ? 'complete' : 'outside';
}

/**
 * BEL, ESC (with a backslash it is the terminator) and the 8-bit terminator end a string; CAN and SUB cancel it; a line
 * end means that it was never terminated. All are outside: cleaning removes them anyway, or must keep them.
 */
function endsString(character: number): boolean {
  return '\x07\n\r\x18\x1a\x1b\x9c'.includes(String.fromCodePoint(character));
}

function isBetween(character: number, first: number, last: number): boolean {
  return character >= first && character <= last;
}
