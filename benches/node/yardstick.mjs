// What a service writes by hand instead of taking a library: it gives the rules' answers, so both do the same work.

const SCOPE = /^[a-z0-9][a-z0-9-]*[a-z0-9]$/;
const REST = /^([a-z0-9](?:(?:[a-z0-9_-]|\.(?!\.))*[a-z0-9])?)(?::([A-Za-z0-9_][A-Za-z0-9_.-]*))?$/;
const RESERVED = new Set(['vm0', 'system', 'admin', 'api', 'app', 'www']);

/** `@scope/name[:tag]` taken apart and checked; throws where it is none, and where the scope is reserved. */
export function parse(text) {
  if (!text.startsWith('@')) throw new Error(`invalid reference "${text}": missing @`);
  const slash = text.indexOf('/');
  if (slash === -1) throw new Error(`invalid reference "${text}": missing /`);
  const scope = text.slice(1, slash);
  if (scope.length < 3 || scope.length > 64 || !SCOPE.test(scope)) throw new Error(`invalid scope "${scope}"`);
  const match = REST.exec(text.slice(slash + 1));
  if (match === null) throw new Error(`invalid name or tag in "${text}"`);
  const [, name, tag] = match;
  if (name.length > 128 || (tag !== undefined && tag.length > 128)) throw new Error(`too long: "${text}"`);
  if (RESERVED.has(scope)) throw new Error(`reserved scope "${scope}"`);
  return { scope, name, tag };
}

/** The whole rule as one anchored regular expression: it gives `isValid`'s answer for every text. */
export const PATTERN =
  /^@[a-z0-9][a-z0-9-]{1,62}[a-z0-9]\/(?![^:]*\.\.)[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/;
