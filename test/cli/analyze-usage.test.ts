// unspool analyze: options that do not go together, and files that cannot be written. No model is loaded.

import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { file } from '../support/cli.js';
import { unspool } from '../support/in-process.js';

const text = file('text.txt', 'Some text.\n');
const comparing = ['--compare', 'sinks:4+60,window:64'];

describe('unspool analyze on wrong usage', () => {
  const usage: readonly [readonly string[], RegExp][] = [
    [['--compare', 'sinks:4+60'], /Give two policies or more, separated by commas/],
    [['--compare', 'sink:4+60,window:64'], /Write sinks\[:S\+W\], window\[:W\], recompute\[:W\] or dense\[:W\]/],
    [['--compare', 'sinks:4+60,'], /Write sinks\[:S\+W\]/],
    [[...comparing, '--policy', 'window'], /--policy has no meaning with --compare/],
    [[...comparing, '--sinks', '4'], /--sinks has no meaning with --compare/],
    [[...comparing, '--chunk', '64'], /--chunk has no meaning with --compare/],
    [
      ['--perplexity', '--protocol', 'chunked', '--policy', 'window'],
      /a policy has no meaning with --protocol chunked/,
    ],
    [['--perplexity', '--protocol', 'chunked', '--sinks', '4'], /a policy has no meaning with --protocol chunked/],
    [['--perplexity', '--top', '3'], /--top has no meaning with --perplexity \(use it with --surprise\)/],
    [['--perplexity', '--svg', 'pictures'], /--svg has no meaning with --perplexity/],
    [['--perplexity', '--tokenizer', 'o200k_base'], /--tokenizer has no meaning with --perplexity/],
    [['--horizon', '--window', '64'], /--window has no meaning with --horizon/],
    [['--horizon', '--protocol', 'chunked'], /--protocol has no meaning with --horizon/],
    [['--horizon', '--chunk', '3'], /Give a whole number from 4 up/],
    [['--heat'], /--heat has no meaning with --count \(use it with --surprise\)/],
    [['--surprise', '--heat', '--top', '3'], /--top has no meaning with --heat/],
    [['--surprise', '--chunk', '64'], /--chunk has no meaning with --surprise/],
    [['--attention', '--chunk', '8'], /--attention needs a --chunk of at least four times --sinks/],
    [['--attention', '--sinks', '20', '--chunk', '64'], /at least four times --sinks/],
    [['--attention', '--policy', 'dense'], /--policy has no meaning with --attention/],
    [['--hosts', '4'], /--hosts has no meaning with --count \(use it with --plan\)/],
    [['--surprise', '--device', 'tpu-v4'], /--device has no meaning with --surprise \(use it with --plan\)/],
    [['--horizon', '--memory', '24'], /--memory has no meaning with --horizon/],
    [['--plan', '--count'], /--count and --plan are two tasks/],
    [['--plan', '--hosts', '1'], /Give a whole number from 2 up/],
    [['--plan', '--device', 'abacus'], /Give a100-nvlink or a100-infiniband or tpu-v3 or tpu-v4 or tpu-v5e/],
    [['--plan', '--memory', '0'], /Give a number from 0\.001/],
    [['--plan', '--flops', '80', '--memory', '24'], /give all three, or --device/],
    [['--plan', '--bandwidth', '80', '--memory', '24'], /give all three, or --device/],
    [['--plan', '--flops', '80', '--bandwidth', '1.25'], /give all three, or --device/],
    [['--plan', '--device', 'tpu-v4', '--flops', '80'], /give either --device or the two others/],
    [['--plan', '--report', 'page.html'], /--report has no meaning with --plan/],
    [['--plan', '--svg', 'pictures'], /--svg has no meaning with --plan/],
    [['--plan', '--policy', 'dense'], /--policy has no meaning with --plan/],
    [['--plan', '--threads', '2'], /--threads has no meaning with --plan/],
    [['--limit', '10'], /--limit has no meaning with --count/],
    [['--horizon', '--csv', 'same.out', '--report', './same.out'], /--csv and --report name the same file/],
    [['--horizon', '-o', 'same.out', '--csv', 'same.out'], /-o and --csv name the same file/],
  ];
  it.each(usage)('refuses %j in one line, with exit 2', async (args, message) => {
    const { stdout, stderr, code } = await unspool(['analyze', ...args, text]);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toMatch(/^unspool: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });
});

describe('unspool analyze with files that cannot be written', () => {
  const folder = join(dirname(text), 'written');
  mkdirSync(folder);
  const csv = join(folder, 'rows.csv');
  const report = join(folder, 'page.html');

  it.each([
    ['--csv', '/nowhere/rows.csv', /^unspool: \/nowhere\/rows\.csv: cannot be written: ENOENT/],
    ['--report', '/nowhere/page.html', /^unspool: \/nowhere\/page\.html: cannot be written: ENOENT/],
    ['--report', '/tmp', /^unspool: \/tmp: cannot be written: EISDIR/],
    ['--svg', text, /^unspool: \S+text\.txt: cannot be written: EEXIST/],
    ['--svg', '/proc/pictures', /^unspool: \/proc\/pictures: cannot be written: ENOENT/],
    ['--svg', `${text}/pictures`, /^unspool: \S+text\.txt\/pictures: cannot be written: ENOTDIR/],
  ])('names %s %s, and the option to change, at once', async (option, name, message) => {
    const { stdout, stderr, code } = await unspool(['analyze', '--horizon', option, name, text]);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(new RegExp(`^[^\\n]+\\(give ${option} a [^\\n]+\\)\\n$`));
  });

  it.each([
    [['--svg', text], 1],
    [['--csv', csv, '--report', '/nowhere/page.html'], 1],
    [['--csv', csv, '--events'], 2],
    [['--csv', csv, '-o', '/nowhere/results.txt'], 1],
  ])('leaves no file behind with %j', async (args, exitCode) => {
    const environment = { TMPDIR: folder };
    const { code } = await unspool(['analyze', '--horizon', '--report', report, ...args, text], { environment });
    expect(code).toBe(exitCode);
    expect(readdirSync(folder)).toEqual([]);
  });
});
