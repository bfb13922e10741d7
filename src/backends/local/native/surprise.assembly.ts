// AssemblyScript, compiled to WebAssembly: the surprise of known next tokens from a block of logits, four at a time.

/** Numbers added up in single precision before their sum joins one of double precision. */
const run: usize = 4096;
const bytes: usize = 4;
const lane: usize = 16;

/**
 * Surprise in nats, log(sum(exp(logits))) - logits[target], for each row of `width` logits, at least 4 of them.
 * `logits`: rows * width f32; `targets`: rows i32; `scores`: rows f32, written. All are addresses.
 */
export function surprise(logits: usize, rows: i32, width: i32, targets: usize, scores: usize): void {
  const rowBytes = <usize>width * bytes;
  for (let row: usize = 0; row < <usize>rows; row += 1) {
    const at = logits + row * rowBytes;
    const largest = maximum(at, at + rowBytes);
    const total = <f64>largest + Math.log(sumOfExponentials(at, at + rowBytes, largest));
    const target = <usize>load<i32>(targets + row * bytes);
    store<f32>(scores + row * bytes, <f32>(total - <f64>load<f32>(at + target * bytes)));
  }
}

function maximum(from: usize, to: usize): f32 {
  // The last lane may overlap the one before: a maximum does not mind.
  let largest = v128.load(to - lane);
  for (let at = from; at + lane <= to; at += lane) largest = f32x4.max(largest, v128.load(at));
  return max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
}

function sumOfExponentials(from: usize, to: usize, largest: f32): f64 {
  const shift = f32x4.splat(largest);
  let total: f64 = 0;
  let at = from;
  while (at + lane <= to) {
    const end = min(to, at + run * bytes);
    let even = f32x4.splat(0);
    let odd = f32x4.splat(0);
    for (; at + 2 * lane <= end; at += 2 * lane) {
      even = f32x4.add(even, exponential(f32x4.sub(v128.load(at), shift)));
      odd = f32x4.add(odd, exponential(f32x4.sub(v128.load(at, 16), shift)));
    }
    for (; at + lane <= end; at += lane) even = f32x4.add(even, exponential(f32x4.sub(v128.load(at), shift)));
    const sum = f32x4.add(even, odd);
    total += <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1);
    total += <f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3);
  }
  for (; at < to; at += bytes) total += Math.exp(<f64>load<f32>(at) - <f64>largest);
  return total;
}

/** exp of four numbers up to 0, to 2 units in the last place (Cephes, expf); below -87 a number that rounds away. */
// @ts-ignore: decorator
@inline
function exponential(number: v128): v128 {
  const x = f32x4.max(number, f32x4.splat(-87));
  const power = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  // ln 2 in two parts, so that the difference is exact.
  const coarse = f32x4.sub(x, f32x4.mul(power, f32x4.splat(0.693359375)));
  const r = f32x4.sub(coarse, f32x4.mul(power, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  return f32x4.mul(p, i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(power), i32x4.splat(127)), 23));
}
