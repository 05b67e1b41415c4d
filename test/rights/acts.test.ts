/** One list of acts: the station's policy, a device with its pages, and the printed page give everybody the same answer. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Session } from '#client/session.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { type Act, ACTS, positionMay, whoMay } from '#model/rights.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { demand, may } from '#station/dispatch/policy.ts';
import { type Right, RIGHTS } from '#wire/directory.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const OFFICE = 'van-phong';
const ROOT = new URL('../../', import.meta.url);
const acts = Object.keys(ACTS) as Act[];
const rights = Object.keys(RIGHTS) as Right[];

/** Files that speak of rights themselves, whatever they are for. */
const OF_RIGHTS = {
  'model/rights.ts': 'the list',
  'model/directory-state.ts': 'by which the list asks',
  'model/delegations.ts': 'which rights may be delegated, and which are left of those',
  'client/directory/entitlements.ts': 'who has the right that was asked about by its name',
  'web/directory/position-acts.tsx': 'which usual set of rights was chosen',
} as const;

/** An office with one person for each right alone, called after it, and one with none. */
async function found(): Promise<PracticeOrganisation> {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice(OFFICE, 'tram-tinh', 'Văn phòng');
  for (const [person, has] of [...rights.map((right) => [right, [right]] as const), ['nobody', []] as const]) {
    await practice.addPosition(`position-${person}`, OFFICE, has);
    await practice.addPerson(person, 'Đặng Ngọc Khuê');
    await practice.hold(person, `position-${person}`);
  }
  return practice;
}

describe('one list of acts', async () => {
  const { state: view } = await found();
  const clock = { now: () => NOW } as never;
  const here = { view: () => view, clock, station: 'tram-tinh' };
  const mayByDevice = (person: string, act: Act): boolean => Session.prototype.may.call({ view, ring: { contents: { person } }, now: () => NOW } as never, act, OFFICE);

  for (const right of [...rights, 'nobody' as const]) {
    it(`gives ${right} alone the same acts by policy, on a device and by the seal of a position`, () => {
      const permitted = acts.filter((act) => (ACTS[act] as readonly string[]).includes(right));
      assert.deepEqual(acts.filter((act) => may(here, { person: right }, act, OFFICE)), permitted);
      assert.deepEqual(acts.filter((act) => mayByDevice(right, act)), permitted);
      assert.deepEqual(acts.filter((act) => positionMay(view.position(`position-${right}`), act)), permitted);
      assert.deepEqual(acts.filter((act) => whoMay(view, act, OFFICE, NOW).some(({ person }) => person === right)), permitted);
    });
  }

  it('gives nobody anything on a device that is no person\'s, or in another office', () => {
    const mayByNobody = (act: Act): boolean => Session.prototype.may.call({ view, ring: { contents: {} }, now: () => NOW } as never, act, OFFICE);
    assert.deepEqual(acts.filter(mayByNobody), []);
    assert.deepEqual(acts.filter((act) => whoMay(view, act, 'khong-co', NOW).length > 0), []);
  });

  it('lets whoever receives say that it was handed over, as docs/protocol/receipts.md says, and nobody who writes', () => {
    demand(here, { person: 'receive' }, 'say handed over', OFFICE);
    demand(here, { person: 'hand-over' }, 'say acted', OFFICE);
    assert.throws(() => demand(here, { person: 'hand-over' }, 'say opened', OFFICE), { code: 'not-entitled' });
    assert.throws(() => demand(here, { person: 'draft' }, 'say handed over', OFFICE), { code: 'not-entitled' });
    assert.throws(() => demand(here, { person: 'dispatch' }, 'give flash', OFFICE), { code: 'precedence-not-permitted' });
  });

  it('is what docs/operating/rights.md prints', () => {
    const page = readFileSync(new URL('docs/operating/rights.md', ROOT), 'utf8').split('## Acts')[1]!.split('##')[0]!;
    const printed = [...page.matchAll(/^\| (.+?) \| (.+?) \|$/gm)].map(([, act, any]) => [act, any]).filter(([act]) => act !== 'act');
    assert.deepEqual(printed, acts.map((act) => [act, ACTS[act].join(', ')]));
  });

  it('is asked by every other file: none asks for a right by its name, nor by a name for it', () => {
    const byName = new RegExp(String.raw`\b(?:may|entitled)\([^()]*(?:\([^()]*\)[^()]*)*['"](?:${rights.join('|')})['"]`);
    const ofDirectory = /\bview\.may\(|\.entitled\(|\brights\??\.(?:includes|indexOf|some|find)\(/;
    assert.match("view.may(actorOf(ring).person, 'keys', office, now)", byName);
    for (const walkAround of ['way.rights.includes(right)', 'view.may(person, right, office, at)', 'view.entitled(missing, office, at)', "held.rights?.includes('sign')"]) assert.match(walkAround, ofDirectory);
    const asking = readdirSync(new URL('src', ROOT), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.test.ts'))
      .filter((path) => {
        const text = readFileSync(new URL(`src/${path}`, ROOT), 'utf8');
        return byName.test(text) || (!Object.hasOwn(OF_RIGHTS, path) && ofDirectory.test(text));
      });
    assert.deepEqual(asking, []);
  });
});
