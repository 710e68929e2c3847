import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import type { RoadExchange } from './road-exchange.ts';

/**
 * One stage of the road: hands an exchange on to the next one, or answers it. What it throws, or rejects with, is a mistake inside the
 * balancer.
 */
export type Stage = (exchange: RoadExchange, request: RoadRequest, reply: Reply) => unknown;
