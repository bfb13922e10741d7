// The bookmark of a run of stream: where it goes on from, and when a state is kept.

import { resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import type { RunnableModel } from '../../../backends/runnable-model.js';
import type { CacheSavingBackend } from '../../../engine/backend.js';
import type { Bookmark, RunState } from '../../../engine/bookmark.js';
import { formatPolicy, policyTraits, type Policy } from '../../../engine/policy.js';
import { UnspoolError } from '../../../errors.js';
import { BookmarkFile, type StateEntry } from './bookmark-file.js';
import { lastStateUpTo, statesToKeep } from './bookmark-ladder.js';
import type { RunIdentity } from '../../run/run-file.js';
import type { ExtractionOptions } from '../../../documents/open.js';
import type { InputSource } from '../../options/reading.js';

export interface BookmarkChoice {
  readonly path: string;
  /** Seconds between two states. */
  readonly every: number;
  /** Go on from the last state at or before it; undefined for the newest. */
  readonly fromLine: number | undefined;
}

/** Keeping states takes at most this share of the time. */
const largestShare = 1 / 20;

/** A bookmark that is open, until `close`. */
export interface OpenedBookmark extends Bookmark {
  close(): void;
}

/** What of a run a bookmark depends on. */
export interface BookmarkedRun {
  readonly version: string;
  readonly source: InputSource | undefined;
  readonly reading: ExtractionOptions;
  /** Of its task, where not every line is read; undefined elsewhere. */
  readonly readingIdentity: Readonly<Record<string, unknown>> | undefined;
  /** Whether it writes on from a line that was read before. */
  readonly looksBack: boolean;
}

interface ResumableModel {
  readonly policy: Policy;
  readonly backend: CacheSavingBackend;
  readonly model: RunnableModel;
}

/** Throws an `UnspoolError` for a file of another run, and where there is no state to go on from. */
export async function openBookmark(
  { path, every, fromLine }: BookmarkChoice,
  run: BookmarkedRun,
  { policy, backend, model }: ResumableModel,
): Promise<OpenedBookmark> {
  checkModel(model, policy);
  const file = await BookmarkFile.open(path, await identityOf(run, policy, model));
  const entry = fromLine === undefined ? file.states.at(-1) : stateAt(path, file.states, fromLine);
  // What lies behind a line that is gone back to is of the text as it was.
  let kept = entry === undefined ? [] : file.states.slice(0, file.states.indexOf(entry) + 1);
  const { looksBack } = run;
  const start = entry && (await file.read(entry));
  let keptAt = performance.now();
  let milliseconds = 0;
  return {
    start,
    checksum: (bytes, before) => crc32(bytes, before),
    isDue: () => !looksBack && performance.now() - keptAt >= Math.max(every * 1000, milliseconds / largestShare),
    async keep(state: RunState) {
      if (looksBack) return;
      const from = performance.now();
      const { cachePath } = file;
      await backend.saveCache(cachePath);
      const line = state.place.next?.position.lines ?? 0;
      const { read: tokens } = state.view;
      await file.replace(statesToKeep(kept, tokens), { line, tokens, state, cachePath });
      kept = [...file.states];
      keptAt = performance.now();
      milliseconds = keptAt - from;
    },
    async loadCache() {
      await backend.loadCache(file.cachePath);
      file.close();
    },
    close() {
      file.close();
    },
  };
}

/** Of sliding-window layers, llama.cpp saves only what they see now: less than what they see again after a shift. */
function checkModel({ name, modelClass }: RunnableModel, { kind }: Policy): void {
  if (modelClass.kind !== 'shift-full-cache' || !policyTraits[kind].shifts) return;
  const message = `${name}: the cache of its sliding-window layers cannot be kept whole in a bookmark`;
  throw new UnspoolError('bookmark-unsupported', message, 'use --policy recompute');
}

/** The last state at or before a line. */
function stateAt(path: string, states: readonly StateEntry[], line: number): StateEntry {
  const entry = lastStateUpTo(states, line);
  if (entry !== undefined) return entry;
  const [first] = states;
  if (first === undefined) throw new UnspoolError('no-state', `${path}: is not there yet`, 'run without --from-line');
  const message = `${path}: keeps no state at or before line ${line}; its first is at line ${first.line}`;
  throw new UnspoolError('no-state', message, `use --from-line ${first.line}, or start again with another --bookmark`);
}

/** What must be the same for a state to be one that this run would come to. The text is compared as it is read. */
async function identityOf(
  { version, source, reading, readingIdentity = { task: 'perplexity or continue' } }: BookmarkedRun,
  policy: Policy,
  model: RunnableModel,
): Promise<RunIdentity> {
  return {
    version,
    document: typeof source === 'string' ? resolve(source) : '-',
    ...{ from: reading.from ?? null, encoding: reading.encoding ?? null },
    // What is read does not depend on what is made of it where every line is.
    ...readingIdentity,
    ...(await model.identity()),
    policy: formatPolicy(policy),
  };
}
