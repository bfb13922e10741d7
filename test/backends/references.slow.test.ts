// The engine on the embedded model, the slow ways, against llama.cpp's own tools.

import { describe } from 'vitest';
import { isSlow, testOthers, testRolling } from './references.js';

describe('figures of the embedded model, native, evaluated token by token or again and again', () => {
  // Token by token, one text is enough.
  testRolling('native', (figure) => isSlow(figure) && !(figure.text === 'log' && figure.policy.endsWith('/1')));
});

describe('figures of the embedded model, public', () => {
  // Without sinks, the public API cannot shift; one text is enough.
  testRolling('public', ({ text, policy }) => !policy.startsWith('window') && !policy.endsWith('/1') && text !== 'log');
  testOthers('public');
});
