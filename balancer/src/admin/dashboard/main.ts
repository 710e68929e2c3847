import { Announcer } from './announcer.ts';
import { Bar } from './bar.ts';
import { Charts } from './charts.ts';
import { listen } from './connection.ts';
import { DecisionView } from './decision.ts';
import { byId, say } from './elements.ts';
import { type Change, Model } from './model.ts';
import { OriginTable } from './origin-table.ts';
import { Picture } from './picture.ts';
import { RequestList } from './request-list.ts';
import { Traffic } from './traffic.ts';
import { Why } from './why.ts';

const model = new Model();
const announcer = new Announcer();
const why = new Why(model);
const bar = new Bar(model, announcer.tell);
const picture = new Picture(model, why);
const table = new OriginTable(model, announcer.tell);
const decision = new DecisionView();
const requests = new RequestList(model, (id) => void decision.open(id));
const traffic = new Traffic(announcer.tell);
const charts = new Charts(model);

let isPaused = false;

/** Draws what a change is about; everything else stays as it is. */
function draw(change: Change): void {
  if (isPaused) return;
  if (change === 'tick') picture.send();
  if (change === 'all' || change === 'second') charts.draw();
  if (change === 'second') return;
  picture.draw();
  table.draw();
  requests.draw(change === 'all');
  bar.draw();
  void why.look();
}

function pause(): void {
  isPaused = !isPaused;
  picture.pause(isPaused);
  const button = byId('pause');
  button.setAttribute('aria-pressed', String(isPaused));
  say(button, isPaused ? 'Go on (P)' : 'Pause (P)');
  document.body.classList.toggle('is-paused', isPaused);
  draw('all');
}

model.observe((change) => {
  if (model.status && change !== 'tick') announcer.compare(model.status);
  draw(change);
});
byId('pause').addEventListener('click', pause);
addEventListener('keydown', ({ key, target, ctrlKey, metaKey, altKey }) => {
  if (key.toLowerCase() !== 'p' || ctrlKey || metaKey || altKey) return;
  if (!(target as Element).matches('input, select, textarea')) pause();
});
void listen({
  state: (state) => {
    bar.connected(state);
    if (state === 'live') void traffic.look();
    else picture.clear();
  },
  event: (name, data) => model.take(name, data),
});
