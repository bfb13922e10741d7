// unspool prompt: prompts on standard output, and replies to them, from the real binary.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PromptBuilt, Reply } from '../../src/engine/events/events.js';
import { events, file, shell, start } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked } from '../support/schema.js';
import { called } from '../support/session.js';
import { startStub } from '../support/stub-server.js';
import { folder, instruct, longProse, missingFile, prose, proseFile } from './rules/documents.js';

function built(stdout: string): PromptBuilt {
  const found = checked(stdout).find(({ event }) => event === 'prompt');
  return found as unknown as PromptBuilt;
}

describe('prompt', () => {
  it('is all of standard output; what it is made of goes to standard error', async () => {
    const { stdout, stderr, code } = await unspool(['prompt', '--strategy', 'direct', 'What is 2 + 2?\r\n']);
    expect(code).toBe(0);
    expect(stdout).toBe(
      '# Instructions\n\nAnswer the question. Write the answer and nothing else: no steps, no explanation.\n\n' +
        '# Question\n\nWhat is 2 + 2?\n',
    );
    expect(stderr).toMatch(
      /^direct, markdown for gpt: (\d+) of 100,000 tokens by o200k_base \(instructions \d+, question \d+\)\n$/,
    );
  });

  it('holds documents, also from standard input, and is one event with --json', async () => {
    const args = [
      'prompt',
      '--json',
      '--family',
      'claude',
      '--budget',
      '2000',
      'What are the motives?',
      proseFile,
      '-',
    ];
    const { stdout, stderr, code } = await unspool(args, { input: 'Not here: </document_content>\n' });
    expect(code).toBe(0);
    const names = checked(stdout).map(({ event }) => event);
    expect(names).toEqual([
      ...['run-start', 'document-start', 'document-end', 'document-start', 'document-end', 'prompt', 'run-end'],
    ]);
    const { text, messages, tokens, documents, ...prompt } = built(stdout);
    expect(prompt).toMatchObject({ strategy: 'zero-shot-cot', family: 'claude', format: 'xml', recalled: null });
    expect(messages).toEqual([{ role: 'user', content: text }]);
    expect(text).toContain(`<document_content>\n${prose}</document_content>`);
    expect(text).toContain('Not here: &lt;/document_content>\n</document_content>');
    expect(tokens.total).toBeLessThan(2000);
    expect(documents.map(({ document, lines, leftOut }) => [document.name, lines, leftOut])).toEqual([
      [proseFile, 1, []],
      ['<stdin>', 1, []],
    ]);
    expect(stderr).toMatch(/prose\.txt: all of its 1 line\n {2}<stdin>: all of its 1 line\n$/);
  });

  it('shows of long documents what bears on the question, by the tokens of the model that it is for', async () => {
    const long = file('long.txt', longProse);
    const args = ['prompt', '--model', instruct, '--budget', '1200', 'Who is Queequeg?', long];
    const { stdout, stderr, code } = await unspool(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# Task\n[^]+\[text left out before line \d+\]\n\n\[lines? \d+[^]+Queequeg/);
    const [, total = ''] = /llama: ([\d,]+) of 1,200 tokens by unspool base \(/.exec(stderr) ?? [];
    expect(Number(total.replace(',', ''))).toBeGreaterThan(800);
    expect(stderr).toMatch(/long\.txt: \d+ passages of its \d+ lines; left out: before line \d+, between lines /);
    expect(stderr).toMatch(/of \d+ spans, \d+ chosen by the question\n$/);
    const lost = await unspool(['prompt', '--family', 'gemini', '--budget', '600', 'Kubernetes?', long]);
    expect(lost.stderr).toMatch(
      /^zero-shot-cot, markdown for gemini: about [^]+, 0 chosen by the question, \d+ by the digest; nowhere: "kubernetes"\n/,
    );
    expect(lost.stderr).toMatch(
      /warning: no passage of the documents holds a word of the question: .* telling ones \(ask/,
    );
  });

  it('shows solved examples, and goes into any tool that takes a prompt', async () => {
    const shots = file('shots.jsonl', '{"prompt":"1 + 1?","answer":"2","reasoning":"Add."}\n');
    const args = `--strategy few-shot-cot --shots-from ${shots} -q --format messages`;
    const { stdout, stderr, code } = await shell(
      `unspool prompt ${args} "2 + 2?" | cat; unspool prompt "2 + 2?" | head -c 4`,
    );
    expect([stderr.split('\n').length, code]).toEqual([2, 0]);
    const body = JSON.parse(stdout.slice(0, -4)) as { messages: { role: string }[] };
    expect(body.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  });

  it('tells what its texts hold: removed characters, chat markup and its place, nothing at all', async () => {
    const odd = file('odd.txt', Buffer.from('One.\nTwo \x1b[31mred\xff.\n<|im_end|>\n[INST]\n', 'latin1'));
    const empty = file('empty.txt', ' \n');
    const shots = file('odd.jsonl', '{"prompt":"1\\u0007 + 1?\\r\\nSay.","answer":"<|eot_id|>"}\n');
    const args = ['prompt', '--json', '--strategy', 'few-shot', '--shots-from', shots, 'Is <|x_y|> red?', odd, empty];
    const { stdout, stderr, code } = await unspool(args);
    expect(code).toBe(0);
    const { text } = built(stdout);
    expect(text).toContain('One.\nTwo red\ufffd.\n<|im_end|>\n[INST]\n');
    expect(text).toContain('1 + 1?\nSay.');
    const markup = (place: string, tokens: string, spaced: string): string =>
      `unspool: warning: ${place}: chat markup, ${tokens}: a server may take it for the end of a message ` +
      `(with spaces in it, ${spaced}, it is text to all)`;
    expect(stderr.split('\n').filter((line) => line.startsWith('unspool: '))).toEqual([
      `unspool: warning: ${empty}: holds no text`,
      `unspool: warning: ${shots}: 1 control character removed from its examples`,
      markup('the question', '<|x_y|>', '<| x_y |>'),
      markup(`${shots}: its examples`, '<|eot_id|>', '<| eot_id |>'),
      markup(`${odd}:3`, '<|im_end|> and 1 more', '<| im_end |>'),
    ]);
    expect(stderr).toMatch(
      /odd\.txt: all of its 4 lines; 5 control characters removed; 1 invalid byte replaced by U\+FFFD\n {2}\S+empty/,
    );
  });

  it('is none where a document cannot be read: all that fail are named, and the file of -o stays', async () => {
    const place = folder('prompt');
    const results = join(place, 'prompt.txt');
    writeFileSync(results, 'old');
    const args = ['prompt', '-o', results, 'Who?', missingFile, proseFile, '/tmp'];
    const { stdout, stderr, code } = await unspool(args);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toMatch(/^unspool: \/nowhere\/book\.txt: no such file .*\nunspool: \/tmp: is a directory .*\n$/);
    expect([readFileSync(results, 'utf8'), readdirSync(place)]).toEqual(['old', ['prompt.txt']]);
    await unspool(['prompt', '-q', '-o', results, 'Who is it?']);
    expect(readFileSync(results, 'utf8')).toMatch(/^# Instructions\n[^]+Who is it\?\n$/);
  });

  it('is none where it is interrupted while documents are read', async () => {
    const run = start(['prompt', '--json', '--events', 'Who?', '-'], { input: prose, silent: true });
    await run.shows('stdout', /"document-start"/);
    run.child.kill('SIGINT');
    const { stdout, stderr, code } = await run.result;
    expect(code).toBe(130);
    expect(checked(stdout).at(-1)).toMatchObject({ event: 'run-end', status: 'interrupted' });
    expect(built(stdout)).toBeUndefined();
    expect(stderr).toMatch(/^interrupted after \d+:\d\d\n$/);
  });

  it.each([
    [['--strategy', 'few-shot', 'Who?'], /^--strategy few-shot shows solved examples$/],
    [
      ['--strategy', 'few-shot', '--shots-from', 'a', '--preset', 'gsm8k', '--field', 'answer=a', 'Who?'],
      /^--preset and --field say the same in two ways$/,
    ],
    [['--shots-from', 'a', 'Who?'], /^--shots-from has no meaning with --strategy zero-shot-cot$/],
    [['--answer-only', 'Who?'], /^--answer-only has no meaning without --run$/],
    [['--exemplars', '3', 'Who?'], /^--exemplars has no meaning with --strategy zero-shot-cot/],
    [['--pauses', '3', 'Who?'], /^--pauses has no meaning with --strategy zero-shot-cot/],
    [['--temperature', '1', 'Who?'], /^--temperature has no meaning without --run$/],
    [['--server', 'localhost:1', 'Who?'], /^--server has no meaning without --run/],
    [['--run', '--seed', '1', 'Who?'], /^--seed has no meaning at temperature 0/],
    [['--run', '--tokenizer', 'gpt2', 'Who?'], /^--tokenizer has no meaning with --run/],
    [['--run', '--json', '--answer-only', 'Who?'], /^--answer-only has no meaning with --json/],
    [['--exact', 'Who?'], /^--exact has no meaning without documents/],
    [['?'], /^the question has no word$/],
    [['Who is \u001b[31mred?'], /^the question holds control characters$/],
    [['Who\u0085?'], /^the question holds control characters$/],
    [['Who?', '-', '-'], /^standard input \(-\) can be read once only$/],
  ])('refuses %j', async (args, message) => {
    await expect(called(['prompt', ...args])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message) as string,
    });
  });

  it('is wrong usage in one line', async () => {
    const { stdout, stderr, code } = await unspool(['prompt', '--strategy', 'few-shot', 'Who?']);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toBe(
      'unspool: --strategy few-shot shows solved examples (name a file of them: --shots-from FILE)\n',
    );
  });
});

describe('prompt --run', () => {
  it('prints what an instruct model replies, and what that took', async () => {
    const args = [
      'prompt',
      '--run',
      '--model',
      instruct,
      '--answer-tokens',
      '12',
      '--verbose',
      'Who is it?',
      proseFile,
    ];
    const { stdout, stderr, code } = await unspool(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\w[^]*\n$/);
    expect(stdout).not.toContain('# Instructions');
    expect(stderr).toMatch(/context +\d+ tokens, a prompt and its answer \(default\)/);
    expect(stderr).toMatch(/zero-shot-cot, markdown for llama: [\d,]+ of [\d,]+ tokens by unspool base \(task /);
    expect(stderr).toMatch(/warning: the reply was cut off at 12 tokens \(use more --answer-tokens\)/);
    expect(stderr).toMatch(/reply: [\d,]+ tokens read, 12 written; it comes to no final answer\n/);
  });

  it('refuses a base model, with what to do', async () => {
    const { stdout, stderr, code } = await unspool(['prompt', '--run', 'Who?']);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toMatch(
      /is a base model.* \(give --model an instruct model, or leave out --run for the prompt alone\)\n$/,
    );
  });

  it('prints what there is of a reply where it is interrupted', async () => {
    const args = ['prompt', '--run', '--json', '--model', instruct, '--temperature', '1', '--answer-tokens', '3000'];
    const run = start([...args, 'What happens?']);
    await run.shows('stdout', /"text-delta"/);
    run.child.kill('SIGINT');
    const { stdout, stderr, code } = await run.result;
    expect([code, stderr]).toEqual([130, expect.stringMatching(/\ninterrupted after \d+:\d\d\n$/)]);
    const all = checked(stdout);
    const reply = all.find(({ event }) => event === 'reply') as unknown as Reply;
    const deltas = all.filter(({ event }) => event === 'text-delta').map(({ text }) => text as string);
    expect(reply).toMatchObject({ ended: 'interrupted', text: deltas.join('') });
    expect(all.at(-1)).toMatchObject({ event: 'run-end', status: 'interrupted' });
  });

  it('separates recalled problems from the answer of a server', async () => {
    const writes = '<problem number="1">Low?</problem><solution>So.</solution>\n<answer>\u001b[31m42</answer>';
    const { url, requests } = await startStub({ engine: 'chat-only', models: ['claude-toy'], writes });
    const args = ['prompt', '--run', '--server', url, '--strategy', 'analogical', '--exemplars', '1', 'How many?'];
    const whole = await unspool([...args, '--json']);
    const reply = events(whole.stdout).find(({ event }) => event === 'reply');
    expect(reply).toMatchObject({
      exemplars: [{ problem: 'Low?', solution: 'So.' }],
      answer: expect.stringContaining('42') as string,
    });
    expect(built(whole.stdout)).toMatchObject({ family: 'claude', format: 'xml', tokens: { exact: false } });
    const alone = await unspool([...args, '--answer-only', '-q']);
    expect([alone.stdout, alone.stderr, alone.code]).toEqual(['?[31m42\n', '', 0]);
    const asked = requests.filter(({ path }) => path.endsWith('/chat/completions')).map(({ body }) => body.messages);
    expect(asked.at(-1)).toEqual(built(whole.stdout).messages);
  });
});
