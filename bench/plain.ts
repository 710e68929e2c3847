import express, { type Request, type Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

// The peer that the balancer is first compared with: Express and http-proxy-middleware as their documentation shows them,
// with their defaults, and a router function that goes round the origins. Arguments: port, then the origins' URLs.
const [port = '', ...origins] = process.argv.slice(2);
let turn = 0;

const app = express();
app.use(createProxyMiddleware<Request, Response>({ router: () => origins[turn++ % origins.length] ?? '', changeOrigin: false }));
app.listen(Number(port), '127.0.0.1');
