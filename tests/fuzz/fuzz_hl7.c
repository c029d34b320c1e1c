/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an HL7 v2 message: it is read, or refused with a reason;
 * whatever is read is UTF-8; what it says are rows of the layout. Taken live,
 * it is answered by a message that can be read; twice, it changes nothing the
 * second time.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"
#include "store/store.h"

#include "feeds/hl7.h"
#include "feeds/hl7_facts.h"
#include "feeds/hl7_take.h"

#include "tests/fuzz/feed.h"
#include "tests/fuzz/fuzz.h"

#define FIELDS_MAX 64

static void look_at(struct hl7 *message, const struct hl7_segment *segment)
{
    for (size_t f = 1; f <= segment->count && f < FIELDS_MAX; f++) {
        size_t repeats = hl7_repeats(message, segment, f);
        for (size_t r = 1; r <= repeats && r < 4; r++)
            for (size_t c = 0; c < 4; c++) {
                struct hl7_place place = {
                    .field = f, .repeat = r, .component = c, .sub = c};
                const char *text = hl7_text(message, segment, place);
                expect(!text || text_is_utf8(text, strlen(text)),
                       "texts are UTF-8");
            }
    }
}

static void read_it(const char *bytes, size_t size)
{
    struct error err = {0};
    const struct hl7_options options = {.zone = feed_options().zone,
                                        .terms = feed_terms()};
    struct hl7 *message = hl7_parse(bytes, size, &err);
    expect(message || err.text[0], "read, or refused with a reason");
    if (!message)
        return;
    for (size_t i = 0; i < hl7_count(message); i++)
        look_at(message, hl7_at(message, i));
    struct facts *facts = facts_new("fuzz");
    enum hl7_verdict verdict = hl7_facts(message, &options, facts);
    feed_expect(facts);
    expect(verdict != HL7_WRONG || facts_is_fatal(facts),
           "what is wrong says why");
    facts_free(facts);
    hl7_free(message);
}

static void expect_answer(const struct buf *answer)
{
    struct error err = {0};
    struct hl7 *message = hl7_parse(answer->data, answer->len, &err);
    expect(message && hl7_first(message, "MSA"), "an answer can be read");
    hl7_free(message);
}

static struct hl7_take *take;

/* (before the store, which was there first) */
static void leave(void)
{
    hl7_take_free(take);
}

static void take_it(const char *bytes, size_t size)
{
    struct error err = {0};
    struct hl7_taken first, second;
    struct buf answer;
    instant now = feed_options().now;
    expect(store_begin(fuzz_store(), &err), "a transaction begins");
    buf_init(&answer, HL7_MESSAGE_MAX);
    expect(hl7_take(take, bytes, size, now, &answer, &first, &err),
           "nothing in a message stops the store");
    if (first.answers)
        expect_answer(&answer);
    buf_free(&answer);
    buf_init(&answer, HL7_MESSAGE_MAX);
    expect(hl7_take(take, bytes, size, now, &answer, &second, &err),
           "nor does its repetition");
    expect(second.counts.made == 0 && second.counts.changed == 0,
           "a repetition changes nothing");
    buf_free(&answer);
    store_rollback(fuzz_store());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!take) {
        const struct hl7_take_options options = {
            .intake = feed_options(), .terms = feed_terms(), .actor = "fuzz"};
        take = hl7_take_new(fuzz_store(), &options);
        atexit(leave);
    }
    read_it((const char *)data, size);
    take_it((const char *)data, size);
    return 0;
}
