/** What a new organisation still lacks before its dispatches can go: out of the directory and this device, not of what was pressed. */
import type { DirectoryState } from '#model/directory-state.ts';
import { lasts } from '#model/directory-ending.ts';
import { type Act, mayAct, positionMay, whoMay } from '#model/rights.ts';
import type { Instant } from '#core/clock.ts';

export type NextStep =
  /** This person's position carries the office's seal, and none was asked for or given yet. */
  | { readonly kind: 'seal'; readonly position: string; readonly title: string }
  /** Nobody else may approve and sign, and no position that would: it is to be written first. */
  | { readonly kind: 'position'; readonly office: string }
  /** Nobody else may approve and sign: somebody is to be admitted. @property position one that would, null where there is none */
  | { readonly kind: 'person'; readonly position: string | null }
  | { readonly kind: 'office' }
  /** At another office than the one that is worked for people write, and nobody may approve or sign. @property position an empty one that would, null where there is none */
  | { readonly kind: 'signers'; readonly office: string; readonly name: string; readonly lacks: Lack; readonly position: string | null }
  /** The same, at the own office, for who cannot mend it. */
  | { readonly kind: 'askSigners'; readonly office: string; readonly name: string; readonly lacks: Lack }
  /** There are other offices, and none can be written to yet. */
  | { readonly kind: 'keys'; readonly office: string; readonly name: string }
  | { readonly kind: 'card' };

export type Lack = 'approve' | 'sign' | 'both';

export interface Standing {
  readonly view: Pick<DirectoryState, 'may' | 'persons' | 'offices' | 'everyPosition' | 'held' | 'currentKey'>;
  readonly person: string;
  readonly office: string;
  readonly at: Instant;
  readonly isRegistrar: boolean;
  /** This device has a recovery card that was tried. */
  readonly hasCard: boolean;
}

/** In the order in which they are done; empty once dispatches can go and come back. What an organisation lacks is for who keeps its directory. */
export function nextSteps(standing: Standing): NextStep[] {
  const { view, person, office, at, isRegistrar } = standing;
  const unsealed = view.held(person, at).filter((held) => held.office === office && held.acting === null && held.seal === null && positionMay(held, 'carry the seal'));
  return [...unsealed.map(({ position, title }) => ({ kind: 'seal', position, title }) as const), ...(isRegistrar ? lackingOf(standing) : askedOf(standing))];
}

/** What stops every draft of an office at which people write: nobody may approve, or sign. Machines never do it after a person. */
function lackAt(view: Standing['view'], office: string, at: Instant): Lack | null {
  const isNobody = (act: Act): boolean => whoMay(view, act, office, at).every(({ kind }) => kind === 'service');
  if (isNobody('save a draft')) return null;
  const [approve, sign] = [isNobody('approve a draft'), isNobody('sign a draft')];
  return approve && sign ? 'both' : approve ? 'approve' : sign ? 'sign' : null;
}

function askedOf({ view, person, office, at }: Standing): NextStep[] {
  const acting = { view, person, at };
  const name = view.offices().find((one) => one.office === office)?.name ?? office;
  const lacks = mayAct(acting, 'save a draft', office) || mayAct(acting, 'send', office) ? lackAt(view, office, at) : null;
  return lacks === null ? [] : [{ kind: 'askSigners', office, name, lacks }];
}

function lackingOf({ view, person, office, at, hasCard }: Standing): NextStep[] {
  const others = (act: 'approve a draft' | 'sign a draft'): boolean => whoMay(view, act, office, at).some((one) => one.person !== person);
  const isAlone = mayAct({ view, person, at }, 'save a draft', office) && !(others('approve a draft') && others('sign a draft'));
  const own = new Set(view.held(person, at).map(({ position }) => position));
  const seatAt = (code: string) => view.everyPosition().find((one) => lasts(one, at) && one.office === code && !own.has(one.position) && positionMay(one, 'approve a draft') && positionMay(one, 'sign a draft')) ?? null;
  const seat = seatAt(office);
  const elsewhere = view.offices().filter((one) => one.office !== office);
  const isReached = elsewhere.some((one) => view.currentKey(one.office, 'transport', at) !== null);
  return [
    ...(isAlone && seat === null ? [{ kind: 'position', office } as const] : []),
    ...(isAlone ? [{ kind: 'person', position: seat?.position ?? null } as const] : []),
    ...(isAlone ? elsewhere : view.offices()).flatMap(({ office: code, name }): NextStep[] => {
      const lacks = lackAt(view, code, at);
      return lacks === null ? [] : [{ kind: 'signers', office: code, name, lacks, position: seatAt(code)?.position ?? null }];
    }),
    ...(elsewhere.length === 0 ? [{ kind: 'office' } as const] : []),
    ...(elsewhere.length > 0 && !isReached ? [{ kind: 'keys', office: elsewhere[0]!.office, name: elsewhere[0]!.name } as const] : []),
    ...(hasCard ? [] : [{ kind: 'card' } as const]),
  ];
}
