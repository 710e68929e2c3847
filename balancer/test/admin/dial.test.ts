import { afterEach, describe, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { Program } from '../../../e2e/process.ts';
import { dial } from '../../src/admin/dial.ts';
import { answerErrors } from '../../src/admin/errors.ts';
import { guard } from '../../src/admin/guard.ts';
import type { Origin } from '../../src/brain/select/origin.ts';
import { ownLedger, ownPool } from '../ledger.ts';
import { deadOrigin, originAt, startOrigin, startRawOrigin } from '../origins.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  // Nothing here is a mistake of the balancer's.
  expect(notes.splice(0)).toEqual([]);
});

const notes: string[] = [];

function adminOver(...origins: Origin[]): Express {
  const pool = ownPool(origins, { maxConnections: 1, slowStart: 0 }, ownLedger(), () => 0);
  const app = express();
  app.use(guard({ access: () => ({ tokenHash: undefined, host: '127.0.0.1' }), note: () => {} }));
  app.use('/api', dial(pool));
  app.use(answerErrors((note) => notes.push(note)));
  return app;
}

async function realOrigin() {
  const program = new Program('origin/src/main.ts', ['--port=0']);
  ends.push(() => program.end());
  const port = await program.port();
  const path = `/api/origins/127.0.0.1:${port}`;
  return { program, path, app: adminOver(originAt(port)), own: (name: string) => fetch(`http://127.0.0.1:${port}/_origin/${name}`) };
}

describe('a real origin', () => {
  test('is slowed, shows it, and is mended', async () => {
    const { app, path, own } = await realOrigin();
    const none = await request(app).get(`${path}/fault`);
    expect([none.status, none.body]).toEqual([200, { fault: null }]);
    const set = await request(app).put(`${path}/fault`).send({ latencyMs: 7, ttlS: 9 });
    expect([set.status, set.body.fault.latencyMs]).toEqual([200, 7]);
    expect(await (await own('fault')).json()).toMatchObject({ fault: { latencyMs: 7 } });
    expect((await request(app).get(`${path}/fault`)).body.fault.latencyMs).toBe(7);
    const ended = await request(app).delete(`${path}/fault`);
    expect([ended.status, ended.body]).toEqual([200, { fault: null }]);
    expect(await (await own('fault')).json()).toEqual({ fault: null });
  });

  test('says what is wrong with a fault, and that comes back as it said it', async () => {
    const { app, path } = await realOrigin();
    const refused = await request(app).put(`${path}/fault`).send({ latency: 7, errorRate: 3 });
    expect([refused.status, refused.body.problems]).toEqual([
      400,
      [expect.stringContaining('latency: unknown key'), expect.stringContaining('errorRate: 3 is wrong')],
    ]);
    const empty = await request(app).put(`${path}/fault`);
    expect([empty.status, empty.body.problems]).toEqual([400, [expect.stringContaining('the body is no JSON object')]]);
  });

  test('is made unwell, and well', async () => {
    const { app, path, own } = await realOrigin();
    const set = await request(app).put(`${path}/health`).send({ status: 503 });
    expect([set.status, set.body.status]).toEqual([200, 503]);
    expect((await own('health')).status).toBe(503);
    const ended = await request(app).delete(`${path}/health`);
    expect([ended.status, ended.body]).toEqual([200, { status: 200 }]);
    expect((await own('health')).status).toBe(200);
  });

  test('crashes', async () => {
    const { app, path, program } = await realOrigin();
    const crashed = await request(app).post(`${path}/crash`);
    expect([crashed.status, crashed.body]).toEqual([200, { said: expect.stringMatching(/^the origin server :\d+ crashes$/) }]);
    expect(await program.status()).toBe(1);
    const gone = await request(app).post(`${path}/crash`);
    expect([gone.status, gone.body.error]).toEqual([502, expect.stringMatching(/^127\.0\.0\.1:\d+ can not be reached \(ECONNREFUSED\)$/)]);
  });
});

