/** What an office cannot open: said to the origin, sealed again there, and delivered under the same number. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { base64url, hex } from '#core/bytes.ts';
import { lifeOf } from '#model/life.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { type Envelope, envelope as envelopeCodec, type SealingStatement, sealingStatement, stanza as stanzaCodec } from '#wire/envelope.ts';
import { receipt as receiptCodec, receiptStatement } from '#wire/receipt.ts';
import { signOne } from '#wire/sign.ts';
import type { Signed } from '#wire/signature.ts';
import { carry, carryAll, offerOf, openRow, openStation, type TestStation, turns } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST, POST_CLERK, RELAY, setClock, STRANGER, type SetClock } from '../../../test/fixtures/organisation.ts';
import { officeReceipt, resealing, type ResealWanted, type Sealed, send, SERIES } from '../../../test/fixtures/submissions.ts';
import type { ResealAccepted, Unreadable } from './resealing.ts';

let org: PracticeOrganisation;
let clock: SetClock;
let hub: TestStation;
let relay: TestStation;
let post: TestStation;

before(async () => {
  org = await foundTestOrganisation();
  await org.addPosition('van-phong-nhan', 'van-phong', ['receive', 'hand-over']);
});

beforeEach(async () => {
  clock = setClock();
  [hub, relay, post] = await openRow(org, clock);
});

const everyone = (): TestStation[] => [hub, relay, post];
const person = POST_CLERK;

/** The post says of a dispatch that it cannot open it. */
async function sayUnreadable(dispatch: Uint8Array, sealing = 0): Promise<number> {
  const receipt = await officeReceipt(org, post, 'muong-leo-truc', { dispatch, sealing, kind: 'unreadable' });
  return post.dispatch.receipts.upload({ person }, [receipt]);
}

async function stateAt(station: TestStation, who: string, office: string, direction: 'in' | 'out'): Promise<string> {
  const { lines } = await station.dispatch.register.page({ person: who }, office, direction, {});
  return lines[0]!.state;
}

describe('unreadable', () => {
  test('stands in both registers and comes home once', async () => {
    const { id } = await send(hub, org);
    await carryAll(everyone());
    assert.equal(await sayUnreadable(id), 1);
    assert.equal(await sayUnreadable(id), 1, 'again is no fault');
    assert.equal(await stateAt(post, person, 'muong-leo', 'in'), 'unreadable');
    await carryAll(everyone());
    assert.equal(await stateAt(hub, CLERK, 'van-phong', 'out'), 'unreadable');
    assert.equal((await hub.events()).filter(({ facts }) => facts.receipt === 'unreadable').length, 1);
    assert.deepEqual(everyone().flatMap(({ faults }) => faults), []);
  });

  test('its key may be destroyed: nothing waits for it any more', async () => {
    const { id } = await send(hub, org);
    await carryAll(everyone());
    const waiting = (): Promise<number> => post.store.commit((tx) => post.dispatch.arrivals.waitingFor(tx, 'muong-leo', 1));
    assert.equal(await waiting(), 1);
    await sayUnreadable(id);
    assert.equal(await waiting(), 0);
  });

  test('is said of what came and was not opened, by the office that it came to', async () => {
    const { id } = await send(hub, org);
    await assert.rejects(sayUnreadable(id), { code: 'dispatch-unknown' });
    await carryAll(everyone());
    await assert.rejects(sayUnreadable(id, 1), { code: 'dispatch-unknown' });
    const foreign = await officeReceipt(org, post, 'huyen-van-thu', {
      dispatch: id, kind: 'unreadable', office: { organisation: org.state.organisation.id, office: 'muong-leo' },
    });
    await assert.rejects(post.dispatch.receipts.upload({ person }, [foreign]), { code: 'receipt-forged' });
    const handed = await officeReceipt(org, post, 'muong-leo-truc', { dispatch: id, kind: 'handed-over' });
    const opened = await officeReceipt(org, post, 'muong-leo-truc', { dispatch: id, kind: 'opened' });
    await post.dispatch.numbers.incoming({ person }, 'muong-leo', SERIES, [id]);
    await sayUnreadable(id);
    await assert.rejects(post.dispatch.receipts.upload({ person }, [handed]), { code: 'step-out-of-order' });
    // Another device of the office had the key after all.
    await post.dispatch.receipts.upload({ person }, [opened]);
    assert.equal(await stateAt(post, person, 'muong-leo', 'in'), 'opened');
    await carryAll(everyone());
    assert.equal(await stateAt(hub, CLERK, 'van-phong', 'out'), 'opened');
    const other = await send(hub, org);
    await carryAll(everyone());
    await post.dispatch.numbers.incoming({ person }, 'muong-leo', SERIES, [other.id]);
    await post.dispatch.receipts.upload({ person }, [await officeReceipt(org, post, 'muong-leo-truc', { dispatch: other.id, kind: 'opened' })]);
    await assert.rejects(sayUnreadable(other.id), { code: 'opened-before' });
  });

  test('of what came too late nothing is asked', async () => {
    const { id } = await send(hub, org, { header: { expires: clock.at + 1 } });
    clock.at += 60_000;
    await carryAll(everyone());
    await assert.rejects(sayUnreadable(id), { code: 'dispatch-expired' });
    assert.equal(hex(id).length, 64);
  });
});

