import type { Exemplar } from '../brain/story/exemplars.ts';
import { exemplarBuckets, latestExemplars } from '../brain/story/exemplars.ts';
import { escaped, type Family, familyText, type Sample, sampleText } from './exposition.ts';

/** The media type of OpenMetrics, which a scraper has to ask for. */
export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** The family whose buckets have examples: how long exchanges take. */
const exemplary = 'lb_exchange_duration_seconds';

/** The longest that an exemplar's labels may be together, in characters (OpenMetrics 1.0, Exemplars). */
const longestLabels = 128;

/**
 * Families as text, with an example of a traced exchange for each bucket of how long they take, where there is one. Source: OpenMetrics 1.0: a
 * counter's family lacks the `_total` that its sample has, and the end is said.
 */
export function openMetrics(families: readonly Family[], exemplars: readonly Exemplar[]): string {
  const examples = latestExemplars(exemplars);
  const texts = families.map((family) => {
    const { name, type } = family;
    const head = { ...family, name: type === 'counter' ? name.replace(/_total$/, '') : name };
    let bucket = 0;
    const line = (sample: Sample) => {
      const text = sampleText(name, sample);
      if (name !== exemplary || sample.suffix !== '_bucket') return text;
      const example = examples.get(bucket);
      bucket = (bucket + 1) % exemplarBuckets;
      return example ? `${text}${exampleText(example)}` : text;
    };
    return familyText(head, line);
  });
  return `${texts.join('')}# EOF\n`;
}

/** The trace that a bucket's example belongs to, and its decision, where there is room for that. */
function exampleText({ traceId, id, ms, at }: Exemplar): string {
  const hasRoom = 'trace_id'.length + traceId.length + 'decision_id'.length + id.length <= longestLabels;
  const decision = hasRoom ? `,decision_id="${escaped(id)}"` : '';
  return ` # {trace_id="${traceId}"${decision}} ${ms / 1000} ${(at / 1000).toFixed(3)}`;
}
