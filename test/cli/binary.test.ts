// The binary is the command line that most tests run in their own process: one start for each command and stream.

import { describe, expect, it } from 'vitest';
import { file, runBinary, type Result } from '../support/cli.js';
import { unspool } from '../support/in-process.js';

const text = file('text.txt', 'Call me Ishmael. Some years ago I went to sea.\n');
const environment = { UNSPOOL_CONFIG: file('config.json', '{"threads": 1}') };

/** Without times, which no two runs share. */
function untimed({ stdout, stderr, code }: Result): Result {
  return { stdout: stdout.replace(/ +([\d.]+ m?s|time)$/gm, ' <time>'), stderr, code };
}

describe.each([
  ['stream', `-q --perplexity ${text}`],
  ['analyze', `-q ${text}`],
  ['pause-eval', '-q --pauses 1 --count 2 copy'],
  ['prompt', `-q Who? ${text}`],
  ['prompt check', '--rules'],
  ['prompt compare', '-q --count 6 --answer-tokens 1 direct,zero-shot-cot parity'],
  ['models', 'info bundled'],
  ['config', 'get threads'],
  ['completions', 'bash'],
])('the binary, with %s', (command, rest) => {
  it('writes results to standard output', async () => {
    const args = `${command} ${rest}`.split(' ');
    const result = await runBinary(args, { environment });
    expect(untimed(result)).toEqual(untimed(await unspool(args, { environment })));
    expect(result).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/\S/) as string });
  });

  it('writes what is wrong to standard error', async () => {
    const args = [...command.split(' '), '--nonsense'];
    const result = await runBinary(args, { environment });
    expect(result).toEqual(await unspool(args, { environment }));
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^unspool: .*\n$/) as string });
  });
});
