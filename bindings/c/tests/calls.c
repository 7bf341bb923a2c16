/* Wrong calls have a status and touch nothing that they should not: NULL, lengths, struct sizes, buffers, numbers. Also
 * the versions, the words for numbers, and what the vectors do not reach. */
#include <stdint.h>

#include "common.h"

#define AT(literal) literal, sizeof(literal) - 1

static size_t checked;

#define EXPECT(condition)  \
  do {                     \
    REQUIRE(condition);    \
    checked++;             \
  } while (0)

static void versions(void) {
  char composed[32];
  snprintf(composed, sizeof composed, "%d.%d.%d", SCOPE_VERSION_MAJOR, SCOPE_VERSION_MINOR, SCOPE_VERSION_PATCH);
  EXPECT(scope_abi_version() == SCOPE_ABI_VERSION);
  EXPECT(strcmp(scope_library_version(), SCOPE_VERSION) == 0);
  EXPECT(strcmp(composed, SCOPE_VERSION) == 0);
}

static void words(void) {
  EXPECT(strcmp(scope_status_name(SCOPE_OK), "ok") == 0);
  EXPECT(strcmp(scope_status_name(SCOPE_MISSING_AT), "missing_at") == 0);
  EXPECT(strcmp(scope_status_name(SCOPE_INTERNAL), "internal") == 0);
  EXPECT(scope_status_name(1000) == NULL && scope_status_name(UINT32_MAX) == NULL);
  EXPECT(strcmp(scope_part_name(SCOPE_PART_BRANCH_NAME), "branch_name") == 0);
  EXPECT(scope_part_name(0) == NULL && scope_part_name(UINT32_MAX) == NULL);
  EXPECT(strcmp(scope_type_name(SCOPE_TYPE_SYSTEM), "system") == 0 && scope_type_name(0) == NULL);
  EXPECT(strcmp(scope_role_name(SCOPE_ROLE_ADMIN), "admin") == 0 && scope_role_name(9) == NULL);
  EXPECT(strcmp(scope_action_name(SCOPE_ACTION_READ), "read") == 0 && scope_action_name(0) == NULL);
  EXPECT(scope_reason_name(0) == NULL && scope_kind_name(0) == NULL && scope_resolved_kind_name(0) == NULL);
  EXPECT(scope_retention_name(0) == NULL && scope_checkout_kind_name(0) == NULL);
  EXPECT(strcmp(scope_checkout_kind_name(SCOPE_CHECKOUT_KIND_AUTO), "auto") == 0);
  EXPECT(strcmp(scope_checkout_kind_name(SCOPE_KIND_WORKTREE), "worktree") == 0);
}

static void null_pointers(void) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_reference_t reference = SCOPE_REFERENCE_INIT;
  char buf[64];
  size_t needed;
  EXPECT(scope_reference_parse(NULL, 5, &reference, &error) == SCOPE_NULL_POINTER);
  EXPECT(error.status == SCOPE_NULL_POINTER && error.part == 0 && error.offset == 0 && error.text.data == NULL);
  EXPECT(scope_reference_parse(NULL, 0, &reference, &error) == SCOPE_MISSING_AT);
  EXPECT(error.text.len == 0 && error.text.data[0] == '\0'); /* the empty text, which is one */
  EXPECT(scope_reference_parse(AT("@acme/x"), NULL, &error) == SCOPE_NULL_POINTER);
  EXPECT(scope_reference_parse(AT("acme/x"), &reference, NULL) == SCOPE_MISSING_AT);
  EXPECT(scope_slug_check(AT("acme"), NULL) == SCOPE_OK);
  EXPECT(!scope_slug_is_valid(NULL, 0) && !scope_slug_is_valid(NULL, 4));
  EXPECT(scope_slug_suggest(AT("Acme"), NULL, 8, &needed, NULL) == SCOPE_NULL_POINTER);
  EXPECT(scope_slug_suggest(AT("Acme"), buf, sizeof buf, NULL, NULL) == SCOPE_OK && strcmp(buf, "acme") == 0);
  EXPECT(scope_policy_new(NULL, NULL, NULL) == SCOPE_NULL_POINTER);
  EXPECT(scope_policy_check_claimable(NULL, AT("acme"), &error) == SCOPE_NULL_POINTER);
  EXPECT(!scope_policy_is_reserved(NULL, AT("admin")));
  EXPECT(scope_key_kind(NULL) == 0);
  EXPECT(scope_key_uri(NULL, buf, sizeof buf, &needed) == SCOPE_NULL_POINTER);
  EXPECT(scope_key_global(NULL) == SCOPE_NULL_POINTER);
  EXPECT(scope_key_compare(NULL, NULL, NULL) == SCOPE_NULL_POINTER);
  EXPECT(scope_contains(AT("/a"), AT("/a/b"), NULL, &error) == SCOPE_NULL_POINTER);
  EXPECT(scope_error_message(NULL, AT("x"), buf, sizeof buf, &needed) == SCOPE_NULL_POINTER);
  EXPECT(scope_metadata_to_json(NULL, buf, sizeof buf, &needed) == SCOPE_NULL_POINTER);
  EXPECT(scope_reference_parse_lines(AT("@acme/x"), NULL, 1, &needed, &error) == SCOPE_NULL_POINTER);
  EXPECT(scope_reference_parse_lines(AT("@acme/x"), NULL, 0, NULL, &error) == SCOPE_NULL_POINTER);
  scope_policy_free(NULL);
  scope_key_free(NULL);
  scope_metadata_free(NULL);
}

