import { make } from '../../../balancer/src/admin/dashboard/elements.ts';
import { stepThrough } from '../../../balancer/src/admin/dashboard/why/step-through.ts';
import { counterfactualTable } from '../../../balancer/src/admin/dashboard/why/tables.ts';
import type { RequestToExplain } from '../chapter.ts';
import type { Lab } from '../lab/lab.ts';

/** Tells the story of one request of a world, by the code that tells it on the dashboard. */
export async function explainRequest(request: RequestToExplain, lab: Lab): Promise<HTMLElement> {
  const report = await lab.explain(request);
  if (!report) return make('p', { class: 'note' }, 'No request of this world is like the one that was to be told of.');
  const steps = stepThrough(report);
  const element = make(
    'div',
    { class: 'told-request', tabindex: -1 },
    make('p', { class: 'explanation' }, report.explanation),
    steps.element,
  );
  if (report.wouldHavePicked.length > 0) {
    const others = make(
      'details',
      { class: 'twin' },
      make('summary', {}, 'What the other policies would have done with it'),
      counterfactualTable(report.wouldHavePicked),
    );
    element.append(others);
  }
  element.addEventListener('keydown', ({ key }) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (by !== undefined) steps.by(by);
  });
  return element;
}
