/** Standard schemas (version 1) for zod's interop, tRPC, Hono, Valibot and whatever else takes them. */

import type { Reference, ScopeKey, ScopeKeyJson, Slug } from './lib/index.js';

/** The part of the standard-schema interface, version 1, that these schemas have. */
export interface Schema<Input, Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'scope-core';
    readonly validate: (
      value: unknown,
    ) => { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly { readonly message: string }[] };
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** The text of a reference, or a `Reference`; gives the `Reference` (R1). */
export const referenceSchema: Schema<string | Reference, Reference>;
/** A slug; gives it as it is (S1 to S3). */
export const slugSchema: Schema<string, Slug>;
/** A scope key, its JSON form, or that as a text; gives the `ScopeKey` (K10). */
export const scopeKeySchema: Schema<string | ScopeKey | ScopeKeyJson, ScopeKey>;
