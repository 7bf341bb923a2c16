/* Texts without a terminator, each in memory of its own, so that a sanitizer sees a step past its end. */
#ifndef SCOPE_TESTS_TEXTS_H
#define SCOPE_TESTS_TEXTS_H

#include "common.h"

typedef struct {
  char *data; /* NULL where the argument is left out */
  size_t len;
} text_t;

/* Memory that is freed all at once, between one case and the next. */
static void *kept[1024];
static size_t kept_count;

static void *keep(void *memory) {
  REQUIRE(memory != NULL && kept_count < sizeof kept / sizeof *kept);
  kept[kept_count++] = memory;
  return memory;
}

static void free_kept(void) {
  while (kept_count > 0) {
    free(kept[--kept_count]);
  }
}

static text_t copy_of(const char *data, size_t len) {
  /* malloc(0) may be NULL, which is an argument that is left out. */
  text_t text = {keep(malloc(len > 0 ? len : 1)), len};
  if (len > 0) {
    memcpy(text.data, data, len);
  }
  return text;
}

/* Calls CALL, which writes to `buf`, `cap` and `&needed`, with a buffer of exactly the size that it asks for. Sets
 * `status`, and `got` to the text, whose data is NULL where there is none. */
#define WRITTEN(status, got, CALL)                                    \
  do {                                                                \
    char *buf = NULL;                                                 \
    size_t cap = 0, needed = 0;                                       \
    (status) = (CALL);                                                \
    if ((status) == SCOPE_BUFFER_TOO_SMALL) {                         \
      size_t first = needed;                                          \
      buf = keep(malloc(needed));                                     \
      memset(buf, 'x', needed);                                       \
      cap = needed - 1;                                               \
      REQUIRE((CALL) == SCOPE_BUFFER_TOO_SMALL && needed == first);   \
      REQUIRE(cap == 0 || buf[0] == '\0');                            \
      cap = first;                                                    \
      (status) = (CALL);                                              \
      REQUIRE(needed == first && buf[needed - 1] == '\0');            \
    }                                                                 \
    (got).data = buf;                                                 \
    (got).len = needed > 0 ? needed - 1 : 0;                          \
  } while (0)

#endif
