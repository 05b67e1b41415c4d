/**
 * Joins an organisation by invitation: what this station asks for is made here, taken to the registrar as a file and read
 * aloud; the admission comes back as a file, and the station runs.
 */
import { useState } from 'react';
import { FileTrigger, Form } from 'react-aria-components';
import { fromBase64url } from '#core/bytes.ts';
import { makeDeviceRequest } from '#client/keyring/device-request.ts';
import { readInvitation, unlockInvitation } from '#client/directory/invitation.ts';
import { joinMac, joinStatementOf } from '#client/directory/join-request.ts';
import { makeFirstOfficeKeys } from '#client/office-keys/office-keys.ts';
import { organisationShown } from '#model/organisation-id.ts';
import { LIMITS } from '#wire/limits.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import type { Invitation } from '#wire/invitation.ts';
import { KeptDevice } from '../device/kept-device.ts';
import { Button } from '../kit/button.tsx';
import { codeFollowing } from '../kit/code-of.ts';
import { Confirm } from '../kit/confirm.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Fault } from '../kit/fault.tsx';
import { Text } from '../kit/field.tsx';
import { useFirstFault } from '../kit/first-fault.ts';
import { NAME_CHARACTERS_MAX } from '../kit/name-lengths.ts';
import { NewSecretFields, useNewSecretFault } from '../kit/secret.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { useKeptFields } from './kept-fields.ts';
import { codeHint, Place } from './place.tsx';
import type { Joining, SetupApi, SetupState } from './setup-api.ts';

interface PartProps {
  readonly api: SetupApi;
  readonly state: SetupState;
}

interface JoinProps extends PartProps {
  readonly onState: (state: SetupState) => void;
  /** It was admitted, and has its folder. */
  readonly onCreated: () => Promise<void>;
}

export function JoinPart({ api, state, onState, onCreated }: JoinProps) {
  const { joining } = state;
  return joining === null ? <Asking api={api} state={state} onAsked={onState} /> : <Waiting api={api} joining={joining} onState={onState} onCreated={onCreated} />;
}

interface Invited {
  readonly bytes: Uint8Array;
  readonly invitation: Invitation;
}

const FIELDS = ['name', 'person', 'office'] as const;
type Field = (typeof FIELDS)[number];
const EMPTY = { first: '', second: '' };
const EMPTY_FIELDS: Readonly<Record<Field, string>> = { name: '', person: '', office: '' };
const CODE_CHARACTERS_MAX = 40;

