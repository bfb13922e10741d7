// A command line of `unspool prompt check` as work.

import type { Readable } from 'node:stream';
import { checkPrompts, listRules, type CheckOutcome } from '../commands/prompt/check/run.js';
import type { Reporter } from '../engine/events/reporter.js';
import { usageError } from '../errors.js';
import { families } from '../prompting/check/rules/names.js';
import { findingCount, findingLines } from '../commands/prompt/check/view.js';
import { jsonReporter } from '../reporters/json.js';
import type { Io } from './io.js';
import { sourcesFrom } from './options.js';
import { fileOutput } from './output.js';
import type { PromptCheckOptions } from './prompt-check-command.js';

export async function runPromptCheck(files: string[], options: PromptCheckOptions, io: Io): Promise<CheckOutcome> {
  const { fix = false, json = false, quiet = false, family, off = [] } = options;
  const result = (text: string): void => void io.stdout.write(text);
  const note = (text: string): void => void io.stderr.write(text);
  const reporterOn = (write: (text: string) => void): Reporter =>
    json ? jsonReporter(write, false) : findingLines(write);
  if (options.rules === true) {
    if (files.length > 0 || fix) throw usageError('--rules checks no prompt', 'leave out --rules, or all else');
    return listRules(reporterOn(result));
  }
  const isMendedOnOutput = fix && files.includes('-');
  if (isMendedOnOutput && json)
    throw usageError(
      '--fix writes standard input mended to standard output, where --json cannot write, too',
      'give a FILE',
    );
  if (files.length === 0)
    throw usageError('no prompt', 'try: unspool prompt check FILE, or: unspool prompt check - < FILE');
  const findings = reporterOn(isMendedOnOutput ? note : result);
  const count = quiet ? undefined : findingCount(note);
  const reporter: Reporter = {
    handle(event) {
      findings.handle(event);
      count?.handle(event);
    },
    close() {
      count?.close();
    },
  };
  const write = (source: string | Readable, text: string): void => {
    if (typeof source === 'string') replace(source, text);
    else result(text);
  };
  const ruled = families.find((each) => each === family);
  const request = { sources: sourcesFrom(files, io), family: ruled, off, write: fix ? write : undefined };
  const outcome = await checkPrompts(request, reporter);
  reporter.close();
  return outcome;
}

function replace(path: string, text: string): void {
  const output = fileOutput(path, '--fix');
  try {
    output.write(text);
    output.commit();
  } finally {
    output.discard();
  }
}
