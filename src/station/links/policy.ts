/**
 * Who carries bundles, and who may meet whom: stations that the directory has made neighbours, the exchange station of an organisation with which an
 * agreement counts, and nobody else. Source: docs/protocol/frames.md, federation.md §Links over the border.
 */
import { equal } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { agreementsAt, demandMirrored } from '#model/agreements.ts';
import type { Peers } from '#model/directories.ts';
import type { AgreementRecord, DirectoryView, StationRecord } from '#model/directory-view.ts';

/** From where it is looked. */
export interface Here {
  readonly view: DirectoryView;
  /** What other organisations show. */
  readonly peers: Peers;
  /** Code of this station. */
  readonly station: string;
  readonly now: Instant;
}

export interface Neighbour {
  /** As its own organisation's directory has it. */
  readonly record: StationRecord;
  /** The other organisation where a border lies between us; null within the own. */
  readonly beyond: Uint8Array | null;
}

/**
 * @param peer a station's code, or what we call another organisation
 * @returns null where the directory lacks it, has ended it, or has neither link nor agreement between us that counts now
 */
export function neighbourOf(here: Here, peer: string): Neighbour | null {
  const { view, station } = here;
  const agreement = view.agreement(peer);
  if (agreement !== null) return beyondBorder(here, agreement);
  const record = view.station(peer);
  const isNeighbour = record !== null && record.endedBy === null && view.neighbours(station).includes(peer);
  return isNeighbour ? { record, beyond: null } : null;
}

/** Every neighbour's name, in the order of the names; across a border also one with which nothing counts at present. */
export function neighbourNames({ view, station }: Here): string[] {
  return [...view.neighbours(station), ...agreementsAt(view, station).map(({ peer }) => peer)].toSorted();
}

/** What we call the organisation whose exchange station shows that very certificate, where an agreement counts; else null. */
export function peerShowing(here: Here, linkCertificate: Uint8Array): string | null {
  const shows = ({ peer }: AgreementRecord): boolean => {
    const neighbour = neighbourOf(here, peer);
    return neighbour !== null && equal(neighbour.record.link, linkCertificate);
  };
  return agreementsAt(here.view, here.station).find(shows)?.peer ?? null;
}

/**
 * Who carries bundles: a clerk of any office that lives here, or a registrar.
 * @param mayFor whether they may for that office
 * @throws Refusal `not-entitled`
 */
export function demandCarrier(view: DirectoryView, person: string, mayFor: (office: string) => boolean): void {
  const mayCarry = view.offices().some(({ office }) => mayFor(office)) || view.registrars().some((one) => one.person === person);
  if (!mayCarry) throw new Refusal('not-entitled', { right: 'carry' });
}

function beyondBorder({ view, peers, station, now }: Here, agreement: AgreementRecord): Neighbour | null {
  const other = peers.view(agreement.organisation);
  if (other === null || agreement.station !== station || agreement.endedBy !== null) return null;
  const record = other.station(agreement.peerStation);
  const isMirrored = record !== null && record.endedBy === null && counts(() => demandMirrored(view, other, now).ours.peer === agreement.peer);
  return isMirrored ? { record, beyond: agreement.organisation } : null;
}

function counts(work: () => boolean): boolean {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'agreement-missing') return false;
    throw error;
  }
}
