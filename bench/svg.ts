/** A card of its own background, so that a picture reads the same on a light page and a dark one. */
export const colours = {
  card: '#f6f8fa',
  edge: '#d0d7de',
  text: '#1f2328',
  quiet: '#59636e',
  good: '#1a7f37',
  other: '#8c959f',
  bad: '#cf222e',
};

/** Opens an SVG picture on a card, with a title for those who can't see it, a heading and a line about it. */
export function openingOf(
  width: number,
  height: number,
  { title, heading, about }: Record<'title' | 'heading' | 'about', string>,
): string[] {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${colours.card}" stroke="${colours.edge}"/>`,
    text(24, 38, heading, 'font-size="20" font-weight="600"'),
    text(24, 62, about, `font-size="14" fill="${colours.quiet}"`),
  ];
}

/** A line of text that begins at x, or as `attributes` say. */
export function text(x: number, y: number, content: string, attributes: string): string {
  const fill = attributes.includes('fill=') ? '' : ` fill="${colours.text}"`;
  return `<text x="${x}" y="${y}" ${attributes.trim()}${fill}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
