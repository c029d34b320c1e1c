/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a post of FHIR: it is answered by a resource of FHIR with a
 * status that fits, and what is wrong as a whole leaves nothing behind. Posted
 * twice, it makes nothing new the second time.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "store/store.h"

#include "feeds/fhir_take.h"

#include "tests/fuzz/feed.h"
#include "tests/fuzz/fuzz.h"

static struct fhir_take *take;

/* (before the store, which was there first) */
static void leave(void)
{
    fhir_take_free(take);
}

static void post(const uint8_t *data, size_t size, struct fhir_taken *taken)
{
    struct error err = {0};
    struct buf answer;
    buf_init(&answer, FHIR_ANSWER_MAX);
    expect(fhir_take(take, (const char *)data, size, feed_options().now,
                     &answer, taken, &err),
           "nothing in a post stops the store");
    expect(taken->status >= 200 && taken->status < 500, "a status that fits");
    struct json *doc = json_parse(answer.data, answer.len, 0, &err, NULL);
    const char *type = json_get_text(json_root(doc), "resourceType");
    expect(text_equal(type, "OperationOutcome") || text_equal(type, "Bundle"),
           "an answer is a resource of FHIR");
    expect(taken->status < 400 ||
               (taken->counts.made == 0 && taken->counts.changed == 0 &&
                taken->counts.ended == 0),
           "what is wrong leaves nothing behind");
    json_free(doc);
    buf_free(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct fhir_taken first, second;
    if (!take) {
        const struct fhir_take_options options = {
            .intake = feed_options(), .terms = feed_terms(), .actor = "fuzz"};
        take = fhir_take_new(fuzz_store(), &options);
        atexit(leave);
    }
    expect(store_begin(fuzz_store(), &err), "a transaction begins");
    post(data, size, &first);
    post(data, size, &second);
    expect(second.counts.made == 0, "a repetition makes nothing new");
    store_rollback(fuzz_store());
    return 0;
}
