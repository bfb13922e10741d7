// Bytes in errors about memory and disks.

/** `4.91 GB`; `0.070 GB` of a small model, `24.0 GB` of a large one. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 3 : bytes < 1e10 ? 2 : 1)} GB`;
}
