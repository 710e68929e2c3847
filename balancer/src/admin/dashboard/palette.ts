/** Colours that people with any kind of sight tell apart (Okabe and Ito, Color universal design), as classes of style.css. */
const hues = 6;

/** The class of an origin's colour, by its place in the list. A shape or a name always stands beside it. */
export function hueOf(place: number): string {
  return `hue-${Math.max(0, place) % hues}`;
}
