// How many threads decode: as many as are free, because the CPU threads of llama.cpp spin at barriers and one too
// many makes all of them slow.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Threads for a machine with `mathCores` useful cores: at most what the scheduler and the container's quota allow. */
export function defaultThreads(mathCores: number): number {
  return Math.max(1, Math.min(mathCores, availableParallelism(), Math.floor(containerQuota() ?? Infinity)));
}

/** CPUs that the control group grants, for version 2 and version 1; undefined without a quota. */
function containerQuota(): number | undefined {
  const [quota, period] = read('/sys/fs/cgroup/cpu.max')?.split(' ') ?? [
    read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'),
    read('/sys/fs/cgroup/cpu/cpu.cfs_period_us'),
  ];
  const cpus = Number(quota) / Number(period);
  return cpus > 0 ? cpus : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
