// What the screen shows of a run: a pure reduction of its events.

import type {
  BlockScored,
  DocumentLabel,
  InView,
  NoteTaken,
  PassageStart,
  RunEvent,
  StrikingLine,
} from '../../engine/events/events.js';
import type { Policy } from '../../engine/policy.js';
import { startedPauses, withExample, type PauseState } from './pauses.js';
import { emptyTrend, extendTrend, type TrendPoint, type Trend } from './trend.js';

/** Seconds on a steady clock. */
export type Time = number;

export interface ScreenState {
  readonly command: string;
  readonly model: string | undefined;
  /** Undefined where no cache rolls. */
  readonly policy: Policy | undefined;
  /** Tokens of a chunk; undefined where a text is not read in chunks. */
  readonly chunk: number | undefined;
  /** Where several policies are run: which one it is, from 1. */
  readonly turn: { readonly number: number; readonly of: number } | undefined;
  /** How many there are. */
  readonly documents: number;
  /** Undefined before the first. */
  readonly document: DocumentLabel | undefined;
  /** What the model is at, where it takes notes of one passage after the other. */
  readonly passage: PassageStart | undefined;
  /** Those that are not part of another, from the document's beginning on. */
  readonly notes: readonly NoteTaken[];
  readonly reading: DocumentProgress;
  readonly score: Score;
  /** Lines that surprised lately, the most surprising first; each surprises more than those that came after it. */
  readonly striking: readonly (StrikingLine & { readonly at: Time })[];
  readonly view: InView | undefined;
  /** Tokens of generated text, about: one for each piece. */
  readonly written: number;
  readonly peakMemoryBytes: number | undefined;
  /** Undefined where no task is evaluated. */
  readonly pauses: PauseState | undefined;
}

/** How far the document is read. */
export interface DocumentProgress {
  readonly startedAt: Time;
  /** When the policy began, where there are several. */
  readonly policyAt: Time;
  readonly tokens: number;
  readonly bytes: number;
  /** Source bytes; null where that is unknown. */
  readonly size: number | null;
  readonly done: number | null;
  /** Undefined where nothing is scored. */
  readonly block: BlockScored | undefined;
  /** Lines that were counted; undefined where tokens are scored. */
  readonly lines: number | undefined;
}

/** Sums of nats, of the document so far and of its last tokens. */
export interface Score {
  readonly nats: number;
  readonly tokens: number;
  readonly recent: readonly TrendPoint[];
  readonly trend: Trend;
}

/** What "lately" means: of the score, in tokens ... */
const recentTokens = 1000;
/** ... kept in sums of at least so many ... */
const recentStep = 50;
/** ... and of lines, in seconds. */
const strikingFor = 10;

const emptyScore: Score = { nats: 0, tokens: 0, recent: [], trend: emptyTrend };

export const initialState: ScreenState = {
  command: '',
  model: undefined,
  policy: undefined,
  chunk: undefined,
  turn: undefined,
  documents: 0,
  document: undefined,
  passage: undefined,
  notes: [],
  reading: newProgress(0),
  score: emptyScore,
  striking: [],
  view: undefined,
  written: 0,
  peakMemoryBytes: undefined,
  pauses: undefined,
};

function newProgress(now: Time): DocumentProgress {
  return {
    ...{ startedAt: now, policyAt: now, tokens: 0, bytes: 0 },
    ...{ size: null, done: null, block: undefined, lines: undefined },
  };
}

