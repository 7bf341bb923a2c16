/* Every case of conformance/ through the C ABI, and an operation that this file does not know fails. None is skipped but
 * those of a disk whose call is not one of the C ABI's: they are counted by its name.
 *
 * vectors FILE.json... prints what failed and, last, "N passed, M failed". */
#include "places.h"

/* ------------------------------------------------------------------------------------------------ texts of a case -- */

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

/* ------------------------------------------------------------------------------------------------- what a disk tells -- */

/* A text with the root of its place put back. */
static text_t marked(const place_t *place, text_t text) {
  return text.data != NULL ? replaced(text, place->root, root_mark) : text;
}

static json_t *marked_string(const place_t *place, text_t text) {
  text = marked(place, text);
  return string_of(text.data, text.len);
}

static text_t text_in(scope_view_t view) {
  return (text_t){(char *)(uintptr_t)view.data, view.len};
}

/* A fault of a disk: its message is about the text with the root put back. */
static json_t *disk_fault(const place_t *place, scope_status_t status, const scope_error_t *error) {
  scope_error_t about = *error;
  text_t text = marked(place, text_in(error->text));
  about.text = (scope_view_t){text.data, text.len};
  return fault_of(&about, status, NULL);
}

static json_t *checkout_info_of(json_t *args, const place_t *place) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_checkout_info_t info = SCOPE_CHECKOUT_INFO_INIT;
  scope_status_t status;
  text_t path = arg(args, "path"), got;
  WRITTEN(status, got, scope_checkout_info(NULL, path.data, path.len, buf, cap, &needed, &info, &error));
  if (status != SCOPE_OK) {
    char found[256]; /* again, with room for a text that was found */
    REQUIRE(scope_checkout_info(NULL, path.data, path.len, found, sizeof found, NULL, &info, &error) == status);
    return disk_fault(place, status, &error);
  }
  scope_view_t texts[] = {info.primary_path, info.worktree_path, info.worktree_key, info.branch};
  size_t together = 0;
  for (int at = 0; at < 4; at++) { /* one after the other, each with a terminator */
    REQUIRE(texts[at].data == NULL || (texts[at].data == got.data + together && texts[at].data[texts[at].len] == '\0'));
    together += texts[at].data != NULL ? texts[at].len + 1 : 0;
  }
  REQUIRE(together == got.len + 1);
  return json_pack("{s:{s:o,s:o,s:o,s:o,s:b,s:b,s:b}}", "value", "primary_path",
                   marked_string(place, text_in(info.primary_path)), "worktree_path",
                   marked_string(place, text_in(info.worktree_path)), "worktree_key", view_string(info.worktree_key),
                   "branch", view_string(info.branch), "is_bare", (int)info.is_bare, "is_linked_worktree",
                   (int)info.is_linked_worktree, "is_detached", (int)info.is_detached);
}

static json_t *form_at(const place_t *place, const scope_key_t *key, form_fn *form) {
  scope_status_t status;
  text_t got;
  WRITTEN(status, got, form(key, buf, cap, &needed));
  REQUIRE(status == SCOPE_OK);
  return marked_string(place, got);
}

static json_t *resolve_scope_of(json_t *args, const place_t *place) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_checkout_options_t options = SCOPE_CHECKOUT_OPTIONS_INIT;
  scope_key_t *key = NULL;
  scope_status_t status = SCOPE_OK;
  text_t path = arg(args, "path"), kind = arg(args, "kind");
  options.branch = view_of(args, "branch");
  char *found = keep(malloc(256));
  if (kind.data != NULL) {
    status = scope_checkout_kind_from_name(kind.data, kind.len, &options.kind, &error);
  }
  if (status == SCOPE_OK) {
    status = scope_checkout_resolve(&options, path.data, path.len, found, 256, &key, &error);
  }
  REQUIRE((key == NULL) == (status != SCOPE_OK));
  if (status != SCOPE_OK) {
    return disk_fault(place, status, &error);
  }
  json_t *value = json_pack("{s:{s:s,s:o,s:o,s:o,s:o}}", "value", "kind", scope_kind_name(scope_key_kind(key)),
                            "primary_path", form_at(place, key, scope_key_primary_path), "branch_name",
                            form_of(key, scope_key_branch_name), "worktree_key", form_of(key, scope_key_worktree_key),
                            "worktree_path", form_at(place, key, scope_key_worktree_path));
  scope_key_free(key);
  return value;
}

