// What the model runs on and how large its cache is, through the real binary, on a machine without a GPU.

import { describe, expect, it } from 'vitest';
import { events, file, type Result } from '../support/cli.js';
import { unspool } from '../support/in-process.js';

const text = file('text.txt', 'It was the best of times, it was the worst of times.\n'.repeat(12));

function perplexity(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Result> {
  return unspool(['stream', '--perplexity', ...args, text], { environment });
}

async function policyOf(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<unknown> {
  const { stdout } = await perplexity(['--json', '--limit', '50tok', ...args], environment);
  return events(stdout)[0]?.policy;
}

async function refusal(exitCode: number, args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<string> {
  const { stdout, stderr, code } = await perplexity(args, environment);
  expect([stdout, code]).toEqual(['', exitCode]);
  expect(stderr).toMatch(/^unspool: [^\n]+\n$/);
  return stderr;
}

describe('--gpu', () => {
  it.each(['cuda', 'vulkan', 'metal'])('says in one line that there is no %s', async (gpu) => {
    expect(await refusal(1, ['--gpu', gpu])).toBe(
      `unspool: --gpu ${gpu}: llama.cpp finds no such GPU here, or not its driver (leave out --gpu: there is none)\n`,
    );
    expect(await refusal(1, [], { UNSPOOL_GPU: gpu })).toContain(`--gpu ${gpu}:`);
  });

  it('is off where it is told so', async () => {
    const { stderr, code } = await perplexity(['-v', '--gpu', 'off']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^device {3}CPU \(option\), llama\.cpp's own interface/m);
  });

  it('knows what there is', async () => {
    expect(await refusal(2, ['--gpu', 'opencl'])).toContain('auto or cuda or vulkan or metal or off');
  });
});

describe('--gpu-layers', () => {
  it('takes a GPU', async () => {
    expect(await refusal(1, ['--gpu-layers', '3'])).toContain('--gpu-layers 3: llama.cpp finds no GPU here');
    expect(await refusal(1, [], { UNSPOOL_GPU_LAYERS: 'all' })).toContain('--gpu-layers all: llama.cpp finds no GPU');
  });

  it('has no meaning where the GPU is off', async () => {
    expect(await refusal(2, ['--gpu', 'off', '--gpu-layers', '3'])).toContain('has no meaning with --gpu off');
    const { code } = await perplexity(['-q', '--gpu', 'off'], { UNSPOOL_GPU_LAYERS: '3' });
    expect(code).toBe(0);
  });

  it('may be none, or what fits', async () => {
    for (const layers of ['0', 'auto']) expect((await perplexity(['-q', '--gpu-layers', layers])).code).toBe(0);
  });

  it('is a number, all or auto', async () => {
    expect(await refusal(2, ['--gpu-layers', 'most'])).toContain('Give a whole number from 0 up, all or auto');
  });
});

describe('--context', () => {
  it('is sinks and window together', async () => {
    expect(await policyOf(['--context', '100'])).toEqual({ kind: 'sinks', sinks: 4, window: 96, block: 12 });
    expect(await policyOf(['--context', '100', '--sinks', '10'])).toMatchObject({ sinks: 10, window: 90 });
    expect(await policyOf(['--context', '100', '--policy', 'recompute/8'])).toMatchObject({ window: 99, block: 8 });
  });

  it('comes from the environment where no window is given', async () => {
    expect(await policyOf([], { UNSPOOL_CONTEXT: '100' })).toMatchObject({ sinks: 4, window: 96 });
    expect(await policyOf(['--policy', 'window:60'], { UNSPOOL_CONTEXT: '100' })).toMatchObject({ window: 60 });
    // A policy that is set once for all gives way to the option, part by part.
    const environment = { UNSPOOL_POLICY: 'sinks:8+200/16' };
    expect(await policyOf(['--context', '100'], environment)).toMatchObject({ sinks: 8, window: 92, block: 16 });
    expect(await policyOf([], { ...environment, UNSPOOL_CONTEXT: '100' })).toMatchObject({ sinks: 8, window: 200 });
  });

  it('does not go with what says the same', async () => {
    for (const other of [
      ['--window', '60'],
      ['--policy', 'sinks:4+60'],
    ]) {
      expect(await refusal(2, ['--context', '100', ...other])).toContain('--context says the same as a window');
    }
    expect(await refusal(2, ['--context', '20', '--sinks', '20'])).toContain('leaves no window beside 20 sinks');
  });

  it('holds for all policies of a comparison', async () => {
    const compare = (...args: string[]): Promise<Result> =>
      unspool(['analyze', '--compare', 'sinks,recompute', '--limit', '300tok', '-q', ...args, text]);
    expect((await compare('--context', '64')).stdout).toMatch(/sinks:4\+60\/8.*recompute:63\/7/s);
    const { stderr, code } = await unspool(['analyze', '--compare', 'sinks,window:60', '--context', '64', text]);
    expect(code).toBe(2);
    expect(stderr).toContain('--context says the same as a window');
  });

  it('has no meaning for chunks', async () => {
    for (const task of [['--horizon'], ['--attention'], ['--perplexity', '--protocol', 'chunked']]) {
      const { stderr, code } = await unspool(['analyze', ...task, '--context', '64', text]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^unspool: [^\n]+ has no meaning with --[^\n]+\n$/);
    }
  });
});

describe('--cache-type', () => {
  it('refuses to shift quantised keys of the bundled model, whose heads are of 32 numbers', async () => {
    const line = await refusal(1, ['--cache-type', 'q8_0']);
    expect(line).toContain('base.gguf: keys of type q8_0 cannot be shifted with its heads of 32 numbers');
    expect(line).toContain('(use --cache-type f16,q8_0, or --policy recompute)');
    expect(await refusal(1, [], { UNSPOOL_CACHE_TYPE: 'q4_0,f16' })).toContain('keys of type q4_0');
  });

  it('takes them where nothing is shifted, and quantised values everywhere', async () => {
    for (const args of [
      ['--cache-type', 'q8_0', '--policy', 'recompute:100'],
      ['--cache-type', 'f16,q8_0', '--context', '100'],
    ]) {
      const { stderr, stdout, code } = await perplexity(['-v', ...args]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/rolling (recompute:100|sinks:4\+96)\//);
      expect(stderr).toContain(`in ${args[1] ?? ''} (option): `);
    }
  });

  it('knows its types', async () => {
    expect(await refusal(2, ['--cache-type', 'q9'])).toContain('Give one of f32, f16, bf16, q8_0');
  });

  it('is F16 where the variable is empty', async () => {
    const none = { UNSPOOL_CACHE_TYPE: '', UNSPOOL_CONTEXT: '', UNSPOOL_GPU: '', UNSPOOL_GPU_LAYERS: '' };
    const { stderr, code } = await perplexity(['-v', '--limit', '50tok'], none);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^context {2}512 tokens in f16 \(default\): /m);
  });

  it('does not reach --attention, which has a cache of its own', async () => {
    const environment = { UNSPOOL_CACHE_TYPE: 'q8_0' };
    const { code } = await unspool(['analyze', '--attention', '--chunk', '32', '-q', text], { environment });
    expect(code).toBe(0);
    const asked = await unspool(['analyze', '--attention', '--cache-type', 'q8_0', text]);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('--cache-type has no meaning with --attention');
  });
});

describe('--verbose', () => {
  it('says what the run settled on, and where that came from', async () => {
    const { stderr, code } = await perplexity(['-v', '--context', '100', '--limit', '50tok'], {
      UNSPOOL_CACHE_TYPE: 'f16,q8_0',
    });
    expect(code).toBe(0);
    const size = String.raw`[\d.]+ [kMGT]?B`;
    const lines = [
      String.raw`model    \S+base\.gguf \(default\), trained on 512 tokens of context`,
      String.raw`policy   sinks:4\+96/12 \(option, the rest default\); its cache can be shifted`,
      String.raw`context  100 tokens in f16,q8_0 \(environment\): ${size}, with what decoding 12 at once takes`,
      String.raw`weights  6\.45 MB; ${size} of memory free`,
      String.raw`threads  1 \(environment\)`,
      String.raw`device   CPU \(default\), llama\.cpp's own interface in a process of its own`,
    ];
    expect(stderr).toMatch(new RegExp(`^${lines.join('\n')}\n`));
  });

  it('says it of chunks and of each policy of a comparison', async () => {
    const chunk = await unspool(['analyze', '--horizon', '--chunk', '64', '-v', text]);
    expect(chunk.stderr).toMatch(/^context {2}64 tokens, a chunk \(option\) in f16 \(default\): /m);
    const compare = ['analyze', '--compare', 'sinks:4+60,window:128', '--limit', '300tok', '-v', text];
    const { stderr } = await unspool(compare);
    expect(stderr).toMatch(
      /^policy {3}sinks:4\+60\/8 .*\ncontext {2}64 tokens .*\npolicy {3}window:128\/16 .*\ncontext {2}128 /m,
    );
  });
});

describe('memory', () => {
  it.each([
    ['a chunk', ['analyze', '--horizon', '--chunk', '900000000', text], '--chunk'],
    ['a policy of a comparison', ['analyze', '--compare', 'sinks:4+60,window:900000000', text], '--context'],
    ['a chunk of attention', ['analyze', '--attention', '--chunk', '900000000', text], '--chunk'],
  ])('refuses %s that does not fit before anything runs', async (_, args, hint) => {
    const { stdout, stderr, code } = await unspool(args);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toMatch(
      new RegExp(
        `^unspool: a cache of 900000000 cells takes \\S+ GB, and \\S+ GB of memory is free \\(use a smaller ${hint}\\)\n$`,
      ),
    );
  });
});
