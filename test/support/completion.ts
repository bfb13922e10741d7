// Asks shells what their completion offers.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from 'vitest';
import { binary } from './cli.js';
import { ModelHome, tinyModel } from './model-home.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export function isInstalled(shell: Shell): boolean {
  return spawnSync(shell, ['-c', 'true']).status === 0;
}

/**
 * What a shell offers at the end of each line, as whole words. In its folder are notes.txt, two.txt, one.gguf, sub/; the
 * model tiny is on this machine, and another of this name.
 */
export function complete(shell: Shell, script: string, lines: readonly string[], model = 'other'): string[][] {
  const home = new ModelHome();
  for (const name of ['tiny', model]) home.file(`.local/share/unspool/models/${name}.gguf`, tinyModel(name));
  const folder = join(home.path, 'here');
  mkdirSync(join(folder, 'sub'), { recursive: true });
  for (const name of ['notes.txt', 'two.txt', 'one.gguf']) writeFileSync(join(folder, name), '');
  chmodSync(home.file('bin/unspool', `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`), 0o755);
  const { command, args } = driver(shell, home.file(`completions.${shell}`, script), lines);
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
  return `set -u
source '${script}'
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
  for each in $hits; do
    each=$prefix[2]$each
    if [[ -d $each ]]; then each+=/; fi
    print -r -- "HIT $IPREFIX$each"
  done
  builtin compadd "$@"
}
zle -C tell complete-word _main_complete
tell-all() { zle tell; BUFFER=; print -r -- DO''NE; }
zle -N tell-all; bindkey '^T' tell-all
print -r -- REA''DY`;
  const calls = lines.map(
    (line) => `zpty -w -n shell ${quote(line)}$'\\x14'
zpty -r shell output '*DONE*'
print '====='
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
