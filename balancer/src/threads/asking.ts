import type { Worker } from 'node:worker_threads';
import type { Answers, NewsBrief, Question } from '../brain/story/desk.ts';
import type { DecisionReport } from '../brain/story/report.ts';
import type { Order } from './messages.ts';

type Answer = Answers[Question['about']];

/** How long a thread may take to answer, in ms. It needs far less than one; a hung one would have everybody wait for ever. */
const usualPatience = 3000;

/** Asks serving threads, each of which knows its own decisions only, and puts their answers together. */
export class Asking {
  readonly #patience: number;
  readonly #told: (worker: Worker, isSilent: boolean) => void;
  #number = 0;
  readonly #waiting = new Map<number, { readonly worker: Worker; readonly resolve: (answer: Answer) => void }>();
  /** Those that owe an answer for longer than that; they are asked nothing more until they have given it. */
  readonly #silent = new Set<Worker>();

  /** `told` hears of each thread that doesn't answer within `patience` ms, and of each that then answers after all. */
  constructor(told: (worker: Worker, isSilent: boolean) => void = () => {}, patience = usualPatience) {
    this.#told = told;
    this.#patience = patience;
  }

  /** What all of the threads know; one that ends or takes too long before it answers knows nothing. */
  async ask<Asked extends Question>(workers: Iterable<Worker>, question: Asked): Promise<Answers[Asked['about']]> {
    const answers = await Promise.all([...workers].map((worker) => this.#askOne(worker, question)));
    return joined(question, answers.filter(Boolean)) as Answers[Asked['about']];
  }

  /** Takes an answer of a thread in. */
  hear(worker: Worker, number: number, answer: Answer): void {
    this.#waiting.get(number)?.resolve(answer);
    if (this.#silent.delete(worker)) this.#told(worker, false);
  }

  /** Whether a thread owes an answer for too long. */
  isSilent(worker: Worker): boolean {
    return this.#silent.has(worker);
  }

  /** A thread has ended, and answers no more. */
  gone(worker: Worker): void {
    this.#silent.delete(worker);
    for (const asked of this.#waiting.values()) if (asked.worker === worker) asked.resolve(undefined);
  }

  async #askOne(worker: Worker, question: Question): Promise<Answer> {
    if (this.#silent.has(worker)) return undefined;
    this.#number += 1;
    const number = this.#number;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(number, { worker, resolve });
    worker.postMessage({ kind: 'ask', number, question } satisfies Order);
    const late = setTimeout(() => {
      resolve(undefined);
      this.#fallSilent(worker);
    }, this.#patience);
    return promise.finally(() => {
      clearTimeout(late);
      this.#waiting.delete(number);
    });
  }

  #fallSilent(worker: Worker): void {
    if (this.#silent.has(worker)) return;
    this.#silent.add(worker);
    this.#told(worker, true);
  }
}

function joined(question: Question, answers: readonly Answer[]): Answer {
  switch (question.about) {
    case 'list':
      return latestFirst((answers as Answers['list'][]).flat()).slice(0, question.query.limit);
    case 'one':
      // A proxy may have given the same id to two exchanges.
      return latestFirst(answers as DecisionReport[])[0];
    case 'news': {
      const news = answers as NewsBrief[];
      return { exchanges: news.flatMap(({ exchanges }) => exchanges), unseen: news.reduce((sum, { unseen }) => sum + unseen, 0) };
    }
    case 'exemplars':
      return (answers as Answers['exemplars'][]).flat();
    case 'rest':
    case 'nothing':
      return undefined;
  }
}

function latestFirst<Timed extends { readonly at: number }>(exchanges: readonly Timed[]): Timed[] {
  return exchanges.toSorted((one, other) => other.at - one.at);
}
