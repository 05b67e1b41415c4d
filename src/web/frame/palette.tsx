/** Anywhere by name: rooms, people, offices, commands, found without diacritics. */
import { useMemo } from 'react';
import { Autocomplete, Dialog, Input, Label, Menu, MenuItem, Modal, ModalOverlay, SearchField } from 'react-aria-components';
import { fold } from '#model/fold.ts';
import { useMaybeEntered } from '../device/entered.ts';
import { THEME_CHOICES, useLook } from '../kit/look.ts';
import { isOffered, roomAt, ROOMS } from '../rooms.ts';
import { fill, useWords } from '../words/words.ts';
import { go } from './router.tsx';

interface Aim {
  readonly id: string;
  readonly name: string;
  /** What kind of thing it is. */
  readonly kind: string;
  readonly run: () => void;
}

const PEOPLE_MAX = 5_000;

export function Palette({ onClose, onKeys }: { readonly onClose: () => void; readonly onKeys: () => void }) {
  const words = useWords();
  const aims = useAims(onKeys);
  return (
    <ModalOverlay className="scrim high" isOpen isDismissable onOpenChange={(isOpen) => { if (!isOpen) onClose(); }}>
      <Modal className="modal small">
        <Dialog className="palette" aria-label={words.frame.go}>
          <Autocomplete filter={(text, typed) => fold(text).includes(fold(typed))}>
            <SearchField className="field" autoFocus aria-label={words.frame.goWhat}>
              <Label className="label">{words.frame.goWhat}</Label>
              <Input />
            </SearchField>
            <Menu className="aims" aria-label={words.frame.go} items={aims} renderEmptyState={() => <p className="soft">{words.frame.none}</p>}
              onAction={(key) => { onClose(); aims.find(({ id }) => id === key)?.run(); }}>
              {({ id, name, kind }) => <MenuItem id={id} textValue={name} className="option aim"><span>{name}</span> <span className="soft">{kind}</span></MenuItem>}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function useAims(onKeys: () => void): readonly Aim[] {
  const words = useWords();
  const entered = useMaybeEntered();
  const { locale, setLocale, themeChoice, setTheme } = useLook();
  return useMemo(() => {
    const rooms = ROOMS.filter((room) => room.part !== null && isOffered(room, entered))
      .map((room): Aim => ({ id: `room ${room.path}`, name: room.name(words), kind: words.frame.room, run: () => go(room.path) }));
    const acts: Aim[] = [
      { id: 'keys', name: words.frame.keys, kind: words.frame.act, run: onKeys },
      ...THEME_CHOICES.filter((choice) => choice !== themeChoice).map((choice): Aim =>
        ({ id: `theme ${choice}`, name: fill(words.frame.theme, { theme: words.settings.themes[choice].toLocaleLowerCase() }), kind: words.frame.act, run: () => setTheme(choice) })),
      { id: 'language', name: words.frame.language, kind: words.frame.act, run: () => setLocale(locale === 'vi' ? 'en' : 'vi') },
    ];
    if (entered === null) return [...rooms, ...acts];
    const { session, office, setOffice, lock } = entered;
    const { view } = session;
    const offices = session.offices().filter((code) => code !== office).map((code): Aim =>
      ({ id: `office ${code}`, name: fill(words.frame.workFor, { name: view.office(code)?.name ?? code }), kind: words.frame.office, run: () => setOffice(code) }));
    // Only where a page shows them.
    const people = roomAt('/directory') === null ? [] : view.persons().slice(0, PEOPLE_MAX).map(({ person, name }): Aim =>
      ({ id: `person ${person}`, name, kind: words.frame.person, run: () => go(`/directory/people/${person}`) }));
    return [...rooms, ...offices, ...people, { id: 'lock', name: words.rooms.lock, kind: words.frame.act, run: lock }, ...acts];
  }, [words, entered, locale, setLocale, themeChoice, setTheme, onKeys]);
}
