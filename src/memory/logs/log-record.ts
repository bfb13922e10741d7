// A record of a log, put together from its lines.

import type { LineRange } from '../../engine/events/events.js';
import { messageOf, type RecordHead } from './record-head-types.js';
import { tellingLine } from './trace-lines.js';

/** Of a record without a message in its first line, so much of the others stands for it. */
const longestIdentity = 1024;

export interface LogRecord {
  /** Its lines, without the last line feed, as far as the model may read them: at most 4,096 characters. */
  readonly text: string;
  readonly lines: LineRange;
  readonly head: RecordHead;
  /**
   * What it says, to find its template by, together with `head.sort`: the message without prefix, time, level and
   * source; of JSON, message and error; of a trace, the line that says what went wrong too.
   */
  readonly identity: string;
  /** The line of a trace that says what went wrong. */
  readonly telling: string | undefined;
}

/** `lines`: those that are known; the model may read the first `passed`. `range`: their places. */
export function recordOf(lines: readonly string[], passed: number, range: LineRange, head: RecordHead): LogRecord {
  const [text = ''] = lines;
  const message = messageOf(text, head);
  if (lines.length === 1) return { text, lines: range, head, identity: message, telling: undefined };
  const following = lines.slice(1);
  const telling = tellingLine(following);
  const isSilent = message.trim() === '';
  const said = isSilent
    ? following
        .map((line) => line.trim())
        .join(' ')
        .slice(0, longestIdentity)
    : message;
  return {
    text: lines.slice(0, passed).join('\n').trimEnd(),
    lines: range,
    head,
    identity: telling === undefined || isSilent ? said : `${said} ${telling}`,
    telling,
  };
}
