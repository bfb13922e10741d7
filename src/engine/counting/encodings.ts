// The byte-pair encodings of OpenAI's models that tokens can be counted by, and what their models cost.

/** o200k_harmony differs from o200k_base, gpt2 from r50k_base, and p50k_edit from p50k_base in control tokens only. */
export const encodingNames = ['o200k_base', 'o200k_harmony', 'cl100k_base', 'p50k_base', 'r50k_base', 'gpt2'] as const;

export type EncodingName = (typeof encodingNames)[number];

/** What a model's input costs. */
export interface Price {
  readonly model: string;
  readonly dollarsPerMillionTokens: number;
}

/**
 * When the prices below were those of OpenAI's list, for uncached input outside of batches. Those in gpt-tokenizer's own
 * table (4.0.0) are not used: for many models, such as gpt-4o, gpt-4.1 and gpt-5, they are not the list's.
 */
export const priceDate = '2026-03';

/** Some current models; none where the models of an encoding are no longer sold, or run by their users. */
export const prices: Readonly<Record<EncodingName, readonly Price[]>> = {
  o200k_base: [
    { model: 'gpt-4.1', dollarsPerMillionTokens: 2 },
    { model: 'gpt-5.1', dollarsPerMillionTokens: 1.25 },
    { model: 'gpt-5-mini', dollarsPerMillionTokens: 0.25 },
    { model: 'gpt-5-nano', dollarsPerMillionTokens: 0.05 },
  ],
  o200k_harmony: [],
  cl100k_base: [
    { model: 'text-embedding-3-large', dollarsPerMillionTokens: 0.13 },
    { model: 'text-embedding-3-small', dollarsPerMillionTokens: 0.02 },
  ],
  p50k_base: [],
  r50k_base: [],
  gpt2: [],
};
