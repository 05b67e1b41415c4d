/** What the offices of a world read of what arrived: each opened with its office's key, as a device does it. */
import { equal, hex } from '#core/bytes.ts';
import { openBody } from '#client/dispatch/opening.ts';
import { Refusal } from '#core/refusals.ts';
import { envelope as envelopeCodec, sealing as sealingCodec } from '#wire/envelope.ts';
import type { Site, World } from './world.ts';

export interface Read {
  readonly id: string;
  readonly office: string;
  /** Null where it says what was written. */
  readonly wrong: string | null;
}

export async function readAll(world: World, { disk }: Site): Promise<Read[]> {
  const texts = new Map(world.sent.map(({ id, text }) => [hex(id), text]));
  const read: Read[] = [];
  for (const row of disk.inspect(ARRIVED)) {
    const [id, office] = [hex(row['id'] as Uint8Array), String(row['office'])];
    read.push({ id, office, wrong: await wrongWith(world, row, office, texts.get(id)) });
  }
  return read;
}

const ARRIVED = `select d.id, v.office, d.header, d.seal, d.body, s.position, s.stanza, s.path
  from delivery v join dispatch d on d.id = v.id and d.sealing = v.sealing
  join dispatch_stanza s on s.id = v.id and s.sealing = v.sealing and s.office = v.office and s.position > 0 where v.state <> 'expired'`;

async function wrongWith({ provider, registrar: { organisation } }: World, row: Record<string, unknown>, office: string, written: Uint8Array | undefined): Promise<string | null> {
  const [header, seal, body, stanza] = ['header', 'seal', 'body', 'stanza'].map((name) => row[name] as Uint8Array) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const sealed = envelopeCodec.encode({ version: 1, header, sealing: sealingCodec.decode(seal), body, stanzas: [{ index: Number(row['position']), stanza, path: digestsOf(row['path'] as Uint8Array) }] });
  const secrets = (purpose: string, number: number): Uint8Array | null => organisation.officeSecrets.get(`${office} ${purpose} ${number}`) ?? null;
  try {
    const { plain } = await openBody(provider, envelopeCodec.decode(sealed), { organisation: organisation.state.organisation.id, office }, secrets);
    return written !== undefined && equal(plain, written) ? null : 'says something else';
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
}

function digestsOf(path: Uint8Array): Uint8Array[] {
  return Array.from({ length: path.length / 32 }, (_, i) => path.slice(32 * i, 32 * i + 32));
}
