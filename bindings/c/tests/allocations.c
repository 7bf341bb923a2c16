/* Parsing, checking and asking allocate nothing, whether it goes well or not. Linked with --wrap, so that every malloc of
 * the program and of the library goes through this file, which counts. */
#include "common.h"

static size_t count;

void *__real_malloc(size_t size);
void *__real_calloc(size_t number, size_t size);
void *__real_realloc(void *memory, size_t size);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t number, size_t size);
void *__wrap_realloc(void *memory, size_t size);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);

void *__wrap_malloc(size_t size) {
  count++;
  return __real_malloc(size);
}

void *__wrap_calloc(size_t number, size_t size) {
  count++;
  return __real_calloc(number, size);
}

void *__wrap_realloc(void *memory, size_t size) {
  count++;
  return __real_realloc(memory, size);
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size) {
  count++;
  return __real_posix_memalign(memory, alignment, size);
}

int main(void) {
  static const char *const texts[] = {
      "@acme/widget:latest", "@acme/widget", "@a/b", "", "acme/widget", "@acme/wid get", "@acme/a..b", "@acme/x:",
      "@acme/\xff", "main", "feature/login", "/src/app", "C:\\src", "a b",
      "@acme/a-name-that-is-longer-than-a-vector-of-sixteen-bytes-or-even-four-of-them:and-a-tag",
  };
  size_t calls = 0;
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_reference_t reference = SCOPE_REFERENCE_INIT;
  scope_policy_t *policy;
  uint32_t lines[8];
  char buf[512];
  size_t lines_count;
  /* Without this, nothing else here shows anything. */
  REQUIRE(scope_policy_new(NULL, &policy, NULL) == SCOPE_OK && count > 0);
  count = 0;
  for (size_t at = 0; at < sizeof texts / sizeof *texts; at++, calls += 14) {
    const char *text = texts[at];
    size_t len = strlen(text);
    if (scope_reference_parse(text, len, &reference, &error) == SCOPE_OK) {
      REQUIRE(scope_reference_storage_component(text, len, buf, sizeof buf, NULL, NULL) == SCOPE_OK);
    }
    (void)scope_reference_is_valid(text, len);
    (void)scope_slug_check(text, len, &error);
    (void)scope_name_check(text, len, &error);
    (void)scope_tag_check(text, len, &error);
    (void)scope_branch_check(text, len, &error);
    (void)scope_path_check(text, len, &error);
    (void)scope_worktree_key_check(text, len, &error);
    (void)scope_slug_is_valid(text, len);
    (void)scope_name_is_valid(text, len);
    (void)scope_tag_is_valid(text, len);
    (void)scope_branch_is_valid(text, len);
    (void)scope_policy_check_claimable(policy, text, len, &error);
    (void)scope_reference_parse_lines(text, len, lines, 2, &lines_count, &error);
    if (count > 0) {
      fprintf(stderr, "%zu allocations with [%s]\n", count, text);
      return 1;
    }
  }
  scope_policy_free(policy);
  printf("%zu passed, 0 failed\n", calls);
  return 0;
}