describe('sealing again', () => {
  /** A dispatch to muong-leo and huyen of which muong-leo says that it cannot open it; known at home. */
  async function unreadableAtHome(): Promise<Sealed> {
    const sent = await send(hub, org, { to: ['muong-leo', 'huyen'] });
    await carryAll(everyone());
    await sayUnreadable(sent.id);
    await carryAll(everyone());
    return sent;
  }

  async function reseal(sent: Sealed, wanted: ResealWanted = {}): Promise<ResealAccepted> {
    const bytes = await resealing(org, sent, { to: ['muong-leo'], ...wanted });
    return hub.dispatch.resealing.accept({ person: CLERK }, hex(sent.id), { office: 'van-phong', resealing: base64url(bytes) });
  }

  test('the origin office is told what is asked of it, until it has done it', async () => {
    const { id } = await unreadableAtHome();
    const asked = (): Promise<readonly Unreadable[]> => hub.dispatch.resealing.unreadable({ person: CLERK }, 'van-phong');
    assert.deepEqual(await asked(), [{ dispatch: hex(id), sealing: 0, offices: ['muong-leo'] }]);
    await assert.rejects(hub.dispatch.resealing.unreadable({ person: STRANGER }, 'van-phong'), { code: 'not-entitled' });
  });

  test('it takes the place of what nobody could open: the same place in the register, the same number, one delivery', async () => {
    const sent = await send(hub, org, { to: ['muong-leo', 'huyen'] });
    const { id } = sent;
    await carryAll(everyone());
    const device = { person, device: 'sung-a-po-may' };
    const rewrap = (sealing: number): Promise<void> => post.dispatch.arrivals.put(device, 'muong-leo', [{ dispatch: hex(id), stanza: base64url(rewrapped(sealing)) }]);
    await rewrap(0);
    await sayUnreadable(id);
    await carryAll(everyone());
    const [number] = await post.dispatch.numbers.incoming({ person }, 'muong-leo', SERIES, [id]);
    const earlier = (await post.dispatch.register.page({ person }, 'muong-leo', 'in', {})).lines;
    assert.deepEqual(await reseal(sent), { dispatch: hex(id), sealing: 1, accepted: clock.at });
    assert.deepEqual(await hub.dispatch.resealing.unreadable({ person: CLERK }, 'van-phong'), []);
    assert.equal(await stateAt(hub, CLERK, 'van-phong', 'out'), 'partly');
    await carryAll(everyone());
    const { lines } = await post.dispatch.register.page({ person }, 'muong-leo', 'in', {});
    assert.deepEqual(lines, earlier.map((line) => ({ ...line, state: 'arrived' })));
    const envelope = envelopeCodec.decode(await post.dispatch.traces.envelope({ person }, hex(id), 'muong-leo'));
    assert.equal(sealingStatement.decode(envelope.sealing.statement).number, 1);
    assert.deepEqual(envelope.stanzas.map(({ index }) => index), [1]);
    assert.equal(envelope.kept, undefined, 'the re-wrap that did not open went with what it was made of');
    await assert.rejects(rewrap(0), { code: 'header-forged' });
    assert.deepEqual((await post.dispatch.arrivals.list(device, 'muong-leo')).map(({ dispatch }) => dispatch), [hex(id)]);
    await rewrap(1);
    assert.deepEqual((await post.kinds()).filter((kind) => kind === 'arrived' || kind === 'redelivered'), ['arrived', 'redelivered']);
    assert.deepEqual((await relay.kinds()).filter((kind) => kind === 'redelivered'), [], 'huyen could read it');
    assert.deepEqual(await post.dispatch.numbers.incoming({ person }, 'muong-leo', SERIES, [id]), [number]);
    const opened = await officeReceipt(org, post, 'muong-leo-truc', { dispatch: id, sealing: 1, kind: 'opened' });
    await post.dispatch.receipts.upload({ person }, [opened]);
    await carryAll(everyone());
    const life = await lifeAtHome(sent);
    assert.deepEqual(life, [['muong-leo', 'opened'], ['huyen', 'arrived']]);
    assert.deepEqual(everyone().flatMap(({ faults }) => faults), []);
  });

  /** A stanza of muong-leo for its storage key. */
  function rewrapped(sealing: number): Uint8Array {
    const office = { organisation: org.state.organisation.id, office: 'muong-leo' };
    return stanzaCodec.encode({ key: { office, purpose: 'storage', number: 1, sealing }, kem: 0x647a, encapsulation: new Uint8Array(1_120), ciphertext: nodeRandom.bytes(48) });
  }

  async function lifeAtHome({ id, header }: Sealed): Promise<[string, string][]> {
    const { receipts, resealed, accepted } = await hub.dispatch.traces.trace({ person: CLERK }, hex(id));
    const said = receipts.map(({ bytes }) => receiptStatement.decode(receiptCodec.decode(bytes).statement));
    const ofOffice = resealed.map(({ office, sealing }) => ({ office: { organisation: org.state.organisation.id, office }, sealing }));
    return lifeOf({ dispatch: id, header, accepted, receipts: said, resealed: ofOffice, now: clock.at }).offices.map(({ office, state }) => [office.office, state]);
  }

  test('the same again gets the same answer; another under that number, or one too far, is refused', async () => {
    const sent = await unreadableAtHome();
    const bytes = await resealing(org, sent, { to: ['muong-leo'] });
    const accept = (): Promise<ResealAccepted> =>
      hub.dispatch.resealing.accept({ person: CLERK }, hex(sent.id), { office: 'van-phong', resealing: base64url(bytes) });
    const first = await accept();
    assert.deepEqual(await accept(), first);
    await assert.rejects(reseal(sent, { number: 1 }), { code: 'sealing-out-of-order' });
    await assert.rejects(reseal(sent, { number: 3 }), { code: 'sealing-out-of-order' });
    for (let number = 2; number <= 15; number++) await reseal(sent, { number });
    await assert.rejects(reseal(sent, { number: 15 }), { code: 'sealings-exhausted' });
    assert.equal((await hub.events()).filter(({ kind }) => kind === 're-sealed').length, 15);
  });

  test('the origin station refuses stanzas and words that are not in order', async () => {
    const sent = await unreadableAtHome();
    const other = await send(hub, org);
    const ref = (office: string) => ({ organisation: org.state.organisation.id, office });
    await assert.rejects(reseal(sent, { keyNumber: 9 }), { code: 'recipient-key-missing' });
    await assert.rejects(reseal(sent, { stanza: { office: ref('huyen') } }), { code: 'header-forged' });
    await assert.rejects(reseal(sent, { stanza: { purpose: 'storage' } }), { code: 'header-forged' });
    await assert.rejects(reseal(sent, { stanza: { sealing: 0 } }), { code: 'header-forged' });
    await assert.rejects(reseal(sent, { statement: { dispatch: other.id } }), { code: 'header-forged' });
    await assert.rejects(reseal(sent, { statement: { office: ref('phong-mot') } }), { code: 'header-forged' });
    await assert.rejects(reseal(sent, { statement: { stanzaRoot: other.id } }), { code: 'header-forged' });
    await assert.rejects(reseal(sent, { position: 'phong-mot-tat-ca' }), { code: 'signature-wrong' });
    await assert.rejects(reseal(sent, { position: 'van-phong-nhan' }), { code: 'not-entitled' });
    await assert.rejects(reseal(sent, { position: 'van-phong-van-thu', statement: { position: 'van-phong-nhan' } }), { code: 'signature-wrong' });
    await assert.rejects(reseal(sent, { statement: { time: clock.at - 2 * 86_400_000 } }), { code: 'date-out-of-range' });
    assert.deepEqual(await hub.dispatch.resealing.unreadable({ person: CLERK }, 'van-phong').then((all) => all.length), 1, 'nothing of it was kept');
  });

  test('on the way: no station alone, no other body, no other office, no smaller or older sealing gets in', async () => {
    const sent = await unreadableAtHome();
    await reseal(sent);
    const [item] = await hub.queue();
    const offered = await offerOf(hub, item!);
    const judged = async (change: (value: Envelope) => Envelope): Promise<string> => {
      const verdict = await relay.dispatch.traffic.examine({ ...offered, head: envelopeCodec.encode(change(envelopeCodec.decode(offered.head))) });
      return verdict.verdict === 'refuse' ? verdict.code : verdict.verdict;
    };
    const sealed = async (value: Envelope, statement: Partial<SealingStatement>): Promise<Envelope> => {
      const bytes = sealingStatement.encode({ ...sealingStatement.decode(value.sealing.statement), ...statement });
      return { ...value, sealing: { statement: bytes, signature: await signOne(nodeCrypto, org.stations.get(HUB)!.signer, 'sealing', bytes, nodeRandom) } };
    };
    const value = envelopeCodec.decode(offered.head);
    assert.equal(await judged((one) => one), 'take');
    assert.equal(await judged(({ resealed: _, ...rest }) => rest), 'header-forged', 'without the office\'s word');
    const body = nodeRandom.bytes(value.body.length);
    const other = await sealed({ ...value, body }, { bodyDigest: nodeCrypto.hash.sha256(body) });
    assert.equal(await judged(() => other), 'header-forged', 'the body is the one that was taken over first');
    const later = await sealed(value, { number: 2 });
    assert.equal(await judged(() => later), 'header-forged', 'the office spoke of another number');
    const earlier = await sealed(value, { time: clock.at - 60_000 });
    assert.equal(await judged(() => earlier), 'header-forged', 'nothing is sealed again before it was sealed');
    const swapped = { ...value, resealed: { first: value.resealed!.first, office: await foreignWord(value) } };
    assert.equal(await judged(() => swapped), 'signature-wrong', 'another office spoke');
    // The first sealing once more, after the delivery by the second.
    await carryAll(everyone());
    const envelope = envelopeCodec.decode(await post.dispatch.traces.envelope({ person }, hex(sent.id), 'muong-leo'));
    const old = await relay.dispatch.traffic.load({ kind: 'dispatch', id: sent.id, sealing: 0 }, POST);
    const again = { kind: 'dispatch' as const, id: sent.id, sealing: 0, head: old!.head, from: RELAY, hops: old!.hops };
    assert.equal((await post.dispatch.traffic.examine(again)).verdict, 'held');
    await post.dispatch.traffic.accept(again, async () => {});
    assert.deepEqual(envelopeCodec.decode(await post.dispatch.traces.envelope({ person }, hex(sent.id), 'muong-leo')), envelope);
  });

  async function foreignWord(value: Envelope): Promise<Signed> {
    const { statement } = value.resealed!.office;
    const signature = await signOne(nodeCrypto, org.seals.get('phong-mot-tat-ca')!.signer, 're-seal', statement, nodeRandom);
    return { statement, signature };
  }

  test('what was opened stays as it is, whatever is sealed again', async () => {
    const sent = await send(hub, org, { to: ['muong-leo'] });
    await carryAll(everyone());
    await post.dispatch.numbers.incoming({ person }, 'muong-leo', SERIES, [sent.id]);
    await post.dispatch.receipts.upload({ person }, [await officeReceipt(org, post, 'muong-leo-truc', { dispatch: sent.id, kind: 'opened' })]);
    const earlier = await post.dispatch.traces.envelope({ person }, hex(sent.id), 'muong-leo');
    await reseal(sent);
    await carryAll(everyone());
    assert.deepEqual(await post.dispatch.traces.envelope({ person }, hex(sent.id), 'muong-leo'), earlier);
    assert.equal(await stateAt(post, person, 'muong-leo', 'in'), 'opened');
  });

  test('a later sealing that is here already opens what is then said to be unreadable', async () => {
    const sent = await send(hub, org, { to: ['muong-leo'] });
    await carryAll(everyone());
    await reseal(sent);
    await carryAll(everyone());
    await sayUnreadable(sent.id);
    assert.equal(await stateAt(post, person, 'muong-leo', 'in'), 'arrived');
    await carryAll(everyone());
    assert.deepEqual(await lifeAtHome(sent), [['muong-leo', 'arrived']]);
    assert.equal(await stateAt(hub, CLERK, 'van-phong', 'out'), 'arrived');
    assert.deepEqual(await hub.dispatch.resealing.unreadable({ person: CLERK }, 'van-phong'), []);
  });

  test('an office of the same station, and one for which the re-seal came first', async () => {
    const sent = await send(hub, org, { to: ['phong-mot', 'muong-leo'] });
    const said = await officeReceipt(org, hub, 'phong-mot-tat-ca', { dispatch: sent.id, kind: 'unreadable' });
    await hub.dispatch.receipts.upload({ person: STRANGER }, [said]);
    await reseal(sent, { to: ['phong-mot', 'muong-leo'] });
    assert.equal(await stateAt(hub, STRANGER, 'phong-mot', 'in'), 'arrived');
    const [first, second] = (await hub.queue()).toSorted((one, other) => other.sealing - one.sealing);
    assert.deepEqual([first!.sealing, second!.sealing], [1, 0]);
    await carry(hub, relay, first!);
    for (const item of await relay.queue()) await carry(relay, post, item);
    await carryAll(everyone());
    const { lines } = await post.dispatch.register.page({ person }, 'muong-leo', 'in', {});
    assert.deepEqual(lines.map(({ state }) => state), ['arrived']);
    assert.equal((await post.kinds()).filter((kind) => kind === 'arrived').length, 1);
    assert.equal((await post.kinds()).includes('redelivered'), false);
  });

  test('past its expiry nothing is sealed again, and what comes too late is not delivered', async () => {
    const sent = await send(hub, org, { header: { expires: clock.at + 60_000 } });
    await carryAll(everyone());
    await sayUnreadable(sent.id);
    await carryAll(everyone());
    await reseal(sent);
    clock.at += 120_000;
    await assert.rejects(reseal(sent, { number: 2 }), { code: 'dispatch-expired' });
    await carryAll(everyone());
    assert.equal(await stateAt(post, person, 'muong-leo', 'in'), 'unreadable');
    assert.deepEqual(await lifeAtHome(sent), [['muong-leo', 'expired']]);
    assert.equal(await stateAt(hub, CLERK, 'van-phong', 'out'), 'expired');
  });

  test('an office that has moved asks the station that took its dispatch over', async () => {
    const moved = await foundTestOrganisation();
    const [old, next] = [await openStation(moved, HUB, clock), await openStation(moved, RELAY, clock)];
    const sent = await send(old, moved, { to: ['phong-mot'] });
    const said = await officeReceipt(moved, old, 'phong-mot-tat-ca', { dispatch: sent.id, kind: 'unreadable' });
    await old.dispatch.receipts.upload({ person: STRANGER }, [said]);
    const { name, symbol } = moved.state.office('van-phong')!;
    await moved.add([{ kind: 'office', body: { office: 'van-phong', name, symbol, station: RELAY } }]);
    const request = { office: 'van-phong', resealing: base64url(await resealing(moved, sent)) };
    await assert.rejects(next.dispatch.resealing.accept({ person: CLERK }, hex(sent.id), request), { code: 'dispatch-unknown' });
    assert.equal((await old.dispatch.resealing.unreadable({ person: CLERK }, 'van-phong')).length, 1);
    assert.equal(envelopeCodec.decode(await old.dispatch.traces.envelope({ person: CLERK }, hex(sent.id), 'van-phong')).stanzas[0]!.index, 0);
    assert.equal((await old.dispatch.resealing.accept({ person: CLERK }, hex(sent.id), request)).sealing, 1);
    const { lines } = await old.dispatch.register.page({ person: STRANGER }, 'phong-mot', 'in', {});
    assert.equal(lines[0]!.state, 'arrived');
  });

  test('a commit that fails leaves the earlier delivery as it was, and the link brings the later one again', async () => {
    const sent = await unreadableAtHome();
    await reseal(sent);
    for (const item of await hub.queue()) await carry(hub, relay, item);
    const [item] = await relay.queue();
    const offered = await offerOf(relay, item!);
    const boom = (): Promise<void> => Promise.reject(new Error('power'));
    await assert.rejects(post.dispatch.traffic.accept(offered, boom));
    assert.equal(await stateAt(post, person, 'muong-leo', 'in'), 'unreadable');
    assert.equal((await post.kinds()).includes('redelivered'), false);
    await carry(relay, post, item!);
    assert.equal(await stateAt(post, person, 'muong-leo', 'in'), 'arrived');
  });

  test('a refusal of one sealing is none of another', async () => {
    const sent = await unreadableAtHome();
    await reseal(sent);
    const refuse = (sealing: number): Promise<void> =>
      hub.dispatch.traffic.refused({ kind: 'dispatch', id: sent.id, sealing }, RELAY, 'office-unknown', async () => {});
    const shown = async (): Promise<(string | null)[]> => (await hub.dispatch.expiry.unknown()).map(({ refusal }) => refusal);
    await refuse(0);
    assert.deepEqual(await shown(), [], 'what becomes of an earlier sealing decides nothing any more');
    for (const item of await hub.queue()) await hub.unqueue(item, RELAY);
    await refuse(1);
    assert.deepEqual(await shown(), ['office-unknown']);
    hub.dispatch.resume();
    await turns(50);
    assert.deepEqual((await hub.queue()).map(({ sealing }) => sealing).toSorted(), [0, 1]);
    assert.deepEqual(await shown(), []);
    await carryAll(everyone());
    assert.equal(await stateAt(post, person, 'muong-leo', 'in'), 'arrived');
  });

  test('one that stays shut may be said again, of the later sealing', async () => {
    const sent = await unreadableAtHome();
    await reseal(sent);
    await carryAll(everyone());
    await assert.rejects(sayUnreadable(sent.id, 0), { code: 'dispatch-unknown' });
    await sayUnreadable(sent.id, 1);
    await carryAll(everyone());
    assert.deepEqual(await hub.dispatch.resealing.unreadable({ person: CLERK }, 'van-phong'), [{ dispatch: hex(sent.id), sealing: 1, offices: ['muong-leo'] }]);
    await reseal(sent, { number: 2 });
    await carryAll(everyone());
    assert.equal(await stateAt(post, person, 'muong-leo', 'in'), 'arrived');
  });
});
