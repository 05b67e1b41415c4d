/** Words of what waits for the link, English. */
import type { Words } from './shape.ts';

export const outboxEn: Words['outbox'] = {
  title: 'Waiting to be sent',
  waits: '{count} dispatches that were ordered sent wait for the link to the station. When it is back this machine sends them by itself, also after it was locked and opened again.',
  stuck: '{count} dispatches were not taken by the station: somebody has to look.',
  asked: 'ordered at {time}', withdraw: 'Do not send', withdrawOne: 'Do not send {subject}',
};
