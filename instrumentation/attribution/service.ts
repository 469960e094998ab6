import { env } from '../config.ts';
import { fieldsOrEmpty, textOf } from '../fields.ts';

interface Service {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
}

/** Service and environment as the span's resource has them, so that the question and the charge name the same. */
export function serviceOf(span: unknown): Service {
  const resource = fieldsOrEmpty(fieldsOrEmpty(span)['resource'])['attributes'];
  const attributes = resource === undefined ? ofEnvironment() : fieldsOrEmpty(resource);
  const text = (name: string): string | undefined => textOf(attributes[name]) ?? undefined;
  return {
    service: text('service.name'),
    environment: text('deployment.environment.name') ?? text('deployment.environment'),
  };
}

/** For processes that export no spans. `OTEL_RESOURCE_ATTRIBUTES` is `key=value,…`, percent-encoded. */
function ofEnvironment(): Readonly<Record<string, unknown>> {
  const pairs = (env('OTEL_RESOURCE_ATTRIBUTES') ?? '').split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at <= 0 ? [] : [[pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim())]];
  });
  const service = env('OTEL_SERVICE_NAME');
  return {
    ...Object.fromEntries(pairs),
    ...(service === undefined || service === '' ? {} : { 'service.name': service }),
  };
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
