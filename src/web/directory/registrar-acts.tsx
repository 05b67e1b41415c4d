/**
 * Who signs changes of the directory, in the pane of a person: asked for by themself on their device, given and taken away
 * by a registrar beside the root's file. Source: docs/decisions/0121-a-second-registrar-in-pages.md.
 */
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { readDeviceRequest } from '#model/device-requests.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { acceptIssuer, addRegistrar, endRegistrar, requestRegistrar, rootOfFile, type RootOpener } from '#client/directory/registrar-errands.ts';
import { actorOf } from '#client/signers.ts';
import { lasts } from '#model/directory-ending.ts';
import { deviceRequestStatement } from '#wire/invitation.ts';
import { useEntered } from '../device/entered.ts';
import { Act, ActForm, ActFrame, type OpenedAct } from '../kit/act-dialog.tsx';
import { Button } from '../kit/button.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Choice } from '../kit/field.tsx';
import { HeardPrint, RequestPicker, useRequestFile } from '../kit/request-file.tsx';
import { Secret } from '../kit/secret.tsx';
import { fill, useWords } from '../words/words.ts';
import { AskedKeys, useAsked } from './asked-keys.tsx';
import type { PaneProps } from './parts.tsx';
import { Said, saidOfProposal, saidWith } from './said.tsx';
import type { Directory } from './use-directory.ts';
import { type Proposing, useProposing } from './use-proposing.ts';

interface ActPartProps {
  readonly directory: Directory;
  readonly person: string;
  readonly proposing: Proposing;
}

