// Open models for so much memory, for the help of `unspool models`. Checked in November 2026 on the pages of these
// repositories and of the models that they come from: that they exist, licence, file size, trained context.

import type { Section } from '../../cli/help.js';

/** Instruct models, which summarise and answer. A cache of 4,096 tokens takes 0.1 to 0.6 GB beside the weights. */
const models: readonly (readonly [memory: string, reference: string, file: string, context: string])[] = [
  ['2 GB', 'hf:second-state/Qwen2.5-1.5B-Instruct-GGUF:Q4_K_M', '0.99 GB', '32,768'],
  ['4 GB', 'hf:bartowski/HuggingFaceTB_SmolLM3-3B-GGUF:Q4_K_M', '1.9 GB', '65,536'],
  ['4 GB', 'hf:unsloth/Qwen3-4B-Instruct-2507-GGUF:Q4_K_M', '2.5 GB', '262,144'],
  ['8 GB', 'hf:bartowski/Qwen_Qwen3-8B-GGUF:Q4_K_M', '5.0 GB', '32,768'],
  ['16 GB', 'hf:bartowski/openai_gpt-oss-20b-GGUF:MXFP4', '12.1 GB', '131,072'],
];

export const recommendedModels: Section = {
  heading: 'Recommended (instruct models, Apache 2.0, 2026-11)',
  lines: [
    `${'memory'.padEnd(6)}  ${'file'.padStart(7)}  trained on  reference`,
    ...models.map(
      ([memory, reference, file, context]) =>
        `${memory.padEnd(6)}  ${file.padStart(7)}  ${context.padStart(10)}  ${reference}`,
    ),
  ],
};
