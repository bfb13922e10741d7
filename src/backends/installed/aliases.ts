// Short names that the user gave to models, in a file of their own: {"small": "hf:user/repository:Q4_K_M"}.

import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UnspoolError } from '../../errors.js';
import { replaceFile } from '../../files/replaced-file.js';

export type Aliases = ReadonlyMap<string, string>;

/** Empty where there is no such file. */
export function readAliases(path: string): Aliases {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new UnspoolError('aliases-unreadable', `${path}: cannot be read`, `chmod +r ${path}`, 1, { cause: error });
  }
  try {
    const entries = Object.entries(JSON.parse(text) as object);
    if (entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return new Map(entries);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new UnspoolError('aliases-damaged', `${path}: is no JSON object of texts`, 'mend it, or delete it');
}

/** Replaces the file at once, so that nobody reads half of it. */
export function writeAliases(path: string, aliases: Aliases): void {
  const sorted = Object.fromEntries([...aliases].sort(([a], [b]) => (a < b ? -1 : 1)));
  try {
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, `${JSON.stringify(sorted, null, 2)}\n`);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UnspoolError('aliases-unwritable', `${path}: cannot be written: ${reason}`, undefined, 1, {
      cause: error,
    });
  }
}
