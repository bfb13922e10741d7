// Machines of Liu et al. 2023, table 2: peak speed, speed between neighbours, and memory.

export interface Device {
  /** Floating-point operations a second, at peak. */
  readonly flopsPerSecond: number;
  /** Bytes a second to one neighbour, one way. */
  readonly bytesPerSecond: number;
  readonly memoryBytes: number;
}

export const deviceNames = ['a100-nvlink', 'a100-infiniband', 'tpu-v3', 'tpu-v4', 'tpu-v5e'] as const;
export type DeviceName = (typeof deviceNames)[number];

export const devices: Readonly<Record<DeviceName, Device>> = {
  'a100-nvlink': device(312, 300, 80),
  'a100-infiniband': device(312, 12.5, 80),
  'tpu-v3': device(123, 112, 16),
  'tpu-v4': device(275, 268, 32),
  'tpu-v5e': device(196, 186, 16),
};

/** From TFLOP/s, GB/s and GB. */
export function device(teraflops: number, bandwidth: number, memory: number): Device {
  return { flopsPerSecond: teraflops * 1e12, bytesPerSecond: bandwidth * 1e9, memoryBytes: memory * 1e9 };
}
