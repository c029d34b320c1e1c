/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that promise something: every example of docs/campaigns.md is a whole
 * file (its first line names it) and checks clean; docs/fields.md is what the
 * catalogue says. With OUTREACH_WRITE_DOCS set the latter is written instead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "store/predicate.h"
#include "store/words.h"

#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "campaigns/expression.h"
#include "campaigns/scenario.h"
#include "campaigns/timing.h"
#include "tests/campaigns/schema.h"

#define PATH_BYTES 4096
#define PAGE_MAX (1u << 20)
#define EXAMPLES_MAX 40

static char folder[] = "/tmp/outreach-docs-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    file_remove_tree(folder);
    return 0;
}

static void page_path(char *out, size_t size, const char *name)
{
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(out, size, "%s/docs/%s", root != NULL ? root : ".", name);
}

static void read_page(const char *name, struct buf *out)
{
    char path[PATH_BYTES];
    struct error err = {0};
    page_path(path, sizeof(path), name);
    if (!file_read(path, PAGE_MAX, out, &err))
        fail_msg("%s", err.text);
}

/* Writes one example to the file that its first line names; answers its path
 * when it is a campaign. */
static bool write_example(const char *text, size_t len, char *path, size_t size)
{
    char name[200];
    char *slash;
    struct error err = {0};
    const char *end = memchr(text, '\n', len);
    if (end == NULL || strncmp(text, "// ", 3) != 0)
        fail_msg("an example does not begin with its name: %.40s", text);
    snprintf(name, sizeof(name), "%.*s", (int)(end - text - 3), text + 3);
    file_join(path, size, folder, name);
    slash = strrchr(path, '/');
    *slash = '\0';
    if (!file_is_directory(path))
        assert_true(file_make_directory(path, 0700, &err));
    *slash = '/';
    if (!file_write(path, text, len, 0600, &err))
        fail_msg("%s", err.text);
    return strchr(name, '/') == NULL;
}

static void the_examples_check_clean(void **state)
{
    (void)state;
    char campaigns[EXAMPLES_MAX][PATH_BYTES];
    size_t count = 0;
    struct buf page;
    read_page("campaigns.md", &page);
    const char *at = page.data;
    while ((at = strstr(at, "```jsonc\n")) != NULL && count < EXAMPLES_MAX) {
        at += strlen("```jsonc\n");
        const char *end = strstr(at, "\n```");
        assert_non_null(end);
        count +=
            write_example(at, (size_t)(end - at), campaigns[count], PATH_BYTES);
        at = end;
    }
    assert_true(count >= 4);
    for (size_t i = 0; i < count; i++) {
        struct faults faults;
        struct buf out;
        faults_init(&faults);
        buf_init(&out, PAGE_MAX);
        if (strstr(campaigns[i], ".test.json"))
            scenarios_free(scenarios_load(campaigns[i], &faults));
        else
            campaign_free(campaign_load(campaigns[i], NULL, &faults, NULL));
        faults_print(&faults, &out);
        if (faults.count > 0)
            fail_msg("%s", out.data);
        buf_free(&out);
        faults_free(&faults);
    }
    buf_free(&page);
}

static struct json *read_schema(const char *name)
{
    char path[PATH_BYTES];
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(path, sizeof(path), "%s/campaigns/%s", root != NULL ? root : ".",
             name);
    return schema_load(path);
}

/* Every member that a schema knows stands in the page, marked as a name. */
static void assert_told(const char *page, const char *text,
                        const struct json_node *object, const char *mark)
{
    for (const struct json_node *node =
             json_first(json_get(object, "properties"));
         node != NULL; node = json_next(node)) {
        char name[100];
        snprintf(name, sizeof(name), "%s%s%s", mark, json_key(node), mark);
        if (json_key(node)[0] != '$' && strstr(text, name) == NULL)
            fail_msg("%s does not tell of %s", page, name);
    }
}

