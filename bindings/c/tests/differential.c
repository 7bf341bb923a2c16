/* Asks the C ABI what examples/differential.rs asked Rust, and compares the answers byte for byte.
 *
 * differential INPUTS EXPECTED prints what differs and, last, "N passed, M failed". */
#include <stdint.h>

#include "texts.h"

/* --------------------------------------------------------------------------------------------------- the two files -- */

typedef struct {
  const unsigned char *at, *end;
} reader_t;

static unsigned char *read_all(const char *path, reader_t *reader) {
  FILE *file = fopen(path, "rb");
  REQUIRE(file != NULL && fseek(file, 0, SEEK_END) == 0);
  long size = ftell(file);
  REQUIRE(size >= 0 && fseek(file, 0, SEEK_SET) == 0);
  unsigned char *bytes = malloc((size_t)size + 1);
  REQUIRE(bytes != NULL && fread(bytes, 1, (size_t)size, file) == (size_t)size);
  fclose(file);
  reader->at = bytes;
  reader->end = bytes + size;
  return bytes;
}

static const unsigned char *take(reader_t *reader, size_t count) {
  REQUIRE((size_t)(reader->end - reader->at) >= count);
  reader->at += count;
  return reader->at - count;
}

static uint32_t number(reader_t *reader) {
  const unsigned char *b = take(reader, 4);
  return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static text_t text(reader_t *reader) {
  uint32_t len = number(reader);
  return len == UINT32_MAX ? (text_t){NULL, 0} : copy_of((const char *)take(reader, len), len);
}

/* --------------------------------------------------------------------------------------------------------- answers -- */

/* As the file of expected answers has them. */
static unsigned char made[1 << 20];
static size_t made_len;

static void put(size_t value) {
  REQUIRE(made_len + 4 <= sizeof made && value <= UINT32_MAX);
  for (int byte = 0; byte < 4; byte++) {
    made[made_len++] = (unsigned char)(value >> (8 * byte));
  }
}

static void put_text(const char *data, size_t len) {
  put(data != NULL ? len : UINT32_MAX);
  REQUIRE(made_len + len <= sizeof made);
  if (len > 0) {
    memcpy(made + made_len, data, len);
    made_len += len;
  }
}

static void put_view(scope_view_t view) {
  put_text(view.data, view.len);
}

static void put_fault(scope_status_t status, const scope_error_t *error) {
  text_t got;
  scope_status_t told;
  put(status);
  put(error->part);
  put(error->input);
  put(error->offset);
  put(2);
  WRITTEN(told, got, scope_error_message(error, error->text.data, error->text.len, buf, cap, &needed));
  REQUIRE(told == SCOPE_OK);
  put_text(got.data, got.len);
  WRITTEN(told, got, scope_error_suggestion(error, error->text.data, error->text.len, buf, cap, &needed));
  REQUIRE(told == SCOPE_OK);
  put_text(got.data, got.len);
}

static void put_ok(size_t texts) {
  for (int zero = 0; zero < 4; zero++) {
    put(0);
  }
  put(texts);
}

/* ------------------------------------------------------------------------------------------------------ operations -- */

static void put_one(scope_status_t status, const scope_error_t *error, text_t got) {
  if (status != SCOPE_OK) {
    put_fault(status, error);
    return;
  }
  put_ok(1);
  put_text(got.data, got.len);
}

static void put_check(scope_status_t status, const scope_error_t *error) {
  if (status != SCOPE_OK) {
    put_fault(status, error);
    return;
  }
  put_ok(0);
}

static void put_reference(scope_status_t status, const scope_error_t *error, const scope_reference_t *reference) {
  if (status != SCOPE_OK) {
    put_fault(status, error);
    return;
  }
  put_ok(4);
  put_view(reference->scope);
  put_view(reference->name);
  put_view(reference->tag);
  put_view(reference->text);
}

/* Ends the key. */
static void put_key(scope_status_t status, const scope_error_t *error, scope_key_t **key) {
  static scope_status_t (*const forms[])(const scope_key_t *, char *, size_t, size_t *) = {
      scope_key_display_short, scope_key_storage_key, scope_key_distinct_storage_key, scope_key_uri,
      scope_key_to_json,
  };
  if (status != SCOPE_OK) {
    put_fault(status, error);
    return;
  }
  put_ok(sizeof forms / sizeof *forms);
  for (size_t at = 0; at < sizeof forms / sizeof *forms; at++) {
    text_t got;
    WRITTEN(status, got, forms[at](*key, buf, cap, &needed));
    REQUIRE(status == SCOPE_OK);
    put_text(got.data, got.len);
  }
  scope_key_free(*key);
}

static void put_lines(text_t buffer) {
  size_t count;
  char shown[64];
  scope_status_t status = scope_reference_parse_lines(buffer.data, buffer.len, NULL, 0, &count, NULL);
  REQUIRE(status == SCOPE_OK || status == SCOPE_BUFFER_TOO_SMALL);
  uint32_t *lines = keep(malloc(count * 4 * sizeof *lines + 1));
  status = scope_reference_parse_lines(buffer.data, buffer.len, lines, count, &count, NULL);
  REQUIRE(status == SCOPE_OK);
  put_ok(count);
  for (uint32_t *line = lines; line < lines + 4 * count; line += 4) {
    int len = snprintf(shown, sizeof shown, "[%lu, %lu, %lu, %lu]", (unsigned long)line[0], (unsigned long)line[1],
                       (unsigned long)line[2], (unsigned long)line[3]);
    put_text(shown, (size_t)len);
  }
}

#define TEXT(at) a[at].data, a[at].len
#define OUT buf, cap, &needed, &error

static void ask(int operation, text_t *a, const scope_policy_t *policy) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_reference_t reference = SCOPE_REFERENCE_INIT;
  scope_resolve_options_t options = SCOPE_RESOLVE_OPTIONS_INIT;
  scope_resolved_t resolved = SCOPE_RESOLVED_INIT;
  scope_key_t *key = NULL;
  scope_metadata_t *metadata = NULL;
  scope_status_t status;
  text_t got = {NULL, 0};
  bool contains = false;
  /* What is too long for an alias is written to the buffer. */
  size_t cap = 300, needed;
  char *buf = keep(malloc(cap));
  switch (operation) {
  case 0:
    put_reference(scope_reference_parse(TEXT(0), &reference, &error), &error, &reference);
    return;
  case 1:
    WRITTEN(status, got, scope_reference_parse_normalized(TEXT(0), buf, cap, &needed, &reference, &error));
    put_reference(status, &error, &reference);
    return;
  case 2:
    put_check(scope_slug_check(TEXT(0), &error), &error);
    return;
  case 3:
    put_check(scope_name_check(TEXT(0), &error), &error);
    return;
  case 4:
    put_check(scope_tag_check(TEXT(0), &error), &error);
    return;
  case 5:
    put_check(scope_branch_check(TEXT(0), &error), &error);
    return;
  case 6:
    put_check(scope_path_check(TEXT(0), &error), &error);
    return;
  case 7:
    put_check(scope_worktree_key_check(TEXT(0), &error), &error);
    return;
  case 8:
    WRITTEN(status, got, scope_slug_suggest(TEXT(0), OUT));
    put_one(status, &error, got);
    return;
  case 9:
    WRITTEN(status, got, scope_reference_normalize(TEXT(0), OUT));
    put_one(status, &error, got);
    return;
  case 10:
    options.default_scope = (scope_view_t){TEXT(0)};
    options.user_id = (scope_view_t){TEXT(1)};
    WRITTEN(status, got,
            scope_policy_resolve(policy, &options, TEXT(2), buf, cap, &needed, &resolved, &error));
    if (status == SCOPE_OK) {
      const char *kind = scope_resolved_kind_name(resolved.kind);
      put_ok(3);
      put_text(kind, strlen(kind));
      put_view(resolved.text);
      put_view(resolved.alias);
    } else {
      put_fault(status, &error);
    }
    return;
  case 11:
    status = scope_template_alias(TEXT(0), TEXT(1), TEXT(2), OUT);
    put_one(status, &error, (text_t){buf, needed - 1});
    return;
  case 12:
    status = scope_distinct_template_alias(TEXT(0), TEXT(1), TEXT(2), OUT);
    put_one(status, &error, (text_t){buf, needed - 1});
    return;
  case 13:
    status = scope_legacy_user_alias(TEXT(0), TEXT(1), OUT);
    put_one(status, &error, (text_t){buf, needed - 1});
    return;
  case 14:
    put_key(scope_key_branch(TEXT(0), TEXT(1), &key, &error), &error, &key);
    return;
  case 15:
    put_key(scope_key_worktree(TEXT(0), TEXT(1), TEXT(2), &key, &error), &error, &key);
    return;
  case 16:
    put_key(scope_key_from_uri(TEXT(0), &key, &error), &error, &key);
    return;
  case 17:
    put_key(scope_key_from_json(TEXT(0), &key, &error), &error, &key);
    return;
  case 18:
    WRITTEN(status, got, scope_distinct_workspace_dir_name(TEXT(0), TEXT(1), OUT));
    put_one(status, &error, got);
    return;
  case 19:
    status = scope_contains(TEXT(0), TEXT(1), &contains, &error);
    put_one(status, &error, contains ? (text_t){"true", 4} : (text_t){"false", 5});
    return;
  case 20:
    WRITTEN(status, got, scope_workspace_path(TEXT(0), TEXT(1), TEXT(2), TEXT(3), OUT));
    put_one(status, &error, got);
    return;
  case 21:
    status = scope_metadata_from_json(TEXT(0), &metadata, &error);
    if (status == SCOPE_OK) {
      WRITTEN(status, got, scope_metadata_to_json(metadata, buf, cap, &needed));
    }
    put_one(status, &error, got);
    scope_metadata_free(metadata);
    return;
  case 22:
    put_check(scope_policy_check_claimable(policy, TEXT(0), &error), &error);
    return;
  case 23:
    WRITTEN(status, got, scope_hosted_workspace_dir_name(TEXT(0), TEXT(1), OUT));
    put_one(status, &error, got);
    return;
  default:
    REQUIRE(operation == 24);
    put_lines(a[0]);
  }
}

