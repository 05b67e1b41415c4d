/** Commands for the machine's own window, as they are to be typed, with a button that copies them. */
import { useState } from 'react';
import { useWords } from '../words/words.ts';
import { Button } from './button.tsx';
import { Fault } from './fault.tsx';
import { useWork } from './use-outside.ts';

export function Command({ lines }: { readonly lines: readonly string[] }) {
  const words = useWords();
  const { fault, run } = useWork();
  const [isCopied, setCopied] = useState(false);
  const text = lines.join('\n');
  const copy = (): void => run(async () => {
    await navigator.clipboard.writeText(`${text}\n`);
    setCopied(true);
  });
  return (
    <div className="command">
      <pre><code>{text}</code></pre>
      <Button onPress={copy}>{words.copy}</Button>
      <span role="status">{isCopied && words.copied}</span>
      <Fault error={fault} />
      {lines.some((line) => line.startsWith('tram ')) && <p className="hint">{words.typedWhere}</p>}
    </div>
  );
}
