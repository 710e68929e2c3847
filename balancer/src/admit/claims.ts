/**
 * Names of fields that tell an origin who asked, and how: only the balancer, or a proxy that it trusts, may say that. CGI and what
 * is like it (WSGI, FastCGI, PHP) turn every sign in a name into `_`, so that `X_Forwarded-For` arrives there as `X-Forwarded-For`
 * does: names are compared with all signs as one.
 */
const claim = /^(?:forwarded|x[^a-z\d]real[^a-z\d]ip|x[^a-z\d]request[^a-z\d]id|x[^a-z\d]forwarded[^a-z\d].+)$/;

/**
 * Names that mean something only to such servers: `Proxy` becomes the variable from which programs take their own proxy
 * (httpoxy, CVE-2016-5385), and what looks like the length of the body or its coding, but isn't spelt like it, may be taken for it.
 */
const trap = /^(?:proxy|content[^a-z\d-]length|transfer[^a-z\d-]encoding|content[^a-z\d-]type)$/;

/** Whether a field of that name, in lower case, never travels from a client to an origin, whoever the client is. What is believed is said anew. */
export function isDroppedFromClients(name: string): boolean {
  return claim.test(name) || trap.test(name);
}

/** Whether a field of that name, in lower case, says who asked, and how, and is spelt as it should be: a trusted proxy may be asked to set it. */
export function isClaim(name: string): boolean {
  return /^[a-z\d-]+$/.test(name) && claim.test(name);
}
