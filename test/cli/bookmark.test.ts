// unspool stream --bookmark: what it does not go with.

import { describe, expect, it } from 'vitest';
import type { ModelChoice } from '../../src/backends/runnable-model.js';
import { bookmarkFrom } from '../../src/cli/bookmark.js';
import type { StreamOptions } from '../../src/cli/stream-command.js';
import { taskFrom } from '../../src/cli/task.js';

const shown = { tui: false, color: false };

describe('unspool stream --bookmark', () => {
  const here = { path: 'model.gguf' };
  const server = { servers: ['http://localhost:1'], model: undefined, apiKey: undefined };
  it.each<[string, StreamOptions, number, ModelChoice, string]>([
    ['several documents', { bookmark: 'b', ...shown }, 2, here, '--bookmark keeps the place in one document'],
    ['a document without an end', { bookmark: 'b', follow: true, ...shown }, 1, here, '--bookmark and --follow do not'],
    ['a line without a file', { fromLine: 3, ...shown }, 1, here, '--from-line has no meaning without --bookmark'],
    ['a pace without a file', { bookmarkEvery: 3, ...shown }, 1, here, '--bookmark-every has no meaning without'],
    [
      'a server',
      { bookmark: 'b', ...shown },
      1,
      server,
      '--bookmark keeps what the model has in view, which no server',
    ],
  ])('refuses %s', (_, options, documents, model, message) => {
    expect(() => bookmarkFrom(options, documents, model)).toThrow(message);
  });

  it.each(['anomalies', 'summarize'] as const)('refuses --%s', (task) => {
    expect(() => taskFrom({ [task]: true, bookmark: 'b', ...shown })).toThrow(
      `--bookmark has no meaning with --${task}`,
    );
  });
});
