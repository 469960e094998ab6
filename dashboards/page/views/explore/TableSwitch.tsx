import type { JSX } from 'preact';

interface Props {
  readonly isTable: boolean;
  readonly onChange: (isTable: boolean) => void;
}

export function TableSwitch({ isTable, onChange }: Props): JSX.Element {
  return (
    <button type="button" class="lnk" onClick={() => onChange(!isTable)}>
      {isTable ? 'Show as chart' : 'Show as table'}
    </button>
  );
}
