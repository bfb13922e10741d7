// Tells which records of a log stand out, as they come, by the score that ranks the findings of a digest.

import type { Anomaly, DocumentLabel, LineRange, RecordScore } from '../../engine/events/events.js';
import { isPowerOfTwo } from './due.js';
import type { LineScores } from './line-scores.js';
import { LogStatistics, type TemplateHistory } from './log-statistics.js';
import type { ReadRecord, RecordWatch } from './record-watch.js';
import { RollingQuantile } from './rolling-quantile.js';
import type { Signal } from './signal-names.js';
import { type Judged, scoreOf, TemplateJudge } from './signals.js';
import type { TemplateMiner } from './templates.js';

/** One line in so many stands out. */
const oneLineIn = 1000;
/** Before so many lines, everything is new. */
const fewestLines = 100;
/** Records of one template in a step of time, from which on they may be a burst. */
const fewestOfBurst = 8;
/** Scores that wait at most until they are told. */
const mostWaiting = 4096;

/** A record that the model reads, as it stood when it came. */
interface Looked {
  readonly text: string;
  readonly lines: LineRange;
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
  readonly #scores: LineScores;
  readonly #choice: LogAnomaliesChoice;
  readonly #quantile = new RollingQuantile();
  #statistics: LogStatistics | undefined;
  #judge: TemplateJudge | undefined;
  /** In order, none of them scored by the model yet. */
  readonly #looked: Looked[] = [];
  #waiting: RecordScore[] = [];
  /** Of templates, as they stood when one of their records was last looked at. */
  readonly #standing = new WeakMap<TemplateHistory, { readonly score: number; readonly isBurst: boolean }>();

  constructor(miner: TemplateMiner, choice: LogAnomaliesChoice) {
    this.#miner = miner;
    this.#scores = new LineScores(miner);
    this.#choice = choice;
  }

  begin(hasTimes: boolean): void {
    this.#statistics = new LogStatistics(this.#miner, hasTimes);
    this.#judge = new TemplateJudge(this.#statistics, this.#scores, this.#choice.signals);
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

  #look(history: TemplateHistory, { text, lines }: ReadRecord): void {
    const judged = this.#judge?.judge(history);
    if (judged === undefined) return;
    const before = this.#standing.get(history);
    const isBurst = judged.reasons.includes('burst');
    // A burst is told once, also where it grows.
    const begins = before === undefined || (isBurst && !before.isBurst);
    this.#standing.set(history, { score: judged.score, isBurst });
    this.#looked.push({ text, lines, judged, begins });
  }

  /** The scores of records since the last time. */
  takeScores(): RecordScore[] {
    const scores = this.#waiting;
    this.#waiting = [];
    return scores;
  }

  /** What the model makes of the record whose head is in a line; undefined where it does not stand out. */
  score(line: number, natsPerToken: number): Anomaly | undefined {
    while ((this.#looked[0]?.lines[0] ?? line) < line) this.#looked.shift();
    const looked = this.#looked[0]?.lines[0] === line ? this.#looked.shift() : undefined;
    if (looked === undefined || this.#judge === undefined) return undefined;
    const { text, lines, judged, begins } = looked;
    judged.history.nats ??= natsPerToken;
    const score = scoreOf(this.#judge.withSurprise(judged.signals, natsPerToken));
    const threshold = this.#quantile.at(Math.max(1, line / oneLineIn));
    this.#scores.add(natsPerToken);
    this.#quantile.add(score);
    const isRare = line > fewestLines && score > threshold;
    const isBad = begins && judged.reasons.some((reason) => reason === 'fatal' || reason === 'error');
    const isBurst = begins && judged.reasons.includes('burst');
    if (!isRare && !isBad && !isBurst) return undefined;
    return {
      event: 'anomaly',
      document: this.#choice.document,
      text,
      line,
      lines,
      count: 1,
      natsPerToken,
      score,
      threshold,
      reasons: judged.reasons,
    };
  }
}
