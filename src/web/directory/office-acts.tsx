/** What a registrar does with an office: writes a new one, corrects it, moves it, shuts it, ends it. */
import { useState } from 'react';
import { namingOffice, planOffice, planOfficeAlternate, planOfficeEnd } from '#client/directory/structure-errands.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { lasts } from '#model/directory-ending.ts';
import { useEntered } from '../device/entered.ts';
import { useBegun } from '../frame/begun.ts';
import { go } from '../frame/router.tsx';
import { Act } from '../kit/act-dialog.tsx';
import { Choice, PickOne, Text } from '../kit/field.tsx';
import { NAME_CHARACTERS_MAX, SYMBOL_CHARACTERS_MAX } from '../kit/name-lengths.ts';
import { fill, useWords } from '../words/words.ts';
import { CodeField, plain, useNewCode } from './code-field.tsx';
import type { PaneProps } from './parts.tsx';
import { PositionAdd } from './position-acts.tsx';
import { Said } from './said.tsx';
import { placeOf } from './spot.ts';
import type { Directory } from './use-directory.ts';
import { type OfficeActProps, useProposing } from './use-proposing.ts';

export function OfficeAdd({ directory }: { readonly directory: Directory }) {
  const words = useWords();
  const { said, propose } = useProposing(directory);
  const { view } = directory;
  const [name, setName] = useState('');
  const [symbol, setSymbol] = useState('');
  const isBegun = useBegun('office');
  const code = useNewCode(name, (one) => view.office(one) !== null);
  const stations = stationsOf(directory);
  const [station, setStation] = useState(Object.keys(stations)[0] ?? '');
  const office = code.usable;
  const isWhole = office !== null && name.trim() !== '' && symbol.trim() !== '' && station !== '';
  return (
    <div className="folk-join">
      <Act ask={words.acts.officeAdd} title={words.acts.officeAddTitle} isBegun={isBegun} act={!isWhole ? null : async () => {
        const proposed = await propose(planOffice(view, { office, name: plain(name), symbol: plain(symbol), station }), [words.acts.officeNext]);
        [setName, setSymbol].forEach((clear) => clear(''));
        code.set(null);
        if (proposed?.outcome === 'sequenced') go(placeOf('offices', office, { withEnded: false }));
      }}>
        <Text label={words.acts.officeName} value={name} onChange={setName} maxLength={NAME_CHARACTERS_MAX} />
        <Text label={words.acts.officeSymbol} value={symbol} onChange={setSymbol} maxLength={SYMBOL_CHARACTERS_MAX} hint={words.acts.officeSymbolHint} />
        <CodeField value={code} />
        <Choice label={words.directory.station} value={station} choices={stations} onChange={setStation} />
        <p>{words.acts.officeAddWhat}</p>
      </Act>
      <Said lines={said} />
    </div>
  );
}

export function OfficeActs({ directory, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const proposing = useProposing(directory);
  const { view, now } = directory;
  const office = view.office(code)!;
  if (!isRegistrar(session)) return null;
  const props = { directory, office: code, proposing };
  return (
    <section aria-label={words.directory.acts} className="folk-acts">
      {lasts(office, now) && (
        <>
          <PositionAdd {...props} />
          <Correct {...props} key={`${office.name} ${office.symbol} ${office.station}`} />
          {office.alternate === null ? <Shut {...props} /> : <Open {...props} />}
          <End {...props} />
        </>
      )}
      <Said lines={proposing.said} />
    </section>
  );
}

function Correct({ directory, office: code, proposing: { propose } }: OfficeActProps) {
  const words = useWords();
  const { view } = directory;
  const office = view.office(code)!;
  const [name, setName] = useState(office.name);
  const [symbol, setSymbol] = useState(office.symbol);
  const [station, setStation] = useState(office.station);
  const isWhole = name.trim() !== '' && symbol.trim() !== '';
  return (
    <Act ask={words.acts.correct} title={fill(words.acts.correctTitle, { name: office.name })}
      act={!isWhole ? null : async () => void await propose(planOffice(view, { office: code, name: plain(name), symbol: plain(symbol), station }))}>
      <Text label={words.acts.officeName} value={name} onChange={setName} maxLength={NAME_CHARACTERS_MAX} />
      <Text label={words.acts.officeSymbol} value={symbol} onChange={setSymbol} maxLength={SYMBOL_CHARACTERS_MAX} hint={words.acts.officeSymbolHint} />
      <Choice label={words.directory.station} value={station} choices={stationsOf(directory)} onChange={setStation} />
      <p>{words.acts.officeCorrectWhat}</p>
      {station !== office.station && <p className="caution">{words.acts.officeMoveWhat}</p>}
    </Act>
  );
}

function Shut({ directory: { view, book }, office: code, proposing: { propose } }: OfficeActProps) {
  const words = useWords();
  const [to, setTo] = useState<string | null>(null);
  const office = view.office(code)!;
  const items = book.offices.filter(({ hasEnded, office: other }) => !hasEnded && other.office !== code).map(({ office: other }) => ({ id: other.office, name: other.name, under: other.symbol }));
  return (
    <Act ask={words.acts.shut} title={fill(words.acts.shutTitle, { name: office.name })} act={to === null ? null : async () => void await propose(planOfficeAlternate(view, code, to))}>
      <PickOne all={words.directory.showAll} label={words.directory.alternate} items={items} value={to} onChange={setTo} />
      <p>{words.acts.shutWhat}</p>
    </Act>
  );
}

function Open({ directory: { view }, office: code, proposing: { propose } }: OfficeActProps) {
  const words = useWords();
  const { name, alternate } = view.office(code)!;
  return (
    <Act ask={words.acts.open} title={fill(words.acts.openTitle, { name })} act={async () => void await propose(planOfficeAlternate(view, code, null))}>
      <p>{fill(words.acts.openWhat, { office: view.office(alternate!)?.name ?? alternate! })}</p>
    </Act>
  );
}

function End({ directory: { view, now, book }, office: code, proposing: { propose } }: OfficeActProps) {
  const words = useWords();
  const { name } = view.office(code)!;
  const { lists, shut } = namingOffice(view, code);
  const seats = book.offices.find(({ office }) => office.office === code)?.seats.map(({ position }) => position.title) ?? [];
  return (
    <Act ask={words.acts.end} title={fill(words.acts.officeEndTitle, { name })} isDanger act={async () => void await propose(planOfficeEnd(view, code, now))}>
      <p>{words.acts.officeEndWhat}</p>
      {seats.length > 0 && <p>{fill(words.acts.officeEndSeats, { seats: seats.join(', ') })}</p>}
      {lists.length > 0 && <p>{fill(words.acts.officeEndLists, { lists: lists.map((one) => one.name).join(', ') })}</p>}
      {shut.length > 0 && <p className="caution">{fill(words.acts.officeEndShut, { offices: shut.map((one) => one.name).join(', ') })}</p>}
    </Act>
  );
}

function stationsOf({ view }: Directory): Record<string, string> {
  return Object.fromEntries(view.stations().map(({ station, site }) => [station, site]));
}
