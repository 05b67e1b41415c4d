/**
 * The directory as a pure state machine: entries in, a view out. An entry is true because of who signed it; the
 * station that sequenced it is believed in nothing but the order. Source: docs/protocol/directory.md.
 *
 * A state never changes. Applying entries gives a new one that shares what they left alone, so views may be kept.
 */

import { equal, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { CompactTree, leafHash } from '#core/compact-tree.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { printable } from '#core/printable.ts';
import { Refusal } from '#core/refusals.ts';
import { type CertificateAuthority, x509Authority } from '#model/certificate-authority.ts';
import type { EntryContext } from '#model/directory-context.ts';
import { EntryRefused, refusalOfEntry } from '#model/directory-faults.ts';
import { addIdentity, checkName, checkTwin, RULES, type RegularKind } from '#model/directory-rules.ts';
import { checkSigners, demandSignature } from '#model/directory-signers.ts';
import { DirectoryState } from '#model/directory-state.ts';
import { DirectoryTables, IN_FORCE } from '#model/directory-tables.ts';
import type { OrganisationRecord } from '#model/directory-view.ts';
import { mayAct } from '#model/rights.ts';
import {
  DIRECTORY_BODIES, directoryEntry, type DirectoryEntry, type EntryStatement, entryStatement, founding,
} from '#wire/directory.ts';
import type { LogPoint } from '#wire/names.ts';
import { VerifiedRoots } from '#wire/sign.ts';

export { DirectoryState } from '#model/directory-state.ts';

export interface ApplyOptions {
  /** Defaults to x509Authority. */
  readonly authority?: CertificateAuthority;
  /** Signatures that were found right before: what is folded anew, and has grown by little, costs little. */
  readonly verified?: VerifiedRoots;
  /** That no signature is looked at, and all else is: of entries that were verified before (verified-log.ts), and of no others. */
  readonly signatures?: 'verified-before';
}

/**
 * Applies one entry. The first (state null) must be the founding entry.
 * @throws Refusal `directory-entry-refused`; detail: index, kind, reason (EntryFault)
 */
export async function applyEntry(
  provider: CryptoProvider, state: DirectoryState | null, entryBytes: Uint8Array, options: ApplyOptions = {},
): Promise<DirectoryState> {
  return (await foldEntries(provider, state, [entryBytes], options))!;
}

/**
 * Applies entries in their order, all of them or none.
 * @returns the state given where there are no entries
 * @throws Refusal as applyEntry, for the first that is refused
 */
export async function foldEntries(
  provider: CryptoProvider, state: DirectoryState | null, entries: readonly Uint8Array[], options: ApplyOptions = {},
): Promise<DirectoryState | null> {
  if (entries.length === 0) return state;
  const growth: Growth = {
    provider,
    ...checksOf(provider, options),
    organisation: state?.organisation ?? null,
    tables: new DirectoryTables(state?.tables),
    isPartial: false,
    tree: state === null ? new CompactTree(provider.hash) : CompactTree.fromBytes(provider.hash, state.tree)!,
  };
  for (const bytes of entries) await grow(growth, bytes);
  return new DirectoryState(growth.organisation!, growth.tables, growth.tree.toBytes());
}

/**
 * Applies entries that another organisation shows of its log, each at its place; what lies between is not seen.
 * @param shown the point of the log under whose root every entry was found to stand
 * @throws Refusal as applyEntry, for the first that is refused
 */
export async function foldShown(
  provider: CryptoProvider, entries: readonly { readonly index: number; readonly entry: Uint8Array }[], shown: LogPoint, options: ApplyOptions = {},
): Promise<DirectoryState> {
  const tree = new CompactTree(provider.hash);
  const growth: Growth = {
    provider, ...checksOf(provider, options), organisation: null,
    tables: new DirectoryTables(), tree, isPartial: true,
  };
  for (const { index, entry } of entries) await grow(growth, entry, index);
  if (growth.organisation === null) throw new Refusal('directory-inconsistent', { reason: 'empty' });
  return new DirectoryState(growth.organisation, growth.tables, tree.toBytes(), shown);
}

/** A state that nobody has seen yet, and that may therefore change. */
interface Growth {
  readonly provider: CryptoProvider;
  readonly authority: CertificateAuthority;
  /** Signatures that were found right; null where none is looked at. */
  readonly verified: VerifiedRoots | null;
  organisation: OrganisationRecord | null;
  readonly tables: DirectoryTables;
  readonly tree: CompactTree;
  readonly isPartial: boolean;
}

function checksOf(provider: CryptoProvider, { authority, verified, signatures }: ApplyOptions): Pick<Growth, 'authority' | 'verified'> {
  const isBelieved = signatures === 'verified-before';
  return { authority: authority ?? x509Authority(provider, isBelieved), verified: isBelieved ? null : verified ?? new VerifiedRoots() };
}

async function grow(growth: Growth, bytes: Uint8Array, index = growth.tree.size): Promise<void> {
  const { hash } = growth.provider;
  let kind = 'unknown';
  try {
    const entry = directoryEntry.decode(bytes);
    const statement = entryStatement.decode(entry.statement);
    kind = statement.kind;
    remember(growth, hash.sha256(entry.statement));
    if (growth.organisation === null) growth.organisation = await found(growth, entry, statement, bytes);
    else await change(growth, growth.organisation, entry, statement, index);
  } catch (error) {
    throw refusalOfEntry(error, index, kind);
  }
  if (growth.isPartial) return;
  const leaf = leafHash(hash, bytes);
  growth.tree.push(leaf);
  growth.tables.leaves.push(leaf);
  growth.tables.roots.push(growth.tree.root());
}

/** Signatures can be written in more than one way, statements cannot: so it is the statement that comes once. */
function remember({ tables }: Growth, statementDigest: Uint8Array): void {
  const key = hex(statementDigest);
  if (tables.statements.has(key)) throw new EntryRefused('repeated');
  tables.statements.set(key, true);
}

async function found(
  growth: Growth, entry: DirectoryEntry, statement: EntryStatement, bytes: Uint8Array,
): Promise<OrganisationRecord> {
  if (statement.kind !== 'founding' || statement.after !== undefined) throw new EntryRefused('out-of-order');
  if (statement.organisation !== undefined) throw new EntryRefused('organisation-differs');
  const { provider, authority, tables } = growth;
  const body = founding.decode(statement.body);
  checkName(body.name);
  const context = { index: 0, created: statement.created, authority };
  const root = await checkTwin(body.root, 'root', { ...context, chain: [] });
  const issuer = await checkTwin(body.issuer, 'issuer', { ...context, chain: [body.root] });
  const [signature, ...others] = entry.signatures;
  if (others.length > 0) throw new EntryRefused('signer-repeated');
  await demandSignature({ ...growth, entry }, root, signature!);
  addIdentity(tables, { kind: 'root', certificates: body.root, verifier: root, ...IN_FORCE }, null, context);
  // The issuer signs certificates and nothing else; it may not come back as somebody.
  for (const digest of [issuer.p256Certificate, issuer.mldsaCertificate]) tables.certificates.set(hex(digest), true);
  tables.newest = statement.created;
  const digest = provider.hash.sha256(bytes);
  return { ...asShown(body), id: digest.slice(0, 16), founding: digest };
}

async function change(
  growth: Growth, organisation: OrganisationRecord, entry: DirectoryEntry, statement: EntryStatement, index: number,
): Promise<void> {
  const { kind, created } = statement;
  if (kind === 'founding' || !isInOrder(index, kind)) throw new EntryRefused('out-of-order');
  checkPlace(growth, organisation, statement);
  const { provider, tables, verified, authority } = growth;
  const before = new DirectoryState(organisation, tables, growth.tree.toBytes());
  const mayMakeKeys = (person: string, office: string, at: Instant) => mayAct({ view: before, person, at }, 'make the keys', office);
  const holds = (person: string, position: string, at: Instant) =>
    before.held(person, at).some((held) => held.acting === null && held.position === position);
  const { isOwnWord } = await checkSigners(tables, { provider, entry, kind, body: statement.body, created, mayMakeKeys, holds, verified });
  const chain = [organisation.issuer, organisation.root];
  const context = { index, created, newest: tables.newest, isOwnWord, authority, chain, organisation: organisation.id, isPartial: growth.isPartial };
  await applyRule(kind, tables, statement.body, context);
  tables.newest = Math.max(tables.newest, created);
}

/** The founding entry is followed by the first registrar and the first term. */
function isInOrder(index: number, kind: RegularKind): boolean {
  if (index === 1) return kind === 'registrar';
  return index === 2 ? kind === 'term' : true;
}

/** An entry belongs to this organisation, and its signer saw this same log. */
function checkPlace({ tables, isPartial }: Growth, { id }: OrganisationRecord, { organisation, after }: EntryStatement): void {
  if (organisation === undefined || !equal(organisation, id)) throw new EntryRefused('organisation-differs');
  if (after !== undefined && !isPartial && !isPrefix(tables, after)) throw new EntryRefused('log-differs');
}

function isPrefix({ roots }: DirectoryTables, { size, root }: LogPoint): boolean {
  const known = roots.at(size - 1);
  return known !== null && equal(known, root);
}

async function applyRule(
  kind: RegularKind, tables: DirectoryTables, body: Uint8Array, context: EntryContext,
): Promise<void> {
  const rule = RULES[kind] as (tables: DirectoryTables, body: unknown, context: EntryContext) => void | Promise<void>;
  await rule(tables, asShown(DIRECTORY_BODIES[kind].decode(body)), context);
}

/**
 * With texts that turn no letters around, for everybody who will show them: the log took such names before registrars' devices
 * refused them, and a replica that refuses today what it took yesterday is a fork. Control characters stay in a name for its rule to refuse.
 */
function asShown<T extends object>(body: T): T {
  const texts = Object.entries(body).flatMap(([field, value]): [string, string][] =>
    (typeof value === 'string' && (field === 'reason' || !/\p{Cc}/u.test(value)) ? [[field, printable(value)]] : []));
  return { ...body, ...Object.fromEntries(texts) };
}
