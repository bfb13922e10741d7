// Decides where a model and its cache go: from what they take, what is free and what the user asked for. Pure.

import type { LayerChoice } from '../../engine/models/machine.js';
import { UnspoolError } from '../../errors.js';
import type { FreeMemory } from './free-memory.js';
import { gigabytes } from './gigabytes.js';

/** Bytes. */
export interface MachineMemory {
  readonly ram: number;
  readonly vram: number;
}

/** What a model takes with some of its layers on the GPU. */
export interface Needs {
  readonly weights: MachineMemory;
  /** Of `weights.ram`: mapped from the file. The system can drop such pages and read them again. */
  readonly mapped: number;
  /** Keys and values, and room to compute in. */
  readonly cache: MachineMemory;
}

/** Where everything goes. */
export interface Fit extends Needs {
  readonly cells: number;
  readonly batch: number;
  readonly gpuLayers: number;
  /** That a GPU could take; 0 without one. */
  readonly layers: number;
  readonly free: FreeMemory;
  /** Mapped weights do not fit beside the rest: they will be read from the file again and again. */
  readonly tight: boolean;
}

export interface FitRequest {
  /** Of the model, for errors. */
  readonly path: string;
  readonly cells: number;
  readonly batch: number;
  /** That a GPU could take; 0 without one. */
  readonly layers: number;
  readonly asked: LayerChoice;
  readonly free: FreeMemory;
}

/** Throws an `UnspoolError` where it does not fit. `needs`: with so many layers on the GPU. */
export async function planFit(request: FitRequest, needs: (gpuLayers: number) => Promise<Needs>): Promise<Fit> {
  const { cells, batch, layers, asked, free } = request;
  const gpuLayers =
    asked === undefined
      ? await mostLayers(layers, async (count) => fitsGpu(await needs(count), free))
      : Math.min(layers, asked === 'all' ? layers : asked);
  const taken = await needs(gpuLayers);
  if (asked !== undefined && !fitsGpu(taken, free)) throw tooManyLayers(request, gpuLayers, taken);
  const weights = taken.weights.ram + sharedOf(taken.weights, free);
  const cache = taken.cache.ram + sharedOf(taken.cache, free);
  if (weights > free.ram) throw modelTooLarge(request, weights);
  const room = free.ram - (weights - taken.mapped);
  if (cache > room) throw cacheTooLarge(cells, cache, room);
  return { ...taken, cells, batch, gpuLayers, layers, free, tight: weights + cache > free.ram };
}

/** Bytes that caches may take at most: of memory that weights leave free. `asked`: layers on the GPU. */
export function roomFor(weightBytes: number, free: FreeMemory, asked: LayerChoice): number {
  const all = asked === 'all' ? free.vram : free.unified || asked === 0 ? free.ram : free.ram + free.vram;
  return Math.max(0, all - weightBytes);
}

/** GPU memory that is this machine's memory. */
function sharedOf({ vram }: MachineMemory, { unified }: FreeMemory): number {
  return unified ? vram : 0;
}

function fitsGpu({ weights, cache }: Needs, free: FreeMemory): boolean {
  return weights.vram + cache.vram <= free.vram;
}

/** The largest count up to `layers` that fits: more layers take more memory. */
async function mostLayers(layers: number, fits: (count: number) => Promise<boolean>): Promise<number> {
  if (layers === 0 || (await fits(layers))) return layers;
  let [most, tooMany] = [0, layers];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (await fits(middle)) most = middle;
    else tooMany = middle;
  }
  return most;
}

function modelTooLarge({ path, free }: FitRequest, bytes: number): UnspoolError {
  const message = `${path}: its weights take ${gigabytes(bytes)}, and ${gigabytes(free.ram)} of memory is free`;
  return new UnspoolError('model-too-large', message, 'use a smaller model, or a smaller quantisation of it');
}

function tooManyLayers({ path, cells, free }: FitRequest, layers: number, { weights, cache }: Needs): UnspoolError {
  const taken = `${layers} layers and a cache of ${cells} cells take ${gigabytes(weights.vram + cache.vram)}`;
  const message = `${path}: on the GPU, ${taken}, and ${gigabytes(free.vram)} is free`;
  return new UnspoolError('gpu-too-small', message, 'use fewer --gpu-layers, or leave them to unspool');
}

/** `room`: what is left for it. */
export function cacheTooLarge(cells: number, bytes: number, room: number): UnspoolError {
  const message = `a cache of ${cells} cells takes ${gigabytes(bytes)}, and ${gigabytes(room)} of memory is free`;
  return new UnspoolError('cache-too-large', message, 'use a smaller --context');
}
