import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { deploy } from '../../src/deploy/deploy.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** An admin side that answers as it is told; its URL, and what it was asked. */
async function adminSide(answer: RequestListener): Promise<{ admin: string; asked: IncomingMessage[]; bodies: string[]; server: Server }> {
  const asked: IncomingMessage[] = [];
  const bodies: string[] = [];
  const server = createServer(async (req, res) => {
    asked.push(req);
    bodies.push(await text(req));
    answer(req, res);
  }).listen(0, '127.0.0.1');
  ends.push(() => server.close());
  await once(server, 'listening');
  return { admin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, bodies, server };
}

const json = (status: number, body: unknown): RequestListener => {
  return (_req, res) => void res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};

const wanted = { pool: 'shop', origins: ['http://new-1:3000', 'http://new-2:3000 weight=2'] };

/** What is there to say when all is over. */
const done = { origins: ['new-1:3000', 'new-2:3000'], stillThere: [] };

describe('a deploy', () => {
  test('asks the admin side as its API has it', async () => {
    const { admin, asked, bodies } = await adminSide(json(200, done));
    await deploy({ ...wanted, admin, timeout: '90s', token: '0123456789abcdef' });
    expect(asked[0]).toMatchObject({
      ...{ method: 'POST', url: '/api/pools/shop/deploy' },
      headers: { 'content-type': 'application/json', authorization: 'Bearer 0123456789abcdef' },
    });
    expect(bodies.map((body) => JSON.parse(body))).toEqual([{ origins: wanted.origins, timeout: '90s' }]);
  });

  test('says nothing of a bound or a token that it has not', async () => {
    const { admin, asked, bodies } = await adminSide(json(200, done));
    await deploy({ ...wanted, admin });
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
    expect(JSON.parse(bodies[0] ?? '')).toEqual({ origins: wanted.origins });
  });

  test('is done once the admin side says so, and not before', async () => {
    const arrived = Promise.withResolvers<() => void>();
    const { admin } = await adminSide((req, res) => arrived.resolve(() => json(200, done)(req, res)));
    let isOver = false;
    const ending = deploy({ ...wanted, admin }).finally(() => {
      isOver = true;
    });
    const answer = await arrived.promise;
    expect(isOver).toBe(false);
    answer();
    expect(await ending).toEqual({
      isDone: true,
      sentence: 'pool shop: http://new-1:3000, http://new-2:3000 weight=2 took over, and what was there before has drained',
    });
  });

  test.each([
    ['an origin', 'origin server response :8081'],
    ['who sends back what was sent', JSON.stringify({ origins: wanted.origins })],
    ['nobody', ''],
  ])('is not done where %s answers 200, such as at the public port', async (_who, body) => {
    const { admin } = await adminSide((_req, res) => void res.end(body));
    expect(await deploy({ ...wanted, admin })).toEqual({
      isDone: false,
      sentence: `${admin} answered 200, but not as the admin side of a balancer does; give --admin with its URL, and see there whether anything has changed`,
    });
  });

  test('is not done where the answer breaks off', async () => {
    const { admin } = await adminSide((_req, res) => {
      res.writeHead(200, { 'Content-Length': '1000' }).write('{"origins":["new-1:3000"],"stillThere":[]');
      setImmediate(() => res.destroy());
    });
    expect(await deploy({ ...wanted, admin })).toMatchObject({ isDone: false });
  });

  test('names origins that still finish what runs', async () => {
    const { admin } = await adminSide(json(200, { origins: ['new-1:3000'], stillThere: ['old-1:3000', 'old-2:3000'] }));
    expect((await deploy({ ...wanted, admin })).sentence).toMatch(
      / took over; not yet over is what runs at old-1:3000, old-2:3000, which gets nothing new$/,
    );
  });

  test('names threads that don’t answer', async () => {
    const { admin } = await adminSide(json(200, { ...done, notYetIn: [1, 3] }));
    expect((await deploy({ ...wanted, admin })).sentence).toMatch(/has drained; thread 1, 3 does not answer, and may not follow yet$/);
  });

  test.each<[string, number, unknown, string]>([
    [
      'a reason',
      504,
      { error: 'new-1:3000 did not become well in 60 s: ECONNREFUSED' },
      'new-1:3000 did not become well in 60 s: ECONNREFUSED (status 504)',
    ],
    [
      'several',
      400,
      { error: 'nothing has changed', problems: ['origins: a', 'timeout: b'] },
      'nothing has changed; origins: a; timeout: b (status 400)',
    ],
    [
      'a need for a token',
      401,
      { error: 'no token came with this' },
      'no token came with this (status 401); this command takes it from ADMIN_TOKEN',
    ],
    ['no reason', 500, 'oops', 'the admin side gives no reason (status 500)'],
    ['a reason that is none', 500, { error: 5 }, 'the admin side gives no reason (status 500)'],
    ['signs for a terminal', 409, { error: 'a\u001b[2Jb' }, 'a [2Jb (status 409)'],
    ['that it is done, with another status than 200', 202, {}, 'the admin side gives no reason (status 202)'],
  ])('is not done where the admin side answers %s', async (_what, status, body, reason) => {
    const { admin } = await adminSide(json(status, body));
    expect(await deploy({ ...wanted, admin })).toEqual({ isDone: false, sentence: `pool shop: ${reason}` });
  });

  test('is not done where an answer is no JSON', async () => {
    const { admin } = await adminSide((_req, res) => void res.writeHead(404).end('<h1>not here</h1>'));
    expect(await deploy({ ...wanted, admin })).toEqual({
      isDone: false,
      sentence: 'pool shop: the admin side gives no reason (status 404)',
    });
  });

  test('is not done where nobody listens, and says so', async () => {
    const spare = createTcpServer().listen(0, '127.0.0.1');
    await once(spare, 'listening');
    const admin = `http://127.0.0.1:${(spare.address() as AddressInfo).port}`;
    await new Promise((closed) => spare.close(closed));
    expect(await deploy({ ...wanted, admin })).toEqual({
      isDone: false,
      sentence: `${admin} can not be reached (ECONNREFUSED); give --admin with the URL of the balancer's admin side`,
    });
  });

  test('is not known to be done where the admin side breaks off', async () => {
    const { admin } = await adminSide((req) => req.socket.destroy());
    expect(await deploy({ ...wanted, admin })).toEqual({
      isDone: false,
      sentence: `${admin} broke off before it answered (ECONNRESET); GET /api/pools/shop says whether anything has changed`,
    });
  });
});

