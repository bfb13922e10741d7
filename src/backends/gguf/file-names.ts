// What the name of a GGUF file says: its quantisation, its parts, and whether it is a model.

/** Names of parts that go with a model: projectors, importance matrices, draft heads (as llama.cpp's downloader). */
const partOfModel = /mmproj|imatrix|mtp-|eagle3-|dflash-|dspark-|(?:^|[-._])draft[-.]/i;
const splitSuffix = /-(\d{5})-of-(\d{5})$/;
const quantization = /(?:^|[-._])(I?Q\d+(?:_[A-Z0-9]+)*|T?Q\d_0|B?F(?:16|32)|FP(?:16|32)|MXFP4(?:_MOE)?|NVFP4)$/i;

export function isModelFileName(path: string): boolean {
  return !partOfModel.test(fileName(path));
}

export interface FileNameParts {
  /** Without folders, number of the part and ending. */
  readonly stem: string;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
}

export function partsOf(path: string): FileNameParts {
  const name = fileName(path).replace(/\.gguf$/i, '');
  const [suffix = '', part = '1', parts = '1'] = splitSuffix.exec(name) ?? [];
  return { stem: name.slice(0, name.length - suffix.length), part: Number(part), parts: Number(parts) };
}

/** The names of all parts, where `path` is one of several: `model-00001-of-00003.gguf`, … */
export function allParts(path: string): string[] {
  const { parts } = partsOf(path);
  if (parts === 1) return [path];
  const front = path.replace(/-\d{5}-of-\d{5}\.gguf$/i, '');
  const five = (value: number): string => String(value).padStart(5, '0');
  return Array.from({ length: parts }, (_, index) => `${front}-${five(index + 1)}-of-${five(parts)}.gguf`);
}

/** `Q4_K_M` of `model-q4_k_m.gguf`; undefined where the name does not say. */
export function quantizationOf(path: string): string | undefined {
  return quantization.exec(partsOf(path).stem)?.[1]?.toUpperCase();
}

/** Whether the name ends in this quantisation, in any case: `model-UD-Q4_K_XL.gguf` in `Q4_K_XL` and `UD-Q4_K_XL`. */
export function hasQuantization(path: string, asked: string): boolean {
  const { stem } = partsOf(path);
  const end = stem.toLowerCase();
  const wanted = asked.toLowerCase();
  return end === wanted || ['-', '.', '_'].some((separator) => end.endsWith(separator + wanted));
}

function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? '';
}
