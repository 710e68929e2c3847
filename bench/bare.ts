import { createServer } from 'node:http';
import { Pool } from 'undici';

// The smallest proxy that anyone would write with Node.js: its server and undici, a turn for each origin, and nothing else. No header
// field is looked at, nothing is tried again, nothing is told. What it costs is the price of those two alone. Arguments: port, then the
// origins' URLs.
const [port = '', ...origins] = process.argv.slice(2);
const pools = origins.map((origin) => new Pool(origin));
let turn = 0;

const server = createServer((req, res) => {
  const body = req.method === 'GET' ? null : req;
  pools[turn++ % pools.length]?.dispatch(
    { method: req.method ?? '', path: req.url ?? '', headers: req.rawHeaders, body },
    {
      onRequestStart() {},
      onResponseStart: (_controller, status, headers) => void res.writeHead(status, headers),
      onResponseData(controller, piece) {
        if (res.write(piece)) return;
        controller.pause();
        res.once('drain', () => controller.resume());
      },
      onResponseEnd: () => void res.end(),
      onResponseError: () => void res.destroy(),
    },
  );
});
server.listen(Number(port), '127.0.0.1');
