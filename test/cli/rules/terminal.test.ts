// On a terminal, made by script(1): no document is a mistake there, and tables keep to its width.

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { binary } from '../../support/cli.js';
import { unspool } from '../../support/in-process.js';
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

/** Lines of what was shown that are too wide for a terminal of 40 columns. */
function wideLines(output: string): string[] {
  expect(output).not.toContain('\u001b');
  // A path may be longer: on a line of its own, or beside what it is.
  return output.split(/\r?\n/).filter((each) => each.length > 40 && !/^([\w ]+ {2})?\S+$/.test(each));
}

describe.each(lines)('%s', (line) => {
  it('keeps to 40 columns, in text alone', async () => {
    const environment = { HOME: home, UNSPOOL_CONFIG: `${home}/config.json`, NO_COLOR: '1' };
    const { stdout, stderr } = await unspool(line.split(' '), { columns: 40, environment });
    expect(wideLines(stdout + stderr)).toEqual([]);
  });
});

it('a real terminal tells its columns', () => {
  expect(wideLines(onTerminal(`unspool analyze --count -q ${proseFile}`, 40))).toEqual([]);
});
