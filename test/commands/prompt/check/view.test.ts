// Findings and rules as people read them.

import { expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/engine/events/events.js';
import type { Reporter } from '../../../../src/engine/events/reporter.js';
import { findingCount, findingLines } from '../../../../src/commands/prompt/check/view.js';

const document = { index: 0, name: 'chat.json' };

function shown(reporterOn: (write: (text: string) => void) => Reporter, events: readonly RunEvent[]): string {
  let text = '';
  const reporter = reporterOn((each) => (text += each));
  for (const event of events) reporter.handle(event);
  reporter.close();
  return text;
}

it('a finding in chat messages names the message and the lines in it', () => {
  const finding = {
    event: 'finding',
    document,
    lines: [9, 9],
    rule: 'no-task',
    reason: 'why',
    fixable: false,
  } as const;
  const system = { number: 0, role: 'system', lines: [1, 1] } as const;
  const user = { number: 12, role: 'us\u001ber', lines: [3, 1004] } as const;
  expect(
    shown(findingLines, [
      { ...finding, message: system, rewrite: 'one\n\ntwo\u0007' },
      { ...finding, message: user, rewrite: 'one', fixable: true },
    ]),
  ).toBe(
    'chat.json:9: no-task: (system), line 1: why\n    one\n\n    two?\n' +
      'chat.json:9: no-task: message 12 (us?er), lines 3-1,004: why [--fix]\n    one\n',
  );
});

it('a rule has its families, its sources, and its examples', () => {
  const sources = [{ title: 'A guide', url: 'https://example.org' }];
  const rule = { event: 'prompt-rule', rule: 'a-rule', finds: 'something', fixable: true, sources } as const;
  expect(shown(findingLines, [{ ...rule, families: ['gpt'], bad: 'Why?\nOh.', good: 'Why so?' }])).toBe(
    'a-rule: something\n  only with --family gpt\n  --fix mends what it can without the writer\n' +
      '  A guide: https://example.org\n  bad:\n    Why?\n    Oh.\n  good:\n    Why so?\n\n',
  );
});

it.each([
  [{ findings: 0, fixable: 0, fixed: 0 }, 'no findings'],
  [{ findings: 1, fixable: 1, fixed: 0 }, '1 finding; --fix mends 1'],
  [{ findings: 3, fixable: 3, fixed: 0 }, '3 findings; --fix mends all of them'],
  [{ findings: 3, fixable: 1, fixed: 0 }, '3 findings; --fix mends 1'],
  [{ findings: 0, fixable: 0, fixed: 2 }, '2 findings mended, no findings left'],
])('%j is counted in words', (counts, words) => {
  const checked = { event: 'prompt-checked', document, format: 'text', tokens: 1200, ...counts } as const;
  expect(shown(findingCount, [checked])).toBe(`1 prompt of about 1,200 tokens: ${words}\n`);
});
