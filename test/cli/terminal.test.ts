// On a terminal, made by script(1): the spinner, the progress line, colour, and standard input.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { binary, file, root } from '../support/cli.js';

/** Runs on a terminal; all that it was sent. */
function onTerminal(args: string, environment: NodeJS.ProcessEnv = {}, columns = 80): string {
  const command = `stty cols ${columns}; "${process.execPath}" "${binary}" ${args}`;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_OPTIONS: process.env.NODE_OPTIONS,
    TERM: 'xterm-256color',
    UNSPOOL_THREADS: '1',
    ...environment,
  };
  return execFileSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The lines that stay: what carriage returns, cursor columns and erasing leave of them. */
function screenOf(output: string): string[] {
  const lines: string[] = [''];
  let column = 0;
  for (const [token, parameter, final] of output.matchAll(/\u001b\[([\d;?]*)([A-Za-z])|[^\u001b]/gu)) {
    const line = lines.at(-1) ?? '';
    if (final === 'G') column = Number(parameter ?? 1) - 1;
    else if (final === 'K') lines[lines.length - 1] = line.slice(0, column);
    else if (final !== undefined) continue;
    else if (token === '\r') column = 0;
    else if (token === '\n') lines.push('');
    else {
      lines[lines.length - 1] = line.slice(0, column).padEnd(column) + token + line.slice(column + token.length);
      column += token.length;
    }
  }
  return lines;
}

const text = file(
  'terminal.txt',
  readFileSync(`${root}fixtures/documents/moby-dick.txt`, 'utf8').slice(30_000, 36_000),
);

describe('on a terminal', () => {
  it('shows the model loading, then the document, then takes the line back', () => {
    const output = onTerminal(`stream --perplexity ${text}`);
    expect(output).toContain('loading the model');
    expect(output).toMatch(/\d+%, [\d.]+ [kM]?B, \d+:\d\d left, in view \d+ \(lines \d+-\d+\), forgotten [\d,]+/);
    expect(output).toContain('\u001b[36m');
    // What stays once the cursor is shown again: the table and the account.
    expect(output.slice(output.lastIndexOf('\u001b[?25h'))).not.toMatch(/\d%|left/);
    expect(output).toMatch(/rolling sinks:4\+508\/64 {2}\S+terminal\.txt\r\n/);
  });

  it('keeps the progress line within the columns', () => {
    const output = onTerminal(`stream --perplexity ${text}`);
    for (const frame of output.split(/[\r\n]|\u001b\[[\d;?]*[A-Za-z]/)) {
      if (frame.includes('in view') && !frame.includes('read =')) expect(frame.length).toBeLessThanOrEqual(80);
    }
  });

  it('leaves text that is written in pieces whole beside the progress line', () => {
    const lines = screenOf(onTerminal(`analyze --surprise --heat --limit 1500tok ${text}`));
    const shown = lines.join('\n');
    const [start] = shown.split('\nnats:');
    expect(start?.length).toBeGreaterThan(3000);
    expect(readFileSync(text, 'utf8').startsWith(start ?? '')).toBe(true);
  });

  it.each([
    ['NO_COLOR', 'stream', { NO_COLOR: '1' }],
    ['--no-color', 'stream --no-color', {}],
  ])('uses no colour with %s', (_, args, environment) => {
    expect(onTerminal(`${args} --limit 20tok ${text}`, environment)).not.toContain('\u001b[36m');
  });

  it('moves nothing on a terminal without a size', () => {
    const text = file('sizeless.txt', 'Call me Ishmael.\n'.repeat(100));
    const output = onTerminal(`stream --perplexity ${text}`, {}, 0);
    expect(output).not.toContain('\u001b');
    expect(output).toContain('tokens read');
  });

  it('shows nothing but results with --quiet', () => {
    expect(onTerminal(`stream --perplexity -q --limit 20tok ${text}`)).toMatch(/^ +PPL[^\u001b]*terminal\.txt\r\n$/);
  });

  it('wraps the passages of prose, and sets out the findings of a log', () => {
    const digest = screenOf(onTerminal(`stream -q --top 3 ${text}`, { NO_COLOR: '1' }, 60));
    const sources = digest.filter((line) => /^ {2}terminal\.txt:\d+(?:-\d+)?$/.test(line));
    expect(sources).toHaveLength(3);
    expect(Math.max(...digest.map((line) => line.length))).toBeLessThanOrEqual(60);
    const log = screenOf(
      onTerminal(`stream -q --top 3 --limit 20kB ${root}fixtures/documents/services.log`, { NO_COLOR: '1' }, 60),
    );
    expect(log[0]).toBe('services.log');
    expect(log.filter((line) => /^ {2}services\.log:\d+(?:-\d+)?: \d{4}-/.test(line))).toHaveLength(3);
    expect(Math.max(...log.map((line) => line.length))).toBeLessThanOrEqual(60);
  });
});
