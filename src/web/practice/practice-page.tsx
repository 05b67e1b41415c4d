/** The first page: three stations alive, one dispatch to send, and a role to play at each step of it. */
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { Refusal } from '#core/refusals.ts';
import type { Role } from '../device/entered.ts';
import { LifeLine } from '../dispatch/life-line.tsx';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { ArrowIcon, EyeIcon } from '../kit/icons.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { useOutside } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import { roleOf, ROLES, useJourney } from './journey.ts';
import { PracticeApi, type PracticePersonSeen, type PracticeState } from './practice-api.ts';
import type { PracticeSessions } from './practice-sessions.ts';
import { SetupOffer } from '../setup/setup-offer.tsx';
import { StationMap } from './station-map.tsx';

const Desk = lazy(async () => ({ default: (await import('./desk.tsx')).Desk }));
const RelaySightDialog = lazy(async () => ({ default: (await import('./relay-sight.tsx')).RelaySightDialog }));

const LOOK_EVERY_MS = 1_000;

/** Who plays which role: the first who is there for it. */
function castOf({ people }: PracticeState): Readonly<Record<Role, PracticePersonSeen>> | null {
  const [drafter, signatory, clerk, post] = ROLES.map((role) => people.find((one) => roleOf(people, one) === role));
  return drafter && signatory && clerk && post ? { drafter, signatory, clerk, post } : null;
}

export function PracticePage() {
  const { transport, ticket } = useOutside();
  const api = useMemo(() => new PracticeApi(transport(''), ticket), [transport, ticket]);
  const look = useCallback(() => api.state(), [api]);
  const { value: seen, fault } = useLoaded(look, LOOK_EVERY_MS);
  const words = useWords();
  const cast = seen === null ? null : castOf(seen);
  if (seen === null && fault !== null) return <main className="work" id="work"><NotSeen fault={fault} /></main>;
  if (seen === null || cast === null) return <main className="work" id="work"><p className="waiting" role="status">{words.loading}</p></main>;
  return <Province api={api} state={seen} cast={cast} />;
}

/** Whoever came by the bare address, or after the province ended. */
function NotSeen({ fault }: { readonly fault: unknown }) {
  const words = useWords();
  return fault instanceof Refusal && fault.code === 'session-missing' ? <p className="fault" role="alert">{words.practice.bareAddress}</p> : <Fault error={fault} />;
}

interface ProvinceProps {
  readonly api: PracticeApi;
  readonly state: PracticeState;
  readonly cast: Readonly<Record<Role, PracticePersonSeen>>;
}

function Province({ api, state, cast }: ProvinceProps) {
  const outside = useOutside();
  const words = useWords();
  const [sessions, setSessions] = useState<PracticeSessions | null>(null);
  useEffect(() => {
    // While the reader reads: the first press finds it there.
    void import('./practice-sessions.ts').then(({ PracticeSessions: Made }) => setSessions(new Made(outside, api)));
  }, [outside, api]);
  const control = useJourney();
  const [role, setRole] = useState<Role | null>(null);
  const { journey: { sent }, followed } = control;
  const follow = useCallback(async () => (followed === null || sessions === null ? null : sessions.trace(cast.clerk, followed)), [followed, sessions, cast.clerk]);
  const { value: trace } = useLoaded(follow, LOOK_EVERY_MS);
  const current = trace !== null && trace.dispatch === followed ? trace : null;
  const states = current?.life.offices.map(({ state: at }) => at) ?? [];
  const [isRelayShown, showRelay] = useState(false);
  const relay = state.stations.find(({ office }) => office === null);
  return (
    <main className="work" id="work" tabIndex={-1}>
      <section className="intro" aria-labelledby="what">
        <h1 id="what">{words.practice.what}</h1>
        <p>{words.practice.how}</p>
        {/* It stays where it is: what comes after it would be pressed by whoever presses twice. */}
        <Button variant="primary" isDisabled={role !== null} onPress={() => setRole('drafter')}>{words.practice.begin}<ArrowIcon /></Button>
        <SetupOffer api={api} />
      </section>
      <div className="scene">
        <StationMap api={api} state={state} trace={current} />
        {relay !== undefined && <Button onPress={() => showRelay(true)}><EyeIcon />{words.relay.ask}</Button>}
        <LifeLine trace={current} siteOf={(code) => state.stations.find((one) => one.code === code)?.site ?? code} officeOf={({ office }) => office} />
      </div>
      <Suspense fallback={<p className="waiting" role="status">{words.loading}</p>}>
        {role !== null && sessions !== null && <Desk role={role} onRole={setRole} people={state.people} cast={cast} sessions={sessions} control={control} hasArrived={states.some((at) => at !== 'underway')} isOpenedHome={states.some((at) => at === 'opened' || at === 'handed-over' || at === 'acted')} />}
        {relay !== undefined && isRelayShown && <RelaySightDialog api={api} site={relay.site} dispatch={sent?.dispatch ?? null} onClose={() => showRelay(false)} />}
      </Suspense>
    </main>
  );
}
