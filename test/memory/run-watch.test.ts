// What a run tells someone who looks on: against the text itself.

import { describe, expect, it } from 'vitest';
import { measureAttention } from '../../src/engine/attention.js';
import { scoreChunks } from '../../src/engine/chunked.js';
import type { BlockScored, InView, RunEvent, StrikingLine } from '../../src/engine/events/events.js';
import type { Policy } from '../../src/engine/policy.js';
import { scoreDocument } from '../../src/engine/run.js';
import { RunControl } from '../../src/engine/progress/run-control.js';
import { watchDocument } from '../../src/memory/run-watch.js';
import { documentOf } from '../support/documents.js';
import { byteVocabulary, fakeBackend } from '../support/fake-backend.js';

const document = { index: 0, name: 'test.txt' };
const vocabulary = byteVocabulary();
const alphabet = 'abcdefghijklmnopqrstuvwxyz';

/** A control whose clock goes `step` seconds at each look. */
function ticking(step: number): RunControl {
  let time = 0;
  return new RunControl(true, () => (time += step));
}

/** Digits surprise by their value, other bytes by 1 nat. */
const natsOf = (token: number): number => {
  const value = token - 1 - '0'.charCodeAt(0);
  return value >= 0 && value <= 9 ? value : 1;
};

async function watched(text: string, policy: Policy, control: RunControl): Promise<RunEvent[]> {
  const backend = fakeBackend((_, target) => natsOf(target), vocabulary);
  const { signal } = new AbortController();
  const events: RunEvent[] = [];
  const run = scoreDocument({
    ...{ backend, policy, document: documentOf(text), label: document, signal },
    watch: watchDocument(document, vocabulary, control),
  });
  for await (const event of run) events.push(event);
  return events;
}

function of<Event extends RunEvent>(events: readonly RunEvent[], name: Event['event']): Event[] {
  return events.filter((event): event is Event => event.event === name);
}