/** `now`: when the event came, on a clock that stands still while the run is paused. Constant time and memory. */
export function reduce(state: ScreenState, event: RunEvent, now: Time): ScreenState {
  switch (event.event) {
    case 'run-start': {
      const { command, model, policy, chunk, documents } = event;
      const named = { model: model?.name, policy: policy ?? undefined, chunk: chunk ?? undefined };
      return { ...state, command, documents, ...named };
    }
    case 'document-start': {
      const { document } = event;
      const begun = { document, passage: undefined, notes: [], reading: newProgress(now) };
      return { ...state, ...begun, score: emptyScore, striking: [], view: undefined };
    }
    case 'task-start': {
      const { task: document, model } = event;
      return { ...state, document, model: model.name, reading: newProgress(now), pauses: startedPauses(event) };
    }
    case 'example': {
      const { reading, pauses } = state;
      const tokens = event.results.reduce((sum, each) => sum + each.tokens, reading.tokens + event.prefixTokens);
      return {
        ...state,
        reading: { ...reading, tokens, done: event.done },
        pauses: pauses && withExample(pauses, event),
      };
    }
    case 'policy-start': {
      const { startedAt: at } = state.reading;
      const turn = { number: event.index + 1, of: event.policies };
      const reading = { ...newProgress(now), startedAt: at };
      return { ...state, policy: event.policy, turn, reading, score: emptyScore, striking: [], view: undefined };
    }
    case 'passage-start':
      return { ...state, passage: event };
    case 'note':
      return { ...state, notes: withNote(state.notes, event) };
    case 'progress': {
      const { tokens, bytes, size, done, lines } = event;
      return { ...state, reading: { ...state.reading, tokens, bytes, size, done, lines } };
    }
    case 'block-scored': {
      const { bytes, size, done } = event;
      const reading = { ...state.reading, tokens: event.tokens[1], bytes, size, done, block: event };
      return { ...state, reading, score: addScore(state.score, event) };
    }
    case 'striking-line':
      return { ...state, striking: [...strikingAt(state, now, event.natsPerToken), { ...event, at: now }] };
    case 'in-view':
      return { ...state, view: event };
    case 'text-delta':
      return { ...state, written: state.written + 1 };
    case 'memory':
      return { ...state, peakMemoryBytes: event.peakMemoryBytes };
    default:
      return state;
  }
}

/** A note of notes stands where those stood. */
function withNote(notes: ScreenState['notes'], note: NoteTaken): ScreenState['notes'] {
  const at = notes.findIndex(({ id }) => note.children.includes(id));
  if (at < 0) return [...notes, note];
  return [...notes.slice(0, at), note, ...notes.slice(at + note.children.length)];
}

/** Lines that are recent still, those only that surprise more than `natsPerToken`. */
function strikingAt({ striking }: ScreenState, now: Time, natsPerToken: number): ScreenState['striking'] {
  return striking.filter((line) => now - line.at < strikingFor && line.natsPerToken > natsPerToken);
}

function addScore(score: Score, { tokens: [from, to], nats }: BlockScored): Score {
  const sum = { nats, tokens: to - from };
  if (sum.tokens === 0) return score;
  const last = score.recent.at(-1);
  const recent =
    last !== undefined && last.tokens < recentStep
      ? [...score.recent.slice(0, -1), { nats: last.nats + nats, tokens: last.tokens + sum.tokens }]
      : [...score.recent, sum];
  const held = recent.reduce((total, { tokens }) => total + tokens, 0);
  return {
    nats: score.nats + nats,
    tokens: score.tokens + sum.tokens,
    recent: recent.length > 1 && held - (recent[0]?.tokens ?? 0) >= recentTokens ? recent.slice(1) : recent,
    trend: extendTrend(score.trend, sum),
  };
}

/** Whether what is in view can be shown. */
export function showsView(state: ScreenState): boolean {
  return hasView(state) && state.passage === undefined;
}

/** Whether there is a cache, where text is in view. */
export function hasView({ policy, chunk }: ScreenState): boolean {
  return policy !== undefined || chunk !== undefined;
}

/** The most surprising line of the last ten seconds. */
export function mostStriking(state: ScreenState, now: Time): StrikingLine | undefined {
  return strikingAt(state, now, -Infinity)[0];
}

/** Of the document so far; undefined before the first score. */
export function perplexity({ score }: ScreenState): number | undefined {
  return score.tokens === 0 ? undefined : Math.exp(score.nats / score.tokens);
}

/** Of its last thousand tokens or so. */
export function recentPerplexity({ score }: ScreenState): number | undefined {
  const nats = score.recent.reduce((sum, each) => sum + each.nats, 0);
  const tokens = score.recent.reduce((sum, each) => sum + each.tokens, 0);
  return tokens === 0 ? undefined : Math.exp(nats / tokens);
}

export interface PaceFigures {
  /** Since the document began. */
  readonly seconds: number;
  /** Undefined where it cannot be told. */
  readonly secondsLeft: number | undefined;
  /** Under the policy at hand. */
  readonly tokensPerSecond: number;
  readonly bytesPerSecond: number;
}

export function paceAt({ reading }: ScreenState, now: Time): PaceFigures {
  const seconds = Math.max(0, now - reading.startedAt);
  const own = Math.max(1e-3, now - reading.policyAt);
  const { done } = reading;
  return {
    seconds,
    secondsLeft: done === null || done === 0 ? undefined : (seconds * (1 - done)) / done,
    tokensPerSecond: reading.tokens / own,
    bytesPerSecond: reading.bytes / own,
  };
}
