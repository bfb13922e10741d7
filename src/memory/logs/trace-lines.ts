// Lines that belong to the one before by what they look like: stack traces, their causes, and what follows a statement.

/** Of a stack trace: Java, JavaScript and .NET, Python, Ruby, Rust, Go. Without the blanks in front. */
const frame =
  /^(?:at (?:async )?[\w$.<>[\]/@`^]+[ ([.:]|at [\w$]*[./:(<]\S*$|\.\.\. \d+ (?:more|common frames omitted)|(?:Caused by|Suppressed|Wrapped by): |-{3,} (?:>|End of )|File "[^"]*", line \d+|from \S+:\d+:in |\S+\.rb:\d+:in |\d+: +(?:0x[0-9a-f]+ - )?[\w<][\w:<>$ ]*::|goroutine \d+ \[|created by \S|note: run with `RUST_BACKTRACE|stack backtrace:)/;
/** Of Go, where a trace is open: functions with their arguments, and files. */
const goFrame =
  /^(?:[\w./*()-]+\(.*\)$|\S+\.go:\d+|\[signal |exit status \d|runtime stack:|panic: |\.\.\.additional frames)/;
const goStart = /^(?:panic: |fatal error: |goroutine \d+ \[)/;
const pythonStart = /^(?:Traceback \(most recent call last\):|.*: Traceback \(most recent call last\):)$/;
const pythonLink = /^(?:During handling of the above exception|The above exception was the direct cause)/;
/** A fault that the program itself does not report: it is never part of the record before. */
const crash =
  /^(?:panic: |fatal error: |Exception in thread "|Unhandled exception|Uncaught (?:Error|Exception)|thread '[^']*' panicked at |Segmentation fault|\S+\.rb:\d+:in .*: .* \([\w:]+\)$)/;
/** An exception's name, with or without what it says. */
const exception =
  /^(?:Caused by: |Unhandled exception\. |Exception in thread "[^"]*" |-+> )?[\w$]+(?:(?:\.|::)[\w$]+)*(?:Exception|Error|Throwable|Interrupt|Exit|Fault)\b(?:: |:?$| \[| \(0x| {)/;
/** What Postgres says about the record before. */
const statement = /^(?:DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION)$/;

export function isFrame(text: string): boolean {
  return frame.test(text);
}

export function startsPythonTrace(text: string): boolean {
  return pythonStart.test(text);
}

export function linksPythonTraces(text: string): boolean {
  return pythonLink.test(text);
}

export function startsGoTrace(text: string): boolean {
  return goStart.test(text);
}

export function isGoFrame(text: string): boolean {
  return goFrame.test(text);
}

export function isCrash(text: string): boolean {
  return crash.test(text);
}

export function isException(text: string): boolean {
  return exception.test(text);
}

export function explainsRecord(source: string | undefined): boolean {
  return source !== undefined && statement.test(source);
}

/**
 * The line that says what went wrong, of the lines behind a record's first: the last exception that Python reports, the
 * last cause or else the first exception elsewhere, a crash. Undefined where none does.
 */
export function tellingLine(lines: readonly string[]): string | undefined {
  let first: string | undefined;
  let cause: string | undefined;
  let isPython = false;
  for (const line of lines) {
    const text = line.trim();
    if (startsPythonTrace(text)) isPython = true;
    else if (isPython && !/^\s/.test(line) && text !== '' && !pythonLink.test(text)) {
      cause = text;
      isPython = false;
    } else if (text.startsWith('Caused by: ')) cause = text;
    else if (isException(text) || isCrash(text)) first ??= text;
  }
  return cause ?? first;
}
