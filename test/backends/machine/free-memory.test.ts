import { describe, expect, it } from 'vitest';
import { groupsOf, leftInGroup, meminfoAvailable } from '../../../src/backends/machine/free-memory.js';

describe('meminfoAvailable', () => {
  it('reads what Linux says is available', () => {
    const meminfo = 'MemTotal:       24683620 kB\nMemFree:        23395836 kB\nMemAvailable:   24224388 kB\n';
    expect(meminfoAvailable(meminfo)).toBe(24_224_388 * 1024);
    expect(meminfoAvailable('MemTotal: 1 kB\n')).toBeUndefined();
  });
});

describe('leftInGroup', () => {
  const gigabyte = 2 ** 30;

  it('is the limit less what is used', () => {
    const stat = 'anon 1073741824\nfile 0\ninactive_file 0\nactive_file 0\n';
    expect(leftInGroup({ limit: `${8 * gigabyte}`, usage: `${gigabyte}`, stat })).toBe(7 * gigabyte);
  });

  it('does not count files that were read, as a model that ran before', () => {
    const stat = `anon ${gigabyte}\nfile ${5 * gigabyte}\ninactive_file ${4 * gigabyte}\nactive_file ${gigabyte}\n`;
    expect(leftInGroup({ limit: `${8 * gigabyte}`, usage: `${6 * gigabyte}`, stat })).toBe(7 * gigabyte);
  });

  it('counts what is in all groups below, in version 1', () => {
    const stat = `inactive_file 0\nactive_file 0\ntotal_inactive_file ${2 * gigabyte}\ntotal_active_file 0\n`;
    expect(leftInGroup({ limit: `${8 * gigabyte}`, usage: `${3 * gigabyte}`, stat })).toBe(7 * gigabyte);
  });

  it('is nothing above the limit, and no limit without one', () => {
    expect(leftInGroup({ limit: '1000', usage: '2000', stat: '' })).toBe(0);
    expect(leftInGroup({ limit: 'max', usage: '2000', stat: '' })).toBe(Infinity);
    expect(leftInGroup({ limit: '9223372036854771712', usage: '0', stat: '' })).toBeGreaterThan(2 ** 62);
  });
});

describe('groupsOf', () => {
  it('finds the group and those around it, in version 2', () => {
    expect(groupsOf('0::/user.slice/session.scope\n')).toEqual([
      '/sys/fs/cgroup/user.slice/session.scope',
      '/sys/fs/cgroup/user.slice',
      '/sys/fs/cgroup/',
    ]);
  });

  it('finds the one of memory, in version 1', () => {
    const membership = '5:cpuset:/\n4:cpu,memory:/docker/f5\n3:memory_recovery:/x\n0::/\n';
    expect(groupsOf(membership)).toEqual([
      '/sys/fs/cgroup/',
      '/sys/fs/cgroup/memory/docker/f5',
      '/sys/fs/cgroup/memory/docker',
      '/sys/fs/cgroup/memory/',
    ]);
  });

  it('finds none where there are no groups', () => {
    expect(groupsOf('')).toEqual([]);
  });
});
