/** One button in four kinds. */
import { Button as AriaButton, type ButtonProps } from 'react-aria-components';

export interface Props extends ButtonProps {
  readonly variant?: 'primary' | 'plain' | 'quiet' | 'danger';
}

export function Button({ variant = 'plain', ...rest }: Props) {
  return <AriaButton {...rest} className={`button ${variant}`} />;
}
