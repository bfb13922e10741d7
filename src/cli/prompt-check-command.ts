// `unspool prompt check` as commander knows it: its options, help and examples.

import { InvalidArgumentError, type Command } from 'commander';
import { ruleNames, type RuleName } from '../prompting/check/rules/names.js';
import { familyNames, familyOf, type Family } from '../prompting/building/placement.js';
import { describe, type Section, type SectionOf } from './help.js';
import { parseChoices, withChoices } from './options.js';

export interface PromptCheckOptions {
  readonly fix?: true;
  readonly family?: Family;
  readonly off?: readonly RuleName[];
  readonly rules?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

export type PromptCheckAction = (files: string[], options: PromptCheckOptions) => Promise<void>;

const names = Object.keys(ruleNames) as RuleName[];

/** A family by its own name, or by that of one of its models. That `llama` stands for any other is no name of its own. */
const parseFamily = withChoices((text: string): Family => {
  const family = familyNames.find((each) => each === text || each === familyOf(text));
  if (family !== undefined && (family !== 'llama' || /llama/i.test(text))) return family;
  throw new InvalidArgumentError(`Give ${familyNames.join(', ')}, or the name of one of their models.`);
}, familyNames);

export function addPromptCheck(prompt: Command, action: PromptCheckAction): void {
  const check = prompt
    .command('check')
    .argument('[file...]', 'prompts; - is standard input')
    .summary('find what is wrong with prompts')
    .description(
      'Finds what is wrong with prompts: plain text, Markdown, text in tags, or chat messages as JSON. Each finding has ' +
        'its line, its rule, why it matters, and what could stand there instead. The rules on words know English only; ' +
        'they would rather miss something than find what is not there. No model is run.',
    )
    .helpOption('-h, --help', 'print this help')
    .optionsGroup('Rules:')
    .option('--fix', 'make the rewrites that need no writer, in FILE; of standard input, on standard output')
    .option(
      '--family <name>',
      'what the prompts are for: gpt, claude, gemini, llama (no rules of its own), or a model such as gpt-4.1',
      parseFamily,
    )
    .option('--off <rules>', 'rules to leave out, separated by commas', parseChoices(...names))
    .option('--rules', 'print the rules, with their sources, and a good and a bad example of each')
    .optionsGroup('Output:')
    .option('--json', 'as JSON lines')
    .option('-q, --quiet', 'no count of findings')
    .option('-v, --verbose', 'stack traces of errors')
    .action((files: string[], options: PromptCheckOptions) => action(files, options));
  describe(
    check,
    [
      'unspool prompt check triage.md',
      'unspool prompt check --fix triage.md',
      'unspool prompt check --family claude-sonnet-4-5 --off token-waste triage.md',
      "unspool prompt check --json triage.md | jq -r 'select(.rewrite).rewrite'",
      'unspool prompt check --rules',
    ],
    checkSections,
  );
}

/** For the page of `unspool prompt`, too. */
export const checkSections: readonly SectionOf[] = [rulesSection, exitStatus];

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
