// Calls that must check, and, after `@ts-expect-error`, calls that must not. Compiled, never run.

import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  type ErrorCode,
  ERROR_CODES,
  Policy,
  Reference,
  type ReferenceText,
  type Resolved,
  ScopeError,
  ScopeKey,
  type Slug,
  type Workspace,
  Workspaces,
  checkoutInfo,
  resolveScope,
  resolveScopeSync,
  type Tag,
  checkSlug,
  decideAccess,
  decideRetention,
  discoverProjects,
  isSlug,
  isValid,
  isValidMany,
  parse,
  parseMany,
  suggestSlug,
} from 'scope-core';
import { referenceSchema, scopeKeySchema, slugSchema } from 'scope-core/schema';

declare const text: string;

// References
const reference: Reference = parse('@acme/widget', { normalize: true });
const slug: Slug = reference.scope;
const tag: Tag | undefined = reference.tag;
const written: ReferenceText = reference.toString();
new Reference('acme', 'widget', tag);
// @ts-expect-error: not a string
parse(42);
// @ts-expect-error: no such option
parse('@acme/widget', { trim: true });
// @ts-expect-error: immutable
reference.scope = slug;
// @ts-expect-error: a boxed string is no string
const unboxed: string = reference;
// @ts-expect-error: not the form of a reference
const noReference: ReferenceText = 'acme/widget';

// Brands
function claim(_: Slug): void {}
// @ts-expect-error: nobody checked it
claim(text);
if (isSlug(text)) claim(text);
const suggested = suggestSlug(text);
// @ts-expect-error: there may be none
claim(suggested);
if (suggested) claim(suggested);
const other: string = text;
checkSlug(other);
claim(other);
// @ts-expect-error: a tag is no slug
if (tag) claim(tag);
if (isValid(text)) {
  const form: ReferenceText = text;
}

// Many
const parsed: Reference[] = parseMany(['@acme/widget']);
const collected: (Reference | ScopeError)[] = parseMany(['@acme/widget'], { errors: 'collect' });
const numbers: Uint32Array = parseMany(Buffer.from('@acme/widget'));
const valid: boolean[] = isValidMany('@acme/widget\n');
// @ts-expect-error: faults may stand in it
const uncollected: Reference[] = parseMany(['@acme/widget'], { errors: 'collect' });
// @ts-expect-error: no such choice
parseMany([], { errors: 'ignore' });

// Resolved
function template(resolved: Resolved): string {
  switch (resolved.kind) {
    case 'scoped':
      return resolved.reference.name;
    case 'legacy_template':
      // @ts-expect-error: has none
      resolved.alias;
      return resolved.text;
    case 'legacy_user':
      return resolved.alias;
    default:
      return resolved satisfies never;
  }
}
const policy = new Policy({ legacyPrefix: null });
template(policy.resolve(text, { defaultScope: 'acme', userId: null }));
// @ts-expect-error: a list is wanted
new Policy({ reserved: 'root' });

// Keys
function branchOf(key: ScopeKey): string | undefined {
  switch (key.kind) {
    case 'global':
      // @ts-expect-error: has none
      key.primaryPath;
      return undefined;
    case 'repository':
      return undefined;
    case 'branch':
      return key.branchName;
    case 'worktree':
      return key.worktreePath;
    default:
      return key satisfies never;
  }
}
branchOf(ScopeKey.fromUri(text));
ScopeKey.branch('/src/app', 'main').branchName;
const unknownValue: unknown = null;
if (unknownValue instanceof ScopeKey) unknownValue.kind;
// @ts-expect-error: it has no constructor
new ScopeKey();
// @ts-expect-error: a branch needs its name
ScopeKey.branch('/src/app');

// Checkouts
const checkedOut: Promise<string | null> = checkoutInfo(new URL('file:///src')).then((found) => found.branch);
const scopeHere: Promise<ScopeKey> = resolveScope(Buffer.from('.'), { kind: 'worktree' });
branchOf(resolveScopeSync());
// @ts-expect-error: no such kind
resolveScope('.', { kind: 'project' });
// @ts-expect-error: a promise is no key
branchOf(resolveScope());

// Workspaces
const workspaces = new Workspaces(new URL('file:///data'), { now: () => new Date() });
async function useWorkspaces(): Promise<Workspace[]> {
  const found: Workspace[] = [];
  for await (const workspace of workspaces.list(text)) found.push(workspace);
  const report = await workspaces.cleanup({ dryRun: true, signal: AbortSignal.timeout(1) });
  const verdict: 'deleted' | 'warned' | 'in_use' | undefined = report.idle[0]?.verdict;
  await workspaces.clone(text, 'acme/widget', { onProgress: ({ done }) => done.toFixed() });
  const { names } = await workspaces.work(text, 'acme', 'widget', { names: 10 });
  const kind: 'uncommitted' | 'untracked' | 'stashed' | 'unpushed' | undefined = names[0]?.kind;
  const { freedBytes }: { freedBytes: number } = await workspaces.delete(text, 'acme', 'widget', { force: kind === undefined });
  freedBytes.toFixed();
  // @ts-expect-error: force is said by its name
  await workspaces.delete(text, 'acme', 'widget', true);
  // @ts-expect-error: a promise is no workspace
  found.push(workspaces.get(text, 'acme', 'widget'));
  // @ts-expect-error: the repository has two names
  await workspaces.get(text, 'acme/widget');
  // @ts-expect-error: directories are a list
  await discoverProjects('/src');
  return found;
}

// Access and retention
decideAccess({ type: 'personal', ownerId: 'u' }, { userId: 'u' }, 'rename', { force: true }).rule;
// @ts-expect-error: no such action
decideAccess({ type: 'personal' }, {}, 'delete');
const fate: 'keep' | 'warn' | 'delete' = decideRetention('{}', { now: new Date() });
// @ts-expect-error: `now` is needed: the library has no clock
decideRetention('{}', {});

// Errors
const number: number = ERROR_CODES.missing_at;
// @ts-expect-error: no such code
ERROR_CODES.nothing;
function explain(error: unknown): ErrorCode | undefined {
  return error instanceof ScopeError ? error.code : undefined;
}

// Schemas
const schemas: [
  StandardSchemaV1<string | Reference, Reference>,
  StandardSchemaV1<string, Slug>,
  StandardSchemaV1<unknown, ScopeKey>,
] = [referenceSchema, slugSchema, scopeKeySchema as StandardSchemaV1<unknown, ScopeKey>];
const inferred: StandardSchemaV1.InferOutput<typeof slugSchema> = slug;
