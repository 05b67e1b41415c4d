/** The station's log in the page, as it goes on: by level and room, held still, copied, or taken away as lines of JSON. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { utf8 } from '#core/bytes.ts';
import type { LogLine } from '#wire/api/operations.ts';
import { useEntered } from '../device/entered.ts';
import { refine, useSpot } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Choice } from '../kit/field.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import type { Words } from '../words/shape.ts';
import { fill, useWords } from '../words/words.ts';

const LOOK_MS = 2_000;
/** What is older is in the station's own log. */
const SHOWN_MAX = 1_000;
const ANY = 'any';

export function LogPart() {
  const words = useWords();
  const { search } = useSpot();
  const copying = useWork();
  const [isStill, setStill] = useState(false);
  const [said, setSaid] = useState('');
  const { lines, fault } = useLog(isStill);
  const [level, room] = [search.get('level') ?? ANY, search.get('room') ?? ANY];
  const rooms = [...new Set([...lines.map(roomOf), ...(room === ANY ? [] : [room])])].filter((one) => one !== '').toSorted();
  const shown = lines.filter((line) => (level === ANY || line.level !== 'info') && (room === ANY || roomOf(line) === room));
  const text = (): string => shown.map((line) => JSON.stringify(plain(line))).join('\n');
  const copy = (): void => copying.run(async () => {
    await navigator.clipboard.writeText(`${text()}\n`);
    setSaid(fill(words.operations.logCopied, { count: shown.length }));
  });
  return (
    <section className="ops-part" aria-labelledby="ops-log">
      <h2 id="ops-log">{words.operations.log}</h2>
      <p className="soft">{words.operations.logWhat}</p>
      <div className="log-filters" role="search">
        <Choice<string> label={words.operations.logLevel} value={level} choices={{ [ANY]: words.operations.logAll, warn: words.operations.logWarn }} onChange={(value) => refine({ level: value === ANY ? '' : value })} />
        <Choice<string> label={words.operations.logRoom} value={room} choices={{ [ANY]: words.operations.logAll, ...Object.fromEntries(rooms.map((one) => [one, wordOf(words.log.room, one)])) }} onChange={(value) => refine({ room: value === ANY ? '' : value })} />
        <Button onPress={() => setStill(!isStill)} aria-pressed={isStill}>{isStill ? words.operations.logGoOn : words.operations.logHold}</Button>
        <Button isDisabled={shown.length === 0 || copying.isBusy} onPress={copy}>{words.copy}</Button>
        <Button isDisabled={shown.length === 0} onPress={() => downloadBytes('nhat-ky-tram.jsonl', utf8(`${text()}\n`), 'application/jsonl')}>{words.operations.logSave}</Button>
      </div>
      <Fault error={fault ?? copying.fault} />
      <p role="status" className="ops-said">{said}</p>
      {shown.length === 0 ? <p className="soft">{words.operations.logNone}</p> : <Lines lines={shown} />}
    </section>
  );
}

/** The newest first: what just happened is looked for. */
function Lines({ lines }: { readonly lines: readonly LogLine[] }) {
  const words = useWords();
  return (
    <ol className="ops-log" tabIndex={0} aria-label={words.operations.log}>
      {lines.toReversed().map((line) => (
        <li key={line.index} data-level={line.level}>
          <time>{dateText(line.time, true)}</time> <b>{wordOf(words.operations.logLevels, line.level)}</b> <span title={line.what}>{wordOf(words.log.said, line.what)}</span>{' '}
          <span className="soft">{Object.entries(line.fields).filter(([name]) => name !== 'station').map(([name, value]) => `${wordOf(words.log.field, name)} ${valueText(name, value, words)}`).join(', ')}</span>
        </li>
      ))}
    </ol>
  );
}

/** What a newer station says is shown as it is, as are values that come from no closed list. */
function wordOf(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? words[code]! : code;
}

function valueText(name: string, value: LogLine['fields'][string] | undefined, { log, operations, mark }: Words): string {
  if (Array.isArray(value)) return value.join(' < ');
  const closed: Readonly<Record<string, Readonly<Record<string, string>>>> = { room: log.room, kind: operations.job, precedence: mark.precedence };
  return wordOf(Object.hasOwn(closed, name) ? closed[name]! : {}, String(value));
}

/** As the station's own log has it. */
function plain({ time, level, what, fields }: LogLine): Readonly<Record<string, unknown>> {
  return { time: new Date(time).toISOString(), level, what, ...fields };
}

function roomOf({ fields: { room = '' } }: LogLine): string {
  return String(room);
}

/** @param isStill nothing is asked until somebody goes on; what came meanwhile comes then */
function useLog(isStill: boolean): { readonly lines: readonly LogLine[]; readonly fault: unknown } {
  const { session } = useEntered();
  const { clock } = useOutside();
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [fault, setFault] = useState<unknown>(null);
  const next = useRef(0);
  const look = useCallback(async (after: number, isWanted: () => boolean): Promise<number> => {
    try {
      const answer = await session.api.call('stationLog', { query: { line: after } });
      // A station that was started anew counts anew.
      if (answer.next < after) return 0;
      if (isWanted() && answer.lines.length > 0) setLines((before) => [...(after === 0 ? [] : before), ...answer.lines].slice(-SHOWN_MAX));
      if (isWanted()) setFault(null);
      return answer.next;
    } catch (error) {
      if (isWanted()) setFault(error);
      return after;
    }
  }, [session]);
  useEffect(() => {
    if (isStill) return undefined;
    let isWanted = true;
    let cancel = (): void => undefined;
    const round = async (): Promise<void> => {
      const asked = next.current;
      const newer = await look(asked, () => isWanted);
      if (!isWanted) return;
      next.current = newer;
      cancel = clock.after(LOOK_MS, () => void round());
    };
    void round();
    return () => {
      isWanted = false;
      cancel();
    };
  }, [isStill, look, clock]);
  return { lines, fault };
}
