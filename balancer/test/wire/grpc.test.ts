import { afterEach, describe, expect, test } from '@jest/globals';
import { originAt } from '../origins.ts';
import { roadOver } from '../road.ts';
import { Client } from './hostile.ts';
import { linesOf, startByteOrigin, through } from './through.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const call = (...fields: string[]) =>
  [
    'POST /pkg.Service/Method HTTP/1.1',
    'Host: a',
    'Content-Type: application/grpc',
    'TE: trailers',
    'Transfer-Encoding: chunked',
    ...fields,
    '',
    '',
  ].join('\r\n');

const answer = 'HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\nTrailer: grpc-status\r\n\r\n';

describe('what gRPC needs of HTTP/1.1:', () => {
  test('an origin learns that trailers are taken', async () => {
    const { request } = await through(`${call('Connection: close')}5\r\nhello\r\n0\r\n\r\n`, `${answer}0\r\n\r\n`);
    expect(linesOf(request)).toEqual(expect.arrayContaining(['TE: trailers', 'Connection: TE', 'Content-Type: application/grpc']));
  });

  test('an answer of nothing but trailers gets through', async () => {
    const { response } = await through(
      `${call('Connection: close')}0\r\n\r\n`,
      `${answer}0\r\ngrpc-status: 5\r\ngrpc-message: not found\r\n\r\n`,
    );
    expect(response).toMatch(/\r\nTrailer: grpc-status\r\n[\s\S]*\r\n\r\n0\r\ngrpc-status: 5\r\ngrpc-message: not found\r\n\r\n$/);
  });

  test('an answer that has its status in the header, and neither body nor trailers, gets through', async () => {
    const { response } = await through(
      `${call('Connection: close')}0\r\n\r\n`,
      'HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\ngrpc-status: 12\r\nContent-Length: 0\r\n\r\n',
    );
    expect(response).toMatch(/\r\ngrpc-status: 12\r\n[\s\S]*\r\n\r\n$/);
  });

  test('a conversation goes both ways at once, message by message, with trailers at the end of both', async () => {
    let hasBegun = false;
    let received = '';
    const origin = await startByteOrigin((socket, request) => {
      if (hasBegun) return;
      hasBegun = true;
      socket.write(answer);
      received = request.split('\r\n\r\n').slice(1).join('\r\n\r\n');
      // Each message is answered as soon as it is there, and the end with the trailers.
      let echoed = 0;
      const look = (text: string) => {
        received += text;
        const messages = received.match(/m\d/g) ?? [];
        for (; echoed < messages.length; echoed++) socket.write(`2\r\nr${messages[echoed]?.[1]}\r\n`);
        if (/0\r\nx-checksum: 7\r\n\r\n$/.test(received)) socket.write('0\r\ngrpc-status: 0\r\n\r\n');
      };
      look('');
      socket.on('data', look);
    });
    const road = roadOver([originAt(origin.port)]);
    ends.push(origin.close, road.close);
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    client.send(call('Trailer: x-checksum'));
    await client.until(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n/);
    for (let i = 1; i <= 3; i++) {
      client.send(`2\r\nm${i}\r\n`);
      await client.until(new RegExp(`\\r\\n2\\r\\nr${i}\\r\\n$`));
    }
    client.send('0\r\nx-checksum: 7\r\n\r\n');
    await client.until(/\r\n0\r\ngrpc-status: 0\r\n\r\n$/);
  });
});
