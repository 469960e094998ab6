// Gemini CLI, one prompt: a log event with the full usage, one of the conventions with a part of it, and a span.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { GEMINI_API_KEY, HOME, OTEL_EXPORTER_OTLP_ENDPOINT, PATH, STAND_IN_URL } = process.env;
mkdirSync(join(HOME, '.gemini'));
const settings = {
  security: { auth: { selectedType: 'gemini-api-key' } },
  privacy: { usageStatisticsEnabled: false },
  general: { enableAutoUpdate: false },
  telemetry: {
    enabled: true,
    target: 'local',
    useCollector: true,
    otlpEndpoint: OTEL_EXPORTER_OTLP_ENDPOINT,
    otlpProtocol: 'http',
    logPrompts: false,
    traces: true,
  },
};
writeFileSync(join(HOME, '.gemini', 'settings.json'), JSON.stringify(settings));
const bill = 'uncached=100;cache_read=1024;output=80;reasoning=64;text=Sunny.';
const bin = join(import.meta.dirname, 'node_modules', '.bin', 'gemini');
const { status } = spawnSync(bin, ['-m', 'gemini-2.5-flash', '-p', 'What is the weather in Bern?', '--skip-trust'], {
  cwd: HOME,
  env: { PATH, HOME, GEMINI_API_KEY, GOOGLE_GEMINI_BASE_URL: `${STAND_IN_URL}/with/${bill}` },
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.exitCode = status ?? 1;
