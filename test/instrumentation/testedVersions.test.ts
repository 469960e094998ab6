import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { modulePatches } from '../../instrumentation/loading/modulePatches.ts';
import { checkVersion } from '../../instrumentation/loading/testedVersions.ts';

let said: string[];

beforeEach(() => {
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
    said.push(String(line));
    return true;
  });
});

afterEach(() => vi.restoreAllMocks());

const patch = { packageName: 'a-client', files: [], testedMajors: [4, 5], patch: () => undefined };

describe('the version of a package that is patched', () => {
  it.each(['4.0.0', '5.99.1', '5.0.0-beta.1'])(
    'is not mentioned where its major is tested: %s of 4 and 5',
    (version) => {
      checkVersion(patch, version);
      expect(said).toEqual([]);
    },
  );

  it.each(['3.9.9', '6.0.0', '6.0.0-rc.1'])('is said in one line where it is not, once: %s', (version) => {
    checkVersion(patch, version);
    checkVersion(patch, version);
    expect(said).toEqual([
      `tollgate: a-client ${version} is none of the tested versions (4.x, 5.x); it is watched by its shape\n`,
    ]);
  });

  it('is not mentioned where nobody knows it', () => {
    checkVersion(patch, null);
    expect(said).toEqual([]);
  });
});

describe('the packages that are patched', () => {
  it('are named once each, with the majors that the tests run', () => {
    const names = modulePatches.map(({ packageName }) => packageName);
    expect(new Set(names).size).toBe(names.length);
    for (const { packageName, testedMajors } of modulePatches)
      expect({ packageName, majors: testedMajors.length }).not.toEqual({ packageName, majors: 0 });
    expect(names).toEqual(
      expect.arrayContaining([
        'openai',
        '@anthropic-ai/sdk',
        'groq-sdk',
        'together-ai',
        '@cerebras/cerebras_cloud_sdk',
      ]),
    );
  });
});
