/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of good and bad campaign files. The checker and the published
 * schemas must agree on each; of a bad file the first line of what is told
 * stands beside it (.expected). Files called bad-semantic-* have a fault that
 * a schema cannot see: it accepts them, the checker does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/words.h"

#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "campaigns/purpose.h"
#include "campaigns/reader.h"
#include "campaigns/scenario.h"
#include "tests/campaigns/schema.h"

#define PATH_BYTES 4096
#define FILES_MIN 40

static struct schema messages_schema = {.name = "messages.schema.json"};
static struct schema campaign_schema = {.name = "campaign.schema.json"};
static struct schema measure_schema = {.name = "measure.schema.json"};
static struct schema test_schema = {.name = "test.schema.json"};

static char scratch[] = "/tmp/outreach-files-XXXXXX";

static const char *source_root(void)
{
    const char *root = getenv("OUTREACH_SOURCE");
    return root != NULL ? root : ".";
}

static struct json *load_schema(const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/campaigns/%s", source_root(), name);
    return schema_load(path);
}

/* Paths in faults are as they were given, so the tests stand in the folder. */
static int enter_folder(void **state)
{
    (void)state;
    char path[PATH_BYTES];
    campaign_schema.doc = load_schema(campaign_schema.name);
    messages_schema.doc = load_schema(messages_schema.name);
    measure_schema.doc = load_schema(measure_schema.name);
    test_schema.doc = load_schema(test_schema.name);
    if (mkdtemp(scratch) == NULL)
        return 1;
    snprintf(path, sizeof(path), "%s/tests/campaigns/files", source_root());
    return chdir(path);
}

static int leave_folder(void **state)
{
    (void)state;
    json_free(campaign_schema.doc);
    json_free(messages_schema.doc);
    json_free(measure_schema.doc);
    json_free(test_schema.doc);
    file_remove_tree(scratch);
    return 0;
}

/* NULL where the file is no JSON at all. */
static struct json *read_json(const char *path)
{
    struct buf text;
    struct json *doc = NULL;
    if (file_read(path, JSON_MAX_BYTES, &text, NULL))
        doc = json_parse(text.data, text.len, JSON_COMMENTS, NULL, NULL);
    buf_free(&text);
    return doc;
}

static void assert_schema(const struct schema *schema, const char *path,
                          bool want)
{
    char why[300] = "no JSON";
    struct json *doc = read_json(path);
    bool good =
        doc != NULL && schema_fits(schema, json_root(doc), why, sizeof(why));
    if (good != want)
        fail_msg("%s: %s %s it (%s)", path, schema->name,
                 good ? "accepts" : "refuses", why);
    json_free(doc);
}

static void check_good(const char *path)
{
    struct faults faults;
    struct faults again;
    struct buf bundle;
    struct buf out;
    faults_init(&faults);
    faults_init(&again);
    buf_init(&bundle, JSON_MAX_BYTES);
    buf_init(&out, JSON_MAX_BYTES);
    struct campaign *campaign = campaign_load(path, NULL, &faults, &bundle);
    faults_print(&faults, &out);
    if (campaign == NULL || faults.errors > 0)
        fail_msg("%s", out.data);
    struct campaign *stored =
        campaign_from_bundle(bundle.data, bundle.len, &again);
    faults_print(&again, &out);
    if (stored == NULL || again.count > 0)
        fail_msg("the bundle of %s: %s", path, out.data);
    assert_string_equal(campaign->sha256, stored->sha256);
    assert_int_equal(campaign->step_count, stored->step_count);
    assert_int_equal(campaign->audience_count, stored->audience_count);
    assert_int_equal(campaign->message_count, stored->message_count);
    assert_string_equal(campaign->audience_all->source,
                        stored->audience_all->source);
    campaign_free(campaign);
    campaign_free(stored);
    buf_free(&bundle);
    buf_free(&out);
    faults_free(&faults);
    faults_free(&again);
}

