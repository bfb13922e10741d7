// What the hashes of lines are made with.

/**
 * The golden ratio's fraction, FNV-1a's factor, and MurmurHash2's. Taken out of the object into a constant of the file: in
 * loops over characters, imported constants take longer.
 */
export const hashFactors = { golden: 0x9e3779b1, fnv: 0x01000193, murmur: 0x5bd1e995 } as const;

/** MurmurHash3's last step: every bit of the hash depends on all others. */
export function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** 53 bits of two hashes: among a million lines two share them with a chance of 1 in 18,000. */
export function joined(first: number, second: number): number {
  return mix(first) * 2 ** 21 + (mix(second) >>> 11);
}
