/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One measure: a clinical interval as dated data. Checks form and good sense
 * (ages, dates, lengths); what is medically right is signed by people, in
 * `source` and `reviewed_by`.
 */
#include "campaigns/measure_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/measure.h"
#include "store/words.h"

#include "campaigns/reader.h"

#define AGE_MAX 130
#define LIST_MAX 200
#define TEXT_BYTES_MAX 2000

/* "age 45" */
static void read_age(struct reader *reader, const struct json_node *node,
                     int32_t *out)
{
    const char *text = json_text(node);
    char *end = NULL;
    long age = -1;
    if (text != NULL && text_starts(text, "age ") && text[4] >= '0' &&
        text[4] <= '9')
        age = strtol(text + 4, &end, 10);
    if (end == NULL || *end != '\0' || age < 0 || age > AGE_MAX)
        reader_fault(reader, node, "an age is written \"age 45\"");
    else
        *out = (int32_t)age;
}

static void read_first_due(struct reader *reader, const struct json_node *node,
                           void *into)
{
    read_age(reader, node, &((struct measure *)into)->first_due_age);
}

static void read_last_due(struct reader *reader, const struct json_node *node,
                          void *into)
{
    read_age(reader, node, &((struct measure *)into)->last_due_age);
}

static void read_source(struct reader *reader, const struct json_node *node,
                        void *into)
{
    ((struct measure *)into)->source =
        reader_text(reader, node, TEXT_BYTES_MAX);
}

static void read_measure_name(struct reader *reader,
                              const struct json_node *node, void *into)
{
    struct measure *measure = into;
    if (strcmp(json_text(node), measure->name) != 0)
        reader_fault(reader, node,
                     "the file is called %s.json, so the measure is \"%s\"",
                     measure->name, measure->name);
}

static void read_sex(struct reader *reader, const struct json_node *node,
                     void *into)
{
    const char *text = json_text(node);
    if (strcmp(text, "female") != 0 && strcmp(text, "male") != 0)
        reader_fault(reader, node,
                     "\"sex\" is \"female\" or \"male\"; leave it out for "
                     "everybody");
    else
        ((struct measure *)into)->sex = arena_text(reader->arena, text);
}

static const char *read_date(struct reader *reader,
                             const struct json_node *node)
{
    struct civil_date date;
    if (civil_parse_date(json_text(node), &date))
        return arena_text(reader->arena, json_text(node));
    reader_fault(reader, node,
                 "'%.40s' is no day of the calendar: write 2021-05-18",
                 json_text(node));
    return NULL;
}

static void read_effective_from(struct reader *reader,
                                const struct json_node *node, void *into)
{
    ((struct measure *)into)->effective_from = read_date(reader, node);
}

static void read_effective_to(struct reader *reader,
                              const struct json_node *node, void *into)
{
    ((struct measure *)into)->effective_to = read_date(reader, node);
}

/* Months of "1 year", "18 months"; other units would not come out even. */
static int32_t interval_months(struct reader *reader,
                               const struct json_node *node)
{
    struct duration duration;
    if (!reader_duration(reader, node, &duration))
        return 0;
    if (duration.unit == UNIT_YEARS)
        return duration.count * 12;
    if (duration.unit == UNIT_MONTHS)
        return duration.count;
    reader_fault(reader, node, "a measure counts in months or years");
    return 0;
}

