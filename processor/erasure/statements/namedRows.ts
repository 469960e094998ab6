/** The conditions that a row of `kept` names the user of parameter `user`. */
export function namesUser(table: 'calls' | 'spans' | 'ledger', user: string): string {
  if (table !== 'calls') return `kept.user_id = ${user}`;
  return `(kept.user_id = ${user} or kept.own ->> 'user' = ${user} or kept.own -> 'resource' ->> 'user' = ${user})`;
}
