// What is in a model file, a line for each fact.

import type { ModelDetails } from '../../../engine/events/model-events.js';
import { byteSize, groupDigits, parameterCount, printable } from '../../../reporters/format.js';
import { wrapped } from '../../../reporters/layout.js';

export function modelCard(event: ModelDetails, columns: number): string {
  const lines = rows(event).filter((row): row is [string, string] => row[1] !== null);
  const width = Math.max(...lines.map(([label]) => label.length)) + 2;
  return lines.map(([label, text]) => hanging(label.padEnd(width), printable(text), columns)).join('');
}

/** Text beside a label, its further lines below its first. */
function hanging(label: string, text: string, columns: number): string {
  const room = Math.max(20, columns - label.length);
  return wrapped(text.split(' '), room)
    .trimEnd()
    .split('\n')
    .map((line, index) => `${index === 0 ? label : ' '.repeat(label.length)}${line}\n`)
    .join('');
}

/** Null for what the model does not say. */
function rows(event: ModelDetails): [label: string, text: string | null][] {
  const { model, details } = event;
  const orUnknown = (value: number | null): string => (value === null ? 'unknown' : groupDigits(value));
  return [
    ['name', event.name],
    ['alias', event.aliases.length === 0 ? null : event.aliases.join(', ')],
    ['title', model.title],
    ['file', `${event.path} (${byteSize(event.bytes)}, from ${event.source})`],
    ['kind', `${model.kind}${kindNotes[model.kind]}`],
    ['architecture', model.architecture],
    ['parameters', `${parameterCount(model.parameters)} (${groupDigits(model.parameters)})`],
    ['quantisation', model.quantization],
    ['trained on', `${orUnknown(model.contextSize)} tokens of context`],
    ['vocabulary', `${orUnknown(details.vocabulary)} entries${tokenizerOf(event)}`],
    ['special tokens', specialTokens(event)],
    ['chat template', details.chatTemplate ? 'yes' : 'no'],
    ['layers', `${groupDigits(details.layers)}${details.experts ? `, ${groupDigits(details.experts)} experts` : ''}`],
    ['heads', headsOf(event)],
    [
      'sliding window',
      details.slidingWindow === null ? null : `${groupDigits(details.slidingWindow)} tokens in some layers`,
    ],
    ['cache', model.cacheBytesPerToken === 0 ? null : `${groupDigits(model.cacheBytesPerToken)} bytes a token (F16)`],
    ['makes room by', model.room === null ? 'unknown: this llama.cpp does not know it' : roomSentences[model.room]],
    ['policy', event.policy === null ? 'none: unspool cannot run it' : `${event.policy} by default here, on a CPU`],
    ['memory', memoryOf(event)],
    ['licence', details.licence === null ? 'not said' : both(details.licence, details.licenceUrl)],
    ['author', details.author],
    ['source', details.sourceUrl],
  ];
}

const roomSentences = {
  shift: 'shift: kept tokens move down',
  'shift-full-cache': 'shift, with the cache of sliding-window layers kept whole; sinks reach the global layers only',
  recompute: 'recompute: the window is evaluated again',
  stateful: 'stateful: the past is compressed in a state, nothing is evicted',
} as const;

const kindNotes: Readonly<Record<ModelDetails['model']['kind'], string>> = {
  chat: ': it follows instructions in its chat template',
  base: ': it continues text; it follows no instructions',
  embedding: ': it predicts no next token',
  encoder: ': it reads, and predicts no next token by itself',
};

function tokenizerOf({ details }: ModelDetails): string {
  const { tokenizer, preTokenizer } = details;
  if (tokenizer === null) return '';
  return `, tokenizer ${tokenizer}${preTokenizer === null ? '' : ` (${preTokenizer})`}`;
}

function specialTokens({ details }: ModelDetails): string | null {
  const adds = (flag: boolean | null, role: string): string[] => (flag === true ? [`adds ${role}`] : []);
  const parts = [
    ...details.specialTokens.map(({ role, id, text }) => `${role} ${text ?? ''} (${id})`),
    ...adds(details.addsBeginning, 'bos'),
    ...adds(details.addsEnd, 'eos'),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

function headsOf({ model, details }: ModelDetails): string | null {
  if (model.room === 'stateful') return null;
  const [fewest, most] = [Math.min(...details.keyValueHeads), Math.max(...details.keyValueHeads)];
  const keyValue = fewest === most ? groupDigits(most) : `${groupDigits(fewest)} to ${groupDigits(most)}`;
  return `${groupDigits(details.heads)}, ${keyValue} of them with keys and values; ${groupDigits(details.headSize)} wide`;
}

function memoryOf({ needs }: ModelDetails): string | null {
  if (needs.length === 0) return null;
  return needs
    .map(({ capacity, bytes }) => `${byteSize(bytes)} with ${groupDigits(capacity)} tokens in view`)
    .join(', ');
}

function both(text: string, more: string | null): string {
  return more === null ? text : `${text} (${more})`;
}
