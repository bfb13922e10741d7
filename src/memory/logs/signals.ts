// Why the records of a template may matter, as signals from 0 to 1, and what they come to.

import { signalNames, type Signal } from '../../engine/events/log-signals.js';
import { withoutOutcome } from './outcomes.js';
import { severityOf } from './severity.js';
import type { Level } from './record-head.js';
import type { SurpriseSpread } from '../surprise-spread.js';
import type { LogStatistics, TemplateHistory } from './log-statistics.js';

/** From 0 to 1 each. */
export type Signals = Readonly<Record<Signal, number>>;

/** Why a finding is one. */
export type Reason = 'fatal' | 'error' | 'warning' | 'burst' | 'new' | 'stopped' | 'rare' | 'surprising';

export interface Judged {
  readonly history: TemplateHistory;
  readonly signals: Signals;
  readonly score: number;
  readonly reasons: readonly Reason[];
}

/** Severity decides, told more loudly by what comes often or in bursts; the rest tells equals apart. */
const severityWeight = 4;
const quietShare = 0.7;
const weights = { burst: 1.25, change: 1, rarity: 0.75, surprise: 0.75 };
/** Below such a score, a log's chatter begins. */
export const noteworthy = 1.4;
/** Of answers, by the first figure of their status; and of errors that are counted. */
const outcomeSeverity: Readonly<Record<string, number>> = { 4: 0.4, 5: 0.8 };
const countedSeverity = 0.7;
/** From such severities on, a finding is called so. */
const called = { fatal: 0.9, error: 0.6, warning: 0.42 };
/** Nats by which a burst, or a start, has to be no chance for the signal to be 1 - 1/e. */
const [burstNats, changeNats] = [20, 10];
const [fewestOfBurst, timesUsual] = [5, 3];
/** Standard deviations of surprise above the mean that count in full. */
const fullSurprise = 4;

/** Judges templates by what is known of a log by now. */
export class TemplateJudge {
  readonly #statistics: LogStatistics;
  readonly #spread: SurpriseSpread;
  readonly #used: ReadonlySet<Signal>;

  /** `spread`: of how surprising records are. `used`: the others count nothing. */
  constructor(statistics: LogStatistics, spread: SurpriseSpread, used: readonly Signal[] = signalNames) {
    this.#statistics = statistics;
    this.#spread = spread;
    this.#used = new Set(used);
  }

  judge(history: TemplateHistory): Judged {
    const { records } = this.#statistics;
    const { lines } = history.template;
    const whole = Math.log(Math.max(2, records));
    const steps = history.steps.values();
    const change = this.#change(steps);
    const signals: Signals = {
      severity: this.#use('severity', severityFrom(history, this.#statistics)),
      volume: this.#use('volume', Math.log(lines) / whole),
      burst: this.#use('burst', this.#burst(lines, steps)),
      change: this.#use('change', change.signal),
      rarity: this.#use('rarity', -Math.log(this.#statistics.shareUpTo(lines)) / whole),
      surprise: history.nats === undefined ? 0 : this.#surprise(history.nats),
    };
    return { history, signals, score: scoreOf(signals), reasons: reasonsOf(signals, history.head.level, change.kind) };
  }

  /** The same with what the model did not expect, in nats a token. */
  withSurprise(signals: Signals, natsPerToken: number): Signals {
    return { ...signals, surprise: this.#surprise(natsPerToken) };
  }

  #surprise(natsPerToken: number): number {
    return this.#use('surprise', Math.max(0, Math.min(1, this.#spread.deviation(natsPerToken) / fullSurprise)));
  }

  #use(signal: Signal, value: number): number {
    return this.#used.has(signal) ? value : 0;
  }

  /**
   * How sure it is that records came together in one step: the log of the likelihood ratio between its own rate there and
   * the template's mean rate, of a Poisson process (Kulldorff 1997, "A spatial scan statistic").
   */
  #burst(lines: number, steps: readonly number[]): number {
    if (lines < fewestOfBurst) return 0;
    const active = this.#statistics.steps.values().filter((count) => count > 0).length;
    const most = Math.max(...steps);
    const usual = lines / active;
    if (most < fewestOfBurst || most < timesUsual * usual) return 0;
    return 1 - Math.exp(-(most * Math.log(most / usual) - (most - usual)) / burstNats);
  }

  /**
   * How sure it is that something began or ended while the log went on: that all steps with such a record fall behind, or
   * before, a step by chance has the probability of that part's share, once for each of them. Corrected for the number of
   * templates (Bonferroni).
   */
  #change(steps: readonly number[]): { readonly signal: number; readonly kind: 'new' | 'stopped' | undefined } {
    const active = steps.filter((count) => count > 0).length;
    const first = steps.findIndex((count) => count > 0);
    const last = steps.findLastIndex((count) => count > 0);
    const { length } = steps;
    if (active < 2 || length < 2) return { signal: 0, kind: undefined };
    const began = -active * Math.log((length - first) / length);
    const ended = -active * Math.log((last + 1) / length);
    const nats = Math.max(began, ended) - Math.log(this.#statistics.miner.templates);
    if (nats <= 0) return { signal: 0, kind: undefined };
    return { signal: 1 - Math.exp(-nats / changeNats), kind: began >= ended ? 'new' : 'stopped' };
  }
}

/** By the level and the words of a template's records. */
export function severityFrom({ template, head }: TemplateHistory, { miner }: LogStatistics): number {
  const message = miner.message(template);
  const { outcome } = template;
  const severity = severityOf(head.level, outcome === 'fine' ? withoutOutcome(message) : message);
  if (outcome === undefined || outcome === 'fine') return severity;
  return Math.max(outcomeSeverity[outcome.charAt(0)] ?? countedSeverity, severity);
}

export function scoreOf({ severity, volume, burst, change, rarity, surprise }: Signals): number {
  const loudness = quietShare + (1 - quietShare) * Math.max(volume, burst);
  return (
    severityWeight * severity * loudness +
    // Half a burst is none.
    weights.burst * Math.max(0, 2 * burst - 1) * (1 + volume) +
    weights.change * change +
    weights.rarity * rarity +
    weights.surprise * surprise
  );
}

function reasonsOf(signals: Signals, told: Level | undefined, kind: 'new' | 'stopped' | undefined): Reason[] {
  const { severity, burst, change, rarity, surprise } = signals;
  const reasons: Reason[] = [];
  const level = (['fatal', 'error', 'warning'] as const).find(
    (name) => severity >= called[name] || (severity > 0 && told === name),
  );
  if (level !== undefined) reasons.push(level);
  if (burst >= 0.5) reasons.push('burst');
  if (change >= 0.5 && kind !== undefined) reasons.push(kind);
  if (rarity >= 0.5) reasons.push('rare');
  if (surprise >= 0.5) reasons.push('surprising');
  return reasons;
}
