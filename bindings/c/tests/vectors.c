/* Every case of conformance/ through the C ABI. None is skipped, and an operation that this file does not know fails.
 *
 * vectors FILE.json... prints what failed and, last, "N passed, M failed". */
#include <jansson.h>

#include "texts.h"

/* ------------------------------------------------------------------------------------------------ texts of a case -- */

static text_t utf16(json_t *units) {
  size_t count = json_array_size(units), len = 0;
  char *bytes = keep(malloc(count * 3 + 1));
  for (size_t at = 0; at < count; at++) {
    unsigned long unit = (unsigned long)json_integer_value(json_array_get(units, at));
    unsigned long next = (unsigned long)json_integer_value(json_array_get(units, at + 1));
    if (unit >= 0xD800 && unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
      unit = 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
      at++;
    }
    /* A lone surrogate is written as UTF-8 would write it. */
    if (unit < 0x80) {
      bytes[len++] = (char)unit;
      continue;
    }
    int more = unit < 0x800 ? 1 : unit < 0x10000 ? 2 : 3;
    bytes[len++] = (char)((more == 1 ? 0xC0 : more == 2 ? 0xE0 : 0xF0) | (unit >> (6 * more)));
    while (more-- > 0) {
      bytes[len++] = (char)(0x80 | ((unit >> (6 * more)) & 0x3F));
    }
  }
  return copy_of(bytes, len);
}

static text_t repeated(json_t *value) {
  json_t *repeat = json_object_get(value, "repeat");
  json_t *count = json_object_get(value, "count");
  json_t *ends[] = {json_object_get(value, "prefix"), json_object_get(value, "suffix")};
  REQUIRE(repeat != NULL && count != NULL);
  size_t times = (size_t)json_integer_value(count), width = json_string_length(repeat), len = 0;
  char *bytes = keep(malloc(json_string_length(ends[0]) + times * width + json_string_length(ends[1]) + 1));
  if (ends[0] != NULL) {
    memcpy(bytes, json_string_value(ends[0]), json_string_length(ends[0]));
    len += json_string_length(ends[0]);
  }
  for (size_t at = 0; at < times; at++, len += width) {
    memcpy(bytes + len, json_string_value(repeat), width);
  }
  if (ends[1] != NULL) {
    memcpy(bytes + len, json_string_value(ends[1]), json_string_length(ends[1]));
    len += json_string_length(ends[1]);
  }
  return copy_of(bytes, len);
}

static text_t hex(const char *digits) {
  size_t len = strlen(digits) / 2;
  char *bytes = keep(malloc(len + 1));
  for (size_t at = 0; at < len; at++) {
    char pair[] = {digits[2 * at], digits[2 * at + 1], '\0'};
    bytes[at] = (char)strtoul(pair, NULL, 16);
  }
  return copy_of(bytes, len);
}

static text_t text_of(json_t *value) {
  if (value == NULL || json_is_null(value)) {
    return (text_t){NULL, 0};
  }
  if (json_is_string(value)) {
    return copy_of(json_string_value(value), json_string_length(value));
  }
  if (json_object_get(value, "utf16") != NULL) {
    return utf16(json_object_get(value, "utf16"));
  }
  if (json_object_get(value, "hex") != NULL) {
    return hex(json_string_value(json_object_get(value, "hex")));
  }
  return repeated(value);
}

static text_t arg(json_t *args, const char *name) {
  return text_of(json_object_get(args, name));
}

static scope_view_t view_of(json_t *args, const char *name) {
  text_t text = arg(args, name);
  return (scope_view_t){text.data, text.len};
}

static bool flag(json_t *args, const char *name) {
  return json_is_true(json_object_get(args, name));
}

/* --------------------------------------------------------------------------------------------- answers of a case -- */

static json_t *string_of(const char *data, size_t len) {
  return data != NULL ? json_stringn(data, len) : json_null();
}

static json_t *view_string(scope_view_t view) {
  return string_of(view.data, view.len);
}

