// Segments of an answer, from scripted tokens.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerDecoder, type AnswerOptions } from '../../../../src/backends/local/chat/answer.js';
import type { ReasoningMarkers } from '../../../../src/backends/local/chat/reasoning.js';

const block: ReasoningMarkers = { kind: 'block', open: '<think>', close: '</think>' };
const channel: ReasoningMarkers = { kind: 'channel', open: '<o><m>', close: '<end>', turn: '<s>', answer: '<f><m>' };

interface Written {
  readonly reasoning: string;
  readonly answer: string;
  readonly tokens: readonly [reasoning: number, answer: number];
  /** What was asked for after each token, without `go-on`. */
  readonly asked: readonly string[];
}

/** A piece in ⟦ ⟧ is a control token. */
function write(pieces: readonly (string | Uint8Array)[], options: Partial<AnswerOptions> = {}): Written {
  const answer = new AnswerDecoder({ markers: block, reasons: false, maxReasoningTokens: 100, ...options });
  const text = { reasoning: '', answer: '' };
  const asked: string[] = [];
  for (const piece of pieces) {
    const control = typeof piece === 'string' ? /^⟦(.*)⟧$/u.exec(piece)?.[1] : undefined;
    const bytes = typeof piece === 'string' ? Buffer.from(control ?? piece) : piece;
    const { deltas, next } = answer.add(bytes, control !== undefined);
    for (const delta of deltas) text[delta.segment] += delta.text;
    if (next !== 'go-on') asked.push(next);
    if (next === 'close') answer.close();
    if (next === 'end') break;
  }
  for (const delta of answer.finish()) text[delta.segment] += delta.text;
  return { ...text, tokens: [answer.reasoning, answer.answer], asked };
}

describe('an answer', () => {
  it('is all there is where the model does not reason', () => {
    const written = write([' The', ' sea', '.', '⟦</s>⟧', 'never'], { markers: undefined });
    expect(written).toEqual({ reasoning: '', answer: 'The sea.', tokens: [0, 3], asked: ['end'] });
  });

  it('follows a reasoning block, however tokens cut the markers', () => {
    const text = '\n<think>\nIs it?\n</think>\n\nIt is.';
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: text.length - 1 })), (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), text.length];
        const { reasoning, answer, tokens } = write(ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end)));
        expect({ reasoning, answer }).toEqual({ reasoning: '\nIs it?\n', answer: 'It is.' });
        expect(tokens[0] + tokens[1]).toBe(ends.length);
      }),
    );
  });

  it('counts the tokens of a block, with its markers, apart', () => {
    expect(write(['<think>', 'a', 'b', '</think>', '\n\n', 'c', 'd']).tokens).toEqual([4, 3]);
    expect(write(['⟦<o>⟧', '⟦<m>⟧', 'a', '⟦<end>⟧'], { markers: channel }).tokens).toEqual([4, 0]);
  });

  it('may quote the markers once it has begun', () => {
    const written = write(['Use ', '<think>', ' here', '</think>']);
    expect(written).toMatchObject({ reasoning: '', answer: 'Use <think> here</think>', tokens: [0, 4] });
  });

  it('comes after a block that its budget ends, even of none', () => {
    const options = { reasons: true, maxReasoningTokens: 2 };
    expect(write(['a', 'b', 'c'], options)).toEqual({
      reasoning: 'ab',
      answer: 'c',
      tokens: [2, 1],
      asked: ['close'],
    });
    expect(write(['<think>', 'c'], { maxReasoningTokens: 0 })).toMatchObject({ answer: 'c', asked: ['close'] });
  });

  it('gets a header where the model writes in channels', () => {
    const written = write(['so', '⟦<end>⟧', 'It', ' is', '⟦<return>⟧'], { markers: channel, reasons: true });
    expect(written).toEqual({ reasoning: 'so', answer: 'It is', tokens: [2, 2], asked: ['answer', 'end'] });
  });

  it('ends at a control token, also inside a reasoning block', () => {
    expect(write(['<think>', 'a', '⟦<im_end>⟧', 'b'])).toMatchObject({ reasoning: 'a', answer: '', asked: ['end'] });
  });

  it('holds whole characters, and nothing that could steer a terminal', () => {
    const bytes = Buffer.from('é');
    expect(write([bytes.subarray(0, 1), bytes.subarray(1), '\u001b[2J', bytes.subarray(0, 1)]).answer).toBe('é[2J');
  });
});
