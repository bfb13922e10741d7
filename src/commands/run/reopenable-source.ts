// Sources that are read more than once.

import { ReplayedInput } from '../../documents/input/replayed-input.js';
import type { InputSource } from '../options/reading.js';

/** A source that can be opened again and again. What has to be kept of it is in `inputs`, for the caller to dispose of. */
export function reopenableSource(source: InputSource, inputs: ReplayedInput[]): () => InputSource {
  if (typeof source === 'string') return () => source;
  const input = new ReplayedInput(source);
  inputs.push(input);
  return () => input.reader();
}
