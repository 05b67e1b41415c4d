/** Which practice person's desk stands open in this tab, and which dispatch it followed: a reload comes back to them, another tab knows nothing of it. */
const PERSON_KEY = 'tram.practice.person';
const DISPATCH_KEY = 'tram.practice.dispatch';

export function rememberedPerson(): string | null {
  return sessionStorage.getItem(PERSON_KEY);
}

/** @param person null: nobody's, as after locking */
export function rememberPerson(person: string | null): void {
  if (person === null) sessionStorage.removeItem(PERSON_KEY);
  else sessionStorage.setItem(PERSON_KEY, person);
}

export function rememberedDispatch(): string | null {
  return sessionStorage.getItem(DISPATCH_KEY);
}

/** @param dispatch null: another is begun */
export function rememberDispatch(dispatch: string | null): void {
  if (dispatch === null) sessionStorage.removeItem(DISPATCH_KEY);
  else sessionStorage.setItem(DISPATCH_KEY, dispatch);
}
