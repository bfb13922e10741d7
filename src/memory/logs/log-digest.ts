// A digest of a log in the making: an overview, and what an operator would be told.

import type { DocumentLabel, RunEvent } from '../../engine/events/events.js';
import { findingsOf } from './findings.js';
import { SurpriseSpread, type SpreadState } from '../surprise-spread.js';
import { passageOf } from './log-passages.js';
import { LogStatistics } from './log-statistics.js';
import { overviewOf } from './overview.js';
import type { ReadRecord, RecordWatch } from './record-watch.js';
import type { Signal } from '../../engine/events/log-signals.js';
import { TemplateJudge } from './signals.js';
import type { Template, TemplateMiner } from './templates.js';

export interface LogDigestChoice {
  readonly document: DocumentLabel;
  /** Findings; undefined for as many as there is something to say. */
  readonly top: number | undefined;
  /** What ranks them; undefined for all signals. */
  readonly signals: readonly Signal[] | undefined;
}

/** What of a log's digest does not follow from its text alone. */
export interface LogDigestState {
  readonly spread: SpreadState;
  /** Of templates, by their ids: what the model did not expect in the first record that it read, in nats a token. */
  readonly nats: readonly (readonly [template: number, nats: number])[];
}

export class LogDigest implements RecordWatch {
  readonly #miner: TemplateMiner;
  readonly #spread: SurpriseSpread;
  readonly #nats = new Map<number, number>();
  #statistics: LogStatistics | undefined;

  /** `known`: of an earlier run, whose text is read again from its start. */
  constructor(miner: TemplateMiner, known?: LogDigestState) {
    this.#miner = miner;
    this.#spread = new SurpriseSpread(known?.spread);
    for (const [template, nats] of known?.nats ?? []) this.#nats.set(template, nats);
  }

  begin(hasTimes: boolean): void {
    this.#statistics = new LogStatistics(this.#miner, hasTimes);
  }

  see(record: ReadRecord): boolean {
    this.#statistics?.add(record);
    return false;
  }

  /** What the model made of a record. */
  score({ id }: Template, natsPerToken: number): void {
    this.#spread.add(natsPerToken);
    if (!this.#nats.has(id)) this.#nats.set(id, natsPerToken);
  }

  state(): LogDigestState {
    const kept = Array.from(this.#miner.values(), ({ id }) => [id, this.#nats.get(id)] as const);
    return {
      spread: this.#spread.state(),
      nats: kept.flatMap(([id, nats]) => (nats === undefined ? [] : [[id, nats] as const])),
    };
  }

  /** The overview, then the findings, best first. */
  *finish({ document, top, signals }: LogDigestChoice): Generator<RunEvent> {
    const statistics = this.#statistics;
    if (statistics === undefined || statistics.records === 0) return;
    for (const history of statistics.histories()) history.nats = this.#nats.get(history.template.id);
    yield overviewOf(statistics, document);
    const judge = new TemplateJudge(statistics, this.#spread, signals);
    for (const finding of findingsOf(statistics, judge, top)) yield passageOf(finding, statistics, document);
  }
}
