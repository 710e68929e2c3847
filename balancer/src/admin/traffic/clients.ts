import { buildConnector, Pool } from 'undici';

/** The longest that an answer is waited for, in ms. */
const patience = 30_000;

type Connector = ReturnType<typeof buildConnector>;

/** The source address of the client with that number, from 0; Linux has all of 127.0.0.0/8 for itself (RFC 1122 §3.2.1.3). */
export function addressOf(number: number): string {
  return `127.0.0.${number + 2}`;
}

/**
 * Makes the client with that number: kept-alive connections to the target, a further one only while those that there are wait for an
 * answer. It has an address of its own, where both ends are on loopback and the system lets it; else the usual one.
 */
export function clientOf(target: string, number: number, address = addressOf): Pool {
  const isLoopback = new URL(target).hostname.startsWith('127.');
  const connect = isLoopback ? connectorFrom(address(number)) : buildConnector({ timeout: patience });
  return new Pool(target, { connect, connections: null, headersTimeout: patience, bodyTimeout: patience });
}

/** Connects from the given address, and from whichever the system picks once that one can't be had. */
function connectorFrom(localAddress: string): Connector {
  const connect = buildConnector({ timeout: patience });
  let isHad = true;
  return (options, callback) => {
    if (!isHad) return connect(options, callback);
    connect({ ...options, localAddress }, (...outcome) => {
      const [error] = outcome;
      if (!error || !isAboutAddress(error)) return callback(...outcome);
      isHad = false;
      connect(options, callback);
    });
  };
}

/** Whether the system doesn't have that address, as most have but one for loopback. */
function isAboutAddress({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EADDRNOTAVAIL' || code === 'EINVAL';
}
