// Control tokens of chat templates, written out in a text.

/** ChatML and Llama 3, DeepSeek, Llama 2, Gemma. */
export const chatMarkup =
  /<\|[a-z][a-z_]{1,30}\|>|<｜[^｜<>\s]{2,30}｜>|\[\/?INST\]|<<\/?SYS>>|<(?:start|end)_of_turn>/gi;

export interface FoundMarkup {
  /** The first one. */
  readonly token: string;
  /** Of the first one in the text, 1-based. */
  readonly line: number;
  readonly count: number;
}

/** With spaces in it, no tokenizer takes it for a control token. */
export function spaced(token: string): string {
  return token.replace(/^(<\||<｜|<<|<|\[)/, '$1 ').replace(/(\|>|｜>|>>|>|\])$/, ' $1');
}

/** Undefined where there is none. */
export function chatMarkupIn(text: string): FoundMarkup | undefined {
  const all = [...text.matchAll(chatMarkup)];
  const [first] = all;
  if (first === undefined) return undefined;
  return { token: first[0], line: text.slice(0, first.index).split('\n').length, count: all.length };
}