static void lengths(void) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_policy_options_t options = SCOPE_POLICY_OPTIONS_INIT;
  scope_policy_t *policy;
  scope_view_t view = {"acme", 4};
  size_t needed;
  char buf[8];
  uint32_t lines[4];
  EXPECT(scope_slug_check("acme", SIZE_MAX, &error) == SCOPE_INVALID_LENGTH);
  EXPECT(scope_slug_check("acme", (size_t)PTRDIFF_MAX + 1, &error) == SCOPE_INVALID_LENGTH);
  EXPECT(!scope_slug_is_valid("acme", SIZE_MAX));
  EXPECT(scope_slug_suggest(AT("acme"), buf, SIZE_MAX, &needed, &error) == SCOPE_INVALID_LENGTH);
  EXPECT(scope_version_hash((const uint8_t *)"", SIZE_MAX, buf, sizeof buf, &needed) == SCOPE_INVALID_LENGTH);
  EXPECT(scope_reference_parse_lines(AT("@acme/x"), lines, SIZE_MAX / 2, &needed, &error) == SCOPE_INVALID_LENGTH);
  options.reserved = &view;
  options.reserved_count = SIZE_MAX / 8; /* as bytes, more than there are numbers */
  EXPECT(scope_policy_new(&options, &policy, &error) == SCOPE_INVALID_LENGTH && policy == NULL);
}

static void struct_sizes(void) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_reference_t reference = SCOPE_REFERENCE_INIT;
  scope_access_t access = SCOPE_ACCESS_INIT;
  scope_decision_t decision = SCOPE_DECISION_INIT;
  struct {
    scope_reference_t known;
    char more[16];
  } newer;
  reference.struct_size = 0;
  EXPECT(scope_reference_parse(AT("@acme/x"), &reference, &error) == SCOPE_INVALID_STRUCT_SIZE);
  EXPECT(error.status == SCOPE_INVALID_STRUCT_SIZE);
  error.struct_size = offsetof(scope_error_t, detail) - 1;
  EXPECT(scope_slug_check(AT("acme"), &error) == SCOPE_INVALID_STRUCT_SIZE);
  /* A program that was compiled before there was `detail` has a shorter struct, and something else behind it. */
  error.struct_size = offsetof(scope_error_t, detail);
  error.detail.len = 77;
  EXPECT(scope_slug_check(AT("a!c"), &error) == SCOPE_INVALID_CHARACTER && error.offset == 1 && error.detail.len == 77);
  error.struct_size = sizeof error;
  access.struct_size = sizeof access + 1; /* of a later version, with options that may matter */
  EXPECT(scope_decide_access(&access, &decision, &error) == SCOPE_INVALID_STRUCT_SIZE);
  memset(&newer, 'x', sizeof newer);
  newer.known.struct_size = sizeof newer;
  EXPECT(scope_reference_parse(AT("@acme/x"), &newer.known, &error) == SCOPE_OK);
  EXPECT(newer.known.struct_size == sizeof newer && newer.known.name.len == 1 && newer.more[0] == 'x');
}

