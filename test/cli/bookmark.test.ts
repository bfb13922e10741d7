// unspool stream --bookmark: what it does not go with.

import { describe, expect, it } from 'vitest';
import type { ModelChoice } from '../../src/backends/model-choice.js';
import { bookmarkFrom } from '../../src/commands/stream/bookmark/options.js';
import { called } from '../support/session.js';

const nothing = { bookmark: undefined, bookmarkEvery: undefined, fromLine: undefined, follow: undefined };

describe('unspool stream --bookmark', () => {
  const here = { path: 'model.gguf' };
  const server = { servers: ['http://localhost:1'], model: undefined, apiKey: undefined };
  it.each<[string, object, number, ModelChoice, string]>([
    ['several documents', { bookmark: 'b' }, 2, here, '--bookmark keeps the place in one document'],
    ['a document without an end', { bookmark: 'b', follow: true }, 1, here, '--bookmark and --follow do not'],
    ['a line without a file', { fromLine: 3 }, 1, here, '--from-line has no meaning without --bookmark'],
    ['a pace without a file', { bookmarkEvery: 3 }, 1, here, '--bookmark-every has no meaning without'],
    ['a server', { bookmark: 'b' }, 1, server, '--bookmark keeps what the model has in view, which no server'],
  ])('refuses %s', (_, options, documents, model, message) => {
    expect(() => bookmarkFrom({ ...nothing, ...options }, documents, model)).toThrow(message);
  });

  it.each(['anomalies', 'summarize'])('refuses --%s', async (task) => {
    const message = `--bookmark has no meaning with --${task}`;
    await expect(called(['stream', `--${task}`, '--bookmark', 'b', 'sea.txt'])).rejects.toThrow(message);
  });
});
