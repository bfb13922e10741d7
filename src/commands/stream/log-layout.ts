// A log's overview and findings for people: one a line in a pipe, set out where a terminal shows them.

import { basename } from 'node:path';
import type { LogFindingFacts, LogOverview, Passage } from '../../engine/events/events.js';
import { countWithNoun, digits, groupDigits, printable } from '../../reporters/format.js';
import { indented, wrapped } from '../../reporters/layout.js';
import { stylesOf, type Screen } from '../../reporters/screen.js';
import { addedUp, bars, neighboursFor } from '../../reporters/bars.js';
import { lineReference } from './line-reference.js';
import { inOneLine, quotedRecord, shortened } from './record-layout.js';

/** A passage of a log. */
export type LogPassage = Passage & { readonly finding: LogFindingFacts };

const mostValues = 3;
const mostVarying = 3;
const mostSources = 5;
const titleWidth = 10;
/** Of the most frequent template, so much is shown. */
const longestTemplate = 200;

/** Of an overview: the lines, each with what it is called. */
/** `columns`: for the bars of the activity. */
function overviewLines(overview: LogOverview, columns: number): (readonly [string, string])[] {
  const { records, templates, from, to, levels, sources, sourceCount, frequent, activity } = overview;
  const span = from === null || to === null ? '' : `, ${period(from, to)}`;
  const levelCounts = Object.entries(levels).map(([level, count]) => `${level} ${groupDigits(count)}`);
  const shown = sources.slice(0, mostSources);
  const more = sourceCount - shown.length;
  const sourceCounts = shown.map(({ name, count }) => `${printable(name)} ${groupDigits(count)}`);
  return [
    ['records', `${groupDigits(records)} of ${countWithNoun(templates, 'template')}${span}`],
    ...(levelCounts.length === 0 ? [] : [['levels', levelCounts.join(', ')] as const]),
    ...(shown.length < 2
      ? []
      : [['sources', `${sourceCounts.join(', ')}${more > 0 ? ` and ${more} more` : ''}`] as const]),
    ...(activity.counts.length < 2 ? [] : [['activity', activityText(activity, columns)] as const]),
    ...frequent.slice(0, 1).map(({ template, count }) => {
      const share = `${groupDigits(count)} of ${groupDigits(records)}`;
      return ['mostly', `${shortened(inOneLine(template), longestTemplate)} (${share})`] as const;
    }),
  ];
}

export function logOverview(overview: LogOverview, screen: Screen): string {
  const name = printable(overview.document.name);
  const lines = overviewLines(overview, screen.columns - titleWidth);
  if (!Number.isFinite(screen.columns)) return lines.map(([title, text]) => `${name}: ${title}: ${text}\n`).join('');
  const styles = stylesOf(screen);
  const rows = lines.map(([title, text]) => {
    const [first = '', ...rest] = wrapped(text.split(' '), Math.max(20, screen.columns - titleWidth))
      .trimEnd()
      .split('\n');
    return `${styles.dim(title.padEnd(titleWidth))}${[first, ...rest.map((line) => `${' '.repeat(titleWidth)}${line}`)].join('\n')}\n`;
  });
  return `${styles.bold(printable(basename(overview.document.name)))}\n${rows.join('')}`;
}

/** `overview`: of the document, where it came. */
export function logPassage(passage: LogPassage, overview: LogOverview | undefined, screen: Screen): string {
  if (!Number.isFinite(screen.columns)) return inPipe(passage, overview);
  const { finding, document, lines, text } = passage;
  const styles = stylesOf(screen);
  const why = reasonText(passage);
  const isBad = finding.reasons.includes('fatal') || finding.reasons.includes('error');
  const label = (isBad ? styles.red : finding.reasons.includes('warning') ? styles.yellow : styles.cyan).bold(why);
  const parts = [why === '' ? '' : label, extent(passage, overview)].filter((part) => part !== '');
  const head = wrapped(parts.join(styles.dim(' · ')).split(' '), screen.columns).trimEnd();
  const reference = styles.dim(`${lineReference(basename(document.name), lines)}:`);
  const quote = quotedRecord(reference, text, screen);
  const notes = [variesText(finding), companionText(finding)].filter((part) => part !== '');
  return `\n${[head, quote, ...notes.map((note) => styles.dim(indented(note, screen.columns)))].join('\n')}\n`;
}

