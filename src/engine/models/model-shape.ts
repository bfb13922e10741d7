// The sizes of a model that decide what attention over a text takes: read from its metadata, without its weights.

export interface ModelShape {
  /** Numbers that stand for one token between layers. */
  readonly hiddenSize: number;
  /** That one token meets: of a mixture of experts, those of the experts that it is sent to. */
  readonly activeParameters: number;
  readonly weightBytes: number;
  /** In order. */
  readonly layers: readonly LayerShape[];
}

export interface LayerShape {
  /** Of an F16 key/value cache; 0 in a layer without attention. */
  readonly cacheBytesPerToken: number;
  /** Floating-point operations of all heads for one query and one key: their product, and the weighted value. */
  readonly flopsPerPair: number;
  /** How many recent tokens the layer sees; null for all. */
  readonly slidingWindow: number | null;
}
