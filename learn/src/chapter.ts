import type { Outcome } from '../../balancer/src/simulate/outcome.ts';
import type { Happening, Scenario } from '../../balancer/src/simulate/scenario.ts';
import type { KeyWay } from './lab/key-places.ts';

/** A piece of a page, as HTML that we have written ourselves. */
export type Html = string;

/** A scenario that is shown beside others, and its name there. */
export interface Side {
  /** Such as a policy, or "with retries". */
  readonly name: string;
  readonly scenario: Scenario;
}

/** A figure of a whole run, beside the picture that shows it. */
export type FigureName = 'p50' | 'p99' | 'p999' | 'mean' | 'answered' | 'failed' | 'attempts' | 'inFlight' | 'waiting' | 'share';

/** Worlds that run before the reader's eyes: one, or two side by side with the same requests. */
export interface Stage {
  readonly sides: readonly [Side] | readonly [Side, Side];
  readonly seed: number;
  /** So many ms of the world pass in a second of the reader's: 1000 is as it is, 100 ten times slower. */
  readonly msPerSecond: number;
  readonly figures: readonly FigureName[];
  /** What the reader may do to the world while it runs. */
  readonly buttons?: readonly StageButton[];
}

/** Something that the reader may have happen. */
export interface StageButton {
  readonly label: string;
  readonly happening: Happening;
}

/** Worlds that are played at once, by their names; all with the same seed, so with the same requests. */
export interface Runs {
  readonly scenarios: Readonly<Record<string, Scenario>>;
  readonly seed: number;
}

/** What came out of them, by the same names. */
export type Outcomes = Readonly<Record<string, Outcome>>;

/** What a reader commits to before anything is told. Its answer is always computed from worlds that are played there and then. */
export type Prediction = SliderPrediction | ChoicePrediction | CurvePrediction;

/** A picture of what worlds came to: their latencies, what each origin got, p99, failures and requests inside over time. */
export type ChartName = 'latency' | 'shares' | 'slowness' | 'failures' | 'queues';

interface PredictionBase {
  readonly prompt: Html;
  readonly runs: Runs;
  /** What is drawn of them; latencies where it is missing. */
  readonly charts?: readonly ChartName[];
  /** What happened, in words, with the figures that were computed. */
  readonly happened: (outcomes: Outcomes) => Html;
}

/** A guess of one figure. */
export interface SliderPrediction extends PredictionBase {
  readonly kind: 'slider';
  /** What follows the figure, such as ` ms` or `%`. */
  readonly unit: string;
  readonly from: number;
  readonly to: number;
  /** Whether each tenfold is equally long; otherwise each step is. */
  readonly isLogarithmic?: boolean;
  readonly answer: (outcomes: Outcomes) => number;
  /** How far a guess may be off to count as right, as a part of the answer. */
  readonly tolerance: number;
}

/** A guess of which. */
export interface ChoicePrediction extends PredictionBase {
  readonly kind: 'choice';
  readonly options: readonly { readonly id: string; readonly label: string }[];
  /** The id of the option that is right. */
  readonly answer: (outcomes: Outcomes) => string;
}

/** A line that is drawn on an empty chart. */
export interface CurvePrediction extends PredictionBase {
  readonly kind: 'curve';
  readonly x: { readonly label: string; readonly unit: string; readonly values: readonly number[] };
  readonly y: { readonly label: string; readonly unit: string; readonly most: number; readonly isLogarithmic?: boolean };
  /** The height at each x. */
  readonly answer: (outcomes: Outcomes) => readonly number[];
}

/** Which request of a world is gone through step by step: the first that fits. */
export interface RequestToExplain {
  readonly scenario: Scenario;
  readonly seed: number;
  /** It came at this time or later, in ms. */
  readonly after: number;
  /** It had at least so many attempts. */
  readonly attempts?: number;
  /** The client was told this; null for no whole answer. */
  readonly status?: number | null;
  /** Its first attempt went to this origin, by its number from 0. */
  readonly origin?: number;
}

/** Something that the reader may change in the chapter's own world. The same seed then plays the changed one. */
export type Knob =
  | {
      readonly kind: 'range';
      readonly label: string;
      readonly unit: string;
      readonly from: number;
      readonly to: number;
      readonly step: number;
      readonly initial: number;
      readonly apply: (scenario: Scenario, value: number) => Scenario;
    }
  | {
      readonly kind: 'choice';
      readonly label: string;
      readonly options: readonly string[];
      readonly initial: string;
      readonly apply: (scenario: Scenario, value: string) => Scenario;
    };

/** Keys and their origins, by several ways side by side: which of them move when an origin leaves or comes. */
export interface KeysView {
  /** What there is to see, and to do. */
  readonly text: Html;
  readonly keys: number;
  /** Origins in the beginning. */
  readonly origins: number;
  readonly ways: readonly { readonly way: KeyWay; readonly label: string }[];
}

/** A figure in the text, and how it comes about: a test computes it and looks for it in the text. */
export interface Claim {
  /** As it stands in the text, such as `46 ms`. */
  readonly says: string;
  readonly runs: Runs;
  readonly figure: (outcomes: Outcomes) => number;
  /** The figure must be within these, both included. */
  readonly within: readonly [number, number];
}

/** Where something was said first, or best. */
export interface Source {
  /** Author, title, year; or the RFC and its section. */
  readonly title: string;
  readonly url: string;
}

/** Chapters that the course has once all are written. */
export const wholeCourse = 14;

/** A chapter of the course: one page. */
export interface Chapter {
  /** From 1. */
  readonly number: number;
  /** The last part of its address: letters, digits and hyphens. */
  readonly slug: string;
  readonly title: string;
  /** A question that makes one want to know, in one to three sentences. */
  readonly question: Html;
  readonly stage: Stage;
  /** What there is to see in the world above, in a sentence or two. */
  readonly look: Html;
  readonly prediction: Prediction;
  /** A grid of keys, between what happened and why. */
  readonly keys?: KeysView;
  /** Why it is so. */
  readonly why: Html;
  readonly request: RequestToExplain;
  readonly tries: { readonly text: Html; readonly knobs: readonly Knob[] };
  /** What to type where a balancer runs (`npm start` or `docker compose up`); its check is that of the chapter's number. */
  readonly own: { readonly text: Html; readonly commands: readonly string[] };
  readonly claims: readonly Claim[];
  /** Figures in the text that are given, not found: what the world was set to. */
  readonly given: readonly string[];
  readonly sources: readonly Source[];
  /** The code that the chapter is about, as paths from the project's top. */
  readonly code: readonly string[];
}
