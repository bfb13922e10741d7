// Which records of a template the model reads.

/**
 * Whether the record with which a template reaches `records` is decoded: the 1st, 2nd, 4th, 8th ... A template is seen more
 * often while it is young, and a log of any length takes only some decodes for each template.
 */
export function isPowerOfTwo(records: number): boolean {
  // Of more than 2^31 records, none is news.
  return (records & (records - 1)) === 0;
}

/** Records that are decoded of a template's first `records`. */
export function decodes(records: number): number {
  return Math.floor(Math.log2(records)) + 1;
}
