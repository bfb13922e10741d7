// Byte-pair encodings out of gpt-tokenizer: its tables and patterns, without its quadratic merging.

import type { EncodingName } from '../../engine/counting/encodings.js';
import { rankTable, type RankTable } from '../../engine/counting/rank-table.js';
import type { TokenEncoding } from '../../engine/counting/text-counter.js';

type Patterns = typeof import('gpt-tokenizer/encodingParams/constants');
type TokensByRank = readonly (string | readonly number[])[];

/** Which tokens and which pattern an encoding has. Names differ more than encodings do. */
const parts: Readonly<
  Record<EncodingName, { readonly tokens: keyof typeof tables; readonly pattern: keyof Patterns }>
> = {
  o200k_base: { tokens: 'o200k', pattern: 'O200K_TOKEN_SPLIT_REGEX' },
  o200k_harmony: { tokens: 'o200k', pattern: 'O200K_TOKEN_SPLIT_REGEX' },
  cl100k_base: { tokens: 'cl100k', pattern: 'CL100K_TOKEN_SPLIT_REGEX' },
  p50k_base: { tokens: 'p50k', pattern: 'R50K_TOKEN_SPLIT_REGEX' },
  r50k_base: { tokens: 'r50k', pattern: 'R50K_TOKEN_SPLIT_REGEX' },
  gpt2: { tokens: 'r50k', pattern: 'R50K_TOKEN_SPLIT_REGEX' },
};

/** Modules of up to 2.4 MB, loaded when used. */
const tables = {
  o200k: () => import('gpt-tokenizer/bpeRanks/o200k_base'),
  cl100k: () => import('gpt-tokenizer/bpeRanks/cl100k_base'),
  p50k: () => import('gpt-tokenizer/bpeRanks/p50k_base'),
  r50k: () => import('gpt-tokenizer/bpeRanks/r50k_base'),
} satisfies Readonly<Record<string, () => Promise<{ readonly default: TokensByRank }>>>;

/** In the order of `names`. */
export async function loadEncodings(names: readonly EncodingName[]): Promise<TokenEncoding[]> {
  const patterns = await import('gpt-tokenizer/encodingParams/constants');
  const loaded = new Map<keyof typeof tables, RankTable>();
  const encodings: TokenEncoding[] = [];
  for (const name of names) {
    const { tokens, pattern } = parts[name];
    const ranks = loaded.get(tokens) ?? tableOf((await tables[tokens]()).default);
    loaded.set(tokens, ranks);
    encodings.push({ name, pattern: patterns[pattern], ranks });
  }
  return encodings;
}

/** gpt-tokenizer decodes bytes before it looks them up, which drops a byte order mark: it never finds such a token. */
function tableOf(tokens: TokensByRank): RankTable {
  return rankTable(tokens.map((token) => (startsWithMark(token) ? undefined : token)));
}

function startsWithMark(token: string | readonly number[] | undefined): boolean {
  return typeof token === 'object' && token[0] === 0xef && token[1] === 0xbb && token[2] === 0xbf;
}
