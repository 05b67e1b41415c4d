/**
 * A joining station brings in what is new and nothing else. Its request was written at the new station: a code there that
 * stands in the directory would give whoever sits there an office that is another's, its seal and keys, or a person's name.
 * Asked by the registrar who admits, and by the one who signs second. Source: docs/protocol/directory.md §Joining.
 */
import { equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { entryRefusal } from '#model/directory-faults.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { JoinRequestStatement } from '#wire/invitation.ts';

/** Whether the station stands with the keys that it asks for: it was admitted before, and its file is all that lacks. */
export function isAdmitted(view: DirectoryView, asked: Pick<JoinRequestStatement, 'station' | 'keys'>): boolean {
  const known = view.station(asked.station);
  return known?.endedBy === null && equal(known.verifier.p256, asked.keys.p256) && equal(known.verifier.mldsa, asked.keys.mldsa);
}

/**
 * That entries of which one is a station's name only what came with it, under codes that nothing has or had. Entries
 * without a station are no admission, and pass.
 * @throws Refusal `stands-already`; `directory-entry-refused` for a key whose number is not the first of its office
 */
export function demandNewcomers(view: DirectoryView, plans: readonly EntryPlan[]): void {
  if (!plans.some(({ kind }) => kind === 'station')) return;
  const numbers = new Map<string, number>();
  for (const [index, { kind, body }] of plans.entries()) {
    switch (kind) {
      case 'station': demandNew(view.station(body.station), { station: body.station }); break;
      case 'office': demandNew(view.office(body.office), { office: body.office }); break;
      case 'position':
        demandNew(view.position(body.position), { position: body.position });
        demandNew(view.office(body.office), { office: body.office });
        break;
      case 'person': demandNewPerson(view, body.person); break;
      case 'device':
        demandNew(view.device(body.device), { device: body.device });
        demandNewPerson(view, body.person);
        break;
      case 'holder':
        demandNew(view.position(body.position), { position: body.position });
        demandNewPerson(view, body.person);
        break;
      case 'office-key': {
        demandNew(view.office(body.office), { office: body.office });
        const number = (numbers.get(`${body.office} ${body.purpose}`) ?? 0) + 1;
        // The greatest number is the newest key: a first one that is greater would be it for as long.
        if (body.number !== number) throw entryRefusal('number-too-far', { index, kind });
        numbers.set(`${body.office} ${body.purpose}`, number);
        break;
      }
      default: break;
    }
  }
}

/** Registrars may have no entry of a person, and are known by the code all the same. */
function demandNewPerson(view: DirectoryView, person: string): void {
  demandNew(view.person(person) ?? view.registrars().find((one) => one.person === person) ?? null, { person });
}

function demandNew(known: object | null, detail: Readonly<Record<string, string>>): void {
  if (known !== null) throw new Refusal('stands-already', detail);
}