static void numbers(void) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_access_t access = SCOPE_ACCESS_INIT;
  scope_decision_t decision = SCOPE_DECISION_INIT;
  scope_policy_options_t options = SCOPE_POLICY_OPTIONS_INIT;
  scope_resolve_options_t how = SCOPE_RESOLVE_OPTIONS_INIT;
  scope_resolved_t resolved = SCOPE_RESOLVED_INIT;
  scope_policy_t *policy;
  scope_metadata_t *metadata;
  scope_retention_t retention;
  char buf[128];
  size_t needed;
  EXPECT(scope_decide_access(&access, &decision, &error) == SCOPE_INVALID_ARGUMENT);
  access.scope_type = SCOPE_TYPE_ORGANIZATION;
  access.action = SCOPE_ACTION_WRITE;
  access.role = 4;
  EXPECT(scope_decide_access(&access, &decision, &error) == SCOPE_INVALID_ARGUMENT);
  access.role = SCOPE_ROLE_WRITER;
  access.force = 2;
  EXPECT(scope_decide_access(&access, &decision, &error) == SCOPE_INVALID_ARGUMENT);
  access.force = 0;
  EXPECT(scope_decide_access(&access, &decision, &error) == SCOPE_OK && decision.allowed == 1);

  options.flags = 2;
  EXPECT(scope_policy_new(&options, &policy, &error) == SCOPE_INVALID_ARGUMENT && policy == NULL);
  options.flags = SCOPE_POLICY_NO_LEGACY_PREFIX;
  options.legacy_prefix.data = "x-";
  options.legacy_prefix.len = 2;
  EXPECT(scope_policy_new(&options, &policy, &error) == SCOPE_INVALID_ARGUMENT);
  EXPECT(scope_policy_new(NULL, &policy, &error) == SCOPE_OK);
  how.flags = 2;
  EXPECT(scope_policy_resolve(policy, &how, AT("x"), buf, sizeof buf, &needed, &resolved, &error) ==
         SCOPE_INVALID_ARGUMENT);
  EXPECT(scope_policy_resolve(policy, NULL, AT("@acme/x"), buf, sizeof buf, &needed, &resolved, &error) == SCOPE_OK);
  scope_policy_free(policy);

  EXPECT(scope_metadata_new(AT("acme"), AT("widget"), AT("2026-01-31T12:00:00Z"), &metadata, &error) == SCOPE_OK);
  EXPECT(scope_decide_retention(metadata, 0, AT("2026-01-31T12:00:00Z"), 7, &retention, &error) ==
         SCOPE_INVALID_ARGUMENT);
  EXPECT(scope_metadata_get(metadata, 0, buf, sizeof buf, &needed) == SCOPE_INVALID_ARGUMENT);
  EXPECT(scope_metadata_get(metadata, SCOPE_METADATA_FULL_NAME, buf, sizeof buf, &needed) == SCOPE_OK);
  EXPECT(strcmp(buf, "acme/widget") == 0 && needed == sizeof "acme/widget");
  EXPECT(scope_metadata_get(metadata, SCOPE_METADATA_CREATED_AT, buf, sizeof buf, &needed) == SCOPE_OK);
  EXPECT(strcmp(buf, "2026-01-31T12:00:00Z") == 0);
  EXPECT(scope_metadata_get(metadata, SCOPE_METADATA_HOST, buf, sizeof buf, &needed) == SCOPE_OK);
  EXPECT(needed == 0);
  EXPECT(scope_metadata_get(metadata, SCOPE_METADATA_DEFAULT_BRANCH, buf, sizeof buf, &needed) == SCOPE_OK);
  EXPECT(needed == 0 && buf[0] == '\0');
  EXPECT(scope_decide_retention(metadata, SCOPE_DIRTY_NO, AT("2026-02-07T12:00:00Z"), SCOPE_MAX_IDLE_DAYS, &retention,
                                &error) == SCOPE_OK);
  EXPECT(retention == SCOPE_RETENTION_DELETE);
  scope_metadata_free(metadata);
}

