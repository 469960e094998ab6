import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigProblem {
  /** Dotted key, or '' for the file as a whole. */
  readonly path: string;
  /** The file, variable or flag the value came from. */
  readonly source: string;
  readonly found: string;
  readonly expected: string;
}

/** The settings before they are checked. */
export interface RawConfig {
  readonly values: Record<string, unknown>;
  /** Where each top-level key's value came from. */
  readonly sources: Map<string, string>;
  readonly problems: ConfigProblem[];
}

const REFERENCE = /\$\{([^}]*)\}/g;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Replaces `${NAME}` in every text of a YAML value by the environment's. It works on parsed values, so that a variable's
 * content can never become YAML. A missing variable or a malformed name is a problem and leaves the text as it was.
 */
function substitute(
  value: unknown,
  env: Environment,
  path: string,
  report: (problem: Omit<ConfigProblem, 'source'>) => void,
): unknown {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, (reference, name: string) => {
      const content = VARIABLE_NAME.test(name) ? env[name] : undefined;
      if (content !== undefined) return content;
      const expected = VARIABLE_NAME.test(name)
        ? `the environment variable ${name} to be set`
        : 'the name of an environment variable between ${ and }';
      report({ path, found: JSON.stringify(reference), expected });
      return reference;
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, env, `${path}.${index}`, report));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, env, `${path}.${key}`, report)]),
    );
  }
  return value;
}

/** Reads the file's settings, variables put in. Where it need not exist, a missing file is an empty one. */
export function readConfigFile(path: string, isRequired: boolean, env: Environment): RawConfig {
  const raw: RawConfig = { values: {}, sources: new Map(), problems: [] };
  const fail = (found: string, expected: string): RawConfig => {
    raw.problems.push({ path: '', source: path, found, expected });
    return raw;
  };
  let content: unknown;
  try {
    content = parseYaml(readFileSync(path, 'utf8'), { logLevel: 'error' });
  } catch (error) {
    const fault = error as NodeJS.ErrnoException;
    if (fault.code === 'ENOENT' && !isRequired) return raw;
    const isUnreadable = typeof fault.code === 'string' && typeof fault.syscall === 'string';
    return isUnreadable
      ? fail(`none that can be read (${fault.code})`, 'a file')
      : fail(fault.message.split('\n')[0] ?? fault.message, 'YAML');
  }
  if (content === null || content === undefined) return raw;
  if (typeof content !== 'object' || Array.isArray(content))
    return fail(describeValue(content), 'a mapping of settings');
  for (const [key, value] of Object.entries(content)) {
    raw.sources.set(key, path);
    raw.values[key] = substitute(value, env, key, (problem) => raw.problems.push({ ...problem, source: path }));
  }
  return raw;
}

export function describeValue(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
