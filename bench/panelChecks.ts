import type { Asked } from '../test/dashboards/agree.ts';
import type { QueryRange } from '../test/dashboards/expandMacros.ts';
import { expected, otherwise } from '../test/dashboards/expected.ts';

class Recorded extends Error {
  readonly path: string;
  constructor(path: string) {
    super(path);
    this.path = path;
  }
}

/** Which question of the API test/dashboards/agreement.test.ts holds a panel to, digit by digit: the first that it asks. */
export async function checkOf(
  uid: string,
  title: string,
  range: QueryRange,
  values: Readonly<Record<string, string>>,
): Promise<string | null> {
  const expects = expected[uid]?.[title];
  if (expects === undefined) return otherwise[`${uid} / ${title}`] ?? null;
  const { from, to } = range;
  const { trace_id: traceId } = values;
  const get = async (path: string): Promise<never> => {
    throw new Recorded(path);
  };
  const asked: Asked = { exact: range, from, to, timezone: 'UTC', period: 'day', values, now: to, get };
  try {
    await expects(asked);
    return null;
  } catch (fault) {
    if (!(fault instanceof Recorded)) throw fault;
    const written = traceId === undefined ? fault.path : fault.path.replace(traceId, 'ID');
    const [path = '', query = ''] = written.split('?');
    const named = query.split('&').filter((part) => /^(group_by|interval|sort|charge|trace_id)=/.test(part));
    return [path.replace('/api/v1', ''), ...(named.length > 0 ? [named.join('&')] : [])].join('?');
  }
}
