// On a terminal, made by script(1): no document is a mistake there, and tables keep to its width.

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { binary } from '../../support/cli.js';
import { commands, invocations, others, titled } from './commands.js';
import { folder, proseFile } from './documents.js';

const home = folder('home');

/** All that a terminal of so many columns was sent by a line of sh in which `unspool` is the binary. */
function onTerminal(line: string, columns: number): string {
  const command = `stty cols ${columns}; unspool() { "${process.execPath}" "${binary}" "$@"; }; ${line}`;
  return execFileSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: {
      ...{ PATH: process.env.PATH, HOME: home, NODE_OPTIONS: process.env.NODE_OPTIONS },
      ...{ TERM: 'xterm-256color', UNSPOOL_THREADS: '1', NO_COLOR: '1' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe.each(titled(commands))('%s', (_, { args }) => {
  const [command = ''] = args;

  it('asks for a document where a person would have to type it', () => {
    const output = onTerminal(`unspool ${args.join(' ')} < /dev/tty; echo "exit $?"`, 200);
    expect(output).toBe(
      `unspool: no input (try: unspool ${command} FILE, or: zcat LOG.gz | unspool ${command})\r\nexit 2\r\n`,
    );
  });
});

/** What quotes the text of a document keeps its lines, and defaults are told in words. */
const free = [
  ...['stream --digest', 'stream --ask', 'stream --continue', 'stream --summarize'],
  ...['analyze --surprise', 'config list'],
];

/** All commands whose lines are as wide as they choose. */
const lines = [
  ...invocations.filter(({ name }) => !free.includes(name)).map(({ args }) => `${args.join(' ')} -q ${proseFile}`),
  ...others.map(([line]) => line).filter((line) => !free.includes(line)),
];

describe.each(lines)('%s', (line) => {
  it('keeps to 40 columns, in text alone', () => {
    const output = onTerminal(`unspool ${line}`, 40);
    expect(output).not.toContain('\u001b');
    // A path may be longer: on a line of its own, or beside what it is.
    const wide = output.split('\r\n').filter((each) => each.length > 40 && !/^([\w ]+ {2})?\S+$/.test(each));
    expect(wide).toEqual([]);
  });
});