static json_t *fault_of(const scope_error_t *error, scope_status_t status, const char *days) {
  text_t message, suggestion;
  scope_status_t told;
  const char *data = days != NULL && error->input == SCOPE_PART_MAX_IDLE_DAYS ? days : error->text.data;
  size_t len = data == days && days != NULL ? strlen(days) : error->text.len;
  REQUIRE(status == error->status);
  if (status > 1000) {
    return json_pack("{s:{s:s}}", "error", "call", scope_status_name(status));
  }
  WRITTEN(told, message, scope_error_message(error, data, len, buf, cap, &needed));
  REQUIRE(told == SCOPE_OK);
  WRITTEN(told, suggestion, scope_error_suggestion(error, data, len, buf, cap, &needed));
  REQUIRE(told == SCOPE_OK);
  return json_pack("{s:{s:s,s:I,s:s,s:s,s:I,s:o,s:o}}", "error",                    /* */
                   "code", scope_status_name(status), "number", (json_int_t)status, /* */
                   "part", scope_part_name(error->part), "input", scope_part_name(error->input),
                   "offset", (json_int_t)error->offset, "message", string_of(message.data, message.len),
                   "suggestion", string_of(suggestion.data, suggestion.len));
}

static json_t *answer(scope_status_t status, const scope_error_t *error, json_t *value) {
  if (status == SCOPE_OK) {
    return json_pack("{s:o}", "value", value);
  }
  json_decref(value); /* which may be NULL */
  return fault_of(error, status, NULL);
}

/* A call that answers with text. */
#define ANSWER_TEXT(CALL)                                            \
  do {                                                               \
    text_t got;                                                      \
    WRITTEN(status, got, CALL);                                      \
    return answer(status, &error, string_of(got.data, got.len));     \
  } while (0)

/* The same of an alias, which needs room for what is too long. */
#define ANSWER_ALIAS(CALL)                                                               \
  do {                                                                                   \
    char *buf = keep(malloc(257));                                                       \
    size_t cap = 257, needed;                                                            \
    status = (CALL);                                                                     \
    return answer(status, &error, status == SCOPE_OK ? string_of(buf, needed - 1) : NULL); \
  } while (0)

static const char *name_in(json_t *args, const char *name) {
  return json_string_value(json_object_get(args, name));
}

/* ------------------------------------------------------------------------------------------------------ operations -- */

typedef scope_status_t check_fn(const char *, size_t, scope_error_t *);
typedef bool ask_fn(const char *, size_t);

static json_t *reference_value(scope_reference_t reference, text_t text) {
  text_t component;
  scope_status_t status;
  scope_error_t error = SCOPE_ERROR_INIT;
  WRITTEN(status, component,
          scope_reference_storage_component(reference.text.data, reference.text.len, buf, cap, &needed, &error));
  REQUIRE(status == SCOPE_OK && reference.text.len == text.len && reference.text.data == text.data);
  return json_pack("{s:o,s:o,s:o,s:o,s:o}", "scope", view_string(reference.scope), "name",
                   view_string(reference.name), "tag", view_string(reference.tag), "text",
                   view_string(reference.text), "storage_component", string_of(component.data, component.len));
}

static json_t *parsed(text_t text, bool normalize) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_reference_t reference = SCOPE_REFERENCE_INIT;
  scope_status_t status;
  if (normalize) {
    text_t got;
    WRITTEN(status, got,
            scope_reference_parse_normalized(text.data, text.len, buf, cap, &needed, &reference, &error));
    return answer(status, &error, status == SCOPE_OK ? reference_value(reference, got) : json_null());
  }
  status = scope_reference_parse(text.data, text.len, &reference, &error);
  if (status == SCOPE_OK) { /* its parts make it again */
    text_t again;
    scope_view_t s = reference.scope, n = reference.name, t = reference.tag;
    scope_status_t made;
    WRITTEN(made, again,
            scope_reference_new(s.data, s.len, n.data, n.len, t.data, t.len, buf, cap, &needed, &error));
    REQUIRE(made == SCOPE_OK && again.len == text.len && memcmp(again.data, text.data, text.len) == 0);
  }
  return answer(status, &error, status == SCOPE_OK ? reference_value(reference, text) : json_null());
}

