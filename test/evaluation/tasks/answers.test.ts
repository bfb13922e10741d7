import { describe, expect, it } from 'vitest';
import { isRight } from '../../../src/evaluation/tasks/answers.js';

describe('isRight', () => {
  it.each([
    ['18', '18'],
    ['The answer is 18.', '18'],
    ['16 - 3 - 4 = 9, so $18', '18'],
    ['It takes 1,234 of them', '1234'],
    ['1234', '1,234'],
    ['-3', '-3'],
    ['The Eiffel Tower.', 'eiffel tower'],
    ['(B)', '(B)'],
    ['False', 'False'],
  ])('takes %j for %j', (written, answer) => {
    expect(isRight(written, answer)).toBe(true);
  });

  it.each([
    ['19', '18'],
    ['18 or 19', '18'],
    ['', '18'],
    ['eighteen', '18'],
    ['3', '-3'],
    ['(A)', '(B)'],
    ['the tower', 'eiffel tower'],
    ['', 'False'],
  ])('does not take %j for %j', (written, answer) => {
    expect(isRight(written, answer)).toBe(false);
  });
});