/* ------------------------------------------------------------------------------------------------------------------- */

int main(int argc, char **argv) {
  reader_t inputs, expected;
  scope_policy_t *policy = NULL;
  size_t passed = 0, failed = 0;
  REQUIRE(argc == 3);
  unsigned char *files[] = {read_all(argv[1], &inputs), read_all(argv[2], &expected)};
  REQUIRE(scope_policy_new(NULL, &policy, NULL) == SCOPE_OK);
  while (inputs.at < inputs.end) {
    text_t arguments[4];
    int operation = *take(&inputs, 1), count = *take(&inputs, 1);
    REQUIRE(count <= 4);
    for (int at = 0; at < count; at++) {
      arguments[at] = text(&inputs);
    }
    made_len = 0;
    ask(operation, arguments, policy);

    const unsigned char *start = expected.at;
    take(&expected, 16);
    for (uint32_t texts = number(&expected); texts > 0; texts--) {
      uint32_t len = number(&expected);
      take(&expected, len == UINT32_MAX ? 0 : len);
    }
    if ((size_t)(expected.at - start) == made_len && memcmp(start, made, made_len) == 0) {
      passed++;
    } else if (++failed <= 20) {
      printf("operation %d differs, with", operation);
      for (int at = 0; at < count; at++) {
        printf(" [%.*s]", (int)arguments[at].len, arguments[at].data != NULL ? arguments[at].data : "");
      }
      printf("\n");
    }
    free_kept();
  }
  REQUIRE(expected.at == expected.end);
  scope_policy_free(policy);
  free(files[0]);
  free(files[1]);
  printf("%zu passed, %zu failed\n", passed, failed);
  return failed > 0 || passed == 0;
}
