/** A question of gRPC's health protocol (grpc.health.v1) as it goes out: how that service is, or with no name, the whole server. */
export function healthQuestion(service: string): Buffer {
  const name = Buffer.from(service);
  // HealthCheckRequest has one field, number 1: a string. Where it is empty, there is nothing to say.
  return framed(name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name]));
}

/** The message of gRPC with those bytes: not compressed, and with its length before it. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** What HealthCheckResponse.ServingStatus has besides SERVING, which is 1. */
const statuses: Readonly<Record<number, string>> = { 0: 'UNKNOWN', 2: 'NOT_SERVING', 3: 'SERVICE_UNKNOWN' };

/** The statuses of gRPC that tell most of what is wrong with a health check. */
const grpcStatuses: Readonly<Record<string, string>> = {
  5: 'it knows no such service (gRPC status 5, NOT_FOUND)',
  12: 'it has no grpc.health.v1.Health (gRPC status 12, UNIMPLEMENTED)',
};

/** An answer to that question, as far as it matters. */
export interface HealthAnswer {
  /** Of HTTP. */
  readonly status: number;
  readonly body: Buffer;
  /** All fields, those behind the body among them. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Why a server that answered so is not well, in a few words; nothing where it is. */
export function healthProblem({ status, body, fields }: HealthAnswer): string | undefined {
  if (status !== 200) return `answered ${status}, which is no gRPC`;
  const code = String(fields['grpc-status'] ?? 'missing');
  if (code !== '0') return grpcStatuses[code] ?? `gRPC status ${/^\d{1,3}$/.test(code) ? code : 'missing'}`;
  const serving = servingStatusIn(body);
  return serving === 1 ? undefined : `says ${statuses[serving ?? 0] ?? `status ${serving}`}`;
}

/** The status in a message of gRPC with a HealthCheckResponse: its field 1, a number; nothing where it is no such message. */
function servingStatusIn(body: Buffer): number | undefined {
  if (body.length < 5 || body[0] !== 0 || body.readUInt32BE(1) !== body.length - 5) return undefined;
  let serving = 0;
  // One byte of tag and one of value; a server of a newer protocol may say more, which is not ours to read.
  if (body[5] === 0x08 && body[6] !== undefined && body[6] < 128) serving = body[6];
  return serving;
}
