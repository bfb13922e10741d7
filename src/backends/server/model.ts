// A model that runs on servers: what they are asked for first, and what follows from their answers.

import type { Backend } from '../../engine/backend.js';
import type { Policy, PolicySpec } from '../../engine/policy.js';
import { UnspoolError } from '../../errors.js';
import type { Purpose, RunnableModel } from '../runnable-model.js';
import { serverBackend, serverPolicies, type Service } from './backend.js';
import { ServerClient, type ServerAccess } from './client.js';
import { probeScores, probeServer, probeTokenizer, type ServerFacts } from './probe.js';
import type { Tokenizer } from './tokens.js';
import { ServerVocabulary } from './vocabulary.js';

/** Servers as the user names them. */
export interface ServerRequest {
  /** At least one address. */
  readonly servers: readonly string[];
  /** As the servers know it; undefined for the only one that they have. */
  readonly model: string | undefined;
  readonly apiKey: string | undefined;
  /** Where the usual one does not suit. */
  readonly patience?: Pick<ServerAccess, 'retries' | 'backoffSeconds' | 'timeoutSeconds'>;
}

export interface ServerModel extends RunnableModel {
  readonly where: 'server';
  readonly dialect: Tokenizer['dialect'];
  readonly service: Service;
}

/** A server that was found to be able to do what is wanted. */
interface Station extends ServerFacts {
  readonly client: ServerClient;
  readonly tokenizer: Tokenizer;
  readonly vocabulary: ServerVocabulary;
  readonly service: Service;
}

/** What a request takes beside the tokens in view: the one that the last of them predicts, and one that is written. */
const besideView = 2;
const fewestCells = 16;

/** Throws an `UnspoolError` where a server is not there, or cannot do what it is wanted for. */
export async function openServers(request: ServerRequest, purpose: Purpose): Promise<ServerModel> {
  const { model, apiKey, patience } = request;
  const [url = ''] = request.servers;
  const station = await openStation({ url, apiKey, ...patience }, model, purpose);
  return serverModel(station, purpose);
}

async function openStation(access: ServerAccess, name: string | undefined, purpose: Purpose): Promise<Station> {
  const client = await ServerClient.open(access);
  const facts = await probeServer(client, name);
  const tokenizer = await probeTokenizer(client, facts.model);
  const service = await serviceOf(client, facts.model, tokenizer, purpose);
  return { ...facts, client, tokenizer, service, vocabulary: await ServerVocabulary.open(tokenizer, facts) };
}

async function serviceOf(
  client: ServerClient,
  model: string,
  tokenizer: Tokenizer,
  purpose: Purpose,
): Promise<Service> {
  if (purpose.kind === 'write') return purpose;
  const tokens = (await tokenizer.pieces('a b', false)).map(({ token }) => token);
  const least = await probeScores(client, model, tokens, tokenizer.dialect);
  if (least !== undefined) return { kind: 'score', least };
  const message = `${client.url}: scores no text: it returns no log-probabilities of a prompt`;
  throw new UnspoolError('server-no-scores', message, 'use vLLM or SGLang, or run a GGUF file here: --model FILE.gguf');
}

function serverModel(station: Station, purpose: Purpose): ServerModel {
  const { client, model, tokenizer, vocabulary, service, parameters } = station;
  const written = purpose.kind === 'write' ? purpose.tokens : 0;
  const contextSize = usableContext(station, written);
  const backend = (): Backend => serverBackend({ client, model, dialect: tokenizer.dialect, vocabulary, service });
  const backends: Backend[] = [];
  return {
    ...{ where: 'server', dialect: tokenizer.dialect, service, path: client.url, name: model, parameters, contextSize },
    modelClass: { kind: 'recompute', reason: 'a server evaluates each prompt anew' },
    largeBlocks: true,
    // The server's memory is its own.
    room: { cacheBytesPerToken: 0, freeMemoryBytes: Infinity },
    warnings: [],
    checkPolicy(asked, policy) {
      checkServerPolicy(client.url, asked, policy);
    },
    whileWriting: (policy, tokens) =>
      policy.kind === 'recompute' ? { ...policy, window: policy.window + tokens } : policy,
    fit(cells) {
      if (contextSize !== undefined && cells > contextSize) throw tooLarge(client.url, cells, contextSize);
      return Promise.resolve(undefined);
    },
    createBackends() {
      const first = backend();
      backends.push(first);
      return Promise.resolve([first]);
    },
    peakMemoryBytes: () => Promise.resolve(0),
    async dispose() {
      await Promise.all(backends.map((each) => each.dispose()));
    },
  };
}

/** Tokens in view at most, so that each request fits the server. */
function usableContext({ client, contextSize }: Station, written: number): number | undefined {
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