static void the_pages_tell_of_every_member(void **state)
{
    (void)state;
    static const char *const files[] = {
        "campaign.schema.json", "messages.schema.json", "measure.schema.json"};
    static const char *const parts[] = {"step", "task", "email", "voice"};
    struct buf page;
    struct buf manual;
    struct error err = {0};
    char path[PATH_BYTES];
    read_page("campaigns.md", &page);
    page_path(path, sizeof(path), "../packaging/man/outreach-campaign.5.scd");
    if (!file_read(path, PAGE_MAX, &manual, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct json *schema = read_schema(files[i]);
        const struct json_node *root = json_root(schema);
        assert_told("docs/campaigns.md", page.data, root, "`");
        assert_told("the manual", manual.data, root, "*");
        for (size_t j = 0; j < sizeof(parts) / sizeof(parts[0]); j++) {
            const struct json_node *part =
                json_get(json_get(root, "definitions"), parts[j]);
            assert_told("docs/campaigns.md", page.data, part, "`");
            assert_told("the manual", manual.data, part, "*");
        }
        json_free(schema);
    }
    buf_free(&page);
    buf_free(&manual);
}

typedef bool reads_fn(const char *text, enum anchor_kind anchor,
                      const struct expression_place *place, struct arena *arena,
                      struct faults *faults);

static const struct measure *find_any(void *arg, const char *name,
                                      const char **nearest)
{
    static const struct measure measure;
    (void)arg;
    (void)name;
    (void)nearest;
    return &measure;
}

static bool reads_condition(const char *text, enum anchor_kind anchor,
                            const struct expression_place *place,
                            struct arena *arena, struct faults *faults)
{
    return expression_parse(text, anchor, place, find_any, NULL, arena,
                            faults) != NULL;
}

static bool reads_time(const char *text, enum anchor_kind anchor,
                       const struct expression_place *place,
                       struct arena *arena, struct faults *faults)
{
    struct step_time time;
    return step_time_parse(text, anchor, place, arena, faults, &time);
}

static void assert_reads(reads_fn *reads, const char *text, size_t len)
{
    struct expression_place place = {"campaigns.md", 1, 1};
    struct arena *arena = arena_new();
    struct faults faults;
    bool good = false;
    faults_init(&faults);
    for (int kind = ANCHOR_APPOINTMENT; kind <= ANCHOR_LAST; kind++)
        good = good || reads(arena_text_n(arena, text, len),
                             (enum anchor_kind)kind, &place, arena, &faults);
    if (!good)
        fail_msg("docs/campaigns.md: `%.*s`: %s", (int)len, text,
                 faults.items[0].text);
    faults_free(&faults);
    arena_free(arena);
}

/* Each `...` in the first cells of a section's table. */
static size_t read_table(const char *page, const char *title, reads_fn *reads)
{
    size_t count = 0;
    const char *line = strstr(page, title);
    assert_non_null(line);
    line++; /* from the title's own line on */
    while ((line = strchr(line, '\n')) != NULL &&
           strncmp(++line, "## ", 3) != 0) {
        const char *cell_end = strstr(line, " | ");
        if (strncmp(line, "| `", 3) != 0 || cell_end == NULL)
            continue;
        const char *at = line;
        while (at < cell_end &&
               (at = memchr(at, '`', (size_t)(cell_end - at))) != NULL) {
            const char *end = strchr(at + 1, '`');
            assert_reads(reads, at + 1, (size_t)(end - at - 1));
            count++;
            at = end + 1;
        }
    }
    return count;
}

static void conditions_and_times_of_the_page_can_be_read(void **state)
{
    (void)state;
    struct buf page;
    read_page("campaigns.md", &page);
    assert_true(read_table(page.data, "\n## Conditions", reads_condition) > 20);
    assert_true(read_table(page.data, "\n## Times", reads_time) > 8);
    buf_free(&page);
}

static const char *type_words(enum value_type type)
{
    switch (type) {
    case VALUE_MISSING:
        return "nothing";
    case VALUE_BOOL:
        return "yes or no";
    case VALUE_NUMBER:
        return "number";
    case VALUE_TEXT:
        return "text";
    case VALUE_DATE:
        return "date";
    case VALUE_INSTANT:
        return "time";
    case VALUE_DURATION:
        return "length of time";
    }
    return "";
}

#define EVERY_ANCHOR                                     \
    ((1u << ANCHOR_APPOINTMENT) | (1u << ANCHOR_FILL) |  \
     (1u << ANCHOR_DISCHARGE) | (1u << ANCHOR_PATIENT) | \
     (1u << ANCHOR_RESULT))

static bool belongs(unsigned anchors, bool common)
{
    return ((anchors & EVERY_ANCHOR) == EVERY_ANCHOR) == common;
}

static void put_field(struct buf *out, const struct field *field)
{
    char word[WORD_MAX];
    buf_format(out, "| `%s` | %s%s", field->name,
               field->words != NULL ? "one of" : type_words(field->type),
               field->is_time ? "; steps count from it" : "");
    for (size_t i = 0; field->words != NULL && words_at(field->words, i, word);
         i++)
        buf_format(out, "%s `%s`", i > 0 ? "," : "", word);
    buf_format(out, " | %s | %d | %s |\n", field->can_be_missing ? "yes" : "",
               field->tier, field->about);
}

/* Names that this anchor has and not every anchor, or (common) the others. */
static void put_fields(struct buf *out, enum anchor_kind anchor, bool common)
{
    const struct field *field;
    buf_text(out, "| name | is a | may be missing | tier | |\n"
                  "| --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; (field = field_at(anchor, i)) != NULL; i++) {
        if (belongs(field->anchors, common))
            put_field(out, field);
    }
    buf_text(out, "\n");
}

static void put_histories(struct buf *out, enum anchor_kind anchor, bool common)
{
    const struct history *history;
    buf_text(out, "| write | it holds when |\n| --- | --- |\n");
    for (size_t i = 0; (history = history_at(anchor, i)) != NULL; i++) {
        if (!belongs(history->anchors, common))
            continue;
        buf_format(out, "| `%s%s%s%s`%s | %s%s |\n", history->name,
                   history->has_subject ? " 'x'" : "",
                   history->suffix != NULL ? " " : "",
                   history->suffix != NULL ? history->suffix : "",
                   history->ahead        ? " (within, ahead)"
                   : history->has_within ? " (within)"
                                         : "",
                   history->about,
                   history->needs_measure ? "; `x` is a measure" : "");
    }
    buf_text(out, "\n");
}

static void put_page(struct buf *out)
{
    static const struct {
        enum anchor_kind anchor;
        const char *title;
    } parts[] = {
        {ANCHOR_APPOINTMENT, "Campaigns over appointments"},
        {ANCHOR_FILL, "Campaigns over fills"},
        {ANCHOR_DISCHARGE, "Campaigns over discharges"},
        {ANCHOR_PATIENT, "Campaigns over patients"},
        {ANCHOR_RESULT, "Campaigns over results, and conditions in measures"},
    };
    buf_text(out,
             "# Names in campaign files\n\n"
             "Every name that a condition, a step's time or a placeholder may "
             "use ([how](campaigns.md#conditions)).\n"
             "Printed from the program's own catalogue; do not edit it by "
             "hand.\n\n"
             "*Tier* says how private a value is when it stands in a message: "
             "0 organisation and call-back number, 1 first\n"
             "name, time and place, 2 clinical in a light way, 3 clinical. A "
             "voicemail carries tier 0, a call and the subject of\n"
             "an email tier 1, a text and the body of an email tier 2; tier 3 "
             "is for conditions only.\n\n"
             "*(within)*: `within 12 months` or `within 120 days of entry` "
             "may follow; *(within, ahead)*: `within 30\ndays` may, and looks "
             "ahead from today.\n\n"
             "## Every campaign\n\n");
    put_fields(out, ANCHOR_PATIENT, true);
    put_histories(out, ANCHOR_PATIENT, true);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        buf_format(out, "## %s\n\n", parts[i].title);
        put_fields(out, parts[i].anchor, false);
        put_histories(out, parts[i].anchor, false);
    }
    out->data[--out->len] = '\0'; /* one line end at the end */
}

static void the_list_of_names_is_the_catalogue(void **state)
{
    (void)state;
    char path[PATH_BYTES];
    struct buf want;
    struct buf page;
    buf_init(&want, PAGE_MAX);
    put_page(&want);
    page_path(path, sizeof(path), "fields.md");
    if (getenv("OUTREACH_WRITE_DOCS") != NULL)
        assert_true(file_write(path, want.data, want.len, 0644, NULL));
    read_page("fields.md", &page);
    if (page.len != want.len || memcmp(page.data, want.data, want.len) != 0)
        fail_msg("docs/fields.md is behind the catalogue: run this test with "
                 "OUTREACH_WRITE_DOCS=1");
    buf_free(&want);
    buf_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_check_clean),
        cmocka_unit_test(conditions_and_times_of_the_page_can_be_read),
        cmocka_unit_test(the_pages_tell_of_every_member),
        cmocka_unit_test(the_list_of_names_is_the_catalogue),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
