/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ORU: results that came in, as far as a measure or a reminder asks for them.
 * Each OBX whose test the codes know is a screening; what is preliminary waits
 * for its end.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "feeds/hl7_own.h"

static bool begins(const struct hl7_segment *segment)
{
    return text_equal(segment->name, "OBX") ||
           text_equal(segment->name, "OBR") || text_equal(segment->name, "ORC");
}

/* HL7 table 0078, of the first flag. Where nobody flagged it nobody knows. */
static const char *result_of(struct hl7_reading *it,
                             const struct hl7_segment *obx)
{
    const char *flag = hl7_id(it, obx, 8);
    return flag ? terms_find(it->options->terms, "result", "HL70078", flag)
                : NULL;
}

static void put_value(struct hl7_reading *it, struct fact *fact,
                      const struct hl7_segment *obx)
{
    const char *type = hl7_id(it, obx, 2);
    if (text_equal(type, "NM")) {
        hl7_put(it, fact, "value", obx, 5, 0);
    } else if (text_equal(type, "SN")) {
        /* >^100, ^120^/^80 */
        const char *sign = hl7_said(it, obx, (struct hl7_place){.field = 5});
        const char *first =
            hl7_said(it, obx, (struct hl7_place){.field = 5, .component = 2});
        bool pair = first && *first && (!sign || !*sign);
        if (first && *first)
            fact_put_from(fact, "value",
                          pair ? first
                               : facts_format(it->facts, "%s%s", sign, first),
                          "OBX-5", first);
        if (pair)
            hl7_put(it, fact, "second_value", obx, 5, 4);
    } else {
        return;
    }
    hl7_put(it, fact, "unit", obx, 6, 0);
}

static void put_days(struct hl7_reading *it, struct fact *fact,
                     const struct hl7_segment *obr,
                     const struct hl7_segment *obx)
{
    if (hl7_id(it, obx, 14))
        hl7_put_time(it, fact, "done", obx, 14, 0, true);
    else
        hl7_put_time(it, fact, "done", obr, 7, 0, true);
    if (hl7_id(it, obr, 22))
        hl7_put_time(it, fact, "resulted", obr, 22, 0, false);
    else
        hl7_put_time(it, fact, "resulted", hl7_at(it->message, 0), 7, 0, false);
}

/* OBR-25 (table 0123): the order has no results, or none any more. */
static bool is_withdrawn(struct hl7_reading *it, const struct hl7_segment *obr)
{
    return text_equal_nocase(hl7_id(it, obr, 25), "X");
}

/* OBX-11 (table 0085): F is final, C corrects it, U says that it is without a
 * change; W and D take it back, and so does X: there is no result. `obx` NULL:
 * of an order that is withdrawn, and names its test alone. */
static bool observation(struct hl7_reading *it, const struct hl7_segment *obr,
                        const struct hl7_segment *obx)
{
    const char *status =
        is_withdrawn(it, obr) ? hl7_id(it, obr, 25) : hl7_id(it, obx, 11);
    const char *kind = hl7_coded(it, "screening", obx, 3);
    if (!kind)
        kind = hl7_coded(it, "screening", obr, 4);
    if (!kind || !status)
        return false;
    char code = (char)toupper((unsigned char)status[0]);
    bool gone = strchr("WDX", code) != NULL;
    if (!gone && !strchr("FCU", code)) {
        facts_ignore(it->facts, "OBX-11", status, "not final yet");
        return true;
    }
    const char *order = hl7_id(it, obr, 3);
    const char *test = obx ? hl7_id(it, obx, 3) : hl7_id(it, obr, 4);
    size_t place = order ? 3 : 2;
    if (!order)
        order = hl7_id(it, obr, 2);
    struct fact *fact =
        hl7_row(it, "screenings", gone ? FACT_END : FACT_SAY, NULL);
    if (order)
        fact_put(fact, "id",
                 facts_format(it->facts, "%s/%s", order, test ? test : ""),
                 obx ? "OBR-3, OBX-3" : "OBR-3, OBR-4");
    fact_of(fact, "id", hl7_id_authority(it, obr, place, false));
    hl7_put_patient(it, fact);
    fact_put_from(fact, "kind", kind, obx ? "OBX-3" : "OBR-4", test);
    put_days(it, fact, obr, obx);
    if (!gone) {
        fact_put_from(fact, "result", result_of(it, obx), "OBX-8",
                      hl7_id(it, obx, 8));
        put_value(it, fact, obx);
    }
    return true;
}

/* The segments of the result here: its own, those above the first result of
 * its order, those above the first order. Of an order without one its own. */
static void scope_result(struct hl7_reading *it, const struct hl7_scope *order,
                         size_t first, size_t at)
{
    size_t to = at + 1;
    while (to < hl7_count(it->message) && !begins(hl7_at(it->message, to)))
        to++;
    it->scope_count = 0;
    hl7_scope_add(it, at, to);
    if (at != order->from)
        hl7_scope_add(it, order->from, order->to);
    hl7_scope_add(it, 0, first);
}

static bool has_result(const struct hl7_reading *it, size_t order)
{
    size_t at = order + 1;
    while (at < hl7_count(it->message) && !begins(hl7_at(it->message, at)))
        at++;
    return at < hl7_count(it->message) &&
           text_equal(hl7_at(it->message, at)->name, "OBX");
}

bool hl7_result(struct hl7_reading *it)
{
    const struct hl7_segment *obr = NULL;
    size_t first = hl7_index(it, "OBR");
    struct hl7_scope order = {0};
    bool any = false;
    for (size_t i = 0; i < hl7_count(it->message); i++) {
        const struct hl7_segment *segment = hl7_at(it->message, i);
        bool result = text_equal(segment->name, "OBX") && obr;
        if (text_equal(segment->name, "OBR")) {
            obr = segment;
            order = (struct hl7_scope){.from = i};
        } else if (result && !order.to) {
            order.to = i;
        }
        if (!result &&
            (segment != obr || !is_withdrawn(it, obr) || has_result(it, i)))
            continue;
        scope_result(it, &order, first, i);
        any |= observation(it, obr, result ? segment : NULL);
    }
    return any;
}
