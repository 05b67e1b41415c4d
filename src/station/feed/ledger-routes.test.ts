/**
 * The ledger as people may read and check it: only entries that they may hear of, every leaf, and nothing that was changed,
 * left out, unsigned or other than before gets past who checks.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { base64url, concat, fromBase64url, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import { CompactTree, leafHash } from '#core/compact-tree.ts';
import { Refusal } from '#core/refusals.ts';
import { type CheckedTree, checkLedger, type LedgerVerdict, readLedger } from '#client/ledger-check.ts';
import type { Session } from '#client/session.ts';
import { ledgerOrigin, witnessName } from '#model/ledger-names.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { type Checkpoint, encodeCheckpoint, signCheckpoint } from '#wire/checkpoint.ts';
import { encodeNote, KEY_TYPE } from '#wire/note.ts';
import { openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST_CLERK, RELAY, setClock, STRANGER } from '../../../test/fixtures/organisation.ts';
import { send } from '../../../test/fixtures/submissions.ts';
import type { FeedDeps } from './deps.ts';
import { ledgerRoutes } from './ledger-routes.ts';

const { hash } = nodeCrypto;
const INCARNATION = new Uint8Array(16).fill(7);

let org: PracticeOrganisation;
let hub: TestStation;

before(async () => {
  org = await foundTestOrganisation();
  hub = await openStation(org, HUB, setClock());
  for (let i = 0; i < 3; i++) await send(hub, org);
});

type Change = (name: 'ledger' | 'ledgerCheckpoint', answer: Record<string, unknown>) => Record<string, unknown>;

/** A device of that person whose station answers by the routes, but for what the change makes of it. */
function device(person: string, note: Uint8Array | null, change: Change = (_name, answer) => answer): Session {
  const deps = {
    store: hub.store, ledger: hub.ledger, clock: nodeClock, audience: hub.dispatch.audience, stands: () => true, provider: nodeCrypto,
    requests: { waiting: async () => null, onChange: () => () => {} }, proposals: { waiting: async () => null, onChange: () => () => {} }, links: { states: async () => [], onChange: () => () => {} }, checkpoints: { latest: async () => note },
  } as FeedDeps;
  const routes = ledgerRoutes(deps);
  const call = async (name: 'ledger' | 'ledgerCheckpoint', { query = {} }: { query?: Record<string, unknown> }): Promise<unknown> => {
    const route = routes[name === 'ledger' ? 0 : 1]!;
    const request = { session: { person, device: `${person}-may` }, query: Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)])) };
    const { json } = (await route.handler(request as never)) as { json: Record<string, unknown> };
    return change(name, json);
  };
  return { api: { call }, crypto: nodeCrypto, view: org.state } as unknown as Session;
}

async function noteOf(size?: number, root?: Uint8Array, witness = false): Promise<Uint8Array> {
  const head = await hub.store.read((db) => hub.ledger.head(db, size));
  const checkpoint: Checkpoint = { origin: ledgerOrigin(org.state.organisation.id, HUB, INCARNATION), size: head.size, root: root ?? head.root, extensions: [] };
  const sign = async (code: string, name: string, types: readonly [typeof KEY_TYPE.ed25519 | typeof KEY_TYPE.ed25519Cosignature, typeof KEY_TYPE.mlDsa44Cosignature]) => {
    const { ed25519, mldsa44 } = org.stations.get(code)!.log.signer;
    return Promise.all([signCheckpoint(hash, { name, type: types[0], key: ed25519 }, checkpoint, 1_800_000_000), signCheckpoint(hash, { name, type: types[1], key: mldsa44 }, checkpoint, 1_800_000_000)]);
  };
  const own = await sign(HUB, checkpoint.origin, [KEY_TYPE.ed25519, KEY_TYPE.mlDsa44Cosignature]);
  const others = witness ? await sign(RELAY, witnessName(org.state.organisation.id, RELAY), [KEY_TYPE.ed25519Cosignature, KEY_TYPE.mlDsa44Cosignature]) : [];
  return encodeNote({ text: encodeCheckpoint(checkpoint), signatures: [...own, ...others] });
}

const check = (session: Session, earlier: CheckedTree | null = null): Promise<LedgerVerdict> => checkLedger(session, { station: HUB, incarnation: hex(INCARNATION), before: earlier });
const refuses = (reason: string) => (error: unknown): boolean => error instanceof Refusal && error.code === 'ledger-inconsistent' && error.detail['reason'] === reason;

