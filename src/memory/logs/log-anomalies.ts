// Tells which records of a log stand out, as they come, by the score that ranks the findings of a digest.

import type { Anomaly, DocumentLabel, RecordScore } from '../../engine/events/events.js';
import { isPowerOfTwo } from './due.js';
import type { Span } from '../cutting/span-scores.js';
import { StandOut } from '../stand-out.js';
import { SurpriseSpread } from '../surprise-spread.js';
import { LogStatistics, type TemplateHistory } from './log-statistics.js';
import type { ReadRecord, RecordWatch } from './record-watch.js';
import type { Signal } from '../../engine/events/log-signals.js';
import { type Judged, noteworthy, type Reason, scoreOf, TemplateJudge } from './signals.js';
import type { TemplateMiner } from './templates.js';

/** What stands out does so among records that are about as bad: what is odd among chatter is no trouble yet. */
const bandWidth = 0.2;
/** Reasons for which the first record of a template, or of a burst, is told at once. */
const toldAtOnce: ReadonlySet<Reason> = new Set<Reason>(['fatal', 'error', 'burst']);
/** Records of one template in a step of time, from which on they may be a burst. */
const fewestOfBurst = 8;
/** Scores that wait at most until they are told. */
const mostWaiting = 4096;

/** A record that the model reads, as it stood when it came. */
interface Looked {
  readonly line: number;
  readonly judged: Judged;
  /** The first of its template, or the first of a burst. */
  readonly begins: boolean;
}

export interface LogAnomaliesChoice {
  readonly document: DocumentLabel;
  /** What ranks records; undefined for all signals. */
  readonly signals: readonly Signal[] | undefined;
  /** Whether the score of every record is told. */
  readonly tellsScores: boolean;
}

export class LogAnomalies implements RecordWatch {
  readonly #miner: TemplateMiner;
  readonly #spread = new SurpriseSpread();
  readonly #choice: LogAnomaliesChoice;
  readonly #standOut = new Map<number, StandOut>();
  #statistics: LogStatistics | undefined;
  #judge: TemplateJudge | undefined;
  /** In order, none of them scored by the model yet. */
  readonly #looked: Looked[] = [];
  #waiting: RecordScore[] = [];
  /** Of templates, as they stood when one of their records was last looked at. */
  readonly #standing = new WeakMap<TemplateHistory, { readonly score: number; readonly isBurst: boolean }>();

  constructor(miner: TemplateMiner, choice: LogAnomaliesChoice) {
    this.#miner = miner;
    this.#choice = choice;
  }

  begin(hasTimes: boolean): void {
    this.#statistics = new LogStatistics(this.#miner, hasTimes);
    this.#judge = new TemplateJudge(this.#statistics, this.#spread, this.#choice.signals);
  }

  /** Whether scores wait to be told. */
  get isFull(): boolean {
    return this.#waiting.length >= mostWaiting;
  }

  /** Looks at records that are due, and at those that may be a burst. */
  see(record: ReadRecord): boolean {
    if (this.#statistics === undefined) return false;
    const { history, inStep } = this.#statistics.add(record);
    const looks = record.isDue || (inStep >= fewestOfBurst && isPowerOfTwo(inStep));
    if (looks) this.#look(history, record);
    if (this.#choice.tellsScores) {
      const { document } = this.#choice;
      const score = this.#standing.get(history)?.score ?? 0;
      this.#waiting.push({ event: 'record-score', document, line: record.lines[0], score });
    }
    return looks;
  }

  #look(history: TemplateHistory, { lines }: ReadRecord): void {
    const judged = this.#judge?.judge(history);
    if (judged === undefined) return;
    const before = this.#standing.get(history);
    const isBurst = judged.reasons.includes('burst');
    // A burst is told once, also where it grows.
    const begins = before === undefined || (isBurst && !before.isBurst);
    this.#standing.set(history, { score: judged.score, isBurst });
    this.#looked.push({ line: lines[0], judged, begins });
  }

  /** The scores of records since the last time. */
  takeScores(): RecordScore[] {
    const scores = this.#waiting;
    this.#waiting = [];
    return scores;
  }

  #standOutOf({ signals }: Judged): StandOut {
    const band = Math.floor(signals.severity / bandWidth);
    const standOut = this.#standOut.get(band) ?? new StandOut();
    this.#standOut.set(band, standOut);
    return standOut;
  }

  /** What the model makes of a record: its score, and the record itself where it stands out. */
  take({ text, lines }: Span, natsPerToken: number): { readonly score: number; readonly anomaly?: Anomaly } {
    const [line] = lines;
    while ((this.#looked[0]?.line ?? line) < line) this.#looked.shift();
    const looked = this.#looked[0]?.line === line ? this.#looked.shift() : undefined;
    if (looked === undefined || this.#judge === undefined) throw new Error(`line ${line} was not looked at`);
    const { judged, begins } = looked;
    judged.history.nats ??= natsPerToken;
    const score = scoreOf(this.#judge.withSurprise(judged.signals, natsPerToken));
    const { threshold, standsOut } = this.#standOutOf(judged).take(line, score);
    this.#spread.add(natsPerToken);
    const isBad = score >= noteworthy && judged.reasons.some((reason) => toldAtOnce.has(reason));
    if (!begins || (!standsOut && !isBad)) return { score };
    const { document } = this.#choice;
    const { reasons } = judged;
    return {
      score,
      anomaly: { event: 'anomaly', document, text, line, lines, count: 1, natsPerToken, score, threshold, reasons },
    };
  }
}
