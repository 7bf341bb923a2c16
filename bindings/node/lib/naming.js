'use strict';

const { native } = require('./binding.js');
const { needString, valueOf, wrongType } = require('./error.js');

function normalize(text) {
  needString('text', text);
  return valueOf(native.normalize(text));
}

function suggestSlug(text) {
  needString('text', text);
  return valueOf(native.suggestSlug(text)) ?? undefined;
}

function defaultSlug(userId) {
  needString('userId', userId);
  return valueOf(native.defaultSlug(userId));
}

const alias = (make) => (scopeId, name, version) => {
  needString('scopeId', scopeId);
  needString('name', name);
  needString('version', version);
  return valueOf(make(scopeId, name, version));
};

function legacyUserAlias(userId, alias) {
  needString('userId', userId);
  needString('alias', alias);
  return valueOf(native.legacyUserAlias(userId, alias));
}

const hash = (make) => (content) => {
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) {
    throw wrongType('content', 'a string or a Uint8Array', content);
  }
  return valueOf(make(content));
};

module.exports = {
  contentHash: hash(native.contentHash),
  defaultSlug,
  distinctTemplateAlias: alias(native.distinctTemplateAlias),
  legacyUserAlias,
  normalize,
  suggestSlug,
  templateAlias: alias(native.templateAlias),
  versionHash: hash(native.versionHash),
};
