import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callColumnNames } from '../../processor/export/callLines.ts';
import { focusColumnNames } from '../../processor/export/focus/focusColumns.ts';
import { meters } from '../../processor/export/focus/meters.ts';

const page = fs.readFileSync(new URL('../../docs/reference/api.md', import.meta.url), 'utf8');
const [, exported = ''] = page.split('\n## Export\n');
const [about = ''] = exported.split('\n## ');

describe('the reference of exports', () => {
  it('lists the columns of a call in their order', () => {
    const [, listed = ''] = /```\n(trace_id [^`]*)```/.exec(about) ?? [];
    expect(listed.trim().split(/\s+/)).toEqual(callColumnNames);
  });

  it('says of every column of FOCUS what it holds, and of none that there is not', () => {
    const [, focus = ''] = about.split('\n### FOCUS\n');
    const named = [...focus.matchAll(/`((?:[A-Z][a-z]+){2,}|x_[A-Z]\w+|Tags)`/g)].map(([, name = '']) => name);
    const details = ['x_Model', 'x_TokenKind', 'x_ServiceTier'];
    expect(new Set(named)).toEqual(new Set([...focusColumnNames, ...details]));
  });

  it('names the unit of every meter', () => {
    const units = new Set(Object.values(meters).map(({ unit }) => unit));
    for (const unit of units) expect(about).toContain(`\`${unit}\``);
  });
});
