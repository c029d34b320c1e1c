/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small JSON Schema validator for the tests: the schemas are for editors,
 * the program never reads them, so it carries none.
 */
#include "tests/campaigns/schema.h"

#include <math.h>
#include <regex.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"

struct look {
    const struct schema *schema;
    char *why;
    size_t size;
};
typedef bool keyword_fn(const struct look *look, const struct json_node *rule,
                        const struct json_node *schema,
                        const struct json_node *value);

static bool fits(const struct look *look, const struct json_node *schema,
                 const struct json_node *value);

static bool no(const struct look *look, const char *what, const char *more)
{
    snprintf(look->why, look->size, "%s %s", what, more != NULL ? more : "");
    return false;
}

static bool matches(const char *pattern, const char *text)
{
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        fail_msg("the pattern %s is none", pattern);
    bool match = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return match;
}

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static double limit(const struct json_node *rule)
{
    double value = 0;
    assert_true(json_number(rule, &value));
    return value;
}

static bool is_type(const char *name, const struct json_node *value)
{
    enum json_type type = json_type(value);
    double number = 0;
    return (strcmp(name, "string") == 0 && type == JSON_TEXT) ||
           (strcmp(name, "object") == 0 && type == JSON_OBJECT) ||
           (strcmp(name, "array") == 0 && type == JSON_ARRAY) ||
           (strcmp(name, "boolean") == 0 && type == JSON_BOOL) ||
           (strcmp(name, "number") == 0 && type == JSON_NUMBER) ||
           (strcmp(name, "integer") == 0 && json_number(value, &number) &&
            number == floor(number));
}

static bool of_type(const struct look *look, const struct json_node *rule,
                    const struct json_node *schema,
                    const struct json_node *value)
{
    (void)schema;
    if (json_text(rule) != NULL)
        return is_type(json_text(rule), value) ||
               no(look, "is no", json_text(rule));
    for (const struct json_node *item = json_first(rule); item != NULL;
         item = json_next(item)) {
        if (is_type(json_text(item), value))
            return true;
    }
    return no(look, "is none of", "its types");
}

static bool in_enum(const struct look *look, const struct json_node *rule,
                    const struct json_node *schema,
                    const struct json_node *value)
{
    (void)schema;
    for (const struct json_node *item = json_first(rule); item != NULL;
         item = json_next(item)) {
        if (json_text(value) != NULL &&
            text_equal(json_text(item), json_text(value)))
            return true;
    }
    return no(look, "none of the words:", json_text(value));
}

static bool is_const(const struct look *look, const struct json_node *rule,
                     const struct json_node *schema,
                     const struct json_node *value)
{
    (void)schema;
    return (json_text(value) != NULL &&
            text_equal(json_text(rule), json_text(value))) ||
           no(look, "not", json_text(rule));
}

static bool has_required(const struct look *look, const struct json_node *rule,
                         const struct json_node *schema,
                         const struct json_node *value)
{
    (void)schema;
    for (const struct json_node *item = json_first(rule);
         item != NULL && json_type(value) == JSON_OBJECT;
         item = json_next(item)) {
        if (json_get(value, json_text(item)) == NULL)
            return no(look, "missing:", json_text(item));
    }
    return true;
}

static bool member_fits(const struct look *look, const struct json_node *schema,
                        const struct json_node *member)
{
    bool known = false;
    const char *key = json_key(member);
    const struct json_node *property =
        json_get(json_get(schema, "properties"), key);
    if (property != NULL) {
        known = true;
        if (!fits(look, property, member))
            return false;
    }
    for (const struct json_node *pattern =
             json_first(json_get(schema, "patternProperties"));
         pattern != NULL; pattern = json_next(pattern)) {
        if (!matches(json_key(pattern), key))
            continue;
        known = true;
        if (!fits(look, pattern, member))
            return false;
    }
    const struct json_node *rest = json_get(schema, "additionalProperties");
    if (known || rest == NULL)
        return true;
    if (json_type(rest) == JSON_BOOL)
        return json_is_true(rest) || no(look, "unknown:", key);
    return fits(look, rest, member);
}

/* `properties`, `patternProperties` and `additionalProperties` belong
 * together: whichever stands first in the schema looks at all members. */
static bool members_fit(const struct look *look, const struct json_node *rule,
                        const struct json_node *schema,
                        const struct json_node *value)
{
    (void)rule;
    for (const struct json_node *member = json_first(value);
         member != NULL && json_type(value) == JSON_OBJECT;
         member = json_next(member)) {
        if (!member_fits(look, schema, member))
            return false;
    }
    return true;
}

static bool names_fit(const struct look *look, const struct json_node *rule,
                      const struct json_node *schema,
                      const struct json_node *value)
{
    (void)schema;
    const char *pattern = json_get_text(rule, "pattern");
    assert_int_equal(json_count(rule), 1);
    for (const struct json_node *member = json_first(value);
         member != NULL && json_type(value) == JSON_OBJECT;
         member = json_next(member)) {
        if (!matches(pattern, json_key(member)))
            return no(look, "name:", json_key(member));
    }
    return true;
}

static bool items_fit(const struct look *look, const struct json_node *rule,
                      const struct json_node *schema,
                      const struct json_node *value)
{
    (void)schema;
    for (const struct json_node *item = json_first(value);
         item != NULL && json_type(value) == JSON_ARRAY;
         item = json_next(item)) {
        if (!fits(look, rule, item))
            return false;
    }
    return true;
}

