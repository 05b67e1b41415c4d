import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressForOthers } from './station-address.ts';

describe('the address of a station for other machines', () => {
  it('is the one by which this device came, where that is not this machine\'s own', () => {
    assert.equal(addressForOthers('https://tram.example:7443/settings', 'https://other.example:7443/'), 'https://tram.example:7443');
  });

  it('is otherwise what the station says', () => {
    for (const own of ['http://127.0.0.1:7440', 'http://localhost:7440', 'http://127.3.0.9', 'http://[::1]:7440', 'http://minh.localhost:7440', 'http://localhost.:7440', 'http://[::ffff:127.0.0.1]:7440']) {
      assert.equal(addressForOthers(own, 'https://10.0.0.5:7443/'), 'https://10.0.0.5:7443', own);
    }
  });

  it('is nothing where all that is known leads to whoever reads it', () => {
    for (const elsewhere of [null, undefined, 7, '', 'not an address', 'https://127.0.0.1:7443/', 'https://0.0.0.0:7443/', 'javascript:alert(1)', 'http://tram.example:7440']) {
      assert.equal(addressForOthers('http://127.0.0.1:7440', elsewhere), null, String(elsewhere));
    }
  });
});
