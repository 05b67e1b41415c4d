/** What lies in the relay's folder of the dispatch: the envelope that it must read, and bytes that say nothing. */
import { useEffect, useMemo, useState } from 'react';
import { fromBase64url, hex } from '#core/bytes.ts';
import { type Header, header as headerCodec } from '#wire/envelope.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { Frame } from '../kit/frame.tsx';
import { PrecedenceMark } from '../kit/marks.tsx';
import { useWork } from '../kit/use-outside.ts';
import { dateText, sizeText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import type { PracticeApi, RelaySight } from './practice-api.ts';

export interface RelaySightProps {
  readonly api: PracticeApi;
  readonly site: string;
  /** Which one is looked at; null for the newest. */
  readonly dispatch: string | null;
  readonly onClose: () => void;
}

export function RelaySightDialog({ api, site, dispatch, onClose }: RelaySightProps) {
  const words = useWords();
  const [sight, setSight] = useState<RelaySight | null>(null);
  const [hasLooked, setLooked] = useState(false);
  const { run, fault } = useWork();
  useEffect(() => {
    run(async () => {
      setSight(await api.relaySight(dispatch));
      setLooked(true);
    });
  }, [api, dispatch, run]);
  return (
    <Frame title={fill(words.relay.title, { site })} isWide onClose={onClose}>
      {(close) => (
        <>
          <p className="soft">{words.relay.what}{sight !== null && dispatch === null && <> {fill(words.relay.newest, { time: dateText(sight.taken) })}</>}</p>
          <Fault error={fault} />
          {sight === null ? hasLooked && <p className="said">{dispatch === null ? words.relay.never : words.relay.nothing}</p> : <Sight sight={sight} />}
          <div className="acts"><Button variant="primary" onPress={close}>{words.close}</Button></div>
        </>
      )}
    </Frame>
  );
}

function Sight({ sight }: { readonly sight: RelaySight }) {
  const [words, locale] = [useWords(), useLocale()];
  const header = useMemo<Header>(() => headerCodec.decode(fromBase64url(sight.header) ?? new Uint8Array()), [sight.header]);
  const body = fromBase64url(sight.body) ?? new Uint8Array();
  return (
    <div className="sight">
      <section aria-label={words.relay.header}>
        <h3>{words.relay.header}</h3>
        <dl className="facts">
          <dt>{words.relay.from}</dt><dd><code>{header.from.office}</code></dd>
          <dt>{words.relay.to}</dt><dd>{header.to.map(({ office, role }) => <span key={office.office} className="line"><code>{office.office}</code> <span className="soft">({words.mark.role[role]})</span></span>)}</dd>
          <dt>{words.relay.precedence}</dt><dd><PrecedenceMark value={header.to[0]?.precedence ?? 'routine'} /></dd>
          <dt>{words.relay.created}</dt><dd>{dateText(header.created)}</dd>
          <dt>{words.relay.parts}</dt><dd>{header.parts.length === 0 ? '0' : header.parts.map(({ size }) => sizeText(size, locale)).join(' · ')}</dd>
          <dt>{words.relay.sealedKeys}</dt><dd>{sight.stanzas.map(({ office, bytes }) => <span key={office} className="line"><code>{office}</code> {fill(words.relay.bytes, { size: sizeText(bytes, locale) })}</span>)}</dd>
        </dl>
        <p className="soft">{words.relay.noneOf}</p>
      </section>
      <section aria-label={fill(words.relay.sealed, { size: sizeText(sight.bodyBytes, locale) })}>
        <h3>{fill(words.relay.sealed, { size: sizeText(sight.bodyBytes, locale) })}</h3>
        <pre className="cipher" tabIndex={0}>{grouped(body)}</pre>
      </section>
    </div>
  );
}

/** Sixteen bytes a line, in pairs. */
function grouped(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) lines.push((hex(bytes.subarray(at, at + 16)).match(/.{1,4}/g) ?? []).join(' '));
  return lines.join('\n');
}
