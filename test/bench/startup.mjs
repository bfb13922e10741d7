// How long the shell waits for help, version and completions, beside Node alone. Run in turn; medians of N rounds (default 21).

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 21);
const binary = fileURLToPath(new URL('../../bin/unspool.js', import.meta.url));
const commands = [
  ['node alone', ['-e', '0']],
  ['unspool --version', [binary, '--version']],
  ['unspool --help', [binary, '--help']],
  ['unspool stream --help', [binary, 'stream', '--help']],
  ['unspool analyze --help', [binary, 'analyze', '--help']],
  ['unspool completions bash', [binary, 'completions', 'bash']],
  ['unspool completions models', [binary, 'completions', 'models']],
  ['unspool config list', [binary, 'config', 'list']],
];

const times = new Map(commands.map(([name]) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, args] of commands) {
    const startedAt = performance.now();
    spawnSync(process.execPath, args);
    times.get(name).push(performance.now() - startedAt);
  }
}
for (const [name, values] of times) {
  values.sort((a, b) => a - b);
  const [least, median] = [values[0], values[Math.floor(values.length / 2)]];
  console.log(`${name.padEnd(26)} ${median.toFixed(0).padStart(4)} ms (least ${least.toFixed(0)})`);
}
