import { problemsIn } from './limits.ts';
import { quiet, type Setup } from './setup.ts';

/** The version of what links hold; one of another version is not read. */
const version = '1';

/** A link that can't be followed, and why, in a sentence. */
export class BadLink extends Error {}

/** What a link holds: all that is not as in the quiet setup, packed, after its version. It goes behind the `#`. */
export async function toLink(setup: Setup): Promise<string> {
  const changes = Object.entries(setup).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(quiet[name as keyof Setup]));
  const packed = await through(new TextEncoder().encode(JSON.stringify(Object.fromEntries(changes))), new CompressionStream('deflate-raw'));
  return `${version}.${toText(packed)}`;
}

/** The setup that a link holds. Throws BadLink with what is wrong with it. */
export async function fromLink(link: string): Promise<Setup> {
  const [given, text = ''] = link.replace(/^#/, '').split('.');
  if (given !== version) throw new BadLink(`this link is of version ${given || 'none'}, and this page reads version ${version}`);
  const setup = { ...quiet, ...known(await unpacked(text)) };
  const problems = problemsIn(setup);
  if (problems.length > 0) throw new BadLink(`this link holds what can’t be played: ${problems.join('; ')}`);
  return setup;
}

async function unpacked(text: string): Promise<object> {
  try {
    const json = new TextDecoder().decode(await through(toBytes(text), new DecompressionStream('deflate-raw')));
    return JSON.parse(json);
  } catch {
    throw new BadLink('this link is cut off, or was changed on its way');
  }
}

/** What a setup has, of what a link says. */
function known(given: object): Partial<Setup> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => name in quiet));
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** Base64url (RFC 4648 §5), without padding. */
function toText(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
