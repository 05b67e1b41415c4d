/** Two stations meet: TLS 1.3, ML-DSA-65 link certificates on both sides, X25519MLKEM768 only. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { verifyLink } from './chain.ts';
import { encodePem } from './pem.ts';
import { createPracticeAuthority, type PracticeLink, practiceName } from './practice.ts';
import { encodePrivateKey } from './private-key.ts';

const GROUP = 'X25519MLKEM768';
const house = await createPracticeAuthority(nodeCrypto, nodeRandom);
const stranger = await createPracticeAuthority(nodeCrypto, nodeRandom);
const sonLa = await house.issueLink(practiceName('Trạm Sơn La'), [{ kind: 'dns', name: 'son-la' }]);
const muongLeo = await house.issueLink(practiceName('Trạm Mường Lèo'), [
  { kind: 'dns', name: 'muong-leo' },
]);

/** What node:tls needs of a link: its certificate and issuer, its key, and the root to trust. */
function contextOf({ certificate, secret, key }: PracticeLink, authority = house) {
  const chain = [certificate, authority.issuer.twin.mldsa];
  const pkcs8 = encodePrivateKey({ algorithm: 'ml-dsa-65', secret }, key.publicKey);
  return {
    cert: chain.map((der) => encodePem('CERTIFICATE', der)).join(''),
    key: encodePem('PRIVATE KEY', pkcs8),
    ca: encodePem('CERTIFICATE', house.root.twin.mldsa),
    minVersion: 'TLSv1.3',
    ecdhCurve: GROUP,
  } as const;
}

const server = tls.createServer({
  ...contextOf(sonLa),
  requestCert: true,
  rejectUnauthorized: true,
  sigalgs: 'mldsa65',
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
after(() => void server.close());

function connect(options: tls.ConnectionOptions): tls.TLSSocket {
  return tls.connect({ host: '127.0.0.1', port, servername: 'son-la', ...options });
}

test('a mutual handshake with ML-DSA-65 over X25519MLKEM768', async () => {
  const accepted = once(server, 'secureConnection') as Promise<[tls.TLSSocket]>;
  const client = connect(contextOf(muongLeo));
  await once(client, 'secureConnect');
  const [peer] = await accepted;
  assert.ok(client.authorized && peer.authorized);
  assert.equal(client.getProtocol(), 'TLSv1.3');
  // Only the client is told the group; the server's half of the proof is the test below.
  const group = { type: 'TLSGroup', name: GROUP, size: undefined };
  assert.deepEqual(client.getEphemeralKeyInfo(), group);
  assert.deepEqual(peer.getSharedSigalgs(), ['id-ml-dsa-65+UNDEF']);
  assert.deepEqual(client.getSharedSigalgs(), ['id-ml-dsa-65+UNDEF']);
  const shown = peer.getPeerX509Certificate()?.raw;
  assert.ok(shown !== undefined);
  const verified = await verifyLink(nodeCrypto, Uint8Array.from(shown), house.chain, null);
  assert.deepEqual(verified.subject, practiceName('Trạm Mường Lèo'));
  client.destroy();
  peer.destroy();
});

test('no handshake with another group', async () => {
  const refused = once(server, 'tlsClientError') as Promise<[NodeJS.ErrnoException]>;
  const client = connect({ ...contextOf(muongLeo), ecdhCurve: 'X25519' });
  client.on('error', () => undefined);
  const [error] = await refused;
  assert.equal(error.code, 'ERR_SSL_NO_SUITABLE_KEY_SHARE');
  client.destroy();
});

test('a station of another root is refused, and one without a certificate', async () => {
  const link = await stranger.issueLink(practiceName('Trạm Mường Lèo'), [
    { kind: 'dns', name: 'muong-leo' },
  ]);
  const { ca, minVersion, ecdhCurve } = contextOf(muongLeo);
  const cases = [
    { options: contextOf(link, stranger), reason: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' },
    { options: { ca, minVersion, ecdhCurve }, reason: 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' },
  ];
  for (const { options, reason } of cases) {
    // A TLS 1.3 client is done before the server has looked at its certificate: ask the server.
    const refused = once(server, 'tlsClientError') as Promise<
      [NodeJS.ErrnoException, tls.TLSSocket]
    >;
    const client = connect(options);
    client.on('error', () => undefined);
    const [error, socket] = await refused;
    assert.equal(socket.authorizationError ?? error.code, reason);
    client.destroy();
  }
});

test('a client does not talk to a station of another name', async () => {
  const client = connect({ ...contextOf(muongLeo), servername: 'hoa-binh' });
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ERR_TLS_CERT_ALTNAME_INVALID');
});