/* The first line of what is told, against the .expected beside the file. */
static void assert_told(const char *path, const struct faults *faults)
{
    char expected_path[PATH_BYTES];
    struct buf out;
    struct buf expected;
    snprintf(expected_path, sizeof(expected_path), "%.*s.expected",
             (int)(strlen(path) - strlen(".json")), path);
    buf_init(&out, JSON_MAX_BYTES);
    assert_true(faults->errors > 0);
    faults_print(faults, &out);
    out.data[strcspn(out.data, "\n")] = '\0';
    if (!file_read(expected_path, 10000, &expected, NULL))
        fail_msg("%s is missing; it would say:\n%s", expected_path, out.data);
    expected.data[strcspn(expected.data, "\n")] = '\0';
    if (strcmp(out.data, expected.data) != 0)
        fail_msg("%s says:\n%s\nexpected:\n%s", path, out.data, expected.data);
    buf_free(&out);
    buf_free(&expected);
}

static void check_bad(const char *path)
{
    struct faults faults;
    faults_init(&faults);
    if (campaign_load(path, NULL, &faults, NULL) != NULL)
        fail_msg("%s was taken", path);
    assert_told(path, &faults);
    faults_free(&faults);
}

/* A measure is read when a campaign names it. */
static struct campaign *load_measure(const char *path, struct faults *faults)
{
    char campaign_path[PATH_BYTES];
    char folder[PATH_BYTES];
    char text[1000];
    struct error err = {0};
    const char *name = file_base(path);
    snprintf(folder, sizeof(folder), "%.*s", (int)(name - path - 1), path);
    struct bundle_options options = {.measures_dir = folder};
    snprintf(
        text, sizeof(text),
        "{ \"campaign\": \"c\", \"owner\": \"o\", \"purpose\": \"screening\","
        " \"anchor\": \"patient\", \"audience\": [ \"overdue for '%.*s'\" ],"
        " \"steps\": [ { \"step\": \"s\", \"when\": \"on entry at 10:00\","
        " \"task\": { \"to\": \"nurse\", \"within\": \"1 day\" } } ] }",
        (int)(strlen(name) - strlen(".json")), name);
    file_join(campaign_path, sizeof(campaign_path), scratch, "c.json");
    if (!file_write(campaign_path, text, strlen(text), 0600, &err))
        fail_msg("%s", err.text);
    return campaign_load(campaign_path, &options, faults, NULL);
}

static void check_good_measure(const char *path)
{
    struct faults faults;
    struct buf out;
    faults_init(&faults);
    buf_init(&out, JSON_MAX_BYTES);
    struct campaign *campaign = load_measure(path, &faults);
    faults_print(&faults, &out);
    if (campaign == NULL || faults.count > 0)
        fail_msg("%s", out.data);
    campaign_free(campaign);
    buf_free(&out);
    faults_free(&faults);
}

static void check_bad_measure(const char *path)
{
    struct faults faults;
    faults_init(&faults);
    if (load_measure(path, &faults) != NULL)
        fail_msg("%s was taken", path);
    assert_told(path, &faults);
    faults_free(&faults);
}

typedef void file_fn(const char *path);