test('a person reads the entries of their offices and no others, and every leaf', async () => {
  const page = await readLedger(device(CLERK, null), 0);
  assert.equal(page.leaves.length, page.size);
  assert.ok(page.entries.some(({ kind }) => kind === 'accepted'));
  for (const person of [STRANGER, POST_CLERK, 'nobody']) {
    const { entries, leaves } = await readLedger(device(person, null), 0);
    assert.deepEqual(entries.filter(({ kind }) => kind !== 'directory-grown'), [], person);
    assert.equal(leaves.length, page.size);
  }
  await assert.rejects(readLedger(device(CLERK, null), page.size + 1), (error) => error instanceof Refusal && error.code === 'offset-differs');
});

test('a whole ledger under a checkpoint with a witness is proved, and says of how much', async () => {
  const verdict = await check(device(CLERK, await noteOf(undefined, undefined, true)));
  assert.deepEqual([verdict.signed, verdict.witnesses, verdict.signedAt, verdict.continues], [verdict.tree.size, [RELAY], 1_800_000_000_000, null]);
  assert.ok(verdict.own > 0);
  const older = await noteOf(2);
  const again = await check(device(CLERK, older), verdict.tree);
  assert.deepEqual([again.signed, again.witnesses, again.continues], [2, [], verdict.tree.size]);
});

test('before the first checkpoint it says that nothing is signed', async () => {
  const verdict = await check(device(CLERK, null));
  assert.deepEqual([verdict.signed, verdict.tree.size], [0, 0]);
});

test('another tree than was signed, or than was checked before, is refused', async () => {
  await assert.rejects(check(device(CLERK, await noteOf(undefined, new Uint8Array(32)))), refuses('signed'));
  const { tree } = await check(device(CLERK, await noteOf()));
  await assert.rejects(check(device(CLERK, await noteOf()), { ...tree, root: '00'.repeat(32) }), refuses('before'));
  await assert.rejects(check(device(CLERK, await noteOf()), { ...tree, size: tree.size + 1 }), refuses('short'));
  const restored = await check(device(CLERK, await noteOf()), { ...tree, origin: 'tram/ffff/ledger/x/eeee', root: '00'.repeat(32) });
  assert.deepEqual([restored.continues, restored.isNewIncarnation], [null, true]);
});

test('an entry that is not the one whose leaf stands there is refused', async () => {
  const session = device(CLERK, await noteOf(), (name, answer) => {
    if (name !== 'ledger') return answer;
    const [first, ...others] = answer['entries'] as { index: number; bytes: string }[];
    const bytes = fromBase64url(first!.bytes)!.slice();
    bytes[bytes.length - 1]! ^= 1;
    return { ...answer, entries: [{ ...first!, bytes: base64url(bytes) }, ...others] };
  });
  await assert.rejects(check(session), refuses('entry'));
  const moved = device(CLERK, await noteOf(), (name, answer) => (name !== 'ledger' ? answer
    : { ...answer, entries: (answer['entries'] as { index: number; bytes: string }[]).map((one) => ({ ...one, index: 100_000 })) }));
  await assert.rejects(check(moved), refuses('answer'));
});

test('a leaf that was left out or put in another place is refused, and a checkpoint of half the keys', async () => {
  const swapped = device('nobody', await noteOf(), (name, answer) => {
    if (name !== 'ledger') return answer;
    const leaves = fromBase64url(String(answer['leaves']))!;
    return { ...answer, entries: [], leaves: base64url(concat(leaves.subarray(32, 64), leaves.subarray(0, 32), leaves.subarray(64))) };
  });
  await assert.rejects(check(swapped), refuses('signed'));
  const note = fromUtf8(await noteOf())!;
  const half = utf8(note.split('\n').filter((_line, i, all) => i !== all.length - 2).join('\n'));
  await assert.rejects(check(device(CLERK, half)), (error) => error instanceof Refusal && error.code === 'signature-wrong');
});

test('leaves are those of the tree', async () => {
  const { leaves } = await readLedger(device('nobody', null), 0);
  const entries = await hub.store.read(async (db) => hub.ledger.entries(db, 0, await hub.ledger.size(db)));
  assert.deepEqual(leaves.map(hex), entries.map(({ bytes }) => hex(leafHash(hash, bytes))));
  const tree = new CompactTree(hash);
  for (const leaf of leaves) tree.push(leaf);
  assert.equal(hex(tree.root()), hex((await hub.store.read((db) => hub.ledger.head(db))).root));
});
