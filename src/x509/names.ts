/**
 * Distinguished names of subjects and issuers: an ordered list of attributes, one to each relative
 * name.
 *
 * Source: RFC 5280 §4.1.2.4 with the upper bounds of X.520. Text is UTF8String in NFC, because
 * Vietnamese letters have two spellings in Unicode and names are compared here byte for byte; C and
 * serialNumber are PrintableString as X.520 demands.
 */
import { type RefusalCode, Refusal } from '#core/refusals.ts';
import { oid, printableString, sequence, setOf, TAG, utf8String } from './der.ts';
import type { DerReader } from './der-reader.ts';
import { OID } from './oids.ts';

export type AttributeType = 'C' | 'O' | 'OU' | 'CN' | 'serialNumber' | 'title';

export interface NameAttribute {
  readonly type: AttributeType;
  readonly value: string;
}

/** From the widest (C) to the narrowest (CN), 1 to 16 attributes. */
export type DistinguishedName = readonly NameAttribute[];

const ATTRIBUTE_OIDS: Readonly<Record<AttributeType, string>> = {
  C: OID.countryName,
  O: OID.organizationName,
  OU: OID.organizationalUnitName,
  CN: OID.commonName,
  serialNumber: OID.serialNumber,
  title: OID.title,
};

const PRINTABLE_TYPES: readonly AttributeType[] = ['C', 'serialNumber'];
/** The repertoire of PrintableString (X.680 §41.4). */
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
/**
 * What would make two names look alike: control, format and separator characters, and spaces at the
 * ends or doubled.
 */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s|\s$|\s\s/u;
const ATTRIBUTES_MAX = 16;
/**
 * X.520 ub-common-name, ub-organization-name, ub-organizational-unit-name, ub-serial-number,
 * ub-title.
 */
const CODE_POINTS_MAX = 64;

/**
 * Checks and encodes a name.
 * @throws Refusal `name-empty`, `name-too-long`, `name-not-nfc`, `text-malformed`; detail: the
 *   attribute's type
 */
export function encodeName(name: DistinguishedName): Uint8Array {
  if (name.length === 0) throw new Refusal('name-empty');
  if (name.length > ATTRIBUTES_MAX) throw new Refusal('name-too-long');
  return sequence(...name.map(encodeAttribute));
}

function encodeAttribute(attribute: NameAttribute): Uint8Array {
  const fault = findFault(attribute);
  if (fault !== null) throw new Refusal(fault, { attribute: attribute.type });
  const printable = PRINTABLE_TYPES.includes(attribute.type);
  const value = printable ? printableString(attribute.value) : utf8String(attribute.value);
  return setOf(sequence(oid(ATTRIBUTE_OIDS[attribute.type]), value));
}

/** @throws DecodeError for whatever encodeName would not have written */
export function readName(reader: DerReader, field: string): DistinguishedName {
  const bounds = { min: 1, max: ATTRIBUTES_MAX };
  return reader.each(TAG.sequence, field, bounds, (inner) =>
    inner.within(TAG.set, field, (relative) =>
      relative.within(TAG.sequence, field, (pair) => readAttribute(pair, field)),
    ),
  );
}

function readAttribute(reader: DerReader, field: string): NameAttribute {
  const dotted = reader.oid(field);
  const type = ATTRIBUTE_TYPES.find((one) => ATTRIBUTE_OIDS[one] === dotted);
  if (type === undefined) throw reader.error(field, 'has an attribute of another type');
  const tag = PRINTABLE_TYPES.includes(type) ? TAG.printableString : TAG.utf8String;
  const attribute = { type, value: reader.text(tag, field) };
  const fault = findFault(attribute);
  if (fault !== null) throw reader.error(field, `has a value refused as ${fault}`);
  return attribute;
}

const ATTRIBUTE_TYPES = Object.keys(ATTRIBUTE_OIDS) as AttributeType[];

/** What is wrong with an attribute's value, or null. */
function findFault({ type, value }: NameAttribute): RefusalCode | null {
  if (value.trim() === '') return 'name-empty';
  if (!value.isWellFormed() || DECEPTIVE.test(value)) return 'text-malformed';
  if (value.normalize('NFC') !== value) return 'name-not-nfc';
  if ([...value].length > CODE_POINTS_MAX) return 'name-too-long';
  if (type === 'C') return /^[A-Z]{2}$/.test(value) ? null : 'text-malformed';
  if (type === 'serialNumber' && !PRINTABLE.test(value)) return 'text-malformed';
  return null;
}
