// The rules on thirty prompts that were written, with what is wrong in them, before the rules were.

import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/prompting/check/check.js';
import { ruleNames } from '../../../src/prompting/check/rules/names.js';
import { check, promptFixtures, type ExpectedFinding } from '../../support/prompts.js';

function meets({ rule, lines: [first, last] }: ExpectedFinding, found: Finding): boolean {
  return rule === found.rule && first <= found.lines[1] && found.lines[0] <= last;
}

const results = promptFixtures.map((fixture) => ({ ...fixture, found: check(fixture.text, fixture.family) }));

describe('the rules', () => {
  it('find nothing in the fifteen clean prompts', () => {
    const clean = results.filter(({ findings }) => findings.length === 0);
    expect(clean).toHaveLength(15);
    expect(clean.flatMap(({ name, found }) => found.map(({ rule, reason }) => [name, rule, reason]))).toEqual([]);
  });

  it.each(Object.keys(ruleNames))('%s finds all that is there, and nothing else', (rule) => {
    const expected = results.flatMap(({ name, findings }) => findings.map((each) => ({ name, each })));
    const own = expected.filter(({ each }) => each.rule === rule);
    expect(own.length).toBeGreaterThanOrEqual(2);
    const missed = own.filter(
      ({ name, each }) =>
        !results.some((result) => result.name === name && result.found.some((found) => meets(each, found))),
    );
    const extra = results.flatMap(({ name, found, findings }) =>
      found
        .filter((each) => each.rule === rule && !findings.some((other) => meets(other, each)))
        .map(({ lines }) => ({ name, lines })),
    );
    expect({ missed, extra }).toEqual({ missed: [], extra: [] });
  });
});
