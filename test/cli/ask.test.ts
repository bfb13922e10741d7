// unspool stream --ask: evidence with citations and answers from it, from the real binary.

import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bundledModel } from '../../src/commands/options/model.js';
import type { Evidence, RunEvent } from '../../src/engine/events/events.js';
import { file, root } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked } from '../support/schema.js';
import { startStub } from '../support/stub-server.js';
import { instruct } from './rules/documents.js';

const novelFile = `${root}fixtures/documents/moby-dick.txt`;
const novel = readFileSync(novelFile);
const logFile = `${root}fixtures/documents/services.log`;

function of<Name extends RunEvent['event']>(stdout: string, name: Name): Extract<RunEvent, { event: Name }>[] {
  return checked(stdout).filter(({ event }) => event === name) as unknown as Extract<RunEvent, { event: Name }>[];
}

/** Whether the text is what the bytes of a source are, on its lines. */
function expectCited({ text, bytes, lines }: Evidence, source: Buffer): void {
  expect(source.subarray(...bytes).toString()).toBe(text);
  const all = source.toString().split('\n');
  expect(all.slice(lines[0] - 1, lines[1]).join('\n')).toContain(text);
}

describe('unspool stream --ask', () => {
  it('quotes the bytes of the file, question by question, and runs no model', async () => {
    const asks = ['--ask', 'Who ate the cook’s whale-steak?', '--ask', 'zyxwv qqqq'];
    const args = ['stream', ...asks, '--top', '3', '--json', '--events', novelFile];
    const { stdout, stderr, code } = await unspool(args, { environment: { UNSPOOL_MODEL: '/nowhere/model.gguf' } });
    expect(code).toBe(0);
    const evidence = of(stdout, 'evidence');
    expect(evidence.map(({ question }) => question.index)).toEqual([0, 0, 0]);
    for (const each of evidence) {
      expect(each.document).toEqual({ index: 0, name: novelFile });
      expectCited(each, novel);
      expect(each.text).toMatch(/cook|steak|ate/i);
    }
    const scores = evidence.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(of(stdout, 'not-found')).toEqual([
      { ...{ schema: 1, event: 'not-found' }, question: { index: 1, text: 'zyxwv qqqq' } },
    ]);
    const [first, second] = of(stdout, 'recalled');
    expect(first).toMatchObject({ spans: 3, unknownWords: [] });
    expect(first?.bytes).toBe(evidence.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0));
    expect(second).toMatchObject({ spans: 0, bytes: 0, unknownWords: ['zyxwv', 'qqqq'] });
    expect(of(stdout, 'run-start')).toMatchObject([{ model: null, policy: null }]);
    expect(of(stdout, 'document-end')).toMatchObject([
      { readAs: 'prose', ended: 'end', account: { bytes: novel.length } },
    ]);
    expect(stderr).toMatch(/"Who ate .*": recalled 3 of [\d,]+ spans \(/);
    expect(stderr).toMatch(/recalled nothing; nowhere: "zyxwv", "qqqq"\nno model: [\d,]+ spans indexed/);
  });

  it('quotes the same from standard input, compressed or not, and from an encoding', async () => {
    const part = novel.subarray(30_000, 130_000).toString().replaceAll('\uFFFD', '');
    const args = ['stream', '--ask', 'harpooneer in bed', '--json', '-q'];
    const plain = of((await unspool([...args, file('part.txt', part)])).stdout, 'evidence');
    expect(plain).toHaveLength(5);
    for (const each of plain) expectCited(each, Buffer.from(part));
    for (const input of [part, gzipSync(part)]) {
      const piped = of((await unspool(args, { input })).stdout, 'evidence');
      expect(piped).toEqual(plain.map((each) => ({ ...each, document: { index: 0, name: '<stdin>' } })));
    }
    const wide = of(
      (await unspool([...args, file('wide.txt', Buffer.from(`\uFEFF${part}`, 'utf16le'))])).stdout,
      'evidence',
    );
    expect(wide.map(({ text, lines }) => [text, lines])).toEqual(plain.map(({ text, lines }) => [text, lines]));
  });

  it('prints paragraphs in one line, and lines of a log one by one', async () => {
    const args = ['stream', '-q', '--ask', 'valid checksum of the log segment', '--ask', 'xylophone', '--top', '2'];
    const { stdout, stderr, code } = await unspool([...args, logFile]);
    expect([stderr, code]).toEqual(['', 0]);
    const lines = readFileSync(logFile, 'utf8').split('\n');
    const cited = stdout.split('\n').filter((line) => line.startsWith(logFile));
    expect(cited.length).toBeGreaterThan(8);
    for (const line of cited) {
      const [, number = '', text] = /:(\d+):(.*)$/.exec(line.slice(logFile.length)) ?? [];
      expect(text).toBe(lines[Number(number) - 1]);
    }
    expect(stdout).toContain(`${logFile}:45243:${lines[45_242] ?? ''}\n`);
    expect(stdout).toMatch(/^# valid checksum of the log segment\n[^]*\n--\n[^]*\n\n# xylophone\nNot found\.\n$/);
  });

  it('ranks the spans of all documents together, with chapters, and answers from those that can be read', async () => {
    const page =
      '<h1>The Bakery</h1><p>The baker keeps cardamom under the counter.</p><h1>Later</h1><p>All was well.</p>';
    const page2 = file('page.html', `<!doctype html><html><body>${page}</body></html>`);
    const other = file('other.txt', 'Nothing here is about spices.\nThe baker sleeps.\n');
    const { stdout, code } = await unspool([
      'stream',
      '--ask',
      'cardamom baker',
      '--json',
      other,
      '/nowhere/x.txt',
      page2,
    ]);
    expect(code).toBe(1);
    const evidence = of(stdout, 'evidence');
    expect(evidence.map(({ document }) => document.index)).toEqual([2, 0]);
    expect(evidence[0]).toMatchObject({ chapter: 'The Bakery' });
    expect(evidence[1]).not.toHaveProperty('chapter');
  });

  it('reads questions from a file, after those given, and says what is wrong with one', async () => {
    const questions = file('questions.txt', '\uFEFFWho sleeps?\r\n\n  What is zubrowka? \n');
    const text = file('sleeps.txt', 'The baker sleeps.\n');
    const { stdout, code } = await unspool(['stream', '-q', '--ask', 'baker', '--questions', questions, text]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `# baker\n${text}:1:The baker sleeps.\n\n# Who sleeps?\n${text}:1:The baker sleeps.\n\n# What is zubrowka?\nNot found.\n`,
    );
    const alone = await unspool(['stream', '-q', '--ask', 'zubrowka', text]);
    expect([alone.stdout, alone.code]).toEqual(['Not found in what was read.\n', 0]);
    writeFileSync(questions, '\n \n');
    expect((await unspool(['stream', '--questions', questions, text])).stderr).toMatch(
      /^unspool: --questions .*: holds no question \(/,
    );
    const missing = await unspool(['stream', '--questions', '/nowhere/questions.txt', text]);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      'unspool: --questions /nowhere/questions.txt: cannot be read: ENOENT: no such file or directory (give a text file with one question a line)\n',
    ]);
  });

  it('lets no control character of a document or a question reach a terminal', async () => {
    const text = file('odd.txt', 'The \u001b[31mbaker\u001b[0m sleeps.\u0007\n');
    const { stdout, stderr } = await unspool(['stream', '--ask', 'baker\u001b]0;x\u0007', '--ask', 'baker', text]);
    expect(stdout).toContain(`${text}:1:The baker sleeps.\n`);
    expect(stdout + stderr).not.toMatch(/[\u0007\u001b]/);
  });

  it('stops at --limit', async () => {
    const args = ['stream', '--ask', 'whale', '--limit', '50kB', '--json'];
    const { stdout, code } = await unspool([...args, novelFile]);
    expect(code).toBe(0);
    expect(of(stdout, 'document-end')).toMatchObject([{ ended: 'limit' }]);
    for (const { bytes } of of(stdout, 'evidence')) expect(bytes[1]).toBeLessThanOrEqual(50_000);
  });

  it('says where the index cannot be kept', async () => {
    const environment = { TMPDIR: '/nowhere' };
    const { stdout, stderr, code } = await unspool(['stream', '--ask', 'whale', novelFile], { environment });
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toBe(
      'unspool: the index: cannot be kept in /nowhere: ENOENT: no such file or directory (name another folder with TMPDIR)\n',
    );
  });

  const usage: readonly [readonly string[], RegExp][] = [
    [['--ask', ' '], /Give a question, with a word to look for/],
    [['--ask', 'x', '--digest'], /--digest and --ask are two tasks/],
    [['--questions', 'x', '--perplexity'], /--perplexity and --ask are two tasks/],
    [['--ask', 'x', '--all'], /--all has no meaning with --ask/],
    [['--ask', 'x', '--follow'], /--follow never comes to the end that --ask answers at/],
    [['--ask', 'x', '--limit', '5tok'], /--ask counts no tokens \(give --limit in bytes/],
    [
      ['--ask', 'x', '--window', '64'],
      /--window has no meaning with --ask, which reads each prompt into an empty cache/,
    ],
    [['--ask', 'x', '--server', 'a:1,b:2'], /--ask has one server answer/],
    [['--ask', 'x', '--gpu-layers', '4'], /--gpu-layers has no meaning with --ask where no model answers/],
    [['--embedding-model', 'x.gguf'], /--embedding-model has no meaning with --digest \(use it with --ask\)/],
    [['--ask', 'x', '--query-prefix', 'q: '], /--query-prefix has no meaning without an embedding model/],
    [['--ask', 'x', '--embedding-server', 'http://me:k@a'], /--embedding-server: an address holds no user and no key/],
  ];
  it.each(usage)('refuses %j', async (args, message) => {
    const { stdout, stderr, code } = await unspool(['stream', ...args, novelFile]);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toMatch(message);
  });
});

describe('unspool stream --ask with an instruct model', () => {
  const short = file('short.txt', `${novel.subarray(30_000, 40_000).toString()}\n`);

  it('answers from the evidence with the model in this process, where there is some', async () => {
    const asks = ['--ask', 'whaling voyage', '--ask', 'zyxwv'];
    const args = ['stream', ...asks, '--top', '2', '--context', '800', '--model', instruct, '--verbose', '--json'];
    const { stdout, stderr, code } = await unspool([...args, short]);
    expect(code).toBe(0);
    const order = checked(stdout).map(({ event }) => event);
    expect(order.slice(2, -1)).toEqual(['document-end', 'evidence', 'evidence', 'answer', 'not-found']);
    expect(of(stdout, 'run-start')).toMatchObject([{ model: { path: instruct, contextSize: 4096 } }]);
    const [answer] = of(stdout, 'answer');
    expect(answer?.text).toMatch(/\w/);
    expect(answer).toMatchObject({ question: { index: 0 }, tokens: { reasoning: 0 } });
    // What it writes is made of words and no sense: nothing is cited.
    const { prompt = 0, answer: written = 0 } = answer?.tokens ?? {};
    expect(prompt + written).toBeLessThanOrEqual(800);
    expect(stderr).toMatch(/\ncontext +800 tokens, a prompt and its answer \(option\)/);
    expect(stderr).toMatch(/\n {2}answered from \d spans?, [^;]+; [\d,]+ tokens read, [\d,]+ written/);
    expect(stderr).toMatch(/\nunspool base \(3\.2M parameters\): \d+ spans indexed/);
  });

  it('prints what a server answers below the evidence, with citations that are checked', async () => {
    const stub = await startStub({ contextSize: 4096, writes: 'It is [S1],\nand \u001b[1mthat [S7] [x.txt:1-2].' });
    const text = file('sleeper.txt', 'The baker sleeps.\n');
    const { stdout, stderr, code } = await unspool(['stream', '--ask', 'Who sleeps?', '--server', stub.url, text]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^\S+sleeper\.txt:1:The baker sleeps\.\n\nAnswer: It is \[\S+sleeper\.txt:1-1\], and .*that\.\n$/,
    );
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toMatch(/answered from 1 span, 1 span cited; 2 citations of nothing in it left out; 11 tokens read/);
  });

  it('keeps the evidence where the server fails', async () => {
    const stub = await startStub({
      contextSize: 4096,
      mishap: (path) => (path === '/v1/chat/completions' ? { kind: 'status', status: 400 } : undefined),
    });
    const text = file('sleeper2.txt', 'The baker sleeps.\n');
    const { stdout, code } = await unspool(['stream', '-q', '--ask', 'Who sleeps?', '--server', stub.url, text]);
    expect([stdout, code]).toEqual([`${text}:1:The baker sleeps.\n`, 1]);
  });

  it('keeps the evidence where it is interrupted while the model answers', async () => {
    const stub = await startStub({
      contextSize: 4096,
      mishap: (path) => (path === '/v1/chat/completions' ? { kind: 'slow', milliseconds: 60_000 } : undefined),
    });
    const text = file('sleeper3.txt', 'The baker sleeps.\n');
    const asks = ['--ask', 'Who sleeps?', '--ask', 'baker'];
    const { stdout, code } = await unspool(['stream', '--json', ...asks, '--server', stub.url, text], {
      onLine: (line, interrupt) => {
        if (line.includes('"evidence"')) interrupt();
      },
    });
    stub.stop();
    expect(code).toBe(130);
    expect(of(stdout, 'evidence').map(({ question }) => question.index)).toEqual([0, 1]);
    expect(of(stdout, 'answer')).toEqual([]);
    expect(of(stdout, 'run-end')).toMatchObject([{ status: 'interrupted', error: null }]);
  });

  it('takes no base model', async () => {
    const { stdout, stderr, code } = await unspool(['stream', '--ask', 'whale', '--model', bundledModel, short]);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toMatch(
      /^unspool: \S+base\.gguf: is a base model, .*\(leave out --model: evidence needs none; [^\n]*\)\n$/,
    );
  });
});
