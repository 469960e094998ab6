import type { JSX } from 'preact';
import type { LedgerEntry } from '../../answers.ts';
import { bookingWords } from '../../model/callWords.ts';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import { Time } from '../../parts/Time.tsx';

/** The call in the ledger: what was booked, and what was booked back. */
export function Bookings({ entries }: { readonly entries: readonly LedgerEntry[] }): JSX.Element {
  if (entries.length === 0) return <p class="mut">Nothing is booked: the call is in no sum.</p>;
  return (
    <table class="bookings">
      <caption class="vh">Bookings of the call in their order</caption>
      <thead>
        <tr>
          <th scope="col">Booked</th>
          <th scope="col">Why</th>
          <th scope="col" class="hide-phone">
            Agent, user
          </th>
          <th scope="col" class="num">
            Cost
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.entry_no}>
            <td class="nw">
              <Time iso={entry.booked_at} />
            </td>
            <td>
              {entry.calls < 0 && <b>booked back: </b>}
              {bookingWords(entry.reason)}
            </td>
            <td class="hide-phone mut">
              <Name text={entry.agent ?? '(none)'} />, <Name text={entry.user ?? '(none)'} />
            </td>
            <td class="num">
              <MoneyCell usd={entry.cost_usd} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
