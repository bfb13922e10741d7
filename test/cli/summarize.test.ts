// unspool stream --summarize: the real binary, with the bundled model behind a chat template.

import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/engine/events/events.js';
import { bundledModel } from '../../src/commands/options/model.js';
import { file } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked } from '../support/schema.js';
import { instruct, longProse, prose, proseFile } from './rules/documents.js';

const args = ['stream', '--summarize', '--length', '10', '--model', instruct];
const novel = file('novel.txt', longProse.slice(0, 9000));

describe('stream --summarize', () => {
  it('prints each summary below its name, and what it took', async () => {
    const { stdout, stderr, code } = await unspool([...args, '--verbose', proseFile, novel]);
    expect(code).toBe(0);
    expect(stderr).toContain('\ncontext  4096 tokens, a prompt and its answer (default) in f16');
    const [, first = '', second = ''] = stdout.split(/^\S+\.txt\n\n/m);
    expect([first, second].map((text) => /\w/.test(text))).toEqual([true, true]);
    expect(stdout.startsWith(`${proseFile}\n\n`)).toBe(true);
    expect(stdout).toContain(`\n\n${novel}\n\n`);
    expect(stderr).toMatch(
      /novel\.txt: [\d,]+ bytes, \d+ lines\n {2}[\d,]+ tokens read in 2 passages; 2 notes; [\d,]+ tokens evaluated with instructions, notes and answers, 1\.\d\d for each one read\n/,
    );
  });

  it('writes notes where it is interrupted in the middle', async () => {
    const { stdout, code } = await unspool([...args, '--json', '--events', file('long.txt', longProse)], {
      onLine: (line, interrupt) => {
        if (line.includes('"note"')) interrupt();
      },
    });
    expect(code).toBe(130);
    const summary = checked(stdout).find(({ event }) => event === 'summary') as unknown as Summary;
    expect(summary.kind).toBe('notes');
    expect(summary.text).toMatch(/^\[\S+long\.txt:1-\d+\] /);
  });

  it('takes an instruct model', async () => {
    const { stdout, stderr, code } = await unspool([...args, '--model', bundledModel, proseFile]);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toMatch(
      /^unspool: \S+base\.gguf: is a base model, .*\(use --digest, or give --model an instruct model\)\n$/,
    );
  });

  it('refuses what has no meaning', async () => {
    for (const [wrong, message] of [
      [['--policy', 'sinks'], '--policy has no meaning with --summarize'],
      [['--follow'], '--follow never comes to the end that --summarize waits for'],
      [['--temperature', '1'], '--temperature has no meaning with --summarize'],
      [['-o', 'notes', '--resume', './notes'], '-o and --resume name the same file'],
      [['--length', '3'], 'Give a whole number from 10 up.'],
      [['--context', '200'], 'a context of 200 tokens holds too little'],
    ] as const) {
      const { stderr, code } = await unspool([...args, ...wrong, '-'], { input: prose });
      expect(stderr).toContain(message);
      expect(code).toBe(wrong[0] === '--context' ? 1 : 2);
    }
    for (const option of ['--focus', '--resume']) {
      const { stderr, code } = await unspool(['stream', option, 'whales', proseFile]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('use it with --summarize')]);
    }
  });
});
