/** This device signs for another of the same person: found by the code on its screen, or brought as a file. */
import { useCallback, useEffect, useState } from 'react';
import { FileTrigger, Form } from 'react-aria-components';
import { demandOwn, vouchFor } from '#client/keyring/device-request.ts';
import { findOwnRequest, turnDown, type VouchedNow, vouchOnShelf } from '#client/keyring/request-shelf.ts';
import { inFours } from '#core/crockford.ts';
import { printable } from '#core/printable.ts';
import { checkDeviceRequest, readDeviceRequest } from '#model/device-requests.ts';
import { fingerprintOf } from '#model/proofs.ts';
import { type DeviceRequest, deviceRequest, type DeviceRequestStatement } from '#wire/invitation.ts';
import { Button } from '../kit/button.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Fault } from '../kit/fault.tsx';
import { Text } from '../kit/field.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import type { PartProps } from './slots-part.tsx';
import { Vouched } from './vouched.tsx';

interface Asked {
  readonly request: DeviceRequest;
  readonly asked: DeviceRequestStatement;
  /** Under which it lies at the station; null for a file. */
  readonly code: string | null;
}

/** Twenty characters, and room for what stands between them. */
const CODE_CHARACTERS_MAX = 40;

export function VouchPart({ own }: Pick<PartProps, 'own'>) {
  const words = useWords();
  const { joinCodes } = useOutside();
  const { isBusy, fault, run } = useWork();
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState<Asked | null>(null);
  const [vouched, setVouched] = useState<VouchedNow | null>(null);
  const [said, setSaid] = useState('');
  const { session } = own.opened;
  const begin = (found: Asked | null): void => {
    setAsked(found);
    setVouched(null);
    setSaid('');
  };
  const find = useCallback((code: string): void => run(async () => {
    begin(null);
    begin(await findOwnRequest(session, code));
  }), [run, session]);
  useEffect(() => {
    const look = (): void => {
      const code = joinCodes.take();
      if (code === null) return;
      setTyped(inFours(code));
      find(code);
      document.getElementById('set-vouch')?.scrollIntoView();
    };
    look();
    return joinCodes.onAsked(look);
  }, [joinCodes, find]);
  // Whoever asked, by link or by keyboard, stands before what they are asked, and hears it.
  useEffect(() => { if (asked !== null) document.getElementById('set-vouch-asked')?.focus(); }, [asked]);
  const read = (files: FileList | null): void => run(async () => {
    const [file] = files ?? [];
    if (file === undefined) return;
    begin(null);
    const request = readDeviceRequest(new Uint8Array(await file.arrayBuffer()));
    const statement = await checkDeviceRequest(session.crypto, session.view.organisation.id, request);
    demandOwn(session.ring, statement, session.now());
    begin({ request, asked: statement, code: null });
  });
  const vouch = (one: Asked): void => run(async () => {
    const { crypto, random, ring, view } = session;
    const { request, code, asked: { device } } = one;
    if (code === null) {
      downloadBytes(`bao-lanh-${device}.cbor`, deviceRequest.encode(await vouchFor({ crypto, random, ring, view, now: session.now() }, request)));
      begin(null);
      return setSaid(words.settings.vouched);
    }
    const signed = await vouchOnShelf(session, { ...one, code });
    begin(null);
    setVouched(signed);
    setTyped('');
  });
  const refuse = ({ code, request, asked: { device } }: Asked): void => run(async () => {
    const unheard = code === null ? [] : await turnDown(session, { code, request });
    begin(null);
    setTyped('');
    if (code !== null) setSaid(fill(words.settings.vouchRefused, { device, ...(unheard.length > 0 && { stations: unheard.join(', ') }) }));
  });
  return (
    <section aria-labelledby="set-vouch">
      <h2 id="set-vouch">{words.settings.vouch}</h2>
      <p className="soft">{words.settings.vouchWhat}</p>
      {asked === null ? (
        <>
          <Form className="door-form" onSubmit={(event) => { event.preventDefault(); if (typed.trim() !== '') find(typed); }}>
            <Text isVerbatim label={words.door.ownCode} hint={words.settings.vouchCodeHint} value={typed} onChange={setTyped} maxLength={CODE_CHARACTERS_MAX} />
            <Button variant="primary" type="submit" isDisabled={isBusy || typed.trim() === ''}>{words.settings.vouchFind}</Button>
          </Form>
          <p className="soft">{words.settings.vouchNoCode}</p>
          <FileTrigger onSelect={read}><Button>{words.settings.vouchPick}</Button></FileTrigger>
        </>
      ) : (
        <div className="caution" id="set-vouch-asked" role="group" aria-labelledby="set-vouch" tabIndex={-1}>
          <div>
            <p>{fill(asked.code === null ? words.settings.vouchAsk : words.settings.vouchAskCode, { device: asked.asked.device, name: printable(asked.asked.name) })}</p>
            <p className="print">{asked.code === null ? fingerprintOf(session.crypto, asked.request.statement) : inFours(asked.code)}</p>
            <div className="acts">
              <Button variant="primary" isDisabled={isBusy} onPress={() => vouch(asked)}>{asked.code === null ? words.settings.vouchDo : words.settings.vouchDoCode}</Button>
              {asked.code !== null && <Button onPress={() => begin(null)}>{words.settings.vouchLater}</Button>}
              <Button isDisabled={isBusy} onPress={() => refuse(asked)}>{asked.code === null ? words.settings.vouchNot : words.settings.vouchNotCode}</Button>
            </div>
          </div>
        </div>
      )}
      <Fault error={fault} />
      {vouched !== null && <Vouched key={vouched.request.voucher?.signature.toString()} session={session} {...vouched} />}
      {said !== '' && <p role="status" className="done">{said}</p>}
    </section>
  );
}
