/** A bare address is understood, and what is no address of a station is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { stationUrl } from './station-url.ts';

test('a bare address is this machine\'s by HTTP and another\'s by HTTPS; one with a scheme stays as it was typed', () => {
  const understood = {
    '127.0.0.1:7440': 'http://127.0.0.1:7440', 'localhost:7440': 'http://localhost:7440', '[::1]:7440': 'http://[::1]:7440', localhost: 'http://localhost',
    'tram.tinh.example': 'https://tram.tinh.example', '10.0.0.1:8443': 'https://10.0.0.1:8443', '127.example.vn': 'https://127.example.vn', 'localhost.example': 'https://localhost.example',
    'http://10.0.0.1:7440': 'http://10.0.0.1:7440', 'https://tram.tinh.example/': 'https://tram.tinh.example/',
  };
  for (const [typed, url] of Object.entries(understood)) assert.equal(stationUrl(typed), url);
});

test('another scheme, or nothing that is an address, is refused', () => {
  for (const typed of ['file:///etc/passwd', 'ftp://10.0.0.1', 'http://', '', 'Sở chỉ huy số 1', '10.0.0.1:99999']) {
    assert.throws(() => stationUrl(typed), (error: unknown) => error instanceof Refusal && error.code === 'option-unknown', typed);
  }
});
