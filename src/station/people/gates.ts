/**
 * Gates: who asks for what a passphrase or a card opens proves an Ed25519 key first. A stranger, an unknown device and a
 * wrong key cost one verification each and get the same answer at once, and nothing is counted: whatever strangers do, it
 * delays nobody. Source: docs/protocol/log-in.md §Gates.
 */
import { fromBase64url, hex } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { type GatePurpose, gateStatement } from '#wire/gate.ts';
import type { Challenges } from './challenges.ts';

export interface GateProof {
  /** Device code, or hexadecimal locator of a card. */
  readonly id: string;
  /** Unpadded base64url. */
  readonly challenge: string;
  readonly proof: string;
  readonly request: Uint8Array;
}

export class Gates {
  readonly #provider: CryptoProvider;
  readonly #station: string;
  readonly #challenges: Challenges;
  #nobodys: Promise<Uint8Array> | null = null;

  constructor(provider: CryptoProvider, station: string, challenges: Challenges) {
    this.#provider = provider;
    this.#station = station;
    this.#challenges = challenges;
  }

  /**
   * Each challenge counts once.
   * @param gate the public key on record; null where there is none
   * @throws Refusal `proof-wrong`, whatever is wrong
   */
  async demand(purpose: GatePurpose, gate: Uint8Array | null, proof: GateProof): Promise<void> {
    await this.demandOneOf(purpose, gate === null ? [] : [gate], proof);
  }

  /**
   * Which of the public keys on record the proof is of; each is tried once.
   * @throws Refusal `proof-wrong`, whatever is wrong
   */
  async demandOneOf(purpose: GatePurpose, gates: readonly Uint8Array[], { id, challenge, proof, request }: GateProof): Promise<Uint8Array> {
    const [given, signature] = [fromBase64url(challenge), fromBase64url(proof)];
    if (given === null || signature === null) throw new Refusal('proof-wrong');
    const statement = gateStatement(purpose, this.#station, id, given, request);
    const verifies = (gate: Uint8Array) => this.#provider.signatures.verify('ed25519', gate, statement, signature);
    const different = [...new Map(gates.map((gate) => [hex(gate), gate])).values()];
    // Where nobody is on record the same work is done with a key that nobody has.
    if (different.length === 0) await verifies(await this.#nobody());
    for (const gate of different) {
      if (!(await verifies(gate))) continue;
      if (!this.#challenges.use(given)) break;
      return gate;
    }
    throw new Refusal('proof-wrong');
  }

  #nobody(): Promise<Uint8Array> {
    const { signatures } = this.#provider;
    this.#nobodys ??= signatures.generateSecret('ed25519').then((secret) => signatures.signingKey('ed25519', secret)).then(({ publicKey }) => publicKey);
    return this.#nobodys;
  }
}
