// Adds the chapter to the events that cite a line of a document.

import type { Document } from './document.js';
import type { RunEvent } from './events.js';

/** For events of what was read of the document so far. */
export function withChapter(event: RunEvent, document: Document): RunEvent {
  if (event.event !== 'passage' && event.event !== 'anomaly' && event.event !== 'surprising-line') return event;
  const chapter = document.chapterAt?.(event.event === 'passage' ? event.lines[0] : event.line);
  return chapter === undefined ? event : { ...event, chapter };
}
