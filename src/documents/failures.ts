// The ways in which a document cannot be read, each as one line for the user and a hint.
import { reasonOf, UnspoolError } from '../errors.js';

/** Something other than text: `what` it is, and what to do about it, with FILE where the file's name goes. */
export interface NotText {
  readonly what: string;
  readonly hint: string;
}

export const STANDARD_INPUT = '<stdin>';

export function binaryDocument(name: string, { what, hint }: NotText): UnspoolError {
  return failure('document-binary', `${name}: is ${what}, not text`, hint, name);
}

export function cutShortDocument(name: string, bytes: number, totalBytes: number): UnspoolError {
  const message = `${name}: was cut short while it was read: ${bytes} of ${totalBytes} bytes`;
  return failure('document-truncated', message, 'run again when nothing writes to it any more', name);
}

export function changedDocument(name: string): UnspoolError {
  const message = `${name}: was changed while it was read, and cannot be quoted`;
  return failure('document-changed', message, 'run again when nothing writes to it any more', name);
}

export function followedCompression(name: string): UnspoolError {
  const hint = 'read it without --follow, or pipe it: tail -c +1 -f FILE | gunzip';
  return failure('follow-compressed', `${name}: is compressed, and cannot be followed`, hint, name);
}

/** `kind`: HTML or EPUB, with its article. */
export function followedPages(name: string, kind: string): UnspoolError {
  const hint = 'read it without --follow, or its source with --from text';
  return failure('follow-pages', `${name}: is ${kind}, and cannot be followed`, hint, name);
}

export function undecodableDocument(name: string, label: string): UnspoolError {
  const message = `${name}: is in ${label.toUpperCase()}, which cannot be decoded`;
  return failure('document-encoding', message, `convert it: iconv -f ${label} -t UTF-8 FILE | unspool …`, name);
}

export function notUtf8(name: string): UnspoolError {
  const hint = 'convert it: iconv -f windows-1252 -t UTF-8 FILE';
  return failure('document-encoding', `${name}: is not in UTF-8`, hint, name);
}

export function noMarkup(name: string): UnspoolError {
  return failure('document-no-html', `${name}: has no tags, so it is no HTML`, 'leave out --from html', name);
}

export function noBook(name: string): UnspoolError {
  return failure('document-no-epub', `${name}: is no ZIP archive, so it is no EPUB`, 'leave out --from epub', name);
}

export function oversizedMarkup(name: string): UnspoolError {
  const message = `${name}: has a comment or a tag of more than 64 MiB`;
  return failure('document-corrupt', message, 'read its source with --from text', name);
}

export function damagedBook(name: string, what: string, cause?: unknown): UnspoolError {
  const hint = 'fetch it again: what follows the damage cannot be recovered';
  return failure('document-corrupt', `${name}: is a damaged EPUB: ${what}`, hint, name, cause);
}

export function protectedBook(name: string): UnspoolError {
  const message = `${name}: is a protected EPUB (DRM): its text is encrypted`;
  return failure('document-encrypted', message, 'only a copy without protection can be read', name);
}

export function truncatedCompression(name: string, format: string, cause: unknown): UnspoolError {
  const message = `${name}: ends in the middle of its ${format} data`;
  return failure('document-truncated', message, 'all that could be decompressed was read; fetch it again', name, cause);
}

export function corruptCompression(name: string, format: string, cause: unknown): UnspoolError {
  const hint = 'fetch it again: what follows the damage cannot be recovered';
  return failure('document-corrupt', `${name}: has damaged ${format} data (${reasonOf(cause)})`, hint, name, cause);
}

/** An error of the operating system in the user's terms; any other thrown value as it is. */
export function documentFailure(error: unknown, name: string): unknown {
  if (!isSystemError(error)) return error;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return failure(
        'document-not-found',
        `${name}: no such file`,
        'check the path; quote it if it has spaces',
        name,
        error,
      );
    case 'EISDIR':
      return failure('document-is-directory', `${name}: is a directory`, 'name the files in it: FILE/*', name, error);
    default: {
      const denied = error.code === 'EACCES' || error.code === 'EPERM';
      const hint = denied ? 'check its owner and mode: ls -l FILE' : 'check that others can read it: wc -c FILE';
      return failure('document-unreadable', `${name}: cannot be read: ${reasonOf(error)}`, hint, name, error);
    }
  }
}

function failure(code: string, message: string, hint: string, name: string, cause?: unknown): UnspoolError {
  const file = name === STANDARD_INPUT ? 'FILE' : shellWord(name);
  return new UnspoolError(
    code,
    message,
    hint.replaceAll('FILE', () => file),
    1,
    { cause },
  );
}

/** So that the command in a hint can be copied to a shell. */
function shellWord(name: string): string {
  return /^[\w./@%+=:,-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
