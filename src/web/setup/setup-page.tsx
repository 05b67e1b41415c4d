/**
 * Sets up a real station: founds an organisation, with one form and the root key to keep apart, or joins one by invitation;
 * then the station runs and its door stands here.
 */
import { useEffect, useMemo, useState } from 'react';
import { Form } from 'react-aria-components';
import { createKeyring } from '#client/keyring/keyring.ts';
import { foundHere, type FoundedHere, type FoundingErrand } from '#client/directory/founding-errand.ts';
import { refusalSaid } from '#core/refusals.ts';
import { LIMITS } from '#wire/limits.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import { KeptDevice } from '../device/kept-device.ts';
import { memoryStore } from '../device/memory-store.ts';
import { refine, useSpot } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { codeOf } from '../kit/code-of.ts';
import { downloadBytes } from '../kit/download.ts';
import { Fault } from '../kit/fault.tsx';
import { Text } from '../kit/field.tsx';
import { useFirstFault } from '../kit/first-fault.ts';
import { NAME_CHARACTERS_MAX, SYMBOL_CHARACTERS_MAX } from '../kit/name-lengths.ts';
import { NewSecretFields, useNewSecretFault } from '../kit/secret.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import { BackupStep } from './backup-step.tsx';
import { Before } from './before.tsx';
import { EMPTY_FOUNDING, FOUNDING_FIELDS, type FoundingField, orderOf, typedInto } from './founding-order.ts';
import { JoinPart } from './join-part.tsx';
import { markMade, useKeptFields, wasMade } from './kept-fields.ts';
import { codeHint, Place } from './place.tsx';
import { SetupApi, type SetupState } from './setup-api.ts';
import { StartPart } from './start-part.tsx';

const CODES = ['station', 'office', 'person'] as const;
type Step = 'keys' | 'making' | 'sealing';

interface Made {
  readonly founded: FoundedHere;
  readonly order: FoundingErrand;
  readonly passphrase: string;
  /** The root's keyring, sealed. */
  readonly rootFile: Uint8Array;
}

const EMPTY = { first: '', second: '' };

export function SetupPage() {
  const outside = useOutside();
  const words = useWords();
  const api = useMemo(() => new SetupApi(outside.transport(''), outside.ticket), [outside]);
  const { fault, run } = useWork();
  const [state, setState] = useState<SetupState | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  /** Whoever comes back by a reload presses for the start. */
  const [isAtOnce, setAtOnce] = useState(false);
  useEffect(() => run(async () => setState(await api.state())), [api, run]);
  const isJoining = useSpot().search.has('join') || (state !== null && state.joining !== null);
  const onCreated = async (): Promise<void> => setState(await api.state());
  if (state !== null && state.created !== null) {
    return (
      <main className="door" id="work" tabIndex={-1}>
        <div className="door-card">
          <Fault error={state.fault && refusalSaid(state.fault)} />
          {state.isBackedUp || isAtOnce ? <StartPart api={api} state={state} isAtOnce={isAtOnce} /> : <BackupStep api={api} created={state.created} data={state.data} onDone={(backups) => { setState({ ...state, isBackedUp: backups !== null, backups }); setAtOnce(true); }} />}
        </div>
      </main>
    );
  }
  return (
    <main className="door" id="work" tabIndex={-1}>
      <div className="door-card">
        <h1>{made !== null ? words.setup.rootTitle : isJoining ? words.setup.joinTitle : words.setup.title}</h1>
        <Fault error={fault ?? (state?.fault && refusalSaid(state.fault))} />
        {state !== null && made === null && state.joining === null && <Before isJoining={isJoining} state={state} />}
        {state === null ? null : isJoining ? <JoinPart api={api} state={state} onState={setState} onCreated={onCreated} />
          : made === null ? <Founding api={api} state={state} onMade={(all) => { markMade(); setMade(all); }} /> : <RootKey api={api} made={made} onCreated={onCreated} />}
        {state !== null && made === null && state.joining === null && <Button variant="quiet" onPress={() => refine({ join: isJoining ? '' : '1' })}>{isJoining ? words.setup.foundInstead : words.setup.joinInstead}</Button>}
        {state !== null && state.first !== null && made === null && <a className="button quiet" href={state.first}>{words.setup.first}</a>}
      </div>
    </main>
  );
}

