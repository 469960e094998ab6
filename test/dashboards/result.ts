/** What PostgreSQL answers: values as its own text, so that no digit is lost. */
export interface Result {
  readonly columns: readonly { readonly name: string; readonly typeId: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
}
