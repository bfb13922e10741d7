// --json: events as the schema describes them, from the start of the run to its end, whatever the documents are.

import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DocumentEnd, Overview, RunEnd } from '../../../src/engine/events/events.js';
import { unspool } from '../../support/in-process.js';
import { checked } from '../../support/schema.js';
import { commands, invocations, titled } from './commands.js';
import { missingFile, oddFiles, proseFile } from './documents.js';

type End = DocumentEnd | Overview;

/** What a document holds, as its last event says. */
function contentsOf(end: End): { bytes: number; lines: number } {
  const { bytes, lines } = end.event === 'overview' ? end : end.account;
  return { bytes, lines };
}

describe.each(titled(invocations))('%s --json', (_, { args }) => {
  it('does every document, names those that fail, and exits 1', async () => {
    const good = [...oddFiles, { path: proseFile, lines: 1 }];
    const { stdout, stderr, code } = await unspool([
      ...[...args, '--json', '--events', missingFile],
      ...good.map(({ path }) => path),
    ]);
    expect(code).toBe(1);
    const all = checked(stdout);
    const [start, end] = [all[0], all.at(-1)];
    expect(start).toMatchObject({ event: 'run-start', command: args[0] });
    expect(end).toMatchObject({ event: 'run-end', status: 'failed', error: { code: 'document-not-found' } });
    expect(all.filter(({ event }) => event === 'run-start' || event === 'run-end')).toHaveLength(2);

    const labels = [missingFile, ...good.map(({ path }) => path)].map((name, index) => ({ index, name }));
    expect(all.filter(({ event }) => event === 'document-start').map(({ document }) => document)).toEqual(labels);
    const ends = all.filter(({ event }) => event === 'document-end' || event === 'overview') as unknown as End[];
    expect(ends.map(({ document }) => document)).toEqual(labels);
    expect(ends[0]).toMatchObject({ ended: 'failed', error: { code: 'document-not-found' } });
    expect(ends.at(-1)).toMatchObject({ ended: 'end', error: null });
    for (const [index, { path, lines }] of good.entries()) {
      const each = ends[index + 1];
      if (each?.error === null) expect(contentsOf(each)).toEqual({ bytes: statSync(path).size, lines });
      // The only thing that may be wrong with text.
      else expect(each?.error.code).toBe('too-short');
    }
    for (const { account } of ends.filter((each) => each.event === 'document-end')) {
      const { read, inView, evicted, skipped } = account.tokens;
      expect(inView + evicted + skipped).toBe(read);
    }

    // Each failure is one line of standard error, as it is in JSON.
    const said = stderr.split('\n').filter((line) => /^unspool: (?!warning: )/.test(line));
    expect(said).toEqual(
      ends.flatMap(({ error }) => (error === null ? [] : [`unspool: ${error.message} (${error.hint ?? ''})`])),
    );
  });
});

describe.each(titled(commands))('%s --json', (_, { args }) => {
  it('says that the run has failed also where it could not begin', async () => {
    for (const wrong of [
      ['--model', '/nowhere/model.gguf'],
      ['--json', '--model', proseFile],
    ]) {
      const { stdout, stderr, code } = await unspool([...args, '--json', ...wrong, proseFile]);
      expect(code).toBe(1);
      const all = checked(stdout) as unknown as [object, RunEnd];
      expect(all).toMatchObject([
        { event: 'run-start', command: args[0], model: null },
        { event: 'run-end', status: 'failed', documents: 0 },
      ]);
      const { error } = all[1];
      expect(stderr).toBe(`unspool: ${error?.message ?? ''} (${error?.hint ?? ''})\n`);
    }
  });
});
