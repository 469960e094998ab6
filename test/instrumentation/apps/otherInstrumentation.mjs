// What an application does to have an ES module of its choice instrumented; loaded with --import.
import { register } from 'node:module';
import { InstrumentationBase, InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

class YamlInstrumentation extends InstrumentationBase {
  constructor() {
    super('yaml-instrumentation', '1.0.0', {});
  }

  init() {
    return [
      new InstrumentationNodeModuleDefinition('yaml', ['*'], (exported) => {
        process.stdout.write('yaml is instrumented\n');
        return exported;
      }),
    ];
  }
}

new YamlInstrumentation();
