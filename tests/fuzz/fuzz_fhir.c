/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a FHIR resource: it is understood, not ours, or wrong with a
 * reason; what it says are rows of the layout. Taken into a store, twice, it
 * changes nothing the second time.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/json.h"
#include "store/store.h"

#include "feeds/fhir.h"

#include "tests/fuzz/feed.h"
#include "tests/fuzz/fuzz.h"

static void expect_bad(void *arg, const struct intake_bad *bad)
{
    (void)arg;
    expect(bad->where && bad->reason,
           "what is left out is told with its place");
}

static struct intake *intake;

/* (before the store, which was there first) */
static void leave(void)
{
    intake_free(intake);
}

static void take(const struct facts *facts)
{
    struct error err = {0};
    struct intake_counts first = {0}, second = {0};
    const struct intake_options options = feed_options();
    if (!intake) {
        intake = intake_new(fuzz_store(), &options);
        atexit(leave);
    }
    expect(store_begin(fuzz_store(), &err), "a transaction begins");
    expect(intake_take(intake, facts, &first, expect_bad, NULL, &err),
           "nothing in a resource stops the store");
    expect(intake_take(intake, facts, &second, expect_bad, NULL, &err),
           "nor does its repetition");
    expect(second.made == 0, "a repetition makes nothing new");
    store_rollback(fuzz_store());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    const struct fhir_options options = {.terms = feed_terms()};
    struct json *doc = json_parse((const char *)data, size, 0, &err, NULL);
    if (!doc)
        return 0;
    struct facts *facts = facts_new("fuzz");
    enum fhir_verdict verdict =
        fhir_facts(json_root(doc), NULL, &options, facts);
    feed_expect(facts);
    expect(verdict != FHIR_WRONG || facts_is_fatal(facts),
           "what is wrong says why");
    if (verdict == FHIR_UNDERSTOOD)
        take(facts);
    facts_free(facts);
    json_free(doc);
    return 0;
}
