/**
 * Keeps the plan of the house: who may import whom (STYLE.md, "Direction").
 *
 * Subpath imports do not enforce direction by themselves, so this does. Tests may import anything.
 */
import { builtinModules } from 'node:module';
import { type FileSet, type Finding, isTest } from './file-set.ts';
import { type Import, listImports } from './imports.ts';

const PURE = ['core', 'x509', 'wire', 'model'];

/** Each layer of src/ and the layers that it may import besides itself. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  x509: ['core'],
  wire: ['x509', 'core'],
  model: ['wire', 'x509', 'core'],
  client: PURE,
  station: PURE,
  platform: ['core', 'wire'],
  web: ['client', ...PURE],
  cli: ['client', ...PURE],
  app: [...PURE, 'client', 'station', 'platform', 'web', 'cli'],
};

/** Where the names of Node may stand. */
const NODE_PLACES = [
  'src/platform/node/',
  'src/station/',
  'src/cli/',
  'src/app/',
  'tools/',
  'bin/',
];

/** Organisations with every key in one place, for tests; what ships must not reach them. (src/app/practice is no test.) */
const PRACTICE_KEYS = /^src\/(?:model|x509)\/practice\.ts$/;

export function checkDirection(files: FileSet): Finding[] {
  const findings: Finding[] = [];
  for (const file of files.keys()) {
    if (file.startsWith('src/') && !((layerOf(file) ?? '') in LAYERS)) {
      findings.push({ rule: 'direction', file, line: 0, message: 'stands in no layer of src/' });
    }
  }
  for (const one of listImports(files)) {
    if (isTest(one.from)) continue;
    const message = judge(one);
    if (message === null) continue;
    findings.push({ rule: 'direction', file: one.from, line: one.line, message });
  }
  return findings;
}

/** What is wrong with an import, or null. */
function judge(one: Import): string | null {
  if (isMigration(one.from)) return judgeMigration(one);
  if (one.target === null) return judgeOutside(one);
  if (isTest(one.target)) {
    return layerOf(one.from) === null ? null : `imports ${one.target}, which is only for tests`;
  }
  if (PRACTICE_KEYS.test(one.target) && layerOf(one.from) !== null && !PRACTICE_KEYS.test(one.from)) {
    return `imports ${one.target}, which is only for tests`;
  }
  if (layerOf(one.target) === 'app') {
    const allowed = layerOf(one.from) === 'app' || one.from.startsWith('bin/');
    return allowed ? null : 'imports app, which is imported by none';
  }
  return judgeLayers(one.from, one.target) ?? judgeRooms(one, one.target);
}

function judgeLayers(from: string, target: string): string | null {
  const layer = layerOf(from);
  if (layer === null) return null;
  const targetLayer = layerOf(target);
  if (targetLayer === null) return `imports ${target} from outside src/`;
  const allowed = targetLayer === layer || LAYERS[layer]?.includes(targetLayer);
  if (!allowed) return `${layer} must not import ${targetLayer} (${target})`;
  if (layer === 'platform' && targetLayer === layer && roomOf(from) !== roomOf(target)) {
    return `one platform must not import another (${target})`;
  }
  return null;
}

/**
 * Rooms of the station see each other only as types. `kernel` is their floor: any room may stand
 * on it, and it knows none of them. Files directly in station/ wire the rooms together.
 */
function judgeRooms(one: Import, target: string): string | null {
  if (layerOf(one.from) !== 'station' || layerOf(target) !== 'station') return null;
  const room = roomOf(one.from);
  const targetRoom = roomOf(target);
  if (room === null || room === targetRoom) return null;
  if (targetRoom === null) return `a room must not import the wiring (${target})`;
  if (targetRoom === 'kernel') return null;
  if (room === 'kernel') return `kernel must not import a room (${target})`;
  if (!target.endsWith(`/${targetRoom}/index.ts`)) {
    return `imports ${target}: the only door of a room is its index.ts`;
  }
  return one.typeOnly ? null : `imports values of the room ${targetRoom}: use "import type"`;
}

/** A migration is frozen: it must do in ten years what it did the day it was written. */
function judgeMigration(one: Import): string | null {
  if (/^kysely(?:\/|$)/.test(one.specifier)) return null;
  const isList = one.from.endsWith('/index.ts');
  if (isList && /^\.\/[^/]+$/.test(one.specifier)) return null;
  return `a migration imports kysely only, not ${one.specifier}`;
}

function judgeOutside(one: Import): string | null {
  const isNodeModule = one.specifier.startsWith('node:');
  if (!isNodeModule && builtinModules.includes(one.specifier)) {
    return `write node:${one.specifier}`;
  }
  if (!isNodeModule || NODE_PLACES.some((place) => one.from.startsWith(place))) return null;
  return `imports ${one.specifier}: only ${NODE_PLACES.join(', ')} and tests may`;
}

function isMigration(file: string): boolean {
  return file.startsWith('src/') && file.includes('/migrations/');
}

/** The folder of src/ that a file stands in, or null outside src/. */
function layerOf(file: string): string | null {
  return /^src\/([^/]+)/.exec(file)?.[1] ?? null;
}

/** The folder within the layer, or null for a file directly in the layer. */
function roomOf(file: string): string | null {
  return /^src\/[^/]+\/([^/]+)\//.exec(file)?.[1] ?? null;
}
