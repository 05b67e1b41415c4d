/**
 * The extensions of our certificates and no others that are critical. Sources: RFC 5280 §4.2.1; RFC
 * 9763 §4 for the hash of the twin; RFC 9881 §5, which leaves ML-DSA keys only the usages that
 * sign.
 *
 * An unknown extension that is not critical is passed over: certificates outlive the program that
 * reads them, and a later one may say more.
 */
import {
  type AlternativeName,
  encodeAlternativeNames,
  readAlternativeNames,
} from './alternative-names.ts';
import * as der from './der.ts';
import { contextTag, element, namedBits, octetString, oid, sequence, TAG } from './der.ts';
import type { DerReader } from './der-reader.ts';
import { OID } from './oids.ts';

export type KeyUsage = 'digitalSignature' | 'nonRepudiation' | 'keyCertSign' | 'cRLSign';
export type ExtendedKeyUsage = 'serverAuth' | 'clientAuth';

export interface Extensions {
  readonly authority: boolean;
  /** How many authorities may stand between this one and an end; null for no bound and for ends. */
  readonly pathLength: number | null;
  /** In the order of the bits. */
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[];
  readonly alternativeNames: readonly AlternativeName[];
  readonly subjectKeyIdentifier: Uint8Array;
  /** Null in a root only. */
  readonly authorityKeyIdentifier: Uint8Array | null;
  /** SHA-256 of the whole P-256 certificate, in the ML-DSA twin of an end; else null. */
  readonly relatedCertificate: Uint8Array | null;
}

const KEY_USAGE_BITS: Readonly<Record<KeyUsage, number>> = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyCertSign: 5,
  cRLSign: 6,
};

const PURPOSES = ['serverAuth', 'clientAuth'] as const satisfies readonly ExtendedKeyUsage[];
const EXTENSIONS_MAX = 16;
const KEY_IDENTIFIER_BYTES_MAX = 32;
const SHA256_BYTES = 32;

const AKI_KEY_IDENTIFIER = contextTag(0);

/** Extensions ::= SEQUENCE OF Extension, always in the same order. */
export function encodeExtensions(extensions: Extensions): Uint8Array {
  const { alternativeNames, authorityKeyIdentifier, relatedCertificate } = extensions;
  const purposes = extensions.extendedKeyUsage.map((purpose) => oid(OID[purpose]));
  const bits = extensions.keyUsage.map((usage) => KEY_USAGE_BITS[usage]);
  return sequence(
    extension(OID.basicConstraints, encodeConstraints(extensions)),
    extension(OID.keyUsage, namedBits(bits)),
    extension(OID.subjectKeyIdentifier, octetString(extensions.subjectKeyIdentifier)),
    ...present(authorityKeyIdentifier, (identifier) =>
      extension(OID.authorityKeyIdentifier, sequence(element(AKI_KEY_IDENTIFIER, identifier))),
    ),
    ...present(purposes.length === 0 ? null : purposes, (some) =>
      extension(OID.extKeyUsage, sequence(...some)),
    ),
    ...present(alternativeNames.length === 0 ? null : alternativeNames, (some) =>
      extension(OID.subjectAltName, encodeAlternativeNames(some)),
    ),
    ...present(relatedCertificate, (hash) =>
      extension(OID.relatedCertificate, sequence(sequence(oid(OID.sha256)), octetString(hash))),
    ),
  );
}

function present<T>(value: T | null, encode: (value: T) => Uint8Array): Uint8Array[] {
  return value === null ? [] : [encode(value)];
}

function extension(dotted: string, value: Uint8Array): Uint8Array {
  const critical = isCritical(dotted) ? der.boolean(true) : new Uint8Array();
  return sequence(oid(dotted), critical, octetString(value));
}

/**
 * Which extensions a stranger must understand or refuse the certificate: those that limit the key.
 */
function isCritical(dotted: string): boolean {
  return dotted === OID.basicConstraints || dotted === OID.keyUsage;
}

function encodeConstraints({ authority, pathLength }: Extensions): Uint8Array {
  if (!authority) return sequence();
  const bound = pathLength === null ? new Uint8Array() : der.smallInteger(pathLength);
  return sequence(der.boolean(true), bound);
}

type Draft = { -readonly [Key in keyof Extensions]?: Extensions[Key] };

/** How each known extension is read: its result fills some of the fields. */
const READERS: Readonly<Record<string, (reader: DerReader) => Draft>> = {
  [OID.basicConstraints]: readConstraints,
  [OID.keyUsage]: readKeyUsage,
  [OID.subjectKeyIdentifier]: (reader) => ({
    subjectKeyIdentifier: readKeyIdentifier(reader, TAG.octetString, 'subjectKeyIdentifier'),
  }),
  [OID.authorityKeyIdentifier]: (reader) => ({
    authorityKeyIdentifier: reader.within(TAG.sequence, 'authorityKeyIdentifier', (inner) =>
      readKeyIdentifier(inner, AKI_KEY_IDENTIFIER, 'authorityKeyIdentifier'),
    ),
  }),
  [OID.extKeyUsage]: readExtendedKeyUsage,
  [OID.subjectAltName]: (reader) => ({ alternativeNames: readAlternativeNames(reader) }),
  [OID.relatedCertificate]: readRelatedCertificate,
};

