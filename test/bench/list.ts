/**
 * One dispatch to a list, beside as many dispatches to one office each: the author's device (cores signed by two persons,
 * stanzas sealed), the origin station (acceptance, in memory: no disk), and what each link carries. Stanzas are pruned:
 * a link carries those of the offices behind it and no others.
 */
import { base64url } from '#core/bytes.ts';
import { checkComposition } from '#client/dispatch/compose.ts';
import { type Actor, authorDraft, endorse, type OpenDraft } from '#client/dispatch/draft.ts';
import { sealDispatch, sealStatementOf, stanzaTargets } from '#client/dispatch/sealing.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { signOne } from '#wire/sign.ts';
import { offerOf, openStation, type TestStation } from '../fixtures/dispatch-station.ts';
import { setClock } from '../fixtures/organisation.ts';
import { timed } from './measure.ts';

export const NOW = Date.UTC(2026, 10, 23, 8);
const TEXT = 'DIỄN TẬP. Mưa lớn diện rộng từ 20 giờ; đề nghị các xã di dời các hộ ven suối trước 18 giờ và báo cáo. '.repeat(14);
export const HUB = 'trung-tam';

export interface ListFigures {
  readonly offices: number;
  /** Seconds. */
  readonly device: number;
  readonly accept: number;
  /** Bytes: what the device submits, and what the link to one of the offices carries as head. */
  readonly submitted: number;
  readonly perLink: number;
}

/** The same text to a list of that many offices, and to each of them alone. */
export async function measureList(offices: number): Promise<{ readonly together: ListFigures; readonly apart: ListFigures }> {
  const practice = await province(offices);
  const clock = setClock(NOW);
  const hops = Object.fromEntries(Array.from({ length: offices }, (_, i) => [`tram-${i}`, `tram-${i}`]));
  const station = await openStation(practice, HUB, clock, { hops: () => hops });
  const all = Array.from({ length: offices }, (_, i) => `xa-${i}`);
  try {
    return { together: await measure(practice, station, [all]), apart: await measure(practice, station, all.map((office) => [office])) };
  } finally {
    await station.store.close();
  }
}

async function measure(practice: PracticeOrganisation, station: TestStation, groups: readonly (readonly string[])[]): Promise<ListFigures> {
  const submissions: Uint8Array[] = [];
  const device = await timed(async () => {
    for (const [i, group] of groups.entries()) submissions.push(await sealed(practice, group, i + 1));
  });
  const numbers = await station.dispatch.numbers.batch({ person: 'anh' }, 'vp', '2026', groups.length);
  const accept = await timed(async () => {
    for (const [i, submission] of submissions.entries()) {
      const number = { series: '2026', number: numbers.number.number + i };
      await station.dispatch.acceptance.accept({ person: 'anh' }, { draft: null, office: 'vp', number, submission: base64url(submission) });
    }
  });
  const queue = await station.queue();
  const { head } = await offerOf(station, queue.at(-1)!);
  const offices = groups.flat().length;
  return { offices, device, accept, submitted: submissions.reduce((sum, { length }) => sum + length, 0), perLink: head.length };
}

/** One text from the hub's office to these, written, signed and sealed as a device does. @returns what is submitted */
export async function sealed(practice: PracticeOrganisation, to: readonly string[], number: number): Promise<Uint8Array> {
  const deps = { crypto: nodeCrypto, random: nodeRandom, view: practice.state };
  const recipients = to.map((office) => ({ to: { office }, role: 'action' as const, precedence: 'priority' as const }));
  const composition = checkComposition({
    office: 'vp', recipients, documentType: 'Công điện', subject: 'Ứng phó mưa lũ', text: TEXT, classification: 'none', exercise: true, attachments: [],
  }, deps, NOW);
  let open: OpenDraft = await authorDraft(deps, composition, [], actor(practice, 'anh', 'vp-anh'), NOW);
  for (const purpose of ['approve', 'sign'] as const) open = await endorse(deps, open, purpose, actor(practice, 'khue', 'vp-khue'), NOW);
  const statement = sealStatementOf(nodeCrypto, open, { position: 'vp-anh', symbol: 'UBND-VP' }, { series: '2026', number }, NOW);
  const seal = { statement, signature: await signOne(nodeCrypto, practice.seals.get('vp-anh')!.signer, 'office-seal', statement, nodeRandom) };
  return (await sealDispatch(nodeCrypto, nodeRandom, open, seal, HUB, stanzaTargets(deps, open.core, NOW))).submission;
}

function actor(practice: PracticeOrganisation, person: string, position: string): Actor {
  return { person, position, signer: practice.devices.get(`${person}-may`)!.signer };
}

/** The hub with its office and the two persons who sign. */
export async function foundHub(): Promise<PracticeOrganisation> {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, station: HUB });
  await practice.addOffice('vp', HUB, 'Văn phòng');
  await practice.addOfficeKey('vp', 'storage');
  for (const [person, name] of [['anh', 'Nguyễn Thị Ánh'], ['khue', 'Đặng Ngọc Khuê']] as const) {
    await practice.addPerson(person, name);
    await practice.addPosition(`vp-${person}`, 'vp');
    await practice.hold(person, `vp-${person}`);
  }
  return practice;
}

async function province(offices: number): Promise<PracticeOrganisation> {
  const practice = await foundHub();
  for (let i = 0; i < offices; i++) {
    await practice.addStation(`tram-${i}`, `Xã ${i}`);
    await practice.connect(`tram-${i}`, HUB);
    await practice.addOffice(`xa-${i}`, `tram-${i}`, `Xã ${i}`);
    await practice.addOfficeKey(`xa-${i}`, 'transport');
  }
  return practice;
}

export function listTable({ together, apart }: { readonly together: ListFigures; readonly apart: ListFigures }): string {
  const ratio = (of: (figures: ListFigures) => number): string => (of(apart) / of(together)).toFixed(1);
  const row = (name: string, of: (figures: ListFigures) => number, shown: (value: number) => string): string =>
    `| ${name} | ${shown(of(together))} | ${shown(of(apart))} | ${ratio(of)} |`;
  const ms = (value: number): string => `${(1_000 * value).toFixed(1)} ms`;
  const bytes = (value: number): string => `${(value / 1_000).toFixed(1)} kB`;
  return [
    `| one text to ${together.offices} offices | one dispatch | ${together.offices} dispatches | ratio |`, '| --- | --- | --- | --- |',
    row('device: two persons sign, office seals, stanzas', ({ device }) => device, ms),
    row('station: acceptance, without a disk', ({ accept }) => accept, ms),
    row('submitted by the device', ({ submitted }) => submitted, bytes),
    row('head on the link to one office', ({ perLink }) => perLink, bytes),
  ].join('\n');
}
