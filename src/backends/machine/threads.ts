// How many threads decode: as many as are free, because the CPU threads of llama.cpp spin at barriers and one too
// many makes all of them wait for it.

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** In cores. */
const negligible = 0.3;

/** Watches what other processes do to the processors while this one starts. */
export class FreeThreads {
  readonly #start = sample();

  /** Threads for a machine with `mathCores` useful cores: what scheduler and container allow, less what is busy. */
  count(mathCores: number): number {
    const now = sample();
    const elapsed = now.wall - this.#start.wall;
    const others = (now.machine - this.#start.machine - (now.own - this.#start.own)) / Math.max(1, elapsed);
    return freeThreads({
      cores: Math.min(mathCores, availableParallelism(), containerQuota() ?? Infinity),
      busyShare: others / cpus().length,
    });
  }
}

/** `busyShare`: of the whole machine, by other processes, 0 to 1. */
export function freeThreads({ cores, busyShare }: { readonly cores: number; readonly busyShare: number }): number {
  // A few percent are always busy: they are no reason for a thread less.
  const free = cores * (1 - Math.max(0, busyShare)) + negligible;
  return Math.max(1, Math.floor(Math.min(cores, free)));
}

/** Milliseconds of processor time, of the machine and of this process, and of the clock. */
function sample(): { readonly machine: number; readonly own: number; readonly wall: number } {
  const times = cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq);
  const { user, system } = process.cpuUsage();
  return { machine: times.reduce((a, b) => a + b, 0), own: (user + system) / 1000, wall: performance.now() };
}

/** CPUs that the control group grants, for version 2 and version 1; undefined without a quota. */
function containerQuota(): number | undefined {
  const [quota, period] = read('/sys/fs/cgroup/cpu.max')?.split(' ') ?? [
    read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'),
    read('/sys/fs/cgroup/cpu/cpu.cfs_period_us'),
  ];
  const granted = Number(quota) / Number(period);
  return granted > 0 ? granted : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
