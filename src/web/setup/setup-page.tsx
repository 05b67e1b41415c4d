/**
 * Sets up a real station: founds an organisation, with one form and the root key to keep apart, or joins one by invitation;
 * then the station runs and its door stands here.
 */
import { useEffect, useMemo, useState } from 'react';
import { Form } from 'react-aria-components';
import { createKeyring } from '#client/keyring.ts';
import { FIRST_RIGHTS, foundHere, type FoundedHere, type FoundingErrand } from '#client/founding-errand.ts';
import { refusalSaid } from '#core/refusals.ts';
import { LIMITS } from '#wire/limits.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import { KeptDevice } from '../device/kept-device.ts';
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
import { JoinPart } from './join-part.tsx';
import { codeHint, Place } from './place.tsx';
import { SetupApi, type SetupState, untilStation } from './setup-api.ts';

const CODES = ['station', 'office', 'person'] as const;
const FIELDS = ['organisation', 'site', 'station', 'officeName', 'office', 'symbol', 'name', 'person'] as const;
type Field = (typeof FIELDS)[number];
type Step = 'keys' | 'making' | 'sealing' | 'creating' | 'starting';

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
  useEffect(() => run(async () => setState(await api.state())), [api, run]);
  const isJoining = useSpot().search.has('join') || (state !== null && state.joining !== null);
  return (
    <main className="door" id="work" tabIndex={-1}>
      <div className="door-card">
        <h1>{made !== null ? words.setup.rootTitle : isJoining ? words.setup.joinTitle : words.setup.title}</h1>
        <Fault error={fault ?? (state?.fault && refusalSaid(state.fault))} />
        {state === null ? null : isJoining ? <JoinPart api={api} state={state} /> : made === null ? <Founding api={api} state={state} onMade={setMade} /> : <RootKey api={api} made={made} />}
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
  const [values, setValues] = useState<Readonly<Record<Field, string>>>({ organisation: '', site: '', station: '', officeName: '', office: '', symbol: '', name: '', person: '' });
  const [secret, setSecret] = useState(EMPTY);
  const [rootSecret, setRootSecret] = useState(EMPTY);
  const [secretFault, rootFault] = [useNewSecretFault(secret), useNewSecretFault(rootSecret)];
  const isSame = rootSecret.first !== '' && rootSecret.first.normalize('NFC') === secret.first.normalize('NFC');
  const faultOf = (field: Field): string | null => {
    const value = values[field];
    if (isOneOf(CODES, field)) return CODE_SHAPE.test(value) && value.length <= LIMITS.codeBytes ? null : words.setup.codeShape;
    return value.trim() === '' ? words.setup.empty : null;
  };
  const isRight = FIELDS.every((field) => faultOf(field) === null) && [secretFault.first, secretFault.second, rootFault.first, rootFault.second].every((one) => one === null) && !isSame;
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
      let rootFile = new Uint8Array(0);
      const store = { read: async () => (rootFile.length === 0 ? null : rootFile), write: async (bytes: Uint8Array) => { rootFile = bytes.slice(); } };
      (await createKeyring({ ...deps, store }, rootSecret.first, founded.root)).lock();
      onMade({ founded, order, passphrase: secret.first, rootFile });
    });
  };
  return (
    <>
      <Form ref={form} className="door-form" onSubmit={(event) => { event.preventDefault(); found(); }}>
        {FIELDS.map((field) => (
          <Text isVerbatim key={field} label={words.setup.field[field]} hint={isOneOf(CODES, field) ? codeHint(words, words.setup.sample[field], field === 'station') : words.setup.sample[field]} value={values[field]} onChange={(value) => setValues({ ...values, [field]: value })}
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
function RootKey({ api, made: { founded, order, passphrase, rootFile } }: { readonly api: SetupApi; readonly made: Made }) {
  const words = useWords();
  const outside = useOutside();
  const { isBusy, fault, run } = useWork();
  const [isTaken, setTaken] = useState(false);
  const [step, setStep] = useState<Step>('creating');
  const start = (): void => run(async () => {
    setStep('creating');
    const kept = new KeptDevice(outside, await outside.stores());
    await kept.keepFounded(founded, { station: order.station, device: order.device, person: order.person.code, name: order.person.name }, passphrase, () => api.create(order.station, founded));
    setStep('starting');
    await api.start();
    await untilStation(outside);
    location.replace('/');
  });
  return (
    <>
      <p>{words.setup.rootKeep}</p>
      <div className="acts">
        <Button variant={isTaken ? 'plain' : 'primary'} onPress={() => { downloadBytes(rootName(order.organisation), rootFile); setTaken(true); }}>{words.setup.rootDownload}</Button>
        <Button variant={isTaken ? 'primary' : 'plain'} isDisabled={!isTaken || isBusy} onPress={start}>{isBusy ? words.setup.step[step] : words.setup.rootDone}</Button>
      </div>
      <Fault error={fault} />
    </>
  );
}

/** Whose it is stands in its name: it is looked for years later, among others. */
function rootName(organisation: string): string {
  return `khoa-goc-${codeOf(organisation)}.cbor`.replace('-.', '.');
}

function orderOf(values: Readonly<Record<Field, string>>): FoundingErrand {
  const clean = (field: Field): string => values[field].normalize('NFC').trim();
  return {
    organisation: clean('organisation'), station: clean('station'), site: clean('site'),
    office: { code: clean('office'), name: clean('officeName'), symbol: clean('symbol') },
    position: { code: `${clean('office').slice(0, 28)}-vt`, title: 'Văn thư', rights: FIRST_RIGHTS },
    person: { code: clean('person'), name: clean('name') }, device: `${clean('person').slice(0, 28)}-may`,
  };
}

function charactersOf(field: Field): number {
  if (isOneOf(CODES, field)) return LIMITS.codeBytes;
  return field === 'symbol' ? SYMBOL_CHARACTERS_MAX : NAME_CHARACTERS_MAX;
}

function isOneOf(fields: readonly string[], field: Field): boolean {
  return fields.includes(field);
}
