/**
 * The small values that many structures share: codes, references to offices, marks, points of the directory.
 * Source: docs/protocol/core.md.
 */

import { arrayOf, bool, bytes, choice, pattern, struct, tuple, uint, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';

export const digest = bytes(32);

/** First 16 bytes of SHA-256 of the founding entry: names an organisation and its root of trust. */
export const organisationId = bytes(16);

/** A short name that never changes, unique among its kind in one organisation: `van-phong`, `muong-leo`. */
export const CODE_SHAPE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export const code = pattern(CODE_SHAPE, LIMITS.codeBytes);

export const officeRef = tuple({ organisation: organisationId, office: code });
export type OfficeRef = Infer<typeof officeRef>;

export const role = choice({ action: 1, info: 2 });
export type Role = Infer<typeof role>;

/** Thường, Khẩn, Thượng khẩn, Hỏa tốc. A FLASH with a deliver-by time is Hỏa tốc hẹn giờ. */
export const precedence = choice({ routine: 1, priority: 2, immediate: 3, flash: 4 });
export type Precedence = Infer<typeof precedence>;
/** Larger goes first. */
export const PRECEDENCE_RANK: Readonly<Record<Precedence, number>> = { routine: 1, priority: 2, immediate: 3, flash: 4 };
export const HIGHEST_FIRST = (Object.keys(PRECEDENCE_RANK) as Precedence[]).toSorted((one, other) => PRECEDENCE_RANK[other] - PRECEDENCE_RANK[one]);

/** What a dispatch says of the one that it refers to; without a word it answers it. Source: docs/protocol/core.md §Service messages. */
export const relation = choice({ corrects: 1, replaces: 2, cancels: 3, recalls: 4, chases: 5, misrouted: 6 });
export type Relation = Infer<typeof relation>;

/** Không mật, Mật, Tối mật, Tuyệt mật. */
export const classification = choice({ none: 1, confidential: 2, secret: 3, 'top-secret': 4 });
export type Classification = Infer<typeof classification>;

/** A recipient as its author names it and as the header carries it. */
export const addressee = tuple({ office: officeRef, role, precedence });
export type Addressee = Infer<typeof addressee>;
export const addressees = arrayOf(addressee, LIMITS.recipients, 1);

/**
 * The addressee at place `at` receives in the stead of the one at place `of`, both counted in the addressees from 0.
 * `isNamed`: it would receive in any case.
 */
export const standIn = tuple({ of: uint(LIMITS.recipients - 1), at: uint(LIMITS.recipients - 1), isNamed: bool });
export type StandIn = Infer<typeof standIn>;
/** Ascending by `of`, each once. */
export const standIns = arrayOf(standIn, LIMITS.recipients, 1);

/** A state of an append-only log: how many entries, and the root over them. */
export const logPoint = tuple({ size: uint(), root: digest });
export type LogPoint = Infer<typeof logPoint>;

/** An office's number for a dispatch: `12/UBND-VP` is number 12, symbol UBND-VP, in series 2026. */
export const registerNumber = struct('RegisterNumber', 512, {
  series: [1, pattern(/^[0-9]{4}$/, 4)],
  number: [2, uint(9_999_999, 1)],
});
export type RegisterNumber = Infer<typeof registerNumber>;

/** Which key of an office: transport keys are for a cryptoperiod, storage keys for a generation. */
export const keyPurpose = choice({ transport: 1, storage: 2 });
export type KeyPurpose = Infer<typeof keyPurpose>;
