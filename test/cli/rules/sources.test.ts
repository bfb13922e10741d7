// Where documents come from: standard input for `-`, and without FILE where a file, a pipe or a socket is there.

import { describe, expect, it } from 'vitest';
import type { DocumentLabel } from '../../../src/engine/events/events.js';
import { runBinary, shell, type Result } from '../../support/cli.js';
import { checked } from '../../support/schema.js';
import { commands, titled } from './commands.js';
import { prose, proseFile } from './documents.js';

describe.each(titled(commands))('%s', (_, { args }) => {
  const line = `unspool ${args.join(' ')} -q --json`;
  const noInput = `unspool: no input (try: unspool ${args[0] ?? ''} FILE, or: zcat LOG.gz | unspool ${args[0] ?? ''})\n`;

  /** The names of the documents that were read, in order, and their bytes. */
  function read({ stdout, stderr, code }: Result): unknown[] {
    expect([stderr, code]).toEqual(['', 0]);
    return checked(stdout)
      .filter(({ event }) => event === 'document-end' || event === 'overview')
      .map((each) => [
        (each.document as DocumentLabel).name,
        'account' in each ? (each.account as { bytes: number }).bytes : each.bytes,
      ]);
  }
  const whole = ['<stdin>', Buffer.byteLength(prose)];

  it('reads standard input where it is a file, a pipe or a socket', async () => {
    expect(read(await shell(`${line} < ${proseFile}`))).toEqual([whole]);
    expect(read(await shell(`cat ${proseFile} | ${line}`))).toEqual([whole]);
    expect(read(await runBinary([...args, '-q', '--json'], { input: prose }))).toEqual([whole]);
  });

  it('reads standard input in its place for -, also where it is /dev/null', async () => {
    const size = Buffer.byteLength(prose);
    const result = await shell(`cat ${proseFile} | ${line} ${proseFile} - ${proseFile}`);
    expect(read(result)).toEqual([[proseFile, size], whole, [proseFile, size]]);
    const nothing = await shell(`unspool ${args.join(' ')} --json - < /dev/null`);
    expect(nothing.code).toBe(0);
    expect(checked(nothing.stdout).at(-1)).toMatchObject({ status: 'done', documents: 1, account: { bytes: 0 } });
  });

  it('does not read standard input where files are named', async () => {
    expect(read(await shell(`yes | ${line} ${proseFile}`))).toHaveLength(1);
  });

  it.each(['< /dev/null', '<&-', '< /dev/zero'])('asks for a document with %s', async (redirection) => {
    const { stdout, stderr, code } = await shell(`${line} ${redirection}`);
    expect([stdout, stderr, code]).toEqual(['', noInput, 2]);
  });
});
