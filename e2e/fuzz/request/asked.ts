/** A request as somebody understood it. Texts have one character a byte. */
export interface Asked {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** Name, value, name, value … */
  readonly fields: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
  /** Whether all of it came. */
  readonly isWhole: boolean;
}

/** The values of a field, by its name in lower case. */
export function valuesOf({ fields }: Asked, name: string): string[] {
  return fields.filter((_, at) => at % 2 === 1 && fields[at - 1]?.toLowerCase() === name);
}
