import type { BodyRules } from '../admit/take-body.ts';
import type { DispatchRules } from '../brain/dispatch/journey.ts';
import type { KeySource } from '../brain/route/key-source.ts';
import type { ExplainRule } from './explain.ts';
import type { Stickiness } from './sticky.ts';

/** What may change from one request to the next. */
export interface RoadRules extends BodyRules, DispatchRules {
  /** What a hash policy hashes. */
  readonly key: KeySource;
  /** Missing where clients don't stick to origins. */
  readonly stickiness: Stickiness | undefined;
  /** Whom to tell why their requests went where they went. */
  readonly explain: ExplainRule;
}
