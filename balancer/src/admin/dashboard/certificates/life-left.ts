const day = 24 * 3_600_000;

/** From when on the end of a certificate is a warning, in days. */
const soon = 14;

/** How long a certificate that ends at `expires` lasts yet, in words. Both are in ms since 1970. */
export function lifeLeft(expires: number, now: number): string {
  const days = Math.floor((expires - now) / day);
  if (expires <= now) return '⚠ has expired: clients refuse it';
  const words = days < 1 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`;
  return days < soon ? `⚠ ${words}: renew it` : words;
}
