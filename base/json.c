/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON document read by cJSON after base/json_scan has made sure that
 * cJSON's leniency (libraries.md 3) has nothing to be lenient about. The only
 * file that names cJSON. A node is a cJSON item; its `valueint`, which we
 * never use as a value, holds the node's number in the order of the text, and
 * with it the way to its place. Read-only after parsing: any thread.
 */
#include "base/json.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/json_scan.h"
#include "base/memory.h"

/* 2^53 - 1: at 2^53 a double no longer tells its neighbours apart. */
#define EXACT_MAX 9007199254740991.0
enum { FEW = 16 }; /* members, compared each with each */

struct json {
    cJSON *root;
    struct arena *nodes; /* what cJSON made */
    char *text;          /* as given, without the byte-order mark */
    size_t len;
    struct json_mark *marks;
    size_t mark_count;
    uint32_t *lines; /* where each line starts */
    size_t line_count;
};

/* What the walk over the tree carries. */
struct walk {
    struct json *doc;
    size_t next; /* number of the next node */
    size_t fault;
    struct error *err;
};

struct member {
    const char *key;
    const cJSON *item;
};

/* What cJSON makes of a document dies with it, at once: it comes from the arena
 * of the one that is being built on this thread. */
static _Thread_local struct arena *building;

static void *node_alloc(size_t size)
{
    return arena_alloc(building, size);
}

static void node_free(void *node)
{
    (void)node;
}

static void take_hooks(void)
{
    cJSON_InitHooks(
        &(cJSON_Hooks){.malloc_fn = node_alloc, .free_fn = node_free});
}

static const cJSON *item_of(const struct json_node *node)
{
    return (const cJSON *)node;
}

static const struct json_node *node_of(const cJSON *item)
{
    return (const struct json_node *)item;
}

/* NULL: this is the last one. */
static const char *line_after(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline + 1 : NULL;
}

static void find_lines(struct json *doc)
{
    const char *end = doc->text + doc->len;
    size_t count = 0;
    for (const char *at = doc->text; at; at = line_after(at, end))
        count++;
    doc->lines = memory_grow(NULL, count, sizeof(doc->lines[0]));
    for (const char *at = doc->text; at; at = line_after(at, end))
        doc->lines[doc->line_count++] = (uint32_t)(at - doc->text);
}

static struct json_place place_of(const struct json *doc, size_t offset)
{
    size_t low = 0;
    size_t high = doc->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (doc->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    int column = 1;
    for (size_t i = doc->lines[low]; i < offset && i < doc->len; i++)
        column += ((unsigned char)doc->text[i] & 0xC0) != 0x80;
    return (struct json_place){.line = (int)low + 1, .column = column};
}

static int compare_members(const void *a, const void *b)
{
    const struct member *left = a;
    const struct member *right = b;
    int order = strcmp(left->key, right->key);
    return order != 0 ? order : left->item->valueint - right->item->valueint;
}

/* The first member whose key came before; NULL: none. Sorted, so that 100,000
 * members cost no more than they should. */
static const cJSON *find_twice(const cJSON *object, size_t count)
{
    struct member *members = memory_grow(NULL, count, sizeof(*members));
    const struct member *twice = NULL;
    size_t used = 0;
    for (const cJSON *child = object->child; child; child = child->next)
        members[used++] = (struct member){child->string, child};
    qsort(members, count, sizeof(*members), compare_members);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(members[i].key, members[i - 1].key) == 0 &&
            (!twice || members[i].item->valueint < twice->item->valueint))
            twice = &members[i];
    }
    const cJSON *found = twice ? twice->item : NULL;
    free(members);
    return found;
}

/* The same of a few: nearly every object is one of these. */
static const cJSON *find_twice_few(const cJSON *object)
{
    for (const cJSON *child = object->child; child; child = child->next)
        for (const cJSON *other = object->child; other != child;
             other = other->next)
            if (child->string[0] == other->string[0] &&
                strcmp(child->string, other->string) == 0)
                return child;
    return NULL;
}

/* The object's children are numbered already. */
static bool check_keys(struct walk *walk, const cJSON *object)
{
    size_t count = 0;
    for (const cJSON *child = object->child; child != NULL; child = child->next)
        count++;
    const cJSON *twice =
        count <= FEW ? find_twice_few(object) : find_twice(object, count);
    if (twice == NULL)
        return true;
    walk->fault = walk->doc->marks[twice->valueint].key;
    return error_set(walk->err, ERROR_INPUT,
                     "the key \"%.100s\" stands here twice: keep one",
                     twice->string);
}

/* Numbers the nodes in the order of the text. Recursion stops with the depth
 * the scan allowed. */
static bool number_nodes(struct walk *walk, cJSON *item)
{
    if (walk->next >= walk->doc->mark_count)
        PANIC("cJSON built more values than the text has");
    item->valueint = (int)walk->next++;
    if (cJSON_IsNumber(item) && !isfinite(item->valuedouble)) {
        walk->fault = walk->doc->marks[item->valueint].value;
        return error_set(walk->err, ERROR_INPUT, "this number is too large");
    }
    for (cJSON *child = item->child; child != NULL; child = child->next) {
        if (!number_nodes(walk, child))
            return false;
    }
    return !cJSON_IsObject(item) || check_keys(walk, item);
}

/* `copy` is the text, in which comments are blanked out. Sets `fault` on
 * failure. */
