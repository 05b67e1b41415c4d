/** Files that somebody adds: picked, named, taken away again. */
import { FileTrigger } from 'react-aria-components';
import { fill, useLocale, useWords } from '../words/words.ts';
import { Button } from './button.tsx';
import { CrossIcon, FileIcon } from './icons.tsx';
import { sizeText } from './writing.ts';

export function FilesField({ files, onChange }: { readonly files: readonly File[]; readonly onChange: (files: readonly File[]) => void }) {
  const [words, locale] = [useWords(), useLocale()];
  return (
    <div className="field">
      <span className="label" id="files">{words.draft.files}</span>
      <ul className="files" aria-labelledby="files">
        {files.map((file, i) => (
          <li key={`${file.name} ${i}`}><FileIcon /><span className="file-name">{file.name}</span><span className="soft">{sizeText(file.size, locale)}</span>
            <Button variant="quiet" aria-label={fill(words.draft.removeFile, { name: file.name })} onPress={() => onChange(files.filter((one) => one !== file))}><CrossIcon /></Button></li>
        ))}
      </ul>
      <FileTrigger allowsMultiple onSelect={(picked) => onChange([...files, ...(picked ?? [])])}><Button>{words.draft.addFile}</Button></FileTrigger>
    </div>
  );
}