/** @throws DecodeError for a missing, repeated, ill-formed or unknown critical extension */
export function readExtensions(reader: DerReader): Extensions {
  const seen = new Set<string>();
  const bounds = { min: 1, max: EXTENSIONS_MAX };
  const drafts = reader.each(TAG.sequence, 'extensions', bounds, (inner) =>
    inner.within(TAG.sequence, 'extension', (one) => readExtension(one, seen)),
  );
  const draft: Draft = Object.assign({}, ...drafts);
  const { authority, pathLength, keyUsage, subjectKeyIdentifier } = draft;
  if (authority === undefined || pathLength === undefined || keyUsage === undefined) {
    throw reader.error('extensions', 'lack basicConstraints or keyUsage');
  }
  if (subjectKeyIdentifier === undefined) {
    throw reader.error('extensions', 'lack subjectKeyIdentifier');
  }
  return {
    authority,
    pathLength,
    keyUsage,
    subjectKeyIdentifier,
    extendedKeyUsage: draft.extendedKeyUsage ?? [],
    alternativeNames: draft.alternativeNames ?? [],
    authorityKeyIdentifier: draft.authorityKeyIdentifier ?? null,
    relatedCertificate: draft.relatedCertificate ?? null,
  };
}

function readExtension(reader: DerReader, seen: Set<string>): Draft {
  const dotted = reader.oid('extension.extnID');
  if (seen.has(dotted)) throw reader.error('extension', 'stands twice');
  seen.add(dotted);
  const critical = reader.nextIs(TAG.boolean) && reader.boolean('extension.critical');
  const read = Object.hasOwn(READERS, dotted) ? READERS[dotted] : undefined;
  if (read === undefined) {
    if (critical) throw reader.error('extension', 'is unknown and critical');
    reader.read(TAG.octetString, 'extension.extnValue');
    return {};
  }
  if (critical !== isCritical(dotted)) throw reader.error('extension', 'has another criticality');
  return reader.within(TAG.octetString, 'extension.extnValue', read);
}

function readConstraints(reader: DerReader): Draft {
  return reader.within(TAG.sequence, 'basicConstraints', (inner) => {
    if (inner.atEnd) return { authority: false, pathLength: null };
    // FALSE is the default and must be absent (X.690 §11.5).
    if (!inner.boolean('basicConstraints.cA')) throw inner.error('basicConstraints', 'says FALSE');
    const pathLength = inner.atEnd ? null : inner.smallInteger('basicConstraints.pathLen');
    return { authority: true, pathLength };
  });
}

function readKeyUsage(reader: DerReader): Draft {
  const bits = reader.namedBits('keyUsage');
  const keyUsage = KEY_USAGES.filter((usage) => bits.includes(KEY_USAGE_BITS[usage]));
  if (keyUsage.length !== bits.length) throw reader.error('keyUsage', 'allows more than signing');
  return { keyUsage };
}

const KEY_USAGES = Object.keys(KEY_USAGE_BITS) as KeyUsage[];

function readKeyIdentifier(reader: DerReader, tag: number, field: string): Uint8Array {
  const identifier = reader.read(tag, field);
  const sound = identifier.length > 0 && identifier.length <= KEY_IDENTIFIER_BYTES_MAX;
  if (!sound) throw reader.error(field, 'has another length');
  return identifier;
}

function readExtendedKeyUsage(reader: DerReader): Draft {
  const field = 'extKeyUsage';
  const bounds = { min: 1, max: PURPOSES.length };
  const extendedKeyUsage = reader.each(TAG.sequence, field, bounds, (inner) => {
    const dotted = inner.oid(field);
    const purpose = PURPOSES.find((one) => OID[one] === dotted);
    if (purpose === undefined) throw inner.error(field, 'names another purpose');
    return purpose;
  });
  if (new Set(extendedKeyUsage).size !== extendedKeyUsage.length) {
    throw reader.error(field, 'names a purpose twice');
  }
  return { extendedKeyUsage };
}

function readRelatedCertificate(reader: DerReader): Draft {
  const field = 'relatedCertificate';
  return reader.within(TAG.sequence, field, (inner) => {
    const dotted = inner.within(TAG.sequence, field, (algorithm) => algorithm.oid(field));
    if (dotted !== OID.sha256) throw inner.error(field, 'uses another hash');
    const relatedCertificate = inner.read(TAG.octetString, field);
    if (relatedCertificate.length !== SHA256_BYTES) throw inner.error(field, 'has another length');
    return { relatedCertificate };
  });
}
