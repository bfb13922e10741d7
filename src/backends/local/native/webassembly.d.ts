// The little of WebAssembly that is used here; TypeScript has it only among the types of browsers.

declare namespace WebAssembly {
  class Memory {
    /** Pages of 64 KiB. */
    constructor(options: { readonly initial: number });
    readonly buffer: ArrayBuffer;
  }
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- opaque
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
