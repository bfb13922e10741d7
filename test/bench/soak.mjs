// The screen for a long time: memory over the run, and how much of a processor the screen takes.
//
// node test/bench/soak.mjs [MINUTES]      (default: 20; Linux, with script(1))
//
// A text without an end goes through a named pipe into `unspool stream` on a terminal of 120 × 40, and then, for a quarter
// of the time, into the same with --quiet. What the screen takes is the processor time of the parent (llama.cpp has a
// process of its own) beyond what the same amount of text took it without one. Starting up is left out of both.

import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const novel = readFileSync(`${root}fixtures/documents/moby-dick.txt`);
const minutes = Number(process.argv[2] ?? 20);
/** In seconds. */
const [startUp, sampleEvery] = [15, 2];
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

const environment = { ...process.env, TERM: 'xterm-256color', SHELL: '/bin/sh' };
for (const name of ['CI', 'CONTINUOUS_INTEGRATION', 'NO_COLOR']) delete environment[name];

const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
const childrenOf = (id) => {
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', String(id)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
      .map(Number);
  } catch {
    return [];
  }
};
/** See proc_pid_stat(5) and proc_pid_status(5). */
const processorSeconds = (id) => {
  const fields = readFileSync(`/proc/${id}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};
const megabytes = (id) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) / 1000;

/** Feeds the pipe as fast as it is read. */
function feed(path) {
  const pipe = createWriteStream(path);
  let over = false;
  pipe.on('error', () => (over = true));
  const more = () => {
    while (!over && pipe.write(novel.subarray(0, 65_536)));
    if (!over) pipe.once('drain', more);
  };
  pipe.once('open', more);
  return { bytes: () => pipe.bytesWritten, end: () => pipe.destroy() };
}

async function soak(option, seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'unspool-soak-'));
  const path = join(folder, 'text');
  execFileSync('mkfifo', [path]);
  const command = `stty cols 120 rows 40; exec "${process.execPath}" "${root}bin/unspool.js" stream --perplexity --limit 100GB ${option} ${path}`;
  const terminal = spawn('script', ['-qec', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environment,
  });
  let drawn = 0;
  terminal.stdout.setEncoding('utf8').on('data', (text) => (drawn += text.split(' so far, ').length - 1));
  const text = feed(path);
  await wait(startUp);
  const [parent] = childrenOf(terminal.pid);
  const all = [parent, ...childrenOf(parent)];
  const sample = () => ({ at: performance.now() / 1000, cpu: processorSeconds(parent), bytes: text.bytes(), drawn });
  const first = sample();
  const memory = [];
  while (performance.now() / 1000 - first.at < seconds) {
    await wait(sampleEvery);
    memory.push(all.reduce((sum, id) => sum + megabytes(id), 0));
  }
  const last = sample();
  process.kill(parent, 'SIGTERM');
  await new Promise((resolve) => terminal.on('close', resolve));
  text.end();
  rmSync(folder, { recursive: true });
  return {
    seconds: last.at - first.at,
    cpu: last.cpu - first.cpu,
    bytes: last.bytes - first.bytes,
    frames: last.drawn - first.drawn,
    memory,
  };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const quarter = (values, number) =>
  values.slice(Math.floor((number * values.length) / 4), Math.floor(((number + 1) * values.length) / 4));

const shown = await soak('', 60 * minutes);
if (shown.frames === 0) throw new Error('the screen never showed');
const quarters = [0, 1, 2, 3].map((number) => mean(quarter(shown.memory, number)));
console.log(
  `${(shown.bytes / 1e6).toFixed(1)} MB in ${(shown.seconds / 60).toFixed(1)} minutes, ${(shown.frames / shown.seconds).toFixed(1)} frames a second`,
);
console.log(
  `memory by quarter: ${quarters.map((value) => value.toFixed(1)).join(', ')} MB; last to first: ${(quarters[3] / quarters[0]).toFixed(3)}`,
);
const quiet = await soak('--quiet', 15 * minutes);
const own = shown.cpu - (quiet.cpu / quiet.bytes) * shown.bytes;
console.log(
  `processor of the parent: ${((100 * shown.cpu) / shown.seconds).toFixed(2)}% with the screen, ${((100 * quiet.cpu) / quiet.seconds).toFixed(2)}% without at ${(quiet.bytes / quiet.seconds / (shown.bytes / shown.seconds)).toFixed(2)} times the speed`,
);
console.log(`the screen: ${((100 * own) / shown.seconds).toFixed(2)}% of one core`);
