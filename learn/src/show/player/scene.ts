import type { Flight, Leg, OriginLook } from '../../lab/frame.ts';
import type { Brush } from './brush.ts';
import { type Whereabouts, whereabouts } from './journeys.ts';
import { type Area, doorOf, type Layout, onTheWay, type Spot } from './layout.ts';

/** What a picture shows at a moment. */
export interface Moment {
  /** ms of the world, as far as the picture is. */
  readonly now: number;
  /** ms of the world that a way between two machines takes in the picture. */
  readonly way: number;
  readonly flights: Iterable<Flight>;
  readonly origins: readonly OriginLook[];
  /** Whether dots stand at their stations only, for those who don't want motion. */
  readonly isCalm: boolean;
}

/** A request that is at an origin. */
interface Guest {
  readonly flight: Flight;
  readonly since: number;
}

/** The most dots that are drawn side by side in an origin's line; of further ones there is the number. */
const mostQueued = 8;
const mostWorkers = 8;
const pitch = 13;

/** Draws a world as it is at a moment. */
export function drawScene(brush: Brush, layout: Layout, moment: Moment): void {
  brush.clear(layout.width, layout.height);
  drawWays(brush, layout);
  const { guests, held, moving } = sorted(layout, moment);
  if (!moment.isCalm) for (const { flight, where } of moving) drawDot(brush, layout, flight, where);
  drawClients(brush, layout.clients);
  for (const [place, area] of layout.balancers.entries()) drawBalancer(brush, area, layout.balancers.length, place, held[place] ?? 0);
  for (const [place, area] of layout.origins.entries()) {
    const look = moment.origins[place];
    if (look) drawOrigin(brush, area, place, look, guests[place] ?? []);
  }
}

type Moving = Exclude<Whereabouts, { kind: 'inside' | 'waiting' }>;

/** Who is at which origin, how many wait in which balancer, and who is on the way. */
function sorted(layout: Layout, { flights, now, way }: Moment) {
  const guests = layout.origins.map((): Guest[] => []);
  const held = layout.balancers.map(() => 0);
  const moving: { flight: Flight; where: Moving }[] = [];
  for (const flight of flights) {
    const where = whereabouts(flight, now, way);
    if (where?.kind === 'inside') guests[where.leg.origin]?.push({ flight, since: where.since });
    else if (where?.kind === 'waiting') held[flight.balancer] = (held[flight.balancer] ?? 0) + 1;
    else if (where) moving.push({ flight, where });
  }
  return { guests, held, moving };
}

function drawWays(brush: Brush, { clients, balancers, origins }: Layout): void {
  const steps = Array.from({ length: 13 }, (_, step) => step / 12);
  for (const balancer of balancers) {
    brush.way(
      steps.map((at) => onTheWay(clients, balancer, at)),
      brush.colours.line,
    );
    for (const origin of origins)
      brush.way(
        steps.map((at) => onTheWay(balancer, origin, at)),
        brush.colours.line,
      );
  }
}

function drawDot(brush: Brush, layout: Layout, flight: Flight, where: Moving): void {
  const balancer = layout.balancers[flight.balancer];
  if (!balancer) return;
  const door = doorOf(layout.clients, flight.client);
  if (where.kind === 'coming') brush.disc(onTheWay(door, balancer, where.at), brush.colours.ink);
  else if (where.kind === 'going') drawAnswer(brush, onTheWay(door, balancer, 1 - where.at), flight);
  else drawOnLeg(brush, balancer, layout.origins[where.leg.origin], where);
}

function drawAnswer(brush: Brush, spot: Spot, { status, legs }: Flight): void {
  const isBad = status === null || status === undefined || status >= 500;
  if (isBad) brush.cross(spot, brush.colours.bad);
  else brush.disc(spot, brush.colours.tint(legs.at(-1)?.origin ?? 0));
}

