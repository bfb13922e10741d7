// The child process that owns the weights: answers requests in order. A crash of llama.cpp ends it and nothing else.

import { loadLibrary, type Library, type Pointer } from './library.js';
import { AttentionProbe } from './attention-probe.js';
import { NativeContext } from './context.js';
import { SurpriseKernel } from './kernel.js';
import type { ChildReply, Message, NativeFailure, ChildRequest, ChildValue } from './messages.js';

class Refusal extends Error {
  constructor(readonly failure: NativeFailure) {
    super(failure);
  }
}

/** A decoded piece whose logits wait in the kernel's memory. */
interface Unscored {
  readonly targets: Int32Array;
  readonly take: (scores: Float32Array) => void;
}

class Child {
  readonly #queue: Message[] = [];
  #running = false;
  #library: Library | undefined;
  #model: Pointer;
  #threads = 1;
  #context: NativeContext | undefined;
  #kernel: SurpriseKernel | undefined;
  #rows = 0;
  #unscored: Unscored | undefined;
  #attention: AttentionProbe | undefined;

  async receive(message: Message): Promise<void> {
    this.#queue.push(message);
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      await this.#answer(next);
      // While another block waits, it is decoded first, and these scores are worked out meanwhile.
      if (this.#queue.length === 0) this.#score();
    }
    this.#running = false;
  }

  async #answer({ number, request }: Message): Promise<void> {
    const answer = (value: ChildValue): void => {
      reply({ number, ok: true, value });
    };
    try {
      if (request.kind === 'decode') await this.#decode(request.tokens, request.targets, answer);
      else answer(this.#perform(request));
    } catch (error) {
      this.#score();
      reply({ number, ok: false, failure: error instanceof Refusal ? error.failure : 'decode' });
    }
  }

  #perform(request: Exclude<ChildRequest, { kind: 'decode' }>): ChildValue {
    switch (request.kind) {
      case 'bind':
        this.#library = loadLibrary(request.libraries);
        if (this.#library === undefined) throw new Refusal('layout');
        return undefined;
      case 'load': {
        this.#threads = request.threads;
        if (this.#library === undefined) throw new Refusal('layout');
        const parameters = { ...this.#library.modelDefaultParams(), n_gpu_layers: 0 };
        this.#model = this.#library.loadModel(request.modelPath, parameters);
        if (this.#model === null) throw new Refusal('model-load');
        return undefined;
      }
      case 'create-cache': {
        this.#score();
        if (this.#library === undefined) throw new Refusal('layout');
        this.#context?.dispose();
        const width = this.#library.vocabularySize(this.#model);
        this.#rows = request.batch;
        this.#context = NativeContext.create(this.#library, this.#model, { ...request, threads: this.#threads });
        if (this.#context === undefined) throw new Refusal('cache-too-large');
        this.#kernel = new SurpriseKernel(this.#rows, width);
        return undefined;
      }
      case 'erase':
        this.#context?.erase(request.from, request.to);
        return undefined;
      case 'clear':
        this.#context?.clear();
        return undefined;
      case 'save-cache':
        if (this.#context?.save(request.path) !== true) throw new Refusal('cache-file');
        return undefined;
      case 'load-cache':
        if (this.#context?.load(request.path) !== true) throw new Refusal('cache-file');
        return undefined;
      case 'attention': {
        if (this.#library === undefined) throw new Refusal('layout');
        const { tokens, sinks, recent } = request;
        this.#attention ??= AttentionProbe.create(this.#library, this.#model, tokens.length, this.#threads);
        if (this.#attention === undefined) throw new Refusal('cache-too-large');
        return this.#attention.measure(tokens, sinks, recent);
      }
      case 'peak-memory':
        // Node reports kilobytes on every system.
        return process.resourceUsage().maxRSS * 1024;
    }
  }

  /** Targets below 0 are not scored. */
  async #decode(tokens: Int32Array, targets: Int32Array, answer: (scores: Float32Array) => void): Promise<void> {
    const context = this.#context;
    const kernel = this.#kernel;
    if (context === undefined || kernel === undefined) throw new Refusal('decode');
    const scores = new Float32Array(targets.length).fill(Number.NaN);
    for (let at = 0; at < tokens.length; at += this.#rows) {
      const piece = tokens.subarray(at, at + this.#rows);
      const places = Array.from(piece.keys(), (index) => at + index).filter((place) => (targets[place] ?? -1) >= 0);
      const wanted = Array.from(piece.keys(), (index) => (targets[at + index] ?? -1) >= 0);
      const decoding = context.decode(piece, wanted);
      this.#score();
      await decoding;
      if (places.length > 0) context.copyLogits(places.length, kernel.logits);
      const last = at + this.#rows >= tokens.length;
      this.#unscored = {
        targets: Int32Array.from(places, (place) => targets[place] ?? 0),
        take: (nats) => {
          places.forEach((place, index) => (scores[place] = nats[index] ?? Number.NaN));
          if (last) answer(scores);
        },
      };
    }
  }

  #score(): void {
    const unscored = this.#unscored;
    this.#unscored = undefined;
    if (unscored !== undefined) unscored.take(this.#kernel?.reduce(unscored.targets) ?? new Float32Array(0));
  }
}

function reply(answer: ChildReply): void {
  process.send?.(answer);
}

const child = new Child();
process.on('message', (message: Message) => void child.receive(message));
// The parent decides when an interrupted run is over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Without the parent there is nobody to work for, also in the middle of a decode.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
