import fs from 'node:fs';

/** Makes the directory for its owner alone. Throws in plain words where it cannot be written in. */
export function makeDataDir(dataDir: string): void {
  try {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    fs.accessSync(dataDir, fs.constants.W_OK | fs.constants.X_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Error(
      `The data directory ${dataDir} cannot be written in (${code}): expected a directory of this user; --data-dir chooses another.`,
      { cause },
    );
  }
}