/* The path that one field of a workspace is, and its like. */
static json_t *field_of(const scope_workspace_t *workspace, scope_workspace_field_t field, const place_t *place) {
  scope_status_t status;
  text_t got;
  WRITTEN(status, got, scope_workspace_get(workspace, field, buf, cap, &needed));
  REQUIRE(status == SCOPE_OK);
  return marked_string(place, got);
}

static json_t *workspace_value(const scope_workspace_t *workspace, const place_t *place) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_metadata_t *metadata;
  scope_status_t status;
  text_t json;
  char found[256];
  REQUIRE(scope_workspace_metadata(workspace, &metadata) == SCOPE_OK);
  WRITTEN(status, json, scope_metadata_to_json(metadata, buf, cap, &needed));
  REQUIRE(status == SCOPE_OK);
  scope_metadata_free(metadata);
  status = scope_workspace_recovered(workspace, found, sizeof found, &error);
  REQUIRE(status == error.status && (status == SCOPE_OK || error.text.data != NULL));
  return json_pack("{s:o,s:o,s:s?}", "path", field_of(workspace, SCOPE_WORKSPACE_PATH, place), "metadata",
                   string_of(json.data, json.len), "recovered", status != SCOPE_OK ? scope_status_name(status) : NULL);
}

static json_t *list_value(const scope_workspace_list_t *list, const place_t *place) {
  json_t *workspaces = json_array(), *problems = json_array();
  for (size_t at = 0; at < scope_workspace_list_count(list); at++) {
    const scope_workspace_t *workspace = scope_workspace_list_at(list, at);
    json_array_append_new(workspaces, field_of(workspace, SCOPE_WORKSPACE_DIRECTORY, place));
  }
  for (size_t at = 0; at < scope_workspace_list_problem_count(list); at++) {
    scope_error_t fault = SCOPE_ERROR_INIT;
    scope_view_t directory;
    scope_status_t status;
    text_t got;
    WRITTEN(status, got, scope_workspace_list_problem(list, at, buf, cap, &needed, &directory, &fault));
    REQUIRE(status == SCOPE_OK && directory.data == got.data && fault.text.data == directory.data + directory.len + 1);
    json_array_append_new(problems, json_pack("[o,s]", view_string(directory), scope_status_name(fault.status)));
  }
  REQUIRE(scope_workspace_list_at(list, scope_workspace_list_count(list)) == NULL);
  return json_pack("{s:o,s:o}", "workspaces", workspaces, "problems", problems);
}

