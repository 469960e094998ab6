/** The instrumentation scope of every span we write. Equal to name and version of the package; a test compares. */
export const SCOPE = '@tollgate/node';
export const VERSION = '0.1.0';
