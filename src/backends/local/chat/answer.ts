// Tells a model's answer from its reasoning, token by token, and where both end.

import type { ChatDelta } from '../../../engine/models/chat.js';
import type { ReasoningMarkers } from './reasoning.js';

export interface DecodedAnswerToken {
  readonly deltas: readonly ChatDelta[];
  /**
   * `close`: the budget of reasoning is used up, and its block is to be ended; `answer`: the header of the answer is to
   * come next; `end`: the model is done.
   */
  readonly next: 'go-on' | 'close' | 'answer' | 'end';
}

export interface AnswerOptions {
  readonly markers: ReasoningMarkers | undefined;
  /** Whether the model begins inside a reasoning block. */
  readonly reasons: boolean;
  readonly maxReasoningTokens: number;
}

export class AnswerDecoder {
  readonly #markers: ReasoningMarkers | undefined;
  readonly #maxReasoningTokens: number;
  readonly #decoder = new TextDecoder();
  /** `start`: nothing but space so far, and a reasoning block may open; `gap`: the space after one. */
  #state: 'start' | 'reasoning' | 'gap' | 'answer';
  /** Text that is not told yet. */
  #held = '';
  /** Tokens written: what may still turn out to open a reasoning block counts as answer. */
  reasoning = 0;
  answer = 0;

  constructor({ markers, reasons, maxReasoningTokens }: AnswerOptions) {
    this.#markers = markers;
    this.#maxReasoningTokens = maxReasoningTokens;
    this.#state = reasons ? 'reasoning' : 'start';
  }

  /** `isControl`: the token is no text, unless it belongs to a marker. */
  add(bytes: Uint8Array, isControl: boolean): DecodedAnswerToken {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (isControl && !this.#mayMark(text)) return { deltas: [], next: 'end' };
    this.#held += text;
    if (this.#state === 'reasoning') return this.#reason(1);
    this.answer += 1;
    return this.#state === 'start' ? this.#start() : this.#write();
  }

  /** The reasoning block was ended from outside. */
  close(): void {
    this.#state = 'gap';
    this.#held = '';
  }

  /** What was held back, at the end. An unfinished character is dropped. */
  finish(): ChatDelta[] {
    const text = this.#held;
    this.#held = '';
    return delta(this.#state === 'reasoning' ? 'reasoning' : 'answer', this.#state === 'answer' ? text : text.trim());
  }

  /** Whether a control token's text may be a part of a marker that is due here. */
  #mayMark(text: string): boolean {
    const held = this.#held + text;
    if (this.#markers === undefined) return false;
    if (this.#state === 'reasoning')
      return heldBack(held, this.#markers.close) > 0 || held.includes(this.#markers.close);
    const begun = held.trimStart();
    return this.#state === 'start' && (this.#markers.open.startsWith(begun) || begun.startsWith(this.#markers.open));
  }

  #start(): DecodedAnswerToken {
    const text = this.#held.trimStart();
    const open = this.#markers?.open;
    if (open !== undefined && text.startsWith(open)) {
      const tokens = this.answer;
      this.answer = 0;
      this.#held = text.slice(open.length);
      this.#state = 'reasoning';
      return this.#reason(tokens);
    }
    if (text === '' || open?.startsWith(text) === true) return nothing;
    return this.#write();
  }

  #reason(tokens: number): DecodedAnswerToken {
    this.reasoning += tokens;
    const close = this.#markers?.close ?? '';
    const at = this.#held.indexOf(close);
    const length = at >= 0 ? at : this.#held.length - heldBack(this.#held, close);
    const deltas = delta('reasoning', this.#held.slice(0, length));
    this.#held = this.#held.slice(at >= 0 ? at + close.length : length);
    if (at >= 0) {
      this.#state = 'gap';
      return { deltas, next: this.#markers?.kind === 'channel' ? 'answer' : 'go-on' };
    }
    return { deltas, next: this.reasoning >= this.#maxReasoningTokens ? 'close' : 'go-on' };
  }

  #write(): DecodedAnswerToken {
    if (this.#state !== 'answer') this.#held = this.#held.trimStart();
    if (this.#held === '') return nothing;
    this.#state = 'answer';
    const text = this.#held;
    this.#held = '';
    return { deltas: delta('answer', text), next: 'go-on' };
  }
}

const nothing: DecodedAnswerToken = { deltas: [], next: 'go-on' };

/** Without what could steer a terminal. */
function delta(segment: ChatDelta['segment'], text: string): ChatDelta[] {
  const clean = text.replace(/[^\P{Cc}\n\t]/gu, '');
  return clean === '' ? [] : [{ segment, text: clean }];
}

/** Length of the longest end of `text` that begins `marker`. */
function heldBack(text: string, marker: string): number {
  for (let length = Math.min(marker.length - 1, text.length); length > 0; length -= 1) {
    if (marker.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
