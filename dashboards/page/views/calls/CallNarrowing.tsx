import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type CallQuestion, charges, costStatuses, isTraceId, isUsd } from '../../model/callQuestion.ts';
import { Segments } from '../../parts/Segments.tsx';
import { Select } from '../../parts/Select.tsx';
import { TextField } from '../../parts/TextField.tsx';
import { useQuery } from '../../router.ts';

/** Narrows a list of calls by what is no dimension: charge, state of the cost, least cost, trace. */
export function CallNarrowing({ question }: { readonly question: CallQuestion }): JSX.Element {
  const [, setCharge] = useQuery('charge', 'charged');
  const [, setStatus] = useQuery('cost_status', '');
  return (
    <div class="narrowing">
      <Segments
        label="Charge"
        value={question.charge}
        options={charges.map((charge) => ({ value: charge, label: charge }))}
        onChange={(charge) => setCharge(charge === 'charged' ? null : charge)}
      />
      <Select
        label="Cost"
        value={question.costStatus ?? ''}
        options={[{ value: '', label: 'any' }, ...costStatuses.map((status) => ({ value: status, label: status }))]}
        onChange={(status) => setStatus(status === '' ? null : status)}
      />
      <Narrow name="min_cost_usd" label="At least, in USD" isValid={isUsd} fault="a number such as 0.05" />
      <Narrow name="trace_id" label="Trace id" isValid={isTraceId} fault="32 hexadecimal digits" />
    </div>
  );
}

interface NarrowProps {
  readonly name: string;
  readonly label: string;
  readonly isValid: (text: string) => boolean;
  readonly fault: string;
}

/** A text that narrows the list once it is one that the API takes; until then it says what is expected. */
function Narrow({ name, label, isValid, fault }: NarrowProps): JSX.Element {
  const [asked, setAsked] = useQuery(name, '');
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  const onInput = (typed: string): void => {
    setText(typed);
    if (typed.trim() === '') setAsked(null);
    else if (isValid(typed)) setAsked(typed.trim());
  };
  const isAmiss = text.trim() !== '' && !isValid(text);
  return <TextField label={label} value={text} onInput={onInput} {...(isAmiss ? { fault } : {})} />;
}
