import type { FastifyReply, FastifyRequest } from 'fastify';
import { TollgateError } from '../../src/errors.ts';
import type { RequestHeaders } from '../access/caller.ts';
import type { ApiInstance } from '../api/apiInstance.ts';
import { chooseEncoding, contentEncodings } from './contentEncoding.ts';
import type { PageFiles } from './pageFiles.ts';

export interface Page {
  /** Null where it is not built. */
  readonly files: PageFiles | null;
  /** Throws `forbidden_origin` for who may not see even this. */
  readonly admit: (headers: RequestHeaders) => Promise<void>;
}

const INDEX = '/index.html';
/** Addresses of the page's own views, with whatever is below them: all are one document. */
const views = [
  'explore',
  'sessions',
  'users',
  'agents',
  'models',
  'runs',
  'traces',
  'calls',
  'budgets',
  'prices',
  'alerts',
  'approvals',
];

/** Their names hold the hash of their content. */
const FOR_GOOD = 'public, max-age=31536000, immutable';
/** Kept, but asked for again each time, which mostly ends in 304. */
const ASKED_AGAIN = 'no-cache';

/** What browsers know and the page needs not. Copying to the clipboard is left: figures and commands are copied. */
const refusedFeatures = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'usb',
  'xr-spatial-tracking',
];

/** Of every answer here, refusals too. No script but ours runs, no other host is asked, and nothing becomes markup (Trusted Types). */
const pageHeaders = {
  'content-security-policy': [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' data:`,
    `connect-src 'self'`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': refusedFeatures.map((feature) => `${feature}=()`).join(', '),
};

const options = { schema: { hide: true } };

/** The page's files need no key: the page asks for one, and what it shows comes from the API. */
export function pageRoutes(app: ApiInstance, { files, admit }: Page): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(pageHeaders);
    await admit(request.headers);
  });
  const serve = (pathOf: (request: FastifyRequest) => string, cacheControl: string) => {
    return async (request: FastifyRequest, reply: FastifyReply) =>
      sendFile(files, pathOf(request), cacheControl, reply);
  };
  const index = serve(() => INDEX, ASKED_AGAIN);
  app.get('/', options, index);
  for (const view of views) {
    app.get(`/${view}`, options, index);
    app.get(`/${view}/*`, options, index);
  }
  for (const path of ['/theme.js', '/favicon.svg'])
    app.get(
      path,
      options,
      serve(() => path, ASKED_AGAIN),
    );
  app.get('/assets/*', options, serve(pathAsked, FOR_GOOD));
}

function pathAsked({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url;
}

function sendFile(files: PageFiles | null, path: string, cacheControl: string, reply: FastifyReply): FastifyReply {
  if (files === null) {
    throw new TollgateError(
      'not_found',
      'The page is not built: npm run build makes it, and npm start runs that first.',
    );
  }
  const file = files.get(path);
  if (file === undefined) throw new TollgateError('not_found', `There is no ${path} in the page`);
  const { headers } = reply.request;
  const { representations, type } = file;
  const accepted = headers['accept-encoding'];
  const encoding = chooseEncoding(
    Array.isArray(accepted) ? accepted.join() : accepted,
    new Set(representations.keys()),
  );
  const representation = representations.get(encoding);
  if (representation === undefined) throw new Error(`${path} lacks one of ${contentEncodings.join(', ')}`);
  const { body, etag } = representation;
  void reply.headers({ 'cache-control': cacheControl, etag, vary: 'accept-encoding' });
  if (isKnown(headers['if-none-match'], etag)) return reply.code(304).send();
  if (encoding !== 'identity') void reply.header('content-encoding', encoding);
  return reply.type(type).send(body);
}

/** RFC 9110 13.1.2: any of a list, compared weakly. */
function isKnown(header: string | undefined, etag: string): boolean {
  const known = (header ?? '').split(',').map((item) => item.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}
