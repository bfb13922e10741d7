// Finds the llama.cpp that node-llama-cpp has loaded, where it is the release that the bindings were written for.

import { dirname } from 'node:path';
import type { Llama } from 'node-llama-cpp';
import type { Libraries } from './messages.js';

/** Whose struct layouts library.ts writes down: they are passed by value, and differ between releases. */
const boundRelease = 'v0.5.0';

/** Undefined for another release, and with a GPU, where the bindings were never tried. */
export function findLibraries(llama: Llama): Libraries | undefined {
  if (llama.gpu !== false || llama.llamaCppRelease.release !== boundRelease) return undefined;
  const { sharedObjects } = process.report.getReport() as unknown as { readonly sharedObjects: readonly string[] };
  const find = (name: string): string | undefined => {
    const file = new RegExp(`[/\\\\](lib)?${name}(\\.v[\\d.]+)?\\.(so|dylib|dll)$`);
    return sharedObjects.find((path) => file.test(path));
  };
  const [ggml, ggmlBase, library] = [find('ggml'), find('ggml-base'), find('llama')];
  if (ggml === undefined || ggmlBase === undefined || library === undefined) return undefined;
  return { ggml, ggmlBase, llama: library, folder: dirname(library) };
}
