// Kinds of numbers, which the JSON schema of events tells apart by the tags here. A plain `number` is one that may come
// out as none: where it is not finite, JSON has null. `@internal`: spelled out where it is used, without a name.

// How many, or a place counted from 0.
/** @internal @asType integer @minimum 0 */
export type Count = number;

/** @internal @asType integer @minimum 1 */
export type PositiveCount = number;

// What is measured or computed, and finite.
/** @internal @asType number @minimum 0 */
export type Amount = number;

/** @internal @asType number @minimum 0 @maximum 1 */
export type Share = number;
