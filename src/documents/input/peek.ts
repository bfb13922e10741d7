// A look at the first bytes of a stream, before it is read.

/**
 * What `judge` makes of the first bytes, at least `length` unless the stream is shorter, and all of the stream. What the
 * judge throws closes the stream. A failure of the stream comes after what it delivered.
 */
export async function peek<Judgement>(
  source: AsyncGenerator<Buffer>,
  length: number,
  judge: (head: Buffer) => Judgement,
): Promise<{ readonly judgement: Judgement; readonly pieces: AsyncGenerator<Buffer> }> {
  const first: Buffer[] = [];
  let failure: { readonly error: unknown } | undefined;
  try {
    for (let bytes = 0; bytes < length;) {
      const next = await source.next();
      if (next.done) break;
      first.push(next.value);
      bytes += next.value.length;
    }
  } catch (error) {
    failure = { error };
  }
  const head = Buffer.concat(first);
  async function* pieces(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      if (failure) throw failure.error;
      yield* source;
    } finally {
      await source.return(undefined);
    }
  }
  try {
    return { judgement: judge(head), pieces: pieces() };
  } catch (error) {
    await source.return(undefined);
    throw error;
  }
}
