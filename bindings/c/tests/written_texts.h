/* Texts in the forms in which the vectors write them (conformance/README.md). */
#ifndef SCOPE_TESTS_WRITTEN_TEXTS_H
#define SCOPE_TESTS_WRITTEN_TEXTS_H

#include <jansson.h>

#include "texts.h"

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

#endif
