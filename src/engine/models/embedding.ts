// What an embedding model does, here or on a server: it turns texts into vectors that point the same way where they mean
// the same. The texts are data, like any document.

/** Vectors of texts. */
export interface Embeddings {
  /** One for each text, in their order, of any length but zero. */
  readonly rows: readonly Float32Array[];
  /** How many of the texts were longer than the model reads, and were cut. */
  readonly cut: number;
}

export interface EmbeddingModel {
  readonly name: string;
  /** Of its file, or the address of its server. */
  readonly path: string;
  /** Numbers of a vector. */
  readonly dimensions: number;
  /** Texts that are worth giving at once. */
  readonly batch: number;
  /** Throws an `UnspoolError` where the model fails, also where the signal comes before all vectors are there. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Embeddings>;
  dispose(): Promise<void>;
}
