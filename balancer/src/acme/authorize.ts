import type { KeyObject } from 'node:crypto';
import type { Authority } from './authority.ts';
import { type Challenge, type ChallengeType, isChallengeType, type Showing, tokenForm } from './challenges.ts';
import { objectIn } from './directory.ts';
import { thumbprint } from './jws.ts';
import { type Patience, type Stated, settled } from './polling.ts';
import { AcmeProblem, isObject, problemIn } from './problem.ts';

/** For whom something is to be shown, and how. */
export interface AuthorizeTerms extends Patience {
  readonly host: string;
  /** The account's key, by which challenges are met. */
  readonly accountKey: KeyObject;
  /** Kinds of challenges, the best first. */
  readonly types: readonly ChallengeType[];
  readonly showing: Showing;
}

/** Shows that a host is in our hands, unless that is known already (RFC 8555 §7.5). Rejects with the reason why it is not believed. */
export async function authorize(authority: Authority, url: string, terms: AuthorizeTerms): Promise<void> {
  const { host, showing } = terms;
  const doing = `the authorization of ${host}`;
  const authorization = objectIn(await authority.get(url, doing), doing);
  if (authorization['status'] === 'valid') return;
  const { challenge, address } = chosen(authorization, terms);
  await showing.show(challenge);
  try {
    await authority.post(address, {}, doing);
    const told = await settled(authority, url, { states: ['pending', 'processing'], doing }, terms);
    if (told['status'] !== 'valid') throw refused(told, challenge);
  } finally {
    await showing.hide(challenge);
  }
}

/** The challenge of the best kind that the authority offers, and where it is told that it is met. */
function chosen(
  authorization: Stated,
  { host, types, accountKey }: AuthorizeTerms,
): { readonly challenge: Challenge; readonly address: string } {
  const offered = challengesOf(authorization);
  for (const type of types) {
    const { token, url: address } = offered.find((one) => one['type'] === type) ?? {};
    if (typeof token !== 'string' || typeof address !== 'string' || !tokenForm.test(token)) continue;
    return { challenge: { type, host, token, keyAuthorization: `${token}.${thumbprint(accountKey)}` }, address };
  }
  const names = offered.map((one) => one['type']).filter(isChallengeType);
  throw new AcmeProblem(
    `the authority offers no way to prove ${host} by ${types.join(' or ')}${names.length > 0 ? `, but by ${names.join(', ')}` : ''}`,
    {
      isOfHost: true,
    },
  );
}

function refused(authorization: Stated, { type, host }: Challenge): AcmeProblem {
  const failed = challengesOf(authorization).find(({ error }) => error !== undefined);
  const { type: name, message } = problemIn(failed?.['error'], `the authority could not see by ${type} that ${host} is here`);
  return new AcmeProblem(message, { type: name, isOfHost: true });
}

function challengesOf({ challenges }: Stated): readonly Stated[] {
  return Array.isArray(challenges) ? challenges.filter(isObject) : [];
}
