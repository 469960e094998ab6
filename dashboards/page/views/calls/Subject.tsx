import type { ComponentChildren, JSX } from 'preact';
import type { OneCall } from '../../answers.ts';
import { attributionWords } from '../../model/callWords.ts';
import { filterParams } from '../../model/filters.ts';
import { type ListName, oneHref } from '../../model/lists.ts';
import { Name } from '../../parts/Name.tsx';
import { hrefOf, Link } from '../../router.ts';
import { Fact, Facts } from './Facts.tsx';

/** Whom the call belongs to, and which rule says so. */
export function Subject({ call }: { readonly call: OneCall }): JSX.Element {
  const above = call.agent_path.slice(1);
  return (
    <Facts label="Who the call belongs to">
      <Said name="Agent" list="agents" value={call.agent} rule={call.attribution.agent}>
        {above.length > 0 && <div class="mut">below {above.map((agent) => `“${agent}”`).join(', below ')}</div>}
      </Said>
      <Said name="User" list="users" value={call.user} rule={call.attribution.user} />
      <Said name="Session" list="sessions" value={call.session} rule={call.attribution.session} />
      <Fact name="Run">
        <Link href={oneHref('runs', call.run)}>
          <Name text={call.run} />
        </Link>
      </Fact>
      <Fact name="Service">{call.service}</Fact>
      <Fact name="Environment">{call.environment}</Fact>
      <Fact name="Endpoint">{call.endpoint}</Fact>
      {Object.entries(call.tags).map(([tag, value]) => (
        <Fact key={tag} name={`Tag ${tag}`}>
          <Link href={hrefOf('/calls', filterParams([{ dimension: `tag.${tag}`, value }]))}>
            <Name text={value} />
          </Link>
        </Fact>
      ))}
    </Facts>
  );
}

interface SaidProps {
  readonly name: string;
  readonly list: ListName;
  readonly value: string | null;
  readonly rule: string | null;
  readonly children?: ComponentChildren;
}

function Said({ name, list, value, rule, children }: SaidProps): JSX.Element {
  if (value === null) return <Fact name={name}>{null}</Fact>;
  return (
    <Fact name={name}>
      <Link href={oneHref(list, value)}>
        <Name text={value} />
      </Link>
      <div class="mut">{attributionWords(rule)}</div>
      {children}
    </Fact>
  );
}
