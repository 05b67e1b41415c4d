/** Real handshakes on loopback. Source: docs/protocol/frames.md §TLS carrier. */
import assert from 'node:assert/strict';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { after, before, describe, it } from 'node:test';
import { equal } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { LIMITS } from '#wire/limits.ts';
import { createPracticeAuthority, type PracticeAuthority, type PracticeLink, practiceName } from '#x509/practice.ts';
import { encodePrivateKey } from '#x509/private-key.ts';
import { nodeCrypto, nodeRandom } from './crypto.ts';
import { FrameReader, frameLength } from './frame-reader.ts';
import { dialTls, listenTls, type TlsCarrier, type TlsCarrierOptions, type TlsListener } from './tls-carrier.ts';

interface Station {
  readonly link: PracticeLink;
  readonly options: TlsCarrierOptions;
}

describe('TLS carrier', () => {
  const open: TlsListener[] = [];
  let authority: PracticeAuthority;
  let hub: Station;
  let post: Station;
  let stranger: Station;

  before(async () => {
    authority = await createPracticeAuthority(nodeCrypto, nodeRandom);
    const links = new Map<string, PracticeLink>();
    const identify = (certificate: Uint8Array): string | null =>
      [...links].find(([, link]) => equal(link.certificate, certificate))?.[0] ?? null;
    const make = async (of: PracticeAuthority, name: string): Promise<Station> => {
      const link = await of.issueLink(practiceName(name), [{ kind: 'dns', name: `${name}.tram.example` }]);
      return { link, options: { identity: identityOf(of, link), identify } };
    };
    hub = await make(authority, 'hub');
    post = await make(authority, 'post');
    links.set('hub', hub.link);
    links.set('post', post.link);
    stranger = await make(authority, 'stranger');
  });

  after(async () => {
    await Promise.all(open.map((listener) => listener.close()));
  });

  async function listen(accept: (carrier: TlsCarrier) => void): Promise<string> {
    const listener = await listenTls(post.options, { host: '127.0.0.1', port: 0 }, accept);
    open.push(listener);
    return `127.0.0.1:${listener.port}`;
  }

  it('carries frames both ways under one binding', async () => {
    const answered = Promise.withResolvers<TlsCarrier>();
    const address = await listen((carrier) => answered.resolve(carrier));
    const near = await dialTls(hub.options, 'post', address);
    const far = await answered.promise;
    assert.deepEqual([near.peer, far.peer], ['post', 'hub']);
    assert.equal(near.binding.length, 32);
    assert.deepEqual(near.binding, far.binding);
    assert.deepEqual([near.isCounted, far.isCounted], [true, true]);
    const [there, back] = [Promise.withResolvers<Uint8Array>(), Promise.withResolvers<Uint8Array>()];
    far.open({ frame: (bytes) => there.resolve(bytes), closed: () => {} });
    near.open({ frame: (bytes) => back.resolve(bytes), closed: () => {} });
    const large = nodeRandom.bytes(65_536);
    await near.send(large);
    await far.send(Uint8Array.of(1));
    assert.deepEqual(await there.promise, large);
    assert.deepEqual(await back.promise, Uint8Array.of(1));
    near.close();
  });

  it('lets everybody else have a turn while thousands of small frames are handed over', async () => {
    const answered = Promise.withResolvers<TlsCarrier>();
    const address = await listen((carrier) => answered.resolve(carrier));
    const near = await dialTls(hub.options, 'post', address);
    const far = await answered.promise;
    let [came, stretch, longest] = [0, 0, 0];
    const all = Promise.withResolvers<void>();
    const turn = (): void => {
      stretch = 0;
      if (came < 10_000) setImmediate(turn);
    };
    turn();
    far.open({
      frame: () => {
        longest = Math.max(longest, ++stretch);
        if (++came === 10_000) all.resolve();
      },
      closed: () => {},
    });
    near.open({ frame: () => {}, closed: () => {} });
    for (let one = 0; one < 10_000; one++) void near.send(Uint8Array.of(1));
    await all.promise;
    assert.ok(longest <= 128, `${longest} frames without a turn for anybody`);
    near.close();
  });

  it('waits for a reader that is slow, and loses nothing of the order', async () => {
    const answered = Promise.withResolvers<TlsCarrier>();
    const address = await listen((carrier) => answered.resolve(carrier));
    const near = await dialTls(hub.options, 'post', address);
    const far = await answered.promise;
    const seen: number[] = [];
    const [gate, all] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    far.open({
      frame: async (bytes) => {
        if (seen.length === 0) await gate.promise;
        if (seen.push(bytes[0]!) === 200) all.resolve();
      },
      closed: () => {},
    });
    near.open({ frame: () => {}, closed: () => {} });
    let held = 0;
    const sending = Array.from({ length: 200 }, (_, index) => {
      held += 1;
      return near.send(new Uint8Array(262_144).fill(index)).then(() => (held -= 1));
    });
    assert.equal(held, 200);
    gate.resolve();
    await all.promise;
    await Promise.all(sending);
    assert.deepEqual(seen, Array.from({ length: 200 }, (_, index) => index));
    near.close();
  });

  it('tells both sides when one closes', async () => {
    const answered = Promise.withResolvers<TlsCarrier>();
    const address = await listen((carrier) => answered.resolve(carrier));
    const near = await dialTls(hub.options, 'post', address);
    const closed = Promise.withResolvers<void>();
    (await answered.promise).open({ frame: () => {}, closed: () => closed.resolve() });
    near.close();
    await closed.promise;
  });

  it('is open to neighbours whoever holds connections of one address and shows nothing', async () => {
    const address = await listen(() => {});
    const [host, port] = address.split(':') as [string, string];
    const held = await Promise.all(Array.from({ length: 1_200 }, () => new Promise<Socket>((resolve) => {
      const socket = connectPlain({ host, port: Number(port), localAddress: '127.0.0.2' }, () => resolve(socket));
      socket.on('error', () => resolve(socket)).resume();
    })));
    const near = await dialTls(hub.options, 'post', address);
    near.close();
    // Those who come and go, and those who were met, take no places.
    for (const socket of held) socket.destroy();
    const met = await Array.fromAsync({ length: 70 }, () => dialTls({ ...hub.options }, 'post', address));
    for (const carrier of met) carrier.close();
    for (let turn = 0; turn < 70; turn++) await assert.rejects(dialTls(hub.options, 'hub', address), { code: 'peer-refused' });
    (await dialTls(hub.options, 'post', address)).close();
  });

  it('refuses a certificate of the same root that the directory does not have', async () => {
    let accepted = 0;
    const refused = Promise.withResolvers<string>();
    const listener = await listenTls(
      { ...post.options, refused: (word) => refused.resolve(word) }, { host: '127.0.0.1', port: 0 }, () => (accepted += 1),
    );
    open.push(listener);
    const near = await dialTls(stranger.options, 'post', `127.0.0.1:${listener.port}`);
    const closed = Promise.withResolvers<void>();
    near.open({ frame: () => {}, closed: () => closed.resolve() });
    await closed.promise;
    assert.equal(await refused.promise, 'peer-refused');
    assert.equal(accepted, 0);
  });

  it('refuses a certificate of another root in the handshake', async () => {
    const other = await createPracticeAuthority(nodeCrypto, nodeRandom);
    const link = await other.issueLink(practiceName('hub'), [{ kind: 'dns', name: 'hub.tram.example' }]);
    const address = await listen(() => assert.fail('not a neighbour'));
    const options = { ...hub.options, identity: identityOf(other, link) };
    await assert.rejects(dialTls(options, 'post', address), (error) => error instanceof Refusal && error.code === 'station-unreachable');
  });

  it('meets one of another root by its very certificate, where that is shown, and nobody else', async () => {
    const beyond = await createPracticeAuthority(nodeCrypto, nodeRandom);
    const make = (name: string) => beyond.issueLink(practiceName(name), [{ kind: 'dns', name: `${name}.tram.example` }]);
    const [shown, hidden] = [await make('don'), await make('kho')];
    const identifyBeyond = (certificate: Uint8Array): string | null =>
      equal(certificate, shown.certificate) ? 'bo-doi' : equal(certificate, hub.link.certificate) ? 'own-as-foreign' : null;
    const [first, own] = [Promise.withResolvers<TlsCarrier>(), Promise.withResolvers<TlsCarrier>()];
    const refused = Promise.withResolvers<string>();
    const listener = await listenTls(
      { ...post.options, identifyBeyond, refused: (word) => refused.resolve(word) }, { host: '127.0.0.1', port: 0 }, (carrier) => (carrier.peer === 'bo-doi' ? first : own).resolve(carrier));
    open.push(listener);
    const address = `127.0.0.1:${listener.port}`;
    const asPeer = (link: PracticeLink): TlsCarrierOptions => ({
      identity: identityOf(beyond, link), identify: () => null, identifyBeyond: (certificate) => (equal(certificate, post.link.certificate) ? 'tinh' : null),
    });
    const near = await dialTls(asPeer(shown), 'tinh', address);
    const met = await first.promise;
    assert.deepEqual([near.peer, met.peer, near.binding], ['tinh', 'bo-doi', met.binding]);
    near.close();
    const far = await dialTls(asPeer(hidden), 'tinh', address);
    const closed = Promise.withResolvers<void>();
    far.open({ frame: () => {}, closed: () => closed.resolve() });
    await closed.promise;
    assert.equal(await refused.promise, 'peer-refused');
    await assert.rejects(dialTls({ ...asPeer(shown), identifyBeyond: () => null }, 'tinh', address), (error) => error instanceof Refusal && error.code === 'peer-refused');
    assert.equal((await dialTls({ ...hub.options, identifyBeyond }, 'post', address)).peer, 'post', 'the own root is still judged as the own');
    assert.equal((await own.promise).peer, 'hub');
  });

  it('refuses to go on where another station answers than was called', async () => {
    const address = await listen(() => {});
    await assert.rejects(dialTls(hub.options, 'relay', address), (error) => error instanceof Refusal && error.code === 'peer-refused');
  });

  it('speaks neither TLS 1.2 nor another group', async () => {
    const address = await listen(() => assert.fail('not a neighbour'));
    for (const weaker of [{ maxVersion: 'TLSv1.2' as const }, { ecdhCurve: 'X25519' }]) {
      const failed = Promise.withResolvers<void>();
      const socket = connect({ host: '127.0.0.1', port: Number(address.split(':')[1]), rejectUnauthorized: false, ALPNProtocols: ['tram/1'], ...weaker });
      socket.once('error', () => failed.resolve());
      socket.once('secureConnect', () => failed.reject(new Error('a handshake succeeded')));
      await failed.promise;
      socket.destroy();
    }
  });

  it('says that a port is in use', async () => {
    const address = await listen(() => {});
    const at = { host: '127.0.0.1', port: Number(address.split(':')[1]) };
    await assert.rejects(listenTls(post.options, at, () => {}), (error) => error instanceof Refusal && error.code === 'port-in-use');
  });
});

