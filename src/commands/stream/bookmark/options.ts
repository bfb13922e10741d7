// The bookmark that the options of `unspool stream` ask for, and what it does not go together with.

import { isOnServers, type ModelChoice } from '../../../backends/model-choice.js';
import { usageError } from '../../../errors.js';
import { keepEvery, type StreamOptions } from '../options.js';
import type { BookmarkChoice } from './bookmarks.js';

/** `documents`: how many there are. */
export function bookmarkFrom(
  {
    bookmark: path,
    bookmarkEvery,
    fromLine,
    follow,
  }: Pick<StreamOptions, 'bookmark' | 'bookmarkEvery' | 'fromLine' | 'follow'>,
  documents: number,
  model: ModelChoice,
): BookmarkChoice | undefined {
  if (path === undefined) {
    const given = bookmarkEvery !== undefined ? 'bookmark-every' : fromLine !== undefined ? 'from-line' : undefined;
    if (given === undefined) return undefined;
    throw usageError(`--${given} has no meaning without --bookmark`, 'give --bookmark a file');
  }
  if (documents > 1) throw usageError('--bookmark keeps the place in one document', 'run unspool once for each');
  if (follow === true) {
    throw usageError(
      '--bookmark and --follow do not go together',
      'run unspool again with the same --bookmark where the file has grown',
    );
  }
  if (isOnServers(model)) {
    throw usageError(
      '--bookmark keeps what the model has in view, which no server hands out',
      'use --model with a file',
    );
  }
  return { path, every: bookmarkEvery ?? keepEvery, fromLine };
}
