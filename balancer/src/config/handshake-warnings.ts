import { isSecure } from '../wire/address.ts';
import type { OptionName } from './options.ts';
import type { LabelledPool } from './pool-configs.ts';

const open =
  'is off: whoever is on the way to origins over TLS can read and change all that goes there; name who signs them in --origin-ca instead';

/** What about TLS with origins can be used and is hardly meant, a sentence each. */
export function handshakeWarnings(pools: readonly LabelledPool[]): string[] {
  const unchecked = pools.filter(({ settings }) => settings.originVerify === false).map(({ label }) => `${label('originVerify')}: ${open}`);
  return [...new Set(unchecked), ...meaningless(pools, 'originCa'), ...meaningless(pools, 'originName')];
}

/** Where an option is given for origins of which none is asked over TLS. */
function meaningless(pools: readonly LabelledPool[], name: OptionName): string[] {
  const given = pools.filter(({ settings }) => settings[name] !== undefined);
  const labels = new Set(given.map(({ label }) => label(name)));
  for (const { settings, label } of given) if (settings.origins.some(({ url }) => isSecure(url))) labels.delete(label(name));
  return [...labels].map(
    (label) => `${label}: none of the origins that it is for is asked over TLS, so that it means nothing; list them as https://… or h2://…`,
  );
}
