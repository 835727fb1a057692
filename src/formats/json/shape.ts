/** What a value of JSON must look like where it is read. */
export type Shape =
  | "VARCHAR"
  | "BIGINT"
  | "DOUBLE"
  | "BOOLEAN"
  | { readonly list: Shape }
  | { readonly fields: { readonly [name: string]: Shape } };

export type Fields = { readonly [name: string]: Shape };
