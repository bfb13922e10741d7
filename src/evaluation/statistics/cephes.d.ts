// The little of cephes that is used here: its own types are not found under `exports` by TypeScript's Node resolution.

declare module 'cephes' {
  /** Until then, no function may be called. */
  export const compiled: Promise<void>;
  /** Student's t distribution with `degreesOfFreedom`: the probability of a value of at most `t`. */
  export function stdtr(degreesOfFreedom: number, t: number): number;
  /** Binomial distribution: the probability of at most `successes` of `trials`, each of probability `p`. */
  export function bdtr(successes: number, trials: number, p: number): number;
  /** The value that a standard normal variable is below with probability `p`. */
  export function ndtri(p: number): number;
  /** Incomplete beta integral, regularised: the probability of at most `x` under a beta distribution; `a`, `b` above 0. */
  export function incbet(a: number, b: number, x: number): number;
  /** The `x` at which `incbet` is `p`. */
  export function incbi(a: number, b: number, p: number): number;
}
