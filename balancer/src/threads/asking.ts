import type { Worker } from 'node:worker_threads';
import type { Answers, NewsBrief, Question } from '../account/desk.ts';
import type { DecisionReport } from '../account/report.ts';
import type { Order } from './messages.ts';

type Answer = Answers[Question['about']];

/** Asks serving threads, each of which knows its own decisions only, and puts their answers together. */
export class Asking {
  #number = 0;
  readonly #waiting = new Map<number, { readonly worker: Worker; readonly resolve: (answer: Answer) => void }>();

  /** What all of the threads know; one that dies before it answers knows nothing. */
  async ask<Asked extends Question>(workers: Iterable<Worker>, question: Asked): Promise<Answers[Asked['about']]> {
    const answers = await Promise.all([...workers].map((worker) => this.#askOne(worker, question)));
    return joined(question, answers.filter(Boolean)) as Answers[Asked['about']];
  }

  /** Takes an answer in. */
  hear(number: number, answer: Answer): void {
    this.#waiting.get(number)?.resolve(answer);
  }

  /** A thread has ended, and answers no more. */
  gone(worker: Worker): void {
    for (const asked of this.#waiting.values()) if (asked.worker === worker) asked.resolve(undefined);
  }

  #askOne(worker: Worker, question: Question): Promise<Answer> {
    this.#number += 1;
    const number = this.#number;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(number, { worker, resolve });
    worker.postMessage({ kind: 'ask', number, question } satisfies Order);
    return promise.finally(() => this.#waiting.delete(number));
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
    case 'rest':
    case 'nothing':
      return undefined;
  }
}

function latestFirst<Timed extends { readonly at: number }>(exchanges: readonly Timed[]): Timed[] {
  return exchanges.toSorted((one, other) => other.at - one.at);
}
