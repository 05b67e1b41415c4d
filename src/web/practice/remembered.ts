/** Which practice person's desk stands open in this tab: a reload comes back to it, another tab knows nothing of it. */
const PERSON_KEY = 'tram.practice.person';

export function rememberedPerson(): string | null {
  return sessionStorage.getItem(PERSON_KEY);
}

/** @param person null: nobody's, as after locking */
export function rememberPerson(person: string | null): void {
  if (person === null) sessionStorage.removeItem(PERSON_KEY);
  else sessionStorage.setItem(PERSON_KEY, person);
}