function Founding({ api, state, onMade }: { readonly api: SetupApi; readonly state: SetupState; readonly onMade: (made: Made) => void }) {
  const words = useWords();
  const outside = useOutside();
  const { isBusy, fault, run } = useWork();
  const [step, setStep] = useState<Step>('keys');
  const [isTried, setTried] = useState(false);
  const { form, look } = useFirstFault<HTMLFormElement>();
  const [values, setValues] = useKeptFields('found', EMPTY_FOUNDING);
  const [isMadeGone] = useState(wasMade);
  const [secret, setSecret] = useState(EMPTY);
  const [rootSecret, setRootSecret] = useState(EMPTY);
  const [secretFault, rootFault] = [useNewSecretFault(secret), useNewSecretFault(rootSecret)];
  const isSame = rootSecret.first !== '' && rootSecret.first.normalize('NFC') === secret.first.normalize('NFC');
  const faultOf = (field: FoundingField): string | null => {
    const value = values[field];
    if (isOneOf(CODES, field)) return CODE_SHAPE.test(value) && value.length <= LIMITS.codeBytes ? null : words.setup.codeShape;
    return value.trim() === '' ? words.setup.empty : null;
  };
  const isRight = FOUNDING_FIELDS.every((field) => faultOf(field) === null) && [secretFault.first, secretFault.second, rootFault.first, rootFault.second].every((one) => one === null) && !isSame;
  const found = (): void => {
    setTried(true);
    look();
    if (!isRight) return;
    run(async () => {
      const deps = await outside.cryptography();
      setStep('keys');
      const stationKeys = await api.stationKeys();
      setStep('making');
      const order = orderOf(values);
      const founded = await foundHere(deps, order, stationKeys, outside.clock.now());
      setStep('sealing');
      const store = memoryStore();
      (await createKeyring({ ...deps, store }, rootSecret.first, founded.root)).lock();
      onMade({ founded, order, passphrase: secret.first, rootFile: (await store.read())! });
    });
  };
  return (
    <>
      {isMadeGone && <p className="caution" role="status">{words.setup.madeGone}</p>}
      <Form ref={form} className="door-form" onSubmit={(event) => { event.preventDefault(); found(); }}>
        {FOUNDING_FIELDS.map((field) => (
          <Text isVerbatim key={field} label={words.setup.field[field]} hint={isOneOf(CODES, field) ? codeHint(words, words.setup.sample[field], field === 'station') : words.setup.sample[field]} value={values[field]} onChange={(value) => setValues((before) => typedInto(before, field, value))}
            fault={isTried ? faultOf(field) : null} maxLength={charactersOf(field)} />
        ))}
        <NewSecretFields label={words.setup.passphrase} value={secret} onChange={setSecret} isTried={isTried} />
        <p className="soft">{words.setup.rootWhat}</p>
        <NewSecretFields label={words.setup.rootPassphrase} value={rootSecret} onChange={setRootSecret} isTried={isTried} fault={isSame ? words.setup.rootSame : null} />
        <Fault error={fault} />
        <Button variant="primary" type="submit" isDisabled={isBusy}>{isBusy ? words.setup.step[step] : words.setup.found}</Button>
      </Form>
      <Place state={state} what={words.setup.folder} />
    </>
  );
}

/** Nothing is written anywhere before the root's file was taken away. */
function RootKey({ api, made: { founded, order, passphrase, rootFile }, onCreated }: { readonly api: SetupApi; readonly made: Made; readonly onCreated: () => Promise<void> }) {
  const words = useWords();
  const outside = useOutside();
  const { isBusy, fault, run } = useWork();
  const [isTaken, setTaken] = useState(false);
  useEffect(() => {
    // What was made here is nowhere else yet: the browser asks whoever goes.
    const ask = (event: Event): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);
  const start = (): void => run(async () => {
    const kept = new KeptDevice(outside, await outside.stores());
    await kept.keepFounded(founded, { station: order.station, device: order.device, person: order.person.code, name: order.person.name }, passphrase, () => api.create(order.station, founded));
    await onCreated();
  });
  return (
    <>
      <p>{words.setup.rootKeep}</p>
      <div className="acts">
        <Button variant={isTaken ? 'plain' : 'primary'} onPress={() => { downloadBytes(rootName(order.organisation), rootFile); setTaken(true); }}>{words.setup.rootDownload}</Button>
        <Button variant={isTaken ? 'primary' : 'plain'} isDisabled={!isTaken || isBusy} onPress={start}>{isBusy ? words.setup.step.creating : words.setup.rootDone}</Button>
      </div>
      <Fault error={fault} />
    </>
  );
}

/** Whose it is stands in its name: it is looked for years later, among others. */
function rootName(organisation: string): string {
  return `khoa-goc-${codeOf(organisation)}.cbor`.replace('-.', '.');
}

function charactersOf(field: FoundingField): number {
  if (isOneOf(CODES, field)) return LIMITS.codeBytes;
  return field === 'symbol' ? SYMBOL_CHARACTERS_MAX : NAME_CHARACTERS_MAX;
}

function isOneOf(fields: readonly string[], field: FoundingField): boolean {
  return fields.includes(field);
}
