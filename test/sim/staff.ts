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
  readonly #changing = new Map<string, Promise<unknown>>();

  of(office: string): { readonly person: string; readonly turn: number } {
    const turn = this.#turns.get(office) ?? 1;
    return { person: personOf(office, turn), turn };
  }

  /** One change of an office's staff after the other: who comes next is known when the one before is there. */
  change<Change>(office: string, work: () => Promise<Change>): Promise<Change> {
    const changed = (this.#changing.get(office) ?? Promise.resolve()).then(work);
    this.#changing.set(office, changed);
    return changed;
  }

  takeOver(office: string, turn: number): void {
    this.#turns.set(office, turn);
  }
}