static void read_satisfiers(struct reader *reader, const struct json_node *node,
                            void *into)
{
    struct measure *measure = into;
    size_t count = json_count(node);
    if (count == 0 || count > LIST_MAX) {
        reader_fault(reader, node,
                     "\"satisfied_by\" names 1 to %d tests, each with how long "
                     "it satisfies: { \"fit\": \"1 year\" }",
                     LIST_MAX);
        return;
    }
    measure->satisfiers =
        arena_alloc(reader->arena, count * sizeof(measure->satisfiers[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        if (json_type(item) != JSON_TEXT) {
            reader_fault(reader, item, "a length of time: \"1 year\"");
            continue;
        }
        measure->satisfiers[measure->satisfier_count++] =
            (struct measure_satisfier){
                .kind = arena_text(reader->arena, json_key(item)),
                .months = interval_months(reader, item),
            };
    }
}

static const char **read_texts(struct reader *reader,
                               const struct json_node *node, size_t *count)
{
    size_t size = json_count(node);
    *count = 0;
    if (size > LIST_MAX) {
        reader_fault(reader, node, "more than %d entries", LIST_MAX);
        return NULL;
    }
    const char **texts =
        arena_alloc(reader->arena, (size + 1) * sizeof(texts[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        if (json_type(item) != JSON_TEXT)
            reader_fault(reader, item, "a text is wanted here, not %s",
                         json_type_name(json_type(item)));
        else if ((texts[*count] = reader_text(reader, item, TEXT_BYTES_MAX)) !=
                 NULL)
            (*count)++;
    }
    return texts;
}

static void read_only_results(struct reader *reader,
                              const struct json_node *node, void *into)
{
    struct measure *measure = into;
    measure->only_results =
        read_texts(reader, node, &measure->only_result_count);
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        char kept[WORD_MAX];
        char advice[200];
        const char *text = json_text(item);
        if (text != NULL &&
            (!words_find(WORDS_RESULT, text, kept) || strcmp(kept, text) != 0))
            reader_fault(
                reader, item, "a result is never '%.60s'%s", text,
                words_advice(WORDS_RESULT, text, advice, sizeof(advice)));
    }
}

/* "condition 'E11'" -> E11; false and told when it is neither. */
static bool read_coded(struct reader *reader, const struct json_node *node,
                       bool procedures, struct measure_exclusion *out)
{
    const char *text = json_text(node);
    const char *code = NULL;
    size_t len = 0;
    if (text != NULL && text_starts(text, "condition '")) {
        out->kind = EXCLUDE_CONDITION;
        code = text + strlen("condition '");
    } else if (text != NULL && procedures && text_starts(text, "procedure '")) {
        out->kind = EXCLUDE_PROCEDURE;
        code = text + strlen("procedure '");
    }
    if (code != NULL)
        len = strcspn(code, "'");
    if (len == 0 || strcmp(code + len, "'") != 0) {
        reader_fault(reader, node, "write \"condition 'E11'\"%s",
                     procedures ? " or \"procedure 'total-colectomy'\"" : "");
        return false;
    }
    out->code = arena_text_n(reader->arena, code, len);
    return true;
}

static void read_exclude(struct reader *reader, const struct json_node *node,
                         void *into)
{
    struct measure *measure = into;
    size_t count = json_count(node);
    if (count > LIST_MAX) {
        reader_fault(reader, node, "more than %d entries", LIST_MAX);
        return;
    }
    measure->exclusions = arena_alloc(
        reader->arena, (count + 1) * sizeof(measure->exclusions[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        if (read_coded(reader, item, true,
                       &measure->exclusions[measure->exclusion_count]))
            measure->exclusion_count++;
    }
}

static void read_requires(struct reader *reader, const struct json_node *node,
                          void *into)
{
    struct measure *measure = into;
    size_t count = json_count(node);
    if (count > LIST_MAX) {
        reader_fault(reader, node, "more than %d entries", LIST_MAX);
        return;
    }
    measure->requires =
        arena_alloc(reader->arena, (count + 1) * sizeof(measure->requires[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        struct measure_exclusion coded;
        if (read_coded(reader, item, false, &coded))
        measure->requires[measure->require_count++] = coded.code;
    }
}

static const struct member measure_members[] = {
    {"$schema", IS_TEXT, false, NULL},
    {"measure", IS_TEXT, true, read_measure_name},
    {"about", IS_TEXT, false, NULL},
    {"source", IS_TEXT, true, read_source},
    {"effective_from", IS_TEXT, true, read_effective_from},
    {"effective_to", IS_TEXT, false, read_effective_to},
    {"reviewed_by", IS_TEXT, false, NULL},
    {"first_due", IS_TEXT, false, read_first_due},
    {"last_due", IS_TEXT, false, read_last_due},
    {"sex", IS_TEXT, false, read_sex},
    {"only_results", IS_LIST, false, read_only_results},
    {"satisfied_by", IS_OBJECT, true, read_satisfiers},
    {"requires", IS_LIST, false, read_requires},
    {"exclude", IS_LIST, false, read_exclude},
};

struct measure *measure_version_read(const struct source *source,
                                     const char *name, struct arena *arena,
                                     struct faults *faults)
{
    size_t before = faults->errors;
    struct measure *measure = arena_alloc(arena, sizeof(*measure));
    struct reader reader = {
        .arena = arena,
        .faults = faults,
        .at = *source,
    };
    measure->name = arena_text(arena, name);
    reader_members(&reader, source->node, "a measure", measure_members,
                   sizeof(measure_members) / sizeof(measure_members[0]),
                   measure);
    if (measure->last_due_age > 0 &&
        measure->last_due_age < measure->first_due_age)
        reader_fault(&reader, json_get(source->node, "last_due"),
                     "\"last_due\" lies before \"first_due\"");
    if (measure->effective_from != NULL && measure->effective_to != NULL &&
        strcmp(measure->effective_to, measure->effective_from) < 0)
        reader_fault(&reader, json_get(source->node, "effective_to"),
                     "\"effective_to\" lies before \"effective_from\"");
    return faults->errors == before ? measure : NULL;
}