static bool pattern_fits(const struct look *look, const struct json_node *rule,
                         const struct json_node *schema,
                         const struct json_node *value)
{
    (void)schema;
    return json_type(value) != JSON_TEXT ||
           matches(json_text(rule), json_text(value)) ||
           no(look, "pattern:", json_text(rule));
}

static bool size_fits(const struct look *look, const struct json_node *rule,
                      const struct json_node *schema,
                      const struct json_node *value)
{
    (void)schema;
    const char *key = json_key(rule);
    double size;
    if (strstr(key, "Length") != NULL) {
        if (json_type(value) != JSON_TEXT)
            return true;
        size = (double)characters(json_text(value));
    } else if (strstr(key, "imum") != NULL) {
        if (!json_number(value, &size))
            return true;
    } else {
        enum json_type type =
            strstr(key, "Items") != NULL ? JSON_ARRAY : JSON_OBJECT;
        if (json_type(value) != type)
            return true;
        size = (double)json_count(value);
    }
    bool good =
        strncmp(key, "min", 3) == 0 ? size >= limit(rule) : size <= limit(rule);
    return good || no(look, "size:", key);
}

static size_t count_fitting(const struct look *look,
                            const struct json_node *rules,
                            const struct json_node *value)
{
    size_t count = 0;
    for (const struct json_node *item = json_first(rules); item != NULL;
         item = json_next(item))
        count += fits(look, item, value);
    return count;
}

static bool one_fits(const struct look *look, const struct json_node *rule,
                     const struct json_node *schema,
                     const struct json_node *value)
{
    (void)schema;
    return count_fitting(look, rule, value) == 1 ||
           no(look, "oneOf:", look->why);
}

static bool any_fits(const struct look *look, const struct json_node *rule,
                     const struct json_node *schema,
                     const struct json_node *value)
{
    (void)schema;
    return count_fitting(look, rule, value) > 0;
}

static bool all_fit(const struct look *look, const struct json_node *rule,
                    const struct json_node *schema,
                    const struct json_node *value)
{
    (void)schema;
    return count_fitting(look, rule, value) == json_count(rule);
}

static bool none_fits(const struct look *look, const struct json_node *rule,
                      const struct json_node *schema,
                      const struct json_node *value)
{
    (void)schema;
    return !fits(look, rule, value) || no(look, "not:", "");
}

/* "#" or "#/definitions/x" */
static bool ref_fits(const struct look *look, const struct json_node *rule,
                     const struct json_node *schema,
                     const struct json_node *value)
{
    (void)schema;
    static const char inside[] = "#/definitions/";
    const char *text = json_text(rule);
    const struct json_node *target = json_root(look->schema->doc);
    if (strcmp(text, "#") != 0) {
        assert_int_equal(strncmp(text, inside, strlen(inside)), 0);
        target =
            json_get(json_get(target, "definitions"), text + strlen(inside));
    }
    if (target == NULL)
        fail_msg("%s leads nowhere", text);
    return fits(look, target, value);
}

static bool no_rule(const struct look *look, const struct json_node *rule,
                    const struct json_node *schema,
                    const struct json_node *value)
{
    (void)look;
    (void)rule;
    (void)schema;
    (void)value;
    return true;
}

static const struct {
    const char *name;
    keyword_fn *fn;
} keywords[] = {
    {"$schema", no_rule},
    {"title", no_rule},
    {"description", no_rule},
    {"definitions", no_rule},
    {"type", of_type},
    {"enum", in_enum},
    {"const", is_const},
    {"required", has_required},
    {"properties", members_fit},
    {"patternProperties", members_fit},
    {"additionalProperties", members_fit},
    {"propertyNames", names_fit},
    {"items", items_fit},
    {"pattern", pattern_fits},
    {"minLength", size_fits},
    {"maxLength", size_fits},
    {"minItems", size_fits},
    {"maxItems", size_fits},
    {"minProperties", size_fits},
    {"maxProperties", size_fits},
    {"minimum", size_fits},
    {"maximum", size_fits},
    {"oneOf", one_fits},
    {"anyOf", any_fits},
    {"allOf", all_fit},
    {"not", none_fits},
    {"$ref", ref_fits},
};

static bool fits(const struct look *look, const struct json_node *schema,
                 const struct json_node *value)
{
    for (const struct json_node *rule = json_first(schema); rule != NULL;
         rule = json_next(rule)) {
        keyword_fn *fn = NULL;
        for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
            if (strcmp(json_key(rule), keywords[i].name) == 0)
                fn = keywords[i].fn;
        }
        if (fn == NULL)
            fail_msg("the keyword %s is not known here", json_key(rule));
        if (!fn(look, rule, schema, value))
            return false;
    }
    return true;
}

struct json *schema_load(const char *path)
{
    struct buf text;
    struct error err = {0};
    struct json_place place;
    if (!file_read(path, JSON_MAX_BYTES, &text, &err))
        fail_msg("%s", err.text);
    struct json *doc = json_parse(text.data, text.len, 0, &err, &place);
    if (doc == NULL)
        fail_msg("%s:%d:%d: %s", path, place.line, place.column, err.text);
    buf_free(&text);
    return doc;
}

bool schema_fits(const struct schema *schema, const struct json_node *value,
                 char *why, size_t size)
{
    struct look look = {.schema = schema, .why = why, .size = size};
    why[0] = '\0';
    return fits(&look, json_root(schema->doc), value);
}
