/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One measure: a clinical interval as dated data. Checks form and good sense
 * (ages, dates, lengths, conditions); what is medically right is signed by
 * people, in `source` and `reviewed_by`.
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

#define AGE_MAX (130 * 12)
#define LIST_MAX 200
#define TEXT_BYTES_MAX 2000
#define CONDITION_MAX 4000

/* "age 45" and "age 6 months": in months, and how long that age lasts. */
static int32_t read_age(struct reader *reader, const struct json_node *node,
                        int32_t *lasts)
{
    const char *text = json_text(node);
    char *end = NULL;
    long age = -1;
    *lasts = 12;
    if (text_starts(text, "age ") && text[4] >= '0' && text[4] <= '9')
        age = strtol(text + 4, &end, 10);
    if (end != NULL && strcmp(end, " months") == 0) {
        *lasts = 1;
        end += strlen(end);
    }
    if (end != NULL && *end == '\0' && age >= 0 && age * *lasts <= AGE_MAX)
        return (int32_t)age * *lasts;
    reader_fault(reader, node,
                 "an age is written \"age 45\", or \"age 6 months\"");
    return 0;
}

static void read_first_due(struct reader *reader, const struct json_node *node,
                           void *into)
{
    int32_t lasts;
    ((struct measure *)into)->first_due_months = read_age(reader, node, &lasts);
}

static void read_last_due(struct reader *reader, const struct json_node *node,
                          void *into)
{
    int32_t lasts;
    int32_t age = read_age(reader, node, &lasts);
    ((struct measure *)into)->due_before_months = age + lasts;
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

/* The season --------------------------------------------------------------- */

/* "09-01": a day that every year has. */
static const char *read_day(struct reader *reader, const struct json_node *node)
{
    struct civil_date date;
    char text[CIVIL_TEXT_MAX];
    snprintf(text, sizeof(text), "2001-%.20s", json_text(node));
    if (civil_parse_date(text, &date))
        return arena_text(reader->arena, json_text(node));
    reader_fault(reader, node,
                 "'%.20s' is no day of every year: write month and day, 09-01",
                 json_text(node));
    return NULL;
}

static void read_season_from(struct reader *reader,
                             const struct json_node *node, void *into)
{
    ((struct measure_season *)into)->from = read_day(reader, node);
}

static void read_season_to(struct reader *reader, const struct json_node *node,
                           void *into)
{
    ((struct measure_season *)into)->to = read_day(reader, node);
}

static void read_counts_from(struct reader *reader,
                             const struct json_node *node, void *into)
{
    ((struct measure_season *)into)->counts_from = read_day(reader, node);
}

static bool in_season(const struct measure_season *season, const char *day)
{
    bool after = strcmp(day, season->from) >= 0;
    bool before = strcmp(day, season->to) <= 0;
    return strcmp(season->from, season->to) <= 0 ? after && before
                                                 : after || before;
}

static void read_season(struct reader *reader, const struct json_node *node,
                        void *into)
{
    static const struct member members[] = {
        {"from", IS_TEXT, true, read_season_from},
        {"to", IS_TEXT, true, read_season_to},
        {"counts_from", IS_TEXT, true, read_counts_from},
    };
    struct measure_season season = {0};
    if (!reader_members(reader, node, "a season", members,
                        sizeof(members) / sizeof(members[0]), &season) ||
        season.from == NULL || season.to == NULL || season.counts_from == NULL)
        return;
    /* Else whoever came early in the season is due again in its middle. */
    if (strcmp(season.counts_from, season.from) != 0 &&
        in_season(&season, season.counts_from))
        reader_fault(reader, json_get(node, "counts_from"),
                     "\"counts_from\" lies inside the season: it is its first "
                     "day, or one before");
    ((struct measure *)into)->season = season;
}

/* What satisfies it ---------------------------------------------------------
 */

static const struct predicate *read_condition(struct reader *reader,
                                              const struct json_node *node)
{
    const char *text = reader_text(reader, node, CONDITION_MAX);
    if (text == NULL)
        return NULL;
    struct expression_place place = reader_place(reader, node);
    return expression_parse(text, ANCHOR_RESULT, &place, NULL, NULL,
                            reader->arena, reader->faults);
}

/* Months of "1 year", "18 months"; other units would not come out even. */
static int32_t read_length(struct reader *reader, const struct json_node *node)
{
    struct duration duration;
    if (strcmp(json_text(node), "season") == 0)
        return MEASURE_SEASON;
    if (!reader_duration(reader, node, &duration))
        return 0;
    if (duration.unit == UNIT_YEARS)
        return duration.count * 12;
    if (duration.unit == UNIT_MONTHS)
        return duration.count;
    reader_fault(reader, node, "a measure counts in months or years");
    return 0;
}

static void read_for(struct reader *reader, const struct json_node *node,
                     void *into)
{
    ((struct measure_satisfier *)into)->months = read_length(reader, node);
}

static void read_if(struct reader *reader, const struct json_node *node,
                    void *into)
{
    ((struct measure_satisfier *)into)->when = read_condition(reader, node);
}

/* [{ "for": "3 months", "if": "value >= 7" }, { "for": "6 months" }] */
static void read_rules(struct reader *reader, const struct json_node *list,
                       const char *kind, struct measure *measure)
{
    static const struct member members[] = {
        {"for", IS_TEXT, true, read_for},
        {"if", IS_TEXT, false, read_if},
    };
    bool ended = false;
    if (json_count(list) == 0)
        reader_fault(reader, list, "how long? [{ \"for\": \"1 year\" }]");
    for (const struct json_node *item = json_first(list); item != NULL;
         item = json_next(item)) {
        struct measure_satisfier rule = {.kind = kind};
        if (ended)
            reader_fault(reader, item,
                         "this is never asked: the one before has no \"if\"");
        reader_members(reader, item, "a rule", members,
                       sizeof(members) / sizeof(members[0]), &rule);
        ended = json_get(item, "if") == NULL;
        measure->satisfiers[measure->satisfier_count++] = rule;
    }
}

/* How many rows all tests of "satisfied_by" make; 0: too many, or none. */
static size_t count_rules(const struct json_node *node)
{
    size_t count = 0;
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item))
        count += json_type(item) == JSON_ARRAY ? json_count(item) : 1;
    return count <= LIST_MAX ? count : 0;
}

