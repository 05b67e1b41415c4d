/** Words of what waits for the link, English. */
import type { Words } from './shape.ts';

export const outboxEn: Words['outbox'] = {
  title: 'Waiting to be sent',
  isQueued: 'This was ordered sent at {time}: the machine sends it by itself when it reaches the station, nobody presses again. To change it or not to send it, press “{withdraw}” at the top of the page first.',
  waits: 'Ordered sent, waiting for the link to the station: {count|dispatch|dispatches}. When it is back this machine sends by itself, also after it was locked and opened again.',
  stuck: 'Not taken by the station: {count|dispatch|dispatches}. Somebody has to look.',
  asked: 'ordered at {time}', withdraw: 'Do not send', withdrawOne: 'Do not send {subject}',
};
