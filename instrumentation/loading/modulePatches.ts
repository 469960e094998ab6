import { bedrockPatch } from '../aws/bedrockPatch.ts';
import { patchClient } from '../clients/clientPatch.ts';
import { clientFamilies } from '../clients/families.ts';
import { aiSdkPatch } from '../frameworks/aiSdk.ts';
import { frameworkPatches } from '../frameworks/frameworkPatches.ts';
import type { ModulePatch } from './modulePatch.ts';

const clientPatches: readonly ModulePatch[] = clientFamilies.map((family) => ({
  packageName: family.packageName,
  files: family.clientFiles,
  testedMajors: family.testedMajors,
  patch: (exported) => patchClient(exported, family),
}));

/** Every package that is patched as it is loaded. */
export const modulePatches: readonly ModulePatch[] = [...clientPatches, bedrockPatch, aiSdkPatch, ...frameworkPatches];
