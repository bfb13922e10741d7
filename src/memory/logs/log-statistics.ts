// What is known of a log's records while it goes by: of all together, and of each template. Constant memory.

import { copyOf } from './copies.js';
import type { Lacking } from './time-forms.js';
import type { RecordHead } from './record-head.js';
import type { ReadRecord } from './record-watch.js';
import type { Template, TemplateMiner } from './templates.js';
import { StepCounts, Timeline } from './timeline.js';

/** The first record of a template. */
export type FirstRecord = Pick<ReadRecord, 'text' | 'lines' | 'time'>;

/** More histories than the miner keeps templates: those of dropped ones go together. */
const mostHistories = 30_000;
/** Templates that a template is known to follow. */
const mostBefore = 5;
/** Templates are counted by how many records they have, up to so many. */
const mostCounted = 64;
/** A step is at least this long: what times tell. In milliseconds. */
const shortestStep = 1000;

/** What is known of the records of a template. */
export class TemplateHistory {
  readonly steps: StepCounts;
  lastLine: number;
  lastTime: number | undefined;
  /** Records may come late. */
  earliest: number | undefined;
  latest: number | undefined;
  /** What the model did not expect in the first of them that it read, in nats a token. */
  nats: number | undefined;
  /** Templates whose records come right before these, and how often at least (Misra and Gries 1982). */
  readonly #before: Template[] = [];
  readonly #timesBefore: number[] = [];

  constructor(
    readonly template: Template,
    /** Of the first record. */
    readonly head: Pick<RecordHead, 'level' | 'source'>,
    readonly first: FirstRecord,
    timeline: Timeline,
  ) {
    this.steps = new StepCounts(timeline);
    this.lastLine = first.lines[1];
    this.lastTime = this.earliest = this.latest = first.time;
  }

  take(time: number): void {
    this.lastTime = time;
    if (this.earliest === undefined || time < this.earliest) this.earliest = time;
    if (this.latest === undefined || time > this.latest) this.latest = time;
  }

  follow(before: Template): void {
    const at = this.#before.indexOf(before);
    if (at >= 0) this.#timesBefore[at] = (this.#timesBefore[at] ?? 0) + 1;
    else if (this.#before.length < mostBefore) {
      this.#before.push(before);
      this.#timesBefore.push(1);
    } else this.#takeOff();
  }

  /** Shares of these records that come right after those of other templates; too low by a sixth at most. */
  before(): (readonly [Template, number])[] {
    return this.#before.map((template, at) => [template, (this.#timesBefore[at] ?? 0) / this.template.lines] as const);
  }

  #takeOff(): void {
    let kept = 0;
    for (const [at, template] of this.#before.entries()) {
      const times = (this.#timesBefore[at] ?? 0) - 1;
      if (times === 0) continue;
      this.#before[kept] = template;
      this.#timesBefore[kept] = times;
      kept += 1;
    }
    this.#before.length = this.#timesBefore.length = kept;
  }
}

export class LogStatistics {
  readonly miner: TemplateMiner;
  #histories = new Map<Template, TemplateHistory>();
  /** Of time, where the records have one; of lines elsewhere. */
  readonly timeline: Timeline;
  readonly steps: StepCounts;
  records = 0;
  /** What the times of the log lack. */
  lacking: Lacking = 'nothing';
  /** The earliest and the latest. */
  firstTime: number | undefined;
  lastTime: number | undefined;
  /** Templates with 1, 2, 3 … records. */
  readonly #withRecords = new Float64Array(mostCounted + 1);
  #before: Template | undefined;
  /** Where the last record with a time stands. */
  #place = 0;

  constructor(
    miner: TemplateMiner,
    readonly hasTimes: boolean,
  ) {
    this.miner = miner;
    this.timeline = new Timeline(hasTimes ? shortestStep : 1);
    this.steps = new StepCounts(this.timeline);
  }

  /** Returns the history of its template, and how many records of it are in the same step. */
  add({ template, text, lines, head, time }: ReadRecord): {
    readonly history: TemplateHistory;
    readonly inStep: number;
  } {
    this.records += 1;
    if (time !== undefined) {
      if (this.firstTime === undefined) this.lacking = head.lacking;
      if (this.firstTime === undefined || time < this.firstTime) this.firstTime = time;
      if (this.lastTime === undefined || time > this.lastTime) this.lastTime = time;
    }
    if (!this.hasTimes) this.#place = lines[0];
    else if (time !== undefined) this.#place = time;
    const step = this.timeline.stepOf(this.#place);
    this.steps.add(step);
    let history = this.#histories.get(template);
    if (history === undefined) {
      const first = { text: copyOf(text), lines, time };
      history = new TemplateHistory(template, head, first, this.timeline);
      this.#histories.set(template, history);
      if (this.#histories.size > mostHistories) this.#forgetDropped();
    }
    this.#count(template.lines);
    history.lastLine = lines[1];
    if (time !== undefined) history.take(time);
    if (this.#before !== undefined) history.follow(this.#before);
    this.#before = template;
    return { history, inStep: history.steps.add(step) };
  }

  /** Share of records whose template has at most `lines` records by now; for many, at least its own share. */
  shareUpTo(lines: number): number {
    let records = 0;
    for (let count = 1; count <= Math.min(lines, mostCounted); count += 1) {
      records += count * (this.#withRecords[count] ?? 0);
    }
    return Math.min(1, Math.max(records, lines) / Math.max(1, this.records));
  }

  #count(lines: number): void {
    if (lines > 1 && lines <= mostCounted + 1) this.#withRecords[lines - 1] = (this.#withRecords[lines - 1] ?? 0) - 1;
    if (lines <= mostCounted) this.#withRecords[lines] = (this.#withRecords[lines] ?? 0) + 1;
  }

  /** Of the templates that the miner keeps. */
  histories(): TemplateHistory[] {
    const kept: TemplateHistory[] = [];
    for (const template of this.miner.values()) {
      const history = this.#histories.get(template);
      if (history !== undefined) kept.push(history);
    }
    return kept;
  }

  #forgetDropped(): void {
    this.#histories = new Map(this.histories().map((history) => [history.template, history]));
  }
}
