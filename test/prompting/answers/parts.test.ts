import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerPartsOf } from '../../../src/prompting/answers/parts.js';

const recalled = [
  { problem: 'What is 2 + 2?', solution: '2 + 2 = 4. Answer: 4' },
  { problem: 'What is 3 + 3?', solution: '3 + 3 = 6.\nAnswer: 6' },
];

describe('an answer', () => {
  it('comes apart under headings', () => {
    const answer = [
      'Sure, here it is.',
      '## Tutorial\nAdding joins two amounts.',
      '## Problem 1\nWhat is 2 + 2?\n## Solution 1\n2 + 2 = 4. Answer: 4',
      '## Problem 2\nWhat is 3 + 3?\n## Solution 2\n3 + 3 = 6.\nAnswer: 6',
      '## Reasoning\n4 + 4 = 8.\n## Answer\n8',
    ].join('\n\n');
    expect(answerPartsOf(answer, true)).toEqual({
      ...{ tutorial: 'Adding joins two amounts.', exemplars: recalled, reasoning: '4 + 4 = 8.', answer: '8' },
    });
  });

  it('comes apart in tags, whatever stands around them', () => {
    const answer =
      '<problem number="1">What is 2 + 2?</problem><solution number="1">2 + 2 = 4. Answer: 4</solution>\n' +
      '<exemplar>\n<problem>What is 3 + 3?</problem>\n<solution>3 + 3 = 6.\nAnswer: 6</solution>\n</exemplar>\n' +
      '<reasoning>\n4 + 4 = 8.\n</reasoning>\n<answer>8</answer>\nI hope this helps.';
    expect(answerPartsOf(answer, true)).toEqual({
      ...{ tutorial: '', exemplars: recalled, reasoning: '4 + 4 = 8.', answer: '8' },
    });
  });

  it('comes apart by words with a colon, where the last answer counts', () => {
    const answer =
      'Problem 1: What is 2 + 2?\nSolution 1: 2 + 2 = 4. Answer: 4\nProblem 2: What is 3 + 3?\n' +
      'Solution 2: 3 + 3 = 6.\nAnswer: 6\nReasoning: 4 + 4 = 8.\nAnswer: 8';
    const { exemplars, answer: final } = answerPartsOf(answer, true);
    expect(exemplars).toHaveLength(2);
    expect(exemplars[1]?.solution).toContain('3 + 3 = 6.');
    expect(final).toBe('8');
  });

  it.each([
    ['### **Exemplar 1**\n**Problem:** What is 2 + 2?\n**Solution:** It is 4.\n\n### Answer: 8'],
    ['### Problem 1:\nWhat is 2 + 2?\n**Solution**: It is 4.\n\n### Reasoning\nSo.\n**Final answer:** 8'],
    ['**Problem 1**\nWhat is 2 + 2?\n**Solution 1**\nIt is 4.\n\n**Answer**\n8'],
    ['```markdown\n## Problem 1\nWhat is 2 + 2?\n## Solution 1\nIt is 4.\n## Answer\n8\n```'],
  ])('is found in the forms that models write: %j', (text) => {
    const { exemplars, answer } = answerPartsOf(text, true);
    expect(exemplars).toEqual([{ problem: 'What is 2 + 2?', solution: 'It is 4.' }]);
    expect(answer).toBe('8');
  });

  it('keeps code whole, with what looks like a label in it', () => {
    const code = '```python\n## Answer\nprint("Answer: 1")\n```';
    const parts = answerPartsOf(`## Problem 1\nPrint.\n## Solution 1\n${code}\n## Answer\n${code}\nDone.`, true);
    expect(parts.exemplars).toEqual([{ problem: 'Print.', solution: code }]);
    expect(parts.answer).toBe(`${code}\nDone.`);
  });

  it('that is cut off has none, and that of a recalled problem is not taken for it', () => {
    const parts = answerPartsOf('## Problem 1\nWhat?\n## Solution 1\nSo.\n## Answer\n4\n## Problem 2\nHow', true);
    expect(parts.answer).toBeUndefined();
    expect(parts.exemplars).toEqual([
      { problem: 'What?', solution: 'So.\n4' },
      { problem: 'How', solution: '' },
    ]);
    expect(answerPartsOf('4 + 4 is', true).answer).toBeUndefined();
  });

  it('alone is taken as it is, where no parts were asked for', () => {
    expect(answerPartsOf(' 8 \n', false).answer).toBe('8');
    expect(answerPartsOf('Answer: 8', false).answer).toBe('8');
  });

  it('is found after any text of recalled problems in words without labels', () => {
    const text = fc.stringMatching(/^[a-z0-9 .,=+\n]{1,80}$/).filter((each) => each.trim() !== '');
    const exemplar = fc.record({ problem: text, solution: text });
    fc.assert(
      fc.property(fc.array(exemplar, { maxLength: 5 }), text, (exemplars, answer) => {
        const written = exemplars.map(
          ({ problem, solution }, index) =>
            `## Problem ${index + 1}\n${problem}\n## Solution ${index + 1}\n${solution}\n`,
        );
        const parts = answerPartsOf(`${written.join('')}## Answer\n${answer}`, true);
        expect(parts.answer).toBe(answer.trim());
        expect(parts.exemplars).toEqual(
          exemplars.map(({ problem, solution }) => ({ problem: problem.trim(), solution: solution.trim() })),
        );
      }),
    );
  });
});
