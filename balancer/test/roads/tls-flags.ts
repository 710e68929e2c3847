import { fileOf } from '../tls-origin.ts';

/** Whether the roads of these tests are come to over TLS: `TLS=1` says so. */
export const overTls = process.env['TLS'] === '1';

/** What a road needs to be told so that it can. */
export const tlsFlags = overTls ? ['--tls-port=0', `--tls-cert=${fileOf('certificate')}`, `--tls-key=${fileOf('key')}`] : [];