/* Everything that one call gives is ended. */
static json_t *disk_of(json_t *args, const place_t *place) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_workspaces_options_t options = SCOPE_WORKSPACES_OPTIONS_INIT;
  scope_workspaces_t *workspaces;
  json_t *value = NULL;
  const char *call = name_in(args, "call");
  bool opens = strcmp(call, "open") == 0;
  text_t data = replaced(opens ? arg(args, "data_dir") : copy_of("{root}/data", 11), root_mark, place->root);
  text_t now = arg(args, "now"), user = arg(args, "user_id"), owner = arg(args, "owner"), repo = arg(args, "repo");
  if (now.data == NULL) {
    now = copy_of("2026-01-01T00:00:00Z", 20);
  }
  options.now = (scope_view_t){now.data, now.len};
  char *found = keep(malloc(512));
  scope_status_t status = scope_workspaces_open(&options, data.data, data.len, found, 512, &workspaces, &error);
  REQUIRE((workspaces == NULL) == (status != SCOPE_OK));
  if (status == SCOPE_OK && opens) {
    value = json_true();
  } else if (status == SCOPE_OK && strcmp(call, "get") == 0) {
    scope_workspace_t *workspace;
    status = scope_workspaces_get(workspaces, user.data, user.len, owner.data, owner.len, repo.data, repo.len, found,
                                  512, &workspace, &error);
    if (status == SCOPE_OK) {
      scope_status_t told;
      text_t path;
      WRITTEN(told, path, scope_workspaces_path(workspaces, user.data, user.len, owner.data, owner.len, repo.data,
                                                repo.len, buf, cap, &needed, NULL));
      value = workspace_value(workspace, place);
      json_t *same = marked_string(place, path);
      REQUIRE(told == SCOPE_OK && json_equal(same, json_object_get(value, "path")));
      json_decref(same);
    }
    scope_workspace_free(workspace);
  } else if (status == SCOPE_OK && strcmp(call, "list") == 0) {
    scope_workspace_list_t *list;
    status = scope_workspaces_list(workspaces, user.data, user.len, found, 512, &list, &error);
    value = status == SCOPE_OK ? list_value(list, place) : NULL;
    scope_workspace_list_free(list);
  } else if (status == SCOPE_OK) {
    text_t path = replaced(arg(args, "path"), root_mark, place->root), got;
    REQUIRE(strcmp(call, "validate_path") == 0);
    WRITTEN(status, got, scope_workspaces_validate_path(workspaces, user.data, user.len, path.data, path.len, buf, cap,
                                                        &needed, &error));
    value = status == SCOPE_OK ? marked_string(place, got) : NULL;
  }
  json_t *given = status == SCOPE_OK ? json_pack("{s:o}", "value", value) : disk_fault(place, status, &error);
  scope_workspaces_free(workspaces);
  return given;
}

/* Makes what a case begins with, and asks. */
static json_t *at_a_place(const char *op, json_t *args) {
  bool of_workspaces = strcmp(op, "disk") == 0;
  place_t place = place_of(json_object_get(args, "setup"), of_workspaces ? "data" : NULL);
  json_t *given = of_workspaces                     ? disk_of(args, &place)
                  : strcmp(op, "resolve_scope") == 0 ? resolve_scope_of(args, &place)
                                                     : checkout_info_of(args, &place);
  end_place(&place);
  return given;
}

/* The calls of a disk that are not the C ABI's: it finds workspaces, and neither makes nor changes any. */
static struct {
  const char *call;
  size_t cases;
} others[] = {{"create", 0}, {"touch", 0}, {"work", 0}, {"delete", 0},
              {"cleanup", 0}, {"clone", 0}, {"sync", 0}, {"discover", 0}};

static bool is_of_another_door(const char *op, json_t *args) {
  const char *call = strcmp(op, "disk") == 0 ? name_in(args, "call") : "";
  for (size_t at = 0; at < sizeof others / sizeof *others; at++) {
    if (strcmp(others[at].call, call) == 0) {
      others[at].cases++;
      return true;
    }
  }
  return false;
}

/* ------------------------------------------------------------------------------------------------------------- all -- */

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
  if (OP("hosted_workspace_dir_name")) {
    text_t host = arg(args, "host"), path = arg(args, "repository_path");
    ANSWER_TEXT(scope_hosted_workspace_dir_name(host.data, host.len, path.data, path.len, buf, cap, &needed, &error));
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
  if (OP("checkout_info") || OP("resolve_scope") || OP("disk")) {
    return at_a_place(op, args);
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
      if (is_of_another_door(name_in(test, "op"), json_object_get(test, "args"))) {
        continue;
      }
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
  for (size_t at = 0; at < sizeof others / sizeof *others; at++) {
    if (others[at].cases > 0) {
      printf("%s: %zu cases of a call that C has not\n", others[at].call, others[at].cases);
    }
  }
  printf("%zu passed, %zu failed\n", passed, failed);
  return failed > 0 || passed == 0;
}
