import { describe, expect, test } from '@jest/globals';
import { ambiguous, attack, client, converse, inChunks, nothing, post, rows, smuggled, target } from './attacks.ts';
import { ask } from './hostile.ts';

describe('two requests that are two', () => {
  test('arrive as two', async () => {
    const { server, damage } = await target();
    const attacker = await client(server);
    const received = await attacker.send(post('Content-Length: 5', 'hello') + smuggled).until(/ok[\s\S]*ok/);
    const { statuses, whole } = await damage(received);
    expect(statuses).toEqual([200, 200]);
    expect(whole.toSorted()).toEqual(['/first hello', '/smuggled']);
  });

  test('are two also where the first is answered by the balancer itself', async () => {
    const { statuses, whole } = await converse(`OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n${smuggled}`);
    expect(statuses).toEqual([204, 200]);
    expect(whole).toEqual(['/smuggled']);
  });

  test('are two where blank lines come between them (RFC 9112 §2.2)', async () => {
    expect((await converse(`${ask('/first')}\r\n\r\n${smuggled}`, /ok[\s\S]*ok/)).statuses).toEqual([200, 200]);
  });
});

describe('a request in the body of a request is a body', () => {
  test.each([
    ['by Content-Length', post(`Content-Length: ${smuggled.length}`, smuggled)],
    ['by a length with leading zeros', post(`Content-Length: 00${smuggled.length}`, smuggled)],
    ['by chunks', post('Transfer-Encoding: chunked', inChunks(smuggled))],
    ['by chunks in other case', post('TRANSFER-ENCODING: ChunKed', inChunks(smuggled))],
    ['by chunks behind a tab', post('Transfer-Encoding:\tchunked', inChunks(smuggled))],
    ['by a chunk size with leading zeros', post('Transfer-Encoding: chunked', `0000${inChunks(smuggled)}`)],
    ['by a chunk with a quoted extension', post('Transfer-Encoding: chunked', inChunks(smuggled).replace('\r\n', ';a="b c"\r\n'))],
    ['on GET', `GET /first HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
    ['on DELETE in chunks', `DELETE /first HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${inChunks(smuggled)}`],
    ['though Connection names its length', post(`Connection: Content-Length\r\nContent-Length: ${smuggled.length}`, smuggled)],
    ['though Connection names its coding', post('Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked', inChunks(smuggled))],
    ['though it asks for HTTP/2', post(`Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: ${smuggled.length}`, smuggled)],
  ])('%s', async (_how, bytes) => {
    const { statuses, whole } = await converse(bytes);
    expect(statuses).toEqual([200]);
    expect(whole).toEqual([`/first ${smuggled}`.trim()]);
  });

  test('though a request for HTTP/2 comes before it, and the body in a packet of its own', async () => {
    const { server, damage } = await target();
    const attacker = await client(server);
    const head = `POST /second HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n`;
    await attacker.send(ask('/first', 'Connection: Upgrade', 'Upgrade: h2c') + head).until(/ok/);
    const { statuses, seen } = await damage(await attacker.send(smuggled).end());
    expect(statuses).toEqual([200]);
    expect(seen).not.toContain('/smuggled');
  });
});

/** What Java's client sends with each request. */
const http2 = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA'];

describe('a client that asks for HTTP/2, and gets an answer in HTTP/1.1,', () => {
  const asking = ask('/asking', ...http2);
  const posting = post(`${http2.join('\r\n')}\r\nContent-Length: ${smuggled.length}`, smuggled);
  const posted = post(`Content-Length: ${smuggled.length}`, smuggled);

  const nthAnswer = (count: number) => new RegExp(String.raw`(?:[\s\S]*?\r\nok){${count}}$`);

  test('keeps its connection, on which every request is what it is', async () => {
    const { server, damage } = await target();
    const java = await client(server);
    const requests = [asking, asking, posted, posting, posted, ask('/plain'), asking];
    for (const [index, bytes] of requests.entries()) await java.send(bytes).until(nthAnswer(index + 1));
    // In pieces, and as the last one.
    await java.send(posted.slice(0, -10)).send(posted.slice(-10)).until(nthAnswer(8));
    const { statuses, whole } = await damage(java.received);
    expect(statuses).toEqual(Array.from({ length: 8 }, () => 200));
    const body = `/first ${smuggled}`.trim();
    expect(whole).toEqual(['/asking', '/asking', body, body, body, '/plain', '/asking', body]);
    expect(java.isOpen).toBe(true);
  });

  test.each([
    ['another request', asking + ask('/behind')],
    ['another request, behind a body', posting + ask('/behind')],
    ['half of another request', asking + ask('/behind').slice(0, 9)],
    ['the same request', asking + asking],
  ])('is closed where %s stands behind it in the same read, of which Node knows nothing', async (_what, bytes) => {
    const { statuses, whole } = await attack(bytes);
    expect(statuses).toEqual([200]);
    expect(whole).toHaveLength(1);
  });

  test.each([
    ['another request stands before it', ask('/before') + asking, [200, 200]],
    ['its body comes in chunks', post(`${http2.join('\r\n')}\r\nTransfer-Encoding: chunked`, inChunks(smuggled)), [200]],
  ])('is closed where %s, since what stands behind it can not be told', async (_where, bytes, statuses) => {
    expect((await attack(bytes)).statuses).toEqual(statuses);
  });

  test.each([
    ['is kept where its body comes later', '', false],
    ['is closed where its body comes later, and another request with it', ask('/behind'), true],
  ])('%s', async (_which, behind, isClosed) => {
    const { server, damage } = await target();
    const java = (await client(server)).send(posting.replace('\r\n', '\r\nExpect: 100-continue\r\n').slice(0, -smuggled.length));
    await java.until(/100 Continue/);
    const received = await java.send(smuggled + behind).until(/\r\nok$/);
    expect(received.includes('\r\nConnection: close\r\n')).toBe(isClosed);
    expect(await damage(received)).toMatchObject({ statuses: [100, 200], whole: [`/first ${smuggled}`.trim()] });
  });
});

describe('a message whose length can be read in two ways is a 400, and nothing behind it is parsed:', () => {
  test.each([
    ['a length, then chunks', post('Content-Length: 6\r\nTransfer-Encoding: chunked', `0\r\n\r\nG${smuggled}`)],
    ['chunks, then a length', post('Transfer-Encoding: chunked\r\nContent-Length: 4', inChunks(smuggled))],
    ['chunks, and a length of 0', post('Transfer-Encoding: chunked\r\nContent-Length: 0', ambiguous)],
    ['chunks, and a length far apart', post('Transfer-Encoding: chunked\r\nX: y\r\ncontent-length: 3', ambiguous)],
    ['two lengths that differ', post('Content-Length: 5\r\nContent-Length: 0', `hello${smuggled}`)],
    ['two lengths that differ, the other way round', post('Content-Length: 0\r\nContent-Length: 5', `hello${smuggled}`)],
    ['two lengths that are equal', post('Content-Length: 5\r\nContent-Length: 5', `hello${smuggled}`)],
    ['chunked twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', ambiguous)],
    ['chunked, then identity', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', ambiguous)],
    ['a folded coding', post('Transfer-Encoding:\r\n chunked', ambiguous)],
    ['a folded name', post('Transfer-Encoding\r\n : chunked', ambiguous)],
    ['a space before the colon of the coding', post('Transfer-Encoding : chunked', ambiguous)],
    ['a tab before the colon of the coding', post('Transfer-Encoding\t: chunked', ambiguous)],
    ['a space before the colon of the length', post('Content-Length : 5', `hello${smuggled}`)],
  ])('%s', async (_what, bytes) => {
    expect(await attack(bytes)).toEqual({ statuses: [400], whole: [], seen: nothing });
  });

  test.each(
    rows(
      ['+5', '-5', '5,5', '5, 5', '5, 6', '0x5', '5 5', '5.0', '5e0', '5_0', '5;', '"5"', '', ' ', 'five', '\v5', '5\v', '5\0', '\xb2'],
      (length) => post(`Content-Length: ${length}`, `hello${smuggled}`),
    ),
  )('a length of %s', async (_length, bytes) => {
    expect(await attack(bytes)).toEqual({ statuses: [400], whole: [], seen: nothing });
  });

  test.each(
    rows(['18446744073709551616', '18446744073709551621', '99999999999999999999', '9'.repeat(100)], (length) =>
      post(`Content-Length: ${length}`, `hello${smuggled}`),
    ),
  )('a length of %s, which is beyond 64 bits', async (_length, bytes) => {
    expect(await attack(bytes)).toEqual({ statuses: [400], whole: [], seen: nothing });
  });

  test.each(
    rows(['9007199254740993', '9223372036854775807', '18446744073709551615'], (length) => post(`Content-Length: ${length}`, smuggled)),
  )('a length of %s, which no number of JavaScript holds, so that the origin would be told another', async (_length, bytes) => {
    const { statuses, whole, seen } = await attack(bytes);
    expect([[400], [413]]).toContainEqual(statuses);
    expect(whole).toEqual([]);
    expect(seen).not.toContain('/smuggled');
  });

  test.each(
    rows(['chunked, identity', 'chunked, chunked', 'chunked,', '\vchunked', 'chunked\v', '\fchunked', 'chunked\0', ''], (coding) =>
      post(`Transfer-Encoding: ${coding}`, ambiguous),
    ),
  )('a coding of %s', async (_coding, bytes) => {
    expect(await attack(bytes)).toEqual({ statuses: [400], whole: [], seen: nothing });
  });

  test.each(
    rows(
      [
        'chunked',
        'xchunked',
        'identity',
        'identity, chunked',
        'gzip, chunked',
        ',chunked',
        '"chunked"',
        'chunked;q=1',
        '\xa0chunked',
        'cow',
      ],
      (coding) => post(`Content-Length: 3\r\nTransfer-Encoding: ${coding}`, ambiguous),
    ),
  )('a length and a coding of %s', async (_coding, bytes) => {
    expect(await attack(bytes)).toEqual({ statuses: [400], whole: [], seen: nothing });
  });
});

describe('a coding that the balancer does not know is a 501, and nothing behind it is parsed:', () => {
  const codings = [
    'xchunked',
    'chunk',
    'identity',
    'cow',
    '"chunked"',
    "'chunked'",
    'chunked;q=1',
    'chunked x',
    '\xa0chunked',
    'chunked\xe9',
  ];
  // Chunked comes last here, so that the parser finds the end of the body, and what is behind it.
  const endInChunked = [
    'identity, chunked',
    'gzip, chunked',
    ',chunked',
    'x,chunked',
    'identity\r\nTransfer-Encoding: chunked',
    'cow\r\nTransfer-Encoding: chunked',
  ];
  test.each(rows([...codings, ...endInChunked], (coding) => post(`Transfer-Encoding: ${coding}`, ambiguous)))(
    '%s',
    async (_coding, bytes) => {
      const { statuses, whole, seen } = await attack(bytes);
      expect(statuses).toEqual([501]);
      expect(whole).toEqual([]);
      expect(seen).toEqual(new Set(['/first']));
    },
  );
});

describe('HTTP/1.0 knows no chunks, so that a message with them is the last of its connection (RFC 9112 §6.1):', () => {
  test.each([
    ['on a connection that would end anyway', 'Transfer-Encoding: chunked'],
    ['on a connection that would be kept', 'Connection: keep-alive\r\nTransfer-Encoding: chunked'],
  ])('%s', async (_what, fields) => {
    const { whole, seen } = await attack(post(fields, ambiguous, '1.0'));
    expect(seen).not.toContain('/smuggled');
    expect(whole.length).toBeLessThanOrEqual(1);
  });
});

describe('a body in bad chunks', () => {
  const withSize = (size: string) => `${size}\r\nhello\r\n0\r\n\r\n`;
  const sizes = ['+5', '-5', ' 5', '5 ', '5\t', '0x5', '5_0', '5 5', '', 'g', '5\0', '10000000000000005', 'ffffffffffffffff5'];
  const extensions = ['5;\n', '5;a=b\n', '5;a\rb', '5;a\0', '5;;', '5 ;a=b', '5;a="\r\n"', '5\n', '5\r', '5\r\r'];
  const bodies = [
    '5;\nhello\r\n0\r\n\r\n',
    '5\nhello\r\n0\r\n\r\n',
    '5\rhello\r\n0\r\n\r\n',
    '5\r\nhello0\r\n\r\n',
    '5\r\nhello\n0\r\n\r\n',
    '5\r\nhello\r0\r\n\r\n',
    '5\r\nhello, world\r\n0\r\n\r\n',
    '5\r\nhel\r\n0\r\n\r\n',
    '5\r\nhello\r\n0\n\n',
    '5\r\nhello\r\n0\r\n\n',
    '5\r\nhello\r\n0\r\n',
    '0\r\nX : y\r\n\r\n',
    '0\r\n X: y\r\n\r\n',
    '0\r\nX: a\0b\r\n\r\n',
    '0\r\nContent-Length: 10\r\n\r\n',
    '0\r\nTransfer-Encoding: chunked\r\n\r\n',
  ];
  const bad = rows([...[...sizes, ...extensions].map(withSize), ...bodies], (body) => post('Transfer-Encoding: chunked', body + smuggled));

  test.each(bad)('never makes a request whole, and nothing behind it is parsed: %s', async (_body, bytes) => {
    const { statuses, whole, seen } = await attack(bytes);
    expect(statuses.length).toBeLessThanOrEqual(1);
    expect(whole).toEqual([]);
    expect(seen).not.toContain('/smuggled');
  });

  test.each(bad)('is a 400: %s', async (_body, bytes) => {
    expect((await attack(bytes)).statuses).toEqual([400]);
  });

  test.each(rows(['7fffffffffffffff', 'ffffffffffffffff'], withSize))('is not over before its last chunk is: %s', async (_body, chunks) => {
    const { statuses, whole, seen } = await attack(post('Transfer-Encoding: chunked', chunks + smuggled));
    expect([[400], [408], [413]]).toContainEqual(statuses);
    expect(whole).toEqual([]);
    expect(seen).not.toContain('/smuggled');
  });
});
