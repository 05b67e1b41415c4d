/**
 * Where other machines open these pages and how they come to trust them; and what has to be done before they can, by whom:
 * docs/operating/pages.md, in the page.
 */
import { Fragment } from 'react';
import { encodePem } from '#x509/pem.ts';
import { utf8 } from '#core/bytes.ts';
import { addressForOthers } from '#client/station-address.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { certificatePrint } from '#model/proofs.ts';
import { useEntered } from '../device/entered.ts';
import { useHere, useStationFolder } from '../device/use-here.ts';
import { Button } from '../kit/button.tsx';
import { Command } from '../kit/command.tsx';
import { downloadBytes } from '../kit/download.ts';
import { fill, useWords } from '../words/words.ts';
import { CertifyAct } from './certify-act.tsx';

/** Null in the practice province, which is no station's. */
export function PagesPart({ station }: { readonly station: string }) {
  const words = useWords();
  const { session } = useEntered();
  const here = useHere();
  if (here === null || here.station !== station) return null;
  const address = addressForOthers(location.origin, here.elsewhere);
  return (
    <section className="net-invite" aria-labelledby="net-pages" id="pages">
      <h2 id="net-pages">{words.pages.title}</h2>
      {address === null ? <Opening /> : <p>{words.pages.at} <a href={address}>{address}</a></p>}
      <Trust />
      {address !== null && isRegistrar(session) && <Closing />}
    </section>
  );
}

/** The root is no secret; that it is ours is known by comparing with paper. */
function Trust() {
  const words = useWords();
  const { session: { crypto, view: { organisation: { root } } } } = useEntered();
  const kinds = [words.pages.on.windows, words.pages.on.android, words.pages.on.iphone, words.pages.on.firefox, words.pages.on.linux, words.pages.on.none];
  return (
    <>
      <p>{words.pages.trust}</p>
      <p>{words.pages.print}</p>
      <p className="print net-root">{certificatePrint(crypto, root.p256).split(':').map((pair, i) => <Fragment key={i}>{i > 0 && ':'}{pair}<wbr /></Fragment>)}</p>
      <div className="acts"><Button onPress={() => downloadBytes('tram-root.crt', utf8(encodePem('CERTIFICATE', root.p256)), 'application/x-x509-ca-cert')}>{words.pages.root}</Button></div>
      <details className="join-file">
        <summary>{words.pages.how}</summary>
        <ul className="door-before">{kinds.map((what) => <li key={what}>{what}</li>)}</ul>
      </details>
    </>
  );
}

/** By command, as opening is: what a machine listens on is no session's to change. */
function Closing() {
  const words = useWords();
  return (
    <details className="join-file">
      <summary>{words.pages.close}</summary>
      <Command lines={[`tram pages close --data ${useStationFolder().folder}`]} />
      <p>{words.pages.restart}</p>
    </details>
  );
}

function Opening() {
  const words = useWords();
  const { session } = useEntered();
  const { folder, isUnknown } = useStationFolder();
  const registrars = session.view.registrars().map(({ person }) => session.view.person(person)?.name ?? person).join(', ');
  return (
    <>
      <p>{words.pages.none}{isUnknown && ` ${words.operations.folderUnknown}`}</p>
      <ol className="steps">
        <li>{words.pages.key}<Command lines={[`tram pages key --data ${folder} --out pages.pub`]} /></li>
        <li>{isRegistrar(session) ? <><p>{words.pages.certificate}</p><CertifyAct /></> : <p>{fill(words.pages.certificateAsked, { registrars })}</p>}</li>
        <li>{words.pages.open}<Command lines={[`tram pages open --data ${folder} --certificate pages.pem`]} /><p>{words.pages.restart}</p></li>
      </ol>
    </>
  );
}
