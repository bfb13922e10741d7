// Which templates of a log are told, and in which order: by what they score, each kind of thing once.

import { burstOf, cosine } from './bursts.js';
import { companies, incidents, type LogFinding } from './finding-groups.js';
import { termsOf } from '../words/terms.js';
import type { LogStatistics } from './log-statistics.js';
import { noteworthy, type TemplateJudge } from './signals.js';

const [fewest, most] = [5, 20];
/** What a finding loses for a burst at the time of one before it, and for each one before it from its source. */
const [sameTimeWeight, crowdingWeight] = [0.3, 0.1];
/** The best `count` findings, best first; undefined for as many as there is something to say. */
export function findingsOf(statistics: LogStatistics, judge: TemplateJudge, count?: number): LogFinding[] {
  const judged = statistics.histories().map((history) => judge.judge(history));
  const groups = incidents(companies(judged, statistics), statistics);
  const wanted = count ?? Math.max(fewest, Math.min(most, groups.filter(({ score }) => score >= noteworthy).length));
  return spread(groups, statistics, wanted);
}

/** Greedily: a finding counts less where its words, its time or its source have been told (Carbonell and Goldstein 1998). */
function spread(findings: readonly LogFinding[], statistics: LogStatistics, count: number): LogFinding[] {
  const left = new Map(findings.map((finding) => [finding, profileOf(finding, statistics)]));
  const sources = new Map<string, number>();
  const chosen: LogFinding[] = [];
  while (chosen.length < count && left.size > 0) {
    let best: LogFinding | undefined;
    let bestValue = -Infinity;
    for (const [finding, { sameWords, sameTime }] of left) {
      const crowd = sources.get(finding.history.head.source ?? '') ?? 0;
      const news = (1 - sameWords ** 2) * (1 - sameTimeWeight * sameTime);
      const value = (finding.score * news) / (1 + crowdingWeight * crowd);
      if (value > bestValue) [best, bestValue] = [finding, value];
    }
    const told = best && left.get(best);
    if (best === undefined || told === undefined) break;
    left.delete(best);
    const source = best.history.head.source ?? '';
    sources.set(source, (sources.get(source) ?? 0) + 1);
    chosen.push(best);
    for (const other of left.values()) {
      other.sameWords = Math.max(other.sameWords, wordsInCommon(told.words, other.words));
      other.sameTime = Math.max(other.sameTime, cosine(told.burst, other.burst));
    }
  }
  return chosen;
}

/** What a finding says, and when; and how much of it was told already, from 0 to 1. */
interface Profile {
  readonly words: ReadonlySet<number>;
  readonly burst: readonly number[];
  sameWords: number;
  sameTime: number;
}

function profileOf(finding: LogFinding, statistics: LogStatistics): Profile {
  const words = new Set(termsOf(finding.history.template.text.replaceAll('<*>', ' ')).slots);
  return { words, burst: burstOf(finding, statistics), sameWords: 0, sameTime: 0 };
}

/** Cosine of two sets. */
function wordsInCommon(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  let common = 0;
  for (const word of one) if (other.has(word)) common += 1;
  return common === 0 ? 0 : common / Math.sqrt(one.size * other.size);
}