static size_t each_file(const char *folder, file_fn *fn)
{
    char **names = NULL;
    size_t count = 0;
    struct error err = {0};
    if (!file_list(folder, ".json", &names, &count, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < count; i++) {
        char path[PATH_BYTES];
        file_join(path, sizeof(path), folder, names[i]);
        fn(path);
    }
    file_list_free(names, count);
    return count;
}

static void good_files_are_taken(void **state)
{
    (void)state;
    assert_true(each_file("good", check_good) > 20);
}

static void bad_files_are_refused_with_place_and_remedy(void **state)
{
    (void)state;
    assert_true(each_file("bad", check_bad) > FILES_MIN);
}

static void good_fits_schema(const char *path)
{
    assert_schema(&campaign_schema, path, true);
}

static void bad_fits_schema(const char *path)
{
    assert_schema(&campaign_schema, path, strstr(path, "semantic") != NULL);
}

static void language_fits_schema(const char *path)
{
    assert_schema(&messages_schema, path, true);
}

static void the_schema_agrees_with_the_checker(void **state)
{
    (void)state;
    size_t count = each_file("good", good_fits_schema);
    count += each_file("bad", bad_fits_schema);
    assert_true(count > FILES_MIN);
    each_file("good/refill", language_fits_schema);
}

static void measure_fits_schema(const char *path)
{
    assert_schema(&measure_schema, path, true);
}

static void shipped_fits_schema(const char *path)
{
    bool test = strstr(path, ".test.json") != NULL;
    assert_schema(test ? &test_schema : &campaign_schema, path, true);
}

/* Editors show no underline in what we ship. */
static void what_is_shipped_fits_the_schemas(void **state)
{
    (void)state;
    assert_true(each_file("../../../campaigns/library", shipped_fits_schema) >
                4);
    assert_true(each_file("../../../campaigns/library/refill",
                          language_fits_schema) > 1);
    assert_true(each_file("../../../measures", measure_fits_schema) > 6);
}

static void bad_measure_fits_schema(const char *path)
{
    assert_schema(&measure_schema, path, strstr(path, "semantic") != NULL);
}

static void measures_are_taken_or_refused_and_the_schema_agrees(void **state)
{
    (void)state;
    assert_schema(&measure_schema, "measures/colorectal.json", true);
    assert_schema(&measure_schema, "measures/versions.json", true);
    assert_schema(&measure_schema, "measures/broken.json", false);
    assert_true(each_file("good-measures", check_good_measure) > 2);
    each_file("good-measures", measure_fits_schema);
    assert_true(each_file("bad-measures", check_bad_measure) > 15);
    each_file("bad-measures", bad_measure_fits_schema);
}

static void check_test(const char *path)
{
    struct faults faults;
    bool bad = strstr(path, "/bad-") != NULL;
    faults_init(&faults);
    struct scenarios *scenarios = scenarios_load(path, &faults);
    if (bad == (scenarios != NULL))
        fail_msg("%s was %s", path, bad ? "taken" : "refused");
    if (bad)
        assert_told(path, &faults);
    assert_schema(&test_schema, path, !bad || strstr(path, "semantic") != NULL);
    scenarios_free(scenarios);
    faults_free(&faults);
}

static void campaign_tests_and_their_schema_agree(void **state)
{
    (void)state;
    assert_true(each_file("tests", check_test) > 15);
    struct faults faults;
    faults_init(&faults);
    struct scenarios *whole = scenarios_load("tests/good-whole.json", &faults);
    assert_non_null(whole);
    const struct scenario *one = &whole->items[0];
    assert_string_equal(whole->campaign, "reminder");
    assert_string_equal(one->name, "one");
    assert_int_equal(one->until - one->from, 24 * HOUR_MS);
    assert_int_equal(one->event_count, 2);
    assert_int_equal(one->events[0].at - one->from, HOUR_MS);
    assert_string_equal(one->sends[0].at, "2026-12-01 10:00");
    assert_int_equal(one->sends[0].channel, CHANNEL_SMS);
    assert_string_equal(one->held[0].state, "suppressed");
    assert_null(one->held[1].reason);
    assert_string_equal(one->tasks[0].due, "2026-12-01 10:00");
    assert_true(one->sends[0].line > one->line);
    scenarios_free(whole);
    faults_free(&faults);
}

static const struct json_node *definition(const struct schema *schema,
                                          const char *name)
{
    return json_get(json_get(json_root(schema->doc), "definitions"), name);
}

static void write_node(const struct json_node *node, struct buf *out)
{
    struct json_writer writer;
    json_write_init(&writer, out);
    json_write_node(&writer, NULL, node);
}

/* Each schema is whole by itself, so that every validator and editor resolves
 * it offline; what two of them say of the same thing is the same. */
static void shared_definitions_are_the_same(void **state)
{
    (void)state;
    size_t shared = 0;
    const struct json_node *all =
        json_get(json_root(messages_schema.doc), "definitions");
    for (const struct json_node *one = json_first(all); one != NULL;
         one = json_next(one)) {
        const struct json_node *other =
            definition(&campaign_schema, json_key(one));
        struct buf left;
        struct buf right;
        if (other == NULL)
            continue;
        buf_init(&left, JSON_MAX_BYTES);
        buf_init(&right, JSON_MAX_BYTES);
        write_node(one, &left);
        write_node(other, &right);
        assert_string_equal(left.data, right.data);
        buf_free(&left);
        buf_free(&right);
        shared++;
    }
    assert_int_equal(shared, 7);
}

/* The closed lists stand in the schema as in the program, in both ways. */
static void the_closed_lists_are_the_same(void **state)
{
    (void)state;
    size_t count = 0;
    const struct json_node *root = json_root(campaign_schema.doc);
    const struct json_node *purposes =
        json_get(json_get(json_get(root, "properties"), "purpose"), "enum");
    for (const struct json_node *item = json_first(purposes); item != NULL;
         item = json_next(item))
        assert_non_null(purpose_find(json_text(item)));
    while (purpose_at(count) != NULL)
        count++;
    assert_int_equal(json_count(purposes), count);

    const struct json_node *intents =
        json_get(definition(&messages_schema, "intent"), "enum");
    for (const struct json_node *item = json_first(intents); item != NULL;
         item = json_next(item)) {
        if (!intent_known(json_text(item)))
            fail_msg("%s", json_text(item));
    }
    intent_names(&count);
    assert_int_equal(json_count(intents), count);

    char word[WORD_MAX];
    const struct json_node *results = json_get(
        json_get(json_get(json_get(json_root(measure_schema.doc), "properties"),
                          "only_results"),
                 "items"),
        "enum");
    for (const struct json_node *item = json_first(results); item != NULL;
         item = json_next(item))
        assert_true(words_find(WORDS_RESULT, json_text(item), word));
    assert_true(words_at(WORDS_RESULT, json_count(results) - 1, word));
    assert_false(words_at(WORDS_RESULT, json_count(results), word));
}

/* What a campaign says decides its version, not how it is laid out. */
static void layout_is_no_part_of_the_version(void **state)
{
    (void)state;
    static const char *const files[] = {
        "good/minimal.json", "good/comments.json", "good/windows-lines.json",
        "good/byte-order-mark.json"};
    char sha256[SHA256_HEX] = "";
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct faults faults;
        faults_init(&faults);
        struct campaign *campaign =
            campaign_load(files[i], NULL, &faults, NULL);
        assert_non_null(campaign);
        if (i > 0)
            assert_string_equal(campaign->sha256, sha256);
        memcpy(sha256, campaign->sha256, sizeof(sha256));
        campaign_free(campaign);
        faults_free(&faults);
    }
    struct faults faults;
    faults_init(&faults);
    struct campaign *other =
        campaign_load("good/replies.json", NULL, &faults, NULL);
    assert_string_not_equal(other->sha256, sha256);
    campaign_free(other);
    faults_free(&faults);
}

static void a_file_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct faults faults;
    faults_init(&faults);
    assert_null(campaign_load("good/nowhere.json", NULL, &faults, NULL));
    assert_int_equal(faults.errors, 1);
    assert_string_equal(faults.items[0].file, "good/nowhere.json");
    faults_free(&faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_are_taken),
        cmocka_unit_test(bad_files_are_refused_with_place_and_remedy),
        cmocka_unit_test(the_schema_agrees_with_the_checker),
        cmocka_unit_test(campaign_tests_and_their_schema_agree),
        cmocka_unit_test(measures_are_taken_or_refused_and_the_schema_agrees),
        cmocka_unit_test(what_is_shipped_fits_the_schemas),
        cmocka_unit_test(shared_definitions_are_the_same),
        cmocka_unit_test(the_closed_lists_are_the_same),
        cmocka_unit_test(layout_is_no_part_of_the_version),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
