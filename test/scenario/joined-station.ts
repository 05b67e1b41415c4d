/** A second station of a small office, joined by its own commands: with an office that lives there and one person of it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { nodeHost } from '../../src/app/compose-node.ts';
import { databaseOption } from '../fixtures/disks.ts';
import { tram, tramJson } from './command-line.ts';
import { freePort, type SmallOffice } from './small-office.ts';

export interface JoinedStation {
  readonly data: string;
  /** Where its devices find it. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface Joining {
  /** Code of the station, and of the office that lives there. */
  readonly code: string;
  readonly name: string;
  readonly symbol: string;
  readonly person: string;
  readonly personName: string;
  /** What the post thinks its office will be called, where it is mistaken. */
  readonly mistaken?: string;
}

/** Invited by the office's first person, admitted, and started; its person's device is `office.as(person)`. */
export async function joinStation(office: SmallOffice, { code, name, symbol, person, personName, mistaken }: Joining): Promise<JoinedStation> {
  const at = (file: string): string => path.join(office.folder, `${code}${file}`);
  const data = at('');
  const anh = (...words: string[]): string[] => [...words, ...office.as('anh')];
  const [api, link] = [await freePort(), await freePort()];
  const invited = await tramJson<{ code: string }>(anh(
    'station', 'invite', '--code', code, '--site', name, '--address', `127.0.0.1:${office.linkPort}`, '--out', at('.moi')));
  const { fingerprint } = await tramJson<{ fingerprint: string }>([
    'station', 'join', '--invitation', at('.moi'), '--code-file', office.file(`${code}.ma`, invited.code), '--person', person, '--person-name', personName, '--data', data,
    ...office.as(person), '--port', String(api), '--link-port', String(link), ...(await databaseOption()),
    ...(mistaken === undefined ? [] : ['--office', mistaken]), '--out', at('.xin'),
  ]);
  const admitted = await tram(anh(
    'station', 'admit', '--request', at('.xin'), '--fingerprint', fingerprint, ...(mistaken === undefined ? [] : ['--office', code]), '--office-name', name, '--symbol', symbol, '--out', at('.nhan')));
  assert.equal(admitted.code, 0, admitted.error);
  if (mistaken !== undefined) assert.ok(admitted.out.includes(`CHÚ Ý: người ngồi ở trạm ấy ghi mã cơ quan là ${mistaken}; danh bạ ghi ${code}.`), admitted.out);
  await tramJson(['station', 'join', '--admission', at('.nhan'), '--data', data]);
  const running = await nodeHost.start(data, { api, link });
  return { data, url: `http://127.0.0.1:${api}`, stop: () => running.stop() };
}
