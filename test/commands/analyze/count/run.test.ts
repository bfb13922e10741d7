// Counting while someone looks on: what is told meanwhile, and holding it.

import { describe, expect, it } from 'vitest';
import { countDocuments } from '../../../../src/commands/analyze/count/run.js';
import type { Progress, RunEvent } from '../../../../src/engine/events/events.js';
import { RunControl } from '../../../../src/engine/progress/run-control.js';
import { file, root } from '../../../support/cli.js';
import { inSession } from '../../../support/session.js';

const novel = `${root}fixtures/documents/moby-dick.txt`;
const novelBytes = 1_216_650;

async function count(sources: string[], control: RunControl, onEvent: (event: RunEvent) => void): Promise<void> {
  const request = { encodings: ['o200k_base'], modelPath: undefined, sources, reading: {} } as const;
  await inSession((session) => countDocuments(session, request), { control, onEvent });
}

describe('a count that is watched', () => {
  it('tells how far it is, with what it has counted so far', async () => {
    let time = 0;
    const events: RunEvent[] = [];
    await count([file('short.txt', 'one line\n'), novel], new RunControl(true, () => (time += 0.02)), (event) => {
      events.push(event);
    });
    expect(events[0]).toMatchObject({ event: 'run-start', documents: 2, chunk: null });
    const progress = events.filter((event): event is Progress => event.event === 'progress');
    expect(progress.length).toBeGreaterThan(2);
    for (const [index, { document, bytes, lines, tokens, size, done }] of progress.entries()) {
      expect(document.index).toBe(1);
      expect(size).toBeCloseTo(novelBytes);
      expect(done).toBeCloseTo(bytes / novelBytes);
      for (const [value, before] of [
        [bytes, progress[index - 1]?.bytes],
        [lines, progress[index - 1]?.lines],
      ]) {
        expect(value).toBeGreaterThan(before ?? 0);
      }
      expect(tokens).toBeGreaterThanOrEqual(progress[index - 1]?.tokens ?? 0);
    }
    expect(progress.at(-1)?.tokens).toBeGreaterThan(100_000);
    expect(events.some((event) => event.event === 'memory' && event.peakMemoryBytes > 1e6)).toBe(true);
  });

  it('stands still while it is held', async () => {
    const control = new RunControl(true);
    let resumed = false;
    await count([novel], control, (event) => {
      if (event.event === 'document-start') {
        control.pause();
        setTimeout(() => {
          resumed = true;
          control.resume();
        }, 50);
      } else if (event.event !== 'run-start') {
        expect(resumed).toBe(true);
      }
    });
    expect(resumed).toBe(true);
  });
});
