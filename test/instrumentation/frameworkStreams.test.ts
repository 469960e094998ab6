import { trace } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { endWith } from '../../instrumentation/frameworks/endWith.ts';
import { currentFrameworkSpan, startAgent } from '../../instrumentation/frameworks/frameworkSpan.ts';
import { iterateInside } from '../../instrumentation/frameworks/iterateInside.ts';
import { factsOf, wrapFunction, wrapMethod } from '../../instrumentation/frameworks/wrapMethod.ts';
import { startTracing } from './tracing.ts';

const tracing = startTracing();
const work = (name: string): void => trace.getTracer('test').startSpan(name).end();
const start = (): ReturnType<typeof startAgent> => startAgent({ name: 'bot' });
const always = (): boolean => true;

afterEach(() => {
  vi.restoreAllMocks();
  tracing.forget();
});

afterAll(() => tracing.stop());

describe('a generator that runs inside a span', () => {
  async function* steps(): AsyncGenerator<number, string> {
    work('first step');
    yield 1;
    await Promise.resolve();
    work('second step');
    yield 2;
    return 'done';
  }
  const inside = (generator: AsyncGenerator, isFailure = always): AsyncGenerator =>
    iterateInside(generator, start, isFailure) as AsyncGenerator;

  it('has every step inside, and what its consumer does outside', async () => {
    for await (const value of inside(steps())) work(`read ${String(value)}`);
    expect(tracing.names()).toEqual(['first step', 'read 1', 'second step', 'read 2', 'invoke_agent bot']);
    expect(tracing.parentOf('first step')).toBe('invoke_agent bot');
    expect(tracing.parentOf('second step')).toBe('invoke_agent bot');
    expect([tracing.parentOf('read 1'), tracing.parentOf('read 2')]).toEqual([null, null]);
  });

  it('gives the values, the end and the kind of object it gives without', async () => {
    const generator = inside(steps());
    expect(generator[Symbol.asyncIterator]()).toBe(generator);
    expect(Object.prototype.toString.call(generator)).toBe('[object AsyncGenerator]');
    expect(Object.getPrototypeOf(generator)).toBe(steps.prototype);
    expect(await generator.next()).toEqual({ value: 1, done: false });
    expect(await generator.next()).toEqual({ value: 2, done: false });
    expect(await generator.next()).toEqual({ value: 'done', done: true });
    expect(await generator.next()).toEqual({ value: undefined, done: true });
  });

  it('ends the span when it is left early, and starts none when it is never read', async () => {
    for await (const _value of inside(steps())) break;
    expect(tracing.names()).toEqual(['first step', 'invoke_agent bot']);
    expect(await inside(steps()).return('early')).toEqual({ value: 'early', done: true });
    expect(tracing.names()).toEqual(['first step', 'invoke_agent bot']);
  });

  it('fails as it fails without, as an error of the span where it is one', async () => {
    const failing = async function* (): AsyncGenerator<number> {
      yield 1;
      throw new RangeError('no');
    };
    for (const isFailure of [always, () => false]) {
      const generator = inside(failing(), isFailure);
      await generator.next();
      await expect(generator.next()).rejects.toThrow(RangeError);
    }
    const thrown = inside(steps());
    await thrown.next();
    await expect(thrown.throw(new TypeError('from outside'))).rejects.toThrow('from outside');
    expect(tracing.names()).toEqual(['invoke_agent bot', 'invoke_agent bot', 'first step', 'invoke_agent bot']);
  });

  it('stays what it is where it is no generator, or where there is no span', async () => {
    expect(iterateInside('text', start, always)).toBe('text');
    const values: unknown[] = [];
    const generator = iterateInside(steps(), () => null, always) as AsyncGenerator;
    for await (const value of generator) values.push(value);
    expect(values).toEqual([1, 2]);
    expect(tracing.names()).toEqual(['first step', 'second step']);
  });
});

describe('what goes on after it was returned', () => {
  it('ends its span when it says that it is done, with its error', async () => {
    let settle: (end: { readonly error: unknown } | undefined) => void = () => {};
    const done = new Promise<{ readonly error: unknown } | undefined>((resolve) => (settle = resolve));
    const result = {};
    const call = async (): Promise<object> => {
      work('inside');
      return result;
    };
    expect(await endWith(start(), call, () => done)).toBe(result);
    expect(tracing.names()).toEqual(['inside']);
    settle({ error: new RangeError('no') });
    await vi.waitFor(() => expect(tracing.names()).toEqual(['inside', 'invoke_agent bot']));
    expect(tracing.attributesOf('invoke_agent bot')['error.type']).toBe('RangeError');
  });

  it('ends it at once where nobody can say, or where it fails before', async () => {
    expect(
      endWith(
        start(),
        () => 'value',
        () => null,
      ),
    ).toBe('value');
    const fault = new TypeError('no');
    await expect(
      endWith(
        start(),
        () => Promise.reject(fault),
        () => null,
      ),
    ).rejects.toBe(fault);
    expect(() =>
      endWith(
        start(),
        () => {
          throw fault;
        },
        () => null,
      ),
    ).toThrow(fault);
    expect(tracing.names()).toEqual(['invoke_agent bot', 'invoke_agent bot', 'invoke_agent bot']);
  });

  it('is given back unharmed where asking for its end fails, which is said', () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const ask = (): never => {
      throw new Error('no such end');
    };
    expect(endWith(start(), () => 'value', ask)).toBe('value');
    expect(said.mock.calls.flat().join('')).toContain('watching an agent: Error: no such end');
    expect(tracing.names()).toEqual(['invoke_agent bot']);
  });
});

describe('a method that is wrapped', () => {
  class Greeter {
    name = 'g';
    greet(whom: string, _how?: string): string {
      return `${this.name} ${whom} ${currentFrameworkSpan()?.name ?? 'alone'}`;
    }
  }
  type Greet = (this: void) => string;
  const greetOf = (owner: typeof Greeter): Greet =>
    Object.getOwnPropertyDescriptor(owner.prototype, 'greet')?.value as Greet;
  const original = greetOf(Greeter);

  it('is called as it was called, and looks as it did', () => {
    const around = (_self: unknown, _args: readonly unknown[], call: () => unknown): unknown => start()?.inside(call);
    wrapMethod(Greeter, 'greet', around);
    const greet = greetOf(Greeter);
    expect(new Greeter().greet('you')).toBe('g you bot');
    expect([greet.name, greet.length, Object.keys(Greeter.prototype)]).toEqual([original.name, original.length, []]);
    wrapMethod(Greeter, 'greet', around);
    expect(greetOf(Greeter)).toBe(greet);
    expect(wrapFunction(greet as never, around)).toBe(greet);
  });

  it('is none where there is no such class or method', () => {
    for (const owner of [undefined, null, {}, Greeter]) wrapMethod(owner, 'missing', () => 'wrapped');
    expect('missing' in Greeter.prototype).toBe(false);
  });

  it('runs without facts where reading them fails, which is said', () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const read = (): never => {
      throw new Error('odd object');
    };
    expect(factsOf('an odd agent', read)).toBeNull();
    expect(said.mock.calls.flat().join('')).toContain('reading an odd agent: Error: odd object');
  });
});
