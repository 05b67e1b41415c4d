/**
 * Escrow of an office's storage keys, in its pane: who the custodians are, what they have, when it was last rehearsed;
 * named by a registrar, deposited by who keeps the keys, given out by a custodian, brought back by who may have them.
 */
import { useCallback, useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import type { Recovered } from '#client/office-keys/escrow.ts';
import { bringBack, depositKeys, escrowStanding, giveOut, isEscrow, planEscrow, readPackage, writePackage } from '#client/office-keys/escrow-errands.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { actorOf } from '#client/signers.ts';
import { lasts } from '#model/directory-ending.ts';
import { mayHoldKeys } from '#model/rights.ts';
import { CUSTODIANS_MAX, CUSTODIANS_THRESHOLD_MIN, type EscrowUse } from '#wire/escrow.ts';
import { useEntered } from '../device/entered.ts';
import { Act } from '../kit/act-dialog.tsx';
import { Button } from '../kit/button.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Choice, PickOne, Tick } from '../kit/field.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import type { PaneProps } from './parts.tsx';
import { PickMany } from './pick-many.tsx';
import { Said } from './said.tsx';
import { type OfficeActProps, useProposing } from './use-proposing.ts';

export function EscrowPart({ directory, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const proposing = useProposing(directory);
  const { view, now } = directory;
  const office = view.office(code)!;
  const { person } = actorOf(session.ring);
  const escrow = view.escrow(code);
  const mayHold = mayHoldKeys(view, person, code, now);
  const isCustodian = escrow?.custodians.includes(person) === true;
  if (!lasts(office, now) || !(isRegistrar(session) || mayHold || isCustodian)) return null;
  const props = { directory, office: code, proposing };
  return (
    <section aria-labelledby="folk-escrow">
      <h3 id="folk-escrow">{words.acts.escrow}</h3>
      <p className="soft">{words.acts.escrowWhat}</p>
      {escrow === null ? <p className="folk-lack">{words.acts.escrowNobody}</p> : (
        <dl className="facts">
          <dt>{words.directory.custodians}</dt>
          <dd>{fill(words.directory.custodiansOf, { names: escrow.custodians.map((one) => view.person(one)?.name ?? one).join(', '), threshold: escrow.threshold })}</dd>
          {(mayHold || isCustodian) && <Standing key={proposing.said.join()} office={code} />}
        </dl>
      )}
      <div className="folk-acts">
        {isRegistrar(session) && <Name {...props} key={`named ${escrow?.number ?? 0}`} />}
        {escrow !== null && session.may('put the keys into escrow', code) && <Deposit {...props} />}
        {escrow !== null && isCustodian && <GiveOut {...props} />}
        {escrow !== null && mayHold && <BringBack {...props} />}
        <Said lines={proposing.said} />
      </div>
    </section>
  );
}

function Standing({ office }: { readonly office: string }) {
  const words = useWords();
  const { session } = useEntered();
  const { value } = useLoaded(useCallback(() => escrowStanding(session, office), [session, office]));
  // A custodian of another station is told nothing by theirs.
  if (value === null) return null;
  const { complete, missing, rehearsed } = value;
  return (
    <>
      <dt>{words.acts.escrowKeys}</dt>
      <dd>{complete.join(', ') || '–'}{missing.length > 0 && <> <span className="folk-lack">{fill(words.acts.escrowMissing, { numbers: missing.join(', ') })}</span></>}</dd>
      <dt>{words.acts.escrowLast}</dt>
      <dd>{rehearsed === null ? <span className="folk-lack">{words.acts.escrowNever}</span> : dateText(rehearsed)}</dd>
    </>
  );
}

function Name({ directory: { view }, office, proposing: { propose } }: OfficeActProps) {
  const words = useWords();
  const known = view.escrow(office);
  const [custodians, setCustodians] = useState<readonly string[]>(known?.custodians ?? []);
  const [threshold, setThreshold] = useState(String(known?.threshold ?? CUSTODIANS_THRESHOLD_MIN));
  const items = view.persons().filter(({ kind }) => kind !== 'service').map(({ person, name }) => ({ id: person, name, under: person }));
  const numbers = Array.from({ length: CUSTODIANS_MAX - CUSTODIANS_THRESHOLD_MIN + 1 }, (_, i) => String(i + CUSTODIANS_THRESHOLD_MIN));
  const wish = { office, threshold: Number(threshold), custodians };
  return (
    <Act ask={words.acts.escrowName} title={fill(words.acts.escrowNameTitle, { office: view.office(office)!.name })}
      act={!isEscrow(wish) ? null : async () => void await propose([planEscrow(view, wish).plan], [words.acts.escrowNext])}>
      <PickMany label={words.directory.custodians} items={items} value={custodians} onChange={setCustodians} most={CUSTODIANS_MAX} />
      <Choice label={words.acts.escrowThreshold} value={threshold} choices={Object.fromEntries(numbers.map((one) => [one, one]))} onChange={setThreshold} />
      <p>{words.acts.escrowNameWhat}</p>
      {known !== null && <p className="caution">{words.acts.escrowNameAgain}</p>}
    </Act>
  );
}

/** Also as a file, for custodians whose devices work with another station: each share is sealed to one of their devices. */
function Deposit({ office, proposing: { say } }: OfficeActProps) {
  const words = useWords();
  const { session } = useEntered();
  const [isAgain, setAgain] = useState(false);
  const [isFile, setFile] = useState(false);
  return (
    <Act ask={words.acts.escrowDeposit} title={words.acts.escrowDepositTitle} act={async () => {
      const { shares, numbers } = await depositKeys(session, office, isAgain);
      if (isFile && shares.length > 0) downloadBytes(`manh-${office}.cbor`, writePackage(session, office, { shares: [...shares] }));
      say([shares.length === 0 ? words.acts.escrowNothingNew : fill(words.acts.escrowDeposited, { keys: numbers.length, shares: shares.length })]);
    }}>
      <p>{words.acts.escrowDepositWhat}</p>
      <Tick label={words.acts.escrowAgain} value={isAgain} onChange={setAgain} />
      <Tick label={words.acts.escrowFile} value={isFile} onChange={setFile} />
    </Act>
  );
}

function GiveOut({ directory: { view, now }, office, proposing: { say } }: OfficeActProps) {
  const words = useWords();
  const { session } = useEntered();
  const [device, setDevice] = useState<string | null>(null);
  const [use, setUse] = useState<EscrowUse>('rehearsal');
  const [brought, setBrought] = useState<File | null>(null);
  const items = view.everyDevice().filter((one) => lasts(one, now) && mayHoldKeys(view, one.person, office, now)).map((one) => ({ id: one.device, name: one.device, under: view.person(one.person)?.name ?? one.person }));
  const to = items.find(({ id }) => id === device) ?? null;
  return (
    <Act ask={words.acts.escrowGive} title={words.acts.escrowGiveTitle} isDanger act={to === null ? null : async () => {
      const shares = brought === null ? null : readPackage(session, office, new Uint8Array(await brought.arrayBuffer())).shares;
      const releases = await giveOut(session, { office, device: to.id, use }, shares);
      if (brought !== null) downloadBytes(`manh-dua-${office}-${to.id}.cbor`, writePackage(session, office, { releases }));
      say([fill(words.acts.escrowGiven, { count: releases.length, device: to.id, person: to.under })]);
      setDevice(null);
      setBrought(null);
    }}>
      <PickOne all={words.directory.showAll} label={words.acts.escrowTo} items={items} value={device} onChange={setDevice} />
      <Choice label={words.acts.escrowUse} value={use} choices={words.acts.escrowUses} onChange={setUse} />
      <div className="folk-file"><FileTrigger onSelect={(files) => setBrought(files?.[0] ?? null)}><Button>{words.acts.escrowShares}</Button></FileTrigger>{brought !== null && <span className="file-name">{brought.name}</span>}</div>
      {to !== null && <p className="caution">{fill(words.acts.escrowGiveWhat, { person: to.under, device: to.id })}</p>}
      <p>{words.acts.escrowGiveOnce}</p>
    </Act>
  );
}

function BringBack({ directory: { view }, office, proposing: { say } }: OfficeActProps) {
  const words = useWords();
  const { session } = useEntered();
  const [use, setUse] = useState<EscrowUse>('rehearsal');
  const [files, setFiles] = useState<readonly File[]>([]);
  return (
    <Act ask={words.acts.escrowBack} title={words.acts.escrowBackTitle} act={async () => {
      const brought = await Promise.all(files.map(async (file) => readPackage(session, office, new Uint8Array(await file.arrayBuffer())).releases));
      say(saidOfBringing(use, await bringBack(session, office, use, brought.flat()), view, words));
      setFiles([]);
    }}>
      <Choice label={words.acts.escrowUse} value={use} choices={words.acts.escrowUses} onChange={setUse} />
      <div className="folk-file"><FileTrigger allowsMultiple onSelect={(picked) => setFiles([...(picked ?? [])])}><Button>{words.acts.escrowReleases}</Button></FileTrigger>{files.map(({ name }) => <span key={name} className="file-name">{name}</span>)}</div>
      <p>{use === 'rehearsal' ? words.acts.escrowRehearseWhat : words.acts.escrowRecoverWhat}</p>
    </Act>
  );
}

function saidOfBringing(use: EscrowUse, { keys, lacking, wrong }: Recovered, view: PaneProps['directory']['view'], words: ReturnType<typeof useWords>): string[] {
  return [
    fill(use === 'rehearsal' ? words.acts.escrowRehearsed : words.acts.escrowRecovered, { count: keys.length }),
    ...lacking.map(({ number, have, need }) => fill(words.acts.escrowLacking, { number, have, need })),
    ...(wrong.length === 0 ? [] : [fill(words.acts.escrowWrong, { persons: wrong.map((one) => view.person(one)?.name ?? one).join(', ') })]),
  ];
}
