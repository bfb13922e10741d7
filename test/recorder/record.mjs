// Records what commands print and write: node test/recorder/record.mjs CHECKOUT OUT [--verbose]

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from './commands.mjs';
import { startFakeServer } from './fake-server.mjs';
import { inputs } from './inputs.mjs';
import { masked, maskedCsv } from './masks.mjs';

const { values, positionals } = parseArgs({ options: { verbose: { type: 'boolean' } }, allowPositionals: true });
const [checkout, out] = positionals.map((path) => resolve(path));
if (out === undefined) throw new Error('usage: node test/recorder/record.mjs CHECKOUT OUT [--verbose]');

const limitMs = 60_000;
const contents = inputs(join(checkout, 'fixtures'));
const server = await startFakeServer();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const startedAt = performance.now();
for (const command of commands) {
  const from = performance.now();
  writeFileSync(join(out, `${command.name}.json`), `${JSON.stringify(await record(command), null, 1)}\n`);
  if (values.verbose) console.log(`${command.name}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
}
server.stop();
console.log(`${commands.length} commands in ${Math.round((performance.now() - startedAt) / 1000)} s`);

async function record({ argv, first = [], input = '', env = {}, files = [] }) {
  const folder = mkdtempSync(join(tmpdir(), 'unspool-recorder-'));
  // Longest first: a folder may lie in another one.
  const places = [
    [server.url, '<server>'],
    [folder, '<folder>'],
    [checkout, '<checkout>'],
  ].sort(([one], [other]) => other.length - one.length);
  const lines = (text) => masked(text, places).split('\n');
  try {
    symlinkSync(join(checkout, 'fixtures'), join(folder, 'fixtures'));
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
    for (const before of first) await run(before, { folder, input, env });
    const { exitCode, stdout, stderr } = await run(argv, { folder, input, env });
    const written = files.flatMap((name) => filesAt(folder, name));
    return {
      argv,
      exitCode,
      stdout: lines(stdout),
      stderr: lines(stderr),
      files: Object.fromEntries(written.map((name) => [name, fileLines(join(folder, name), lines)])),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ends with the exit code, or with the signal that ended the program. */
function run(argv, { folder, input, env }) {
  const place = (text) => text.replaceAll('SERVER', server.url).replaceAll('FOLDER', folder);
  const environment = {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, place(value)])),
  };
  const child = spawn(process.execPath, [join(checkout, 'bin/unspool.js'), ...argv.map(place)], {
    cwd: folder,
    env: environment,
    timeout: limitMs,
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (part) => (output[name] += part));
  // A command that reads nothing closes its input.
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((done, fail) => {
    child.on('error', fail).on('close', (code, signal) => done({ exitCode: code ?? signal, ...output }));
  });
}

/** The file of that name, or all files below the folder of that name. */
function filesAt(folder, name) {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path)
    .sort()
    .flatMap((each) => filesAt(folder, join(name, each)));
}

function fileLines(path, lines) {
  const bytes = readFileSync(path);
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) return `sha256 ${createHash('sha256').update(bytes).digest('hex')}`;
  return lines(path.endsWith('.csv') ? maskedCsv(text) : text);
}
