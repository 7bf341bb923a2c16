// The same types through `require`.

import scope = require('scope-core');
import schema = require('scope-core/schema');

const reference: scope.Reference = scope.parse('@acme/widget');
const key: scope.ScopeKey = scope.ScopeKey.global();
schema.referenceSchema['~standard'].version satisfies 1;
// @ts-expect-error: not a string
scope.isValid(1);
