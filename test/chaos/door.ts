/**
 * A door between two places, run as a process in a network namespace: whoever comes to one address is led to another. With a
 * delay it is a poor line: bytes come later, and one piece in so many is lost and sent again, which TCP shows as a pause.
 *
 *     node test/chaos/door.ts FROM_HOST FROM_PORT TO_HOST TO_PORT [DELAY_MS LOSS SEED]
 */
import { connect, createServer, type Socket } from 'node:net';
import { chanceOf } from '../fixtures/chance.ts';

const [fromHost = '', fromPort = '', toHost = '', toPort = '', delayMs = '0', loss = '0', seed = '1'] = process.argv.slice(2);
const chance = chanceOf(Number(seed));
/** The least that a sender waits before it sends again (RFC 6298). */
const AGAIN_MS = 1_000;
const WINDOW_BYTES = 256 * 1024;

createServer((caller) => {
  const callee = connect(Number(toPort), toHost);
  lead(caller, callee);
  lead(callee, caller);
}).listen(Number(fromPort), fromHost, () => console.log('open'));

function lead(from: Socket, to: Socket): void {
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
  if (Number(delayMs) === 0) return void from.pipe(to);
  /** In order: nothing passes what comes again. */
  let freeAt = 0;
  let under = 0;
  const later = (then: () => void): void => {
    freeAt = Math.max(freeAt, performance.now() + Number(delayMs)) + (chance() < Number(loss) ? AGAIN_MS : 0);
    setTimeout(then, freeAt - performance.now());
  };
  from.on('data', (piece: Buffer) => {
    under += piece.length;
    if (under > WINDOW_BYTES) from.pause();
    later(() => {
      under -= piece.length;
      to.write(piece);
      from.resume();
    });
  });
  from.on('end', () => later(() => to.end()));
}