static scope_view_t *views_in(json_t *list, size_t *count) {
  *count = json_array_size(list);
  if (list == NULL || json_is_null(list)) {
    return NULL;
  }
  scope_view_t *views = keep(malloc((*count + 1) * sizeof *views));
  for (size_t at = 0; at < *count; at++) {
    text_t text = text_of(json_array_get(list, at));
    views[at] = (scope_view_t){text.data, text.len};
  }
  return views;
}

static scope_status_t policy_in(json_t *given, scope_policy_t **policy, scope_error_t *error) {
  if (given == NULL) {
    return scope_policy_new(NULL, policy, error);
  }
  scope_policy_options_t options = SCOPE_POLICY_OPTIONS_INIT;
  options.system_scope = view_of(given, "system_scope");
  options.reserved = views_in(json_object_get(given, "reserved"), &options.reserved_count);
  options.reserved_prefixes =
      views_in(json_object_get(given, "reserved_prefixes"), &options.reserved_prefixes_count);
  options.legacy_prefix = view_of(given, "legacy_prefix");
  if (json_is_null(json_object_get(given, "legacy_prefix"))) {
    options.flags = SCOPE_POLICY_NO_LEGACY_PREFIX;
  }
  return scope_policy_new(&options, policy, error);
}

static json_t *with_policy(const char *op, json_t *args) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_policy_t *policy;
  json_t *value = json_true();
  bool is_new = strcmp(op, "policy_new") == 0;
  scope_status_t status = policy_in(is_new ? args : json_object_get(args, "policy"), &policy, &error);
  REQUIRE((policy == NULL) == (status != SCOPE_OK));
  if (status == SCOPE_OK && !is_new) {
    text_t slug = arg(args, "slug");
    if (strcmp(op, "policy_is_reserved") == 0) {
      value = json_boolean(scope_policy_is_reserved(policy, slug.data, slug.len));
    } else if (strcmp(op, "policy_check_claimable") == 0) {
      status = scope_policy_check_claimable(policy, slug.data, slug.len, &error);
    } else {
      scope_resolve_options_t options = SCOPE_RESOLVE_OPTIONS_INIT;
      scope_resolved_t resolved = SCOPE_RESOLVED_INIT;
      text_t text = arg(args, "text"), got;
      options.default_scope = view_of(args, "default_scope");
      options.user_id = view_of(args, "user_id");
      options.flags = flag(args, "normalize") ? SCOPE_RESOLVE_NORMALIZE : 0;
      WRITTEN(status, got,
              scope_policy_resolve(policy, &options, text.data, text.len, buf, cap, &needed, &resolved, &error));
      if (status == SCOPE_OK) {
        bool scoped = resolved.kind == SCOPE_RESOLVED_SCOPED;
        REQUIRE(resolved.text.data == got.data && resolved.text.len == got.len && got.len < 324);
        REQUIRE(scoped == (resolved.scope.data != NULL) && scoped == (resolved.name.data != NULL));
        value = json_pack("{s:s,s:o}", "kind", scope_resolved_kind_name(resolved.kind),
                          scoped ? "reference" : "text", view_string(resolved.text));
        if (resolved.alias.data != NULL) {
          json_object_set_new(value, "alias", view_string(resolved.alias));
        }
      }
    }
  }
  scope_policy_free(policy);
  return answer(status, &error, value);
}

static json_t *access_of(json_t *args) {
  json_t *scope = json_object_get(args, "scope"), *actor = json_object_get(args, "actor");
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_access_t access = SCOPE_ACCESS_INIT;
  scope_decision_t decision = SCOPE_DECISION_INIT;
  text_t type = arg(scope, "type"), role = arg(actor, "role"), action = arg(args, "action");
  scope_status_t status = scope_type_from_name(type.data, type.len, &access.scope_type, &error);
  if (status == SCOPE_OK && role.data != NULL) {
    status = scope_role_from_name(role.data, role.len, &access.role, &error);
  }
  if (status == SCOPE_OK) {
    status = scope_action_from_name(action.data, action.len, &access.action, &error);
  }
  if (status == SCOPE_OK) {
    access.owner_id = view_of(scope, "owner_id");
    access.user_id = view_of(actor, "user_id");
    access.force = flag(args, "force");
    status = scope_decide_access(&access, &decision, &error);
  }
  return answer(status, &error,
                json_pack("{s:b,s:s?,s:s?}", "allowed", (int)decision.allowed, "reason",
                          scope_reason_name(decision.reason), "rule", decision.rule));
}