export function RegistrarActs({ directory, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const proposing = useProposing(directory);
  const { view, now } = directory;
  const person = view.person(code)!;
  if (!lasts(person, now) || person.kind === 'service') return null;
  const isOne = view.registrars().some((one) => one.person === code);
  const isSelf = actorOf(session.ring).person === code;
  const signs = isRegistrar(session);
  const props = { directory, person: code, proposing };
  const { issuer } = session.ring.contents;
  return (
    <section aria-label={words.registrar.acts} className="folk-acts">
      {isSelf && !signs && <Ask name={person.name} />}
      {isSelf && signs && issuer === undefined && <Accept proposing={proposing} />}
      {signs && issuer !== undefined && !(isSelf && isOne) && <Add {...props} isAgain={isOne} />}
      {signs && isOne && <End {...props} />}
      <Said lines={proposing.said} />
    </section>
  );
}

/** The file goes to the registrar by any way; the fingerprint from mouth to ear. */
function Ask({ name }: { readonly name: string }) {
  const words = useWords();
  const { session } = useEntered();
  const { person } = actorOf(session.ring);
  const asked = useAsked('registrar', session.view.registrars().find((one) => one.person === person)?.verifier ?? null, `xin-giu-danh-ba-${person}.cbor`);
  return (
    <>
      <Act ask={words.registrar.ask} title={fill(words.registrar.askTitle, { name })} act={async () => asked.made(await requestRegistrar(session))}>
        <p>{words.registrar.askWhat}</p>
        {session.ring.contents.registrar !== undefined && <p className="caution">{words.registrar.askAgain}</p>}
      </Act>
      <AskedKeys asked={asked} what={words.registrar.asked} />
    </>
  );
}

function Add({ isAgain, ...props }: ActPartProps & { readonly isAgain: boolean }) {
  const words = useWords();
  const { directory: { view }, person } = props;
  return (
    <ActFrame ask={isAgain ? words.registrar.renew : words.registrar.add} title={fill(isAgain ? words.registrar.renewTitle : words.registrar.addTitle, { name: view.person(person)!.name })}>
      {(opened) => <AddForm opened={opened} isAgain={isAgain} {...props} />}
    </ActFrame>
  );
}

function AddForm({ opened, directory: { view }, person, proposing: { say }, isAgain }: ActPartProps & { readonly opened: OpenedAct; readonly isAgain: boolean }) {
  const words = useWords();
  const { session } = useEntered();
  const root = useRootFile();
  const file = useRequestFile((bytes) => {
    const request = readDeviceRequest(bytes);
    return { request, statement: deviceRequestStatement.decode(request.statement) };
  });
  const { asked, print } = file;
  const { name } = view.person(person)!;
  const isTheirs = asked !== null && asked.statement.person === person;
  const act = isTheirs && print.trim() !== '' && root.opener !== null ? { request: asked.request, fingerprint: print, root: root.opener } : null;
  return (
    <ActForm opened={opened} act={act === null ? null : async () => {
      const proposed = await addRegistrar(session, { ...act, deliver: async (grant) => downloadBytes(`trao-${person}.cbor`, grant) });
      say(saidWith(proposed, [fill(words.registrar.added, { name })], words));
    }}>
      {!isAgain && <p>{words.registrar.twoWhat}</p>}
      {!isAgain && <p className="caution">{words.registrar.twoCost}</p>}
      {isAgain && <p className="caution">{words.registrar.renewWhat}</p>}
      <p className="soft">{fill(words.registrar.addHow, { name })}</p>
      <RequestPicker file={file} label={words.directory.joinFile} isNone={words.registrar.addNone} />
      {asked !== null && !isTheirs && <p className="field-fault" role="alert">{fill(words.registrar.notTheirs, { asker: view.person(asked.statement.person)?.name ?? asked.statement.person, name })}</p>}
      {isTheirs && (
        <>
          <p>{fill(words.registrar.asks, { name, device: asked.statement.device })}</p>
          <HeardPrint file={file} label={words.directory.joinPrint} />
          <RootFields root={root} />
        </>
      )}
    </ActForm>
  );
}

function Accept({ proposing: { say } }: Pick<ActPartProps, 'proposing'>) {
  const words = useWords();
  const { session } = useEntered();
  const [grant, setGrant] = useState<File | null>(null);
  return (
    <>
      <p className="folk-lack">{words.registrar.lacksIssuer}</p>
      <Act ask={words.registrar.accept} title={words.registrar.acceptTitle} act={grant === null ? null : async () => {
        await acceptIssuer(session, new Uint8Array(await grant.arrayBuffer()));
        say([words.registrar.accepted]);
      }}>
        <p>{words.registrar.acceptWhat}</p>
        <OneFile label={words.registrar.acceptFile} file={grant} onPick={setGrant} />
      </Act>
    </>
  );
}

function End(props: ActPartProps) {
  const words = useWords();
  const { directory: { view }, person } = props;
  return (
    <ActFrame ask={words.registrar.end} title={fill(words.registrar.endTitle, { name: view.person(person)!.name })} isDanger>
      {(opened) => <EndForm opened={opened} {...props} />}
    </ActFrame>
  );
}

function EndForm({ opened, directory: { view }, person, proposing: { say } }: ActPartProps & { readonly opened: OpenedAct }) {
  const words = useWords();
  const { session } = useEntered();
  const root = useRootFile();
  const [reason, setReason] = useState<'left' | 'compromised'>('left');
  const left = view.registrars().filter((one) => one.person !== person).length;
  const { opener } = root;
  return (
    <ActForm opened={opened} act={opener === null ? null : async () => say([saidOfProposal(await endRegistrar(session, opener, person, reason), words)])}>
      <p>{fill(words.registrar.endWhat, { name: view.person(person)!.name })}</p>
      {left < 2 && <p className="caution">{left === 1 ? words.registrar.endOneLeft : words.registrar.endNobodyLeft}</p>}
      <Choice label={words.directory.leaveWhy} value={reason} choices={words.directory.leaveReason} onChange={setReason} />
      {reason === 'compromised' && <p className="caution">{words.directory.leaveCompromised}</p>}
      <RootFields root={root} />
    </ActForm>
  );
}

interface RootFile {
  readonly file: File | null;
  readonly passphrase: string;
  readonly pick: (file: File | null) => void;
  readonly type: (passphrase: string) => void;
  /** Null while the file or its passphrase is lacking. */
  readonly opener: RootOpener | null;
}

/** For a form inside a frame, with which it is forgotten. */
function useRootFile(): RootFile {
  const { session } = useEntered();
  const [file, pick] = useState<File | null>(null);
  const [passphrase, type] = useState('');
  const opener = file === null || passphrase === '' ? null : async () => rootOfFile(session, new Uint8Array(await file.arrayBuffer()), passphrase)();
  return { file, passphrase, pick, type, opener };
}

function RootFields({ root: { file, passphrase, pick, type } }: { readonly root: RootFile }) {
  const words = useWords();
  return (
    <>
      <p className="soft">{words.registrar.rootWhat}</p>
      <OneFile label={words.registrar.rootFile} file={file} onPick={pick} />
      <Secret label={words.setup.rootPassphrase} value={passphrase} onChange={type} />
    </>
  );
}

function OneFile({ label, file, onPick }: { readonly label: string; readonly file: File | null; readonly onPick: (file: File | null) => void }) {
  return <div className="folk-file"><FileTrigger onSelect={(files) => onPick(files?.[0] ?? null)}><Button>{label}</Button></FileTrigger>{file !== null && <span className="file-name">{file.name}</span>}</div>;
}
