/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/feeds/ward.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/bulk.h"
#include "feeds/fhir.h"
#include "feeds/fhir_take.h"
#include "feeds/hl7.h"
#include "feeds/hl7_facts.h"
#include "feeds/hl7_take.h"

#include "store/store.h"

static void fault(void *arg, const char *text)
{
    (void)arg;
    fail_msg("%s", text);
}

void ward_order(size_t n, size_t count, size_t order[])
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t left = count; left > 1; left--) {
        size_t pick = n % left, last = order[left - 1];
        n /= left;
        order[left - 1] = order[pick];
        order[pick] = last;
    }
}

void ward_open(struct ward *ward)
{
    const char *root = getenv("OUTREACH_SOURCE");
    char path[512];
    struct error err = {0};
    memset(ward, 0, sizeof(*ward));
    fixture_open(&ward->fixture);
    file_join(path, sizeof(path), root ? root : ".",
              "feeds/terms/standard.json");
    ward->terms = terms_load(path, NULL, fault, NULL, &err);
    assert_non_null(ward->terms);
    ward_mrn_authority(ward, NULL);
    buf_init(&ward->told, 1 << 16);
}

void ward_mrn_authority(struct ward *ward, const char *authority)
{
    ward_authorities(ward, authority, NULL);
}

void ward_authorities(struct ward *ward, const char *authority,
                      const char *also)
{
    const struct intake_options options = {.country = "US",
                                           .zone =
                                               zone_find("America/New_York"),
                                           .mrn_authority = authority,
                                           .also_authority = also,
                                           .now = ward->fixture.options.now};
    intake_free(ward->intake);
    ward->intake = intake_new(ward->fixture.store, &options);
    ward->mrn_authority = authority;
}

void ward_close(struct ward *ward)
{
    intake_free(ward->intake);
    terms_free(ward->terms);
    buf_free(&ward->told);
    fixture_close(&ward->fixture);
}

static void tell(void *arg, const struct intake_bad *bad)
{
    struct ward *ward = arg;
    buf_format(&ward->told, "%s%s %s: %s", ward->told.len ? "; " : "",
               bad->row ? "row" : "field", bad->where ? bad->where : "-",
               bad->reason);
}

void ward_take(struct ward *ward, const struct facts *facts)
{
    struct error err = {0};
    assert_true(store_begin(ward->fixture.store, &err));
    if (!intake_take(ward->intake, facts, &ward->counts, tell, ward, &err))
        fail_msg("%s", err.text);
    assert_true(store_commit(ward->fixture.store, &err));
}

void ward_hl7(struct ward *ward, const char *text)
{
    struct error err = {0};
    const struct hl7_options options = {.zone = zone_find("America/New_York"),
                                        .terms = ward->terms,
                                        .mrn_authority = ward->mrn_authority};
    struct hl7 *message = hl7_parse(text, strlen(text), &err);
    if (!message)
        fail_msg("%s", err.text);
    struct facts *facts = facts_new("hl7");
    hl7_facts(message, &options, facts);
    assert_false(facts_is_fatal(facts));
    ward_take(ward, facts);
    facts_free(facts);
    hl7_free(message);
}

void ward_fhir(struct ward *ward, const char *text)
{
    ward_entry(ward, NULL, text);
}

void ward_say(struct ward *ward, const char *text)
{
    if (text[0] == '{')
        ward_fhir(ward, text);
    else
        ward_hl7(ward, text);
}

void ward_entry(struct ward *ward, const char *url, const char *text)
{
    struct error err = {0};
    const struct fhir_options options = {.now = ward->fixture.options.now,
                                         .terms = ward->terms};
    struct json *doc = json_parse(text, strlen(text), 0, &err, NULL);
    if (!doc)
        fail_msg("%s", err.text);
    struct facts *facts = facts_new("fhir");
    fhir_facts(json_root(doc), url, &options, facts);
    assert_false(facts_is_fatal(facts));
    ward_take(ward, facts);
    facts_free(facts);
    json_free(doc);
}

void ward_expect(struct ward *ward, const char *about, const char *sql,
                 const char *want)
{
    const char *have = fixture_ask(&ward->fixture, sql);
    if (!text_equal(have, want))
        fail_msg("%s: '%s' instead of '%s'%s%s", about, have, want,
                 ward->told.len ? "; told: " : "",
                 ward->told.len ? ward->told.data : "");
}

struct hl7_take *ward_take_new(struct ward *ward)
{
    const struct hl7_take_options options = {
        .intake = {.country = "US",
                   .zone = zone_find("America/New_York"),
                   .now = ward->fixture.options.now},
        .terms = ward->terms,
        .actor = "feed"};
    return hl7_take_new(ward->fixture.store, &options);
}

const char *ward_live(struct ward *ward, struct hl7_take *take,
                      const char *text)
{
    static char said[200];
    struct error err = {0};
    struct buf answer;
    struct hl7_taken taken;
    buf_init(&answer, 1 << 16);
    assert_true(store_begin(ward->fixture.store, &err));
    if (!hl7_take(take, text, strlen(text), ward->fixture.options.now, &answer,
                  &taken, &err))
        fail_msg("%s", err.text);
    assert_true(store_commit(ward->fixture.store, &err));
    const char *code = strstr(answer.data, "\rMSA|");
    snprintf(said, sizeof(said), "%.2s %s %s", code ? code + 5 : "--",
             taken.verdict, taken.where);
    /* an error names the same place in an ERR */
    if (*taken.where && !strstr(answer.data, "\rERR||"))
        fail_msg("no ERR: %s", answer.data);
    buf_free(&answer);
    return said;
}

struct fhir_take *ward_post_new(const struct ward *ward)
{
    const struct fhir_take_options options = {
        .intake = {.country = "US",
                   .zone = zone_find("America/New_York"),
                   .now = ward->fixture.options.now},
        .terms = ward->terms,
        .actor = "fhir"};
    return fhir_take_new(ward->fixture.store, &options);
}

int ward_post(struct ward *ward, struct fhir_take *take, const char *text)
{
    struct error err = {0};
    struct fhir_taken taken;
    struct buf answer;
    buf_init(&answer, FHIR_ANSWER_MAX);
    assert_true(store_begin(ward->fixture.store, &err));
    if (!fhir_take(take, text, strlen(text), ward->fixture.options.now, &answer,
                   &taken, &err))
        fail_msg("%s", err.text);
    assert_true(store_commit(ward->fixture.store, &err));
    buf_free(&answer);
    return taken.status;
}

static void on_bad(void *arg, const struct import_bad *bad)
{
    struct ward *ward = arg;
    buf_format(&ward->told, "%s:%lld %s %s\n", bad->file, (long long)bad->line,
               bad->column, bad->reason);
}

void ward_bulk(struct ward *ward, enum stream_kind kind, const char *name,
               const char *text)
{
    char path[512];
    struct error err = {0};
    const char *paths[] = {path};
    const struct bulk_options options = {.paths = paths,
                                         .path_count = 1,
                                         .kind = kind,
                                         .terms = ward->terms,
                                         .country = "US",
                                         .zone = zone_find("America/New_York"),
                                         .now = ward->fixture.options.now,
                                         .actor = "kim"};
    struct import_watch watch = import_unwatched;
    watch.arg = ward;
    watch.bad = on_bad;
    fixture_file(&ward->fixture, name, text);
    snprintf(path, sizeof(path), "%s/%s", ward->fixture.folder, name);
    import_report_free(&ward->fixture.report);
    if (!bulk_run(ward->fixture.store, &options, &watch, &ward->fixture.report,
                  &err))
        fail_msg("%s", err.text);
}
