import { describe, expect, it } from 'vitest';
import { Incidents, incidentScore, incidentText, type Incident } from '../../../src/memory/logs/incidents.js';
import { NearestLines } from '../../../src/memory/logs/nearest-lines.js';

const usual = ['worker 1 took a job', 'worker 1 finished a job', 'mail to operator sent', 'cache of images swept'];

function reference(lines: readonly string[] = usual): NearestLines {
  const nearest = new NearestLines();
  for (const line of lines) nearest.add(line, 0);
  return nearest;
}

function incidentsOf(lines: readonly string[], templateOf?: (line: string) => number): Incident[] {
  const incidents = new Incidents(reference());
  for (const [index, line] of lines.entries()) incidents.add(line, [index + 1, index + 1], templateOf?.(line));
  return [...incidents.values()];
}

describe('Incidents', () => {
  it('finds nothing in other numbers and another order of lines', () => {
    expect(incidentsOf(['mail to operator sent', 'worker 77 finished a job', 'job worker took a'])).toEqual([]);
  });

  it('joins new lines that are close, with what stands between them, and keeps others apart', () => {
    const far = new Array<string>(5).fill(usual[0] ?? '');
    const trace = ['Traceback', '  File "queue.py", line 3, in take', usual[2] ?? '', '', 'ValueError: no such queue'];
    const [first, second, ...others] = incidentsOf([...far, ...trace, ...far, 'lamp lit']);
    expect(others).toEqual([]);
    if (first === undefined) throw new Error('no incident');
    expect(first).toMatchObject({ lines: [6, 10], count: 3, fails: true });
    expect(incidentText(first).split('\n').sort()).toEqual(trace.filter((line) => line !== '').sort());
    expect(second).toMatchObject({ lines: [16, 16], count: 1, fails: false });
  });

  it('puts the line that tells of the failure first, and the incident before others', () => {
    const [failing, strange] = incidentsOf([
      'opening the western gate',
      'hinge of the gate failed',
      ...new Array<string>(4).fill(usual[0] ?? ''),
      'purple elephants march',
    ]) as [Incident, Incident];
    expect(incidentText(failing)).toBe('hinge of the gate failed\nopening the western gate');
    expect(incidentScore(failing)).toBeGreaterThan(1);
    expect(incidentScore(failing)).toBeGreaterThan(incidentScore(strange));
  });

  it('counts what says the same, and tells it once', () => {
    const line = (number: number): string => `lamp ${number} lit by the western gate`;
    const rest = new Array<string>(5).fill(usual[0] ?? '');
    const found = incidentsOf([line(1), ...rest, line(2), ...rest, 'lit by the western gate lamp', ...rest]);
    expect(found).toMatchObject([{ lines: [1, 1], count: 3 }]);
  });

  it('tells once of names that vary in a template of the reference, but of a failure each', () => {
    const rest = new Array<string>(5).fill(usual[0] ?? '');
    const lines = ['mail to ada sent', ...rest, 'mail to grace sent', ...rest, 'mail to nobody rejected'];
    const found = incidentsOf(lines, () => 7);
    expect(found).toMatchObject([
      { count: 2, fails: false },
      { count: 1, fails: true },
    ]);
  });

  it('does not take a failure that the template had before for news', () => {
    const incidents = new Incidents(reference([...usual, 'login of ada failed', 'login of grace failed']));
    incidents.add('login of rosalind failed', [1, 1], 3);
    expect([...incidents.values()]).toMatchObject([{ fails: false }]);
  });

  it('says of each line whether it is known, the first of its kind, or like one before', () => {
    const incidents = new Incidents(reference());
    const news = ['worker 9 took a job', 'purple elephants march', 'purple elephants march'];
    expect(news.map((line, index) => incidents.add(line, [index + 1, index + 1]))).toEqual(['known', 'first', 'again']);
  });

  it('keeps so many lines of a long incident, and counts all', () => {
    const letters = Array.from('ghijklmnopqrstuvwxyz');
    const lines = letters.flatMap((one) => letters.map((other) => `${one.repeat(5)} ${other.repeat(7)}`));
    const [incident, ...others] = incidentsOf(lines);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ lines: [1, 400], count: 400 });
    expect(incident?.quoted.length).toBe(64);
  });
});
