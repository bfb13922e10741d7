// The plan on machines with figures made up of real ones: none of this ran on a GPU.

import { describe, expect, it } from 'vitest';
import { planFit, roomFor, type FitRequest, type Needs } from '../../../src/backends/machine/fit.js';
import type { FreeMemory } from '../../../src/backends/machine/free-memory.js';

const gigabyte = 1e9;

/**
 * Llama 3 8B in Q4_K_M, which is 4.91 GB on 33 layers, with 4,096 cells of F16: 0.54 GB, and 0.3 GB to compute in on
 * whichever device has layers. Its embedding stays in memory.
 */
function needsOf(gpuLayers: number): Promise<Needs> {
  const [layers, embedding, compute] = [33, 0.28, 0.3];
  const onGpu = gpuLayers / layers;
  const ram = embedding + 4.63 * (1 - onGpu);
  return Promise.resolve({
    weights: { ram: ram * gigabyte, vram: 4.63 * onGpu * gigabyte },
    mapped: ram * 0.2 * gigabyte,
    cache: {
      ram: (0.54 * (1 - onGpu) + 0.02 + (onGpu < 1 ? compute : 0)) * gigabyte,
      vram: (0.54 * onGpu + (onGpu > 0 ? compute : 0)) * gigabyte,
    },
  });
}

const request = { path: 'model.gguf', cells: 4096, batch: 512, layers: 33, asked: undefined } as const;

function plan(free: Partial<FreeMemory>, more: Partial<FitRequest> = {}): ReturnType<typeof planFit> {
  const memory = { ram: 32 * gigabyte, vram: 24 * gigabyte, unified: false, ...free };
  return planFit({ ...request, ...more, free: memory }, needsOf);
}

describe('planFit on a GPU', () => {
  it('gives it all layers where they fit', async () => {
    expect(await plan({})).toMatchObject({ gpuLayers: 33, cells: 4096, batch: 512, tight: false });
  });

  it('gives it as many as fit, and never one more', async () => {
    for (const vram of [0.5, 1, 2, 3, 4, 5, 5.4].map((size) => size * gigabyte)) {
      const { gpuLayers, weights, cache } = await plan({ vram });
      expect(weights.vram + cache.vram).toBeLessThanOrEqual(vram);
      const more = await needsOf(gpuLayers + 1);
      expect(more.weights.vram + more.cache.vram).toBeGreaterThan(vram);
    }
  });

  it('gives it none where not one fits', async () => {
    expect(await plan({ vram: 0.1 * gigabyte })).toMatchObject({ gpuLayers: 0, weights: { vram: 0 } });
  });

  it('asks no more often than halving needs', async () => {
    let asked = 0;
    const free = { ram: 32 * gigabyte, vram: 3 * gigabyte, unified: false };
    await planFit({ ...request, free }, (layers) => {
      asked += 1;
      return needsOf(layers);
    });
    expect(asked).toBeLessThanOrEqual(8);
  });

  it('takes the layers that are asked for, and no more than there are', async () => {
    expect(await plan({}, { asked: 20 })).toMatchObject({ gpuLayers: 20 });
    expect(await plan({}, { asked: 0 })).toMatchObject({ gpuLayers: 0 });
    expect(await plan({}, { asked: 99 })).toMatchObject({ gpuLayers: 33 });
    expect(await plan({}, { asked: 'all' })).toMatchObject({ gpuLayers: 33 });
  });

  it('refuses layers that are asked for and do not fit', async () => {
    await expect(plan({ vram: 4 * gigabyte }, { asked: 'all' })).rejects.toMatchObject({
      code: 'gpu-too-small',
      message: 'model.gguf: on the GPU, 33 layers and a cache of 4096 cells take 5.47 GB, and 4.00 GB is free',
      hint: 'use fewer --gpu-layers, or leave them to unspool',
    });
  });

  it('counts memory that the GPU shares once, and against both', async () => {
    const unified = { ram: 5 * gigabyte, vram: 8 * gigabyte, unified: true };
    await expect(plan(unified)).rejects.toMatchObject({ code: 'cache-too-large' });
    await expect(plan({ ...unified, ram: 4 * gigabyte })).rejects.toMatchObject({ code: 'model-too-large' });
    expect(await plan({ ...unified, ram: 7 * gigabyte })).toMatchObject({ gpuLayers: 33 });
  });
});

describe('planFit without a GPU', () => {
  const none = { vram: 0 };
  const processor = { layers: 0 };

  it('takes memory alone', async () => {
    expect(await plan(none, processor)).toMatchObject({ gpuLayers: 0, tight: false });
  });

  it('refuses weights that do not fit', async () => {
    await expect(plan({ ...none, ram: 3.1 * gigabyte }, processor)).rejects.toMatchObject({
      code: 'model-too-large',
      message: 'model.gguf: its weights take 4.91 GB, and 3.10 GB of memory is free',
      hint: 'use a smaller model, or a smaller quantisation of it',
    });
  });

  it('warns where mapped weights would have to make room for the cache', async () => {
    // 4.91 GB of weights, of which 0.98 GB is mapped, and 0.86 GB of cache.
    expect(await plan({ ...none, ram: 5.7 * gigabyte }, processor)).toMatchObject({ tight: true });
    expect(await plan({ ...none, ram: 5.8 * gigabyte }, processor)).toMatchObject({ tight: false });
  });

  it('refuses a cache that does not fit beside weights that cannot make room', async () => {
    const large = { ...processor, cells: 131_072 };
    const taken = await needsOf(0);
    const wide = (): Promise<Needs> => Promise.resolve({ ...taken, cache: { ram: 17.2 * gigabyte, vram: 0 } });
    const free = { ram: 16 * gigabyte, vram: 0, unified: false };
    await expect(planFit({ ...request, ...large, free }, wide)).rejects.toMatchObject({
      code: 'cache-too-large',
      message: 'a cache of 131072 cells takes 17.2 GB, and 12.1 GB of memory is free',
      hint: 'use a smaller --context',
    });
  });
});

describe('roomFor', () => {
  const free = { ram: 16e9, vram: 8e9, unified: false };

  it('is what weights leave of all memory', () => {
    expect(roomFor(5e9, free, undefined)).toBe(19e9);
    expect(roomFor(5e9, { ...free, vram: 0 }, undefined)).toBe(11e9);
  });

  it('is that of the GPU where all layers are to be on it', () => {
    expect(roomFor(5e9, free, 'all')).toBe(3e9);
  });

  it('is that of the processor where no layer is to be on the GPU', () => {
    expect(roomFor(5e9, free, 0)).toBe(11e9);
  });

  it('counts shared memory once', () => {
    expect(roomFor(5e9, { ...free, unified: true }, undefined)).toBe(11e9);
  });

  it('is never less than nothing', () => {
    expect(roomFor(50e9, free, undefined)).toBe(0);
  });
});
