// A thread that counts batches of text. Answers come in the order of the batches.

import { parentPort, workerData } from 'node:worker_threads';
import type { TextBatch } from '../../engine/counting/text-batches.js';
import { TextCounter, type TokenEncoding } from '../../engine/counting/text-counter.js';

const counter = new TextCounter(workerData as readonly TokenEncoding[]);

parentPort?.on('message', ({ parts, inWord }: TextBatch) => {
  parentPort?.postMessage(counter.count(parts.join(''), inWord));
});