describe('frames on a stream', () => {
  it('come out as they went in, however the stream is cut', () => {
    const frames = [1, 5, 70_000, 3].map((length) => new Uint8Array(length).fill(length));
    const stream = frames.flatMap((frame) => [...frameLength(frame), ...frame]);
    for (const step of [1, 3, 4, 5, 1_000, stream.length]) {
      const reader = new FrameReader();
      const out: Uint8Array[] = [];
      for (let at = 0; at < stream.length; at += step) out.push(...reader.take(Uint8Array.from(stream.slice(at, at + step))));
      assert.deepEqual(out, frames);
    }
  });

  it('refuses an empty or oversized frame by its length alone', () => {
    for (const length of [0, LIMITS.frameBytes + 1, 0xffff_ffff]) {
      const four = new Uint8Array(4);
      new DataView(four.buffer).setUint32(0, length);
      assert.throws(() => [...new FrameReader().take(four)], DecodeError);
    }
  });
});

function identityOf(of: PracticeAuthority, link: PracticeLink): TlsCarrierOptions['identity'] {
  return {
    privateKey: encodePrivateKey({ algorithm: 'ml-dsa-65', secret: link.secret }, link.key.publicKey),
    chain: [link.certificate, of.issuer.twin.mldsa],
    root: of.root.twin.mldsa,
  };
}
