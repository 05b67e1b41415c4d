/**
 * Values of PostgreSQL as those of SQLite: whole numbers as numbers (a `bigint` would be a string), bytes as plain
 * Uint8Array, booleans as 0 and 1. What a station's tables do not have is a mistake and is refused.
 */
import type { CustomTypesConfig } from 'pg';
import { assert } from '#core/refusals.ts';
import type { SqlValue } from './disk.ts';

/** Source: pg_type.dat of PostgreSQL. */
const OID = { bool: 16, bytea: 17, name: 19, int8: 20, int2: 21, int4: 23, text: 25, oid: 26, unknown: 705, bpchar: 1042, varchar: 1043, numeric: 1700, void: 2278 } as const;

type Parse = (text: string) => SqlValue;

const FROM_TEXT: Readonly<Record<number, Parse>> = {
  [OID.bool]: (text) => (text === 't' ? 1 : 0),
  [OID.bytea]: (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex')),
  [OID.name]: (text) => text,
  [OID.int8]: whole,
  [OID.int2]: whole,
  [OID.int4]: whole,
  [OID.text]: (text) => text,
  [OID.oid]: whole,
  [OID.unknown]: (text) => text,
  [OID.bpchar]: (text) => text,
  [OID.varchar]: (text) => text,
  [OID.numeric]: whole,
  [OID.void]: () => null,
};

export const POSTGRES_TYPES: CustomTypesConfig = {
  // pg reads every field as text, even where it was asked for bytes (pg-protocol: "Binary mode not supported yet").
  getTypeParser: ((oid: number): Parse => FROM_TEXT[oid] ?? (() => {
    throw new Error(`assertion failed: the store has no values of PostgreSQL's type ${oid}`);
  })) as CustomTypesConfig['getTypeParser'],
};

/** A parameter of a query; pg writes the rest as PostgreSQL wants it. */
export function toPostgresValue(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  assert(value !== undefined, 'a parameter of a query is given');
  return value;
}

/** Also of a `numeric`, which `sum` makes of whole numbers. */
function whole(value: string): number {
  const number = Number(value);
  assert(Number.isSafeInteger(number), 'a whole number of the database is below 2^53');
  return number;
}
