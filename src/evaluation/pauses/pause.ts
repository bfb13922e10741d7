// What stands for a pause: a token of the model's own, or a text that fills.

import type { Vocabulary } from '../../engine/backend.js';
import type { PauseText } from '../../engine/events/events.js';
import { UnspoolError } from '../../errors.js';
import { literalTokens } from './layout.js';

/** `own`: the model's `<pause>`. `token`: an entry of its vocabulary. `filler`: a text, as tokens that are repeated. */
export type PauseChoice =
  | { readonly kind: 'own' }
  | { readonly kind: 'token'; readonly name: string }
  | { readonly kind: 'filler'; readonly text: string };

const ownName = '<pause>';

/** Throws an `UnspoolError` where the model has no such token. `model`: its name. */
export async function pauseOf(choice: PauseChoice, vocabulary: Vocabulary, model: string): Promise<PauseText> {
  switch (choice.kind) {
    case 'filler':
      return { text: choice.text, tokens: [...(await literalTokens(vocabulary, choice.text))] };
    case 'own':
    case 'token': {
      const name = choice.kind === 'own' ? ownName : choice.name;
      const token = vocabulary.named?.(name);
      if (token !== undefined) return { text: name, tokens: [token] };
      const hint =
        choice.kind === 'own'
          ? "give --filler ' ...', or with --pause-token one of its reserved tokens: unspool models info lists them"
          : 'unspool models info lists its special tokens; a text of several tokens is a --filler';
      throw new UnspoolError('no-pause-token', `${model} has no token ${name}`, hint);
    }
  }
}
