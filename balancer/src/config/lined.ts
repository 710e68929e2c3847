import type { Document, LineCounter, Node } from 'yaml';
import { yaml } from './yaml.ts';

/** One value of a file: what it is, and how it is written there, which differs where a number has zeros at its end or a name has none but digits. */
export interface LinedScalar {
  readonly kind: 'scalar';
  readonly line: number;
  /** `null` where nothing is written. */
  readonly value: string | number | boolean | null;
  readonly written: string;
}

/** A list of a file. */
export interface LinedList {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly Lined[];
}

/** A map of a file, in its order. */
export interface LinedMap {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: readonly Entry[];
}

/** What a file says at a place, with the line where it begins, so that whoever finds something wrong with it can say where that is. */
export type Lined = LinedScalar | LinedList | LinedMap;

/** A key of a map with what stands behind it. The line is the key's. */
export interface Entry {
  readonly key: string;
  readonly line: number;
  readonly value: Lined;
}

/** Told what is wrong in the file, in a sentence, and on which line. */
export type Complain = (line: number, problem: string) => void;

/** Something in a file that can't be followed. */
export class UnusableFile extends Error {
  readonly line: number;

  constructor(line: number, problem: string) {
    super(problem);
    this.line = line;
  }
}

/** The most values that are read, those that are named and used again each time; far more than 4,096 origins and their routes are. */
const mostValues = 200_000;

/** How deep values may be in each other; no setting needs more than five levels. */
const deepest = 32;

/** What a document says. Throws UnusableFile where it names what is not there, or says far too much by naming itself. */
export function linedOf(document: Document.Parsed, counter: LineCounter): Lined {
  const { isAlias, isMap, isScalar, isSeq } = yaml();
  let values = 0;
  const lineOf = (node: Node | null | undefined, otherwise: number) => (node?.range ? counter.linePos(node.range[0]).line : otherwise);

  const read = (node: unknown, outer: number, depth: number): Lined => {
    const line = lineOf(node as Node | null, outer);
    values += 1;
    if (values > mostValues || depth > deepest) throw new UnusableFile(line, 'says too much; an alias (*) may lead back to itself');
    if (isAlias(node)) return { ...read(resolved(node.source, node.resolve(document), line), line, depth + 1), line };
    if (isSeq(node)) return { kind: 'list', line, items: node.items.map((item) => read(item, line, depth + 1)) };
    if (!isMap(node)) return scalarOf(node, line);
    const entries = node.items.map(({ key, value }) => {
      const at = lineOf(key as Node, line);
      return { key: isScalar(key) ? writtenOf(key) : String(key), line: at, value: read(value, at, depth + 1) };
    });
    return { kind: 'map', line, entries };
  };
  return read(document.contents, 1, 0);
}

/** What an alias stands for. A host such as `*.example.com` is one to YAML as long as it has no quotes. */
function resolved<Found>(name: string, found: Found | undefined, line: number): Found {
  if (found !== undefined) return found;
  throw new UnusableFile(line, `*${name} begins with *, which is YAML's sign for what is named elsewhere; put it in quotes: "*${name}"`);
}

function scalarOf(node: unknown, line: number): LinedScalar {
  if (!yaml().isScalar(node)) return { kind: 'scalar', line, value: null, written: '' };
  const written = writtenOf(node);
  const { value } = node;
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  return { kind: 'scalar', line, value: isPlain ? value : written, written };
}

function writtenOf({ value, source }: { readonly value: unknown; readonly source?: string }): string {
  return typeof value === 'string' ? value : (source ?? String(value));
}

/** What there is in the place of one value, in a word or two. */
export function kindOf(value: Lined): string {
  if (value.kind === 'list') return 'a list';
  if (value.kind === 'map') return 'a map';
  return value.value === null ? 'empty' : 'one value';
}

/** The text of one value; nothing where there is none, or a list or a map. */
export function textOf(value: Lined): string | undefined {
  return value.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}

/** That text as it is written in the file, with the zeros of a number. */
export function wordsOf(value: Lined): string | undefined {
  return value.kind === 'scalar' && value.value !== null ? value.written : undefined;
}
