/** What the founding form asks for, and what is founded of it. */
import { FIRST_RIGHTS, type FoundingErrand } from '#client/directory/founding-errand.ts';
import { codeFollowing } from '../kit/code-of.ts';

export const FOUNDING_FIELDS = ['organisation', 'site', 'station', 'officeName', 'office', 'symbol', 'name', 'person'] as const;
export type FoundingField = (typeof FOUNDING_FIELDS)[number];
export const EMPTY_FOUNDING: Readonly<Record<FoundingField, string>> = { organisation: '', site: '', station: '', officeName: '', office: '', symbol: '', name: '', person: '' };

/** Of which name a code is suggested. */
const CODE_OF: Partial<Readonly<Record<FoundingField, FoundingField>>> = { site: 'station', officeName: 'office', name: 'person' };

export function typedInto(values: Readonly<Record<FoundingField, string>>, field: FoundingField, typed: string): Record<FoundingField, string> {
  const code = CODE_OF[field];
  return { ...values, ...(code !== undefined && { [code]: codeFollowing(values[code], values[field], typed) }), [field]: typed };
}

export function orderOf(values: Readonly<Record<FoundingField, string>>): FoundingErrand {
  const clean = (field: FoundingField): string => values[field].normalize('NFC').trim();
  return {
    organisation: clean('organisation'), station: clean('station'), site: clean('site'),
    office: { code: clean('office'), name: clean('officeName'), symbol: clean('symbol') },
    position: { code: `${clean('office').slice(0, 28)}-vt`, title: 'Văn thư', rights: FIRST_RIGHTS },
    person: { code: clean('person'), name: clean('name') }, device: `${clean('person').slice(0, 28)}-may`,
  };
}
