/**
 * Before a station first runs: where its backups go and to which key, said by whoever sets it up at its machine, and the
 * first of them made. The key is made here; the station gets its public half. Source: docs/decisions/0092.
 */
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { makeBackupKey } from '#client/keyring/backup-key.ts';
import { shellWord } from '#core/shell-word.ts';
import { memoryStore } from '../device/memory-store.ts';
import { backupCommands } from '../kit/backup-commands.ts';
import { Button } from '../kit/button.tsx';
import { Command } from '../kit/command.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Fault } from '../kit/fault.tsx';
import { Text } from '../kit/field.tsx';
import { useFirstFault } from '../kit/first-fault.ts';
import { NewSecretFields, useNewSecretFault } from '../kit/secret.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import type { Created, SetupApi } from './setup-api.ts';

interface Made {
  readonly file: Uint8Array;
  readonly recipient: string;
}

interface BackupStepProps {
  readonly api: SetupApi;
  readonly created: Created;
  /** The station's folder. */
  readonly data: string;
  /** @param folder where it was made; null where it is left for later */
  readonly onDone: (folder: string | null) => void;
}

export function BackupStep({ api, created: { station, isJoined }, data, onDone }: BackupStepProps) {
  const words = useWords();
  const outside = useOutside();
  const { isBusy, fault, run } = useWork();
  const { form, look } = useFirstFault<HTMLFormElement>();
  const [folder, setFolder] = useState('');
  const [secret, setSecret] = useState({ first: '', second: '' });
  const [isTried, setTried] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const [isTaken, setTaken] = useState(false);
  const secretFault = useNewSecretFault(secret);
  const folderFault = folder.trim().startsWith('/') ? null : words.setup.backup.folderShape;
  const make = (): void => {
    setTried(true);
    look();
    if (folderFault !== null || secretFault.first !== null || secretFault.second !== null) return;
    run(async () => {
      const store = memoryStore();
      const recipient = await makeBackupKey({ ...(await outside.cryptography()), store }, secret.first, outside.clock.now());
      setMade({ file: (await store.read())!, recipient });
    });
  };
  const backUp = ({ recipient }: Made): void => {
    look();
    if (folderFault !== null) return;
    run(async () => {
      await api.backUp(folder.trim(), recipient);
      onDone(folder.trim());
    });
  };
  return (
    <>
      <h1>{words.setup.backup.title}</h1>
      <p>{words.setup.backup.what} {isJoined ? words.setup.backup.onwardJoined : words.setup.backup.onward}</p>
      <Form ref={form} className="door-form" onSubmit={(event) => { event.preventDefault(); if (made === null) make(); }}>
        <Text isVerbatim label={words.setup.backup.folder} hint={words.setup.backup.folderHint} value={folder} onChange={setFolder} fault={isTried ? folderFault : null} />
        {made === null ? (
          <>
            <NewSecretFields label={words.setup.backup.passphrase} value={secret} onChange={setSecret} isTried={isTried} />
            <Fault error={fault} />
            <Button variant="primary" type="submit" isDisabled={isBusy}>{isBusy ? words.setup.backup.making : words.setup.backup.key}</Button>
          </>
        ) : (
          <>
            <p>{words.setup.backup.keep}</p>
            <div className="acts">
              <Button variant={isTaken ? 'plain' : 'primary'} onPress={() => { downloadBytes(`khoa-sao-luu-${station}.cbor`, made.file); setTaken(true); }}>{words.setup.backup.download}</Button>
              <Button variant={isTaken ? 'primary' : 'plain'} isDisabled={!isTaken || isBusy} onPress={() => backUp(made)}>{isBusy ? words.setup.backup.makes : words.setup.backup.make}</Button>
            </div>
            <Fault error={fault} />
          </>
        )}
      </Form>
      <Button isDisabled={isBusy} onPress={() => onDone(null)}>{words.setup.backup.later}</Button>
      <p className="hint">{isJoined ? words.setup.backup.laterJoined : words.setup.backup.laterWhat}</p>
      {isJoined && <><Command lines={backupCommands('npx tram', shellWord(data))} /><p className="hint">{words.setup.backup.laterPlaces}</p></>}
    </>
  );
}
