// Files that a process makes beside another file, and what is left of them where it is killed.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A name beside a file that is this process's own. */
export function besideFile(path: string, kind: string): string {
  return `${path}.${process.pid}.${kind}`;
}

/** Removes what processes that live no more have made beside a file. */
export function removeLeftovers(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) return;
  const start = `${basename(path)}.`;
  for (const name of readdirSync(folder)) {
    const id = name.startsWith(start) ? /^(\d+)\.(?:tmp|cache)$/.exec(name.slice(start.length))?.[1] : undefined;
    if (id !== undefined && !lives(Number(id))) rmSync(join(folder, name), { force: true });
  }
}

/** Whether a process has this number: somebody else's may not be signalled, and lives. */
export function lives(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
