// Which lines continue the record before them.

import { isBlank, skipBlanks } from './characters.js';
import type { RecordHead } from './record-head.js';
import {
  explainsRecord,
  isCrash,
  isException,
  isFrame,
  isGoFrame,
  linksPythonTraces,
  startsGoTrace,
  startsPythonTrace,
} from './trace-lines.js';

/** Lines without a head that may follow one, on average, where a log's records start with heads. */
const mostFollowers = 8;
/** A record goes on for so many lines that only the missing head joins to it. */
const longestJoin = 64;
/** Containers that are told apart. */
const mostPrefixes = 1000;

type Trace = 'python' | 'python-over' | 'go' | 'frames';

/** Lines of one container, or of all where no collector names any. */
interface Counts {
  /** That start like a record. */
  heads: number;
  /** That do not, and that nothing else joins to the line before. */
  others: number;
}

export class RecordJoiner {
  readonly #counts = new Map<string | undefined, Counts>();
  #lastPrefix: string | undefined;
  #lastCounts: Counts | undefined;
  /** The head of the open record. */
  #open: RecordHead | undefined;
  #lines = 0;
  /** Its first line. */
  #first = '';
  /** In which language's trace the open record is. */
  #trace: Trace | undefined;
  /** Where the frames of the trace start in their lines; 0 before the first. */
  #column = 0;
  /** Whether an object in braces is open below them. */
  #inObject = false;

  /** Whether a line continues the open record; if not, it opens another. */
  continues(line: string, head: RecordHead): boolean {
    const open = this.#open;
    if (open !== undefined && open.prefix === head.prefix && this.#joins(line, head, open)) {
      this.#lines += 1;
      return true;
    }
    this.#count(head);
    this.#open = head;
    this.#first = line;
    this.#lines = 1;
    this.#trace = undefined;
    this.#column = 0;
    this.#inObject = false;
    return false;
  }

  /** The next line opens a record, whatever it looks like. What was learnt of the log stays. */
  forget(): void {
    this.#open = undefined;
  }

  #joins(line: string, head: RecordHead, open: RecordHead): boolean {
    if (head.own) return this.#joinsHead(line, head, open);
    const isIndented = isBlank(line.charCodeAt(head.message));
    const text = textOf(line, head);
    if (text === '') return true;
    if (isCrash(text) && this.#trace !== 'go') return false;
    if ((startsPythonTrace(text) || isException(text)) && this.#lines === 1 && isCalm(open)) return false;
    if (this.#inTrace(text, skipBlanks(line, head.message), isIndented)) return true;
    if (!this.#isHeaded(head.prefix)) return false;
    if (isIndented) return true;
    this.#count(head);
    return this.#lines < longestJoin;
  }

  /** A line with a head of its own continues only what was cut into lines before it got heads. */
  #joinsHead(line: string, head: RecordHead, open: RecordHead): boolean {
    // Java's own logger prints level and message on a second line.
    if (head.time === undefined && head.level !== undefined && open.time !== undefined) {
      return this.#lines === 1 && open.level === undefined && !textOf(this.#first, open).includes(' ');
    }
    if (head.level === undefined && explainsRecord(head.source)) return open.time !== undefined;
    if (head.level !== open.level || head.source !== open.source) return false;
    const isIndented = head.message > open.message && isBlank(line.charCodeAt(head.message - 1));
    if (this.#trace === undefined && !isIndented && !mayBeFrame(line, head.message)) return false;
    return this.#inTrace(textOf(line, head), head.message, isIndented);
  }

  /** Whether the text, without blanks around it, goes on with a trace. `column`: where it starts in its line. */
  #inTrace(text: string, column: number, isIndented: boolean): boolean {
    if (this.#lines === 1 && this.#trace === undefined && this.#open !== undefined) {
      this.#trace = traceAt(textOf(this.#first, this.#open));
    }
    if (isFrame(text)) {
      this.#inObject = text.endsWith(' {');
      this.#trace = traceAt(text) ?? this.#trace ?? 'frames';
      this.#column = this.#column === 0 ? column : Math.min(this.#column, column);
      return true;
    }
    switch (this.#trace) {
      case 'python':
        if (!isIndented && text !== '') this.#trace = 'python-over';
        return true;
      case 'python-over':
        if (!linksPythonTraces(text) && !startsPythonTrace(text)) return false;
        if (startsPythonTrace(text)) this.#trace = 'python';
        return true;
      case 'go':
        return isIndented || isGoFrame(text);
      case 'frames':
        // Node prints the fields of an error below its frames.
        if (this.#inObject) this.#inObject = text !== '}';
        else return isIndented && column >= this.#column;
        return true;
      case undefined:
        this.#trace = traceAt(text);
        // Below a head, what starts a trace belongs to it.
        return this.#trace !== undefined && this.#open?.own === true;
    }
  }

  #isHeaded(prefix: string | undefined): boolean {
    const { heads, others } = this.#countsOf(prefix);
    return heads > 0 && others <= mostFollowers * heads;
  }

  #count(head: RecordHead): void {
    const counts = this.#countsOf(head.prefix);
    if (head.own) counts.heads += 1;
    else counts.others += 1;
  }

  #countsOf(prefix: string | undefined): Counts {
    if (this.#lastCounts !== undefined && prefix === this.#lastPrefix) return this.#lastCounts;
    let counts = this.#counts.get(prefix);
    if (counts === undefined) {
      if (this.#counts.size >= mostPrefixes) this.#counts.clear();
      counts = { heads: 0, others: 0 };
      this.#counts.set(prefix, counts);
    }
    this.#lastPrefix = prefix;
    this.#lastCounts = counts;
    return counts;
  }
}

/** What a line says behind its head, without blanks around it. */
function textOf(line: string, { body, message }: RecordHead): string {
  return (body ?? line.slice(message)).trim();
}

/** The trace that a text starts. */
function traceAt(text: string): Trace | undefined {
  if (startsPythonTrace(text)) return 'python';
  if (startsGoTrace(text)) return 'go';
  return isException(text) || isCrash(text) ? 'frames' : undefined;
}

/** Whether a record is of a level at which nobody prints a trace. */
function isCalm({ level }: RecordHead): boolean {
  return level === 'info' || level === 'debug' || level === 'notice' || level === 'trace';
}

/** Whether a frame or a cause may start there: a look at two characters spares most lines more. */
function mayBeFrame(line: string, at: number): boolean {
  const next = line.charCodeAt(at + 1);
  switch (line.charCodeAt(at)) {
    case 0x61: // "at "
      return next === 0x74 && line.charCodeAt(at + 2) === 0x20;
    case 0x2e: // "... 17 more"
    case 0x2d: // "--- End of"
      return line.charCodeAt(at) === next;
    case 0x43: // "Caused by"
      return line.startsWith('Caused by: ', at);
    case 0x67: // "goroutine 1 ["
      return line.startsWith('goroutine ', at);
    default:
      return false;
  }
}
