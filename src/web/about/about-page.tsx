/** What Trạm is, what it is not certified for, and what these pages trust. */
import { ShieldIcon } from '../kit/icons.tsx';
import { useWords } from '../words/words.ts';

export function AboutPage() {
  const words = useWords();
  return (
    <article className="room prose">
      <h1>{words.about.title}</h1>
      <p>{words.about.what}</p>
      <p className="caution"><ShieldIcon /><span>{words.notCertified}</span></p>
      <h2>{words.about.trustTitle}</h2>
      <p>{words.about.trust}</p>
      <h2>{words.about.quietTitle}</h2>
      <p>{words.about.quiet}</p>
    </article>
  );
}
