/** What is to be done next, on the desk of somebody new and of who keeps a new organisation's directory; each with the way there. */
import { Link } from 'react-aria-components';
import { isOwnWay } from '#client/keyring/keyring.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { actorOf } from '#client/signers.ts';
import { useEntered } from '../device/entered.ts';
import { withAct } from '../frame/begun.ts';
import { fill, useWords } from '../words/words.ts';
import { type NextStep, nextSteps } from './next-steps.ts';

export function NextStepsPart() {
  const { session, office, own } = useEntered();
  const words = useWords();
  // What is practised is complete.
  if (own === null) return null;
  const hasCard = session.ring.slots.some((slot) => slot.kind === 'card' && isOwnWay(slot));
  const steps = nextSteps({ view: session.view, person: actorOf(session.ring).person, office, at: session.now(), isRegistrar: isRegistrar(session), hasCard });
  if (steps.length === 0) return null;
  return (
    <section className="listed" aria-labelledby="next-steps">
      <h2 id="next-steps">{words.desk.next}</h2>
      <ol className="next-steps">{steps.map((step) => <Step key={placeOf(step)} step={step} />)}</ol>
    </section>
  );
}

function Step({ step }: { readonly step: NextStep }) {
  const words = useWords();
  const { session: { view } } = useEntered();
  const { what, way } = words.desk.nextStep[step.kind === 'signers' && step.position !== null ? 'signersSeat' : step.kind];
  return (
    <li>
      <span>{fill(what, {
        ...('name' in step && { name: step.name }), ...('title' in step && { title: step.title }), ...('lacks' in step && { acts: words.desk.lacks[step.lacks] }),
        ...(step.kind === 'signers' && step.position !== null && { title: view.position(step.position)?.title ?? step.position }),
        ...(step.kind === 'askSigners' && { names: view.registrars().map(({ person }) => view.person(person)?.name ?? person).join(', ') }),
      })}</span>
      <span className="acts">
        <Link className="button" href={placeOf(step)}>{way}</Link>
        {step.kind === 'office' && <Link className="button" href={withAct('/stations', 'invite')}>{words.compose.toStations}</Link>}
      </span>
    </li>
  );
}

function placeOf(step: NextStep): string {
  switch (step.kind) {
    case 'position': return withAct(`/directory/offices/${step.office}`, 'position');
    case 'keys': case 'askSigners': return `/directory/offices/${step.office}`;
    case 'seal': return withAct(`/directory/positions/${step.position}`, 'seal');
    case 'person': return withAct(step.position === null ? '/directory/people' : `/directory/positions/${step.position}`, 'join');
    case 'signers': return step.position === null ? withAct(`/directory/offices/${step.office}`, 'position') : withAct(`/directory/positions/${step.position}`, 'join');
    case 'office': return withAct('/directory/offices', 'office');
    case 'card': return '/settings';
  }
}
