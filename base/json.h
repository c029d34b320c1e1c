/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* Strict JSON (RFC 8259) over cJSON, with what it lacks: no trailing text,
 * no lenient numbers, no raw control characters, no \u0000, valid UTF-8, no
 * duplicate keys, and a line and column for every value and key. */
struct json;      /* a document; owns all its nodes */
struct json_node; /* a value inside; lives as long as the document */

enum json_type {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_TEXT,
    JSON_ARRAY,
    JSON_OBJECT,
};

struct json_place {
    int line;   /* from 1; 0 = nowhere */
    int column; /* from 1, in code points */
};

#define JSON_COMMENTS 1u /* allow // and block comments */
/* What cannot stand in a text becomes U+FFFD (half a surrogate pair, \u0000)
 * or a blank (control characters, bytes that are no UTF-8): for people's words
 * that must not be lost. */
#define JSON_MEND 2u
#define JSON_MAX_DEPTH 64
#define JSON_MAX_BYTES (8u << 20)
/* The writer goes deeper than the reader, so that whatever was read can be
 * written inside something of ours. */
#define JSON_WRITE_DEPTH (JSON_MAX_DEPTH + 16)

/* NULL on a fault: `err` says what, `place` (may be NULL) where. A UTF-8
 * byte-order mark at the start is skipped. */
struct json *json_parse(const char *text, size_t len, unsigned flags,
                        struct error *err, struct json_place *place);
void json_free(struct json *doc);
const struct json_node *json_root(const struct json *doc);

/* All of these accept NULL and then answer JSON_NULL, NULL, 0 or false. */
enum json_type json_type(const struct json_node *node);
const char *json_type_name(enum json_type type); /* "a number", "an object" */
const struct json_node *json_get(const struct json_node *object,
                                 const char *key);
const struct json_node *json_first(const struct json_node *container);
const struct json_node *json_next(const struct json_node *node);
size_t json_count(const struct json_node *container);
const char *json_key(const struct json_node *member);
const char *json_text(const struct json_node *node); /* NULL if not text */
const char *json_get_text(const struct json_node *object, const char *key);
bool json_number(const struct json_node *node, double *out);
/* Whole numbers below 2^53 in size, where a double is exact; others false. */
bool json_integer(const struct json_node *node, int64_t *out);
bool json_is_true(const struct json_node *node);

struct json_place json_place(const struct json *doc,
                             const struct json_node *node);
struct json_place json_key_place(const struct json *doc,
                                 const struct json_node *member);

/* Writing: a stream of calls into a buf; commas are the writer's business.
 * Compact, one line. `key` is NULL inside arrays. */
struct json_writer {
    struct buf *out;
    unsigned depth;
    bool first[JSON_WRITE_DEPTH];
};
void json_write_init(struct json_writer *writer, struct buf *out);
void json_write_object(struct json_writer *writer, const char *key);
void json_write_array(struct json_writer *writer, const char *key);
void json_write_end(struct json_writer *writer, char bracket); /* '}' or ']' */
void json_write_text(struct json_writer *writer, const char *key,
                     const char *text); /* NULL writes null */
void json_write_integer(struct json_writer *writer, const char *key,
                        int64_t value);
void json_write_number(struct json_writer *writer, const char *key,
                       double value);
void json_write_bool(struct json_writer *writer, const char *key, bool value);
/* A value that already is JSON (trusted, e.g. json_print's). */
void json_write_raw(struct json_writer *writer, const char *key,
                    const char *json);
void json_write_node(struct json_writer *writer, const char *key,
                     const struct json_node *node);
/* Only the escaping, with quotes: "a\"b". */
void json_quote(struct buf *out, const char *text);

#endif