static scope_status_t key_in(json_t *args, scope_key_t **key, scope_error_t *error) {
  const char *kind = name_in(args, "kind");
  text_t path = arg(args, "primary_path"), branch = arg(args, "branch_name");
  text_t worktree = arg(args, "worktree_key"), place = arg(args, "worktree_path");
  if (strcmp(kind, "global") == 0) {
    return scope_key_global(key);
  }
  if (strcmp(kind, "repository") == 0) {
    return scope_key_repository(path.data, path.len, key, error);
  }
  if (strcmp(kind, "branch") == 0) {
    return scope_key_branch(path.data, path.len, branch.data, branch.len, key, error);
  }
  REQUIRE(strcmp(kind, "worktree") == 0);
  return scope_key_worktree(path.data, path.len, worktree.data, worktree.len, place.data, place.len, key, error);
}

typedef scope_status_t form_fn(const scope_key_t *, char *, size_t, size_t *);

static json_t *form_of(const scope_key_t *key, form_fn *form) {
  scope_status_t status;
  text_t got;
  WRITTEN(status, got, form(key, buf, cap, &needed));
  REQUIRE(status == SCOPE_OK);
  return string_of(got.data, got.len);
}

static json_t *key_value(scope_key_t *key) {
  static const struct {
    const char *name;
    form_fn *form;
  } forms[] = {
      {"primary_path", scope_key_primary_path},
      {"branch_name", scope_key_branch_name},
      {"worktree_key", scope_key_worktree_key},
      {"worktree_path", scope_key_worktree_path},
      {"display", scope_key_display},
      {"display_short", scope_key_display_short},
      {"storage_key", scope_key_storage_key},
      {"distinct_storage_key", scope_key_distinct_storage_key},
      {"uri", scope_key_uri},
      {"json", scope_key_to_json},
  };
  json_t *value = json_pack("{s:s}", "kind", scope_kind_name(scope_key_kind(key)));
  for (size_t at = 0; at < sizeof forms / sizeof *forms; at++) {
    json_object_set_new(value, forms[at].name, form_of(key, forms[at].form));
  }
  scope_key_t *order[SCOPE_SEARCH_ORDER_MAX];
  size_t count;
  json_t *uris = json_array();
  REQUIRE(scope_key_search_order(key, order, SCOPE_SEARCH_ORDER_MAX, &count) == SCOPE_OK);
  for (size_t at = 0; at < count; at++) {
    json_array_append_new(uris, form_of(order[at], scope_key_uri));
    scope_key_free(order[at]);
  }
  json_object_set_new(value, "search_order", uris);
  return value;
}

/* Ends the key. */
static json_t *key_answer(scope_status_t status, const scope_error_t *error, scope_key_t *key) {
  REQUIRE((key == NULL) == (status != SCOPE_OK));
  json_t *given = answer(status, error, key != NULL ? key_value(key) : json_null());
  scope_key_free(key);
  return given;
}

static json_t *two_keys(const char *op, json_t *args) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_key_t *a = NULL, *b = NULL;
  json_t *value = json_null();
  scope_status_t status = key_in(json_object_get(args, "a"), &a, &error);
  if (status == SCOPE_OK) {
    status = key_in(json_object_get(args, "b"), &b, &error);
  }
  if (status == SCOPE_OK) {
    int32_t order;
    REQUIRE(scope_key_compare(a, b, &order) == SCOPE_OK);
    if (strcmp(op, "key_compare") == 0) {
      value = json_integer(order);
    } else {
      json_t *shared = form_of(a, scope_key_storage_key), *other = form_of(b, scope_key_storage_key);
      REQUIRE(order != 0 && json_equal(shared, other));
      json_decref(other);
      value = json_pack("{s:o,s:[o,o]}", "storage_key", shared, "distinct",
                        form_of(a, scope_key_distinct_storage_key), form_of(b, scope_key_distinct_storage_key));
    }
  }
  scope_key_free(a);
  scope_key_free(b);
  return answer(status, &error, value);
}

