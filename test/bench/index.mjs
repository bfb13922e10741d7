// The index of `unspool stream --ask` over a log of so many bytes (as big-log.mjs writes it): how fast it is built, on
// what memory and what disk, and how long a question takes.
//
// node test/bench/index.mjs [BYTES]      (default: 1e8)

import { execFileSync, spawnSync } from 'node:child_process';
import { fstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeptText } from '../../dist/documents/input/kept-text.js';
import { openDocument } from '../../dist/documents/open.js';
import { inNameless } from '../../dist/files/temporary-file.js';
import { SpanCutter } from '../../dist/memory/recall/cited-spans.js';
import { Recall } from '../../dist/memory/recall/recall.js';
import { SpanIndex } from '../../dist/memory/recall/span-index.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [bytes = '1e8'] = process.argv.slice(2);
/** From rare words to such as are in nearly every span. */
const questions = [
  'memory read error on DIMM_B2',
  'signing keys without checking their signature',
  'which backup holds 0 bytes',
  'trace 4f0a1c',
  'client 198.51.100.7 answered 404',
  'connections busy, callers waiting',
  'GET products in ms',
];
const rounds = 5;

const work = mkdtempSync(join(tmpdir(), 'unspool-bench-'));
try {
  const log = join(work, 'big.log');
  execFileSync('bash', ['-c', `"${process.execPath}" "${root}test/bench/big-log.mjs" ${bytes} > "${log}"`], {
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  runBinary(log);
  await inProcess(log);
} finally {
  rmSync(work, { recursive: true });
}

function runBinary(log) {
  const args = [join(root, 'bin/unspool.js'), 'stream', '-q', '--json', '--events', '--ask', questions[0], log];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { seconds, peakMemoryBytes, account } = events.at(-1);
  const { of } = events.find(({ event }) => event === 'recalled');
  console.log(`unspool stream --ask: ${account.bytes} bytes, ${account.lines} lines, ${of} spans`);
  console.log(
    `  ${seconds.toFixed(1)} s, ${megabytes(account.bytes / seconds)}/s, peak memory ${megabytes(peakMemoryBytes)}`,
  );
}

async function inProcess(log) {
  const document = openDocument(log);
  const store = new KeptText();
  const startedAt = performance.now();
  const index = await inNameless('the index', (folder) => new SpanIndex(folder));
  const opened = performance.now() - startedAt;
  const recall = new Recall(index, store);
  recall.begin({ name: log, path: log });
  const cutter = new SpanCutter('log');
  const before = process.cpuUsage();
  for await (const chunk of document.chunks()) for (const span of cutter.push(chunk)) await recall.add(span);
  for (const span of cutter.end()) await recall.add(span);
  const { user, system } = process.cpuUsage(before);
  const [first] = await timed(() => recall.recall(questions[0], 5));
  console.log(
    `in one process: opened in ${opened.toFixed(0)} ms, built on ${((user + system) / 1e6).toFixed(1)} s of CPU`,
  );
  console.log(
    `  on disk ${megabytes(indexBytes())}; the first question, which writes what is left, ${first.toFixed(0)} ms`,
  );
  for (const question of questions) {
    const times = [];
    for (let round = 0; round < rounds; round += 1) times.push(await timed(() => recall.recall(question, 5)));
    const [wall, own] = [0, 1].map((which) => times.map((time) => time[which]).sort((a, b) => a - b)[(rounds - 1) / 2]);
    console.log(`  ${wall.toFixed(0).padStart(5)} ms, ${own.toFixed(0).padStart(5)} ms of CPU  ${question}`);
  }
  index.dispose();
  await store.dispose();
}

/** Milliseconds by the clock, and of this process. */
async function timed(work) {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return [performance.now() - startedAt, (user + system) / 1000];
}

/** Of the open file without a name. */
function indexBytes() {
  const sizes = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.includes('/unspool-') && target.endsWith('index (deleted)')
        ? fstatSync(Number(descriptor)).size
        : 0;
    } catch {
      // The descriptor that listed them.
      return 0;
    }
  });
  return Math.max(...sizes);
}

function megabytes(count) {
  return `${(count / 1e6).toFixed(1)} MB`;
}
