/** Who works at each office of a world now. */
import { personOf } from './registrar.ts';

/** Somebody who has left tried to act, and what came of it. */
export interface Attempt {
  readonly person: string;
  readonly station: string;
  readonly wasRefused: boolean;
}

export class Staff {
  readonly #turns = new Map<string, number>();

  of(office: string): { readonly person: string; readonly turn: number } {
    const turn = this.#turns.get(office) ?? 1;
    return { person: personOf(office, turn), turn };
  }

  takeOver(office: string, turn: number): void {
    this.#turns.set(office, turn);
  }
}
