// What is new in a log, gone from it, and more or less frequent, beside a reference. Constant memory.

import type { Comparison, LineRange } from '../../engine/events/events.js';
import { Incidents, incidentScore, incidentText } from './incidents.js';
import { NearestLines } from './nearest-lines.js';
import {
  compareRates,
  discoveryAdjusted,
  falseShare,
  leastPValue,
  loadBetaDistribution,
  paceOf,
  type RateComparison,
} from './rate-comparison.js';
import { RecentMap } from './recent-map.js';
import { tellsOfFailure } from './severity.js';
import { TemplateCounts, type CountedTemplate } from './template-counts.js';
import type { ReadRecord, RecordWatch } from './record-watch.js';

/** What is missing often follows from something else, and known words in a new order say little: they count half. */
const lesserWeight = 0.5;

/** Templates of which it is known that an incident tells of them. */
const mostTold = 20_000;

/** What a reference log leaves behind. */
export class ReferenceLog implements RecordWatch {
  readonly lines = new NearestLines();
  readonly counts = new TemplateCounts();

  /** Returns false: no record of a reference is news. */
  see({ text, lines, template }: ReadRecord): boolean {
    this.lines.add(text, template.id);
    this.counts.add(template, text, lines);
    return false;
  }
}

export interface LogChange {
  readonly text: string;
  /** Of the reference where it is gone, else of the log. */
  readonly lines: LineRange;
  /** Records of the log. */
  readonly count: number;
  /**
   * The share that the reference does not explain, from 0 to 1: of a new line's words, its distance; of a template's
   * records, by the cautious end of the interval. 1 more where a failure is new or more frequent.
   */
  readonly score: number;
  readonly comparison: Comparison;
}

/** A template that both logs have, or one. */
interface Changed {
  readonly id: number;
  readonly old: CountedTemplate | undefined;
  readonly young: CountedTemplate | undefined;
}

/** A log that is compared with a reference, which is complete. */
export class ComparedLog implements RecordWatch {
  readonly #reference: ReferenceLog;
  readonly #incidents: Incidents;
  readonly #counts = new TemplateCounts();
  /** Templates that the reference lacks, and that an incident tells of. */
  readonly #told = new RecentMap<number, true>(mostTold);

  constructor(reference: ReferenceLog) {
    this.#reference = reference;
    this.#incidents = new Incidents(reference.lines);
  }

  /** Returns whether the record is like none before, in the reference or in this log. */
  see({ text, lines, template }: ReadRecord): boolean {
    this.#counts.add(template, text, lines);
    const isKnown = this.#reference.counts.has(template.id);
    const news = this.#incidents.add(text, lines, isKnown ? template.id : undefined);
    if (news !== 'known' && !isKnown) this.#told.set(template.id, true);
    return news === 'first';
  }

  /** First what the reference explains least. */
  async findings(): Promise<LogChange[]> {
    return [...this.#newLines(), ...(await this.#changes())].sort((a, b) => b.score - a.score);
  }

  *#newLines(): Generator<LogChange> {
    for (const incident of this.#incidents.values()) {
      const { lines, count, distance } = incident;
      const comparison: Comparison = { kind: 'new', reference: 0, ratio: null, pValue: null, distance };
      yield { text: incidentText(incident), lines, count, score: incidentScore(incident), comparison };
    }
  }

  async #changes(): Promise<LogChange[]> {
    const beta = await loadBetaDistribution();
    const [before, now] = [this.#reference.counts, this.#counts];
    if (before.records === 0 || now.records === 0) return [];
    const changed = [...this.#templates()];
    const pairs = changed.map(({ old, young }) => [old?.count ?? 0, young?.count ?? 0] as const);
    const pace = paceOf(pairs) ?? now.records / before.records;
    const compared: (Changed & RateComparison)[] = [];
    for (const [index, [first, second]] of pairs.entries()) {
      const each = changed[index];
      if (each === undefined || leastPValue(first + second, pace) > falseShare) continue;
      compared.push({ ...each, ...compareRates(before.occurrences(each.id), now.occurrences(each.id), pace, beta) });
    }
    const adjusted = discoveryAdjusted(compared.map(({ pValue }) => pValue));
    const findings: LogChange[] = [];
    for (const [index, { old, young, ratio }] of compared.entries()) {
      const pValue = adjusted[index] ?? 1;
      const shown = young ?? old;
      if (shown === undefined || pValue > falseShare) continue;
      const { text, lines } = shown;
      const [low, estimate, high] = ratio;
      const kind = old === undefined ? 'new' : young === undefined ? 'gone' : estimate > 1 ? 'more' : 'less';
      const unexplained = estimate > 1 ? 1 - 1 / low : 1 - high;
      const score = kind === 'more' ? unexplained + (tellsOfFailure(text) ? 1 : 0) : lesserWeight * unexplained;
      findings.push({
        text,
        lines,
        count: young?.count ?? 0,
        score,
        comparison: {
          kind,
          reference: old?.count ?? 0,
          ratio: old === undefined ? null : ratio,
          pValue,
          distance: null,
        },
      });
    }
    return findings;
  }

  /** Of both logs, without those that an incident tells of. */
  *#templates(): Generator<Changed> {
    const young = new Map(Array.from(this.#counts.values(), (template) => [template.id, template]));
    for (const old of this.#reference.counts.values()) {
      yield { id: old.id, old, young: young.get(old.id) };
      young.delete(old.id);
    }
    for (const [id, template] of young) {
      if (this.#told.get(id) !== true) yield { id, old: undefined, young: template };
    }
  }
}
