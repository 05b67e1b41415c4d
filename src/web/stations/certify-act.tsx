/** The certificate of a station's pages, for the names that people type: the key comes from the station's machine as a file. */
import { useState } from 'react';
import { utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { certifyPages, pagesChain, readPagesKey } from '#client/directory/pages-certificate.ts';
import { registrarDesk } from '#client/directory/registrar-desk.ts';
import { fingerprintOf, isFingerprint } from '#model/proofs.ts';
import { useEntered } from '../device/entered.ts';
import { Act } from '../kit/act-dialog.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Text } from '../kit/field.tsx';
import { HeardPrint, RequestPicker, useRequestFile } from '../kit/request-file.tsx';
import { fill, useWords } from '../words/words.ts';

const HOSTS_CHARACTERS_MAX = 500;

export function CertifyAct() {
  const words = useWords();
  const { session } = useEntered();
  const file = useRequestFile(readPagesKey);
  const [typed, setTyped] = useState('');
  const [said, setSaid] = useState('');
  const { asked, print } = file;
  const hosts = typed.split(/[\s,;]+/).filter((one) => one !== '');
  const certify = async (key: Uint8Array): Promise<void> => {
    if (!isFingerprint(fingerprintOf(session.crypto, key), print)) throw new Refusal('fingerprint-differs');
    const desk = await registrarDesk(session);
    downloadBytes('pages.pem', utf8(pagesChain(await certifyPages(desk, hosts, key), desk)), 'application/x-pem-file');
    setSaid(fill(words.pages.certified, { hosts: hosts.join(', ') }));
    file.forget();
  };
  return (
    <>
      <Act ask={words.pages.certify} title={words.pages.certifyTitle} act={asked === null || print.trim() === '' || hosts.length === 0 ? null : () => certify(asked)}>
        <RequestPicker file={file} label={words.pages.pick} isNone={words.pages.pickNone} />
        <HeardPrint file={file} label={words.pages.heard} />
        <Text isVerbatim label={words.pages.hosts} hint={words.pages.hostsHint} value={typed} onChange={setTyped} maxLength={HOSTS_CHARACTERS_MAX} />
        <p>{words.pages.certifyWhat}</p>
      </Act>
      <p className="net-said" role="status">{said}</p>
    </>
  );
}
