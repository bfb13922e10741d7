// Tells what reading and decoding take, where they do not go together, so that the time left can be told.

/** Code that has just started runs several times slower: until so much is read ... */
const settlingBytes = 1 << 20;
/** ... or so long has passed. */
const settlingSeconds = 10;

/** Fits seconds = a * bytes read + b * tokens decoded to the steps so far, by least squares. */
export class Workload {
  readonly #now: () => number;
  #startedAt: number;
  #at: number;
  #bytes = 0;
  #tokens = 0;
  #bytesBytes = 0;
  #bytesTokens = 0;
  #tokensTokens = 0;
  #bytesSeconds = 0;
  #tokensSeconds = 0;

  /** `now`: seconds on a steady clock. */
  constructor(now: () => number = () => performance.now() / 1000) {
    this.#now = now;
    this.#startedAt = now();
    this.#at = this.#startedAt;
  }

  /** So many bytes and tokens are behind an earlier run. */
  start(bytes: number, tokens: number): void {
    this.#startedAt = this.#now();
    [this.#bytes, this.#tokens, this.#at] = [bytes, tokens, this.#startedAt];
  }

  /** So many bytes are read and so many tokens decoded by now. */
  advance(bytes: number, tokens: number): void {
    const now = this.#now();
    const [byteStep, tokenStep, seconds] = [bytes - this.#bytes, tokens - this.#tokens, now - this.#at];
    this.#bytesBytes += byteStep * byteStep;
    this.#bytesTokens += byteStep * tokenStep;
    this.#tokensTokens += tokenStep * tokenStep;
    this.#bytesSeconds += byteStep * seconds;
    this.#tokensSeconds += tokenStep * seconds;
    [this.#bytes, this.#tokens, this.#at] = [bytes, tokens, now];
  }

  /**
   * The share of the time that is behind us when `shareRead` of the bytes are read and `growth` times as many tokens
   * will have been decoded at the end. Null while too little is read to tell.
   */
  share(shareRead: number, growth: number): number | null {
    const elapsed = this.#at - this.#startedAt;
    if (this.#bytes < settlingBytes && elapsed < settlingSeconds) return null;
    const { perByte, perToken } = this.#fit();
    const left = perByte * this.#bytes * (1 / shareRead - 1) + perToken * this.#tokens * Math.max(0, growth - 1);
    return Math.min(1, elapsed / (elapsed + left));
  }

  #fit(): { perByte: number; perToken: number } {
    const determinant = this.#bytesBytes * this.#tokensTokens - this.#bytesTokens ** 2;
    const perByte = (this.#bytesSeconds * this.#tokensTokens - this.#tokensSeconds * this.#bytesTokens) / determinant;
    const perToken = (this.#tokensSeconds * this.#bytesBytes - this.#bytesSeconds * this.#bytesTokens) / determinant;
    // Neither takes less than no time; where the steps do not tell them apart, tokens take it all.
    if (determinant > 0 && perByte >= 0 && perToken >= 0) return { perByte, perToken };
    return { perByte: 0, perToken: this.#tokensTokens > 0 ? this.#tokensSeconds / this.#tokensTokens : 0 };
  }
}
