// What computes, as the user may ask for it.

/** A GPU, by the interface that llama.cpp uses. */
export type Gpu = 'cuda' | 'vulkan' | 'metal';

/** `'auto'`: the best GPU interface that works, or none. */
export type GpuChoice = Gpu | 'auto' | 'off';

export const gpuChoices: readonly GpuChoice[] = ['auto', 'cuda', 'vulkan', 'metal', 'off'];

/** Layers on the GPU: all, so many, or undefined for as many as fit. */
export type LayerChoice = number | 'all' | undefined;
