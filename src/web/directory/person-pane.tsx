/** One person: what they hold and may do, what they gave to others, with which devices they do it. */
import { useState } from 'react';
import { beginningOf, waysOf } from '#client/directory/entitlements.ts';
import { fingerprintOf } from '#model/proofs.ts';
import { lasts } from '#model/directory-ending.ts';
import type { HoldingRecord } from '#model/directory-view.ts';
import { useEntered } from '../device/entered.ts';
import { fill, useWords } from '../words/words.ts';
import { dateText } from '../kit/writing.ts';
import { EndDevice, mayEndDevice } from './device-acts.tsx';
import { EndDelegation } from './end-delegation.tsx';
import { PersonExposure } from './exposure-acts.tsx';
import { Ended, OfficeLink, type PaneProps, PersonLink, PositionLink, Rights, Span, Stead } from './parts.tsx';
import { PersonActs } from './person-acts.tsx';
import { RegistrarActs } from './registrar-acts.tsx';
import { Said } from './said.tsx';
import { useProposing } from './use-proposing.ts';

export function PersonPane(props: PaneProps) {
  const words = useWords();
  const { directory: { view }, code } = props;
  const person = view.person(code);
  if (person === null) return <p className="folk-none">{words.directory.unknown}</p>;
  return (
    <>
      <header className="folk-head">
        <h2>{person.name}</h2>
        <p className="soft">{words.directory.code} <code>{code}</code>{person.kind === 'service' && ` · ${words.directory.machine}`}</p>
      </header>
      <Ended record={person} />
      {view.registrars().some((one) => one.person === code) && <p className="folk-mark">{words.directory.registrarWhat}</p>}
      <PersonActs {...props} />
      <RegistrarActs {...props} />
      <MayDo {...props} />
      <Given {...props} />
      <Past {...props} />
      <Devices {...props} />
      <PersonExposure {...props} />
    </>
  );
}

function MayDo(props: PaneProps) {
  const words = useWords();
  const { directory: { view, now }, code } = props;
  const ways = waysOf(view, code, now);
  return (
    <section aria-labelledby="folk-may">
      <h3 id="folk-may">{words.directory.may}</h3>
      {ways.length === 0 ? <p className="soft">{words.directory.mayNothing}</p> : (
        <ul className="folk-ways">
          {ways.map((way) => (
            <li key={`${way.position} ${way.delegation?.code ?? ''}`}>
              <b><PositionLink {...props} code={way.position} /></b>, <OfficeLink {...props} code={way.office} />
              <span className="folk-rights"><Rights rights={way.rights} /></span>
              <Span from={beginningOf(way)} until={way.until} />
              <Stead directory={props.directory} delegation={way.delegation} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Delegations of theirs, begun or not, and those to them that have not begun. */
function Given(props: PaneProps) {
  const words = useWords();
  const { directory: { view, now }, code } = props;
  const { said, say } = useProposing(props.directory);
  const standing = view.delegations().filter((one) => lasts(one, now) && one.until > now);
  const given = standing.filter(({ by }) => by === code);
  const coming = standing.filter(({ to, from }) => to === code && from > now);
  return (
    <>
      {given.length > 0 && (
        <section aria-labelledby="folk-given">
          <h3 id="folk-given">{words.directory.given}</h3>
          <ul className="folk-ways">
            {given.map((one) => (
              <li key={one.delegation}>
                <PersonLink {...props} code={one.to} />: <PositionLink {...props} code={one.position} />
                <span className="folk-rights"><Rights rights={one.rights} /></span>
                <Span from={one.from} until={one.until} /><span className="folk-stead">{one.delegation}: {one.reason}</span>
                <EndDelegation delegation={one} directory={props.directory} say={say} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Said lines={said} />
      {coming.length > 0 && (
        <section aria-labelledby="folk-coming">
          <h3 id="folk-coming">{words.directory.standIn}</h3>
          <ul className="folk-ways">
            {coming.map(({ delegation, position, by, rights, from, until, reason }) => (
              <li key={delegation}>
                <PositionLink {...props} code={position} /><span className="folk-rights"><Rights rights={rights} /></span>
                <Span from={from} until={until} /><Stead directory={props.directory} delegation={{ code: delegation, by, reason }} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Past(props: PaneProps) {
  const words = useWords();
  const { directory: { view, now }, code } = props;
  const others = view.holdings(code).filter((one) => !isNow(one, now));
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="folk-past">
      <h3 id="folk-past">{words.directory.past}</h3>
      <ul className="folk-ways">
        {others.map((one) => (
          <li key={`${one.position} ${one.from} ${one.endedBy}`}>
            <PositionLink {...props} code={one.position} />
            <Span from={beginningOf({ from: one.from, written: one.created })} until={one.until === null || (one.endedAt !== null && one.endedAt < one.until) ? one.endedAt : one.until} />
            {one.endReason !== null && <span className="soft">{words.directory.reason[one.endReason]}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function isNow(one: HoldingRecord, now: number): boolean {
  return one.from <= now && (one.until === null || now < one.until) && lasts(one, now);
}

function Devices({ directory, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const { said, say } = useProposing(directory);
  const [ending, setEnding] = useState<string | null>(null);
  const { view, now } = directory;
  const end = async (device: string, work: () => Promise<readonly string[]>): Promise<void> => {
    setEnding(device);
    try {
      say(await work());
    } finally {
      setEnding(null);
    }
  };
  const devices = view.everyDevice().filter(({ person }) => person === code);
  return (
    <section aria-labelledby="folk-devices">
      <h3 id="folk-devices">{words.directory.devices}</h3>
      {devices.length === 0 ? <p className="soft">{words.directory.noDevice}</p> : (
        <>
          <ul className="folk-ways">
            {devices.map((device) => (
              <li key={device.device} data-ended={!lasts(device, now)}>
                <b>{device.device}</b> <span className="soft">{device.endedAt === null ? words.directory.deviceIn
                  : fill(words.directory.hasEnded, { date: dateText(device.endedAt), reason: device.endReason === null ? '' : words.directory.reason[device.endReason] })}</span>
                <code className="folk-print">{fingerprintOf(session.crypto, device.certificates.p256)}</code>
                {(lasts(device, now) || ending === device.device) && mayEndDevice(session, device) && <EndDevice device={device} directory={directory} doing={(work) => end(device.device, work)} />}
              </li>
            ))}
          </ul>
          <p className="soft">{words.directory.print}</p>
          <Said lines={said} />
        </>
      )}
    </section>
  );
}