function inPipe(passage: LogPassage, overview: LogOverview | undefined): string {
  const { finding, document, lines, text } = passage;
  const facts = [
    [reasonText(passage), extent(passage, overview)].filter((part) => part !== '').join(': '),
    variesText(finding),
    companionText(finding),
  ].filter((part) => part !== '');
  return `${lineReference(document.name, lines)}:${inOneLine(text)} (${facts.join('; ')})\n`;
}

function reasonText({ finding }: LogPassage): string {
  return finding.reasons.join(', ');
}

/** How many records, and where. */
function extent({ count, finding }: LogPassage, overview: LogOverview | undefined): string {
  const { first, last, from, to, peak } = finding;
  if (count === 1) return first.time === null ? 'once' : `once, ${moment(first.time, overview)}`;
  const times = from === null || to === null ? '' : `, ${period(from, to, overview?.from)}`;
  const most =
    peak === null || peak.count < 2 || peak.count === count
      ? ''
      : `, most from ${peak.time === null ? `line ${groupDigits(peak.line ?? 1)}` : short(peak.time, from)} on (${groupDigits(peak.count)} in ${overview === undefined ? 'a step' : stepText(overview.activity)})`;
  return `${groupDigits(count)} records to line ${last.line}${times}${most}`;
}

function variesText({ varying }: LogFindingFacts): string {
  return varying
    .map(({ label, values, complete, exact, range }) => {
      const name = label === '' ? '' : `${printable(label)}: `;
      const frequent = values.filter(({ count }) => count > 1).slice(0, mostValues);
      if (frequent.length === 0 || (range !== null && !complete)) {
        if (range !== null) return `${name}${range[0]} to ${range[1]}`;
        if (frequent.length === 0) return '';
      }
      const counts = frequent.map(({ text, count }) => `${printable(text)} ×${exact ? '' : '~'}${groupDigits(count)}`);
      return `${name}${counts.join(', ')}${complete && frequent.length === values.length ? '' : ' …'}`;
    })
    .filter((part, at, parts) => part !== '' && parts.indexOf(part) === at)
    .slice(0, mostVarying)
    .join('; ');
}

function companionText({ companions }: LogFindingFacts): string {
  return companions.length === 0 ? '' : `with ${countWithNoun(companions.length, 'other template')}`;
}

/** `2005-12-10 06:55:46 to 11:04:45`: a day is not said again, also where the overview says it. */
function period(from: string, to: string, said?: string | null): string {
  return from === to ? short(from, said) : `${short(from, said)} to ${short(to, from)}`;
}

/** As bars, each of one step or, where there is too little room, of some. */
function activityText({ unit, step, counts }: LogOverview['activity'], columns: number): string {
  const size = neighboursFor(columns, counts);
  const shown = addedUp(counts, size);
  return `${bars(shown)} at most ${groupDigits(Math.max(...shown))} in ${stepText({ unit, step: step * size })}`;
}

/** How long a step of the activity is. */
function stepText({ unit, step }: Pick<LogOverview['activity'], 'unit' | 'step'>): string {
  if (unit === 'lines') return countWithNoun(step, 'line');
  const units = [
    ['s', 1],
    ['min', 60],
    ['h', 3600],
    ['days', 86_400],
  ] as const;
  const [name, seconds] = units.findLast(([, size]) => step >= 2 * size) ?? units[0];
  return `${digits(step / seconds, step / seconds < 10 ? 2 : 1 + Math.floor(Math.log10(step / seconds)))} ${name}`;
}

function moment(time: string, overview: LogOverview | undefined): string {
  return short(time, overview?.from);
}

/** Without the day, where it is that of another time. */
function short(time: string, other: string | null | undefined): string {
  const [day = '', clock] = time.split('T');
  if (clock === undefined) return time;
  return typeof other === 'string' && other.startsWith(`${day}T`) ? clock : `${day} ${clock}`;
}