static void buffers(void) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_key_t *key, *order[SCOPE_SEARCH_ORDER_MAX];
  char buf[32];
  size_t needed = 77, count;
  uint32_t lines[4];
  EXPECT(scope_key_branch(AT("/src/app"), AT("main"), &key, &error) == SCOPE_OK);
  EXPECT(scope_key_display(key, NULL, 0, &needed) == SCOPE_BUFFER_TOO_SMALL && needed == sizeof "/src/app:main");
  for (size_t cap = 1; cap < needed; cap++) {
    memset(buf, 'x', sizeof buf);
    EXPECT(scope_key_display(key, buf, cap, NULL) == SCOPE_BUFFER_TOO_SMALL);
    EXPECT(buf[0] == '\0' && buf[cap] == 'x');
  }
  EXPECT(scope_key_display(key, buf, needed, NULL) == SCOPE_OK && strcmp(buf, "/src/app:main") == 0);
  EXPECT(scope_key_worktree_key(key, buf, sizeof buf, &needed) == SCOPE_OK && needed == 0 && buf[0] == '\0');
  EXPECT(scope_key_search_order(key, order, 2, &count) == SCOPE_BUFFER_TOO_SMALL && count == 3);
  EXPECT(scope_key_search_order(key, NULL, 3, &count) == SCOPE_NULL_POINTER);
  scope_key_free(key);

  /* A fault empties the buffer, so that a forgotten status shows nothing that was there before. */
  memset(buf, 'x', sizeof buf);
  EXPECT(scope_reference_storage_component(AT("acme"), buf, sizeof buf, &needed, &error) == SCOPE_MISSING_AT);
  EXPECT(buf[0] == '\0' && needed == 0);

  memset(lines, 0xFF, sizeof lines);
  EXPECT(scope_reference_parse_lines(AT("@acme/x\nx\n"), lines, 1, &count, &error) == SCOPE_BUFFER_TOO_SMALL);
  EXPECT(count == 2 && lines[0] == 0 && lines[1] == 5 && lines[2] == 7 && lines[3] == 7);
}

/* What a message is about: the argument at fault, also where that is one of a list or was never the caller's. */
static void messages(void) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_policy_options_t options = SCOPE_POLICY_OPTIONS_INIT;
  scope_policy_t *policy;
  scope_key_t *key;
  scope_view_t slugs[] = {{"acme", 4}, {"a!b", 3}, {"a!b", 3}};
  char buf[256], alias[257], name[300];
  size_t needed;
  EXPECT(scope_reference_parse(AT("acme/x"), NULL, &error) == SCOPE_NULL_POINTER);
  EXPECT(scope_error_message(&error, NULL, 0, buf, sizeof buf, &needed) == SCOPE_OK);
  EXPECT(strcmp(buf, "invalid call: a pointer that must lead somewhere is NULL") == 0);
  EXPECT(scope_error_suggestion(&error, NULL, 0, buf, sizeof buf, &needed) == SCOPE_OK && needed == 0);

  options.reserved = slugs;
  options.reserved_count = 3;
  EXPECT(scope_policy_new(&options, &policy, &error) == SCOPE_INVALID_CHARACTER);
  EXPECT(error.part == SCOPE_PART_RESERVED && error.text.data == slugs[1].data && error.offset == 1);
  EXPECT(scope_key_branch(AT("/src"), AT("a..b"), &key, &error) == SCOPE_CONSECUTIVE_DOTS && key == NULL);
  EXPECT(error.input == SCOPE_PART_BRANCH_NAME && error.text.len == 4 && error.offset == 1);

  memset(name, 'a', sizeof name);
  EXPECT(scope_template_alias(AT("1"), name, sizeof name, AT("1"), alias, sizeof alias, &needed, &error) ==
         SCOPE_TOO_LONG);
  EXPECT(error.input == SCOPE_PART_ALIAS && error.text.data == alias && error.text.len == 256);
  EXPECT(scope_error_message(&error, error.text.data, error.text.len, buf, sizeof buf, &needed) == SCOPE_OK);
  EXPECT(strcmp(buf, "invalid alias \"scope-1-image-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"...: "
                     "the alias is longer than 256 bytes") == 0);

  /* An error that no function filled in. */
  scope_error_t empty = SCOPE_ERROR_INIT;
  EXPECT(scope_error_message(&empty, AT("x"), buf, sizeof buf, &needed) == SCOPE_INVALID_ARGUMENT);
  empty.status = SCOPE_MISSING_AT;
  EXPECT(scope_error_message(&empty, AT("x"), buf, sizeof buf, &needed) == SCOPE_INVALID_ARGUMENT);
  empty.status = 65537; /* as 16 bits, the number of a code */
  EXPECT(scope_error_message(&empty, AT("x"), buf, sizeof buf, &needed) == SCOPE_INVALID_ARGUMENT);
  /* One that has been tampered with is no worse than useless. */
  error.offset = SIZE_MAX;
  error.status = SCOPE_INVALID_CHARACTER;
  EXPECT(scope_error_message(&error, AT("x"), buf, sizeof buf, &needed) == SCOPE_OK);
}

int main(void) {
  versions();
  words();
  null_pointers();
  lengths();
  struct_sizes();
  numbers();
  buffers();
  messages();
  printf("%zu passed, 0 failed\n", checked);
  return 0;
}