static void read_satisfiers(struct reader *reader, const struct json_node *node,
                            void *into)
{
    struct measure *measure = into;
    size_t count = count_rules(node);
    if (count == 0) {
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
        const char *kind = arena_text(reader->arena, json_key(item));
        if (json_type(item) == JSON_ARRAY)
            read_rules(reader, item, kind, measure);
        else if (json_type(item) == JSON_TEXT)
            measure->satisfiers[measure->satisfier_count++] =
                (struct measure_satisfier){kind, read_length(reader, item),
                                           NULL};
        else
            reader_fault(reader, item,
                         "a length of time: \"1 year\", or a list of rules: "
                         "[{ \"for\": \"1 year\", \"if\": \"...\" }]");
    }
}

static void read_abnormal(struct reader *reader, const struct json_node *node,
                          void *into)
{
    ((struct measure *)into)->abnormal_if = read_condition(reader, node);
}

/* Lists ---------------------------------------------------------------------
 */

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
    {"season", IS_OBJECT, false, read_season},
    {"satisfied_by", IS_OBJECT, true, read_satisfiers},
    {"abnormal_if", IS_TEXT, false, read_abnormal},
    {"requires", IS_LIST, false, read_requires},
    {"exclude", IS_LIST, false, read_exclude},
};

/* What only the whole can tell. */
static void check_whole(struct reader *reader, const struct measure *measure)
{
    const struct json_node *node = reader->at.node;
    if (measure->due_before_months > 0 &&
        measure->due_before_months <= measure->first_due_months)
        reader_fault(reader, json_get(node, "last_due"),
                     "\"last_due\" lies before \"first_due\"");
    if (measure->effective_from != NULL && measure->effective_to != NULL &&
        strcmp(measure->effective_to, measure->effective_from) < 0)
        reader_fault(reader, json_get(node, "effective_to"),
                     "\"effective_to\" lies before \"effective_from\"");
    bool wants_season = false;
    for (size_t i = 0; i < measure->satisfier_count; i++)
        wants_season =
            wants_season || measure->satisfiers[i].months == MEASURE_SEASON;
    if (wants_season && json_get(node, "season") == NULL)
        reader_fault(reader, json_get(node, "satisfied_by"),
                     "\"season\" says how long, but the measure has no "
                     "\"season\": { \"from\": \"09-01\", \"to\": \"03-31\", "
                     "\"counts_from\": \"07-01\" }");
}

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
    if (faults->errors == before)
        check_whole(&reader, measure);
    return faults->errors == before ? measure : NULL;
}
