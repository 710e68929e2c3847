import { once } from 'node:events';
import { createServer } from 'node:net';

// What `npm start` runs first, with `NAME=PORT …`: five programs that each say ten times that a port is taken help nobody.
const wanted = process.argv.slice(2).map((arg) => arg.split('=') as [name: string, port: string]);
const taken: string[] = [];
for (const [name, port] of wanted) if (!(await isFree(Number(port)))) taken.push(`${port} (for ${name})`);
if (taken.length > 0) {
  console.error(
    [
      `npm start: taken already: ${taken.join(', ')}. It needs the ports ${wanted.map(([, port]) => port).join(', ')}, and no others will do.`,
      'Is another `npm start` or `docker compose up` running? End that, or whatever else listens there (`lsof -i :PORT` says what).',
      'To try the balancer on other ports: npx node balancer/src/main.ts --port 9000 --admin-port 9090 --origins http://…',
    ].join('\n'),
  );
  process.exitCode = 1;
}

/** Whether nobody listens at a port, on any address. */
async function isFree(port: number): Promise<boolean> {
  for (const host of [undefined, '127.0.0.1']) {
    const server = createServer();
    try {
      await once(server.listen({ port, ...(host === undefined ? {} : { host }) }), 'listening');
    } catch {
      return false;
    }
    server.close();
    await once(server, 'close');
  }
  return true;
}
