/**
 * What a newcomer has to know before they can come in, on one sheet that a registrar prints or copies into a message: where,
 * as whom, what first. Nothing secret stands on it.
 */
import { Fragment, useState } from 'react';
import { DialogTrigger, Link } from 'react-aria-components';
import { addressForOthers } from '#client/station-address.ts';
import { positionMay } from '#model/rights.ts';
import { useHere } from '../device/use-here.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { Text } from '../kit/field.tsx';
import { Frame } from '../kit/frame.tsx';
import { NAME_CHARACTERS_MAX } from '../kit/name-lengths.ts';
import { useWork } from '../kit/use-outside.ts';
import type { Words } from '../words/shape.ts';
import { fill, useWords } from '../words/words.ts';
import { CodeField, plain, useNewCode } from './code-field.tsx';
import type { Directory } from './use-directory.ts';

/** Filled in by hand. */
const BLANK = '_'.repeat(20);

interface SlipActProps {
  readonly directory: Directory;
  /** The position that they hold, or are to hold. */
  readonly position: string;
  /** Code of whoever is in the directory already; null for who is to come. */
  readonly person: string | null;
}

export function SlipAct(props: SlipActProps) {
  const words = useWords();
  const { directory: { view }, person } = props;
  const ask = person === null ? words.slip.ask : fill(words.slip.askFor, { name: view.person(person)?.name ?? person });
  return (
    <DialogTrigger>
      <Button>{ask}</Button>
      <Frame title={ask}>{(close) => <Slip {...props} onClose={close} />}</Frame>
    </DialogTrigger>
  );
}

function Slip({ directory: { view }, position, person, onClose }: SlipActProps & { readonly onClose: () => void }) {
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  const [typed, setTyped] = useState('');
  const [isCopied, setCopied] = useState(false);
  const fresh = useNewCode(typed, (one) => view.person(one) !== null);
  const { title, office: code, seal, ...held } = view.position(position)!;
  const office = view.office(code)!;
  const address = useAddress(office.station);
  const registrars = view.registrars().map((one) => view.person(one.person)?.name ?? one.person).join(', ');
  const lacksSeal = seal === null && positionMay(held, 'carry the seal');
  const known = person === null ? null : view.person(person);
  const facts: readonly (readonly [string, string])[] = [
    [words.slip.address, address ?? fill(words.slip.addressUnknown, { blank: BLANK, site: view.station(office.station)?.site ?? office.station })],
    [words.slip.organisation, view.organisation.name], [words.directory.office, office.name], [words.slip.seat, title],
    [words.door.name, known?.name ?? (plain(typed) || BLANK)], [words.door.person, person ?? fresh.usable ?? BLANK],
    ...(known === null && lacksSeal ? [[words.slip.seal, position] as const] : []),
  ];
  const { go, make, give, read, wait, unlock, askSeal, desk, card, help } = stepsOf(words, { registrars, title, lacksSeal });
  const steps = known === null ? [go, make, give, read, wait, card] : [unlock, ...(lacksSeal ? [askSeal] : []), desk, card, help];
  const text = [...facts.map(([name, value]) => `${name}: ${value}`), '', ...steps.map((step, i) => `${i + 1}. ${step}`), '', words.slip.noSecret].join('\n');
  const copy = (): void => run(async () => {
    await navigator.clipboard.writeText(`${text}\n`);
    setCopied(true);
  });
  return (
    <div className="folk-form">
      <p>{words.slip.what}</p>
      {known === null && <><Text label={words.door.name} value={typed} onChange={setTyped} maxLength={NAME_CHARACTERS_MAX} /><CodeField value={fresh} /></>}
      <div className="paper-card" role="group" aria-label={words.slip.ask}>
        <dl className="facts">{facts.map(([name, value]) => <Fragment key={name}><dt>{name}</dt><dd>{value}</dd></Fragment>)}</dl>
        <ol className="steps">{steps.map((step) => <li key={step}>{step}</li>)}</ol>
        <p>{words.slip.noSecret}</p>
      </div>
      {address === null && <p className="hint">{words.slip.addressHow} <Link className="folk-link" href="/stations">{words.pages.title}</Link></p>}
      <Fault error={fault} />
      <p role="status">{isCopied && words.copied}</p>
      <div className="acts"><Button onPress={onClose}>{words.close}</Button><Button isDisabled={isBusy} onPress={copy}>{words.copy}</Button><Button variant="primary" onPress={() => print()}>{words.slip.print}</Button></div>
    </div>
  );
}

function stepsOf(words: Words, { registrars, title, lacksSeal }: { readonly registrars: string; readonly title: string; readonly lacksSeal: boolean }) {
  return {
    go: words.slip.go, make: fill(words.slip.make, { makeNew: words.door.makeNew, make: words.door.make, ...(lacksSeal && { seal: words.slip.seal }) }), give: fill(words.slip.give, { download: words.door.download, registrars }),
    read: fill(words.slip.read, { registrars }), wait: words.slip.wait, unlock: fill(words.slip.unlock, { unlock: words.door.unlock }),
    askSeal: fill(words.slip.askSeal, { title, sealAsk: words.acts.sealAsk, registrars }), desk: words.slip.desk, card: words.slip.card, help: fill(words.slip.help, { registrars }),
  };
}

/** Where other machines open the pages of a station; null where nobody here knows, as of another station. */
function useAddress(station: string): string | null {
  const here = useHere();
  return here?.station === station ? addressForOthers(location.origin, here.elsewhere) : null;
}