describe('a run that is watched', () => {
  it('numbers the lines of a document that an earlier run has begun', () => {
    const tokenOf = (character: string): number => character.charCodeAt(0) + 1;
    const position = (lines: number) => ({ bytes: 0, lines, textBytes: 0, invalidBytes: 0, controlCharacters: 0 });
    for (const [before, line] of [
      ['x', 7],
      ['\n', 8],
    ] as const) {
      const watch = watchDocument(document, vocabulary, ticking(1));
      watch.resume(tokenOf(before), position(7), 3);
      const tokens = Int32Array.from('99999\n1', tokenOf);
      const ends = Array.from(tokens, (_, at) => position(at < 6 ? line : line + 1));
      const told = [...watch.observe(Float32Array.from(tokens, natsOf), ends, tokens)];
      expect(of<StrikingLine>(told, 'striking-line').map((event) => [event.line, event.text])).toEqual([
        [line, before === 'x' ? 'x99999' : '99999'],
      ]);
    }
  });

  it('tells the text of the sinks and of the window after each block', async () => {
    const events = await watched(alphabet, { kind: 'sinks', sinks: 3, window: 8, block: 4 }, ticking(1));
    const views = of<InView>(events, 'in-view');
    const blocks = of<BlockScored>(events, 'block-scored');
    expect(views.map(({ sinks, beginning }) => `${sinks}|${beginning}`)).toEqual([
      'ab|c',
      'ab|cdefg',
      'ab|defghijk',
      'ab|hijklmno',
      'ab|lmnopqrs',
      'ab|pqrstuvw',
      'ab|stuvwxyz',
    ]);
    expect(views.map(({ sinks, beginning }) => sinks.length + beginning.length)).toEqual(
      blocks.map(({ inView }) => inView),
    );
    // One token is one byte: what the window covers in the source is its text.
    expect(blocks.map(({ bytesInView }) => alphabet.slice(...(bytesInView ?? [])))).toEqual(
      views.map(({ sinks, beginning }, index) => (index < 2 ? sinks : '') + beginning),
    );
  });

  it('tells of a long window the beginning and the end', async () => {
    const text = Array.from({ length: 900 }, (_, index) => `line ${index}\n`).join('');
    const events = await watched(text, { kind: 'sinks', sinks: 1, window: 700, block: 50 }, ticking(1));
    const last = of<InView>(events, 'in-view').at(-1);
    const window = text.slice(-700);
    expect(last).toMatchObject({ sinks: '', beginning: window.slice(0, 256), end: window.slice(-256), between: 188 });
    const lineOf = (at: number): number => text.slice(0, at).split('\n').length;
    expect(last?.lines).toEqual([lineOf(text.length - 700), 900]);
  });

  it('tells nothing of characters that are in view in part', async () => {
    const events = await watched('日本語テキスト', { kind: 'window', sinks: 0, window: 7, block: 1 }, ticking(1));
    for (const { beginning } of of<InView>(events, 'in-view')) expect('日本語テキスト').toContain(beginning);
  });

  it('tells what is in view ten times a second at most, and at once where the run is held', async () => {
    const policy: Policy = { kind: 'sinks', sinks: 3, window: 8, block: 1 };
    expect(of<InView>(await watched(alphabet, policy, ticking(0.001)), 'in-view').length).toBe(1);
    const control = ticking(0.001);
    control.pause();
    expect(of<InView>(await watched(alphabet, policy, control), 'in-view').length).toBe(27);
  });

  it('tells lines that surprise more than those of the second before', async () => {
    const text = 'aaa333\nbbb111\nccc555\nddd444\n9\neee666';
    const lines = async (step: number): Promise<StrikingLine[]> =>
      of(await watched(text, { kind: 'sinks', sinks: 3, window: 8, block: 4 }, ticking(step)), 'striking-line');
    // A line of two tokens is too short, and the last one is not over.
    expect((await lines(0.001)).map(({ line, text }) => [line, text])).toEqual([
      [1, 'aaa333'],
      [3, 'ccc555'],
    ]);
    expect((await lines(0.001))[1]?.natsPerToken).toBeCloseTo((3 * 1 + 3 * 5 + 1) / 7);
    expect((await lines(2)).map(({ line }) => line)).toEqual([1, 2, 3, 4]);
  });

  it('is told of chunks as well', async () => {
    const request = {
      ...{ backend: fakeBackend((_, target) => natsOf(target), vocabulary), chunk: 8, fewestChunks: 1 },
      ...{ document: documentOf('ab\ncd1777\nefg\nhijkl'), label: document, signal: new AbortController().signal },
    } as const;
    const chunks = async (scored: 'all' | 'second-half'): Promise<RunEvent[]> => {
      const events: RunEvent[] = [];
      const watch = watchDocument(document, vocabulary, ticking(1));
      for await (const event of scoreChunks({ ...request, scored, watch })) events.push(event);
      return events;
    };
    const all = await chunks('all');
    expect(of<InView>(all, 'in-view').map(({ beginning }) => beginning)).toEqual(['ab\ncd17', '77\nefg\n']);
    expect(of<StrikingLine>(all, 'striking-line').map(({ line, text }) => [line, text])).toEqual([[2, 'cd1777']]);
    expect(of<BlockScored>(all, 'block-scored')).toMatchObject([
      { tokens: [0, 7], bytesInView: [0, 7], linesInView: [1, 2] },
      { tokens: [7, 14], bytesInView: [7, 14], linesInView: [2, 3] },
    ]);
    // Of a chunk's second half, the tokens that were scored are told: those that its nats add up.
    const half = of<BlockScored>(await chunks('second-half'), 'block-scored');
    expect(half.map(({ tokens, nats }) => [tokens, nats])).toEqual([
      [[4, 7], 1 + 1 + 7],
      [[12, 15], 1 + 1 + 1],
    ]);
  });
});

describe('the progress of a measurement of attention', () => {
  it('is told after each chunk', async () => {
    const backend = {
      ...fakeBackend(),
      attention: () => Promise.resolve({ layers: [0], heads: 1, shares: Float32Array.of(0.5, 0, 0.5) }),
    };
    const events: RunEvent[] = [];
    const run = measureAttention({
      ...{ backend, chunk: 8, sinks: 2, recent: 2, limitTokens: 14 },
      ...{ document: documentOf('abc\ndefghijk\nlmno'), label: document, signal: new AbortController().signal },
      watch: watchDocument(document, vocabulary, ticking(1)),
    });
    for await (const event of run) events.push(event);
    expect(of(events, 'progress')).toMatchObject([
      { tokens: 7, bytes: 7, lines: 2, size: 14, done: 0.5 },
      { tokens: 14, bytes: 14, lines: 3, size: 14, done: 1 },
    ]);
    expect(of<InView>(events, 'in-view').map(({ beginning }) => beginning)).toEqual(['abc\ndef', 'ghijk\nl']);
  });
});
