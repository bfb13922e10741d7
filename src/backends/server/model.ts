// A model that runs on servers: what they are asked for first, and what follows from their answers.

import type { Backend } from '../../engine/backend.js';
import type { Policy, PolicySpec } from '../../engine/policy.js';
import { toUnspoolError, UnspoolError } from '../../errors.js';
import type { ServerRequest } from '../model-choice.js';
import type { Purpose, RunnableModel } from '../runnable-model.js';
import { openServerChat } from './chat.js';
import { serverBackend, serverPolicies, type Service } from './backend.js';
import { ServerClient, type ServerAccess } from './client.js';
import { probeScores, probeServer, probeTokenizer, type ServerFacts } from './probe.js';
import type { Tokenizer } from './tokens.js';
import { ServerVocabulary } from './vocabulary.js';

/** A server that was found to be able to do what is wanted. */
interface CheckedServer extends ServerFacts {
  readonly client: ServerClient;
  /** How it makes tokens; undefined where it makes none, which is enough for messages. */
  readonly text: { readonly tokenizer: Tokenizer; readonly vocabulary: ServerVocabulary } | undefined;
  readonly service: Service;
}

/** What a request takes beside the tokens in view: the one that the last of them predicts, and one that is written. */
const besideView = 2;
const fewestCells = 16;

/**
 * Throws an `UnspoolError` where no server is there, or one cannot do what it is wanted for. Of several, some may be
 * away: that is a warning.
 */
export async function openServers(request: ServerRequest, purpose: Purpose): Promise<RunnableModel> {
  const { model, apiKey, patience } = request;
  const openings = request.servers.map((url) => openStation({ url, apiKey, ...patience }, model, purpose));
  const stations: CheckedServer[] = [];
  const away: UnspoolError[] = [];
  for (const opened of await Promise.allSettled(openings)) {
    if (opened.status === 'fulfilled') stations.push(opened.value);
    else away.push(toUnspoolError(opened.reason));
  }
  const [first, ...others] = stations;
  const failure = first === undefined ? away[0] : away.find((error) => !isAway(error));
  if (first === undefined || failure !== undefined) throw failure ?? new Error('no server was named');
  const other = others.find((each) => each.model !== first.model);
  if (other !== undefined) {
    const message = `${first.client.url} has ${first.model}, ${other.client.url} has ${other.model}`;
    throw new UnspoolError('server-model', message, 'give servers of the same model');
  }
  return serverModel([first, ...others], purpose, away);
}

function isAway({ code }: UnspoolError): boolean {
  return ['server-unreachable', 'server-timeout', 'server-cut'].includes(code);
}

async function openStation(access: ServerAccess, name: string | undefined, purpose: Purpose): Promise<CheckedServer> {
  const client = await ServerClient.open(access);
  const facts = await probeServer(client, name);
  const tokenizer = await probeTokenizer(client, facts.model).catch((error: unknown) => {
    if (purpose.kind === 'chat' && error instanceof UnspoolError && error.code === 'server-no-tokens') return undefined;
    throw error;
  });
  if (tokenizer === undefined) return { ...facts, client, text: undefined, service: { kind: 'chat' } };
  const service = await serviceOf(client, facts.model, tokenizer, purpose);
  const vocabulary = await ServerVocabulary.open(tokenizer, facts);
  return { ...facts, client, text: { tokenizer, vocabulary }, service };
}

async function serviceOf(
  client: ServerClient,
  model: string,
  tokenizer: Tokenizer,
  purpose: Purpose,
): Promise<Service> {
  if (purpose.kind !== 'score') return purpose;
  const tokens = (await tokenizer.pieces('a b', false)).map(({ token }) => token);
  const least = await probeScores(client, model, tokens, tokenizer.dialect);
  if (least !== undefined) return { kind: 'score', least };
  const message = `${client.url}: scores no text: it returns no log-probabilities of a prompt`;
  throw new UnspoolError('server-no-scores', message, 'use vLLM or SGLang, or run a GGUF file here: --model FILE.gguf');
}

type Stations = readonly [CheckedServer, ...CheckedServer[]];

