/** What each key does. */
import { Button } from '../kit/button.tsx';
import { Frame } from '../kit/frame.tsx';
import { useWords } from '../words/words.ts';

export function KeyboardSheet({ onClose }: { readonly onClose: () => void }) {
  const words = useWords();
  const { key } = words.frame;
  const lines = [['Ctrl K', key.palette], ['?', key.sheet], ['Tab', key.tab], ['Enter', key.enter], ['↑ ↓ ← →', key.arrows], ['Esc', key.escape]] as const;
  return (
    <Frame title={words.frame.keysTitle} onClose={onClose}>
      {(close) => (
        <>
          <dl className="keys">{lines.map(([name, what]) => <div key={name}><dt><kbd>{name}</kbd></dt><dd>{what}</dd></div>)}</dl>
          <div className="acts"><Button variant="primary" onPress={close}>{words.close}</Button></div>
        </>
      )}
    </Frame>
  );
}
