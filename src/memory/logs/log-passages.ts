// What is found in a log, as events: with all that is known of the records that a finding stands for.

import type { DocumentLabel, LogFindingFacts, Passage } from '../../engine/events/events.js';
import type { LogFinding } from './finding-groups.js';
import type { LogStatistics } from './log-statistics.js';
import { timeText } from './log-time.js';

const mostValues = 5;
/** Records of an incident that are quoted. */
const mostQuoted = 4;
/** Lines between a record and what is quoted with it. */
const nearLines = 100;

export function passageOf(finding: LogFinding, statistics: LogStatistics, document: DocumentLabel): Passage {
  const { template } = finding.history;
  return {
    event: 'passage',
    document,
    ...quoteOf(finding),
    score: finding.score,
    count: template.lines,
    finding: factsOf(finding, statistics),
  };
}

/** The first record, with the first ones of what comes with it where these are near: the earliest, and the worst. */
function quoteOf({ history, companions }: LogFinding): Pick<Passage, 'text' | 'lines'> {
  const { first } = history;
  const near = companions
    .map((companion) => companion.history.first)
    .filter(({ lines }) => Math.abs(lines[0] - first.lines[0]) <= nearLines);
  const earliest = near.reduce((one, other) => (other.lines[0] < one.lines[0] ? other : one), first);
  const quoted = [...new Set([first, earliest, ...near])].slice(0, mostQuoted);
  quoted.sort((one, other) => one.lines[0] - other.lines[0]);
  const last = Math.max(...[first, ...near].map(({ lines }) => lines[1]));
  return { text: quoted.map(({ text }) => text).join('\n'), lines: [earliest.lines[0], last] };
}

function factsOf({ history, signals, reasons, companions }: LogFinding, statistics: LogStatistics): LogFindingFacts {
  const { template, head, first } = history;
  const told = (time: number | undefined): string | null =>
    time === undefined ? null : timeText(time, statistics.lacking);
  const place = (line: number, time: number | undefined): LogFindingFacts['first'] => ({ line, time: told(time) });
  return {
    template: template.text,
    reasons,
    level: head.level ?? null,
    source: head.source ?? null,
    first: place(first.lines[0], first.time),
    last: place(history.lastLine, history.lastTime),
    from: told(history.earliest),
    to: told(history.latest),
    peak: peakOf(history, statistics),
    varying: varyingOf(history, statistics),
    companions: companions.map((companion) => ({
      text: companion.history.first.text,
      lines: companion.history.first.lines,
      count: companion.history.template.lines,
    })),
    signals,
  };
}

function peakOf(
  { steps, template, earliest, first }: LogFinding['history'],
  { timeline, hasTimes, lacking }: LogStatistics,
): LogFindingFacts['peak'] {
  const counts = steps.values();
  if (counts.length < 2 || template.lines < 2) return null;
  const count = Math.max(...counts);
  const place = timeline.placeOf(timeline.from + counts.indexOf(count));
  // A step may start before the first of the records.
  if (!hasTimes) return { time: null, line: Math.max(first.lines[0], place), count };
  return { time: timeText(Math.max(place, earliest ?? place), lacking), line: null, count };
}

function varyingOf({ template }: LogFinding['history'], { miner }: LogStatistics): LogFindingFacts['varying'] {
  if (template.lines < 2) return [];
  return miner
    .varying(template)
    .filter(({ values, exact }) => !exact || values.length > 1)
    .map(({ label, values, exact, range }) => {
      // What came once among many tells nothing.
      const told = values.filter(({ count }) => count > 1 || values.length <= mostValues).slice(0, mostValues);
      return { label, values: told, complete: exact && told.length === values.length, exact, range: range ?? null };
    });
}