typedef scope_status_t dir_fn(const char *, size_t, const char *, size_t, char *, size_t, size_t *, scope_error_t *);

static json_t *dir_of(json_t *args, dir_fn *dir) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_status_t status;
  text_t owner = arg(args, "owner"), repo = arg(args, "repo");
  ANSWER_TEXT(dir(owner.data, owner.len, repo.data, repo.len, buf, cap, &needed, &error));
}

static json_t *confusable_dirs(json_t *args) {
  json_t *a = json_object_get(args, "a"), *b = json_object_get(args, "b");
  json_t *names[] = {dir_of(a, scope_workspace_dir_name), dir_of(b, scope_workspace_dir_name)};
  json_t *distinct[] = {dir_of(a, scope_distinct_workspace_dir_name), dir_of(b, scope_distinct_workspace_dir_name)};
  REQUIRE(json_equal(names[0], names[1]) && !json_equal(distinct[0], distinct[1]));
  json_t *value = json_pack("{s:{s:O,s:[O,O]}}", "value", "dir_name", json_object_get(names[0], "value"), "distinct",
                            json_object_get(distinct[0], "value"), json_object_get(distinct[1], "value"));
  for (int at = 0; at < 2; at++) {
    json_decref(names[at]);
    json_decref(distinct[at]);
  }
  return value;
}

static json_t *metadata_of(json_t *args) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_metadata_t *metadata;
  text_t text = arg(args, "text"), got = {NULL, 0};
  scope_status_t status = scope_metadata_from_json(text.data, text.len, &metadata, &error);
  if (status == SCOPE_OK) {
    WRITTEN(status, got, scope_metadata_to_json(metadata, buf, cap, &needed));
  }
  scope_metadata_free(metadata);
  return answer(status, &error, json_pack("{s:o}", "json", string_of(got.data, got.len)));
}

static json_t *retention_of(json_t *args) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_metadata_t *metadata;
  scope_retention_t retention = 0;
  char decimal[32];
  text_t text = arg(args, "metadata"), now = arg(args, "now");
  json_t *dirty = json_object_get(args, "dirty"), *days = json_object_get(args, "max_idle_days");
  int64_t max = days != NULL ? json_integer_value(days) : SCOPE_MAX_IDLE_DAYS;
  scope_status_t status = scope_metadata_from_json(text.data, text.len, &metadata, &error);
  if (status == SCOPE_OK) {
    status = scope_decide_retention(metadata,
                                    json_is_true(dirty)    ? SCOPE_DIRTY_YES
                                    : json_is_false(dirty) ? SCOPE_DIRTY_NO
                                                           : SCOPE_DIRTY_UNKNOWN,
                                    now.data, now.len, max, &retention, &error);
  }
  scope_metadata_free(metadata);
  snprintf(decimal, sizeof decimal, "%lld", (long long)max);
  return status == SCOPE_OK ? json_pack("{s:s}", "value", scope_retention_name(retention))
                            : fault_of(&error, status, decimal);
}

static json_t *lines_of(json_t *args) {
  scope_error_t error = SCOPE_ERROR_INIT;
  text_t buffer = arg(args, "buffer");
  size_t count, again;
  json_t *value = json_array();
  scope_status_t status = scope_reference_parse_lines(buffer.data, buffer.len, NULL, 0, &count, &error);
  REQUIRE(status == (count > 0 ? SCOPE_BUFFER_TOO_SMALL : SCOPE_OK));
  uint32_t *lines = keep(malloc(count * 4 * sizeof *lines + 1));
  status = scope_reference_parse_lines(buffer.data, buffer.len, lines, count, &again, &error);
  REQUIRE(status == SCOPE_OK && again == count);
  for (uint32_t *line = lines; line < lines + 4 * count; line += 4) {
    json_array_append_new(value, json_pack("[I,I,I,I]", (json_int_t)line[0], (json_int_t)line[1],
                                           (json_int_t)line[2], (json_int_t)line[3]));
  }
  return json_pack("{s:o}", "value", value);
}

