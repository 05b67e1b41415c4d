/** The office seal of a position: asked for by whoever holds it, on their device; given by a registrar to whom they read the fingerprint. */
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { giveSeal, requestSeal } from '#client/directory/seal-errands.ts';
import { actorOf } from '#client/signers.ts';
import { readDeviceRequest } from '#model/device-requests.ts';
import { lasts } from '#model/directory-ending.ts';
import { positionMay } from '#model/rights.ts';
import { deviceRequestStatement } from '#wire/invitation.ts';
import { useEntered } from '../device/entered.ts';
import { useBegun } from '../frame/begun.ts';
import { Act } from '../kit/act-dialog.tsx';
import { HeardPrint, RequestPicker, useRequestFile } from '../kit/request-file.tsx';
import { fill, useWords } from '../words/words.ts';
import { AskedKeys, useAsked } from './asked-keys.tsx';
import type { PaneProps } from './parts.tsx';
import { Said, saidWith } from './said.tsx';
import type { Directory } from './use-directory.ts';
import { type Proposing, useProposing } from './use-proposing.ts';

export function SealActs({ directory, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const proposing = useProposing(directory);
  const { view, now } = directory;
  const position = view.position(code)!;
  if (!lasts(position, now) || !positionMay(position, 'carry the seal')) return null;
  const isOwn = view.held(actorOf(session.ring).person, now).some((held) => held.position === code && held.acting === null);
  return (
    <section aria-label={words.directory.seal} className="folk-acts">
      {isOwn && <Ask directory={directory} position={code} />}
      {isRegistrar(session) && <Give directory={directory} position={code} proposing={proposing} />}
      <Said lines={proposing.said} />
    </section>
  );
}

/** The file goes to the registrar by any way; the fingerprint from mouth to ear. */
function Ask({ directory: { view }, position }: { readonly directory: Directory; readonly position: string }) {
  const words = useWords();
  const { session } = useEntered();
  const { title, seal } = view.position(position)!;
  const isBegun = useBegun('seal');
  const asked = useAsked(`seal ${position}`, seal?.verifier ?? null, `xin-dau-${position}.cbor`);
  return (
    <>
      <Act ask={words.acts.sealAsk} title={fill(words.acts.sealAskTitle, { title })} isBegun={isBegun} act={async () => asked.made(await requestSeal(session, position))}>
        <p>{words.acts.sealAskWhat}</p>
        {asked.waiting !== null && <p className="caution">{words.registrar.askAgain}</p>}
        {seal !== null && <p className="caution">{words.acts.sealAskAgain}</p>}
      </Act>
      <AskedKeys asked={asked} what={words.acts.sealAsked} />
    </>
  );
}

function Give({ directory: { view }, position, proposing: { say } }: { readonly directory: Directory; readonly position: string; readonly proposing: Proposing }) {
  const words = useWords();
  const { session } = useEntered();
  const file = useRequestFile((bytes) => {
    const request = readDeviceRequest(bytes);
    return { request, statement: deviceRequestStatement.decode(request.statement) };
  });
  const { asked, print } = file;
  const { title, seal } = view.position(position)!;
  return (
    <Act ask={words.acts.sealGive} title={fill(words.acts.sealGiveTitle, { title })} act={asked === null || print.trim() === '' ? null : async () => {
      say(saidWith(await giveSeal(session, position, asked.request, print), [words.acts.sealGiven], words));
      file.forget();
    }}>
      <p className="soft">{words.acts.sealGiveHow}</p>
      <RequestPicker file={file} label={words.directory.joinFile} isNone={words.acts.sealNone} />
      {asked !== null && (
        <>
          <p>{fill(words.acts.sealGiveAsks, { name: view.person(asked.statement.person)?.name ?? asked.statement.person, device: asked.statement.device })}</p>
          <HeardPrint file={file} label={words.directory.joinPrint} />
          <p>{words.acts.sealGiveWhat}</p>
          {seal !== null && <p className="caution">{words.acts.sealGiveAgain}</p>}
        </>
      )}
    </Act>
  );
}
