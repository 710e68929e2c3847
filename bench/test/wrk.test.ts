import { expect, test } from '@jest/globals';
import { milliseconds, parseWrk } from '../wrk.ts';

const printed = `Running 3s test @ http://127.0.0.1:18090/small
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.71ms    3.02ms  41.50ms   91.20%
    Req/Sec     4.85k   512.10     5.60k    70.00%
  Latency Distribution
     50%  850.00us
     75%    6.90ms
     90%    8.80ms
     99%    1.02s 
  14483 requests in 3.00s, 2.50MB read
  Socket errors: connect 0, read 3, write 1, timeout 2
  Non-2xx or 3xx responses: 12
Requests/sec:   4827.21
Transfer/sec:      0.83MB
`;

test.each([
  ['850.00us', 0.85],
  ['1.20ms', 1.2],
  ['2.00s', 2000],
  ['1.50m', 90_000],
])('reads %s as %d ms', (text, ms) => {
  expect(milliseconds(text)).toBeCloseTo(ms, 9);
});

test('refuses a duration without a unit', () => {
  expect(() => milliseconds('12')).toThrow('12');
});

test('reads what wrk printed, and counts every kind of error', () => {
  expect(parseWrk(printed)).toEqual({ requests: 14483, requestsPerSecond: 4827.21, p50: 0.85, p99: 1020, errors: 18 });
});

test('counts no errors where wrk prints none', () => {
  expect(parseWrk(printed.replace(/^ {2}(Socket|Non).*\n/gm, '')).errors).toBe(0);
});

test('says what is missing when wrk printed something else', () => {
  expect(() => parseWrk('unable to connect')).toThrow('unable to connect');
});
