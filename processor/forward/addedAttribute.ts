export interface AddedAttribute {
  readonly key: string;
  /** A number is written as `double_value`. */
  readonly value: string | number;
}

/** By the span's ordinal in its request: the place among all its spans in wire order, from 0, rejected ones counted. */
export type Additions = ReadonlyMap<number, readonly AddedAttribute[]>;
