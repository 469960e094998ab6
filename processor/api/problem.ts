/**
 * Failures as RFC 9457 problem details (https://www.rfc-editor.org/rfc/rfc9457): the one place that maps them to the wire.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type ErrorCode, errorTable, TollgateError } from '../../src/errors.ts';
import { withoutKeys } from '../access/keyText.ts';
import { problemsOf } from '../schemaParts.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** What of a bad value is repeated to the sender. */
const FOUND_LENGTH_MAX = 120;

export interface ParameterFault {
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}

/** One or more parameters are wrong; all of them are named at once. */
export class BadParameters extends TollgateError {
  readonly faults: readonly ParameterFault[];

  constructor(faults: readonly ParameterFault[]) {
    super(
      'bad_parameter',
      faults.map(({ field, found, expected }) => `${field}: found ${found}, expected ${expected}`).join('; '),
    );
    this.faults = faults;
  }
}

export function badParameter(field: string, found: unknown, expected: string): BadParameters {
  return new BadParameters([{ field, found: shown(found), expected }]);
}

/** Every check of this API words its message as what was expected, so that zod's issues say all that a problem has to say. */
export function parameterFaults(issues: readonly z.core.$ZodIssue[], input: unknown): readonly ParameterFault[] {
  return problemsOf(issues, input, shown).map(({ path, found, expected }) => ({
    field: path === '' ? 'body' : path,
    found,
    expected,
  }));
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > FOUND_LENGTH_MAX ? `${text.slice(0, FOUND_LENGTH_MAX)}…` : text;
}

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.object({ field: z.string(), found: z.string(), expected: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

type Problem = z.output<typeof problemSchema>;

export function problemOf(failure: TollgateError, instance: string): Problem {
  const { status, title } = errorTable[failure.code];
  const problem: Problem = {
    type: 'about:blank',
    title,
    status,
    code: failure.code,
    detail: withoutKeys(failure.message),
    instance: withoutKeys(instance),
  };
  if (!(failure instanceof BadParameters)) return problem;
  return { ...problem, errors: failure.faults.map((fault) => ({ ...fault, found: withoutKeys(fault.found) })) };
}

export async function sendProblem(failure: TollgateError, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { status } = errorTable[failure.code];
  if (failure.retryAfterSeconds !== null) void reply.header('retry-after', String(failure.retryAfterSeconds));
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="tollgate"');
  const [path = ''] = request.url.split('?');
  await reply
    .code(status)
    .type(PROBLEM_TYPE)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problemOf(failure, path));
}

/** What Fastify itself finds wrong, by its status; everything without a code of ours is a fault of ours. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'body_too_large',
  414: 'bad_request',
  415: 'unsupported_media_type',
  431: 'bad_request',
  503: 'overloaded',
};

export function asTollgateError(failure: unknown): TollgateError {
  if (failure instanceof TollgateError) return failure;
  const { statusCode, message } = failure as Partial<FastifyError>;
  const code = statusCode === undefined ? undefined : codeOfStatus[statusCode];
  if (code !== undefined) return new TollgateError(code, message ?? errorTable[code].title, { cause: failure });
  return new TollgateError('internal', 'The request could not be answered. The log has the reason.', {
    cause: failure,
  });
}

const problemResponse = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** What every call of the API may answer besides its own. */
export const problemResponses = {
  400: problemResponse('A parameter is not valid: all of them are named in `errors`'),
  401: problemResponse('An API key is needed'),
  403: problemResponse('The API key lacks the scope, or the request comes from a foreign host or origin'),
  413: problemResponse('The body is larger than the limit, or than the API key allows'),
  429: problemResponse('The API key allows fewer requests a second; Retry-After says when to come again'),
  503: problemResponse('The store cannot answer now; Retry-After says when to come again'),
};

export const conflictResponse = {
  409: problemResponse('It can only be read here, or it was asked for otherwise before'),
};

export const notFoundResponse = { 404: problemResponse('There is no such thing in the period asked for') };
