const bits = new DataView(new ArrayBuffer(8));

/**
 * A random amount with a mean of 1 that knows nothing of what came before (exponential distribution), from a number in [0, 1). It is the
 * same in every engine to the last bit, so that a seed plays the same world in every browser; Math.log need not be.
 */
export function exponential(at: number): number {
  return -logarithm(1 - at);
}

/** The natural logarithm of a number above 0, by sums, products and quotients only, which IEEE 754 defines exactly. */
function logarithm(number: number): number {
  bits.setFloat64(0, number);
  const high = bits.getUint32(0);
  bits.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  const mantissa = bits.getFloat64(0);
  // ln m = 2 artanh((m − 1) / (m + 1)), whose series is done after a few steps where m is near 1.
  const isHigh = mantissa > Math.SQRT2;
  const exponent = (high >>> 20) - 1023 + (isHigh ? 1 : 0);
  const near = isHigh ? mantissa / 2 : mantissa;
  const ratio = (near - 1) / (near + 1);
  let sum = 0;
  for (let power = 25; power >= 1; power -= 2) sum = sum * ratio * ratio + 1 / power;
  return exponent * Math.LN2 + 2 * ratio * sum;
}