function serverModel(stations: Stations, purpose: Purpose, away: readonly UnspoolError[]): RunnableModel {
  const [{ client, model, text, service, parameters }] = stations;
  const written = purpose.kind === 'write' ? purpose.tokens : 0;
  // What is in view has to fit all of them.
  const contexts = stations.map((each) => usableContext(each, written)).filter((size) => size !== undefined);
  const contextSize = contexts.length === 0 ? undefined : Math.min(...contexts);
  const path = stations.map((each) => each.client.url).join(', ');
  const room = contextSize === undefined ? 'a context it does not tell' : `${contextSize} tokens in view at most`;
  const backends: Backend[] = [];
  return {
    ...{ path, name: model, parameters, contextSize },
    vocabularySize: text?.vocabulary.size ?? null,
    ...{ keepsCache: false, cacheTypes: undefined, answersMessages: true, makesPrompts: false },
    settled: {
      model: [
        { name: 'server', text: path, option: 'server', note: `, asked as ${text?.tokenizer.dialect ?? 'chat'}` },
        { name: 'model', text: model, option: 'model', note: `, ${room}` },
      ],
      machine: [{ name: 'answers', text: services[service.kind] }],
    },
    identity: () => Promise.resolve({ model }),
    modelClass: { kind: 'recompute', reason: 'a server evaluates each prompt anew' },
    largeBlocks: true,
    // The server's memory is its own.
    room: { cacheBytesPerToken: 0, freeMemoryBytes: Infinity },
    warnings: away.map(({ message }) => {
      const hint = 'the other servers do its work';
      return { event: 'warning', code: 'server-lost', message, hint };
    }),
    checkPolicy(asked, policy) {
      checkServerPolicy(client.url, asked, policy);
    },
    whileWriting: (policy, tokens) =>
      policy.kind === 'recompute' ? { ...policy, window: policy.window + tokens } : policy,
    fit(cells) {
      if (contextSize !== undefined && cells > contextSize) throw tooLarge(path, cells, contextSize);
      return Promise.resolve(undefined);
    },
    createBackends() {
      const [first, ...others] = stations;
      const made = [backendOf(first), ...others.map(backendOf)] as const;
      backends.push(...made);
      return Promise.resolve(made);
    },
    async createChats() {
      const [first, ...others] = stations.map((each) => openServerChat(each.client, each.model));
      if (first === undefined) throw new Error('there is no server');
      return [await first, ...(await Promise.all(others))];
    },
    peakMemoryBytes: () => Promise.resolve(0),
    async dispose() {
      await Promise.all(backends.map((each) => each.dispose()));
    },
  };
}

const services = {
  score: 'log-probabilities of prompts',
  write: 'text written on',
  chat: 'messages',
} as const satisfies Record<Service['kind'], string>;

function backendOf({ client, model, text, service }: CheckedServer): Backend {
  if (text === undefined) throw new Error(`${client.url} was opened for messages`);
  return serverBackend({ client, model, dialect: text.tokenizer.dialect, vocabulary: text.vocabulary, service });
}

/** Tokens in view at most, so that each request fits the server. */
function usableContext({ client, contextSize }: CheckedServer, written: number): number | undefined {
  if (contextSize === undefined) return undefined;
  const usable = contextSize - besideView - written;
  if (usable >= fewestCells) return usable;
  const message = `${client.url}: its context of ${contextSize} tokens has no room for a text and ${written} more`;
  throw new UnspoolError('server-context', message, 'ask for fewer tokens, or start the server with a larger context');
}

function checkServerPolicy(url: string, asked: Partial<PolicySpec>, policy: Policy): void {
  const kind = asked.sinks === undefined ? policy.kind : 'sinks';
  if (serverPolicies.includes(kind)) return;
  // llama-server can keep the first tokens (n_keep) while it writes; of what follows, it drops half at a time.
  const message = `${url}: a server keeps ${kind === 'sinks' ? 'no sinks' : 'no such window'}: each request is read anew`;
  throw new UnspoolError('policy-unsupported', message, 'use --policy recompute for the same view without sinks');
}

function tooLarge(url: string, cells: number, contextSize: number): UnspoolError {
  const message = `${url}: ${cells} tokens in view are more than the ${contextSize} that fit its context`;
  return new UnspoolError('cache-too-large', message, 'use a smaller --context');
}
