import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScoredText } from '../../../../src/engine/events/events.js';
import { heatReporter } from '../../../../src/commands/analyze/surprise/heat.js';
import { colored, document, terminal, textOf } from '../../../reporters/support.js';

const text = (...pieces: readonly (readonly [text: string, nats: number | null])[]): ScoredText => ({
  event: 'scored-text',
  document,
  pieces: pieces.map(([text, nats]) => ({ text, nats })),
});
const shade = (background: number, text: string): string =>
  `\u001b[48;5;${background}m\u001b[38;5;16m${text}\u001b[39m\u001b[49m`;

describe('heat', () => {
  it('is the text alone without colour, with nothing lost', () => {
    const piece = fc.tuple(fc.stringMatching(/^[a-zé世 \t\n]{0,8}$/), fc.double({ min: 0, max: 20, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.array(piece)), (events) => {
        const whole = events
          .flat()
          .map(([part]) => part)
          .join('');
        const written = textOf(
          heatReporter,
          events.map((pieces) => text(...pieces)),
          terminal,
        );
        expect(written).toBe(whole === '' || whole.endsWith('\n') ? whole : `${whole}\n`);
      }),
    );
  });

  it('shades by nats, and explains the shades at the end', () => {
    const events = [text(['Call', null], [' me', 2.99], [' Ish', 3], ['ma', 6]), text(['el', 9], ['.', 12], ['\n', 0])];
    expect(textOf(heatReporter, events, colored)).toBe(
      `Call me${shade(229, ' Ish')}${shade(221, 'ma')}${shade(215, 'el')}${shade(203, '.')}\n` +
        `nats: ${shade(229, ' 3+ ')}${shade(221, ' 6+ ')}${shade(215, ' 9+ ')}${shade(203, ' 12+ ')}\n`,
    );
  });

  it('does not carry a shade over a line feed', () => {
    expect(
      textOf(heatReporter, [text(['a\nb\n', 12])], colored)
        .split('\n')
        .slice(0, 2),
    ).toEqual([shade(203, 'a'), shade(203, 'b')]);
  });

  it('cannot steer the terminal', () => {
    const nasty = text(['\u001b[31m', 1], ['\u009b2J\r', 13], ['\ta', 1]);
    expect(textOf(heatReporter, [nasty], terminal)).toBe('?[31m?2J?\ta\n');
    expect(stripVTControlCharacters(textOf(heatReporter, [nasty], colored))).toMatch(/^\?\[31m\?2J\?\ta\nnats: /);
  });

  it('is empty where nothing was scored', () => {
    expect(textOf(heatReporter, [], colored)).toBe('');
  });
});
