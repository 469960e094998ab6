import { say } from '../fault.ts';
import type { ModulePatch } from './modulePatch.ts';

/** Says once of a version that no test runs; what it does is watched as far as its classes have the shape that is known. */
export function checkVersion({ packageName, testedMajors }: ModulePatch, version: string | null): void {
  if (version === null || testedMajors.includes(Number.parseInt(version, 10))) return;
  say(
    `${packageName} ${version} is none of the tested versions (${testedMajors.map((major) => `${major}.x`).join(', ')}); it is watched by its shape`,
  );
}
