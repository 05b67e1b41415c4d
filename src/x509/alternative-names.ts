/**
 * Where a station can be reached, as subjectAltName (RFC 5280 §4.2.1.6): host names, addresses and
 * `tram:` URIs. Nothing else is written or accepted: no wildcards, no e-mail, no other names.
 */
import { utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { contextTag, element, sequence, TAG } from './der.ts';
import type { DerReader } from './der-reader.ts';

export type AlternativeName =
  | { readonly kind: 'dns'; readonly name: string }
  /** 4 or 16 bytes, in network order. */
  | { readonly kind: 'ip'; readonly address: Uint8Array }
  | { readonly kind: 'uri'; readonly uri: string };

const NAMES_MAX = 32;
const URI_CHARACTERS_MAX = 255;
const GENERAL_NAME = { dns: contextTag(2), uri: contextTag(6), ip: contextTag(7) } as const;

const HOST_LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${HOST_LABEL}(?:\\.${HOST_LABEL})*$`);

/** @throws Refusal `text-malformed` for a name that is not of the three kinds' form, or too many */
export function encodeAlternativeNames(names: readonly AlternativeName[]): Uint8Array {
  const sound = names.length > 0 && names.length <= NAMES_MAX && names.every(isSound);
  if (!sound) throw new Refusal('text-malformed', { field: 'subjectAltName' });
  return sequence(...names.map(encodeOne));
}

function encodeOne(name: AlternativeName): Uint8Array {
  if (name.kind === 'dns') return element(GENERAL_NAME.dns, utf8(name.name));
  if (name.kind === 'uri') return element(GENERAL_NAME.uri, utf8(name.uri));
  return element(GENERAL_NAME.ip, name.address);
}

/** @throws DecodeError */
export function readAlternativeNames(reader: DerReader): AlternativeName[] {
  const field = 'subjectAltName';
  return reader.each(TAG.sequence, field, { min: 1, max: NAMES_MAX }, (inner) => {
    const name = readOne(inner, field);
    if (!isSound(name)) throw inner.error(field, 'has a name of another form');
    return name;
  });
}

function readOne(reader: DerReader, field: string): AlternativeName {
  if (reader.nextIs(GENERAL_NAME.dns)) {
    return { kind: 'dns', name: reader.text(GENERAL_NAME.dns, field) };
  }
  if (reader.nextIs(GENERAL_NAME.uri)) {
    return { kind: 'uri', uri: reader.text(GENERAL_NAME.uri, field) };
  }
  return { kind: 'ip', address: reader.read(GENERAL_NAME.ip, field) };
}

function isSound(name: AlternativeName): boolean {
  if (name.kind === 'dns') return HOST_NAME.test(name.name);
  if (name.kind === 'ip') return name.address.length === 4 || name.address.length === 16;
  return name.uri.length <= URI_CHARACTERS_MAX && /^tram:[!-~]+$/.test(name.uri);
}

/**
 * The bytes of an address as people write it: dotted IPv4, or IPv6 with at most one `::` (RFC 4291
 * §2.2, forms 1 and 2). Null where it is neither.
 */
export function parseIpAddress(text: string): Uint8Array | null {
  if (!text.includes(':')) return parseIpv4(text);
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  const values = groups.map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(values.flatMap((value) => [value >>> 8, value & 0xff]));
}

function parseIpv4(text: string): Uint8Array | null {
  const octets = text.split('.');
  const sound = octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
  return sound && octets.length === 4 ? Uint8Array.from(octets.map(Number)) : null;
}
