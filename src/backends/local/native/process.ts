// The parent's side of the child process that owns the weights: requests as promises, and its end as one clear error.

import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UnspoolError } from '../../../errors.js';
import type { ChildReply, Message, NativeFailure, ChildRequest, ChildValue } from './messages.js';

/** Node runs compiled code only, also where the tests import the source. */
const entry = fileURLToPath(new URL('../../../../dist/backends/local/native/child.js', import.meta.url));
/** Of what llama.cpp prints, the last part explains a crash. */
const keptCharacters = 2000;

/** The child said no. */
export class NativeRefusal extends Error {
  constructor(readonly failure: NativeFailure) {
    super(`llama.cpp: ${failure}`);
  }
}

interface Waiting {
  readonly resolve: (value: ChildValue) => void;
  readonly reject: (reason: Error) => void;
}

export class NativeProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #name: string;
  #number = 0;
  #printed = '';
  #ended: UnspoolError | undefined;
  #disposed = false;

  /** `name`: of the model, for errors. */
  constructor(name: string) {
    this.#name = name;
    this.#child = fork(entry, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#printed = (this.#printed + text).slice(-keptCharacters);
    });
    this.#child.on('message', (answer: ChildReply) => {
      const waiting = this.#waiting.get(answer.number);
      this.#waiting.delete(answer.number);
      if (answer.ok) waiting?.resolve(answer.value);
      else waiting?.reject(new NativeRefusal(answer.failure));
    });
    this.#child.on('error', (error) => {
      this.#end(error.message);
    });
    // After its streams are closed, so that all it printed is known.
    this.#child.on('close', (code, signal) => {
      this.#end(signal ?? `exit code ${code ?? 'unknown'}`);
    });
  }

  /** Rejects with a `NativeRefusal`, or with an `UnspoolError` once the child has ended. */
  ask(request: ChildRequest): Promise<ChildValue> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const number = this.#number;
    this.#number += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      // A channel that breaks is reported by the end of the child.
      this.#child.send({ number, request } satisfies Message, () => undefined);
    });
  }

  /** Ends the child at once; what it was asked is answered no more. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
  }

  #end(reason: string): void {
    const message = `${this.#name}: llama.cpp stopped (${reason})`;
    const hint = 'the model file may be damaged, or its architecture new to this llama.cpp; -v shows its last words';
    const cause = new Error(this.#printed.trim() || 'it printed nothing');
    this.#ended ??= new UnspoolError('native-crash', message, hint, 1, { cause });
    if (!this.#disposed) for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