static bool build(struct json *doc, char *copy, unsigned flags, size_t *fault,
                  struct error *err)
{
    struct json_scan scan;
    bool clean = json_scan_text(copy, doc->len, flags, &scan, err);
    doc->marks = scan.marks;
    doc->mark_count = scan.count;
    *fault = scan.fault;
    if (!clean)
        return false;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, take_hooks);
    building = doc->nodes = arena_new();
    doc->root = cJSON_ParseWithLengthOpts(copy, doc->len + 1, NULL, true);
    building = NULL;
    if (doc->root == NULL)
        PANIC("cJSON refused a text of %zu bytes that the scan took", doc->len);
    struct walk walk = {.doc = doc, .err = err};
    if (!number_nodes(&walk, doc->root)) {
        *fault = walk.fault;
        return false;
    }
    if (walk.next != doc->mark_count)
        PANIC("cJSON built fewer values than the text has");
    return true;
}

struct json *json_parse(const char *text, size_t len, unsigned flags,
                        struct error *err, struct json_place *place)
{
    if (place != NULL)
        *place = (struct json_place){.line = 0};
    if (len > JSON_MAX_BYTES) {
        error_set(err, ERROR_INPUT,
                  "%zu bytes of JSON: at most %u are read; split the file", len,
                  JSON_MAX_BYTES);
        return NULL;
    }
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        len -= 3;
    }
    struct json *doc = memory_new(sizeof(*doc));
    doc->text = memory_text_n(text, len);
    doc->len = len;
    find_lines(doc);
    /* Comments are blanked out, and with them the columns behind one. */
    char *copy = flags & JSON_COMMENTS ? memory_text_n(text, len) : NULL;
    size_t fault = 0;
    bool done = build(doc, copy ? copy : doc->text, flags, &fault, err);
    free(copy);
    if (done)
        return doc;
    if (place != NULL)
        *place = place_of(doc, fault);
    json_free(doc);
    return NULL;
}

void json_free(struct json *doc)
{
    if (doc == NULL)
        return;
    arena_free(doc->nodes);
    free(doc->text);
    free(doc->marks);
    free(doc->lines);
    free(doc);
}

const struct json_node *json_root(const struct json *doc)
{
    return doc == NULL ? NULL : node_of(doc->root);
}

enum json_type json_type(const struct json_node *node)
{
    switch (node == NULL ? cJSON_NULL : item_of(node)->type & 0xFF) {
    case cJSON_True:
    case cJSON_False:
        return JSON_BOOL;
    case cJSON_Number:
        return JSON_NUMBER;
    case cJSON_String:
        return JSON_TEXT;
    case cJSON_Array:
        return JSON_ARRAY;
    case cJSON_Object:
        return JSON_OBJECT;
    default: /* cJSON's numbers, not an enum of ours */
        return JSON_NULL;
    }
}

const char *json_type_name(enum json_type type)
{
    switch (type) {
    case JSON_NULL:
        return "null";
    case JSON_BOOL:
        return "true or false";
    case JSON_NUMBER:
        return "a number";
    case JSON_TEXT:
        return "a text";
    case JSON_ARRAY:
        return "an array";
    case JSON_OBJECT:
        return "an object";
    }
    return "null";
}

const struct json_node *json_get(const struct json_node *object,
                                 const char *key)
{
    if (json_type(object) != JSON_OBJECT || key == NULL)
        return NULL;
    return node_of(cJSON_GetObjectItemCaseSensitive(item_of(object), key));
}

const struct json_node *json_first(const struct json_node *container)
{
    return container == NULL ? NULL : node_of(item_of(container)->child);
}

const struct json_node *json_next(const struct json_node *node)
{
    return node == NULL ? NULL : node_of(item_of(node)->next);
}

size_t json_count(const struct json_node *container)
{
    size_t count = 0;
    for (const struct json_node *node = json_first(container); node != NULL;
         node = json_next(node))
        count++;
    return count;
}

const char *json_key(const struct json_node *member)
{
    return member == NULL ? NULL : item_of(member)->string;
}

const char *json_text(const struct json_node *node)
{
    return json_type(node) == JSON_TEXT ? item_of(node)->valuestring : NULL;
}

const char *json_get_text(const struct json_node *object, const char *key)
{
    return json_text(json_get(object, key));
}

bool json_number(const struct json_node *node, double *out)
{
    if (json_type(node) != JSON_NUMBER)
        return false;
    *out = item_of(node)->valuedouble;
    return true;
}

bool json_integer(const struct json_node *node, int64_t *out)
{
    double number;
    if (!json_number(node, &number) || number != trunc(number) ||
        fabs(number) > EXACT_MAX)
        return false;
    *out = (int64_t)number;
    return true;
}

bool json_is_true(const struct json_node *node)
{
    return node != NULL && cJSON_IsTrue(item_of(node));
}

struct json_place json_place(const struct json *doc,
                             const struct json_node *node)
{
    if (doc == NULL || node == NULL)
        return (struct json_place){.line = 0};
    return place_of(doc, doc->marks[item_of(node)->valueint].value);
}

struct json_place json_key_place(const struct json *doc,
                                 const struct json_node *member)
{
    if (doc == NULL || member == NULL)
        return (struct json_place){.line = 0};
    uint32_t key = doc->marks[item_of(member)->valueint].key;
    if (key == JSON_NO_KEY)
        return (struct json_place){.line = 0};
    return place_of(doc, key);
}
