/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pharmacy: what is prescribed (RXE, RXO), what was handed over (RXD). A
 * message may hold several orders; each begins with ORC. Names of medicines
 * are kept for people, never for messages (L-31).
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "feeds/hl7_own.h"

/* The segments of one order. */
struct order {
    const struct hl7_segment *orc, *rxo, *rxe, *rxd, *tq1;
    size_t from; /* where it begins */
};

/* What becomes of it, by ORC-1 (table 0119) or, where that only says that
 * something changed, by ORC-5 (table 0038). NULL: nothing is said of it. */
static const char *status_of(struct hl7_reading *it, const struct order *order,
                             const char **where)
{
    const char *control = hl7_id(it, order->orc, 1);
    const char *state = hl7_id(it, order->orc, 5);
    const char *known =
        control ? terms_find(it->options->terms, "prescription-status",
                             "HL70119", control)
                : NULL;
    *where = "ORC-1";
    if (known)
        return known;
    *where = "ORC-5";
    return state ? terms_find(it->options->terms, "prescription-status",
                              "HL70038", state)
                 : NULL;
}

/* A dispensing that was cancelled, or came back in whole: of an RXD, ORC speaks
 * of what was handed over, not of what was prescribed. */
static bool is_taken_back(struct hl7_reading *it, const struct order *order)
{
    const char *where;
    const char *status = status_of(it, order, &where);
    const char *amount = hl7_id(it, order->rxd, 4);
    char *end = NULL;
    double handed_over = amount ? strtod(amount, &end) : 1;
    return text_equal(status, "cancelled") ||
           text_equal(status, "entered-in-error") ||
           (amount && end != amount && !*end && handed_over <= 0);
}

/* The prescription's number; else the order's, as its filler has it. */
static void put_order_id(struct hl7_reading *it, struct fact *fact,
                         const struct order *order)
{
    const struct {
        const struct hl7_segment *segment;
        size_t field;
        const char *where;
        bool plain; /* a number, and no EI */
    } places[] = {{order->rxd, 7, "RXD-7", true},
                  {order->rxe, 15, "RXE-15", true},
                  {order->orc, 3, "ORC-3", false},
                  {order->orc, 2, "ORC-2", false}};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const struct hl7_segment *segment = places[i].segment;
        const char *id = hl7_id(it, segment, places[i].field);
        if (!id)
            continue;
        fact_put(fact, "id", id, places[i].where);
        if (!places[i].plain)
            fact_of(fact, "id",
                    hl7_id_authority(it, segment, places[i].field, false));
        return;
    }
}

static void put_drug(struct hl7_reading *it, struct fact *fact,
                     const struct order *order)
{
    const struct hl7_segment *from = order->rxe   ? order->rxe
                                     : order->rxd ? order->rxd
                                                  : order->rxo;
    size_t field = from == order->rxo ? 1 : 2;
    if (!from)
        return;
    hl7_put(it, fact, "drug_code", from, field, 0);
    hl7_put(it, fact, "drug_name", from, field, 2);
}

/* PRN as a word of it ("Q6H PRN"), or before its hours ("PRNQ6H"). */
static bool says_prn(const char *text)
{
    for (const char *at = text; at && *at; at++)
        if (strncasecmp(at, "PRN", 3) == 0 &&
            (at == text || !isalnum((unsigned char)at[-1])))
            return true;
    return false;
}

/* HL7 table 0485: as a pattern or as a priority, in TQ1; before 2.5 in the
 * components of a timing, of the order or of what is given out. `*where`: in
 * which field. */
