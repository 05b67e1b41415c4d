/**
 * docs/operating/rights.md: who may do what, from the tables by which the code judges it. A right, an act, a kind of
 * entry or a route that is added comes into the page by itself; `npm run check` fails until it is written anew.
 */
import { en } from '#cli/words/en.ts';
import { vi } from '#cli/words/vi.ts';
import { DELEGABLE, DELEGATION_MS_MAX } from '#model/delegations.ts';
import { DAY_MS } from '#core/clock.ts';
import { ENTRY_WORDS } from '#core/entry-words.ts';
import { ENDS_NEED_TWO, NEED_TWO, ROOTS } from '#model/directory-signers.ts';
import { type Act, ACTS, positionMay } from '#model/rights.ts';
import { DOORS, type Door } from '#wire/api/doors.ts';
import { ROUTE_WORDS } from '#wire/api/route-words.ts';
import { type RouteName, ROUTES } from '#wire/api/routes.ts';
import { DIRECTORY_BODIES, type DirectoryKind, END_WHAT, RIGHTS, type Right } from '#wire/directory.ts';

export function rightsPage(): string {
  return `# Who may do what

<!-- Written by npm run generate from the tables of the code: src/wire/directory.ts, src/model/rights.ts, src/model/delegations.ts, src/model/directory-signers.ts, src/wire/api/doors.ts. -->

Every right comes from a position that a person holds now, in one office. Nobody has a right for themself, for a device or for ever. \`tram who-can RIGHT --office OFFICE\` and \`tram what-can PERSON\` say who has which, why and until when. How people come, move, delegate and leave: [people.md](people.md), [people.vi.md](people.vi.md).

## Rights

| right | in English | bằng tiếng Việt | at its station its holder may | delegable | keys |
|---|---|---|---|---|---|
${table(rightNames, rightRow)}

*Delegable*: a holder may put it into another's hands, for at most ${DELEGATION_MS_MAX / DAY_MS} days. *Keys*: whoever has it is given the office's keys on each of their devices, and so reads what the office may read. Dispatch and receive need the office's seal besides, which lies on one device of the position's holder.

Two persons sign every dispatch: who wrote it neither approves nor signs it, whatever rights they have, and not in another's place either. Every device and every recipient checks it again; a station sees no content and cannot.

## Acts

One of the rights is enough. The office must live at the station that is asked.

| act | any of |
|---|---|
${table(Object.keys(ACTS) as Act[], (act) => [act, [...ACTS[act]].join(', ')])}

## Entries of the directory

Who signs an entry. *Two registrars*: as soon as the organisation has two; until then the one.

| kind | bằng tiếng Việt | signed by |
|---|---|---|
${table(Object.keys(DIRECTORY_BODIES).filter((kind) => kind !== 'end') as DirectoryKind[], (kind) => [kind, ENTRY_WORDS.vi.entry[kind], signers(kind)])}

| what ends | bằng tiếng Việt | signed by |
|---|---|---|
${table(Object.keys(END_WHAT) as Ended[], (what) => [what, ENTRY_WORDS.vi.entry[what], enders(what)])}

## Routes of a station

| door | who comes in |
|---|---|
${table(Object.keys(DOOR_WORDS) as Door[], (door) => [door, DOOR_WORDS[door]])}

${doorTable()}
`;
}

type Ended = keyof typeof END_WHAT;

const rightNames = Object.keys(RIGHTS) as Right[];

function rightRow(right: Right): string[] {
  const acts = (Object.keys(ACTS) as Act[]).filter((act) => (ACTS[act] as readonly Right[]).includes(right));
  const more = MORE[right];
  return [
    `\`${right}\``, en.right[right], vi.right[right], [...acts, ...(more === undefined ? [] : [more])].join('; '), DELEGABLE.includes(right) ? 'yes' : 'no', positionMay({ rights: [right] }, 'hold the keys') ? 'yes' : 'no',
  ];
}

/** What is no act. */
const MORE: { readonly [R in Right]?: string } = {
  automatic: 'a machine (service account) acts only in a position that has it, and approves or signs only what a machine wrote',
};

const REGISTRAR = 'a registrar';
const TWO = 'two registrars';

function signers(kind: DirectoryKind): string {
  if (kind === 'founding' || (ROOTS as readonly DirectoryKind[]).includes(kind)) return 'the root';
  const usual = (NEED_TWO as readonly DirectoryKind[]).includes(kind) ? TWO : REGISTRAR;
  const also = SIGNED_ALSO[kind];
  return also === undefined ? usual : `${usual}; ${also}`;
}

const SIGNED_ALSO: { readonly [K in DirectoryKind]?: string } = {
  'office': 'two where it moves to another station or another alternate is named',
  'office-key': 'or a device alone whose person has the right keys in that office',
  'delegation': 'or the holder\'s device alone, to whom registrars have named as the position\'s alternate',
};

function enders(what: Ended): string {
  if (what === 'registrar') return 'the root';
  const usual = ENDS_NEED_TWO.includes(what) ? TWO : REGISTRAR;
  const also = ENDED_ALSO[what];
  return also === undefined ? usual : `${usual}; ${also}`;
}

const ENDED_ALSO: { readonly [W in Ended]?: string } = {
  'office-key': 'or a device alone whose person has the right keys in that office',
  'delegation': 'or the holder\'s device alone',
};

const DOOR_WORDS: Readonly<Record<Door, string>> = {
  anyone: 'no session: what is read is signed or says nothing, or it is how one gets in',
  device: 'any device in force, about itself, or with what is judged by its own signatures',
  office: 'who has the right that the act demands, in an office that lives at this station',
  registrar: 'a person who signs changes of the directory',
};

function doorTable(): string {
  const rows = table(Object.keys(ROUTES) as RouteName[], (name) => {
    const { method, path } = ROUTES[name];
    const { summary, who } = ROUTE_WORDS[name];
    return [`\`${method} ${path.replace('/api/1/', '')}\``, DOORS[name], summary, who];
  });
  return `| route | door | what | who |\n|---|---|---|---|\n${rows}`;
}

function table<T>(items: readonly T[], row: (item: T) => readonly string[]): string {
  return items.map((item) => `| ${row(item).map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}
