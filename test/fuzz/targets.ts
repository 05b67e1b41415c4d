/**
 * Every decoder of the house, found rather than listed where that is possible: each structure that a module of src/wire
 * exports is a target, so that a new one is fuzzed the day it appears.
 */

import { globSync } from 'node:fs';
import path from 'node:path';
import { concat, equal, fromUtf8, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { bundleHead, bundleStatement, framed, framesOf, readVolumeStart, volumeStart } from '#wire/bundle.ts';
import type { Structure } from '#wire/codec.ts';
import { frame } from '#wire/frames.ts';
import { createPracticeAuthority } from '#x509/practice.ts';
import { sample, type Chance } from './sample.ts';

export interface Target {
  readonly name: string;
  /** Some valid inputs. */
  seeds(chance: Chance): Uint8Array[];
  /** Throws DecodeError or Refusal for bad input, and nothing else; checks that what it accepts has one form only. */
  run(input: Uint8Array): void;
}

const ROOT = path.join(import.meta.dirname, '../..');
const SEEDS_PER_STRUCTURE = 4;

/** True where the error is a decoder's way of saying no. */
export function isRefusal(error: unknown): boolean {
  return error instanceof DecodeError || error instanceof Refusal;
}

export async function targets(): Promise<Target[]> {
  const structures = await wireStructures();
  return [...structures.map(structureTarget), ...bundleTargets(), ...(await textTargets()), ...(await certificateTargets())];
}

/** Every structure exported by src/wire, by name. */
export async function wireStructures(): Promise<Structure<unknown>[]> {
  const found = new Map<string, Structure<unknown>>();
  for (const file of globSync('src/wire/*.ts', { cwd: ROOT }).filter((name) => !name.endsWith('.test.ts')).toSorted()) {
    const module: Record<string, unknown> = await import(path.join(ROOT, file));
    for (const value of Object.values(module)) if (isStructure(value)) found.set(value.name, value);
  }
  return [...found.values()];
}

function isStructure(value: unknown): value is Structure<unknown> {
  return typeof value === 'object' && value !== null && 'encode' in value && 'decode' in value && 'read' in value;
}

function structureTarget(structure: Structure<unknown>): Target {
  return {
    name: structure.name,
    seeds: (chance) => Array.from({ length: SEEDS_PER_STRUCTURE }, () => structure.encode(sample(structure, structure.name, chance))),
    run(input) {
      const again = structure.encode(structure.decode(input));
      if (!equal(again, input)) throw new Error('accepted bytes that it would not write');
    },
  };
}

/** A courier's volume as far as it is read before anything in it is believed, and a segment whose digest was right. */
function bundleTargets(): Target[] {
  return [
    {
      name: 'volume',
      seeds: (chance) => Array.from({ length: SEEDS_PER_STRUCTURE }, () => {
        const head = sample(bundleHead, 'head', chance);
        return volumeStart({ ...head, statement: bundleStatement.encode({ ...sample(bundleStatement, 'statement', chance), volume: 1, volumes: 2, waiting: [] }) });
      }),
      run(input) {
        if (!equal(volumeStart(readVolumeStart(input).head), input)) throw new Error('accepted bytes that it would not write');
      },
    },
    {
      name: 'segment',
      seeds: (chance) => Array.from({ length: SEEDS_PER_STRUCTURE }, () =>
        concat(...Array.from({ length: 3 }, () => framed(frame.encode(sample(frame, 'frame', chance)))))),
      run(input) {
        const again = concat(...Array.from(framesOf(input), (one) => framed(frame.encode(one))));
        if (!equal(again, input)) throw new Error('accepted bytes that it would not write');
      },
    },
  ];
}

/** Signed notes and checkpoints are text. */
async function textTargets(): Promise<Target[]> {
  const { decodeNote } = await import('#wire/note.ts');
  const { decodeCheckpoint } = await import('#wire/checkpoint.ts');
  const text = `tram/00112233445566778899aabbccddeeff/directory\n20852793\n${btoa('x'.repeat(32))}\n`;
  const note = `${text}\n— tram/0011 ${btoa('y'.repeat(68))}\n`;
  return [
    { name: 'signed note', seeds: () => [utf8(note)], run: (input) => void decodeNote(input) },
    { name: 'checkpoint', seeds: () => [utf8(text)], run: (input) => void decodeCheckpoint(textOf(input)) },
  ];
}

function textOf(input: Uint8Array): string {
  return fromUtf8(input) ?? '';
}

async function certificateTargets(): Promise<Target[]> {
  const { parseCertificate } = await import('#x509/certificate.ts');
  const { root, issuer } = await createPracticeAuthority(nodeCrypto, nodeRandom);
  const seeds = [root.twin.p256, root.twin.mldsa, issuer.twin.p256, issuer.twin.mldsa];
  return [{ name: 'certificate', seeds: () => seeds, run: (input) => void parseCertificate(input) }];
}
