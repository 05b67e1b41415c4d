/**
 * How people here write offices: own ones by their code, those of another organisation behind the name that the agreement
 * gives it, `bo-doi/don`. Source: docs/protocol/federation.md.
 */

import { equal, fromHex } from '#core/bytes.ts';
import { printable } from '#core/printable.ts';
import { Refusal } from '#core/refusals.ts';
import { newestWith } from '#model/agreements.ts';
import { directoryOf, isOwn, type Peers } from '#model/directories.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import { LIMITS } from '#wire/limits.ts';
import type { OfficeRef } from '#wire/names.ts';

/** Between a peer's name and an office of its; no code has it. */
const BETWEEN = '/';

type Own = Pick<DirectoryView, 'organisation' | 'agreements' | 'agreement'>;

/** Every directory that is known here: the own, and what peers show. */
export interface Known {
  readonly view: DirectoryView;
  readonly peers?: Peers | undefined;
}

/** `don`, or `bo-doi/don`. */
export function officeText(own: Own, { organisation, office }: OfficeRef): string {
  return equal(organisation, own.organisation.id) ? office : `${peerText(own, organisation)}${BETWEEN}${office}`;
}

/** The same for a station: `hub`, or `bo-doi/hub`. */
export function stationText(own: Own, organisation: Uint8Array, station: string): string {
  return officeText(own, { organisation, office: station });
}

/** What people here call an organisation; `?` for one with which there never was an agreement. */
export function peerText(own: Own, organisation: Uint8Array): string {
  return newestWith(own, organisation)?.peer ?? '?';
}

/** Whose agreement a name means, ended ones too. @throws Refusal `agreement-missing` */
export function peerNamed(own: Own, peer: string): AgreementRecord {
  const agreement = own.agreement(peer);
  if (agreement === null) throw new Refusal('agreement-missing', { organisation: shown(peer) });
  return agreement;
}

/** The office that somebody typed. Whether there is such an office is not asked here. @throws Refusal `agreement-missing` */
export function officeNamed(own: Own, typed: string): OfficeRef {
  const at = typed.indexOf(BETWEEN);
  if (at === -1) return { organisation: own.organisation.id, office: typed };
  return { organisation: peerNamed(own, typed.slice(0, at)).organisation, office: typed.slice(at + 1) };
}

/** An office as a station names it in its answers: as people write it, or behind its organisation's id in hexadecimal. */
export function officeTold(own: Own, name: string): OfficeRef {
  const [, organisation, office] = /^([0-9a-f]{32})\/(.*)$/.exec(name) ?? [];
  const isPeer = organisation === undefined || own.agreement(organisation) !== null;
  return isPeer ? officeNamed(own, name) : { organisation: fromHex(organisation)!, office: office! };
}

/** For people to read: `Văn phòng`, `Đồn Sốp Cộp (bo-doi/don)`, and the code alone where nothing is known of it. */
export function officeLabel({ view, peers }: Known, ref: OfficeRef): string {
  return labelled(officeText(view, ref), isOwn(view, ref), (isOwn(view, ref) ? view : peers?.view(ref.organisation))?.office(ref.office)?.name);
}

/** Who is meant by a code in what an office says: of its own organisation, never one of ours that bears the same. */
export function personLabel({ view, peers }: Known, { organisation }: Pick<OfficeRef, 'organisation'>, person: string): string {
  if (isOwn(view, { organisation })) return view.person(person)?.name ?? person;
  return printable(peers?.view(organisation)?.person(person)?.name ?? person);
}

/** A station in the same way; @param name as stationText gives it */
export function stationLabel({ view, peers }: Known, name: string): string {
  const at = name.indexOf(BETWEEN);
  if (at === -1) return view.station(name)?.site ?? view.agreement(name)?.name ?? name;
  const agreement = view.agreement(name.slice(0, at));
  const site = agreement === null ? undefined : peers?.view(agreement.organisation)?.station(name.slice(at + 1))?.site;
  return labelled(name, false, site);
}

/** Another organisation names itself, and must not turn around what tells whose it is. */
function labelled(text: string, isOurs: boolean, name: string | undefined): string {
  if (name === undefined) return text;
  return isOurs ? name : `${printable(name)} (${text})`;
}

/** The directory in which an office stands. @throws Refusal `peer-not-shown` where it shows nothing yet */
export function directoryNamed({ view, peers }: Known, { organisation }: Pick<OfficeRef, 'organisation'>): DirectoryView {
  if (!isOwn(view, { organisation }) && (peers?.view(organisation) ?? null) === null) throw new Refusal('peer-not-shown', { organisation: peerText(view, organisation) });
  return directoryOf(view, peers, organisation);
}

/** Part of what somebody typed, for a message: letters of any script as they are, and nothing that could move a cursor. */
export function shown(typed: string): string {
  return [...typed.normalize('NFC')].slice(0, LIMITS.codeBytes).join('').replaceAll(/[^\p{L}\p{M}\p{N} /_.-]/gu, '?');
}
