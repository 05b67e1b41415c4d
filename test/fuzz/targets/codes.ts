/** Short texts that people type and files hold: codes, addresses, dates, encodings of bytes. */

import { base64, base64url, fromBase64, fromBase64url, fromHex, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import { readCardCode } from '#client/keyring/card.ts';
import { parseInstant } from '#core/dates.ts';
import { readRequestCode } from '#model/device-requests.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { parseDatabaseUrl } from '#station/kernel/postgres-url.ts';
import { decodeSignature } from '#station/people/sessions.ts';
import { momentText, readMoment } from '#web/kit/moment.ts';
import { signature } from '#wire/signature.ts';
import { parseIpAddress } from '#x509/alternative-names.ts';
import { sample } from '../sample.ts';
import { notNull, oneForm, textOf, type Part, type Target } from '../target.ts';

/** A decoder of text, measured where it stands. */
function textTarget(name: string, part: Part, call: string, seeds: readonly string[], run: (text: string) => void): Target {
  return { name, measured: [{ parts: [part] }], calls: [`${part.file} ${call}`], shape: 'text', seeds: () => seeds.map(utf8), run: (input) => run(textOf(input)) };
}

const BYTES = 'src/core/bytes.ts';
const CARD = '9XJ2-2HMV-2X38-DDK0-KRPR-KXJQ-HV7T-WMHP';

export function codeTargets(): Target[] {
  return [
    textTarget('address', { file: 'src/x509/alternative-names.ts', only: ['parseIpAddress', 'parseIpv4'] }, 'parseIpAddress',
      ['10.0.0.7', '255.255.255.255', '256.1.1.1', '1.2.3', '::', '::1', 'fe80::1:2', '2001:db8:0:1:2:3:4:5', '1::2::3', '1:2:3:4:5:6:7', '12345::'],
      (text) => {
        const { length } = notNull(parseIpAddress(text));
        if (length !== 4 && length !== 16) throw new Error(`an address of ${length} bytes`);
      }),
    textTarget('request code', { file: 'src/model/device-requests.ts', only: ['readRequestCode'] }, 'readRequestCode',
      ['7KQ2-M0XD-91TA-7KQ2-M0XD', '7kq2 moxd 9lta 7kq2 m0xd', '7KQ2'],
      (text) => {
        if (!/^[0-9A-HJKMNP-TV-Z]{20}$/.test(readRequestCode(text))) throw new Error('a code of other characters');
      }),
    textTarget('card code', { file: 'src/client/keyring/card.ts', only: ['readCardCode', 'checkOf'] }, 'readCardCode', [CARD, CARD.toLowerCase().replaceAll('-', ' '), `${CARD}A`],
      (text) => {
        if (readCardCode(nodeCrypto.hash, text).length !== 28) throw new Error('a card of another length');
      }),
    textTarget('date', { file: 'src/core/dates.ts', only: ['parseInstant', 'wallOf', 'zoneMs', 'offsetMs'] }, 'parseInstant',
      ['23/11/2026 05:21', '1.2.2027', '31/02/2026', '2026-11-23', '2026-11-23T05:21', '2026-11-23T05:21:07.5Z', '2026-11-23 05:21+0700', '2026-11-23 05:21:07-03', '0001-01-01', '23/11/2026, 24g00'],
      (text) => {
        if (!Number.isSafeInteger(parseInstant(text, 'Asia/Ho_Chi_Minh', '--until').instant)) throw new Error('no instant');
      }),
    textTarget('day and hour of a field', { file: 'src/web/kit/moment.ts', only: ['readMoment'] }, 'readMoment', ['23/11/2026 05:21', '23/11/2026 24:00', '3/11/2026 05:21', '23/11/2026  05:21'],
      (text) => oneForm(utf8(momentText(notNull(readMoment(text)))), utf8(text))),
    textTarget('database', { file: 'src/station/kernel/postgres-url.ts' }, 'parseDatabaseUrl', DATABASES, (text) => void parseDatabaseUrl(text)),
    textTarget('hexadecimal', { file: BYTES, only: ['fromHex'] }, 'fromHex', ['', '00ff', '00FF', '0g', '0'], (text) => oneForm(utf8(hex(notNull(fromHex(text)))), utf8(text.toLowerCase()))),
    textTarget('base64', { file: BYTES, only: ['fromBase64', 'decodeBase64'] }, 'fromBase64', ['', 'AA==', 'AAA=', 'AAAA', 'AB==', '+/+/', 'AA =', 'AA'], (text) => oneForm(utf8(base64(notNull(fromBase64(text)))), utf8(text))),
    textTarget('base64url', { file: BYTES, only: ['fromBase64url', 'decodeBase64'] }, 'fromBase64url', ['', 'AA', 'AAA', 'AAAA', 'AB', '-_-_', 'A A', 'AA=='], (text) => oneForm(utf8(base64url(notNull(fromBase64url(text)))), utf8(text))),
    {
      name: 'UTF-8', measured: [{ parts: [{ file: BYTES, only: ['fromUtf8'] }] }], calls: [`${BYTES} fromUtf8`], shape: 'text',
      seeds: () => [utf8('Điện Biên'), utf8('\ufeff\u0000😀'), Uint8Array.of(0xc3, 0x28)],
      run: (input) => oneForm(utf8(notNull(fromUtf8(input))), input),
    },
    {
      name: 'signature of a session', measured: [{ parts: [{ file: 'src/station/people/sessions.ts', only: ['decodeSignature'] }] }], calls: ['src/station/people/sessions.ts decodeSignature'], shape: 'text',
      seeds: (chance) => [utf8(base64url(signature.encode(sample(signature, 'signature', chance)))), utf8('AAAA'), utf8('A A')],
      run: (input) => oneForm(utf8(base64url(signature.encode(notNull(decodeSignature(textOf(input)))))), input),
    },
  ];
}

const DATABASES = [
  'postgres://tram@localhost/tram', 'postgresql://tram@localhost:5433/tram?host=/var/run/postgresql', 'postgres://tram@db.vp.vn/tram?sslmode=verify-full&sslrootcert=/etc/ca.pem',
  'postgres://tram@127.0.0.1/tram?sslmode=disable', 'postgres://tram@[::1]/tram', 'postgres://tram@db.vp.vn/tram', 'postgres://tram:x@localhost/tram', 'postgres://localhost/tram', 'http://tram@localhost/tram',
  'postgres://tram@localhost/tram?password=x', 'postgres://tram@localhost/tram?options=x', 'postgres://tram@localhost/tram?sslmode=prefer', 'postgres://tram@localhost/a/b', 'postgres://tr%C3%A2m@/tram',
  'postgres://tram@localhost/tram?sslrootcert=/x', `postgres://tram@localhost/${'x'.repeat(1_000)}`,
];
