/** Structures of the wire: one declaration, read by src/wire/codec.ts. */

import { globSync } from 'node:fs';
import path from 'node:path';
import { DecodeError } from '#core/decode-error.ts';
import type { Structure } from '#wire/codec.ts';
import { sample, type Chance } from '../sample.ts';
import { oneForm, type Measured, type Part, type Target } from '../target.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const SEEDS_PER_STRUCTURE = 4;

const PARTS: readonly Part[] = [{ file: 'src/wire/codec.ts', only: ['read', 'decode'] }, { file: 'src/wire/cbor.ts', only: ['Reader'] }];

/** Of each structure what its own declaration uses, and of all together the whole of what reads structures. */
const MEASURED: readonly Measured[] = [{ parts: PARTS, isAsUsed: true }, ...PARTS.map((part) => ({ parts: [part], together: 'every structure' }))];

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

export function structureTarget(structure: Structure<unknown>, golden: readonly Uint8Array[]): Target {
  return {
    name: structure.name,
    measured: MEASURED,
    calls: [],
    shape: 'cbor',
    seeds: (chance) => [...golden, ...samplesOf(structure, chance).map((value) => structure.encode(value))],
    run: (input) => oneForm(structure.encode(structure.decode(input)), input),
  };
}

/** Some values; of a variant, at least one of each kind. */
export function samplesOf(structure: Structure<unknown>, chance: Chance): unknown[] {
  const some = Array.from({ length: SEEDS_PER_STRUCTURE }, () => sample(structure, structure.name, chance));
  return structure.encode(some[0])[0] === VARIANT ? [...some, ...furtherKinds(structure, chance)] : some;
}

/** A variant is written as an array of two: number of its kind, and what is of that kind. */
const VARIANT = 0x82;

function furtherKinds(structure: Structure<unknown>, chance: Chance): unknown[] {
  const values: unknown[] = [];
  for (let kind = 2; ; kind++) {
    const value = sampleOrNull(structure, chance, kind);
    if (value === null) return values;
    values.push(value);
  }
}

function sampleOrNull(structure: Structure<unknown>, chance: Chance, first: number): unknown {
  try {
    return sample(structure, structure.name, chance, first);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}
