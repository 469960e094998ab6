import type { JSX } from 'preact';
import type { Costs } from '../../answers.ts';
import { matchDimensions, type MatchLine, TAG } from '../../model/budgetDraft.ts';
import { dimensionWord, escapeValue } from '../../model/filters.ts';
import { Button } from '../../parts/Button.tsx';
import { Check } from '../../parts/Check.tsx';
import { Select } from '../../parts/Select.tsx';
import { TextField } from '../../parts/TextField.tsx';
import { useAnswer } from '../../useAnswer.ts';
import type { DraftFields } from './draftFields.ts';

const SUGGESTED_VALUES = 50;

/** Which calls it counts, and whether each of something has a counter of its own. */
export function MatchFields(fields: DraftFields): JSX.Element {
  const { draft, faults, change } = fields;
  const setLine = (at: number, line: MatchLine): void =>
    change({ match: draft.match.map((before, index) => (index === at ? line : before)) });
  const free = matchDimensions.find((name) => draft.match.every(({ dimension }) => dimension !== name)) ?? TAG;
  const fault = faults.of('match');
  return (
    <>
      <fieldset>
        <legend>Which calls</legend>
        {draft.match.length === 0 && <p class="field-hint">All calls count. Add a condition to count only some.</p>}
        {draft.match.map((line, at) => (
          <MatchRow
            // Lines have no name of their own: their place is what they are.
            key={at}
            line={line}
            onChange={(changed) => setLine(at, changed)}
            onRemove={() => change({ match: draft.match.filter((_, index) => index !== at) })}
          />
        ))}
        {fault !== null && <p class="field-fault">▲ {fault}</p>}
        <Button
          kind="quiet"
          onClick={() => change({ match: [...draft.match, { dimension: free, tag: '', glob: '' }] })}
        >
          Add a condition
        </Button>
      </fieldset>
      <PerFields {...fields} />
    </>
  );
}

interface RowProps {
  readonly line: MatchLine;
  readonly onChange: (line: MatchLine) => void;
  readonly onRemove: () => void;
}

function MatchRow({ line, onChange, onRemove }: RowProps): JSX.Element {
  const { dimension, tag, glob } = line;
  const { data } = useAnswer<Costs>(dimension === TAG ? null : '/api/v1/costs', {
    group_by: escapeValue(dimension),
    limit: SUGGESTED_VALUES,
  });
  const values = (data?.groups ?? []).map((group) => String(group[dimension] ?? '')).filter((value) => value !== '');
  return (
    <div class="field-row with-remove">
      <Select
        label="Where"
        value={dimension}
        options={[...matchDimensions, TAG].map((value) => ({ value, label: dimensionWord(value) }))}
        onChange={(chosen) => onChange({ ...line, dimension: chosen })}
      />
      {dimension === TAG && (
        <TextField label="Name of the tag" value={tag} onInput={(text) => onChange({ ...line, tag: text })} />
      )}
      <TextField
        label="is"
        value={glob}
        onInput={(text) => onChange({ ...line, glob: text })}
        placeholder="a name, or a glob such as gpt-4*"
        suggestions={dimension === TAG ? [] : values}
      />
      <Button kind="quiet" label={`Remove the condition on ${dimension}`} onClick={onRemove}>
        ×
      </Button>
    </div>
  );
}

function PerFields({ draft, faults, change }: DraftFields): JSX.Element {
  const fault = faults.of('per');
  const own = draft.window === 'run' || draft.window === 'session' ? draft.window : null;
  return (
    <fieldset>
      <legend>A counter of its own for each</legend>
      <p class="field-hint">With none, all calls that match share one limit.</p>
      <div class="checks">
        {matchDimensions
          .filter((name) => name !== own)
          .map((name) => (
            <Check
              key={name}
              label={dimensionWord(name)}
              isChecked={draft.per.includes(name)}
              onChange={(isChecked) =>
                change({ per: isChecked ? [...draft.per, name] : draft.per.filter((each) => each !== name) })
              }
            />
          ))}
      </div>
      <TextField
        label="Tags"
        value={draft.perTags}
        onInput={(perTags) => change({ perTags })}
        hint="Names of tags, with commas between them: feature, team"
      />
      {fault !== null && <p class="field-fault">▲ {fault}</p>}
    </fieldset>
  );
}