function drawOnLeg(brush: Brush, balancer: Area, origin: Area | undefined, where: Extract<Moving, { leg: Leg }>): void {
  if (!origin) return;
  const spot = onTheWay(balancer, origin, where.kind === 'out' ? where.at : 1 - where.at);
  if (where.kind === 'back' && where.leg.isFailure) brush.cross(spot, brush.colours.bad);
  else brush.disc(spot, brush.colours.tint(where.leg.origin));
}

function drawClients(brush: Brush, area: Area): void {
  brush.box(area, brush.colours.line);
  const middle = { x: area.x + area.width / 2, y: area.y + area.height / 2 };
  brush.words('clients', middle, { size: area.width < 56 ? 11 : 13, bold: true, align: 'center' });
}

function drawBalancer(brush: Brush, area: Area, count: number, place: number, held: number): void {
  brush.box(area, brush.colours.ink);
  const { x, y, width, height } = area;
  const name = count === 1 ? 'balancer' : `balancer ${place + 1}`;
  const middle = x + width / 2;
  brush.words(
    name,
    { x: middle, y: y + height / 2 - (held > 0 ? 9 : 0) },
    { size: width < 80 ? 11 : 13, bold: true, align: 'center', most: width - 6 },
  );
  if (held > 0)
    brush.words(`${held} waiting`, { x: middle, y: y + height / 2 + 11 }, { size: 12, align: 'center', colour: brush.colours.warn });
}

function drawOrigin(brush: Brush, area: Area, place: number, look: OriginLook, guests: Guest[]): void {
  const { colours } = brush;
  const isReady = look.standing === 'ready';
  brush.box(area, isReady ? colours.tint(place) : colours.bad, !isReady);
  const { x, y, width } = area;
  const state = stateOf(look);
  const line = { x: x + 10, y: y + 14 };
  brush.words(look.id, line, { bold: true, colour: isReady ? colours.ink : colours.soft, most: width * (state === '' ? 0.9 : 0.5) });
  if (state !== '')
    brush.words(
      state,
      { x: x + width - 9, y: y + 14 },
      { size: 12, align: 'right', colour: isReady ? colours.warn : colours.bad, most: width * 0.5 },
    );
  drawGuests(
    brush,
    { x: x + 16, y: y + 35 },
    place,
    look,
    guests.toSorted((a, b) => a.since - b.since),
    width,
  );
}

/** What there is to say of how an origin is: what it is taken for, or else what it is. */
export function stateOf({ standing, condition, slowness, errors }: OriginLook): string {
  if (standing !== 'ready') return standing;
  if (condition !== 'up') return condition;
  if (errors > 0) return `${Math.round(errors * 100)} % fail`;
  if (slowness > 1) return `${Number(slowness.toFixed(1))} × slower`;
  return slowness < 1 ? `${Number((1 / slowness).toFixed(1))} × faster` : '';
}

/** Those at an origin: first those that it works on, each in its place, and then the queue. */
function drawGuests(
  brush: Brush,
  from: Spot,
  place: number,
  { workers, condition }: OriginLook,
  guests: readonly Guest[],
  width: number,
): void {
  const { colours } = brush;
  const shownWorkers = Math.min(workers, mostWorkers);
  const colour = condition === 'up' ? colours.tint(place) : colours.bad;
  for (let n = 0; n < shownWorkers; n += 1) {
    const spot = { x: from.x + n * pitch, y: from.y };
    brush.ring(spot, colours.line);
    if (guests[n]) brush.disc(spot, colour);
  }
  const queue = guests.slice(workers);
  const left = from.x + shownWorkers * pitch + 8;
  const room = Math.max(0, Math.min(mostQueued, Math.floor((width - (left - from.x) - 54) / 10)));
  for (let n = 0; n < Math.min(queue.length, room); n += 1) brush.disc({ x: left + n * 10, y: from.y }, colour, 3.6);
  const more = queue.length - room;
  if (more > 0) brush.words(`+${more}`, { x: left + room * 10, y: from.y }, { size: 12, bold: true, colour: colours.warn });
}
