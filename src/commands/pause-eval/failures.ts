// What a pause evaluation says of examples that cannot be evaluated as asked, and of controls that fail.

import type { PausePlacement, RunEvent, TaskLabel, Thinking } from '../../engine/events/events.js';
import { UnspoolError } from '../../errors.js';
import type { CacheLimits } from '../../evaluation/pauses/sequence.js';
import type { Example } from '../../evaluation/tasks/example.js';

/** Throws an `UnspoolError` where a condition means nothing for an example. */
export function checkExample(
  { marker, question }: Example,
  which: string,
  places: readonly PausePlacement[],
  thinking: readonly Thinking[],
): void {
  if (places.includes('before-answer') && marker.trim() === '') {
    const message = `${which} has no marker for --place before-answer`;
    throw new UnspoolError(
      'no-marker',
      message,
      'say with --marker what prompts end in, or with "marker" in each line',
    );
  }
  if (thinking.includes('aloud') && question.kind !== 'answer') {
    const message = `${which} has no answer that the model writes: it cannot think aloud`;
    throw new UnspoolError('no-thinking', message, 'leave out --thinking');
  }
}

export function streamedWarning(task: TaskLabel, example: number, { capacity: cells }: CacheLimits): RunEvent {
  const message = `${task.name}: example ${example + 1} is longer than the context of ${cells} tokens: streamed, with sinks`;
  const hint = 'the middle of its prompt is forgotten before the answer: see --context';
  return { event: 'warning', code: 'prompt-streamed', message, hint };
}

export function tooLong(task: TaskLabel, example: number, most: number, limits: CacheLimits): UnspoolError {
  const message = `${task.name}: example ${example + 1} with ${most} pauses does not fit a context of ${limits.capacity} tokens`;
  return new UnspoolError('prompt-too-long', message, 'use a larger --context, or fewer --pauses');
}

export function controlFailed(names: readonly string[]): UnspoolError {
  const message = `the controls did not come out as they should: ${names.join(', ')}`;
  return new UnspoolError(
    'control-failed',
    message,
    'trust no verdict of this installation; with a small --count, use a larger one',
  );
}