static bool is_as_needed(struct hl7_reading *it, const struct order *order,
                         const char **where)
{
    const struct {
        const struct hl7_segment *segment;
        size_t field, component;
        const char *where;
    } places[] = {{order->tq1, 3, 0, "TQ1-3"}, {order->tq1, 9, 0, "TQ1-9"},
                  {order->orc, 7, 2, "ORC-7"}, {order->orc, 7, 6, "ORC-7"},
                  {order->rxe, 1, 2, "RXE-1"}, {order->rxe, 1, 6, "RXE-1"}};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct hl7_place place = {.field = places[i].field,
                                  .component = places[i].component};
        size_t count = hl7_times(it, places[i].segment, place.field);
        *where = places[i].where;
        for (place.repeat = 1; place.repeat <= count; place.repeat++)
            if (says_prn(hl7_said(it, places[i].segment, place)))
                return true;
    }
    return false;
}

/* False: nobody knows its number. */
static bool prescription(struct hl7_reading *it, const struct order *order)
{
    const char *where;
    const char *status = status_of(it, order, &where);
    struct fact *fact = hl7_row(it, "prescriptions", FACT_SAY, NULL);
    put_order_id(it, fact, order);
    if (text_blank(fact_text(fact, "id"))) {
        facts_unrow(it->facts);
        return false;
    }
    hl7_put_patient(it, fact);
    put_drug(it, fact, order);
    fact_put_from(fact, "status", status ? status : "active", where,
                  hl7_id(it, order->orc, text_equal(where, "ORC-1") ? 1 : 5));
    /* one that was stopped is not active again by what is silent of it */
    if (!status || (order->rxd && is_taken_back(it, order)))
        fact_only_new(fact);
    if (order->rxe && hl7_id(it, order->rxe, 35))
        fact_put_from(fact, "controlled", "yes", "RXE-35",
                      hl7_id(it, order->rxe, 35));
    if (is_as_needed(it, order, &where))
        fact_put_from(fact, "as_needed", "yes", where, "PRN");
    /* what is left, when somebody counted; else what was written */
    if (order->rxd && hl7_id(it, order->rxd, 8))
        hl7_put(it, fact, "refills_left", order->rxd, 8, 0);
    else if (order->rxe && hl7_id(it, order->rxe, 16))
        hl7_put(it, fact, "refills_left", order->rxe, 16, 0);
    else if (order->rxe && hl7_id(it, order->rxe, 12)) {
        hl7_put(it, fact, "refills_left", order->rxe, 12, 0);
        fact_only_new(fact);
    }
    hl7_put_time(it, fact, "written", order->orc, 9, 0, true);
    return true;
}

/* How many days it lasts: as it is told (TQ1-6), or by what is taken a day
 * (RXD-12). */
static const char *days_supply(struct hl7_reading *it,
                               const struct order *order, const char **where)
{
    const char *count =
        hl7_said(it, order->tq1, (struct hl7_place){.field = 6});
    const char *unit = hl7_said(it, order->tq1,
                                (struct hl7_place){.field = 6, .component = 2});
    char *end;
    if (count && *count && unit) {
        double days =
            strtod(count, &end) * (strncasecmp(unit, "W", 1) == 0   ? 7
                                   : strncasecmp(unit, "D", 1) == 0 ? 1
                                                                    : 0);
        *where = "TQ1-6";
        if (!*end && days >= 1)
            return facts_format(it->facts, "%.0f", days);
    }
    const char *amount = hl7_id(it, order->rxd, 4);
    const char *daily = hl7_id(it, order->rxd, 12);
    if (!amount || !daily)
        return NULL;
    double have = strtod(amount, &end);
    double a_day = *end ? 0 : strtod(daily, &end);
    *where = "RXD-4, RXD-12";
    return !*end && a_day > 0 && have >= a_day && isfinite(have / a_day)
               ? facts_format(it->facts, "%.0f", floor(have / a_day))
               : NULL;
}

/* Known by its prescription and its count, else by its day. */
static const char *fill_id(struct hl7_reading *it, const struct order *order,
                           const char *prescription, const char *when)
{
    const char *counter = hl7_id(it, order->rxd, 1);
    return facts_format(it->facts, "%s-%.10s", prescription,
                        counter ? counter : when);
}

