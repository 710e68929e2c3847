import { pauseButton, policyChoice, showConnection } from './bar.ts';
import { Board } from './board.ts';
import { shownCertificates } from './certificates/shown.ts';
import { certificateTable } from './certificates/table.ts';
import { changeLog } from './changes/log.ts';
import { chartViews } from './charts/charts.ts';
import { offerCourse } from './course-offer.ts';
import { demoParts } from './demo-parts.ts';
import { QueueLook } from './origins/queue-look.ts';
import { originTable } from './origins/table.ts';
import { Painter, type View } from './painter.ts';
import { picture } from './picture/picture.ts';
import { poolTabs } from './pools/tabs.ts';
import { requestList } from './requests/requests.ts';
import { routeTable } from './routes/table.ts';
import { signIn } from './sign-in.ts';
import { trafficForm } from './traffic/form.ts';
import { whyPanel } from './why/panel.ts';
import { type AnyEvent, type Connection, follow } from './wire/stream.ts';

const board = new Board();
const why = whyPanel();
const live = picture(board, why.open);
const traffic = trafficForm();
const queues = new QueueLook(board);
const tabs = poolTabs(board, () => painter.now());
const tables = [
  changeLog(board),
  originTable(board),
  routeTable(board),
  shownCertificates(board),
  certificateTable(board),
  requestList(board, why),
  ...chartViews(board),
];
const views: View[] = [demoParts(board), tabs, policyChoice(board), ...live.views, queues, ...tables];
const painter: Painter = new Painter(views);
let connection: Connection = 'connecting';

function showState(): void {
  showConnection(connection, painter.isPaused);
  live.hold(painter.isPaused);
}

function hear(event: AnyEvent): void {
  live.hear(event);
  board.apply(event);
  if (event.name === 'snapshot' && board.isDemo) void traffic.ask();
  painter.news();
}

offerCourse();
pauseButton(painter, showState);
const listener = {
  event: hear,
  connection: (state: Connection) => {
    connection = state;
    showState();
  },
};
for (;;) {
  await follow(listener);
  await signIn();
}
