// Exit 2: what the command line cannot mean, in one line that says what to do instead. No model is loaded.

import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { unspool } from '../../support/in-process.js';
import { program } from '../../support/program.js';
import { commands, invocations, others, titled } from './commands.js';
import { proseFile } from './documents.js';

/** Every command of the tree, with the words that call it. */
function commandsOf(command: Command, words: readonly string[] = []): [words: readonly string[], command: Command][] {
  const below = command.commands.map((each) => commandsOf(each, [...words, each.name()]));
  return [[words, command], ...below.flat()];
}
const tree = commandsOf(program);

async function refusal(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<string> {
  const { stdout, stderr, code } = await unspool(args, environment && { environment });
  expect([stdout, code]).toEqual(['', 2]);
  expect(stderr).toMatch(/^unspool: [^\n]+\n$/);
  return stderr.slice('unspool: '.length, -1);
}

describe('the command tree', () => {
  it('has no option with a value that may be left out', () => {
    const options = tree.flatMap(([, command]) => command.options);
    expect(options.length).toBeGreaterThan(40);
    expect(options.filter(({ optional }) => optional).map(({ flags }) => flags)).toEqual([]);
  });

  it('has no task that is not tested here', () => {
    const isTask = (option: Option): boolean => option.helpGroupHeading === 'Task:';
    const tasks = tree.flatMap(([words, { options }]) =>
      options.filter(isTask).map((option) => [...words, option.long].join(' ')),
    );
    expect(tasks.sort()).toEqual(invocations.map(({ name }) => name).sort());
  });
});

/** Options that take any text, a name or what to stop at. */
const named = [
  ...['--model', '--given', '--questions', '--stop', '--focus', '--output'],
  ...['--report', '--svg', '--csv', '--encoding'],
  ...['--pause-token', '--filler', '--marker', '--shots-from', '--resume', '--bookmark'],
  ...['--embedding-model', '--query-prefix', '--passage-prefix'],
];

describe('an option', () => {
  // Those that several commands share are tried with one of them.
  const options = new Map(
    tree.flatMap(([words, { options }]) => options.map((option) => [option.flags, { words, option }])),
  );
  const valued = [...options].filter(([, { option }]) => option.required);

  it.each(valued)('%s refuses an empty value', async (flags, { words, option }) => {
    const message = await refusal([...words, option.long ?? '', '', proseFile]);
    expect(message).toContain(`option '${flags}' argument '' is invalid. `);
  });

  it.each(valued.filter(([, { option }]) => !named.includes(option.long ?? '')))(
    '%s refuses a value that it cannot have, and says what can be given instead',
    (_, { option }) => {
      expect(() => {
        option.parseArg?.('?', undefined);
      }).toThrow(/^(Give|Write) .+\.$/);
    },
  );

  it('refuses what its variable cannot be', async () => {
    for (const { args } of commands) {
      const message = await refusal([...args, proseFile], { UNSPOOL_THREADS: 'many' });
      expect(message).toMatch(/^UNSPOOL_THREADS: Give a whole number from 1 up\. \(mend or unset UNSPOOL_THREADS\)$/);
    }
  });
});

describe('a task', () => {
  const pairs = invocations.map((first) => {
    const others = invocations.filter(({ args }) => args[0] === first.args[0]);
    const second = others[(others.indexOf(first) + 1) % others.length] ?? first;
    return [first.name, second.name, first, second] as const;
  });
  it.each(pairs)('excludes the others of its command: %s and %s', async (_, __, first, second) => {
    const message = await refusal([...first.args, ...second.args.slice(1), proseFile]);
    expect(message).toMatch(/^--\w+ and --\w+ are two tasks \(give one of them\)$/);
    for (const { args } of [first, second]) expect(message).toContain(args[1] ?? '?');
  });
});

describe.each(titled(commands))('%s', (_, { args }) => {
  const [command = ''] = args;

  it.each([
    [['--nonsense'], `unknown option '--nonsense' (see unspool ${command} --help)`],
    [['--limt', '4'], "unknown option '--limt' (Did you mean --limit?)"],
    [['--model'], `option '--model <file>' argument missing (see unspool ${command} --help)`],
    [['--events'], '--events needs --json'],
    [[''], 'a document has no name (is a variable of the shell empty?)'],
    [['-', '-'], 'standard input (-) can be read once only'],
  ])('refuses %j', async (more, message) => {
    expect(await refusal([...args, proseFile, ...more])).toBe(message);
  });
});

describe.each(others)('%s', (line) => {
  it('refuses what it does not know', async () => {
    const words = line.split(' ');
    const [command = '', task = ''] = words;
    const unknown = await refusal([...words, '--nonsense']);
    expect(unknown).toBe(`unknown option '--nonsense' (see unspool ${command} ${task} --help)`);
    const excess = await refusal([...words, 'one', 'two', 'three']);
    expect(excess).toMatch(/^(too many arguments for '\w+'\. Expected .*|\w+: unknown command 'one') \(see unspool /);
  });
});

describe('unspool', () => {
  it('refuses a command that there is not, and suggests one', async () => {
    expect(await refusal(['strem'])).toBe("unknown command 'strem' (Did you mean stream?)");
    expect(await refusal(['frobnicate'])).toBe("unknown command 'frobnicate' (see unspool --help)");
    expect(await refusal(['help', 'frobnicate'])).toBe("help: unknown command 'frobnicate' (see unspool --help)");
    expect(await refusal(['--nonsense'])).toBe("unknown option '--nonsense' (see unspool --help)");
  });

  it('shows its help where it is called without a command, as an error', async () => {
    const { stdout, stderr, code } = await unspool([]);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toMatch(/^Usage: unspool /);
  });
});
