import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { refusalSentence } from '#core/refusal-words.ts';
import { foundTestOrganisation, RELAY } from '../../test/fixtures/organisation.ts';
import { demandStationNamed } from './station-named.ts';

test('a station that was mistyped is refused with what is most like it', async () => {
  const { state } = await foundTestOrganisation();
  for (const known of [RELAY, 'muong-leo']) demandStationNamed(state, known);
  assert.throws(() => demandStationNamed(state, 'tram-huyne'), (error) => error instanceof Refusal && error.code === 'station-unknown'
    && refusalSentence(error.code, error.detail, 'en') === 'The directory has no station tram-huyne; most like it: tram-huyen; check the code.');
});
