import { createServer } from 'node:http';
import { smallAnswer, workloads } from './workloads.ts';

// The origins where nginx is missing: one process, a server for each port given. Answers once it has read the whole request.
const large = Buffer.alloc(workloads.large.responseBytes, 'x');

for (const port of process.argv.slice(2).map(Number)) {
  const server = createServer({ keepAliveTimeout: 3_600_000 }, (req, res) => {
    req.resume().once('end', () => res.end(req.url === workloads.large.path ? large : smallAnswer));
  });
  server.listen(port, '127.0.0.1');
}
