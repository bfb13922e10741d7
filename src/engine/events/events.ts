// A run as a stream of typed facts. JSON lines are these events; every reporter reduces over them. The JSON schema in
// the package is made from these types and their comments.

import type { CheckEvent } from './check-events.js';
import type { FindingEvent } from './finding-events.js';
import type { MeasureEvent } from './measure-events.js';
import type { ModelEvent } from './model-events.js';
import type { PauseEvent } from './pause-events.js';
import type { PromptEvent } from './prompt-events.js';
import type { FrameEvent } from './run-events.js';
import type { StepEvent } from './step-events.js';
import type { StrategyEvent } from './strategy-events.js';
import type { SummaryEvent } from './summary-events.js';

export type * from './check-events.js';
export type * from './figures.js';
export type * from './finding-events.js';
export type * from './measure-events.js';
export type * from './model-events.js';
export type * from './pause-events.js';
export type * from './prompt-events.js';
export type * from './run-events.js';
export type * from './step-events.js';
export type * from './strategy-events.js';
export type * from './summary-events.js';
export { longRunSeconds } from './run-events.js';

export type RunEvent =
  | FrameEvent
  | StepEvent
  | FindingEvent
  | MeasureEvent
  | SummaryEvent
  | PauseEvent
  | PromptEvent
  | CheckEvent
  | StrategyEvent
  | ModelEvent;