static json_t *many_of(json_t *args) {
  json_t *texts = json_object_get(args, "texts"), *value = json_array(), *text;
  size_t at;
  json_array_foreach(texts, at, text) {
    json_t *one = parsed(text_of(text), flag(args, "normalize"));
    json_t *found = json_object_get(one, "value");
    json_array_append_new(value, found != NULL ? json_pack("{s:O}", "reference", json_object_get(found, "text"))
                                               : json_incref(one));
    json_decref(one);
    free_kept();
  }
  return json_pack("{s:o}", "value", value);
}

static json_t *error_table(void) {
  json_t *value = json_array();
  for (scope_status_t status = 1; status < 1000; status++) {
    if (scope_status_name(status) != NULL) {
      json_array_append_new(value, json_pack("[I,s]", (json_int_t)status, scope_status_name(status)));
    }
  }
  return json_pack("{s:o}", "value", value);
}

static const struct {
  const char *op;
  check_fn *check;
} checks[] = {
    {"check_slug", scope_slug_check},     {"check_name", scope_name_check},
    {"check_tag", scope_tag_check},       {"check_branch", scope_branch_check},
    {"check_path", scope_path_check},     {"check_worktree_key", scope_worktree_key_check},
};

static const struct {
  const char *op;
  ask_fn *ask;
} asks[] = {
    {"is_slug", scope_slug_is_valid},     {"is_name", scope_name_is_valid},   {"is_tag", scope_tag_is_valid},
    {"is_branch", scope_branch_is_valid}, {"is_valid", scope_reference_is_valid},
};

#define OP(name) (strcmp(op, name) == 0)

