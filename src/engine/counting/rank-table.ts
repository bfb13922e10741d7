// The tokens of a byte-pair encoding by their bytes, in memory that threads can share.

/** Open addressing: `slots` holds rank + 1, or 0. The bytes of a rank are `bytes[offsets[rank]..offsets[rank + 1]]`. */
export interface RankTable {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
  readonly slots: Int32Array;
  /** Bytes of the longest token. */
  readonly longest: number;
}

/** `tokens[rank]`: text, or bytes where they are no text; undefined where a rank is not used. */
export function rankTable(tokens: readonly (string | readonly number[] | undefined)[]): RankTable {
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(new SharedArrayBuffer(tokens.reduce((sum, token) => sum + 3 * (token?.length ?? 0), 0)));
  const offsets = new Uint32Array(new SharedArrayBuffer((tokens.length + 1) * Uint32Array.BYTES_PER_ELEMENT));
  const slotCount = 2 ** Math.ceil(Math.log2(tokens.length * 2 + 1));
  const slots = new Int32Array(new SharedArrayBuffer(slotCount * Int32Array.BYTES_PER_ELEMENT));
  let longest = 0;
  let end = 0;
  for (let rank = 0; rank < tokens.length; rank += 1) {
    const token = tokens[rank];
    const start = end;
    if (typeof token === 'string') end += encoder.encodeInto(token, bytes.subarray(start)).written;
    else if (token !== undefined) {
      bytes.set(token, start);
      end += token.length;
    }
    offsets[rank + 1] = end;
    longest = Math.max(longest, end - start);
    if (end === start) continue;
    let slot = hashOf(bytes, start, end) & (slotCount - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slotCount - 1);
    slots[slot] = rank + 1;
  }
  return { bytes, offsets, slots, longest };
}

/** The rank of `bytes[start..end]`, or -1 where that is no token. */
export function rankOf(table: RankTable, bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length > table.longest) return -1;
  const { slots, offsets } = table;
  const mask = slots.length - 1;
  for (let slot = hashOf(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
    const rank = (slots[slot] ?? 0) - 1;
    if (rank < 0) return -1;
    const offset = offsets[rank] ?? 0;
    if ((offsets[rank + 1] ?? 0) - offset !== length) continue;
    let index = 0;
    while (index < length && table.bytes[offset + index] === bytes[start + index]) index += 1;
    if (index === length) return rank;
  }
}

/** FNV-1a, with its high bits folded into the low ones that pick a slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}
