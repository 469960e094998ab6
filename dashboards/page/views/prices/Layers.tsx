import type { JSX } from 'preact';
import { Message } from '../../parts/Message.tsx';
import type { ExplainedPrice } from '../../policyAnswers.ts';

const layerWords: Readonly<Record<string, string>> = {
  override: 'Set here',
  reported: 'Reported',
  usage: 'Usage',
  correction: 'Correction',
  adjustment: 'Adjustment',
  card: 'Rate card',
};

/** Who was asked for the price, in their order, what each said, and who decided. */
export function Layers({
  explained: { price, layers, suggestions },
}: {
  readonly explained: ExplainedPrice;
}): JSX.Element {
  return (
    <section>
      <div class="section-head">
        <h2>
          Why <span class="mut">the first that knows a price decides</span>
        </h2>
      </div>
      <ol class="layers">
        {layers.map(({ layer, decides, says }) => (
          <li key={layer} class={decides ? 'decides' : undefined}>
            <span class="layer-name">
              {layerWords[layer] ?? layer}
              {decides && <Decides isPriced={price !== null} />}
            </span>
            <Message text={says} />
          </li>
        ))}
      </ol>
      {suggestions.length > 0 && <p class="mut">Known names like it: {suggestions.join(', ')}</p>}
    </section>
  );
}

function Decides({ isPriced }: { readonly isPriced: boolean }): JSX.Element {
  return <span class={`state-words ${isPriced ? 'ok' : 'warn'}`}>{isPriced ? ' ● decides' : ' ▲ no price'}</span>;
}
