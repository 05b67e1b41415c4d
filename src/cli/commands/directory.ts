/** The directory as this device has checked it; and its certificates as PEM, for strangers' tools. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hex } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import type { DirectoryState } from '#model/directory.ts';
import type { HeldPosition } from '#model/directory-view.ts';
import { organisationShown } from '#model/organisation-id.ts';
import type { Twin } from '#wire/directory.ts';
import { encodePem } from '#x509/pem.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { resolved } from '../homes.ts';
import { listedName, officeName } from '../showing.ts';
import type { Values } from '../values.ts';

export function directory(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async ({ session: { view } }) => {
    const folder = values.text('certificates');
    if (folder === null) return { json: directoryJson(view, context), lines: directoryLines(view, context) };
    const files = writeCertificates(view, resolved(folder));
    return { json: { folder: resolved(folder), files }, lines: [fill(context.words.said.certificatesWritten, { count: files.length, folder })] };
  });
}

/** `root.p256.pem`, `issuer.p256.pem`, `device-<code>.p256.pem` …, and `chain.p256.pem` with issuer and root. */
export function writeCertificates(view: DirectoryState, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  const write = (name: string, ...certificates: Uint8Array[]): void => {
    writeFileSync(path.join(folder, name), certificates.map((der) => encodePem('CERTIFICATE', der)).join(''));
    files.push(name);
  };
  const { root, issuer } = view.organisation;
  for (const half of ['p256', 'mldsa'] as const) {
    write(`chain.${half}.pem`, issuer[half], root[half]);
    for (const [name, twin] of twinsOf(view)) write(`${name}.${half}.pem`, twin[half]);
  }
  for (const { station, link } of view.stations()) write(`link-${station}.mldsa.pem`, link);
  return files.toSorted();
}

function twinsOf(view: DirectoryState): [string, Twin][] {
  const positions = view.offices().flatMap(({ office }) => view.positions(office));
  const devices = view.persons().flatMap(({ person }) => view.devices(person));
  return [
    ['root', view.organisation.root],
    ['issuer', view.organisation.issuer],
    ...view.registrars().map(({ person, certificates }): [string, Twin] => [`registrar-${person}`, certificates]),
    ...view.stations().map(({ station, certificates }): [string, Twin] => [`station-${station}`, certificates]),
    ...devices.map(({ device, certificates }): [string, Twin] => [`device-${device}`, certificates]),
    ...positions.flatMap(({ position, seal }): [string, Twin][] => (seal === null ? [] : [[`seal-${position}`, seal.certificates]])),
  ];
}

function directoryJson(view: DirectoryState, { clock }: CliContext): object {
  const { organisation, point, sequencer } = view;
  return {
    organisation: { name: organisation.name, id: hex(organisation.id), founding: hex(organisation.founding) },
    size: point.size, root: hex(point.root), sequencer: sequencer.station,
    registrars: view.registrars().map(({ person, name }) => ({ person, name })),
    stations: view.stations().map(({ station, site }) => ({ station, site })),
    links: view.links().map(({ caller, answerer, address }) => ({ caller, answerer, address })),
    offices: view.offices().map(({ office, name, symbol, station, alternate }) => ({
      office, name, symbol, station, alternate,
      canReceive: view.currentKey(office, 'transport', clock.now()) !== null,
      positions: view.positions(office).map(({ position, title, rights, seal }) => ({ position, title, rights, seal: seal !== null })),
    })),
    persons: view.persons().map(({ person, name }) => ({
      person, name,
      positions: view.held(person, clock.now()).map(({ position }) => position),
      devices: view.devices(person).map(({ device }) => ({ device })),
    })),
    lists: view.lists().map(({ list, name, offices }) => ({ list, name, offices })),
  };
}

function directoryLines(view: DirectoryState, { clock, words }: CliContext): string[] {
  const lines = [`${view.organisation.name}  [${organisationShown(view.organisation.id)}]  (${fill(words.said.directoryPoint, { size: view.point.size, root: hex(view.point.root).slice(0, 16) })})`];
  for (const { station, site } of view.stations()) {
    lines.push('', `${site}  [${station}]  → ${view.neighbours(station).join(', ') || words.said.noNeighbours}`);
    for (const { office, name, symbol, alternate } of view.offices().filter((one) => one.station === station)) {
      const shut = alternate === null ? '' : `  (${fill(words.rights.shut, { office: officeName(view, alternate) })})`;
      lines.push(`  ${name}  [${office}]  ${symbol}${shut}`);
      for (const { position, title, rights } of view.positions(office)) {
        const holders = view.persons().flatMap(({ person }) => view.held(person, clock.now()).filter((held) => held.position === position).map((held) => holderText(words, view, person, held)));
        lines.push(`    ${title} [${position}]: ${holders.join(', ') || '–'}  (${rights.map((right) => words.right[right]).join(', ')})`);
      }
    }
  }
  return lines;
}

/** Whoever has a position by delegation may only what was delegated. */
function holderText(words: CliContext['words'], view: DirectoryState, person: string, { acting, rights }: HeldPosition): string {
  const name = listedName({ words }, view, person);
  return acting === null ? name : `${name} (${fill(words.rights.byDelegation, { rights: rights.map((right) => words.right[right]).join(', ') })})`;
}
