/** The media type of the text format that Prometheus scrapes. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/** The labels of a sample: a bounded set, never anything that a client chose. */
export type Labels = Readonly<Record<string, string>>;

/** A sample: its labels, its value, and what stands behind the family's name (such as `_bucket`). */
export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

/** A family of samples: one name, one meaning, one unit. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

/** Families as text. Source: Prometheus, Exposition formats, text format 0.0.4. */
export function exposition(families: readonly Family[]): string {
  return families.map((family) => familyText(family, (sample) => sampleText(family.name, sample))).join('');
}

/** A family with a line for each sample. */
export function familyText({ name, help, type, samples }: Family, line: (sample: Sample) => string): string {
  const lines = samples.map((sample) => `${line(sample)}\n`);
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

/** A sample of a family of that name. */
export function sampleText(name: string, { suffix, labels = {}, value }: Sample): string {
  return `${name}${suffix ?? ''}${labelText(labels)} ${numberText(value)}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

/** A label's value as it stands between quotes. */
export function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  return value === Number.POSITIVE_INFINITY ? '+Inf' : String(value);
}
