// The table of architectures against the llama.cpp that is installed.

import type { GgufFileInfo, Llama } from 'node-llama-cpp';
import * as library from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { architectureKind } from '../../../src/backends/gguf/architectures.js';
import { startLlama } from '../../../src/backends/local/llama.js';

// Declared as an enum that only exists for the compiler; it is an object all the same.
const { GgufArchitectureType: architectures } = library as unknown as Record<string, Record<string, string>>;

let llama: Llama;
beforeAll(async () => {
  ({ llama } = await startLlama('off'));
});
afterAll(() => llama.dispose());

async function insightsOf(architecture: string): Promise<library.GgufInsights> {
  const info = {
    metadata: { general: { architecture } },
    architectureMetadata: {},
    fullTensorInfo: [],
    sourceData: [],
  };
  return library.GgufInsights.from(info as unknown as GgufFileInfo, llama);
}

describe('architectureKind', () => {
  const names = Object.values(architectures ?? {}).filter((name) => name !== 'unknown');

  it('knows what keeps a state, as llama.cpp does', async () => {
    expect(names.length).toBeGreaterThan(100);
    for (const name of names) {
      const { isRecurrent, isHybrid, isSupportedByLlamaCpp } = await insightsOf(name);
      const kind = architectureKind(name);
      expect([name, kind === 'recurrent', kind === 'hybrid', kind !== 'unknown']).toEqual([
        name,
        isRecurrent && !isHybrid,
        isHybrid,
        isSupportedByLlamaCpp,
      ]);
    }
  });

  it('knows no other', async () => {
    expect(architectureKind('martian')).toBe('unknown');
    expect((await insightsOf('martian')).isSupportedByLlamaCpp).toBe(false);
  });
});
