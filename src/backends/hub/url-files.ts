// Where the files of a URL are kept below the folder of pulled models: by host, port and folders, as their names may
// be the same.

import { usageError } from '../../errors.js';
import { allParts } from '../gguf/file-names.js';

export interface UrlFile {
  readonly url: URL;
  /** With slashes; its last part ends in `.gguf`. */
  readonly path: string;
}

/** The model's file, or all parts of it in order. Throws a usage error where no file of this machine can have the name. */
export function filesOfUrl(url: URL): UrlFile[] {
  return allParts(url.pathname).map((pathname) => {
    const each = new URL(url);
    each.pathname = pathname;
    return { url: each, path: pathOf(each) };
  });
}

function pathOf(url: URL): string {
  const names = url.pathname.split('/').map((part) => nameOf(part, url));
  const name = names.pop() ?? '';
  if (name === '') throw usageError(`${url.href}: names no file`, hint);
  return [url.host, ...names, /\.gguf$/i.test(name) ? name : `${name}.gguf`]
    .filter((part) => part !== '')
    .map((part) => part.replace(/[\\/:]|^\.+$/g, '_'))
    .join('/');
}

const hint = 'give the address of a .gguf file';

function nameOf(part: string, url: URL): string {
  let name: string;
  try {
    name = decodeURIComponent(part);
  } catch {
    throw usageError(`${url.href}: ${part} is not UTF-8`, hint);
  }
  if (/\p{Cc}/u.test(name)) throw usageError(`${url.href}: has control characters`, hint);
  return name;
}
