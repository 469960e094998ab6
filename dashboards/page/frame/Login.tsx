import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Who } from '../answers.ts';
import { Fault } from '../client.ts';
import { Button } from '../parts/Button.tsx';
import { TextField } from '../parts/TextField.tsx';
import { signIn } from '../session.ts';

/** Asks with the key itself, so that a wrong one is not kept. Throws `Fault`. */
async function whoHas(key: string): Promise<Who> {
  let response: Response;
  try {
    response = await fetch('/api/v1/whoami', { headers: { authorization: `Bearer ${key}` } });
  } catch {
    throw new Fault(0, { detail: 'Tollgate cannot be reached.' });
  }
  if (response.status === 401)
    throw new Fault(401, { detail: 'Tollgate does not know this key: it was revoked, or a part of it is missing.' });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Fault(response.status, answer as { detail?: string });
  return answer as Who;
}

/** A key can be sent as a header only if it has no other characters. */
const SENDABLE = /^[\x21-\x7e]+$/;

export function Login({ because }: { readonly because: string | null }): JSX.Element {
  const [key, setKey] = useState('');
  const [fault, setFault] = useState<string | null>(because);
  const [isBusy, setIsBusy] = useState(false);
  const enter = async (): Promise<void> => {
    const given = key.trim();
    if (!SENDABLE.test(given)) {
      setFault('Expected an API key, which begins with tg_.');
      return;
    }
    setIsBusy(true);
    try {
      signIn(given, await whoHas(given));
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      setIsBusy(false);
    }
  };
  return (
    <form
      class="login"
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <h1 tabIndex={-1}>Sign in</h1>
      <p class="mut">
        This Tollgate has API keys. One with the scope <code>query</code> reads the books, with <code>admin</code> it
        also changes budgets and prices. It is kept in this tab alone, until you sign out or close it.
      </p>
      <TextField
        label="API key"
        type="password"
        value={key}
        onInput={setKey}
        fault={fault}
        placeholder="tg_…"
        required
      />
      <Button kind="primary" type="submit" disabled={isBusy || key.trim() === ''}>
        Sign in
      </Button>
      <p class="mut">
        To make one: <code>tollgate keys create --tenant default --scope query,admin</code>
      </p>
    </form>
  );
}
