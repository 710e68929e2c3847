import { describe, expect, test } from '@jest/globals';
import { origins } from '../../src/config/origins.ts';
import { portOf } from '../../src/wire/address.ts';
import { config, problems } from './reading.ts';

describe('origins of HTTP/2', () => {
  test.each([
    ['h2c://App.Example:50051', 'app.example:50051', 'h2c://app.example:50051', 50051],
    ['h2c://app', 'app:80', 'h2c://app', 80],
    ['H2://app/', 'app:443', 'h2://app', 443],
    ['h2://app:443', 'app:443', 'h2://app', 443],
    ['h2c://[::1]:50051', '[::1]:50051', 'h2c://[::1]:50051', 50051],
    ['h2c://0x7f.1:80', '127.0.0.1:80', 'h2c://127.0.0.1', 80],
  ])('%s is %s', (text, id, href, port) => {
    const [origin] = origins(`${text} weight=2`);
    expect([origin?.id, origin?.url.href, origin && portOf(origin.url), origin?.weight]).toEqual([id, href, port, 2]);
  });

  test.each([
    ['h2c://app/path', '"h2c://app/path" has a path; give scheme, host and port only: h2c://app'],
    ['h2://user@app', '"app" comes with a user or password; give scheme, host and port only'],
    ['h2c://', '"h2c://" is not an http://, https://, h2c:// or h2:// URL; give one such as http://localhost:8081'],
    ['h3://app', '"h3://app" is not an http://, https://, h2c:// or h2:// URL; give one such as http://localhost:8081'],
  ])('%s is refused', (text, problem) => {
    expect(() => origins(text)).toThrow(problem);
  });
});

describe('health by gRPC', () => {
  test('is asked of a service, or of the whole server', () => {
    expect(problems(['--origins=h2c://a:1', '--health-grpc=shop.v1.Orders'])).toEqual([]);
    expect(config(['--origins=h2c://a:1', '--health-grpc=server']).healthGrpc).toBe('');
  });

  test('is refused where it can not be', () => {
    expect(problems(['--origins=h2c://a:1', '--health-grpc=/a b'])).toEqual([
      '--health-grpc: "/a b" is not a service of gRPC; give one such as shop.v1.Orders, or server for all that a server has, or none',
    ]);
    expect(problems(['--origins=h2c://a:1', '--health-grpc=server', '--health-path=/health'])).toEqual([
      '--health-grpc: health-path is given as well, and probes ask one of the two; give none for the other',
    ]);
    expect(problems(['--origins=http://a:1', '--health-grpc=server'])).toEqual([
      '--health-grpc: gRPC needs HTTP/2, and a:1 is listed without; list it with h2c://, or over TLS with h2://',
    ]);
  });
});
