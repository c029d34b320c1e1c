/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The difference between two launched contents, in the words of the campaign
 * file: one line a member.
 */
#include "app/difference.h"
#include "app/table.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { PATH_BYTES = 400, VALUE_CELLS = 100, VALUE_BYTES = 1 << 20 };

struct difference {
    FILE *out;
    int count;
};

static void print_value(FILE *out, const struct json_node *node)
{
    struct buf text;
    struct json_writer json;
    char line[VALUE_CELLS + 1];
    buf_init(&text, VALUE_BYTES);
    json_write_init(&json, &text);
    json_write_node(&json, NULL, node);
    text_copy(line, sizeof(line), text.data);
    print_to(out, "%s%s", line, text.len > VALUE_CELLS ? "..." : "");
    buf_free(&text);
}

static void print_line(struct difference *difference, char sign,
                       const char *path, const struct json_node *before,
                       const struct json_node *after)
{
    FILE *out = difference->out;
    print_to(out, "  %c %s: ", sign, path);
    if (before)
        print_value(out, before);
    if (before && after)
        fputs(" -> ", out);
    if (after)
        print_value(out, after);
    fputc('\n', out);
    difference->count++;
}

static bool same_scalar(const struct json_node *a, const struct json_node *b)
{
    double left, right;
    switch (json_type(a)) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return json_is_true(a) == json_is_true(b);
    case JSON_NUMBER:
        return json_number(a, &left) && json_number(b, &right) &&
               memcmp(&left, &right, sizeof(left)) == 0;
    case JSON_TEXT:
        return text_equal(json_text(a), json_text(b));
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return false;
}

static void compare(struct difference *difference, const char *path,
                    const struct json_node *before,
                    const struct json_node *after);

static void compare_members(struct difference *difference, const char *path,
                            const struct json_node *before,
                            const struct json_node *after)
{
    char below[PATH_BYTES];
    const char *dot = path[0] ? "." : "";
    for (const struct json_node *old = json_first(before); old;
         old = json_next(old)) {
        snprintf(below, sizeof(below), "%s%s%s", path, dot, json_key(old));
        compare(difference, below, old, json_get(after, json_key(old)));
    }
    for (const struct json_node *new = json_first(after); new;
         new = json_next(new)) {
        if (json_get(before, json_key(new)))
            continue;
        snprintf(below, sizeof(below), "%s%s%s", path, dot, json_key(new));
        print_line(difference, '+', below, NULL, new);
    }
}

/* Steps are known by their name, other items by their place. */
static void compare_items(struct difference *difference, const char *path,
                          const struct json_node *before,
                          const struct json_node *after)
{
    const struct json_node *old = json_first(before);
    const struct json_node *new = json_first(after);
    for (int i = 0; old || new; i++) {
        char below[PATH_BYTES];
        const char *name = json_get_text(old ? old : new, "step");
        if (name)
            snprintf(below, sizeof(below), "%s[%s]", path, name);
        else
            snprintf(below, sizeof(below), "%s[%d]", path, i + 1);
        compare(difference, below, old, new);
        old = old ? json_next(old) : NULL;
        new = new ? json_next(new) : NULL;
    }
}

static void compare(struct difference *difference, const char *path,
                    const struct json_node *before,
                    const struct json_node *after)
{
    if (!before || !after)
        print_line(difference, before ? '-' : '+', path, before, after);
    else if (json_type(before) != json_type(after))
        print_line(difference, '~', path, before, after);
    else if (json_type(before) == JSON_OBJECT)
        compare_members(difference, path, before, after);
    else if (json_type(before) == JSON_ARRAY)
        compare_items(difference, path, before, after);
    else if (!same_scalar(before, after))
        print_line(difference, '~', path, before, after);
}

int difference_print(FILE *out, const struct json_node *before,
                     const struct json_node *after)
{
    struct difference difference = {.out = out};
    compare(&difference, "", before, after);
    return difference.count;
}
