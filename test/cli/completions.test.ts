// Completions: the scripts against the command tree, and in the shells that are installed.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { completedProgram, withAllBelow, type CompletionValues } from '../../src/cli/completions/command-tree.js';
import { preferencesOf } from '../../src/cli/preferences.js';
import { unspool } from '../support/in-process.js';
import { complete, isInstalled, shells, type Shell } from '../support/completion.js';
import { temporaryFolder } from '../support/folders.js';
import { ModelHome } from '../support/model-home.js';
import { commandsBelow, program } from '../support/program.js';

const scripts = new Map<Shell, string>();
beforeAll(async () => {
  for (const shell of shells) {
    const { stdout, stderr, code } = await unspool(['completions', shell]);
    expect([stderr, code]).toEqual(['', 0]);
    scripts.set(shell, stdout);
  }
});
const scriptOf = (shell: Shell): string => scripts.get(shell) ?? '';

/** Every command with all that may follow it: commands and options. */
const commands = withAllBelow(completedProgram(program));
const keys = preferencesOf(program).map(({ key }) => key);

/** What may stand at the end of a line: all of it. */
const cases: readonly (readonly [line: string, words: readonly string[]])[] = [
  ...commands.flatMap(({ called, options, commands: below }) => {
    const long = options.flatMap(({ names }) => names).filter((name) => name.startsWith('--'));
    const names = below.map(({ name }) => name);
    return [
      ...(long.length > 0 ? [[`${called} --`, long] as const] : []),
      ...(names.length > 0 ? [[`${called} `, names] as const] : []),
      ...options.flatMap((option) => {
        const words = wordsOf(option.values);
        return option.names
          .filter((name) => name.startsWith('--') && words.length > 0)
          .map((name) => [`${called} ${name} `, words] as const);
      }),
    ];
  }),
  ['unspool str', ['stream']],
  ['unspool stream --as=l', ['--as=log']],
  ['unspool stream --top 8 --as ', ['log', 'prose']],
  ['unspool stream book.txt --as pr', ['prose']],
  ['unspool stream -o results.txt --top', ['--top', '--top-p']],
  // The value of an option is no command.
  ['unspool stream --stop config --perp', ['--perplexity']],
  ['unspool analyze --tokenizer gpt2,cl', ['gpt2,cl100k_base']],
  ['unspool analyze --compare sinks:4+60,rec', ['sinks:4+60,recompute']],
  ['unspool config get ', keys],
  ['unspool config set ', keys],
  ['unspool config unset col', ['color']],
  ['unspool config set color ', ['true', 'false']],
  ['unspool config set policy win', ['window']],
  ['unspool config get color ', []],
  ['unspool help ', program.commands.map((command) => command.name())],
  ['unspool completions ', [...shells]],
  ['unspool stream --top ', []],
  ['unspool stream -- --to', []],
  ['unspool nothing ', []],
];

function wordsOf(values: CompletionValues | undefined): readonly string[] {
  return values !== undefined && 'words' in values ? values.words : [];
}

describe.each(shells)('the script for %s', (shell) => {
  it('names every command, option and choice that --help shows', () => {
    const text = scriptOf(shell);
    const words = new Set(text.split(/[^\w.-]+/));
    const bare = (name: string): string => (shell === 'fish' ? name.replace(/^-+/, '') : name);
    for (const { command } of commandsBelow(program)) {
      expect(words).toContain(command.name());
      for (const { short, long } of command.options) {
        for (const name of [short, long]) if (name !== undefined) expect(words).toContain(bare(name));
      }
      if (shell === 'bash') continue;
      for (const each of command.commands) expect(unquoted(text)).toContain(each.summary());
      for (const option of command.options) expect(unquoted(text)).toContain(option.description);
    }
    for (const key of keys) expect(words).toContain(key);
  });

  it.skipIf(!isInstalled(shell))('is one that the shell can read', () => {
    const path = join(temporaryFolder(), 'script');
    writeFileSync(path, scriptOf(shell));
    const { stderr, status } = spawnSync(shell, ['-n', path], { encoding: 'utf8' });
    expect([stderr, status]).toEqual(['', 0]);
  });

  it.skipIf(!isInstalled(shell))('completes what the command tree has, and nothing else', { timeout: 240_000 }, () => {
    const found = complete(
      shell,
      scriptOf(shell),
      cases.map(([line]) => line),
    );
    for (const [index, [line, words]] of cases.entries()) {
      // Where nothing else may follow, zsh offers options.
      const offered = (found[index] ?? []).filter((word) => / -[^ ]*$/.test(line) || !word.startsWith('-'));
      expect([line, [...offered].sort()]).toEqual([line, [...words].sort()]);
    }
  });

  it.skipIf(!isInstalled(shell))('completes files, folders and models', () => {
    const lines = [
      'stream no',
      'stream --output=no',
      'analyze --svg ',
      'stream --model ',
      'models info ti',
      'stream x -o ',
    ];
    const found = complete(
      shell,
      scriptOf(shell),
      lines.map((line) => `unspool ${line}`),
    );
    const names = ['notes.txt', 'one.gguf', 'sub/', 'tiny', 'bundled', '--output=notes.txt', 'two.txt'];
    expect(found.map((words) => names.filter((name) => words.includes(name)))).toEqual([
      ['notes.txt'],
      ['--output=notes.txt'],
      ['sub/'],
      ['one.gguf', 'sub/', 'tiny', 'bundled'],
      ['tiny'],
      ['notes.txt', 'one.gguf', 'sub/', 'two.txt'],
    ]);
  });
});

it.skipIf(!isInstalled('bash'))('completes a name with spaces as one word of bash', () => {
  const [offered] = complete('bash', scriptOf('bash'), ['unspool models info My'], 'My Nice Model');
  expect(offered).toEqual(['My\\ Nice\\ Model']);
});

it('lists the names of models and aliases without opening a model', async () => {
  const home = new ModelHome();
  home.file('.local/share/unspool/models/tiny.gguf', 'no model');
  home.file('.config/unspool/aliases.json', '{"small": "hf:maker/tiny"}');
  const { stdout, code } = await unspool(['completions', 'models'], { environment: home.environment });
  expect([stdout.split('\n').sort(), code]).toEqual([['', 'bundled', 'small', 'tiny'], 0]);
});

it('refuses a shell that it does not know', async () => {
  const { stdout, stderr, code } = await unspool(['completions', 'tcsh']);
  expect([stdout, code]).toEqual(['', 2]);
  expect(stderr).toMatch(
    /'tcsh' is invalid for argument 'shell'\. Give bash or zsh or fish\. \(see unspool completions/,
  );
});

/** A script without what quotes text in it. */
function unquoted(text: string): string {
  return text.replaceAll("'\\''", "'").replaceAll(/\\([\\'[\]:])/g, '$1');
}
