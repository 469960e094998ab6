import { describe, expect, it } from 'vitest';
import { withLocalTimes } from '../../dashboards/page/model/localTimes.ts';

describe('a message of Tollgate', () => {
  it('has its times as the clock of the viewer has them', () => {
    // Berlin is an hour ahead of UTC in December.
    expect(withLocalTimes('0 of 17 USD are left until 2026-12-01T00:00:00Z', 'Europe/Berlin')).toBe(
      '0 of 17 USD are left until 1 Dec 01:00',
    );
    expect(withLocalTimes('from 2026-11-10T08:30:00.000Z to further notice', 'UTC')).toBe(
      'from 10 Nov 08:30 to further notice',
    );
  });

  it('keeps what only looks like a time', () => {
    expect(withLocalTimes('agent 2026-99-99T00:00:00Z, 2026-12-01 and 2026-12-01T00:00:00', 'UTC')).toBe(
      'agent 2026-99-99T00:00:00Z, 2026-12-01 and 2026-12-01T00:00:00',
    );
  });
});
