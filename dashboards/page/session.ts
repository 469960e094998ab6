import { useEffect, useState } from 'preact/hooks';
import type { Who } from './answers.ts';

/** Of this tab alone, and gone with it: never in the address, never in a cookie. */
const STORED = 'tollgate.key';

interface Session {
  readonly key: string | null;
  readonly who: Who | null;
  /** Somebody has to sign in; with a text, why the last key did not do. */
  readonly asked: { readonly because: string | null } | null;
}

let session: Session = { key: readKey(), who: null, asked: null };
const listeners = new Set<() => void>();

function readKey(): string | null {
  try {
    return sessionStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function writeKey(key: string | null): void {
  try {
    if (key === null) sessionStorage.removeItem(STORED);
    else sessionStorage.setItem(STORED, key);
  } catch {
    // Then it is held for as long as the page is open.
  }
}

function change(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

export function keyOf(): string | null {
  return session.key;
}

export function signIn(key: string, who: Who): void {
  writeKey(key);
  change({ key, who, asked: null });
}

/** Back to the form that asks for a key. */
export function signOut(because: string | null = null): void {
  writeKey(null);
  change({ key: null, who: null, asked: { because } });
}

export function setWho(who: Who): void {
  change({ ...session, who });
}

export function useSession(): Session {
  const [state, setState] = useState(session);
  useEffect(() => {
    const listener = (): void => setState(session);
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return state;
}

export function useWho(): Who | null {
  return useSession().who;
}

/** Budgets, prices and approvals are changed with the scope `admin`. */
export function mayChange(who: Who | null): boolean {
  return who?.scopes.includes('admin') ?? false;
}
