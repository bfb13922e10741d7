// A cache on a server: the tokens in view are a list kept here, and each request brings all that it needs.

import type { Backend, Sampling } from '../../engine/backend.js';
import { policyKinds, policyTraits, type PolicyKind } from '../../engine/policy.js';
import { UnspoolError } from '../../errors.js';
import type { ServerClient } from './client.js';
import { promptScores, scoreRequest } from './probe.js';
import type { Piece, Tokenizer } from './tokens.js';
import type { ServerVocabulary } from './vocabulary.js';
import { writtenTokens } from './writing.js';

/** What is asked of a server, which was found to be able to do it. */
export type Service =
  /** `least`: tokens that it has to write after a prompt that it scores. */
  | { readonly kind: 'score'; readonly least: 0 | 1 }
  /** `tokens`: that it writes at most. */
  | { readonly kind: 'write'; readonly tokens: number }
  /** It answers messages, which no cache here is for. */
  | { readonly kind: 'chat' };

export interface ServerBackendOptions {
  readonly client: ServerClient;
  readonly model: string;
  readonly dialect: Tokenizer['dialect'];
  readonly vocabulary: ServerVocabulary;
  readonly service: Service;
}

/** A server evaluates each prompt anew, so that nothing in view ever comes from a forgotten context. */
export const serverPolicies: readonly PolicyKind[] = policyKinds.filter((kind) => !policyTraits[kind].shifts);

/** An answer that is being written, and what it was the last to hand out. */
interface Running {
  readonly pieces: AsyncGenerator<Piece>;
  last: number | undefined;
}

export function serverBackend({ client, model, dialect, vocabulary, service }: ServerBackendOptions): Backend {
  let cells: number[] = [];
  let running: Running | undefined;

  async function stopWriting(): Promise<void> {
    const ended = running;
    running = undefined;
    await ended?.pieces.return(undefined);
  }

  /** Changes what is in view at once, so that calls are carried out in their order. */
  async function change(next: number[]): Promise<void> {
    cells = next;
    await stopWriting();
  }

  async function scores(prompt: readonly number[], targets: Int32Array, from: number): Promise<Float32Array> {
    const least = service.kind === 'score' ? service.least : 0;
    const answer = await client.post('/v1/completions', scoreRequest(model, prompt, least));
    const found = promptScores(answer, prompt.length);
    if (found === undefined) {
      const message = `${client.url}: its answer lacks the log-probabilities of the prompt`;
      throw new UnspoolError('server-answer', message, 'see what the server says');
    }
    return Float32Array.from(targets, (target, index) =>
      target < 0 ? Number.NaN : -(found[from + index] ?? Number.NaN),
    );
  }

  /** The next token of the answer; where that ended without an end of the text, of another one that goes on. */
  async function next(sampling: Sampling): Promise<Piece> {
    for (let fresh = running === undefined; ; fresh = true) {
      running ??= { pieces: written(sampling), last: undefined };
      const { value, done } = (await running.pieces.next()) as IteratorResult<Piece, undefined>;
      if (done !== true) {
        running.last = value.token;
        return value;
      }
      running = undefined;
      if (!fresh) continue;
      const message = `${client.url}: writes nothing after a prompt of ${cells.length} tokens`;
      throw new UnspoolError('server-answer', message, 'use a smaller --context');
    }
  }

  function written(sampling: Sampling): AsyncGenerator<Piece> {
    const tokens = service.kind === 'write' ? service.tokens : 1;
    return writtenTokens({ client, model, dialect, vocabulary, tokens }, [...cells], sampling);
  }

  return {
    capabilities: { policies: serverPolicies, scores: service.kind === 'score' },
    vocabulary,
    async decode(tokens, targets) {
      const from = cells.length + 1;
      const changed = change([...cells, ...tokens]);
      const asked = targets.some((target) => target >= 0);
      // The last target is no cell yet.
      const ahead = targets.length === tokens.length ? [...targets.subarray(-1)].filter((target) => target >= 0) : [];
      const prompt = [...cells, ...ahead];
      await changed;
      return asked ? scores(prompt, targets, from) : new Float32Array(targets.length).fill(Number.NaN);
    },
    async generate(token, sampling) {
      const goesOn = running?.last === token;
      cells.push(token);
      if (!goesOn) await stopWriting();
      const piece = await next(sampling);
      vocabulary.write(piece);
      return piece.token;
    },
    erase: ({ from, to }) => change([...cells.slice(0, from), ...cells.slice(to)]),
    clear: () => change([]),
    dispose: stopWriting,
  };
}
