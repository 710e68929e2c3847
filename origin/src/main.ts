import { readFileSync } from 'node:fs';
import { type Command, readCommand } from './config.ts';
import { createOrigin, stop } from './server.ts';

const help = `Usage: node origin/src/main.ts [options]

Answers every request with its own port, to see where a balancer sent it. Paths under /_origin/ show what arrives here and
break this origin for a while, to see what a balancer makes of that: curl localhost:8081/_origin/ lists them.

  --port      PORT    port to listen on; 0 picks a free one (default: 8081)
  --help              print this
  --version           print the version`;

function run(command: Command): void {
  switch (command.kind) {
    case 'help':
      console.log(help);
      break;
    case 'version':
      console.log(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);
      break;
    case 'refused':
      console.error(['origin: this configuration cannot be used', ...command.problems].join('\n  '));
      process.exitCode = 2;
      break;
    case 'run':
      serve(command.port);
  }
}

function serve(port: number): void {
  const server = createOrigin(console.log, () => new Date(), { crash });
  server.once('error', ({ code }: NodeJS.ErrnoException) => {
    console.error(
      `origin: ${code === 'EADDRINUSE' ? `port ${port} is taken` : `cannot listen on port ${port}`} (${code}); choose another with --port`,
    );
    process.exit(1);
  });
  server.listen(port, () => {
    const address = server.address();
    if (address && typeof address === 'object') console.log(`[origin server] listening on port ${address.port}`);
  });
  let stopping = false;
  const end = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    console.log('[origin server] stopping once running requests are done');
    await stop(server);
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

/** Ends as a crash would: at once, whatever runs. */
function crash(): void {
  console.error('[origin server] crashing, as POST /_origin/crash asked');
  process.exit(1);
}

run(readCommand(process.argv.slice(2), process.env));
