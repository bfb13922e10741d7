// Answers as people read them, below the evidence.

import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../src/engine/events/events.js';
import { evidenceReporter } from '../../../../src/commands/stream/ask/view.js';

const answer: Answer = {
  event: 'answer',
  ...{ question: { index: 0, text: 'Who?' }, text: 'The baker\n[a.txt:3-3].', found: true, removed: 0, spans: 2 },
  citations: [
    { document: { index: 0, name: 'a.txt' }, lines: [3, 3], bytes: [9, 12], natsWithout: 4.25 },
    { document: { index: 0, name: 'a.txt' }, lines: [5, 6], bytes: [20, 31], natsWithout: null },
  ],
  tokens: { prompt: 90, reasoning: 0, answer: 8, scored: 16 },
};

function printed(event: Answer): string {
  let text = '';
  evidenceReporter((more) => (text += more), 1).handle(event);
  return text;
}

describe('evidenceReporter', () => {
  it('prints an answer in one line, and how much it hangs on what was scored', () => {
    expect(printed(answer)).toBe('\nAnswer: The baker [a.txt:3-3].\n  a.txt:3: 4.3 nats less likely without it\n');
  });

  it('says of an answer that it cites nothing, but not where there is none', () => {
    expect(printed({ ...answer, citations: [] })).toMatch(/^\nAnswer, which cites nothing: The baker/);
    expect(printed({ ...answer, citations: [], found: false, text: 'Not found.' })).toBe('\nAnswer: Not found.\n');
  });
});
