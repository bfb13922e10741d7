// Templates of a log that tell of one thing together.

import type { LogStatistics, TemplateHistory } from './log-statistics.js';
import { burstOf, cosine } from './bursts.js';
import type { Judged } from './signals.js';

export interface LogFinding extends Judged {
  /** Other templates that tell of the same thing. */
  readonly companions: readonly Judged[];
}

/**
 * Templates come together where so many of the one's records come right after the other's, where there are about as many of
 * both, and where there are enough to tell. Where both come in the same bursts, they may come in any order.
 */
const inOrder = { share: 0.8, ratio: 1.25, records: 3 };
const inBursts = { share: 0.2, ratio: 2, records: 5, sameTime: 0.9 };

/** Joins templates whose records come together; the one that scores most leads. */
export function companies(judged: readonly Judged[], statistics: LogStatistics): LogFinding[] {
  const byTemplate = new Map(judged.map((one) => [one.history.template, one]));
  const leaders = new Map<Judged, Judged>();
  const leaderOf = (one: Judged): Judged => {
    const next = leaders.get(one);
    return next === undefined ? one : leaderOf(next);
  };
  for (const one of judged) {
    for (const [template, share] of one.history.before()) {
      const before = byTemplate.get(template);
      if (before === undefined || before === one || !comeTogether(one, before, share, statistics)) continue;
      const [left, right] = [leaderOf(before), leaderOf(one)];
      if (left === right) continue;
      if (left.score >= right.score) leaders.set(right, left);
      else leaders.set(left, right);
    }
  }
  const groups = new Map<Judged, Judged[]>();
  for (const one of judged) {
    const leader = leaderOf(one);
    const group = groups.get(leader) ?? [];
    if (one !== leader) group.push(one);
    groups.set(leader, group);
  }
  return Array.from(groups, ([leader, companions]) => ({ ...leader, companions }));
}

/** `share`: of `one`'s records, those right after one of `before`'s. */
function comeTogether(one: Judged, before: Judged, share: number, statistics: LogStatistics): boolean {
  const [lines, others] = [one.history.template.lines, before.history.template.lines];
  const ratio = Math.max(lines / others, others / lines);
  if (share >= inOrder.share && ratio <= inOrder.ratio && lines >= inOrder.records) return true;
  if (share < inBursts.share || ratio > inBursts.ratio || Math.min(lines, others) < inBursts.records) return false;
  return cosine(burstOf(one, statistics), burstOf(before, statistics)) >= inBursts.sameTime;
}

/** Templates with more records are not of one incident. */
const mostOfIncident = 3;
/** Fewer templates are told one by one. */
const fewestTemplates = 3;
/** Before so many lines, everything is new. */
const fewestLines = 100;
/** Records of an incident are no further apart: in lines, and in milliseconds. */
const [longestGap, longestPause] = [10, 10_000];
/** What an incident scores more than the worst of it, for each time that it has e times as many templates. */
const sizeWeight = 0.25;

/** Joins rare templates that appear for the first time, and together: a start, a crash. The one that scores most leads. */
export function incidents(findings: readonly LogFinding[], { hasTimes }: LogStatistics): LogFinding[] {
  const isRare = ({ history, companions }: LogFinding): boolean =>
    history.template.lines <= mostOfIncident && companions.length === 0 && history.first.lines[0] > fewestLines;
  const rare = findings.filter(isRare).sort((one, other) => firstLine(one) - firstLine(other));
  const joined: LogFinding[] = [];
  let open: LogFinding[] = [];
  const close = (): void => {
    if (open.length < fewestTemplates) joined.push(...open);
    else joined.push(incident(open));
    open = [];
  };
  for (const finding of rare) {
    const last = open.at(-1)?.history.first;
    if (last !== undefined && !isSoonAfter(finding.history.first, last, hasTimes)) close();
    open.push(finding);
  }
  close();
  return [...findings.filter((finding) => !isRare(finding)), ...joined];
}

function isSoonAfter(next: TemplateHistory['first'], last: TemplateHistory['first'], hasTimes: boolean): boolean {
  if (next.lines[0] - last.lines[1] > longestGap) return false;
  if (!hasTimes || next.time === undefined || last.time === undefined) return true;
  return Math.abs(next.time - last.time) <= longestPause;
}

function incident(findings: readonly LogFinding[]): LogFinding {
  const [leader, ...companions] = findings.toSorted((one, other) => other.score - one.score);
  if (leader === undefined) throw new RangeError('an incident has findings');
  return {
    ...leader,
    score: leader.score + sizeWeight * Math.log(findings.length),
    reasons: leader.reasons.includes('new') ? leader.reasons : [...leader.reasons, 'new'],
    companions,
  };
}

function firstLine({ history }: LogFinding): number {
  return history.first.lines[0];
}
