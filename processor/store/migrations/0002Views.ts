/** The public views: contract section 8. Immutable once released. */
export const sql = `
create schema if not exists tollgate;
`;
