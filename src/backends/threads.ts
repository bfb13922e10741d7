// How many threads decode: as many as are free, because the CPU threads of llama.cpp spin at barriers and one too
// many makes all of them wait for it.

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

/** Threads for a machine with `mathCores` useful cores: what scheduler and container allow, less what is busy. */
export function defaultThreads(mathCores: number): number {
  const [load = 0] = loadavg();
  return freeThreads({
    cores: Math.min(mathCores, availableParallelism(), containerQuota() ?? Infinity),
    busyShare: load / cpus().length,
  });
}

/** `busyShare`: of the whole machine, 0 to 1 and above where work waits. */
export function freeThreads({ cores, busyShare }: { readonly cores: number; readonly busyShare: number }): number {
  return Math.max(1, Math.floor(cores * Math.max(0, 1 - busyShare) + 0.5));
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
