/** What a hostile station shows as said of a dispatch: only the word of the station where that office lived counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approveDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import { Session } from '#client/session.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { base64url, fromBase64url, fromHex } from '#core/bytes.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { header as headerCodec, type Header, sealing as sealingCodec, sealingStatement } from '#wire/envelope.ts';
import { signOne } from '#wire/sign.ts';
import { practiceOffices, ringOf, stillClock } from './practice-office.ts';
import { PracticeStations } from './practice-station.ts';

test('no station cancels a dispatch in the name of an office that lives elsewhere, and what it shows closes nothing', async () => {
  const practice = await practiceOffices();
  const clock = stillClock();
  const stations = new PracticeStations(practice, clock);
  const begun = async (person: string, position: string): Promise<Session> => {
    const ring = await ringOf(practice, person, [position]);
    const one = new Session({ crypto: nodeCrypto, random: nodeRandom, clock, transport: stations.at('tram-tinh'), ring, authority: practice.authority });
    await one.begin();
    return one;
  };
  const [anh, khue] = [await begun('anh', 'chuyen-vien'), await begun('khue', 'chanh-van-phong')];
  const { id } = await writeDraft(anh, {
    office: 'van-phong', recipients: [{ to: { office: 'muong-leo' }, role: 'action', precedence: 'routine' }], documentType: 'Công điện', subject: 'Di dời dân', text: '',
    classification: 'none', exercise: true, attachments: [],
  });
  await approveDraft(khue, id);
  await signDraft(khue, id);
  const { dispatch } = await sendDraft(khue, id);

  const call = anh.api.call.bind(anh.api);
  const shown: { header: string; sealing: string }[] = [];
  anh.api.call = (async (name: string, asked: never) => {
    const answer = await call(name as 'trace', asked);
    return name === 'trace' ? { ...(answer as object), related: shown } : answer;
  }) as typeof anh.api.call;
  const honest = await call('trace', { path: { dispatch } });
  const about = headerCodec.decode(fromBase64url(honest.header)!);
  const sealed = sealingStatement.decode(sealingCodec.decode(fromBase64url(honest.sealing)!).statement);

  const said = async (change: Partial<Header>, signer: string): Promise<void> => {
    const bytes = headerCodec.encode({ ...about, core: nodeRandom.bytes(32), parts: [], reference: fromHex(dispatch)!, relation: 'cancels', ...change });
    const statement = sealingStatement.encode({ ...sealed, dispatch: nodeCrypto.hash.sha256(bytes), station: change.station ?? about.station });
    const signature = await signOne(nodeCrypto, practice.stations.get(signer)!.signer, 'sealing', statement, nodeRandom);
    shown.splice(0, shown.length, { header: base64url(bytes), sealing: base64url(sealingCodec.encode({ statement, signature })) });
  };
  const related = async (): Promise<string[]> => (await traceDispatch(anh, dispatch)).related.map(({ relation }) => relation);

  await said({}, 'tram-tinh');
  assert.deepEqual(await related(), ['cancels'], 'its own station says it');
  await said({ station: 'tram-muong-leo' }, 'tram-muong-leo');
  assert.deepEqual(await related(), [], 'another station signs for its own header');
  await said({}, 'tram-muong-leo');
  assert.deepEqual(await related(), [], 'another station signs in its place');
  await said({ from: about.to[0]!.office, to: [{ office: about.from, role: 'info', precedence: 'routine' }], station: 'tram-muong-leo' }, 'tram-muong-leo');
  assert.deepEqual(await related(), [], 'a recipient cancels what it received');
  await said({ from: about.to[0]!.office, to: [{ office: about.from, role: 'info', precedence: 'routine' }], station: 'tram-muong-leo', relation: 'misrouted' }, 'tram-muong-leo');
  assert.deepEqual(await related(), ['misrouted'], 'a recipient says that it was misrouted');
  await said({ reference: nodeRandom.bytes(32) }, 'tram-tinh');
  assert.deepEqual(await related(), [], 'it is about another');
  shown.splice(0, 1, { header: base64url(new Uint8Array(3)), sealing: honest.sealing });
  assert.deepEqual(await related(), [], 'it is nothing at all');
});
