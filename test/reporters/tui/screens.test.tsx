// The screen of each task at three sizes, from recorded runs, as kept in screens/. After a change that is meant:
// npx vitest run test/reporters/tui/screens.test.tsx -u, and look at the difference.

import { cleanup, render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import type { TextDelta } from '../../../src/engine/events/events.js';
import { Screen, screenRows, type Panel, type ScreenContents } from '../../../src/reporters/tui/screen.js';
import { stylesFor } from '../../../src/reporters/tui/style.js';
import { recorded, replay } from './replay.js';

const sizes = [
  [80, 24],
  [120, 40],
  [40, 12],
] as const;

/** What Ink draws. */
function frame(shown: ScreenContents): string {
  return render(<Screen rows={screenRows(shown)} />).lastFrame() ?? '';
}

function shownOf(
  name: (typeof recorded)[number],
  columns: number,
  rows: number,
  panel: Panel = 'none',
): ScreenContents {
  const { state, now, events } = replay(name);
  const deltas = events.filter((event): event is TextDelta => event.event === 'text-delta');
  const openLine =
    deltas
      .map(({ text }) => text)
      .join('')
      .split('\n')
      .at(-1) ?? '';
  return { state, now, columns, rows, panel, openLine, phase: 'running', hasKeys: true, styles: stylesFor(false) };
}

function framed(title: string, text: string): string {
  return `--- ${title}\n${text}\n`;
}

afterEach(cleanup);

describe('the screen', () => {
  it.each(recorded)('of %s', async (name) => {
    const frames = sizes.map(([columns, rows]) => {
      return framed(`${columns} × ${rows}`, frame(shownOf(name, columns, rows)));
    });
    await expect(frames.join('\n')).toMatchFileSnapshot(`screens/${name}.txt`);
  });

  it.each(['in-view', 'notes', 'help'] as const)('with the panel %s', async (panel) => {
    const frames = sizes.map(([columns, rows]) => {
      return framed(`${columns} × ${rows}`, frame(shownOf('stream-perplexity', columns, rows, panel)));
    });
    await expect(frames.join('\n')).toMatchFileSnapshot(`screens/panel-${panel}.txt`);
  });

  it('says that it is paused, that it stops, and that there are no keys', async () => {
    const shown = shownOf('stream-perplexity', 80, 24);
    const frames = [
      framed('paused', frame({ ...shown, phase: 'paused' })),
      framed('stopping, without keys', frame({ ...shown, phase: 'stopping', hasKeys: false })),
    ];
    await expect(frames.join('\n')).toMatchFileSnapshot('screens/conditions.txt');
  });

  it.each(recorded)('of %s fits, whatever the size and the panel', (name) => {
    const shown = shownOf(name, 80, 24);
    for (const panel of ['none', 'in-view', 'notes', 'help'] as const) {
      for (let columns = 1; columns <= 140; columns += columns < 6 ? 1 : 13) {
        for (const rows of [1, 2, 5, 8, 12, 24, 60]) {
          const drawn = screenRows({ ...shown, columns, rows, panel });
          expect(drawn.length, `${columns}×${rows}`).toBeLessThan(Math.max(2, rows));
          // Every character of these runs is one column wide.
          for (const row of drawn)
            expect(Array.from(row).length, `${columns}×${rows}: ${row}`).toBeLessThanOrEqual(columns);
        }
      }
    }
  });

  it('uses colours of the terminal only, nothing behind the text, and none where there is to be none', () => {
    const shown = shownOf('stream-perplexity', 80, 24, 'in-view');
    const codes = (rows: readonly string[]): Set<string> => new Set(rows.join('').match(/(?<=\u001b\[)[\d;]*(?=m)/g));
    // Bold, dim and neither, magenta, cyan and neither.
    const own = new Set(['1', '2', '22', '35', '36', '39']);
    expect(codes(screenRows({ ...shown, styles: stylesFor(true) }))).toEqual(own);
    expect(screenRows(shown).join('')).not.toContain('\u001b');
  });
});
