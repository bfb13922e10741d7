// What is known of problems that a model recalled: whether they are whole, new, and right where numbers tell.

import type { ExemplarCounts } from '../../engine/events/events.js';
import { concludedIn, numberIn } from '../tasks/answers.js';
import { equationsIn } from './arithmetic.js';
import { saysTheSame } from './overlap.js';

export interface Exemplar {
  readonly problem: string;
  /** Empty where the model gives none. */
  readonly solution: string;
}

export const noExemplars: ExemplarCounts = {
  ...{ recalled: 0, wellFormed: 0, repeated: 0, restated: 0, checked: 0, right: 0, equations: 0, holding: 0 },
};

export function countExemplars(exemplars: readonly Exemplar[], question: string): ExemplarCounts {
  const isRepeated = ({ problem }: Exemplar, index: number): boolean =>
    exemplars.slice(0, index).some((earlier) => saysTheSame(problem, earlier.problem));
  const checks = exemplars.map(({ solution }) => checkOf(solution)).filter(({ equations }) => equations > 0);
  return {
    recalled: exemplars.length,
    wellFormed: exemplars.filter(({ problem, solution }) => problem.trim() !== '' && solution.trim() !== '').length,
    repeated: exemplars.filter(isRepeated).length,
    restated: exemplars.filter(({ problem }) => saysTheSame(problem, question)).length,
    checked: checks.length,
    right: checks.filter(({ equations, holding, concludes }) => holding === equations && concludes).length,
    equations: checks.reduce((sum, { equations }) => sum + equations, 0),
    holding: checks.reduce((sum, { holding }) => sum + holding, 0),
  };
}

export function sumOfExemplars(one: ExemplarCounts, other: ExemplarCounts): ExemplarCounts {
  return {
    recalled: one.recalled + other.recalled,
    wellFormed: one.wellFormed + other.wellFormed,
    repeated: one.repeated + other.repeated,
    restated: one.restated + other.restated,
    checked: one.checked + other.checked,
    right: one.right + other.right,
    equations: one.equations + other.equations,
    holding: one.holding + other.holding,
  };
}

interface EquationCheck {
  readonly equations: number;
  readonly holding: number;
  /** Whether the answer that is named, if one is, is the result of an equation. */
  readonly concludes: boolean;
}

function checkOf(solution: string): EquationCheck {
  const equations = equationsIn(solution);
  const named = numberIn(concludedIn(solution) ?? '');
  return {
    equations: equations.length,
    holding: equations.filter(({ holds }) => holds).length,
    concludes: named === undefined || equations.some(({ result }) => result === named),
  };
}
