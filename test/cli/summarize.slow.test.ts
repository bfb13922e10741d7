// unspool stream --summarize: what JSON tells of, and runs that are killed, and go on.

import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DocumentEnd, NoteTaken, RunStart, Summary } from '../../src/engine/events/events.js';
import { file, start } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked } from '../support/schema.js';
import { instruct, longProse, proseFile } from './rules/documents.js';

const args = ['stream', '--summarize', '--length', '10', '--model', instruct];
const novel = file('novel.txt', longProse.slice(0, 9000));

describe('stream --summarize', () => {
  it('tells of passages, notes and the summary in JSON, the same each time', async () => {
    const [{ stdout }, again] = [
      await unspool([...args, '--json', '--events', novel]),
      await unspool([...args, '--json', novel]),
    ];
    const all = checked(stdout);
    const names = all.map(({ event }) => event);
    expect(names.filter((name) => name === 'passage-start')).toHaveLength(2);
    const [start] = all as unknown as [RunStart];
    expect(start).toMatchObject({ policy: null, chunk: 2048, model: { contextSize: 4096 } });
    const notes = all.filter(({ event }) => event === 'note') as unknown as NoteTaken[];
    expect(notes.map(({ level }) => level)).toEqual([0, 0]);
    expect(notes[1]?.bytes[0]).toBe(notes[0]?.bytes[1]);
    expect(notes[1]?.bytes[1]).toBe(Buffer.byteLength(longProse.slice(0, 9000)));
    const results = checked(again.stdout);
    expect(results.map(({ event }) => event)).toEqual([
      'run-start',
      'document-start',
      'summary',
      'document-end',
      'run-end',
    ]);
    const summary = all.find(({ event }) => event === 'summary') as unknown as Summary;
    expect(results[2]).toEqual(summary);
    expect(summary).toMatchObject({ kind: 'summary', lines: [1, notes[1]?.lines[1]] });
  });

  it('goes on from the notes of runs that were killed, and prints what one run would', async () => {
    const notes = `${novel}.jsonl`;
    const plain = [...args, '--context', '1024'];
    const json = [...plain, '--json', '--events'];
    const document = { input: longProse.slice(0, 9000) };
    const lines = (): number => (existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').length - 1 : 0);
    // Somewhere in the first run, and somewhere in one that goes on from it.
    for (const least of [2, 4]) {
      const { child, result } = start([...json, '--resume', notes, '-'], document);
      while (lines() < least && child.exitCode === null) await wait(5);
      await wait(Math.random() * 100);
      child.kill('SIGKILL');
      await result;
    }
    const known = lines() - 1;
    const other = await unspool([...json, '--resume', notes, proseFile]);
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringContaining('is of another run: document 1 "-", not {'),
    ]);
    const resumed = await unspool([...json, '--resume', notes, '-'], document);
    const again = await unspool([...plain, '--resume', notes, '-'], document);
    const whole = await unspool([...json, '-'], document);
    const told = [resumed, whole].map(({ stdout }) => checked(stdout));
    const [results, expected] = told.map((all) =>
      all.filter(({ event }) => ['passage-start', 'note', 'summary'].some((name) => name === event)),
    );
    expect(results).toEqual(expected);
    const [end, wholeEnd] = told.map((all) => all.find(({ event }) => event === 'document-end')) as unknown as [
      DocumentEnd,
      DocumentEnd,
    ];
    const { passages = 0, evaluated = 0 } = wholeEnd.noteTaking ?? {};
    expect(known).toBeGreaterThanOrEqual(3);
    expect(end.noteTaking).toMatchObject({ passages, resumed: Math.min(known, passages) });
    expect(end.noteTaking?.evaluated).toBeLessThan(evaluated);
    expect(again.stdout).toBe(`${(expected?.at(-1) as unknown as Summary).text}\n`);
    expect(again.stderr).toContain(`in ${passages} passages, ${passages} of them from an earlier run; `);
    expect(again.stderr).toContain('; 0 tokens evaluated with instructions, notes and answers\n');
    expect(again.stderr).not.toContain('tokens/s');
  });
});
