// The examples of --help, each of which is run.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { sectionsOf } from '../../src/cli/help.js';
import { bundledModel } from '../../src/commands/options/model.js';
import { chatMl } from '../support/chat-templates.js';
import { root, shell, type Result } from '../support/cli.js';
import { embeddingModel } from '../support/embedding-model.js';
import { unspool } from '../support/in-process.js';
import { startHub } from '../support/hub.js';
import { instructModel } from '../support/instruct-model.js';
import { ModelHome } from '../support/model-home.js';
import { commandsBelow, program } from '../support/program.js';

const examples = commandsBelow(program).flatMap(({ called, command }) =>
  sectionsOf(command).flatMap((section) =>
    section.heading === 'Examples' && 'lines' in section ? section.lines.map((line) => ({ called, line })) : [],
  ),
);
const hasJq = spawnSync('jq', ['--version']).status === 0;

/** Whether a model reads or writes in an example. */
export const runsModel = (line: string): boolean =>
  /unspool (stream|pause-eval|prompt compare|prompt --run|analyze --(perplexity|compare|surprise))/.test(line);

/** Tests that run the examples of help. `isTried`: which of them. */
export function testExamples(isTried: (line: string) => boolean): void {
  const home = new ModelHome(mkdtempSync(join(tmpdir(), 'unspool-examples-')));
  fillWithExamples(home);
  afterAll(() => {
    rmSync(home.path, { recursive: true });
  });
  it.each(examples.filter(({ line }) => isTried(line)))('of $called: $line', async ({ called, line }) => {
    expect(line).toContain(called.split(' ').slice(0, 2).join(' '));
    if (!hasJq && line.includes('| jq ')) return;
    // What is followed has no end, and not every system has this log, or this tool.
    const short = line.replace('--follow /var/log/syslog', 'services.log').replace(/\| llm$/, '| cat');
    // All of the controls, and replies at their full length, would take too long.
    const command = short
      .replace(/^unspool pause-eval$/, '$& --count 30')
      .replace(/^unspool prompt compare /, '$&--answer-tokens 4 ');
    const environment = {
      ...home.environment,
      // A config file for each command, which its examples fill.
      ...{ EDITOR: 'cat', UNSPOOL_CONFIG: join(home.path, `config/${called}.json`) },
      HF_ENDPOINT: await hubOf(line),
    };
    expect(await runLine(command, home.path, environment)).toMatchObject({ code: 0 });
  });
}

/** Runs a line of bash in a folder: in this process where it is one command, otherwise with the binary. */
async function runLine(line: string, folder: string, environment: NodeJS.ProcessEnv): Promise<Result> {
  if (/[|>&$]/.test(line)) return shell(`cd '${folder}' && set -o pipefail && ${line}`, { environment });
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await unspool(wordsOf(line, environment), { environment });
  } finally {
    process.chdir(before);
  }
}

/** The arguments that bash makes of a line, in the current folder. */
function wordsOf(line: string, { HOME }: NodeJS.ProcessEnv): string[] {
  const print = `unspool() { printf '%s\\0' "$@"; }; ${line}`;
  const words = execFileSync('bash', ['-c', print], { encoding: 'utf8', env: { PATH: process.env.PATH, HOME } });
  return words.split('\0').slice(0, -1);
}

/** The files that examples name, small. */
function fillWithExamples(home: ModelHome): void {
  const excerpt = (name: string, bytes: number): Buffer =>
    readFileSync(join(root, 'fixtures/documents', name)).subarray(0, bytes);
  home.file('moby-dick.txt', excerpt('moby-dick.txt', 1200));
  // Two chunks of 512 tokens.
  home.file('book.txt', excerpt('moby-dick.txt', 3300));
  home.file('services.log', excerpt('services.log', 2500));
  home.file('huge.log.gz', gzipSync(excerpt('services.log', 2500)));
  home.file('triage.md', readFileSync(join(root, 'fixtures/prompts/clean/support-triage.md')));
  home.file('CHANGELOG.md', readFileSync(join(root, 'CHANGELOG.md')));
  const choices = ['A', 'B'].map((label) => ({ label, text: `answer ${label}` }));
  home.file('dev.jsonl', JSON.stringify({ question: { stem: 'Which?', choices }, answerKey: 'B' }));
  const question = (prompt: string): string => `${JSON.stringify({ prompt, answer: 'yes' })}\n`;
  home.file('questions.jsonl', ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => question(`Is ${name} a letter?`)).join(''));
  const problem = JSON.stringify({ question: 'What is 1 and 1?', answer: '1 + 1 = 2\n#### 2' });
  home.file('test.jsonl', `${problem}\n`.repeat(6));
  home.file('contract.txt', 'Signed by A. Smith and B. Jones.\n');
  home.file('task.jsonl', JSON.stringify({ prompt: 'Once upon', target: ' a time' }));
  for (const name of ['model.gguf', 'models/model.gguf']) home.link(name, bundledModel);
  home.file('instruct.gguf', instructModel(chatMl));
  home.file('embed.gguf', embeddingModel({ groups: [['carved', 'made']] }));
  for (const name of ['.local/share/bash-completion/completions', '.zfunc', '.config/fish/completions']) {
    mkdirSync(join(home.path, name), { recursive: true });
  }
}

/** The address of a hub that has the model which an example pulls. */
async function hubOf(line: string): Promise<string> {
  const [, repository, name] = /\bhf:([\w.-]+\/([\w.-]+?)-GGUF)\b/.exec(line) ?? [];
  if (repository === undefined) return '';
  const files = ['Q4_K_M', 'Q8_0'].map((type) => [`${name}-${type}.gguf`, readFileSync(bundledModel)] as const);
  return (await startHub({ repository, files: Object.fromEntries(files) })).endpoint;
}
