/** The figure that so great a part of the sorted figures doesn't exceed; NaN where there are none. */
export function quantileOf(sorted: Float64Array, part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
