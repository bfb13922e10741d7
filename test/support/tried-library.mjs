// Loaded into the binaries that tests run. Each time, node-llama-cpp tries its library in a further process, which is
// half the work of a short run; here it was tried once, by the tests that use it in their own process.

import childProcess from 'node:child_process';
import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';

const { fork } = childProcess;

childProcess.fork = (path, ...rest) => {
  if (!path.endsWith('testBindingBinary.js')) return fork(path, ...rest);
  const trial = new EventEmitter();
  const send = ({ type }) => {
    if (type === 'start') trial.emit('message', { type: 'done' });
    if (type === 'exit') trial.emit('exit', (trial.exitCode = 0));
  };
  setImmediate(() => trial.emit('message', { type: 'ready' }));
  return Object.assign(trial, { exitCode: null, killed: false, send, kill: () => undefined });
};
syncBuiltinESMExports();
