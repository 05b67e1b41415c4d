import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { equal } from '#core/bytes.ts';
import { fuzz } from './fuzzing.ts';
import { sample, seededChance } from './sample.ts';
import { isRefusal } from './target.ts';
import { targets } from './targets/all.ts';
import { wireStructures } from './targets/structures.ts';

const INPUTS = 1_024;
const FOUND = path.join(import.meta.dirname, 'found');

describe('every structure of the wire', async () => {
  for (const structure of await wireStructures()) {
    it(`${structure.name} reads back what it writes`, () => {
      const chance = seededChance(7);
      for (let i = 0; i < 8; i++) {
        const value = sample(structure, structure.name, chance);
        const encoded = structure.encode(value);
        assert.deepEqual(structure.decode(encoded), value);
        assert.ok(equal(structure.encode(structure.decode(encoded)), encoded));
      }
    });
  }
});

describe('every decoder', async () => {
  for (const target of await targets()) {
    it(`${target.name} says no and nothing worse`, () => {
      const chance = seededChance(11);
      const { fault } = fuzz(target, target.seeds(chance), chance, (inputs) => inputs >= INPUTS);
      assert.equal(fault, null, fault === null ? '' : `${String(fault.error)} for ${Buffer.from(fault.input).toString('hex')}`);
    });
  }

  it('still withstands what once broke one', async () => {
    const inputs = existsSync(FOUND) ? readdirSync(FOUND).map((file) => readFileSync(path.join(FOUND, file))) : [];
    for (const target of await targets()) for (const input of inputs) runsOrRefuses(() => target.run(new Uint8Array(input)));
  });
});

describe('the fuzzer itself', () => {
  it('finds a decoder that crashes, hangs on to a second form, or throws anything else', () => {
    const seeds = [Uint8Array.of(1, 2, 3)];
    const broken = { name: 'broken', measured: [], calls: [], shape: 'text' as const, seeds: () => seeds, run: (input: Uint8Array) => {
      if (input.length > 3 && input[0] !== 1) throw new TypeError('cannot read');
    } };
    assert.match(String(fuzz(broken, seeds, seededChance(1), (inputs) => inputs >= INPUTS).fault?.error), /TypeError/);
  });

  it('finds one that takes more memory than an input is worth', () => {
    const kept: Uint8Array[] = [];
    const hungry = { name: 'hungry', measured: [], calls: [], shape: 'text' as const, seeds: () => [], run: (input: Uint8Array) => {
      if (input.length > 3) kept.push(new Uint8Array(128 * 2 ** 20));
    } };
    assert.match(String(fuzz(hungry, [Uint8Array.of(1, 2, 3)], seededChance(1), (inputs) => inputs >= INPUTS).fault?.error), /took 128 MiB/);
  });
});

function runsOrRefuses(work: () => void): void {
  try {
    work();
  } catch (error) {
    assert.ok(isRefusal(error), String(error));
  }
}
