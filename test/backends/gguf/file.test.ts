import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkGgufHeader, openError } from '../../../src/backends/gguf/file.js';
import { tokenBytes } from '../../../src/backends/gguf/vocabulary.js';
import { temporaryFolder } from '../../support/folders.js';

describe('openError', () => {
  it('names a model that may not be read', () => {
    const error = openError('m.gguf', Object.assign(new Error('EACCES'), { code: 'EACCES' }));
    expect([error.code, error.message, error.exitCode]).toEqual(['model-unreadable', 'm.gguf: permission denied', 1]);
  });
});

describe.skipIf(process.platform === 'win32')('checkGgufHeader', () => {
  it('does not wait for whoever would write to a pipe', { timeout: 10_000 }, async () => {
    const path = join(temporaryFolder(), 'model.gguf');
    execFileSync('mkfifo', [path]);
    await expect(checkGgufHeader(path)).rejects.toMatchObject({
      code: 'model-not-file',
      message: `${path}: is no regular file`,
    });
  });
});

describe('tokenBytes', () => {
  it.each([
    ['\u0120caf\u00c3\u00a9', 1, true, 6],
    ['<0x0A>', 6, false, 1],
    ['\u2581caf\u00e9', 1, false, 6],
    ['<|end\u00e9|>', 4, true, 9],
  ])('of %j', (text, type, byteLevel, bytes) => {
    expect(tokenBytes(text, type, byteLevel)).toHaveLength(bytes);
  });
});
