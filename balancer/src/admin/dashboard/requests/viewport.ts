/** Rows that are drawn beyond what is seen, above and below. */
const margin = 6;

/** Which rows of a long list are drawn. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

/** The rows that can be seen of a list, and a few more: only these are on the page. */
export function sliceAt(scrolled: number, height: number, rowHeight: number, length: number): Slice {
  const from = Math.max(0, Math.floor(scrolled / rowHeight) - margin);
  return { from: Math.min(from, length), to: Math.min(length, Math.ceil((scrolled + height) / rowHeight) + margin) };
}

/** How far to scroll so that a row can be seen; as far as now if it can. */
export function scrollTo(row: number, scrolled: number, height: number, rowHeight: number): number {
  if (row * rowHeight < scrolled) return row * rowHeight;
  return Math.max(scrolled, (row + 1) * rowHeight - height);
}

/** Where a key leads from a row; nothing for a key that doesn't lead anywhere. */
export function rowAfter(key: string, row: number, length: number, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
  if (length === 0) return undefined;
  if (key === 'Home') return 0;
  if (key === 'End') return length - 1;
  const step = steps[key];
  return step === undefined ? undefined : Math.max(0, Math.min(length - 1, row + step));
}
