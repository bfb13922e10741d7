// Completions: the scripts against the command tree, and in the shells that are installed.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { completedProgram, withAllBelow, type Values } from '../../src/cli/completions/command-tree.js';
import { preferencesOf } from '../../src/cli/preferences.js';
import { binary, unspool } from '../support/cli.js';
import { temporaryFolder } from '../support/folders.js';
import { ModelHome, tinyModel } from '../support/model-home.js';
import { commandsBelow, program } from '../support/program.js';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const isInstalled = (shell: Shell): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
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

function wordsOf(values: Values | undefined): readonly string[] {
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
    const { stderr, status } = spawnSync(shell, ['-n'], { input: scriptOf(shell), encoding: 'utf8' });
    expect([stderr, status]).toEqual(['', 0]);
  });

  it.skipIf(!isInstalled(shell))('completes what the command tree has, and nothing else', { timeout: 240_000 }, () => {
    const found = complete(
      shell,
      cases.map(([line]) => line),
    );
    for (const [index, [line, words]] of cases.entries()) {
      expect([line, [...(found[index] ?? [])].sort()]).toEqual([line, [...words].sort()]);
    }
  });

  it.skipIf(!isInstalled(shell))('completes files, folders and models', () => {
    const lines = [
      'stream no',
      'stream --output=no',
      'analyze --svg ',
      'stream --model ',
      'models info t',
      'stream x -o ',
    ];
    const found = complete(
      shell,
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

/** What a shell offers at the end of each line, as whole words. In its folder are notes.txt, two.txt, one.gguf, sub/. */
function complete(shell: Shell, lines: readonly string[]): string[][] {
  const home = new ModelHome(temporaryFolder());
  home.file('.local/share/unspool/models/tiny.gguf', tinyModel('tiny'));
  const folder = join(home.path, 'here');
  mkdirSync(join(folder, 'sub'), { recursive: true });
  for (const name of ['notes.txt', 'two.txt', 'one.gguf']) writeFileSync(join(folder, name), '');
  home.file('bin/unspool', `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`);
  spawnSync('chmod', ['+x', join(home.path, 'bin/unspool')]);
  const script = home.file(`completions.${shell}`, scriptOf(shell));
  const { command, args } = driver(shell, script, lines);
  const { stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    cwd: folder,
    env: {
      ...home.environment,
      PATH: [join(home.path, 'bin'), process.env.PATH ?? ''].join(delimiter),
      TERM: 'dumb',
      UNSPOOL_CONFIG: '',
    },
  });
  expect(stderr).toBe('');
  const answers = stdout.split('=====\n').slice(1);
  expect(answers).toHaveLength(lines.length);
  return answers.map((answer) => answer.split('\n').filter((line) => line !== ''));
}

/** A program that prints ===== and then, a line each, what completes each line. */
function driver(shell: Shell, script: string, lines: readonly string[]): { command: string; args: string[] } {
  switch (shell) {
    case 'bash':
      return { command: 'bash', args: ['--norc', '-c', bashDriver(script, lines)] };
    case 'fish':
      return { command: 'fish', args: ['--no-config', '-c', fishDriver(script, lines)] };
    case 'zsh':
      return { command: 'zsh', args: ['-f', '-c', zshDriver(script, lines)] };
  }
}

/**
 * The function is called as bash calls it. Where it leaves files to bash, compgen lists them; the words are cut at = and
 * : as readline cuts them.
 */
function bashDriver(script: string, lines: readonly string[]): string {
  const calls = lines.map((line) => {
    const tokens = line
      .split(' ')
      .flatMap((word) => word.split(/([=:]+)/).filter((part, _, all) => part !== '' || all.length === 1));
    const last = /^[=:]*$/.test(tokens.at(-1) ?? '') ? '' : (tokens.at(-1) ?? '');
    const fixed = (line.split(' ').at(-1) ?? '').slice(0, (line.split(' ').at(-1) ?? '').length - last.length);
    return `try ${quote(last)} ${quote(fixed)} ${tokens.map(quote).join(' ')}`;
  });
  return `source '${script}'
complete -p unspool | grep -q -- '-F _unspool unspool' || exit
compopt() { if [[ $1 == +o ]]; then files=; fi; }
try() {
  local word=$1 fixed_part=$2 files=1
  shift 2
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  echo =====
  _unspool unspool "$word" "\${COMP_WORDS[COMP_CWORD - 1]}"
  if [[ -n $files && \${#COMPREPLY[@]} == 0 ]]; then COMPREPLY=($(compgen -f -- "$word")); fi
  for each in "\${COMPREPLY[@]}"; do
    if [[ -d $each ]]; then each=$each/; fi
    echo "$fixed_part$each"
  done | sort -u
}
${calls.join('\n')}
`;
}

function fishDriver(script: string, lines: readonly string[]): string {
  const calls = lines.map((line) => `echo =====; complete -C ${quote(line)} | string replace -r '\\t.*' ''`);
  return `source '${script}'\n${calls.join('\n')}\n`;
}

/** A shell on a terminal of its own, whose compadd tells what it is given; zsh has no other way to ask it. */
function zshDriver(script: string, lines: readonly string[]): string {
  const setUp = `PROMPT= RPROMPT= ZLS_COLORS= LISTMAX=1000
autoload -U compinit; compinit -D -u; source '${script}'
zstyle ':completion:*' list-prompt ''
bindkey '^I' complete-word
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits suffix prefix
  builtin compadd -A hits "$@"
  zparseopts -E P:=prefix S:=suffix f=suffix
  local each
  for each in $hits; do print -r -- "HIT $IPREFIX$prefix[2]$each"; done
  builtin compadd "$@"
}
complete-and-tell() { zle complete-word; zle kill-buffer; print; print -r -- DO''NE; }
zle -C tell complete-word _main_complete
tell-all() { print -r -- BE''GIN; zle tell; BUFFER=; print -r -- DO''NE; }
zle -N tell-all; bindkey '^T' tell-all
print -r -- REA''DY`;
  const calls = lines.map(
    (line) => `zpty -w -n shell ${quote(`${line}`)}$'\\x14'
zpty -r shell output '*DONE*'
print =====
print -r -- "$output" | tr -d '\\r' | sed -n 's/^.*HIT //p' | sort -u`,
  );
  return `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell ${quote(setUp)}
zpty -r shell output '*READY*'
${calls.join('\n')}
zpty -d shell
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A script without what quotes text in it. */
function unquoted(text: string): string {
  return text.replaceAll("'\\''", "'").replaceAll(/\\([\\'[\]:])/g, '$1');
}
