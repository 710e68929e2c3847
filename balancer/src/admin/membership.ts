import { type RequestHandler, Router } from 'express';
import type { Origin, ProxyProtocol } from '../brain/select/origin.ts';
import type { OriginReport } from './api.ts';
import { jsonBody } from './body.ts';
import { changed } from './change.ts';
import { type Field, readFields, textOf, type Values } from './fields.ts';
import { refuse, refuseProblems } from './refuse.ts';
import type { ShownPool } from './shown-pool.ts';
import { except } from './steering.ts';

/** A text as the configuration would read it: its value, or what is wrong with it. */
export type Read<Value> = { readonly value: Value } | { readonly problems: readonly string[] };

/** How what is given by hand is read: as the configuration is. */
export interface Readers {
  readonly origins: (list: string) => Read<readonly Origin[]>;
  readonly duration: (text: string) => Read<number>;
}

/** What membership works with. */
export interface MembershipParts {
  readonly read: Readers;
  /** How the origin of that id in a pool stands now. */
  readonly reportOf: (pool: ShownPool, id: string) => OriginReport | undefined;
  /** Resolves when every thread works as it was told until now, with the numbers of the threads that don't answer. */
  readonly settled: () => Promise<readonly number[]>;
  readonly note: (message: string) => void;
}

/**
 * Who is in a pool, changed by hand: `POST /origins` adds one, `PATCH /origins/ID` changes its weight or whether it is a backup, `DELETE
 * /origins/ID` takes it off and is answered once it has gone; `POST /deploy` replaces all, see brain/pool/deploy.ts. The configuration's
 * file stays as it is.
 */
export function membership(pool: ShownPool, { read, reportOf, settled, note }: MembershipParts): Router {
  const router = Router();
  const answerHow = async (id: string) => {
    const silent = await settled();
    return { ...reportOf(pool, id), ...except(silent) };
  };

  router.post('/origins', jsonBody, async (req, res) => {
    const reading = readFields(req.body, additionFields);
    if ('problems' in reading) return refuseProblems(res, reading.problems);
    const origins = read.origins(listed(reading.values));
    if ('problems' in origins) return refuseProblems(res, origins.problems);
    const [origin] = origins.value;
    if (!origin || origins.value.length > 1) return refuseProblems(res, ['url: give one URL']);
    pool.membership.add(origin);
    changed(res, 'not there', inWords(origin));
    res.status(201).json(await answerHow(origin.id));
  });

  router.patch('/origins/:id', jsonBody, async (req, res) => {
    const reading = readFields(req.body, changeFields);
    if ('problems' in reading) return refuseProblems(res, reading.problems);
    const { weight, backup } = reading.values;
    const id = String(req.params.id);
    const before = pool.roster.named(id).origin;
    pool.membership.change(id, { ...(weight === null ? {} : { weight }), ...(backup === null ? {} : { backup }) });
    changed(res, inWords(before), inWords(pool.roster.named(id).origin));
    res.json(await answerHow(id));
  });

  router.delete('/origins/:id', async (req, res) => {
    const before = pool.roster.memberCalled(req.params.id)?.origin;
    const isGone = await pool.membership.remove(req.params.id);
    if (before) changed(res, inWords(before), isGone ? 'gone' : 'on its way out');
    res.json({ id: req.params.id, isGone });
  });

  const deploy: RequestHandler = async (req, res) => {
    const order = orderIn(req.body, pool.settings.deployTimeout, read);
    if ('problems' in order) return refuseProblems(res, order.problems);
    const { origins, timeout } = order.value;
    const ids = origins.map(({ id }) => id);
    const before = pool.roster.members.map(({ origin }) => origin.id);
    note(`deploy in pool ${pool.name} begins: ${ids.join(', ')}`);
    const ending = await pool.membership.deploy(origins, timeout);
    note(`deploy in pool ${pool.name} ${ending.isDone ? 'is done' : `changed nothing: ${ending.reason}`}`);
    if (!ending.isDone) return refuse(req, res, 409, `nothing has changed: ${ending.reason}`);
    changed(res, before.join(', '), ids.join(', '));
    res.json({ origins: ids, stillThere: ending.stillThere, ...except(await settled()) });
  };
  router.post('/deploy', jsonBody, deploy);
  return router;
}

function inWords({ weight, backup }: Pick<Origin, 'weight' | 'backup'>): string {
  return `weight ${weight}${backup ? ', backup' : ''}`;
}

/** A deploy as a body orders it; `usual` is how long the origins may take to become well where it doesn't say, in ms. */
function orderIn(body: unknown, usual: number, read: Readers): Read<{ readonly origins: readonly Origin[]; readonly timeout: number }> {
  const reading = readFields(body, deployFields);
  if ('problems' in reading) return reading;
  const origins = read.origins(reading.values.origins.join(', '));
  const timeout = reading.values.timeout === '' ? { value: usual } : read.duration(reading.values.timeout);
  if ('problems' in origins) return origins;
  return 'problems' in timeout ? timeout : { value: { origins: origins.value, timeout: timeout.value } };
}

const weightField = {
  takes: (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 1000,
  right: 'a whole number from 0 to 1000',
};
const yesOrNo = { takes: (value: unknown): value is boolean => typeof value === 'boolean', right: 'true or false' };

/** One that may be missing, and then changes nothing. */
function orNothing<Value>({ takes, right }: Field<Value>): Field<Value | null> {
  return { takes: (value): value is Value | null => value === null || takes(value), right, standard: null };
}

const additionFields = {
  url: {
    takes: (value: unknown): value is string => typeof value === 'string' && /^[^\s,]+$/.test(value),
    right: 'the URL of an origin, such as "http://localhost:8081"',
  },
  weight: { ...weightField, standard: 1 },
  backup: { ...yesOrNo, standard: false },
  proxyProtocol: orNothing({
    takes: (value): value is ProxyProtocol => value === 'v1' || value === 'v2',
    right: '"v1" or "v2", where the origin is to be told by the PROXY protocol whom each connection is for',
  }),
};

/** An origin as a list of origins has it. */
function listed({ url, weight, backup, proxyProtocol }: Values<typeof additionFields>): string {
  const words = [`weight=${weight}`, backup && 'backup', proxyProtocol && `proxy-protocol=${proxyProtocol}`];
  return [url, ...words.filter(Boolean)].join(' ');
}

const changeFields = { weight: orNothing(weightField), backup: orNothing(yesOrNo) };

const deployFields = {
  origins: {
    takes: (value: unknown): value is readonly string[] =>
      Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string' && !entry.includes(',')),
    right: 'a list of origins, such as ["http://localhost:8081 weight=2"]',
  },
  timeout: { ...textOf('how long they may take to become well, such as "60s"'), standard: '' },
};
