import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Template, TemplateMiner } from '../../../src/memory/logs/templates.js';

function mine(lines: readonly string[], miner = new TemplateMiner()): Template[] {
  return lines.map((line) => miner.add(line));
}

/** The texts of the templates of `lines`, each once. */
function textsOf(...lines: string[]): string[] {
  return [...new Set(mine(lines).map(({ text }) => text))];
}

describe('TemplateMiner', () => {
  it('finds the planted faults of the log to be rare, and few other lines', () => {
    const log = new URL('../../../fixtures/documents/services.log', import.meta.url);
    const miner = new TemplateMiner();
    const templates = mine(readFileSync(log, 'utf8').trimEnd().split('\n'), miner);
    expect(miner.lines).toBe(50_000);
    expect(miner.templates).toBeLessThan(80);
    const faults = [4929, 17_643, 17_644, 45_243, 45_244, 45_245];
    expect(faults.map((line) => templates[line - 1]?.lines)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(templates.filter(({ lines }) => lines <= 3).length).toBeLessThan(30);
  });

  it('takes words with digits, hexadecimal numbers and dates for variable', () => {
    expect(
      textsOf(
        'Mon Mar 30 10:52:17 sshd[411]: key=deadbeef of /home/u7/.ssh taken',
        'Tue Apr 1 10:52:18 sshd[9]: key=0xfe of /home/u8 taken',
      ),
    ).toEqual(['<*> sshd[<*>]: key=<*> of <*> taken']);
  });

  it('counts variable words in a row as one', () => {
    expect(textsOf('delete blk_1 from disk', 'delete blk_2, blk_3 blk_4 from disk')).toHaveLength(1);
  });

  it('finds names by comparing lines', () => {
    expect(
      textsOf(
        'INFO user=root signed in from the console',
        'INFO user=ada signed in from the console',
        'INFO user=root signed in from the console',
      ),
    ).toEqual(['INFO user=<*> signed in from the console']);
  });

  it('counts what varies, also what was the same at first', () => {
    const word = fc.constantFrom('startup', 'shutdown', 'reload', '7', '10.0.0.7');
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
        const miner = new TemplateMiner({ countsValues: true });
        const lines = words.map((each) => `service of the print queue says ${each} again and again`);
        for (const template of new Set(mine(lines, miner))) {
          for (const { values, exact } of miner.varying(template)) {
            expect(exact).toBe(true);
            expect(values.reduce((sum, { count }) => sum + count, 0)).toBe(template.lines);
          }
        }
      }),
    );
  });

  it('finds names at the start of lines once there are many', () => {
    const letters = Array.from('ghijklmnopqrstuvwxyz');
    const names = letters.flatMap((one) => letters.map((other) => one + other));
    const miner = new TemplateMiner();
    const last = mine(
      names.map((name) => `${name} joined the room`),
      miner,
    ).at(-1);
    expect(last).toMatchObject({ text: '<*> joined the room', lines: 300 });
  });

  it('keeps lines apart that differ in level, length or most words', () => {
    expect(
      textsOf(
        'INFO disk checked again',
        'ERROR disk checked again',
        'INFO disk checked again today',
        'INFO mail was sent',
      ),
    ).toHaveLength(4);
  });

  it('takes a word for settled that did not change for long', () => {
    const miner = new TemplateMiner();
    const usual = mine(
      Array.from({ length: 300 }, (_, day) => `INFO backup of day ${day} ended well`),
      miner,
    ).at(-1);
    const fault = miner.add('INFO backup of day 300 ended badly');
    expect(fault).toMatchObject({ text: 'INFO backup of day <*> ended badly', lines: 1 });
    expect(usual).toMatchObject({ text: 'INFO backup of day <*> ended well', lines: 300 });
  });

  it('reads the first 4,096 characters of a line', () => {
    const start = 'x'.repeat(4096);
    expect(textsOf(`${start} one`, `${start} quite another`)).toEqual([start]);
  });

  it('drops the rarest templates, and finds them again', () => {
    const miner = new TemplateMiner({ capacity: 4 });
    const [often] = mine(['often', 'often', 'alpha', 'beta', 'gamma', 'delta'], miner);
    expect([...miner.values()].map(({ text }) => text)).toEqual(['often', 'beta', 'gamma', 'delta']);
    expect(miner.add('often')).toBe(often);
    expect(miner.add('alpha')).toMatchObject({ id: 5, lines: 1 });
  });

  const word = fc.oneof(
    fc.constantFrom('INFO', 'user', 'failed', '10.0.0.1', 'x=1', '"a"', ''),
    fc.string({ unit: 'binary' }),
  );
  const line = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));

  it('counts every line once and is deterministic, whatever the lines', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const miner = new TemplateMiner();
        mine(lines, miner);
        const templates = [...miner.values()];
        expect(templates.reduce((sum, template) => sum + template.lines, 0)).toBe(lines.length);
        expect(miner.lines).toBe(lines.length);
        expect(templates).toHaveLength(miner.templates);
        const again = new TemplateMiner();
        mine(lines, again);
        expect([...again.values()].map(({ text }) => text)).toEqual(templates.map(({ text }) => text));
      }),
    );
  });

  it('keeps no more templates than it may, whatever the lines', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (lines, capacity) => {
        const miner = new TemplateMiner({ capacity });
        for (const next of lines) {
          const template = miner.add(next);
          expect(template.lines).toBeGreaterThan(0);
          expect([...miner.values()]).toContain(template);
          expect(miner.templates).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});

describe('TemplateMiner with sorts', () => {
  it('never takes lines of two sorts for one template, and takes those of one for one that begin with a name', () => {
    const miner = new TemplateMiner();
    const line = (name: string): string => `${name} ran out of time, back to the queue`;
    const [first, other] = [miner.add(line('resize'), 8 + 4), miner.add(line('resize'), 8 + 2)];
    expect(first.id).not.toBe(other.id);
    expect(miner.add(line('export'), 8 + 4).id).toBe(first.id);
  });

  it('still tells the lowest bits apart where there are too many sorts', () => {
    const miner = new TemplateMiner();
    for (let sort = 0; sort < 2000; sort += 1) miner.add('a b c', sort * 8 + 4);
    expect(miner.templates).toBeLessThan(1100);
    const ids = [4, 2].map((level) => miner.add('a b c', 1e6 * 8 + level).id);
    expect(new Set(ids).size).toBe(2);
  });
});
