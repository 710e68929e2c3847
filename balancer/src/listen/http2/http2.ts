import type { Refused } from '../rejection.ts';
import type { Reply } from '../reply.ts';
import type { RoadRequest } from '../request.ts';
import { Http2Connections } from './connections.ts';
import type { Http2Limits } from './limits.ts';
import { Http2Reply } from './reply.ts';
import { Http2Request } from './request.ts';

/** Makes a handler of messages with those prototypes; see createApp. */
type Mount = (prototypes: { readonly request: object; readonly response: object }) => (request: RoadRequest, reply: Reply) => void;

/** All of HTTP/2 with clients: whoever has use for it loads this file. */
export function http2Over(mount: Mount, limits: Http2Limits, refused: Refused): Http2Connections {
  return new Http2Connections(mount({ request: Http2Request.prototype, response: Http2Reply.prototype }), limits, refused);
}
