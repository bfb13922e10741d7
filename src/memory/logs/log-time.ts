// Times of a log, as people and programs read them.

import type { Lacking } from './time-forms.js';

/**
 * As ISO 8601 without a zone. `time`: in milliseconds since 1970. What the log's times lack is left out: the year, or the
 * day; what counts from a start is told in seconds, `+12.3`.
 */
export function timeText(time: number, lacking: Lacking): string {
  const text = new Date(time).toISOString().slice(0, 19);
  switch (lacking) {
    case 'nothing':
      return text;
    case 'year':
      return text.slice(5);
    case 'day':
      return text.slice(11);
    case 'start':
      return `+${(time / 1000).toFixed(1)}`;
  }
}
