import schema from './schema.js';

export const { referenceSchema, scopeKeySchema, slugSchema } = schema;
