/** Who works at each office of a world now. */
import { personOf } from './registrar.ts';

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