/* What the ABI answers, as the vectors write it. */
static json_t *given_to(const char *op, json_t *args) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_status_t status;
  text_t text = arg(args, "text");
  for (size_t at = 0; at < sizeof checks / sizeof *checks; at++) {
    if (OP(checks[at].op)) {
      return answer(checks[at].check(text.data, text.len, &error), &error, json_true());
    }
  }
  for (size_t at = 0; at < sizeof asks / sizeof *asks; at++) {
    if (OP(asks[at].op)) {
      return json_pack("{s:b}", "value", (int)asks[at].ask(text.data, text.len));
    }
  }
  if (OP("parse")) {
    return parsed(text, flag(args, "normalize"));
  }
  if (OP("normalize")) {
    ANSWER_TEXT(scope_reference_normalize(text.data, text.len, buf, cap, &needed, &error));
  }
  if (OP("compare")) {
    text_t a = arg(args, "a"), b = arg(args, "b");
    int32_t order = 9;
    status = scope_reference_compare(a.data, a.len, b.data, b.len, &order, &error);
    return answer(status, &error, json_integer(order));
  }
  if (OP("resolve") || OP("policy_new") || OP("policy_check_claimable") || OP("policy_is_reserved")) {
    return with_policy(op, args);
  }
  if (OP("suggest_slug")) {
    ANSWER_TEXT(scope_slug_suggest(text.data, text.len, buf, cap, &needed, &error));
  }
  if (OP("default_slug")) {
    text_t id = arg(args, "user_id");
    ANSWER_TEXT(scope_slug_default(id.data, id.len, buf, cap, &needed, &error));
  }
  if (OP("template_alias") || OP("distinct_template_alias")) {
    text_t i = arg(args, "scope_id"), n = arg(args, "name"), v = arg(args, "version");
    if (OP("template_alias")) {
      ANSWER_ALIAS(scope_template_alias(i.data, i.len, n.data, n.len, v.data, v.len, buf, cap, &needed, &error));
    }
    ANSWER_ALIAS(
        scope_distinct_template_alias(i.data, i.len, n.data, n.len, v.data, v.len, buf, cap, &needed, &error));
  }
  if (OP("legacy_user_alias")) {
    text_t id = arg(args, "user_id"), alias = arg(args, "alias");
    ANSWER_ALIAS(scope_legacy_user_alias(id.data, id.len, alias.data, alias.len, buf, cap, &needed, &error));
  }
  if (OP("version_hash") || OP("content_hash")) {
    text_t content = arg(args, "content");
    const uint8_t *bytes = (const uint8_t *)content.data;
    if (OP("version_hash")) {
      ANSWER_TEXT(scope_version_hash(bytes, content.len, buf, cap, &needed));
    }
    ANSWER_TEXT(scope_content_hash(bytes, content.len, buf, cap, &needed));
  }
  if (OP("decide_access")) {
    return access_of(args);
  }
  if (OP("key") || OP("key_from_uri") || OP("key_from_json")) {
    scope_key_t *key = NULL;
    status = OP("key")            ? key_in(args, &key, &error)
             : OP("key_from_uri") ? scope_key_from_uri(text.data, text.len, &key, &error)
                                  : scope_key_from_json(text.data, text.len, &key, &error);
    return key_answer(status, &error, key);
  }
  if (OP("key_compare") || OP("confusable_keys")) {
    return two_keys(op, args);
  }
  if (OP("workspace_dir_name")) {
    return dir_of(args, scope_workspace_dir_name);
  }
  if (OP("distinct_workspace_dir_name")) {
    return dir_of(args, scope_distinct_workspace_dir_name);
  }
  if (OP("confusable_dirs")) {
    return confusable_dirs(args);
  }
  if (OP("workspace_path")) {
    text_t d = arg(args, "data_dir"), u = arg(args, "user_id"), o = arg(args, "owner"), r = arg(args, "repo");
    ANSWER_TEXT(scope_workspace_path(d.data, d.len, u.data, u.len, o.data, o.len, r.data, r.len, buf, cap, &needed,
                                     &error));
  }
  if (OP("contains")) {
    text_t base = arg(args, "base"), path = arg(args, "path");
    bool contains = false;
    status = scope_contains(base.data, base.len, path.data, path.len, &contains, &error);
    return answer(status, &error, json_boolean(contains));
  }
  if (OP("metadata")) {
    return metadata_of(args);
  }
  if (OP("decide_retention")) {
    return retention_of(args);
  }
  if (OP("parse_many")) {
    return many_of(args);
  }
  if (OP("parse_lines")) {
    return lines_of(args);
  }
  if (OP("error_table")) {
    return error_table();
  }
  return json_pack("{s:s}", "unknown operation", op);
}

int main(int argc, char **argv) {
  size_t passed = 0, failed = 0;
  for (int at = 1; at < argc; at++) {
    json_error_t why;
    json_t *file = json_load_file(argv[at], JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &why), *test;
    if (file == NULL) {
      fprintf(stderr, "%s:%d: %s\n", argv[at], why.line, why.text);
      return 1;
    }
    size_t i;
    json_array_foreach(json_object_get(file, "cases"), i, test) {
      json_t *value = json_object_get(test, "value"), *error = json_object_get(test, "error");
      json_t *expected = value != NULL ? json_pack("{s:O}", "value", value) : json_pack("{s:O}", "error", error);
      json_t *given = given_to(name_in(test, "op"), json_object_get(test, "args"));
      if (expected != NULL && json_equal(expected, given)) {
        passed++;
      } else {
        char *shown[] = {json_dumps(expected, JSON_SORT_KEYS), json_dumps(given, JSON_SORT_KEYS)};
        failed++;
        printf("%s %s\n  expected %s\n  given    %s\n", name_in(test, "id"), name_in(test, "op"), shown[0], shown[1]);
        free(shown[0]);
        free(shown[1]);
      }
      json_decref(expected);
      json_decref(given);
      free_kept();
    }
    json_decref(file);
  }
  printf("%zu passed, %zu failed\n", passed, failed);
  return failed > 0 || passed == 0;
}
