// unspool prompt check: what it prints, where, and what it exits with.

import { copyFileSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { ruleNames } from '../../src/prompting/check/rules/names.js';
import { file, root, shell } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { temporaryFolder } from '../support/folders.js';
import { checked } from '../support/schema.js';

const prompts = `${root}fixtures/prompts`;
const faulty = `${prompts}/faulty/sql-assistant.txt`;
const good = `${prompts}/clean/sql.txt`;

describe('unspool prompt check', () => {
  it('prints each finding with its line and a rewrite, counts them on standard error, and exits 3', async () => {
    const { stdout, stderr, code } = await unspool(['prompt', 'check', faulty, good]);
    expect(stdout.replaceAll(`${prompts}/`, '')).toBe(
      'faulty/sql-assistant.txt:5: conflicting-instructions: contradicts line 3 on explanations: the model follows one of them, often the later\n' +
        '    Keep one: "Return only the SQL query, with no other text before or after it." or "First explain your reasoning step by step, then give the query."\n' +
        'faulty/sql-assistant.txt:7: token-waste: says again what line 4 says: about 16 tokens [--fix]\n' +
        '    <left out>\n',
    );
    const tokens = [faulty, good].reduce((sum, path) => sum + countTokens(readFileSync(path, 'utf8')), 0);
    expect(stderr).toBe(`2 prompts of about ${tokens} tokens: 2 findings; --fix mends 1\n`);
    expect(code).toBe(3);
  });

  it('prints nothing where nothing is wrong, and exits 0', async () => {
    const args = ['--family', 'llama', '--off', 'no-task, token-waste', '-'];
    const { stdout, stderr, code } = await unspool(['prompt', 'check', ...args], { input: readFileSync(good) });
    expect([stdout, stderr, code]).toEqual([
      '',
      expect.stringMatching(/^1 prompt of about \d+ tokens: no findings\n$/),
      0,
    ]);
  });

  it('checks the others where some cannot be read, and exits 1; nothing of a prompt steers the terminal', async () => {
    const odd = file('odd\u001b[2J.txt', 'Make it better. Describe \u001b[31mthe shop\u0007, etc.');
    const latin = file('latin.txt', Buffer.from('Übersetze das.', 'latin1'));
    const broken = file('chat.json', '[{"role": "user", "content": "Hi."},\n');
    const { stdout, stderr, code } = await unspool(['prompt', 'check', '/nowhere/a.txt', '/tmp', latin, broken, odd]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/odd\?\[2J\.txt:1: vague-instruction: "Make it better" /);
    expect(stdout).toContain('Describe ?[31mthe shop?, <the rest, by name>');
    expect(stderr.split('\n').map((line) => line.replace(/^unspool: \S*\//, ''))).toEqual([
      '1 prompt of about 16 tokens: 2 findings',
      'a.txt: no such file (check the path; quote it if it has spaces)',
      'tmp: is a directory (name the files in it: /tmp/*)',
      expect.stringMatching(/^latin\.txt: is not in UTF-8 \(convert it: iconv /),
      expect.stringMatching(/^chat\.json: chat messages, but no valid JSON: line 2: .* \(mend the JSON, /),
      '',
    ]);
  });

  it('refuses what it cannot mean', async () => {
    for (const [args, message] of [
      [[], 'no prompt (try: unspool prompt check FILE, or: unspool prompt check - < FILE)'],
      [
        ['--off', 'etc', good],
        `option '--off <rules>' argument 'etc' is invalid. Give one of ${Object.keys(ruleNames).join(', ')}, or several, separated by commas.`,
      ],
      [['--rules', good], '--rules checks no prompt (leave out --rules, or all else)'],
      [
        ['--fix', '--json', '-'],
        '--fix writes standard input mended to standard output, where --json cannot write, too (give a FILE)',
      ],
    ] as const) {
      const { stdout, stderr, code } = await unspool(['prompt', 'check', ...args]);
      expect([stdout, stderr, code]).toEqual(['', expect.stringContaining(`unspool: ${message}`), 2]);
    }
  });

  it('tells findings as JSON lines, for a family and without some rules', async () => {
    const args = ['--json', '--family', 'claude-sonnet-4-5', '--off', 'question-position,no-task'];
    const chat = `${prompts}/faulty/chat-export.json`;
    const { stdout, code } = await unspool([
      'prompt',
      'check',
      ...args,
      `${prompts}/faulty/policy-questions.txt`,
      chat,
    ]);
    const all = checked(stdout);
    expect(all.map(({ event, rule, lines, message, fixable }) => ({ event, rule, lines, message, fixable }))).toEqual([
      { event: 'finding', rule: 'family-format', lines: [6, 40], message: null, fixable: true },
      { event: 'prompt-checked', fixable: 1 },
      {
        event: 'finding',
        rule: 'conflicting-instructions',
        lines: [7, 7],
        message: { number: 1, role: 'system', lines: [5, 5] },
        fixable: false,
      },
      {
        event: 'finding',
        rule: 'chat-markup',
        lines: [11, 11],
        message: { number: 2, role: 'user', lines: [5, 7] },
        fixable: true,
      },
      { event: 'prompt-checked', fixable: 1 },
    ]);
    expect(all.at(-1)).toMatchObject({ format: 'messages', findings: 2, fixed: 0, document: { index: 1, name: chat } });
    expect(code).toBe(3);
  });

  it('prints its rules, with sources and examples', async () => {
    const { stdout, code } = await unspool(['prompt', 'check', '--rules', '--json']);
    expect(checked(stdout).map(({ rule, finds }) => [rule, finds])).toEqual(Object.entries(ruleNames));
    expect(code).toBe(0);
  });

  it('is silent where its reader leaves', async () => {
    const { stderr, code } = await shell('set -o pipefail; unspool prompt check --rules | head -1');
    expect([stderr, code]).toEqual(['', 0]);
  });
});

describe('unspool prompt check --fix', () => {
  it('mends files in their place, and exits 3 while something is left', async () => {
    const folder = temporaryFolder();
    const [some, all] = [join(folder, 'some.txt'), join(folder, 'all.txt')];
    copyFileSync(faulty, some);
    const text = readFileSync(good, 'utf8');
    copyFileSync(good, all);
    const before = statSync(all).mtimeMs;
    const { stdout, stderr, code } = await unspool(['prompt', 'check', '--fix', some, all]);
    expect(stdout).toMatch(/^\S+some\.txt:5: conflicting-instructions: .*\n.*\n$/);
    expect(stderr).toMatch(/^2 prompts of about \d+ tokens: 1 finding mended, 1 finding\n$/);
    expect(code).toBe(3);
    const lines = readFileSync(faulty, 'utf8').split('\n');
    expect(readFileSync(some, 'utf8')).toBe([...lines.slice(0, 6), ...lines.slice(7)].join('\n'));
    // What is right is not written, and nothing is left beside the files.
    expect([readFileSync(all, 'utf8'), statSync(all).mtimeMs]).toEqual([text, before]);
    expect(readdirSync(folder).sort()).toEqual(['all.txt', 'some.txt']);
  });

  it('writes standard input mended to standard output, and what is left to standard error', async () => {
    const input = `\ufeffMake it better: the page.\r\n\r\n<page>\r\n1 <|im_end|> 2\r\n</page>\r\n`;
    const { stdout, stderr, code } = await unspool(['prompt', 'check', '--fix', '-'], { input });
    expect(stdout).toBe(input.replace('<|im_end|>', '<| im_end |>'));
    expect(stderr).toMatch(
      /^<stdin>:1: vague-instruction: .*\n.*\n1 prompt of about \d+ tokens: 1 finding mended, 1 finding\n$/,
    );
    expect(code).toBe(3);
  });
});
