import { describe, expect, it } from 'vitest';
import type { LogFinding } from '../../../src/memory/logs/finding-groups.js';
import { findingsOf } from '../../../src/memory/logs/findings.js';
import type { Signal } from '../../../src/engine/events/log-signals.js';
import { judgeOf, stamped, statisticsOf } from '../../support/logs.js';

interface Choice {
  readonly count?: number;
  readonly signals?: readonly Signal[];
}

function findings(texts: readonly string[], { count = 100, signals }: Choice = {}): LogFinding[] {
  const statistics = statisticsOf(texts);
  return findingsOf(statistics, judgeOf(statistics, signals), count);
}

const textsOf = (found: readonly LogFinding[]): string[] => found.map(({ history }) => history.first.text);

/** The place of the finding that quotes a record with this text, from 0; -1 where none does. */
function placeOf(found: readonly LogFinding[], text: string): number {
  return textsOf(found).findIndex((quoted) => quoted.includes(text));
}

/** A finding about a text, which is there. */
function about(found: readonly LogFinding[], text: string): LogFinding {
  const finding = found[placeOf(found, text)];
  if (finding === undefined) throw new Error(`nothing about ${text}`);
  return finding;
}

function times<Value>(count: number, of: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => of(index));
}

const chatter = times(300, (index) =>
  index % 3 === 0 ? `INFO cache hit ${index}` : `INFO served page ${index} in ${index % 7} ms`,
);

describe('findingsOf', () => {
  it('puts fatal before error before warning before chatter, also where chatter is rarer', () => {
    const found = findings(
      stamped([
        ...chatter.slice(0, 100),
        'INFO configuration of the reader loaded',
        ...chatter.slice(100, 200),
        ...times(4, (index) => `WARN queue is at ${index} percent`),
        ...times(4, (index) => `ERROR write to disk ${index} gave nothing back`),
        ...times(4, (index) => `FATAL engine ${index} went away`),
        ...chatter.slice(200),
      ]),
    );
    const places = ['FATAL', 'ERROR', 'WARN', 'configuration of', 'cache hit'].map((text) => placeOf(found, text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(about(found, 'FATAL').reasons).toContain('fatal');
    expect(about(found, 'ERROR').reasons).toContain('error');
    expect(about(found, 'WARN').reasons).toContain('warning');
  });

  it('tells trouble by its words where there is no level', () => {
    const found = findings(
      stamped([...chatter, 'sshd: Failed password for root from 10.0.0.7', 'sshd: session opened']),
    );
    expect(placeOf(found, 'Failed password')).toBe(0);
  });

  it('of what is equally bad, tells first what comes often', () => {
    const found = findings(
      stamped([...chatter, 'ERROR rare thing came up', ...times(40, (index) => `ERROR common thing ${index} came up`)]),
      { signals: ['severity', 'volume'] },
    );
    expect(placeOf(found, 'common thing')).toBeLessThan(placeOf(found, 'rare thing'));
  });

  it('calls a burst what comes all at once, and nothing that comes evenly', () => {
    const found = findings(
      stamped(
        chatter.flatMap((message, index) => [
          message,
          ...(index % 10 === 0 ? ['INFO checkpoint written'] : []),
          ...(index === 150 ? times(30, (at) => [`INFO connection from 10.0.0.${at}`, 0] as const) : []),
        ]),
      ),
    );
    expect(about(found, 'connection from').reasons).toContain('burst');
    expect(about(found, 'checkpoint').reasons).not.toContain('burst');
    expect(placeOf(found, 'connection from')).toBe(0);
  });

  it('calls new what begins late and goes on, and stopped what ends early', () => {
    const found = findings(
      stamped(
        chatter.flatMap((message, index) => [
          message,
          ...(index < 180 && index % 5 === 0 ? ['INFO heartbeat of the replica'] : []),
          ...(index > 180 && index % 5 === 0 ? ['INFO running on the spare'] : []),
        ]),
      ),
    );
    expect(about(found, 'heartbeat').reasons).toContain('stopped');
    expect(about(found, 'on the spare').reasons).toContain('new');
    expect(about(found, 'cache hit').reasons).toEqual([]);
  });

  it('tells once what always comes together, the worst of it first', () => {
    const found = findings(
      stamped([
        ...chatter,
        ...times(6, (index) => index).flatMap((index) => [
          `INFO opening the vault for ${index}`,
          `ERROR key ${index} refused by lock`,
          `INFO alarm bell rings`,
          `INFO served page ${index} in 3 ms`,
        ]),
      ]),
    );
    const refused = about(found, 'refused');
    expect(refused.companions.map(({ history }) => history.first.text)).toEqual([
      expect.stringContaining('vault'),
      expect.stringContaining('bell'),
    ]);
    expect(placeOf(found, 'vault')).toBe(-1);
  });

  it('tells as one incident what appears for the first time, and together', () => {
    const letters = Array.from('abcdefghij');
    const found = findings(
      stamped([
        ...chatter.slice(0, 150),
        'INFO boot of the system',
        ...letters.map((letter) => `INFO ${letter.repeat(9)} ${letter.repeat(4)}`),
        'WARN clock is late',
        ...chatter.slice(150),
      ]),
    );
    expect(found[0]?.history.first.text).toContain('clock is late');
    expect(found[0]?.reasons).toContain('new');
    expect(found[0]?.companions).toHaveLength(11);
    expect(placeOf(found, 'boot')).toBe(-1);
  });

  it('does not let one source fill the first places', () => {
    const kinds = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa'];
    const line = (source: string, message: string): string => `Dec 10 06:55:46 host ${source}: ${message}`;
    const found = findings([
      ...times(200, (index) => line('web', `served ${index}`)),
      ...kinds.flatMap((kind) => times(5, (index) => line('noisy', `${kind} of unit ${index} failed`))),
      ...times(4, (index) => line('quiet', `volume ${index} failed to mount in time`)),
    ]);
    expect(placeOf(found, 'quiet')).toBeLessThan(4);
  });

  it('finds as many as there is something to say, between 5 and 20', () => {
    const statistics = statisticsOf(stamped(chatter));
    expect(findingsOf(statistics, judgeOf(statistics))).toHaveLength(2);
    const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
    const spread = (level: string): string[] =>
      chatter.flatMap((message, index) => {
        const letter = letters[index / 10];
        return letter === undefined ? [message] : [message, `${level} ${letter.repeat(9)} ${letter.repeat(4)}`];
      });
    const calm = statisticsOf(stamped(spread('INFO')));
    expect(findingsOf(calm, judgeOf(calm))).toHaveLength(5);
    const loud = statisticsOf(stamped(spread('ERROR')));
    expect(findingsOf(loud, judgeOf(loud))).toHaveLength(20);
  });

  it('leaves out what a signal says where it is switched off', () => {
    const texts = stamped([...chatter, 'INFO once in a while', 'ERROR disk failed', 'ERROR disk failed']);
    const [first] = findings(texts, { signals: ['rarity'] });
    expect(first?.history.first.text).toContain('once in a while');
    expect(first?.signals).toMatchObject({ severity: 0, volume: 0, burst: 0, change: 0, surprise: 0 });
  });
});
