/** What an office cannot open: said to the origin, sealed again there, and delivered under the same number. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { hex } from '#core/bytes.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { carryAll, openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST, POST_CLERK, RELAY, setClock, type SetClock } from '../../../test/fixtures/organisation.ts';
import { officeReceipt, send, SERIES } from '../../../test/fixtures/submissions.ts';

let org: PracticeOrganisation;
let clock: SetClock;
let hub: TestStation;
let relay: TestStation;
let post: TestStation;

before(async () => {
  org = await foundTestOrganisation();
});

beforeEach(async () => {
  clock = setClock();
  hub = await openStation(org, HUB, clock);
  relay = await openStation(org, RELAY, clock);
  post = await openStation(org, POST, clock);
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
    await assert.rejects(sayUnreadable(other.id), { code: 'step-out-of-order' });
  });

  test('of what came too late nothing is asked', async () => {
    const { id } = await send(hub, org, { header: { expires: clock.at + 1 } });
    clock.at += 60_000;
    await carryAll(everyone());
    await assert.rejects(sayUnreadable(id), { code: 'dispatch-expired' });
    assert.equal(hex(id).length, 64);
  });
});
