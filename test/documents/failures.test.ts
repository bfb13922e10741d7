// Errors of the operating system in the user's terms.
import { describe, expect, it } from 'vitest';
import { documentFailure } from '../../src/documents/failures.js';
import { asUnspoolError } from './support.js';

function systemError(code: string, message: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: ${message}, ${syscall}`), { code, syscall, errno: -1 });
}

describe('documentFailure', () => {
  it.each([
    ['ENOENT', 'no such file or directory', 'document-not-found', 'my notes.txt: no such file'],
    ['ENOTDIR', 'not a directory', 'document-not-found', 'my notes.txt: no such file'],
    ['EISDIR', 'illegal operation on a directory', 'document-is-directory', 'my notes.txt: is a directory'],
    ['EACCES', 'permission denied', 'document-unreadable', 'my notes.txt: cannot be read: EACCES: permission denied'],
    [
      'EPERM',
      'operation not permitted',
      'document-unreadable',
      'my notes.txt: cannot be read: EPERM: operation not permitted',
    ],
    ['EIO', 'i/o error', 'document-unreadable', 'my notes.txt: cannot be read: EIO: i/o error'],
    [
      'EMFILE',
      'too many open files',
      'document-unreadable',
      'my notes.txt: cannot be read: EMFILE: too many open files',
    ],
  ])('maps %s', (code, reason, expectedCode, message) => {
    const cause = systemError(code, reason, "open 'my notes.txt'");
    const error = asUnspoolError(documentFailure(cause, 'my notes.txt'));
    expect(error).toMatchObject({ code: expectedCode, message, exitCode: 1, cause });
    expect(error.hint).toBeTruthy();
  });

  it('quotes the name for the shell in a command of a hint', () => {
    const denied = systemError('EACCES', 'permission denied', 'open');
    expect(asUnspoolError(documentFailure(denied, "it's here")).hint).toBe(
      `check its owner and mode: ls -l 'it'\\''s here'`,
    );
    expect(asUnspoolError(documentFailure(denied, 'notes/a.txt')).hint).toBe(
      'check its owner and mode: ls -l notes/a.txt',
    );
    expect(asUnspoolError(documentFailure(denied, '<stdin>')).hint).toBe('check its owner and mode: ls -l FILE');
  });

  it('leaves alone what is no error of the operating system', () => {
    const mistake = new TypeError('x is not a function');
    expect(documentFailure(mistake, 'a.txt')).toBe(mistake);
  });
});
