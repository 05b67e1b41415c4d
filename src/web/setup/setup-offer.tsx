/** From practice to a real organisation: the machine makes room for it at its own address. */
import { Refusal } from '#core/refusals.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useWork } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import type { PracticeApi } from '../practice/practice-api.ts';

export function SetupOffer({ api }: { readonly api: PracticeApi }) {
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  const open = (search: string): void => run(async () => {
    const url = new URL((await api.openSetup()).url);
    url.search = search;
    location.assign(url);
  });
  return (
    <div className="offer">
      <Button isDisabled={isBusy} onPress={() => open('')}>{words.setup.open}</Button>
      <span className="soft">{words.setup.openWhat}</span>
      <Button isDisabled={isBusy} onPress={() => open('join=1')}>{words.setup.join}</Button>
      <span className="soft">{words.setup.joinWhat}</span>
      <Fault error={fault} />
      {fault instanceof Refusal && fault.code === 'data-folder-occupied' && <p>{words.setup.occupied}</p>}
    </div>
  );
}
