import './prices.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../parts/Button.tsx';
import { mayChange, useWho } from '../../session.ts';
import { OnlyWithAdmin } from '../budgets/BudgetsView.tsx';
import { PriceList } from './PriceList.tsx';
import { PriceSetting, type Setting } from './PriceSetting.tsx';
import { Unpriced } from './Unpriced.tsx';

/** `/prices`: what has no price, and what every other model costs. */
export function PricesView(): JSX.Element {
  const isAllowed = mayChange(useWho());
  const [setting, setSetting] = useState<Setting | null>(null);
  const [version, setVersion] = useState(0);
  const onSet = isAllowed ? setSetting : null;
  return (
    <>
      <header class="sheet-head">
        <h1 tabIndex={-1}>Prices</h1>
        <p class="lead">
          A call costs what was set here, else what its provider reported, else what the rate card says.
        </p>
        <div class="head-tools">
          {isAllowed ? (
            <Button kind="primary" onClick={() => setSetting({ provider: null, model: '', known: null })}>
              Set a price
            </Button>
          ) : (
            <OnlyWithAdmin what="Prices are set" />
          )}
        </div>
      </header>
      <Unpriced onSet={onSet} version={version} />
      <PriceList version={version} />
      {setting !== null && (
        <PriceSetting
          setting={setting}
          onChanged={() => setVersion((before) => before + 1)}
          onClose={() => setSetting(null)}
        />
      )}
    </>
  );
}