static void fill_ends(struct hl7_reading *it, const struct order *order,
                      const struct fact_field *of)
{
    struct fact *fact = hl7_row(it, "fills", FACT_END, NULL);
    const char *when =
        hl7_time(it, order->rxd, (struct hl7_place){.field = 3}, false);
    if (hl7_id(it, order->rxd, 1) || !text_blank(when)) {
        fact_put_from(fact, "id", fill_id(it, order, of->text, when),
                      "RXD-7, RXD-1", of->text);
        return;
    }
    facts_fault(it->facts, "RXD-1", NULL, "which dispensing is taken back?");
    facts_unrow(it->facts);
}

/* Of the prescription in this row of the facts. */
static void fill(struct hl7_reading *it, const struct order *order,
                 const struct fact_field *of)
{
    const char *where = NULL;
    struct fact *fact = hl7_row(it, "fills", FACT_SAY, NULL);
    bool told = fact_is_mapped(fact, "filled");
    bool counted = fact_is_mapped(fact, "days_supply");
    const char *when =
        told ? fact_text(fact, "filled")
             : hl7_time(it, order->rxd, (struct hl7_place){.field = 3}, false);
    const char *days = counted ? fact_text(fact, "days_supply")
                               : days_supply(it, order, &where);
    if (text_blank(days) || text_blank(when)) {
        if (text_blank(days))
            facts_lost(it->facts, "RXD-12", NULL,
                       "nothing says how long it lasts (TQ1-6, or the total "
                       "daily dose): no refill is asked for");
        else
            facts_lost(it->facts, "RXD-3", NULL, "when was it handed over?");
        facts_unrow(it->facts);
        return;
    }
    fact_put_from(fact, "id", fill_id(it, order, of->text, when),
                  "RXD-7, RXD-1", of->text);
    fact_put(fact, "prescription", of->text, of->where);
    fact_of(fact, "id", of->authority);
    fact_of(fact, "prescription", of->authority);
    if (!told)
        fact_put_from(fact, "filled", when, "RXD-3", hl7_id(it, order->rxd, 3));
    if (!counted)
        fact_put_from(fact, "days_supply", days, where,
                      hl7_id(it, order->rxd, 4));
}

/* Its segments end before this one. */
static bool order_read(struct hl7_reading *it, const struct order *order,
                       size_t to)
{
    if (!order->rxo && !order->rxe && !order->rxd)
        return false;
    it->scope_count = 0;
    hl7_scope_add(it, order->from, to);
    hl7_scope_add(it, 0, hl7_index(it, "ORC"));
    size_t row = it->facts->count;
    if (!prescription(it, order))
        facts_lost(it->facts,
                   remap_where(&it->remap, "prescriptions", "id", "RXE-15"),
                   NULL, "no number of the prescription or the order");
    else if (order->rxd) {
        /* a copy: rows move when one is made */
        const struct fact_field of =
            *fact_field_of(&it->facts->items[row], "id");
        if (is_taken_back(it, order))
            fill_ends(it, order, &of);
        else
            fill(it, order, &of);
    }
    return true;
}

bool hl7_drug(struct hl7_reading *it)
{
    struct order order = {0};
    bool any = false;
    for (size_t i = 0; i < hl7_count(it->message); i++) {
        const struct hl7_segment *segment = hl7_at(it->message, i);
        if (text_equal(segment->name, "ORC")) {
            any |= order.orc && order_read(it, &order, i);
            order = (struct order){.orc = segment, .from = i};
        }
        if (text_equal(segment->name, "RXO"))
            order.rxo = segment;
        else if (text_equal(segment->name, "RXE"))
            order.rxe = segment;
        else if (text_equal(segment->name, "RXD"))
            order.rxd = segment;
        else if (text_equal(segment->name, "TQ1"))
            order.tq1 = segment;
    }
    return order_read(it, &order, hl7_count(it->message)) || any;
}