function Asking({ api, state, onAsked }: PartProps & { readonly onAsked: (state: SetupState) => void }) {
  const words = useWords();
  const outside = useOutside();
  const { isBusy, fault, run } = useWork();
  const reading = useWork();
  const [invited, setInvited] = useState<Invited | null>(null);
  const [isTried, setTried] = useState(false);
  const { form, look } = useFirstFault<HTMLFormElement>();
  const [code, setCode] = useState('');
  const [values, setValues] = useKeptFields('join', EMPTY_FIELDS);
  const [secret, setSecret] = useState(EMPTY);
  const secretFault = useNewSecretFault(secret);
  const faultOf = (field: Field): string | null => {
    if (field === 'name') return values.name.trim() === '' ? words.setup.empty : null;
    return CODE_SHAPE.test(values[field]) ? null : words.setup.codeShape;
  };
  const read = (files: FileList | null): void => reading.run(async () => {
    const [file] = files ?? [];
    if (file === undefined) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const invitation = readInvitation(bytes);
    setInvited({ bytes, invitation });
    setValues((before) => ({ ...before, office: before.office === '' ? invitation.station : before.office }));
  });
  const ask = (): void => {
    setTried(true);
    look();
    const isRight = FIELDS.every((field) => faultOf(field) === null) && secretFault.first === null && secretFault.second === null && code.trim() !== '';
    if (invited === null || !isRight) return;
    run(async () => {
      const { crypto } = await outside.cryptography();
      const unlocked = await unlockInvitation(crypto, invited.invitation, code);
      const stationKeys = await api.stationKeys();
      const created = outside.clock.now();
      const { organisation, station, founding } = invited.invitation;
      const whose = { person: values.person, name: values.name.normalize('NFC').trim(), device: `${values.person.slice(0, 28)}-may` };
      const device = await makeDeviceRequest(crypto, { ...whose, organisation, sealFor: `${values.office.slice(0, 28)}-vt`, created });
      const officeKeys = await makeFirstOfficeKeys(crypto, values.office, created);
      const statement = joinStatementOf({ invitation: invited.invitation, device: device.request, office: values.office, officeKeys: officeKeys.map(({ published }) => published), created }, stationKeys);
      const kept = new KeptDevice(outside, await outside.stores());
      const contents = { ...device.contents, officeKeys: officeKeys.map((one) => one.secret) };
      let asked: SetupState | null = null;
      await kept.keepFounded({ founding, device: contents }, { ...whose, station }, secret.first, async () => {
        asked = await api.join(invited.bytes, statement, joinMac(crypto, unlocked, statement));
      });
      unlocked.fill(0);
      onAsked(asked as unknown as SetupState);
    });
  };
  return (
    <>
      <Form ref={form} className="door-form" onSubmit={(event) => { event.preventDefault(); ask(); }}>
        <div className="field">
          <FileTrigger onSelect={read}><Button>{words.setup.joinFile}</Button></FileTrigger>
          {isTried && invited === null && <p className="field-fault" role="alert">{words.setup.joinNeedsFile}</p>}
        </div>
        <Fault error={reading.fault} />
        {invited !== null && <p role="status">{fill(words.setup.joinTo, { organisation: invited.invitation.name, site: invited.invitation.site, expires: dateText(invited.invitation.expires), id: organisationShown(invited.invitation.founding) })}</p>}
        <Text isVerbatim label={words.setup.joinCode} hint={words.setup.joinCodeHint} value={code} onChange={setCode} fault={isTried && code.trim() === '' ? words.setup.empty : null} maxLength={CODE_CHARACTERS_MAX} />
        {FIELDS.map((field) => (
          <Text isVerbatim key={field} label={words.setup.field[field]} hint={field === 'name' ? words.setup.sample[field] : codeHint(words, words.setup.sample[field], field === 'person')} value={values[field]} onChange={(value) => setValues((before) => ({ ...before, ...(field === 'name' && { person: codeFollowing(before.person, before.name, value) }), [field]: value }))}
            fault={isTried ? faultOf(field) : null} maxLength={field === 'name' ? NAME_CHARACTERS_MAX : LIMITS.codeBytes} />
        ))}
        <NewSecretFields label={words.setup.passphrase} value={secret} onChange={setSecret} isTried={isTried} />
        <Fault error={fault} />
        <Button variant="primary" type="submit" isDisabled={isBusy}>{isBusy ? words.setup.joinMaking : words.setup.joinAsk}</Button>
      </Form>
      <Place state={state} what={words.setup.joinFolder} />
    </>
  );
}

/** The request is on its way to the registrar; the admission comes back. */
function Waiting({ api, joining: { station, site, organisation, request, fingerprint }, onState, onCreated }: Omit<JoinProps, 'state'> & { readonly joining: Joining }) {
  const words = useWords();
  const outside = useOutside();
  const { isBusy, fault, run } = useWork();
  const admit = (files: FileList | null): void => run(async () => {
    const [file] = files ?? [];
    if (file === undefined) return;
    await api.admit(new Uint8Array(await file.arrayBuffer()));
    await onCreated();
  });
  const withdraw = (): void => run(async () => {
    // The device first: it was made for that request, and a request without it can be taken back still.
    await new KeptDevice(outside, await outside.stores()).forget();
    onState(await api.withdraw());
  });
  return (
    <>
      <p>{fill(words.setup.joinAsked, { station, organisation, ...(site !== null && { site }) })}</p>
      <ol className="door-steps">
        <li>{words.setup.joinCarry} <Button onPress={() => downloadBytes(`${station}-xin-gia-nhap.cbor`, fromBase64url(request) ?? new Uint8Array(0))}>{words.setup.joinDownload}</Button></li>
        <li>{words.setup.joinRead} <code className="print">{fingerprint}</code></li>
        <li>{words.setup.joinBack} <FileTrigger onSelect={admit}><Button variant="primary" isDisabled={isBusy}>{isBusy ? words.setup.step.creating : words.setup.joinAdmission}</Button></FileTrigger></li>
      </ol>
      <Fault error={fault} />
      <div className="acts"><Confirm ask={words.setup.joinAnother} title={words.setup.joinAnotherTitle} what={words.setup.joinAnotherWhat} onConfirm={withdraw} /></div>
    </>
  );
}
