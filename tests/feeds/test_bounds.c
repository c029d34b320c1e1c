/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as large as one may be: each is read in a time that grows with its
 * length alone (else these cases outlast the patience of the test's runner),
 * and what is left out of it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/hl7.h"
#include "feeds/hl7_facts.h"

#define HEAD(type) \
    "MSH|^~\\&|EPIC|MAIN|OUT|X|20261123101500||" type "|1|P|2.5\r"
#define FULL (HL7_MESSAGE_MAX - 100)

/* `from`, then `again` with a number for each %zu until it is full. */
static void fill(struct buf *out, const char *from, const char *again,
                 size_t most)
{
    buf_init(out, HL7_MESSAGE_MAX);
    buf_text(out, from);
    for (size_t i = 1; out->len < FULL && i <= most; i++)
        for (const char *c = again; *c; c++)
            if (*c == '#')
                buf_format(out, "%zu", i);
            else
                buf_char(out, *c);
    buf_char(out, '\r');
}

static struct facts *read(const struct buf *text)
{
    struct error err = {0};
    const struct hl7_options options = {.zone = zone_find("America/New_York")};
    struct hl7 *message = hl7_parse(text->data, text->len, &err);
    if (!message)
        fail_msg("%s", err.text);
    struct facts *facts = facts_new("hl7");
    hl7_facts(message, &options, facts);
    hl7_free(message);
    return facts;
}

static const struct fact_fault *fault_at(const struct facts *facts,
                                         const char *where)
{
    for (size_t i = 0; i < facts->fault_count; i++)
        if (text_equal(facts->faults[i].where, where))
            return &facts->faults[i];
    return NULL;
}

static void a_field_of_many_repetitions_is_read_and_told(void **state)
{
    (void)state;
    static const struct {
        const char *about, *from, *again, *where;
    } rows[] = {
        {"numbers of a record", HEAD("ADT^A28") "PID|1||M0^^^MAIN^MR",
         "~R#^^^A#^MR", "PID-3"},
        {"what is no number of a record", HEAD("ADT^A28") "PID|1||M0^^^MAIN^MR",
         "~R#^^^A#^SS", "PID-3"},
        {"nothing but separators", HEAD("ADT^A28") "PID|1||M0^^^MAIN^MR", "~",
         "PID-3"},
        {"names", HEAD("ADT^A28") "PID|1||M0^^^MAIN^MR||Doe", "~Doe#^A^^^^^X",
         "PID-5"},
        {"addresses", HEAD("ADT^A28") "PID|1||M0^^^MAIN^MR||||||||1 Elm",
         "~# Elm^^X^NY^^^Q", "PID-11"},
        {"telephones", HEAD("ADT^A28") "PID|1||M0^^^MAIN^MR||||||||||",
         "~^PRN^FX^^^212^#", "PID-13"},
        {"the number that a merge gives up",
         HEAD("ADT^A40") "PID|1||M0^^^MAIN^MR\rMRG|M9^^^MAIN^MR", "~R#^^^A#^MR",
         "MRG-1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf text;
        fill(&text, rows[i].from, rows[i].again, FULL);
        struct facts *facts = read(&text);
        const struct fact_fault *fault = fault_at(facts, rows[i].where);
        if (!fault || fault->fatal ||
            !text_equal(fault->reason, "only the first 100 are read"))
            fail_msg("%s: %s", rows[i].about, fault ? fault->reason : "silent");
        if (facts->count == 0 ||
            !text_equal(facts->people[0].ids[0].value, "M0"))
            fail_msg("%s: whose is it?", rows[i].about);
        facts_free(facts);
        buf_free(&text);
    }
}

static void so_many_repetitions_as_are_read_are_no_fault(void **state)
{
    (void)state;
    struct buf text;
    fill(&text, HEAD("ADT^A28") "PID|1||M0^^^MAIN^MR", "~R#^^^A#^SS",
         HL7_REPEATS_MAX - 1);
    struct facts *facts = read(&text);
    assert_int_equal(facts->fault_count, 0);
    assert_int_equal(facts->ignored_count, HL7_REPEATS_MAX - 1);
    facts_free(facts);
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_of_many_repetitions_is_read_and_told),
        cmocka_unit_test(so_many_repetitions_as_are_read_are_no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
