/** A compromise by command: declared in the office that it is about, listed, and the folder still proves itself. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import path from 'node:path';
import { openDevice } from '#cli/device.ts';
import { deviceRing } from '#cli/rings.ts';
import { readDispatch } from '#client/dispatch/incoming.ts';
import { receiverOf } from '#client/dispatch/receipting.ts';
import { makeReceipts, type ReceiptSigners } from '#client/dispatch/receipts.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { proposeAsDevice } from '#client/office-keys/making-keys.ts';
import { base64url, fromHex } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { unlockKeyring } from '#client/keyring/keyring.ts';
import type { Session } from '#client/session.ts';
import { witnessedAt } from '#client/dispatch/witnessed.ts';
import type { Refusal } from '#core/refusals.ts';
import { envelope as envelopeCodec, stanza as stanzaCodec } from '#wire/envelope.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { joinStation, type JoinedStation } from './joined-station.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

interface Affected {
  readonly dispatch: string;
  readonly keys: readonly string[];
  readonly elsewhere: readonly { readonly office: string; readonly keys: readonly string[] }[];
}

describe('an office declares its keys compromised', () => {
  let office: SmallOffice;
  before(async () => (office = await smallOffice()));
  after(() => closeOffice(office));

  it('ends the keys, names what they open, and leaves a folder that audits clean', async () => {
    const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs:immediate', '--subject', 'Công điện số 12']);
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    const { dispatch } = await tramJson<{ dispatch: string }>(['send', draft, ...office.as('anh')]);
    const kept = await tramJson<{ made: number; rewrapped: number; undone: unknown[] }>(['office', 'keys', ...office.as('minh')]);
    assert.deepEqual([kept.made, kept.rewrapped, kept.undone], [0, 1, []]);
    assert.match((await tram(['compromise', '--office', 'qs', ...office.as('anh')])).error, /^office-keys-not-entitled: .*Lò Văn Minh/, 'not by another office; who may is named');
    const declared = await tramJson<{ ended: string[]; affected: Affected[] }>(['compromise', '--office', 'qs', ...office.as('minh')]);
    assert.ok(declared.ended.includes('storage-1') && declared.ended.includes('transport-1'));
    assert.deepEqual(declared.affected.map((one) => [one.dispatch, one.keys]), [[dispatch, ['transport-1', 'storage-1']]]);
    const again = await tram(['compromise', '--office', 'qs', ...office.as('minh')], quietContext('en'));
    assert.equal(again.code, 1);
    assert.match(again.out, /^This was done already, and no more keys were ended: the keys of qs in force \(transport-5, transport-6, transport-7, transport-8, storage-2\) were made at \d/m, 'what the first run made goes on');
    const read = await tram(['exposed', '--office', 'qs', ...office.as('minh')], quietContext('en'));
    assert.match(read.out, /^Keys of Ban Quân sự that were ended because others may have them: transport-1, transport-2, transport-3, transport-4, storage-1\.$/m);
    assert.match((await tram(['compromise', '--office', 'qs', '--keys', 'storage-9', ...office.as('minh')], quietContext('en'))).error, /^option-unknown: .*storage-9/);
    assert.deepEqual((await tramJson<{ ended: string[] }>(['compromise', '--office', 'qs', '--keys', 'storage-2', ...office.as('minh')])).ended, ['storage-2'], 'by name they may be');
    await tramJson(['open', dispatch, ...office.as('minh')]);
    await office.stop();
    const { ok } = await tramJson<{ ok: boolean }>(['audit', '--data', office.data]);
    assert.equal(ok, true);
  });
});

describe('a post that is away from the station that keeps the directory', () => {
  let office: SmallOffice;
  let post: JoinedStation;
  before(async () => {
    office = await smallOffice();
    post = await joinStation(office, { code: 'don', name: 'Đồn Sốp Cộp', symbol: 'ĐSC', person: 'thao', personName: 'Vàng Thị Thảo' });
  });
  after(async () => {
    await post.stop();
    await closeOffice(office);
  });
  const inForce = (ended: readonly string[]): boolean => ended.includes('storage-1') && !ended.includes('storage-2');

  it('waits for what came of it, and where the line is down says so and by what it is seen; run again it ends no key that was made by it', async () => {
    await tramJson(['office', 'keys', ...office.as('thao')]);
    await office.stop();
    const declare = ['compromise', '--office', 'don', ...office.as('thao')];
    const sent = await tram(declare, quietContext('en'));
    assert.match(sent.out, /^The new keys of don .* are not back here yet\. To see what came of it: tram exposed --home \S+ --office don /m, sent.error);
    await office.start();
    const declared = await tramJson<{ ended: string[] }>(declare);
    assert.ok(inForce(declared.ended), declared.ended.join());
    for (let i = 0; i < 2; i++) assert.equal((await tram(declare)).code, 1, 'nothing left to end');
    assert.ok(inForce((await tramJson<{ ended: string[] }>(['exposed', '--office', 'don', ...office.as('thao')])).ended));
    const { ended } = await tramJson<{ ended: string[] }>([...declare, '--keys', 'storage-2']);
    assert.deepEqual(ended, ['storage-2'], 'in one run, with the line up');
  });
});

describe('a post that lost its keys', () => {
  let office: SmallOffice;
  before(async () => (office = await smallOffice()));
  after(() => closeOffice(office));

  /** The thief's seal, device and knowledge. */
  let thief: { readonly by: ReceiptSigners; readonly opened: string; readonly at: number };
  /** From then on another has the right to the keys. */
  let joined: number;
  const anh = (...words: string[]): string[] => [...words, ...office.as('anh')];
  const written = async (subject: string, to = 'qs:immediate'): Promise<string> => {
    const { draft } = await tramJson<{ draft: string }>(anh('draft', '--to', to, '--subject', subject));
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    return draft;
  };
  const send = async (draft: string): Promise<string> => (await tramJson<{ dispatch: string }>(anh('send', draft))).dispatch;

  it('a registrar ends the stolen device and the keys that it had in one command; senders are told, and nobody seals to them', async () => {
    const passphrase = office.file('mat-khau', PASSPHRASE);
    await tramJson(anh('position', 'add', '--position', 'qs-vt2', '--office', 'qs', '--title', 'Văn thư 2', '--rights', 'receive,hand-over,keys'));
    await tramJson(anh('person', 'add', '--person', 'hoa', '--name', 'Vàng Thị Hoa', '--position', 'qs-vt2', '--device', path.join(office.folder, 'hoa'), '--device-passphrase-file', passphrase));
    joined = Date.now();
    await tramJson(['office', 'keys', ...office.as('minh')]);
    const sentBefore = [await send(await written('Công điện số 12')), await send(await written('Nước sông Mã lên nhanh'))];
    await tramJson(['office', 'keys', ...office.as('hoa')]);
    await tramJson(['open', sentBefore[0]!, ...office.as('minh')]);
    const minh = await openDevice(quietContext(), path.join(office.folder, 'minh'), PASSPHRASE);
    thief = { by: await receiverOf(minh.session, 'acted', 'qs'), opened: sentBefore[0]!, at: minh.session.now() };
    // The thief has it already, and dates what the office did to behind any end that may come.
    const { header } = await traceDispatch(minh.session, thief.opened);
    const order = { dispatch: fromHex(thief.opened)!, sealing: 0, office: header.to[0]!.office, origin: header.from };
    const ahead = await makeReceipts(minh.session.crypto, minh.session.random, minh.session, thief.by, [order], thief.at + HOUR_MS);
    await minh.session.api.call('putReceipts', { body: { receipts: ahead.map(base64url) } });
    await minh.close();
    const late = await written('Sau khi mất máy');
    const device = 'minh-may';

    const wrong = await tram(anh('compromise', '--device', 'khong-co', '--reason', 'stolen'), quietContext('vi'));
    assert.match(wrong.error, /^device-unknown: /);
    assert.match((await tram(anh('compromise', '--device', 'minh-may', '--gone-since', '23/11/2099 05:21'), quietContext('en'))).error, /^date-out-of-range: .*gone-since/);
    assert.match((await tram(anh('compromise', '--device', 'minh-mai', '--reason', 'stolen'), quietContext('en'))).error, /^device-unknown: .*: minh-mai; most like it in the directory: minh-may/);
    assert.match((await tram(anh('what-can', 'minh'), quietContext('en'))).out, /^  Devices in force: minh-may$/m);
    assert.notEqual((await tram(['compromise', '--device', device, '--reason', 'stolen', ...office.as('khue')])).code, 0, 'only a registrar');
    const declared = await tramJson<{ outcome: string; devices: string[]; seals: string[]; left: { office: string; persons: string[] }[] }>(
      anh('compromise', '--device', device, '--reason', 'stolen'));
    assert.deepEqual([declared.outcome, declared.devices, declared.seals], ['sequenced', [device], ['qs-vt']]);
    assert.deepEqual(declared.left, [{ office: 'qs', persons: ['hoa'] }]);

    for (const again of [['compromise', '--device', device, '--reason', 'stolen'], ['device', 'end', device]]) {
      assert.match((await tram(anh(...again), quietContext('en'))).error, /^device-ended: This device: minh-may was ended in the directory at \S+/);
    }
    assert.match((await tram(anh('what-can', 'minh'), quietContext('en'))).out, /^  Devices in force: –$/m);
    const refused = await tram(anh('send', late), quietContext('vi'));
    assert.match(refused.error, /^recipient-key-missing: /, 'nobody seals to what a thief has');
    assert.match((await tram(['register', ...office.as('minh')], quietContext('vi'))).error, /^device-ended: /);

    const sender = await tramJson<{ affected: Affected[] }>(anh('exposed', '--office', 'vp'));
    assert.deepEqual(sender.affected.map(({ dispatch }) => dispatch).toSorted(), [...sentBefore].toSorted(), 'whoever sent it sees it');
    for (const { keys, elsewhere } of sender.affected) {
      assert.deepEqual([keys, elsewhere], [[], [{ office: 'qs', keys: ['transport-1', 'storage-1'] }]]);
    }
  });

  /** The thief's folder and passphrase, against what the office's other device is given: no key of the ring is one that the dispatch is sealed to. */
  async function demandClosed(dispatch: string): Promise<void> {
    const stolen = await unlockKeyring(deviceRing(quietContext(), path.join(office.folder, 'minh')), PASSPHRASE);
    const hoa = await openDevice(quietContext(), path.join(office.folder, 'hoa'), PASSPHRASE);
    try {
      const { stanzas, kept } = envelopeCodec.decode(await hoa.session.api.bytes('envelope', { path: { dispatch }, query: { office: 'qs' } }));
      const keys = [...stanzas.map(({ stanza }) => stanza), ...(kept === undefined ? [] : [kept])].map((one) => stanzaCodec.decode(one).key).filter((key) => key.office.office === 'qs');
      assert.ok(keys.length > 0);
      for (const { purpose, number } of keys) {
        assert.equal(stolen.officeKey('qs', purpose, number), null, `${purpose}-${number}`);
        assert.notEqual(hoa.session.ring.officeKey('qs', purpose, number), null);
      }
      assert.notEqual(stolen.officeKey('qs', 'transport', 1), null, 'it is the ring that had the office\'s keys');
    } finally {
      await hoa.close();
      stolen.lock();
    }
  }

  it('its key holder makes new keys, the list is right and complete there, and what is sent from then on is not in it', async () => {
    const kept = await tramJson<{ rolled: boolean; made: number }>(['office', 'keys', ...office.as('hoa')]);
    assert.deepEqual([kept.rolled, kept.made > 0], [true, true]);
    const late = await send(await written('Từ nay dùng khóa mới'));
    const opened = await tram(['open', late, ...office.as('hoa')], quietContext('vi'));
    assert.match(opened.out, /Từ nay dùng khóa mới/, opened.error);
    await demandClosed(late);
    const list = await tram(['exposed', '--office', 'qs', ...office.as('hoa')], quietContext('vi'));
    assert.match(list.out, /Ban Quân sự: 2 điện mở được bằng khóa đã lộ\./);
    const { affected } = await tramJson<{ affected: Affected[] }>(['exposed', '--office', 'qs', ...office.as('hoa')]);
    assert.deepEqual(affected.map(({ keys }) => keys), [['transport-1', 'storage-1'], ['transport-1', 'storage-1']]);
    assert.ok(!affected.some(({ dispatch }) => dispatch === late));
    const sender = await tramJson<{ affected: Affected[] }>(anh('exposed', '--office', 'vp'));
    assert.equal(sender.affected.length, 2);
    const hoa = await openDevice(quietContext(), path.join(office.folder, 'hoa'), PASSPHRASE);
    try {
      await proposeAsDevice(hoa.session, [{ kind: 'end', body: { what: 'office-key', code: 'qs', other: 'storage-1', reason: 'stolen' }, created: joined }]);
      assert.equal(hoa.session.view.officeKeys('qs', 'storage')[0]!.exposedAt, joined);
    } finally {
      await hoa.close();
    }
    assert.equal((await tramJson<{ affected: Affected[] }>(anh('exposed', '--office', 'vp'))).affected.length, 2, 'a key holder who dates it back takes nothing from the list');
  });

  it('what its seal said before is believed by when the reader\'s station had it, and what the thief dates back is taken nowhere', async () => {
    const told = await tram(anh('trace', thief.opened), quietContext('en'));
    assert.match(told.out, /opened .*\(key in other hands since \d\d\/\d\d\/\d{4} \d\d:\d\d; it was at this station before\)/, told.error);
    const hoa = await openDevice(quietContext(), path.join(office.folder, 'hoa'), PASSPHRASE);
    const author = await openDevice(quietContext(), path.join(office.folder, 'anh'), PASSPHRASE);
    try {
      const { session } = hoa;
      assert.deepEqual(session.view.seals('qs-vt').map(({ number, isWorn, endReason }) => [number, isWorn, endReason]), [[1, false, 'stolen']]);
      const { header } = await traceDispatch(session, thief.opened);
      const order = { dispatch: fromHex(thief.opened)!, sealing: 0, office: header.to[0]!.office, origin: header.from };
      const [dated] = await makeReceipts(session.crypto, session.random, session, thief.by, [order], thief.at);
      await assert.rejects(session.api.call('putReceipts', { body: { receipts: [base64url(dated!)] } }), (error: Refusal) => {
        assert.deepEqual([error.code, error.detail['reason']], ['receipt-forged', 'key-compromised']);
        return true;
      });
      const kinds = async (read: Session): Promise<unknown> => {
        const { receipts, forged } = await traceDispatch(read, thief.opened);
        return [receipts.filter(({ evidence }) => evidence.exposed !== undefined).map(({ kind }) => kind), forged];
      };
      assert.deepEqual(await kinds(author.session), [['opened'], 1]);
      const call = async (...all: unknown[]): Promise<unknown> => {
        const answer = await (author.session.api.call as (...rest: unknown[]) => Promise<object>)(...all);
        return all[0] === 'trace' ? { ...answer, taken: [] } : answer;
      };
      assert.deepEqual(await kinds(Object.create(author.session, { api: { value: { call } }, letters: { value: null } }) as Session), [[], 2], 'where nobody says so it counts for nothing');
    } finally {
      await hoa.close();
      await author.close();
    }
  });

  it('what a device signed that was declared stolen stays open where it surely was there before, and is refused as that where nobody says so', async () => {
    const hoa = (...words: string[]): string[] => [...words, ...office.as('hoa')];
    const [{ dispatch }] = (await tramJson<{ lines: { dispatch: string }[] }>(hoa('register', '--in'))).lines as [{ dispatch: string }];
    const declared = await tram(anh('compromise', '--device', 'khue-may', '--reason', 'stolen'));
    assert.match(declared.out, /^Điện mà các thiết bị ấy đã ký/m);
    for (const command of ['open', 'verify']) {
      const { code, out } = await tram(hoa(command, dispatch));
      assert.equal(code, 0, command);
      assert.match(out, /^CHÚ Ý: khóa ký của Đặng Ngọc Khuê đã báo lộ hoặc mất, từ \d\d\/\d\d\/\d{4} \d\d:\d\d\. /m, command);
    }
    assert.doesNotMatch((await tram(hoa('register', '--in'))).out, /không còn giá trị|không có quyền nhận và mở/);
    assert.equal((await tram(anh('verify', dispatch))).code, 0, 'the sender has the sealing of its own station');
    const device = await openDevice(quietContext(), path.join(office.folder, 'hoa'), PASSPHRASE);
    try {
      const { session } = device;
      const call = async (name: string, ...rest: unknown[]): Promise<unknown> => {
        const answer = await (session.api.call as (...all: unknown[]) => Promise<object>)(name, ...rest);
        return name === 'trace' ? { ...answer, receipts: [] } : answer;
      };
      const api = { call, bytes: session.api.bytes.bind(session.api) };
      const unwitnessed = Object.create(session, { api: { value: api } }) as Session;
      const { head, reader } = await readDispatch(session, dispatch, 'qs');
      assert.ok((await witnessedAt(session, dispatch, head, reader))! >= head.first.time);
      const resealed = { ...head, sealing: { ...head.sealing, number: 1 } };
      assert.equal(await witnessedAt(session, dispatch, resealed, reader), null, 'what arrived under another sealing may have had another body');
      await assert.rejects(readDispatch(unwitnessed, dispatch, 'qs'), (error: Refusal) => {
        assert.deepEqual([error.code, error.detail['who']], ['signature-exposed', 'Đặng Ngọc Khuê']);
        return true;
      });
    } finally {
      await device.close();
    }
  });

  it('the office says in truth what the thief said in its name, and the folder proves itself', async () => {
    const told = async (): Promise<unknown> => (await tramJson<{ offices: { state: string }[]; receipts: { kind: string; who: { person: string } | null }[] }>(anh('trace', thief.opened)))
      .receipts.flatMap(({ kind, who }) => (kind === 'acted' ? [who?.person] : []));
    assert.deepEqual(await told(), []);
    await tramJson(['act', thief.opened, ...office.as('hoa'), '--note', 'Đã di dời']);
    assert.deepEqual(await told(), ['hoa']);
    await office.stop();
    const { ok, claims } = await tramJson<{ ok: boolean; claims: { name: string; faults: unknown[] }[] }>(['audit', '--data', office.data]);
    assert.ok(ok, JSON.stringify(claims?.filter(({ faults }) => faults?.length > 0)));
  });

  it('a dispatch that counts no more since then is to be asked for by who received it, and written anew by who sent it', async () => {
    await office.start();
    const gone = await tram(anh('compromise', '--device', 'khue-may', '--reason', 'stolen', '--gone-since', new Date(Date.now() - 2 * DAY_MS).toISOString()), quietContext('vi'));
    assert.equal(gone.code, 0, gone.error);
    const [received, sent] = [await tram(['verify', thief.opened, ...office.as('hoa')], quietContext('vi')), await tram(anh('verify', thief.opened), quietContext('vi'))];
    assert.match(received.error, /^signature-exposed: Một chữ ký trên điện này của Văn phòng không còn giá trị.*; nếu không có thì nhờ Văn phòng gửi lại điện mới, ký bằng khóa khác\.$/m);
    assert.match(sent.error, /^signature-exposed: Một chữ ký trên điện này do Văn phòng gửi không còn giá trị.*; việc còn cần làm thì Văn phòng soạn và gửi lại điện mới, ký bằng khóa khác\.$/m, 'nobody asks themselves');
  });
});
