/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/text.h"
#include "base/zone.h"

#include "tests/fuzz/fuzz.h"

static struct terms *terms;

static void leave(void)
{
    terms_free(terms);
}

static void fault(void *arg, const char *text)
{
    (void)arg;
    PANIC("%s", text);
}

const struct terms *feed_terms(void)
{
    char path[FUZZ_PATH_MAX];
    struct error err = {0};
    const char *root = getenv("OUTREACH_SOURCE");
    if (terms)
        return terms;
    file_join(path, sizeof(path), root ? root : ".",
              "feeds/terms/standard.json");
    terms = terms_load(path, NULL, fault, NULL, &err);
    if (!terms)
        PANIC("%s", err.text);
    atexit(leave);
    return terms;
}

struct intake_options feed_options(void)
{
    return (struct intake_options){.country = "US",
                                   .zone = zone_find("America/Denver"),
                                   .now = INT64_C(1795968000000)};
}

static void expect_text(const char *text)
{
    expect(text && text_is_utf8(text, strlen(text)), "texts are UTF-8");
}

static void expect_fact(const struct facts *facts, const struct fact *fact)
{
    expect(fact->field_count <= FACT_FIELDS_MAX, "so many fields at most");
    for (size_t i = 0; i < fact->field_count; i++) {
        const struct fact_field *field = &fact->fields[i];
        expect(field->column >= fact->table->columns &&
                   field->column < fact->table->columns + fact->table->count,
               "a column is one of its table");
        expect(field->person < (int)facts->person_count,
               "a person is one of the message");
        if (field->person < 0)
            expect_text(field->text);
        /* (of numbers and addresses somebody has several) */
        bool many = field->column->type == LAYOUT_PHONE ||
                    field->column->type == LAYOUT_EMAIL;
        for (size_t k = 0; k < i && !many; k++)
            expect(fact->fields[k].column != field->column,
                   "a field is said once");
    }
}

void feed_expect(const struct facts *facts)
{
    for (size_t i = 0; i < facts->person_count; i++)
        for (size_t k = 0; k < facts->people[i].id_count; k++) {
            expect_text(facts->people[i].ids[k].value);
            expect_text(facts->people[i].ids[k].authority);
        }
    for (size_t i = 0; i < facts->count; i++)
        expect_fact(facts, &facts->items[i]);
    for (size_t i = 0; i < facts->fault_count; i++) {
        expect(facts->faults[i].where[0], "a fault says where");
        expect_text(facts->faults[i].reason);
    }
}
