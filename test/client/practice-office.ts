/** A practice organisation with keyrings, for tests of the client: two stations, two offices, three people. */
import type { Clock } from '#core/clock.ts';
import type { KeyringStore, SourceFile } from '#core/outside.ts';
import { createKeyring, type OpenKeyring } from '#client/keyring/keyring.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import type { Right } from '#wire/directory.ts';

export const NOW = Date.UTC(2026, 10, 23, 7, 0, 0);
export const PASSPHRASE = 'mười hai con giáp';
/** Guessing is cheap here, and so is testing. */
export const CHEAP = { memoryKiB: 8, passes: 1, lanes: 1 };

/** A clock that stands still until it is told; what waits is woken at once. */
export function stillClock(start = NOW): Clock & { at: number } {
  return {
    at: start,
    now() {
      return this.at;
    },
    uncertaintyMs: () => 0,
    monotonicMs() {
      return this.at;
    },
    after(_delayMs, wake) {
      const timer = setImmediate(wake);
      return () => clearImmediate(timer);
    },
  };
}

export function memoryStore(): KeyringStore & { bytes: Uint8Array | null } {
  return {
    bytes: null,
    async read() {
      return this.bytes;
    },
    async write(bytes) {
      this.bytes = bytes;
    },
  };
}

export function memoryFile(name: string, bytes: Uint8Array): SourceFile & { bytes: Uint8Array } {
  return {
    name,
    sizeBytes: bytes.length,
    bytes,
    async *read(fromByte) {
      for (let at = fromByte; at < this.bytes.length; at += 50_000) yield this.bytes.subarray(at, at + 50_000);
    },
  };
}

const DRAFTER: readonly Right[] = ['draft'];
const LEADER: readonly Right[] = ['approve', 'sign', 'dispatch', 'receive', 'flash', 'keys'];
const CLERK: readonly Right[] = ['draft', 'receive', 'hand-over', 'dispatch', 'keys'];

/**
 * Office `van-phong` at `tram-tinh` (drafter `anh`, leader `khue`) and office `muong-leo` at `tram-muong-leo` (clerk
 * `lan`), the second behind the first; `farHome` moves the second office to another station.
 */
export async function practiceOffices({ cheap = true, farHome = 'tram-muong-leo' }: { cheap?: boolean; farHome?: string } = {}): Promise<PracticeOrganisation> {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW - 1_000, cheap });
  await practice.addStation('tram-muong-leo', 'Trạm Mường Lèo');
  await practice.connect('tram-muong-leo', 'tram-tinh');
  await practice.addOffice('van-phong', 'tram-tinh', 'Văn phòng', 'UBND-VP');
  await practice.addOffice('muong-leo', farHome, 'UBND xã Mường Lèo', 'UBND-ML');
  await practice.addPosition('chuyen-vien', 'van-phong', DRAFTER);
  await practice.addPosition('chanh-van-phong', 'van-phong', LEADER);
  await practice.addPosition('truc-ban', 'muong-leo', CLERK);
  for (const [person, name, position] of [['anh', 'Nguyễn Thị Ánh', 'chuyen-vien'], ['khue', 'Đặng Ngọc Khuê', 'chanh-van-phong'], ['lan', 'Lò Thị Lan', 'truc-ban']] as const) {
    await practice.addPerson(person, name);
    await practice.hold(person, position);
  }
  for (const office of ['van-phong', 'muong-leo']) {
    await practice.addOfficeKey(office, 'storage');
    await practice.addOfficeKey(office, 'transport');
  }
  return practice;
}

/** The keyring of a person's device, with the keys of the office of each position given. */
export async function ringOf(practice: PracticeOrganisation, person: string, positions: readonly string[], store = memoryStore()): Promise<OpenKeyring> {
  const device = practice.devices.get(`${person}-may`)!;
  const offices = positions.map((position) => practice.state.position(position)!.office);
  const officeKeys = [...practice.officeSecrets].flatMap(([name, secret]) => {
    const [office, purpose, number] = name.split(' ') as [string, 'transport' | 'storage', string];
    return offices.includes(office) ? [{ office, purpose, number: Number(number), secret: secret.slice() }] : [];
  });
  const seals = positions.flatMap((position) => {
    const seal = practice.seals.get(position);
    return seal === undefined ? [] : [{ position, seal: seal.keys.secret }];
  });
  const deps = { crypto: nodeCrypto, random: nodeRandom, store };
  const name = practice.state.person(person)!.name;
  return createKeyring(deps, PASSPHRASE, {
    organisation: practice.founded.organisation, person, device: device.device, name,
    signing: device.keys.secret, kem: device.kemSecret, seals, officeKeys, created: NOW,
  }, CHEAP);
}
