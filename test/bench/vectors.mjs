// The vectors of --ask on disk: how fast they are kept and looked through, and how far rounding moves a cosine.
//
// node test/bench/vectors.mjs [COUNT [DIMENSIONS]]      by default 100,000 vectors of 384 numbers

import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VectorFile } from '../../dist/memory/recall/vector-file.js';
import { seededRandom } from './foreign-lines.mjs';

const [count = 100_000, dimensions = 384] = process.argv.slice(2).map(Number);
const questions = 20;

const random = seededRandom(3);
// Sums of uniform numbers are nearly normal, as the numbers of embeddings are.
const vector = () => Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
const kept = Array.from({ length: 1000 }, vector);

const path = join(tmpdir(), `unspool-bench-${process.pid}`);
const file = new VectorFile(await open(path, 'wx+'), dimensions);
await rm(path);
const add = await seconds(async () => {
  for (let index = 0; index < count; index += 1) await file.add(kept[index % kept.length], index);
});
let error = 0;
const find = await seconds(async () => {
  for (let question = 0; question < questions; question += 1) {
    const wanted = vector();
    for (const { owner, similarity } of await file.nearest(wanted, 10)) {
      error = Math.max(error, Math.abs(similarity - cosine(kept[owner % kept.length], wanted)));
    }
  }
});
const megabytes = file.bytes / 1e6;
await file.dispose();
console.log(
  `${count} vectors of ${dimensions} numbers: ${megabytes.toFixed(1)} MB, kept in ${add.toFixed(2)} s of CPU`,
);
console.log(
  `a question: ${(find / questions).toFixed(3)} s of CPU, ${((megabytes * questions) / find).toFixed(0)} MB/s`,
);
console.log(
  `cosines differ by ${error.toFixed(5)} at most; peak memory ${(process.resourceUsage().maxRSS / 1e3).toFixed(0)} MB`,
);

/** Of CPU. */
async function seconds(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function cosine(a, b) {
  let [dot, one, other] = [0, 0, 0];
  for (let index = 0; index < a.length; index += 1) {
    dot += a[index] * b[index];
    one += a[index] ** 2;
    other += b[index] ** 2;
  }
  return dot / Math.sqrt(one * other);
}
