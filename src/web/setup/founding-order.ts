/** What the founding form asks for, and what is founded of it. */
import { FIRST_RIGHTS, type FoundingErrand } from '#client/founding-errand.ts';

export const FOUNDING_FIELDS = ['organisation', 'site', 'station', 'officeName', 'office', 'symbol', 'name', 'person'] as const;
export type FoundingField = (typeof FOUNDING_FIELDS)[number];
export const EMPTY_FOUNDING: Readonly<Record<FoundingField, string>> = { organisation: '', site: '', station: '', officeName: '', office: '', symbol: '', name: '', person: '' };

export function orderOf(values: Readonly<Record<FoundingField, string>>): FoundingErrand {
  const clean = (field: FoundingField): string => values[field].normalize('NFC').trim();
  return {
    organisation: clean('organisation'), station: clean('station'), site: clean('site'),
    office: { code: clean('office'), name: clean('officeName'), symbol: clean('symbol') },
    position: { code: `${clean('office').slice(0, 28)}-vt`, title: 'Văn thư', rights: FIRST_RIGHTS },
    person: { code: clean('person'), name: clean('name') }, device: `${clean('person').slice(0, 28)}-may`,
  };
}
