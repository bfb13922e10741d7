// Which templates of a log are told, and in which order: by what they score, each kind of thing once.

import { termsOf } from '../words/terms.js';
import type { LogStatistics, TemplateHistory } from './log-statistics.js';
import type { Judged, TemplateJudge } from './signals.js';

export interface LogFinding extends Judged {
  /** Others whose records come right after its own, or after each other's: one thing that is told in several records. */
  readonly companions: readonly Judged[];
}

/** Findings from which on a log's chatter begins. */
const noteworthy = 1.4;
const [fewest, most] = [5, 20];
/** What a finding loses for saying the same words as one before it, and for each one before it from its source. */
const [redundancyWeight, crowdingWeight] = [0.5, 0.1];
/** Records of two templates come together where so many of the one follow those of the other ... */
const followingShare = 0.8;
/** ... and there are about as many. */
const mostRatio = 1.25;
/** Fewer are no rule. */
const fewestFollowing = 3;

/** The best `count` findings, best first; undefined for as many as there is something to say. */
export function findingsOf(statistics: LogStatistics, judge: TemplateJudge, count?: number): LogFinding[] {
  const judged = statistics.histories().map((history) => judge.judge(history));
  const groups = grouped(judged);
  const wanted = count ?? Math.max(fewest, Math.min(most, groups.filter(({ score }) => score >= noteworthy).length));
  return spread(groups, wanted);
}

/** Joins what comes together; the one that scores most leads. */
function grouped(judged: readonly Judged[]): LogFinding[] {
  const byTemplate = new Map(judged.map((one) => [one.history.template, one]));
  const leaders = new Map<Judged, Judged>();
  const leaderOf = (one: Judged): Judged => {
    const next = leaders.get(one);
    return next === undefined || next === one ? one : leaderOf(next);
  };
  for (const one of judged) {
    const before = one.history.before && byTemplate.get(one.history.before);
    if (before === undefined || before === one || !follows(one.history, before.history)) continue;
    const [left, right] = [leaderOf(before), leaderOf(one)];
    if (left === right) continue;
    if (left.score >= right.score) leaders.set(right, left);
    else leaders.set(left, right);
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

/** Whether most of `one`'s records come right after one of `before`'s, and the other way round. */
function follows(one: TemplateHistory, before: TemplateHistory): boolean {
  const [lines, others] = [one.template.lines, before.template.lines];
  if (lines < fewestFollowing || Math.max(lines / others, others / lines) > mostRatio) return false;
  return (lines + one.beforeSurplus) / 2 >= followingShare * lines;
}

/** Greedily: a finding counts less where its words, or its source, have been told (Carbonell and Goldstein 1998). */
function spread(findings: readonly LogFinding[], count: number): LogFinding[] {
  const left = new Map(findings.map((finding) => [finding, { terms: wordsOf(finding), similarity: 0 }]));
  const sources = new Map<string, number>();
  const chosen: LogFinding[] = [];
  while (chosen.length < count && left.size > 0) {
    let best: LogFinding | undefined;
    let bestValue = -Infinity;
    for (const [finding, { similarity }] of left) {
      const crowd = sources.get(finding.history.head.source ?? '') ?? 0;
      const value = (finding.score * (1 - redundancyWeight * similarity)) / (1 + crowdingWeight * crowd);
      if (value > bestValue) [best, bestValue] = [finding, value];
    }
    if (best === undefined) break;
    const told = left.get(best);
    left.delete(best);
    const source = best.history.head.source ?? '';
    sources.set(source, (sources.get(source) ?? 0) + 1);
    chosen.push(best);
    for (const other of left.values()) {
      other.similarity = Math.max(other.similarity, overlap(told?.terms ?? new Set(), other.terms));
    }
  }
  return chosen;
}

function wordsOf({ history }: LogFinding): ReadonlySet<number> {
  return new Set(termsOf(history.template.text.replaceAll('<*>', ' ')).slots);
}

/** Share of words in common, of all in either (Jaccard). */
function overlap(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  let common = 0;
  for (const word of one) if (other.has(word)) common += 1;
  return common === 0 ? 0 : common / (one.size + other.size - common);
}
