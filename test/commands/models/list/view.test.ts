import { describe, expect, it } from 'vitest';
import type { ModelFacts, ModelFound } from '../../../../src/engine/events/model-events.js';
import { modelTable } from '../../../../src/commands/models/list/view.js';

const facts: ModelFacts = {
  title: 'tiny',
  architecture: 'llama',
  kind: 'chat',
  parameters: 1_543_714_304,
  contextSize: 32_768,
  quantization: 'Q4_K_M',
  room: 'shift',
  cacheBytesPerToken: 28_672,
  memory: { capacity: 4096, bytes: 1_103_440_512 },
};

function found(name: string, more: Partial<ModelFacts> | null, others: Partial<ModelFound> = {}): ModelFound {
  const model = more === null ? null : { ...facts, ...more };
  const file = { name, aliases: [], source: 'ollama', path: `/models/${name}.gguf`, bytes: 986e6 } as const;
  return { event: 'model', ...file, model, problem: null, ...others };
}

const rowsOf = (text: string): string[][] => text.split('\n').map((line) => line.split(/ {2,}/));

describe('modelTable', () => {
  it('is empty where there are no models', () => {
    expect(modelTable([], 8e9, 80)).toBe('');
  });

  it('says how each makes room, or why it cannot be used', () => {
    const models = [
      found('plain', {}),
      found('gemma', { room: 'shift-full-cache', contextSize: null }),
      found('mamba', { room: 'stateful' }),
      found('vectors', { kind: 'embedding', memory: null }),
      found('martian', { architecture: 'martian', room: null, memory: null }),
      found('broken', null, { problem: 'cut short' }),
    ];
    expect(rowsOf(modelTable(models, 8e9, Infinity)).slice(1, 7)).toEqual([
      ['plain', 'chat', '1.5B', '986 MB', '32768', '4096', '1.10 GB', 'shift', 'ollama'],
      ['gemma', 'chat', '1.5B', '986 MB', '-', '4096', '1.10 GB', 'shift, full SWA cache', 'ollama'],
      ['mamba', 'chat', '1.5B', '986 MB', '32768', '4096', '1.10 GB', 'stateful', 'ollama'],
      ['vectors', 'embedding', '1.5B', '986 MB', '32768', '-', '-', 'predicts no text', 'ollama'],
      ['martian', 'chat', '1.5B', '986 MB', '32768', '-', '-', 'unknown architecture martian', 'ollama'],
      ['broken', 'broken', '-', '986 MB', '-', '-', '-', 'cut short', 'ollama'],
    ]);
  });

  it('has a column of aliases where there are any', () => {
    const [header, row] = rowsOf(modelTable([found('plain', {}, { aliases: ['a', 'b'] })], 8e9, Infinity));
    expect([header?.at(-1), row?.at(-1)]).toEqual(['alias', 'a, b']);
  });

  it('says how many take more memory than is free', () => {
    const models = [found('one', {}), found('two', { memory: { capacity: 4096, bytes: 9e9 } })];
    expect(modelTable(models, 8e9, Infinity).replace(/\s+/g, ' ')).toContain(
      '8.00 GB are free now; 1 model would take more.',
    );
  });

  it('keeps to a narrow terminal, and steers none', () => {
    const text = modelTable([found('a\u001b[31mb', {}), found('plain', {})], 8e9, 40);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(text).not.toContain('\u001b');
  });
});
