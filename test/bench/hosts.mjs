// One model over several hosts, for real: llama.cpp's server with its layers on one, two and four RPC servers on
// loopback, and unspool over it.
//
// node test/bench/hosts.mjs [CONTEXT] [FOLDER]      (default: 32768 tokens of context; FOLDER as in references/build.sh)
//
// 1. `unspool stream --continue` over llama-server alone and over each number of hosts writes the same tokens.
// 2. What each host holds of a model of 135M shape (random-model.mjs) with a long context: weights and cache, as
//    llama.cpp reports its buffers, and the memory of the process.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const context = Number(process.argv[2] ?? 32_768);
const build = process.argv[3] ?? join(tmpdir(), 'unspool-references');
const programs = execFileSync(
  join(root, 'test/bench/references/build.sh'),
  [build, 'llama-server', 'ggml-rpc-server'],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
).trim();
const folder = mkdtempSync(join(tmpdir(), 'unspool-hosts-'));
const processes = [];
process.on('exit', () => {
  for (const each of processes) each.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A port of loopback that is free now. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts a program; resolves once it is ready, to the process and what it prints. */
async function started(name, args, isReady) {
  const child = spawn(join(programs, name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  processes.push(child);
  const run = { child, printed: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (run.printed += data));
  for (let tries = 0; !(await isReady()); tries += 1) {
    if (child.exitCode !== null || tries > 600) throw new Error(`${name} does not start:\n${run.printed.slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return run;
}

const answers = (port) => () =>
  fetch(`http://127.0.0.1:${port}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
const listens = (port) => () =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end();
      resolve(true);
    }).on('error', () => resolve(false));
  });

/** llama-server with all layers on so many hosts, or on none but itself. */
async function cluster(model, hosts, cells) {
  const parts = [];
  for (let host = 0; host < hosts; host += 1) {
    const port = await freePort();
    parts.push({
      port,
      ...(await started('ggml-rpc-server', ['-H', '127.0.0.1', '-p', String(port), '-t', '1'], listens(port))),
    });
  }
  const port = await freePort();
  const spread = [
    '--rpc',
    parts.map((part) => `127.0.0.1:${part.port}`).join(','),
    '-ngl',
    '99',
    '-ts',
    parts.map(() => 1).join(','),
  ];
  const server = await started(
    'llama-server',
    [
      ...['-m', model, '--host', '127.0.0.1', '--port', String(port), '-c', String(cells), '-t', '1', '-np', '1'],
      ...['-b', '128', '-ub', '128', '-fa', 'off', '--no-warmup', '-lv', '4', '--cache-ram', '0', '-fit', 'off'],
      ...(hosts === 0 ? [] : spread),
    ],
    answers(port),
  );
  const stop = async () => {
    for (const { child } of [server, ...parts]) {
      child.removeAllListeners('exit');
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await closed;
    }
  };
  return { port, server, parts, stop };
}

const memoryOf = ({ child }) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;

/** MiB of the buffers of one kind that llama.cpp reports for each host. */
const buffers = ({ server, parts }, kind) =>
  parts.map(({ port }) => {
    const line = new RegExp(`\\[127\\.0\\.0\\.1:${port}\\] *${kind} buffer size = *([\\d.]+) MiB`, 'g');
    return [...server.printed.matchAll(line)].reduce((sum, [, size]) => sum + Number(size), 0);
  });

async function written(hosts) {
  const { port, stop } = await cluster(join(root, 'fixtures/models/base/base.gguf'), hosts, 512);
  const args = [
    'stream',
    '--continue',
    '100',
    '--temperature',
    '0',
    '--limit',
    '20kB',
    '--server',
    `http://127.0.0.1:${port}`,
  ];
  const text = execFileSync(
    process.execPath,
    [join(root, 'bin/unspool.js'), ...args, 'fixtures/documents/moby-dick.txt'],
    {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await stop();
  return text;
}

const alone = await written(0);
console.log(`llama-server alone: ${JSON.stringify(alone.slice(0, 70))} ...`);
for (const hosts of [1, 2]) {
  const same = (await written(hosts)) === alone;
  console.log(`${hosts} RPC host${hosts === 1 ? ' ' : 's'}:        ${same ? 'the same 100 tokens' : 'OTHER TOKENS'}`);
  if (!same) process.exitCode = 1;
}

const large = join(folder, '135m.gguf');
execFileSync(process.execPath, [
  join(root, 'test/bench/random-model.mjs'),
  large,
  String(context),
  join(build, 'llama.cpp'),
]);
if (!existsSync(large)) throw new Error('no model was written');
console.log(`\n135M shape, ${context.toLocaleString('en-US')} tokens of F16 cache, MiB of each host`);
console.log('hosts  weights + cache of the largest  weights           cache             process');
for (const hosts of [1, 2, 4]) {
  const running = await cluster(large, hosts, context);
  const [weights, cache] = [buffers(running, 'model'), buffers(running, 'KV')];
  const largest = Math.max(...weights.map((size, host) => size + cache[host]));
  const shown = (sizes) =>
    sizes
      .map((size) => size.toFixed(0))
      .join(' ')
      .padEnd(16);
  console.log(
    `${String(hosts).padStart(5)}  ${largest.toFixed(0).padStart(30)}  ${shown(weights)}  ${shown(cache)}  ${shown(running.parts.map(memoryOf))}`,
  );
  await running.stop();
}
