import type { ShownPool } from '../shown-pool.ts';

/** Has a pool forget how its origins have answered, and how long they took, which would be remembered for some 10 s; and probe them now. */
export function forget({ roster, health, ledger }: ShownPool, reason: string): void {
  ledger.exclusively(() => {
    for (const { figures } of roster.members) figures.latency = 0;
  });
  health.acquit(reason);
  health.refresh();
}

/** Whether an origin takes requests, in every thread. */
export function isWell({ roster }: ShownPool, id: string): boolean {
  const member = roster.memberCalled(id);
  return member !== undefined && !member.isOut;
}
