// Whether the tasks whose outcome is known came out so: what makes other verdicts worth something.

import type { Condition, ControlResult } from '../../engine/events/events.js';

/** The one task that needs pauses, and so many of them that all its cases are solved. */
const needsPauses = { task: 'shifted-parity', pauses: 8 };

/** Pauses must help where they are needed, and nowhere else. */
export function controlResults(conditions: readonly Condition[]): ControlResult[] {
  const tasks = new Map(conditions.map((condition) => [condition.task.index, condition]));
  return [...tasks.values()].map(({ task, model }) => {
    const own = conditions.filter((condition) => condition.task.index === task.index);
    const helped = own.filter(({ difference }) => difference?.verdict === 'helps');
    const expected = task.name === needsPauses.task ? 'helps' : 'no help';
    const holds =
      expected === 'helps' ? helped.some(({ pauses }) => pauses === needsPauses.pauses) : helped.length === 0;
    return { event: 'control', task, model, expected, holds };
  });
}