describe('an origin that is none of this project’s is a 502', () => {
  const reply = (status: string, body: string, ...fields: string[]) =>
    [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...fields, '', body].join('\r\n');
  const wrong = (status: number) => `answered GET /_origin/fault with ${status}, and not as docs/origins.md has it`;

  test.each([
    ['has nothing there', reply('404 Not Found', '{"error":"none"}'), wrong(404)],
    ['answers everything with a page', reply('200 OK', '<script>alert(1)</script>'), wrong(200)],
    ['answers with JSON that is no object', reply('200 OK', '[1]'), wrong(200)],
    ['answers with nothing', reply('204 No Content', ''), wrong(204)],
    ['sends elsewhere', reply('302 Found', '{}', 'Location: http://127.0.0.1:9/_origin/fault'), wrong(302)],
    ['wants a password', reply('401 Unauthorized', '{}', 'WWW-Authenticate: Basic'), wrong(401)],
    ['fails', reply('500 Oops', '{}'), wrong(500)],
    ['answers no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'can not be reached (HPE_INVALID_CONSTANT)'],
    [
      'switches protocols',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'broke off before its answer was whole',
    ],
    ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}', 'broke off before its answer was whole'],
    ['hangs up', '', 'can not be reached (ECONNRESET)'],
  ])('where it %s', async (_what, bytes, sentence) => {
    const origin = await startRawOrigin(bytes);
    ends.push(origin.close);
    const refused = await request(adminOver(origin.origin)).get(`/api/origins/${origin.origin.id}/fault`);
    expect([refused.status, refused.body.error]).toEqual([502, expect.stringContaining(sentence)]);
    expect(refused.body.error).toContain(origin.origin.id);
    expect(refused.headers['location']).toBeUndefined();
  });

  test('where it never ends, of which little is read', async () => {
    const left = Promise.withResolvers<void>();
    const origin = await startOrigin((_req, res) => {
      const pour = () => {
        while (res.write(Buffer.alloc(65_536, ' ')));
      };
      res.on('drain', pour).on('close', () => left.resolve());
      pour();
    });
    ends.push(origin.close);
    const refused = await request(adminOver(origin.origin)).get(`/api/origins/${origin.origin.id}/fault`);
    expect([refused.status, refused.body.error]).toEqual([502, `${origin.origin.id} answered more than 16384 bytes`]);
    await left.promise;
  });

  test.each(['headersOnly', 'silent'])('where it hangs, after two seconds (%s)', async (how) => {
    const left = Promise.withResolvers<void>();
    const origin = await startOrigin((_req, res) => {
      res.on('close', () => left.resolve());
      if (how === 'headersOnly') res.writeHead(200, { 'Content-Type': 'application/json' }).write('{');
    });
    ends.push(origin.close);
    const refused = await request(adminOver(origin.origin)).get(`/api/origins/${origin.origin.id}/fault`);
    expect([refused.status, refused.body.error]).toEqual([502, `${origin.origin.id} gave no answer within 2 s`]);
    await left.promise;
  });

  test('where it does not listen', async () => {
    const origin = deadOrigin();
    const refused = await request(adminOver(origin)).put(`/api/origins/${origin.id}/fault`).send({});
    expect([refused.status, refused.body]).toEqual([502, { error: `${origin.id} can not be reached (ECONNREFUSED)` }]);
  });

  test('where it answers a crash with anything else', async () => {
    const origin = await startOrigin();
    ends.push(origin.close);
    const refused = await request(adminOver(origin.origin)).post(`/api/origins/${origin.origin.id}/crash`);
    expect([refused.status, refused.body.error]).toEqual([502, expect.stringContaining('answered POST /_origin/crash with 200')]);
  });
});

describe('an origin is asked', () => {
  test('what was asked here and nothing more, with no word of who asked', async () => {
    const origin = await startOrigin((req, res) => void req.on('end', () => res.end('{}')).resume());
    ends.push(origin.close);
    const put = request(adminOver(origin.origin))
      .put(`/api/origins/${origin.origin.id}/fault?x=1`)
      .set('Cookie', 'a=1')
      .set('Authorization', 'Bearer x');
    expect((await put.send({ a: 'ü' })).status).toBe(200);
    const [asked] = origin.requests;
    expect([asked?.method, asked?.url]).toEqual(['PUT', '/_origin/fault']);
    expect(asked?.headers).toEqual({
      ...{ host: origin.origin.id, connection: 'close', 'user-agent': 'balancer-admin' },
      ...{ 'content-type': 'application/json', 'content-length': '10' },
    });
  });

  test('by GET where somebody asks by HEAD, whose answer would have nothing to pass on', async () => {
    const origin = await startOrigin((_req, res) => void res.end('{}'));
    ends.push(origin.close);
    const asked = await request(adminOver(origin.origin)).head(`/api/origins/${origin.origin.id}/fault`);
    expect([asked.status, origin.requests.map(({ method }) => method)]).toEqual([200, ['GET']]);
  });

  test.each(['get', 'delete'] as const)('without a body where it is asked to %s', async (method) => {
    const origin = await startOrigin((_req, res) => void res.end('{}'));
    ends.push(origin.close);
    expect((await request(adminOver(origin.origin))[method](`/api/origins/${origin.origin.id}/fault`)).status).toBe(200);
    const [asked] = origin.requests;
    expect(asked?.method).toBe(method.toUpperCase());
    expect(asked?.headers).toEqual({ host: origin.origin.id, connection: 'close', 'user-agent': 'balancer-admin' });
  });

  test('only if there is one of that name', async () => {
    const refused = await request(adminOver(originAt(1), originAt(2))).get('/api/origins/evil.example:80/fault');
    expect([refused.status, refused.body]).toEqual([
      404,
      { error: 'there is no origin evil.example:80; there are 127.0.0.1:1, 127.0.0.1:2' },
    ]);
  });

  test('not by a page of another site, nor with a body that is too long or no JSON', async () => {
    const origin = await startOrigin();
    ends.push(origin.close);
    const app = adminOver(origin.origin);
    const path = `/api/origins/${origin.origin.id}`;
    expect((await request(app).post(`${path}/crash`).set('Origin', 'https://evil.example')).status).toBe(403);
    expect((await request(app).put(`${path}/fault`).set('Content-Type', 'text/plain').send('{}')).status).toBe(415);
    expect(
      (
        await request(app)
          .put(`${path}/fault`)
          .send({ x: 'x'.repeat(4096) })
      ).status,
    ).toBe(413);
    expect((await request(app).put(`${path}/fault`).set('Content-Type', 'application/json').send('{')).status).toBe(400);
    expect(origin.requests).toEqual([]);
  });
});
