// `unspool prompt check` on the command line.

import { command, type Invocation, type Outcome } from '../../../cli/command.js';
import { flag, group, option, type OptionsOf } from '../../../cli/flags.js';
import type { Section, SectionOf } from '../../../cli/help.js';
import { fileOutput } from '../../../cli/output.js';
import { InvalidArgumentError, parseChoices, withChoices } from '../../../cli/parsers.js';
import { usageError } from '../../../errors.js';
import { families, ruleNames, type RuleName } from '../../../prompting/check/rules/names.js';
import { familyNames, familyOf, type ModelFamily } from '../../../prompting/building/placement.js';
import { sourcesFrom, type InputSource } from '../../options/reading.js';

/** A family by its own name, or by that of one of its models. That `llama` stands for any other is no name of its own. */
const parseFamily = withChoices((text: string): ModelFamily => {
  const family = familyNames.find((each) => each === text || each === familyOf(text));
  if (family !== undefined && (family !== 'llama' || /llama/i.test(text))) return family;
  throw new InvalidArgumentError(`Give ${familyNames.join(', ')}, or the name of one of their models.`);
}, familyNames);

const groups = [
  group('Rules:', {
    fix: flag('make the rewrites that need no writer, in FILE; of standard input, on standard output'),
    family: option(
      '<name>',
      'what the prompts are for: gpt, claude, gemini, llama (no rules of its own), or a model such as gpt-4.1',
      parseFamily,
    ),
    off: option(
      '<rules>',
      'rules to leave out, separated by commas',
      parseChoices(...(Object.keys(ruleNames) as RuleName[])),
    ),
    rules: flag('print the rules, with their sources, and a good and a bad example of each'),
  }),
  group('Output:', {
    json: flag('as JSON lines'),
    quiet: flag('no count of findings', { short: 'q' }),
    verbose: flag('stack traces of errors', { short: 'v' }),
  }),
] as const;

/** For the page of `unspool prompt`, too. */
export const checkSections: readonly SectionOf[] = [rulesSection, exitStatus];

export const check = command({
  name: 'check',
  summary: 'find what is wrong with prompts',
  description:
    'Finds what is wrong with prompts: plain text, Markdown, text in tags, or chat messages as JSON. Each finding has ' +
    'its line, its rule, why it matters, and what could stand there instead. The rules on words know English only; ' +
    'they would rather miss something than find what is not there. No model is run.',
  arguments: [{ written: '[file...]', help: 'prompts; - is standard input' }],
  groups,
  examples: [
    'unspool prompt check triage.md',
    'unspool prompt check --fix triage.md',
    'unspool prompt check --family claude-sonnet-4-5 --off token-waste triage.md',
    "unspool prompt check --json triage.md | jq -r 'select(.rewrite).rewrite'",
    'unspool prompt check --rules',
  ],
  sections: checkSections,
  run: runPromptCheck,
});

type Options = OptionsOf<typeof groups>;

async function runPromptCheck({ words, options, io }: Invocation<Options>): Promise<Outcome> {
  checkOptions(words, options);
  const { rules, fix, json = false, quiet, family, off = [] } = options;
  // Heavy: loads an encoding.
  const { checkPrompts, listRules } = await import('./run.js');
  const { checkReporter } = await import('./view.js');
  const result = (text: string): void => void io.stdout.write(text);
  const note = (text: string): void => void io.stderr.write(text);
  const isMendedOnOutput = fix === true && words.includes('-');
  const reporter = checkReporter(isMendedOnOutput ? note : result, quiet === true ? undefined : note, json);
  if (rules === true) return listRules(reporter);
  const write = (source: InputSource, text: string): void => {
    if (typeof source === 'string') replace(source, text);
    else result(text);
  };
  const ruled = families.find((each) => each === family);
  const sources = sourcesFrom(words, io, 'prompt check');
  const request = { sources, family: ruled, off, write: fix === true ? write : undefined };
  const outcome = await checkPrompts(request, reporter);
  reporter.close();
  return outcome;
}

function checkOptions(files: readonly string[], { rules, fix, json }: Options): void {
  if (rules === true) {
    if (files.length === 0 && fix !== true) return;
    throw usageError('--rules checks no prompt', 'leave out --rules, or all else');
  }
  if (fix === true && json === true && files.includes('-')) {
    const message = '--fix writes standard input mended to standard output, where --json cannot write, too';
    throw usageError(message, 'give a FILE');
  }
  if (files.length === 0) {
    throw usageError('no prompt', 'try: unspool prompt check FILE, or: unspool prompt check - < FILE');
  }
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

function rulesSection(): Section {
  return { heading: 'Rules of check', items: Object.entries(ruleNames) };
}

function exitStatus(): Section {
  const items = [
    ['0', 'nothing is wrong, or nothing any more after --fix'],
    ['1', 'a prompt could not be read, or written'],
    ['2', 'wrong usage'],
    ['3', 'there are findings'],
  ] as const;
  return { heading: 'Exit status of check', items };
}
