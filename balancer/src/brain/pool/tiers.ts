import type { Member } from './member.ts';

/**
 * The members in the order in which requests may use them: a later tier only while no earlier one has an origin to offer.
 * First the ready origins, then the ready backups, then those of weight 0. Where nobody is ready, those that no probe found
 * down are better than no answer.
 */
export function tiersOf(members: readonly Member[]): readonly (readonly Member[])[] {
  const ready = members.filter(({ isReady }) => isReady);
  const usable = ready.length > 0 ? ready : members.filter(({ isWorthATry }) => isWorthATry);
  const weighing = usable.filter(({ origin }) => origin.weight > 0);
  const tiers = [
    weighing.filter(({ origin }) => !origin.backup),
    weighing.filter(({ origin }) => origin.backup),
    usable.filter(({ origin }) => origin.weight === 0),
  ];
  return tiers.filter(({ length }) => length > 0);
}
