import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeProblem, readConfig, type Config } from '../../processor/config.ts';

let directory = '';
beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-policy-'));
});
afterAll(() => fs.rmSync(directory, { recursive: true }));

let files = 0;
function read(text: string, env: Record<string, string> = {}) {
  files += 1;
  const config = path.join(directory, `${files}.yaml`);
  fs.writeFileSync(config, text);
  return readConfig({ config }, env);
}

function accept(text: string, env: Record<string, string> = {}): Config {
  const result = read(text, env);
  if (!result.ok) throw new Error(result.problems.map(describeProblem).join('\n'));
  return result.config;
}

/** `path: expected …, found …` of each. */
function problemsOf(text: string): string[] {
  const result = read(text);
  return result.ok ? [] : result.problems.map((problem) => describeProblem({ ...problem, source: '' }).slice(2));
}

/** 24 bytes, the fewest that Standard Webhooks allows: the example of its specification. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = Buffer.alloc(32, 1).toString('base64');
const SECRET_EXPECTED =
  'a secret of Standard Webhooks: whsec_ and the base64 of 24 to 64 random bytes (openssl rand -base64 32)';
const SECRETS_EXPECTED = `${SECRET_EXPECTED}, or a list of 2`;

describe('budgets and rules of the file', () => {
  it('are read with their defaults', () => {
    const { budgets, rules } = accept(
      [
        'budgets:',
        '  - { name: all, window: month, limit: { usd: "${MONTH}" } }',
        'rules:',
        '  - { name: no-preview-models, match: { model: "*-preview" }, effect: deny }',
        '  - { name: small, match: { agent: classifier }, max_output_tokens: 200, max_cost_per_call_usd: "0.05", mode: shadow }',
      ].join('\n'),
      { MONTH: '1000' },
    );
    expect(budgets).toMatchObject([
      { name: 'all', source: 'file', window: { kind: 'month' }, limit: { unit: 'usd', amount: 10n ** 18n } },
    ]);
    expect(rules).toEqual([
      {
        name: 'no-preview-models',
        match: { model: '*-preview' },
        effect: 'deny',
        maxOutputTokens: null,
        maxCostPerCallFemtoUsd: null,
        mode: 'enforce',
      },
      {
        name: 'small',
        match: { agent: 'classifier' },
        effect: null,
        maxOutputTokens: 200,
        maxCostPerCallFemtoUsd: 5n * 10n ** 13n,
        mode: 'shadow',
      },
    ]);
  });

  it('are refused with every problem of every one, by its path', () => {
    const text = [
      'budgets:',
      '  - { name: twice, window: day, limit: { calls: 1 } }',
      '  - { name: twice, window: never, limit: { calls: 0 } }',
      '  - { name: "a b", window: day, limit: { calls: 1 }, colour: red }',
      'rules:',
      '  - { name: silent, match: { agent: x } }',
      '  - { name: wrong, effect: forbid, max_output_tokens: 0 }',
      '  - { name: silent, effect: warn }',
    ].join('\n');
    const names = 'a name of 1 to 100 characters out of A-Z a-z 0-9 . _ -';
    expect(problemsOf(text)).toEqual([
      'budgets.1.window: expected one of run, session, hour, day, week, month, or rolling: with 1m to 90d, such as rolling:90m, rolling:24h, rolling:7d, found "never"',
      'budgets.1.limit.calls: expected a whole number from 1 to 1000000000000000, found 0',
      `budgets.2.name: expected ${names}, found "a b"`,
      'budgets.2.colour: expected one of the keys name, match, per, window, timezone, limit, alert_at, on_exceed, downgrade, unpriced, lost_calls, mode, min_output_tokens, stop_streams, found the unknown key "colour"',
      'budgets.1.name: expected a name that no other of the budgets has, found "twice"',
      'rules.0: expected something to say of what matches: effect, max_output_tokens or max_cost_per_call_usd, found {"name":"silent","match":{"agent":"x"}}',
      'rules.1.effect: expected one of deny, require_approval, warn, found "forbid"',
      'rules.1.max_output_tokens: expected a whole number from 1 to 10000000, found 0',
      'rules.2.name: expected a name that no other of the rules has, found "silent"',
    ]);
  });

  it('are at most 1,000 budgets', () => {
    const list = (count: number): string =>
      `budgets:\n${Array.from({ length: count }, (_, n) => `  - { name: b${n}, window: day, limit: { calls: 1 } }`).join('\n')}`;
    expect(accept(list(1_000)).budgets).toHaveLength(1_000);
    expect(problemsOf(list(1_001))).toEqual([expect.stringMatching(/^budgets: expected at most 1000 budgets/)]);
  });
});

describe('the callback and those who hear of alerts', () => {
  it('are read with their defaults', () => {
    const { callback, alertEndpoints } = accept(
      [
        'callback: { url: "http://127.0.0.1:8080/decide", secret: "${SECRET}" }',
        'webhooks:',
        `  - { url: "http://127.0.0.1:8081/hook", secret: [${SECRET}, ${OTHER}], events: ["budget.*"] }`,
        '  - { name: chat, url: "https://hooks.example.com/T1/B1/x", format: slack }',
        'email:',
        '  - { name: chat, smtp_url: "smtp://mail.example.com:587", from: tollgate@example.com, to: [ops@example.com] }',
      ].join('\n'),
      { SECRET },
    );
    expect(callback).toEqual({
      url: 'http://127.0.0.1:8080/decide',
      key: Buffer.from(SECRET.replace('whsec_', ''), 'base64'),
      timeoutMs: 200,
      onError: 'allow',
    });
    expect(alertEndpoints).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        format: 'standard',
        url: 'http://127.0.0.1:8081/hook',
        events: ['budget.*'],
        secrets: [SECRET, OTHER],
      },
      { id: 'chat', format: 'slack', url: 'https://hooks.example.com/T1/B1/x', events: ['*'] },
      {
        id: 'email:chat',
        format: 'email',
        smtpUrl: 'smtp://mail.example.com:587',
        from: 'tollgate@example.com',
        to: ['ops@example.com'],
        events: ['*'],
      },
    ]);
  });

  it('keep their deliveries under their address where they have no name, so that two with one address need names', () => {
    const slack = (url: string, name = ''): string => `{ url: "${url}", format: slack${name} }`;
    const ids = (...entries: readonly string[]): string[] =>
      accept(`webhooks: [${entries.join(', ')}]`).alertEndpoints.map(({ id }) => id);
    const [one, two] = ids(slack('https://a.example.com'), slack('https://b.example.com'));
    expect(ids(slack('https://b.example.com'))).toEqual([two]);
    expect(one).not.toBe(two);
    const twice = [slack('https://a.example.com'), slack('https://a.example.com')];
    expect(problemsOf(`webhooks: [${twice.join(', ')}]`)).toEqual([
      'webhooks.1.name: expected a name that no other of the webhooks has, found nothing',
    ]);
    expect(ids(slack('https://a.example.com'), slack('https://a.example.com', ', name: a'))).toEqual([one, 'a']);
  });

  it('takes secrets of 24 to 64 bytes, with the prefix or without', () => {
    const problems = (secret: string): string[] => problemsOf(`callback: { url: "http://x", secret: "${secret}" }`);
    const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');
    for (const good of [base64(24), base64(64), `whsec_${base64(32)}`]) {
      expect(problems(good)).toEqual([]);
    }
    for (const bad of [base64(23), base64(65), 'whsec_', `${base64(32).slice(0, 40)}!!!!`]) {
      expect(problems(bad)).toEqual([
        `callback.secret: expected ${SECRET_EXPECTED}, found a text of ${bad.length} characters`,
      ]);
    }
  });

  it('names every problem and no secret', () => {
    const text = [
      'callback: { url: "ftp://u:p4ss@x", secret: hunter2hunter2, timeout_ms: 5001 }',
      'webhooks:',
      '  - { url: "https://hooks.example.com/hunter2", events: ["budgets.*"] }',
      '  - "https://hooks.example.com/hunter2"',
      '  - { url: "https://hooks.example.com/x", format: teams, secret: [hunter2] }',
      'email:',
      '  - { smtp_url: "http://u:hunter2@mail", from: "a@b\\nBcc: c@d", to: [] }',
    ].join('\n');
    const urls = 'an http or https URL of at most 2048 characters without a name or password in it';
    const events =
      'a list of 1 to 20 globs, each on one or more of budget.threshold_reached, budget.exceeded, call.denied, call.modified, approval.requested, price.unknown_model, anomaly.detected';
    expect(problemsOf(text)).toEqual([
      `callback.url: expected ${urls}, found a text of 14 characters`,
      `callback.secret: expected ${SECRET_EXPECTED}, found a text of 14 characters`,
      'callback.timeout_ms: expected a whole number from 1 to 5000, found 5001',
      `webhooks.0.events.0: expected ${events}, found "budgets.*"`,
      `webhooks.0.secret: expected ${SECRETS_EXPECTED}, found nothing`,
      'webhooks.1: expected a mapping with the keys name, url, secret, events, format, found a text of 33 characters',
      `webhooks.2.secret: expected ${SECRETS_EXPECTED}, found a list or a mapping`,
      'webhooks.2.format: expected one of standard, slack, found "teams"',
      'email.0.smtp_url: expected a URL such as smtp://user:password@mail.example.com:587, or smtps:, of at most 2048 characters, found a text of 21 characters',
      'email.0.from: expected a mail address such as ops@example.com, at most 254 characters, found "a@b\\nBcc: c@d"',
      'email.0.to: expected a list of 1 to 50 mail addresses, found []',
    ]);
    expect(problemsOf(text).join('\n')).not.toMatch(/hunter2|p4ss/);
  });
});
