// Lists and pulls count the memory that a run would find: process.availableMemory() knows less of it on Linux.

import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freeRam } from '../../src/backends/machine/free-memory.js';
import { bundledModel } from '../../src/cli/options.js';
import { runModels } from '../../src/cli/models.js';
import type { Io } from '../../src/cli/io.js';
import type { ModelsTask } from '../../src/cli/models-command.js';
import { startHub } from '../support/hub.js';
import { ModelHome, tinyModel } from '../support/model-home.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a command prints in a home of its own. */
async function printed(task: ModelsTask, json: boolean, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  let shown = '';
  const stream = { write: (text: string) => (shown += text), once: () => undefined, isTTY: false };
  const io = {
    stdout: stream,
    stderr: { ...stream, write: () => true },
    environment: { ...new ModelHome().environment, ...environment },
    onInterrupt: () => () => undefined,
  } as unknown as Io;
  await runModels(task, json ? { json } : {}, io);
  return shown;
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
    expect(await printed({ kind: 'list' }, true)).toContain('"memory":{"capacity":512,');
    expect(await printed({ kind: 'list' }, false)).not.toMatch(/ 0 B are free now|1 model would take more/);
    expect(await printed({ kind: 'info', reference: bundledModel }, false)).toContain('sinks:4+508/64 by default');
    const { endpoint } = await startHub({ files: { 'm.gguf': tinyModel('m', { 'llama.context_length': 512 }) } });
    const pull = await printed({ kind: 'pull', reference: 'hf:maker/tiny' }, true, { HF_ENDPOINT: endpoint });
    expect(pull).toContain(join('maker', 'tiny', 'm.gguf'));
    expect(pull).toContain('"memory":{"capacity":512,');
  });
});
