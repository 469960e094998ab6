import { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { TraceFlags, isSpanContextValid } from '@opentelemetry/api';
import type { SpanContext } from '@opentelemetry/api';
import { sayFault } from './fault.ts';
import { activeSpanContext, contextOfRun, runOfContext, traceStateOf } from './run.ts';
import { shared } from './shared.ts';
