// Lists and pulls count the memory that a run would find: process.availableMemory() knows less of it on Linux.

import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freeRam } from '../../src/backends/machine/free-memory.js';
import { bundledModel } from '../../src/commands/options/model.js';
import { startHub } from '../support/hub.js';
import { unspool } from '../support/in-process.js';
import { ModelHome, tinyModel } from '../support/model-home.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a command prints in a home of its own. */
async function printed(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const home = { ...new ModelHome().environment, ...environment };
  return (await unspool(['models', ...words], { environment: home })).stdout;
}

describe.runIf(process.platform === 'linux')('where process.availableMemory() counts nothing', () => {
  const nothing = (): void => {
    vi.spyOn(process, 'availableMemory').mockReturnValue(0);
  };

  it('memory is what /proc and the control group say', () => {
    nothing();
    expect(freeRam()).toBeGreaterThan(1e8);
  });

  it('a list, a description and a pull give a model the cache that a run gives it', async () => {
    nothing();
    // The trained context: with nothing free, it would be the least there is, 16 tokens.
    expect(await printed(['list', '--json'])).toContain('"memory":{"capacity":512,');
    expect(await printed(['list'])).not.toMatch(/ 0 B are free now|1 model would take more/);
    expect(await printed(['info', bundledModel])).toContain('sinks:4+508/64 by default');
    const { endpoint } = await startHub({ files: { 'm.gguf': tinyModel('m', { 'llama.context_length': 512 }) } });
    const pull = await printed(['pull', 'hf:maker/tiny', '--json'], { HF_ENDPOINT: endpoint });
    expect(pull).toContain(join('maker', 'tiny', 'm.gguf'));
    expect(pull).toContain('"memory":{"capacity":512,');
  });
});
