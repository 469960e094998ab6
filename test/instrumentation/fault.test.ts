import { expect, it } from 'vitest';
import { reasonOfFault, sayFault } from '../../instrumentation/fault.ts';
import { hearStderr } from './heard.ts';

const said = hearStderr();

it('whatever was thrown is said, what has no text too', () => {
  const odd = new Error('unread');
  Object.defineProperty(odd, 'message', {
    get: () => {
      throw new Error('mine');
    },
  });
  for (const fault of [Object.create(null), odd, Symbol('thrown'), undefined])
    sayFault(`testing ${said.length}`, fault);
  expect(said).toEqual([
    'tollgate: testing 0: something that has no text was thrown; the application is not affected\n',
    'tollgate: testing 1: something that has no text was thrown; the application is not affected\n',
    'tollgate: testing 2: Symbol(thrown); the application is not affected\n',
    'tollgate: testing 3: undefined; the application is not affected\n',
  ]);
});

it('why nobody could be reached is the message, or the code where several addresses were tried', () => {
  const none = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  expect([new Error('refused'), none, new AggregateError([]), 'text'].map(reasonOfFault)).toEqual([
    'refused',
    'ECONNREFUSED',
    'AggregateError: ',
    'text',
  ]);
});
