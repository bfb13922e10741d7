// How much memory is free for a model: of the machine, and of the control group that a container sets.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Llama } from 'node-llama-cpp';

/** Bytes, of this machine's memory and of the GPU's. */
export interface FreeMemory {
  readonly ram: number;
  readonly vram: number;
  /** The GPU has no memory of its own: `vram` is a part of `ram`. */
  readonly unified: boolean;
}

/** What this program takes as it works, beside weights and caches. */
const ownBytes = 64e6;

export async function freeMemory(llama: Llama): Promise<FreeMemory> {
  const ram = process.platform === 'darwin' ? await freeRamOfMac(llama) : freeRam();
  if (llama.gpu === false) return { ram, vram: 0, unified: false };
  const { free, unifiedSize } = await llama.getVramState();
  // What the estimates may be wrong by, and what else the driver needs.
  return { ram, vram: Math.max(0, free - llama.vramPaddingSize), unified: unifiedSize > 0 };
}

/** Bytes for a model and its cache, without llama.cpp: on macOS, fewer than it knows of. */
export function freeRam(): number {
  const available = meminfoAvailable(read('/proc/meminfo') ?? '') ?? process.availableMemory();
  const free = groupsOf(read('/proc/self/cgroup') ?? '').reduce(
    (least, group) => Math.min(least, freeInGroup(group) ?? Infinity),
    available,
  );
  return Math.max(0, free - ownBytes);
}

/** Its free pages leave out all that it gives back when asked to: counts what is not wired, less a margin. */
async function freeRamOfMac(llama: Llama): Promise<number> {
  const { total, wired } = await llama.getRamState();
  return Math.max(0, total - wired - llama.ramPaddingSize - ownBytes);
}

/** MemAvailable of /proc/meminfo: free pages, and those that only keep what is in files too. */
export function meminfoAvailable(meminfo: string): number | undefined {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** A control group's files. */
export interface GroupFiles {
  readonly limit: string;
  readonly usage: string;
  readonly stat: string;
}

/**
 * What is left of a group's limit. Files that were read count as used, a model's own too, but the kernel gives up their
 * pages when it needs them: process.availableMemory() does not know that.
 */
export function leftInGroup({ limit, usage, stat }: GroupFiles): number {
  if (limit === 'max') return Infinity;
  const cached = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  const reclaimable =
    cached('total_inactive_file') + cached('total_active_file') || cached('inactive_file') + cached('active_file');
  return Math.max(0, Number(limit) - Math.max(0, Number(usage) - reclaimable));
}

/** Folders of the groups that this process is in, with all that are around them: version 2, and version 1's memory. */
export function groupsOf(membership: string): readonly string[] {
  const [second, first] = [/^0::(.*)$/m, /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m].map(
    (line) => line.exec(membership)?.[1],
  );
  return [
    ...(second === undefined ? [] : ancestors(second).map((path) => join('/sys/fs/cgroup', path))),
    ...(first === undefined ? [] : ancestors(first).map((path) => join('/sys/fs/cgroup/memory', path))),
  ];
}

function ancestors(path: string): string[] {
  return path === '/' || path === '.' ? ['/'] : [path, ...ancestors(dirname(path))];
}

function freeInGroup(folder: string): number | undefined {
  const limit = read(join(folder, 'memory.max')) ?? read(join(folder, 'memory.limit_in_bytes'));
  const usage = read(join(folder, 'memory.current')) ?? read(join(folder, 'memory.usage_in_bytes'));
  if (limit === undefined || usage === undefined) return undefined;
  return leftInGroup({ limit, usage, stat: read(join(folder, 'memory.stat')) ?? '' });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