describe('the command', () => {
  test('prints what the admin side did, and exits with 0', async () => {
    const { admin, asked } = await adminSide(json(200, done));
    const args = ['deploy', '--admin', admin, 'http://new-1:3000'];
    const program = new Program('balancer/src/main.ts', args, { ADMIN_TOKEN: '0123456789abcdef' });
    ends.push(() => program.end());
    expect(await program.status()).toBe(0);
    expect(program.output).toBe('pool default: http://new-1:3000 took over, and what was there before has drained\n');
    expect(asked[0]?.headers.authorization).toBe('Bearer 0123456789abcdef');
  });

  test('prints why it is not done, and exits with 1', async () => {
    const { admin } = await adminSide(json(404, { error: 'there is no pool shpo; there are shop, api' }));
    const program = new Program('balancer/src/main.ts', ['deploy', '--admin', admin, '--pool=shpo', 'http://new-1:3000']);
    ends.push(() => program.end());
    expect(await program.status()).toBe(1);
    expect(program.output).toBe('balancer: pool shpo: there is no pool shpo; there are shop, api (status 404)\n');
  });

  test('prints what is wrong with it, and exits with 2', async () => {
    const program = new Program('balancer/src/main.ts', ['deploy']);
    ends.push(() => program.end());
    expect(await program.status()).toBe(2);
    expect(program.output).toBe(
      'balancer: this command cannot be used\n  deploy: no origin is listed; give the new ones, such as http://new-1:3000\n',
    );
  });
});
