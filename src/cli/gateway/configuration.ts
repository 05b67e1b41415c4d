/** What a gateway is told: a JSON file. Source: docs/operating/gateway.md. */
import path from 'node:path';
import { z } from 'zod';
import { Refusal } from '#core/refusals.ts';
import { readIfThere, resolved } from '../homes.ts';

const place = z.string().min(1);
const pair = z.strictObject({ author: place, signer: place });

const gatewayFile = z.strictObject({
  /** The office that sends and receives. */
  office: z.string(),
  /** Device folders of the two service accounts, and the files with their passphrases. */
  homes: pair,
  passphraseFiles: pair,
  folders: z.strictObject({ out: place, sent: place, refused: place, in: place }),
  pollSeconds: z.int().min(1).max(3_600).default(15),
  /** A file is taken when nothing about it has changed for so long. */
  settleSeconds: z.int().min(0).max(3_600).default(10),
});
export type GatewayConfiguration = z.infer<typeof gatewayFile>;

/** Paths are relative to the file's own folder. @throws Refusal `file-missing` | `configuration-malformed` */
export function readGatewayFile(given: string): GatewayConfiguration {
  const file = resolved(given);
  const text = readIfThere(file);
  if (text === null) throw new Refusal('file-missing', { file });
  const parsed = gatewayFile.safeParse(jsonOf(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Refusal('configuration-malformed', { field: issue?.path.join('.') || path.basename(file), reason: issue?.code ?? 'json' });
  }
  const at = (one: string): string => (one.startsWith('~') ? resolved(one) : path.resolve(path.dirname(file), one));
  const both = (two: z.infer<typeof pair>) => ({ author: at(two.author), signer: at(two.signer) });
  const { homes, passphraseFiles, folders } = parsed.data;
  return {
    ...parsed.data, homes: both(homes), passphraseFiles: both(passphraseFiles),
    folders: { out: at(folders.out), sent: at(folders.sent), refused: at(folders.refused), in: at(folders.in) },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
