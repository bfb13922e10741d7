// Adds the chapter to the events that cite a line of a document.

import type { Document } from '../document.js';
import type { RunEvent } from './events.js';

/** For events of what was read of the document so far. */
export function withChapter(event: RunEvent, document: Document): RunEvent {
  switch (event.event) {
    case 'passage':
    case 'evidence':
      return withChapterAt(event, document, event.lines[0]);
    case 'anomaly':
    case 'surprising-line':
      return withChapterAt(event, document, event.line);
    default:
      return event;
  }
}

function withChapterAt<Event extends RunEvent>(event: Event, document: Document, line: number): Event {
  const chapter = document.chapterAt?.(line);
  return chapter === undefined ? event : { ...event, chapter };
}
