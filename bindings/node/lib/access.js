'use strict';

const { native } = require('./binding.js');
const { needObject, needString, optionalBoolean, optionalString, valueOf } = require('./error.js');

function decideAccess(scope, actor, action, options = {}) {
  needObject('scope', scope);
  needString('scope.type', scope.type);
  needObject('actor', actor);
  needString('action', action);
  needObject('options', options);
  return Object.freeze(
    valueOf(
      native.decideAccess(
        { type: scope.type, ownerId: optionalString('scope.ownerId', scope.ownerId) },
        { userId: optionalString('actor.userId', actor.userId), role: optionalString('actor.role', actor.role) },
        action,
        optionalBoolean('options.force', options.force),
      ),
    ),
  );
}

module.exports = { decideAccess };
