/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue's histories: what a condition may ask of the past, how it reads
 * in SQL, and what it saw. To add one, add a row; docs/fields.md and the
 * checker follow by themselves. No row asks what time it is: times come as
 * parameters. */
#include <stdbool.h>
#include <stddef.h>

#include "store/catalogue.h"
#include "store/catalogue_own.h"

#define HISTORY(name_, anchors_, subject_, suffix_, within_, measure_, sql_, \
                seen_, about_)                                               \
    {                                                                        \
        .history = {.name = (name_),                                         \
                    .anchors = (anchors_),                                   \
                    .has_subject = (subject_),                               \
                    .suffix = (suffix_),                                     \
                    .has_within = (within_),                                 \
                    .needs_measure = (measure_),                             \
                    .about = (about_)},                                      \
        .sql = (sql_), .seen = (seen_)                                       \
    }

#define DECISION(intent) "coalesce(" NEWEST_DECISION " = '" intent "', 0)"
#define OPEN_ORDER                                                  \
    "EXISTS (SELECT 1 FROM orders o WHERE o.patient_id = p.id AND " \
    "$names AND o.status = 'active' AND o.gone_at IS NULL)"
#define OPEN_RESULT                                                    \
    "EXISTS (SELECT 1 FROM screening s WHERE s.patient_id = p.id AND " \
    "$kinds AND $abnormal AND NOT s.resolved AND s.gone_at IS NULL)"
/* The newest test that counts may carry its next due date; else there must be
 * one that still lasts. "then" is today, or the day looked ahead to. */
#define DUE                                                                  \
    "($due AND coalesce((SELECT s.next_due_on <= $then FROM screening s "    \
    "WHERE s.patient_id = p.id AND $kinds AND s.gone_at IS NULL "            \
    "AND $accepted ORDER BY s.done_on DESC, s.id DESC LIMIT 1), NOT EXISTS " \
    "(SELECT 1 FROM screening s WHERE s.patient_id = p.id AND "              \
    "$kinds AND s.gone_at IS NULL AND $accepted AND $lasting)))"

/* What each saw, as people would say it: the newest row that it looks at. */
#define SEEN_DAY(at) "strftime('%Y-%m-%d', " at " / 1000, 'unixepoch')"
#define SEEN_WORD(which)                                \
    "(SELECT r.intent || ' on ' || " SEEN_DAY(          \
        "r.at") " FROM "                                \
                "response r WHERE " which               \
                " ORDER BY r.at DESC, r.id DESC LIMIT " \
                "1)"
#define SEEN_HERE                                  \
    "r.anchor_kind = $kind AND r.anchor_id = $id " \
    "AND r.occurrence = $occurrence"
#define SEEN_DECISION                                                         \
    "(SELECT r.intent || ' on ' || " SEEN_DAY(                                \
        "r.at") " || iif(r.at < "                                             \
                "a.rebooked_at, ', before it was booked anew on ' "           \
                "|| " SEEN_DAY(                                               \
                    "a.rebooked_at") ", '') FROM response r WHERE " SEEN_HERE \
                                     " AND r.intent"                          \
                                     " IN ('confirm', 'reschedule', "         \
                                     "'cancel') ORDER BY r.at DESC, r.id "    \
                                     "DESC "                                  \
                                     "LIMIT 1)"
#define TEST_TEXT                                                         \
    "s.kind || ' of ' || s.done_on || coalesce(', ' || s.result, '') || " \
    "iif(s.resolved, ', resolved', '') || coalesce(', next due ' || "     \
    "s.next_due_on, '')"
#define SEEN_TEST                                                            \
    "(SELECT " TEST_TEXT " FROM screening s WHERE s.patient_id = p.id AND "  \
    "$kinds AND s.gone_at IS NULL ORDER BY s.done_on DESC, s.id DESC LIMIT " \
    "1)"
#define SEEN_DUE \
    "iif($due, " SEEN_TEST ", 'the measure does not concern them now')"
#define SEEN_ORDER                                                            \
    "(SELECT o.kind || coalesce(' ordered ' || o.ordered_on, '') || ', ' || " \
    "o.status FROM orders o WHERE o.patient_id = p.id AND $names AND "        \
    "o.gone_at IS NULL ORDER BY o.ordered_on DESC, o.id DESC LIMIT 1)"
#define SEEN_STAY(which)                                                     \
    "(SELECT 'discharge on ' || substr(n.discharged_local, 1, 10) FROM "     \
    "discharge n WHERE n.patient_id = p.id AND n.status != 'cancelled' AND " \
    "n.gone_at IS NULL AND " which " ORDER BY n.discharged_at DESC LIMIT 1)"

static const struct catalogue_history histories[] = {
    HISTORY("confirmed", APPOINTMENT, false, NULL, false, false,
            DECISION("confirm"), SEEN_DECISION,
            "the patient's newest word about this visit, at this time, was "
            "that they come"),
    HISTORY("reschedule requested", APPOINTMENT, false, NULL, false, false,
            DECISION("reschedule"), SEEN_DECISION,
            "the patient's newest word about this visit was to move it"),
    HISTORY("cancel requested", APPOINTMENT, false, NULL, false, false,
            DECISION("cancel"), SEEN_DECISION,
            "the patient's newest word about this visit was to cancel it"),
    HISTORY("responded", VISITS | FILL | RESULT, false, NULL, false, false,
            "EXISTS (SELECT 1 FROM response r WHERE r.anchor_kind = $kind AND "
            "r.anchor_id = $id AND r.occurrence = $occurrence)",
            SEEN_WORD(SEEN_HERE),
            "the patient answered anything about this anchor"),
    HISTORY("responded since start", APPOINTMENT, false, NULL, false, false,
            "EXISTS (SELECT 1 FROM response r WHERE " SEEN_HERE
            " AND r.at >= a.start_at)",
            SEEN_WORD(SEEN_HERE " AND r.at >= a.start_at"),
            "the patient answered anything about this visit since it was to "
            "begin"),
    HISTORY("responded", PATIENT, false, NULL, false, false,
            "EXISTS (SELECT 1 FROM response r WHERE r.anchor_kind = $kind AND "
            "r.anchor_id = $id AND r.at >= $entered)",
            SEEN_WORD("r.anchor_kind = $kind AND r.anchor_id = $id AND r.at >= "
                      "$entered"),
            "the patient answered anything since they entered"),
    /* Without an entry of their own, any other counts; with one, those that
     * were there before it: so nobody who is in falls out again. */
    HISTORY("recalled", PATIENT, false, NULL, true, false,
            "EXISTS (SELECT 1 FROM entry e CROSS JOIN campaign g ON g.id = "
            "e.campaign_id WHERE e.patient_id = p.id AND e.anchor_kind = $kind "
            "AND e.arm = 'treated' AND g.kind = 'campaign' AND "
            "$at(e.entered_at) AND e.entered_at < iif($entered > 0, $entered, "
            "$now + 1))",
            "(SELECT g.name || ' on ' || " SEEN_DAY(
                "e.entered_at") " FROM entry "
                                "e CROSS JOIN campaign g ON g.id = "
                                "e.campaign_id WHERE "
                                "e.patient_id = p.id AND e.anchor_kind = $kind "
                                "AND e.arm = "
                                "'treated' AND g.kind = 'campaign' AND "
                                "e.entered_at < "
                                "iif($entered > 0, $entered, $now + 1) ORDER "
                                "BY e.entered_at DESC "
                                "LIMIT 1)",
            "another campaign over patients took the patient in, before this "
            "one did"),
    HISTORY("declined", ALL, true, NULL, true, false,
            "EXISTS (SELECT 1 FROM response r WHERE r.patient_id = p.id AND "
            "r.intent = 'decline' AND r.subject = $subject AND ($within OR "
            "r.until_at IS NULL OR r.until_at > $now) AND $at(r.at))",
            "(SELECT 'on ' || " SEEN_DAY(
                "r.at") " || coalesce(', until ' "
                        "|| " SEEN_DAY("r.until_at") ", '') FROM "
                                                     "response r "
                                                     "WHERE "
                                                     "r.patient_id = "
                                                     "p.id AND "
                                                     "r.intent = "
                                                     "'decline' AND "
                                                     "r.subject = "
                                                     "$subject ORDER "
                                                     "BY r.at DESC, "
                                                     "r.id DESC "
                                                     "LIMIT 1)",
            "the patient said no to 'x', and that still holds"),
    HISTORY("screened", ALL, true, NULL, true, false,
            "CASE WHEN $within THEN EXISTS (SELECT 1 FROM screening s WHERE "
            "s.patient_id = p.id AND $kinds AND s.gone_at IS NULL "
            "AND $accepted AND $on(s.done_on)) ELSE coalesce((SELECT "
            "s.next_due_on > $today FROM screening s WHERE $measured AND "
            "s.patient_id = p.id AND $kinds AND s.gone_at IS NULL "
            "AND $accepted ORDER BY s.done_on DESC, s.id DESC LIMIT 1), "
            "EXISTS (SELECT 1 FROM screening s WHERE s.patient_id = p.id AND "
            "$kinds AND s.gone_at IS NULL AND $accepted AND "
            "$lasting)) END",
            SEEN_TEST,
            "done: any test that satisfies the measure 'x' and still does "
            "today (a recorded next due date of the newest test wins), or "
            "(within) lies in that time; or the plain test 'x'"),
    HISTORY("ordered", ALL, true, NULL, true, false,
            "EXISTS (SELECT 1 FROM orders o WHERE o.patient_id = p.id AND "
            "$names AND o.status IN ('active', 'completed') AND "
            "o.gone_at IS NULL AND CASE WHEN $within THEN $on(o.ordered_on) "
            "ELSE o.status = 'active' END)",
            SEEN_ORDER,
            "'x', or a test that satisfies it, is on order now, or (within) "
            "was ordered in that time"),
    HISTORY("has open order", ALL, true, NULL, false, false, OPEN_ORDER,
            SEEN_ORDER, "'x', or a test that satisfies it, is on order now"),
    HISTORY("no open order", ALL, true, NULL, false, false, "NOT " OPEN_ORDER,
            SEEN_ORDER, "neither 'x' nor what satisfies it is on order"),
    HISTORY("abnormal", ALL, true, "result open", false, false, OPEN_RESULT,
            SEEN_TEST,
            "an abnormal result of 'x' waits for somebody to resolve it"),
    HISTORY("no abnormal", ALL, true, "result open", false, false,
            "NOT " OPEN_RESULT, SEEN_TEST,
            "no abnormal result of 'x' waits to be resolved"),
    HISTORY("abnormal by", RESULT, true, NULL, false, true,
            "($kinds AND $abnormal)", TEST_TEXT,
            "this result is one of the measure 'x', and abnormal: by its "
            "number where the measure says so, else by the laboratory's word"),
    HISTORY("overdue for", ALL, true, NULL, false, true, DUE, SEEN_DUE,
            "the measure 'x' concerns the patient and nothing satisfies it "
            "today; a recorded next due date of the newest test wins"),
    {.history = {.name = "due for",
                 .anchors = ALL,
                 .has_subject = true,
                 .has_within = true,
                 .ahead = true,
                 .needs_measure = true,
                 .about = "overdue, or (within) nothing satisfies the measure "
                          "'x' any more in so many days from now"},
     .sql = DUE,
     .seen = SEEN_DUE},
    HISTORY("has condition", ALL, true, NULL, true, false,
            "EXISTS (SELECT 1 FROM condition k WHERE k.patient_id = p.id "
            "AND " CODE_BEGINS "$subject" CODE_END " AND k.gone_at IS "
            "NULL AND coalesce(k.until_on > $today, 1) AND "
            "$on(k.since_on))",
            "(SELECT k.code || coalesce(' since ' || k.since_on, '') || "
            "coalesce(' until ' || k.until_on, '') FROM condition k WHERE "
            "k.patient_id = p.id AND " CODE_BEGINS "$subject" CODE_END
            " AND k.gone_at IS NULL ORDER BY k.until_on IS NULL DESC, "
            "k.until_on DESC, k.since_on DESC LIMIT 1)",
            "a condition whose code begins with 'x' is current; (within) and "
            "began in that time"),
    HISTORY(
        "has procedure", ALL, true, NULL, true, false,
        "EXISTS (SELECT 1 FROM procedure k WHERE k.patient_id = p.id "
        "AND " CODE_BEGINS "$subject" CODE_END " AND k.gone_at IS "
        "NULL AND $on(k.done_on))",
        "(SELECT k.code || coalesce(' of ' || k.done_on, '') FROM procedure "
        "k WHERE k.patient_id = p.id AND " CODE_BEGINS "$subject" CODE_END
        " AND k.gone_at IS NULL ORDER BY "
        "k.done_on DESC LIMIT 1)",
        "a procedure whose code begins with 'x' was done"),
    HISTORY("has discharge", ALL, false, NULL, true, false,
            "EXISTS (SELECT 1 FROM discharge h WHERE h.patient_id = p.id AND "
            "h.status != 'cancelled' AND h.gone_at IS NULL AND "
            "$at(h.discharged_at))",
            SEEN_STAY("1"), "the patient left a hospital"),
    {.history = {.name = "has upcoming visit",
                 .anchors = ALL,
                 .has_within = true,
                 .ahead = true,
                 .about = "a later visit is booked, or (within) one in that "
                          "time from now"},
     .sql = "EXISTS (SELECT 1 FROM appointment v WHERE v.patient_id = p.id AND "
            "v.start_at > $now AND (NOT $within OR v.start_at <= $horizon) AND "
            "v.status IN ('booked', 'pending') AND v.gone_at IS NULL)",
     .seen = "(SELECT 'visit on ' || substr(v.start_local, 1, 10) || ', ' || "
             "v.status FROM appointment v WHERE v.patient_id = p.id AND "
             "v.start_at > $now AND v.status IN ('booked', 'pending') AND "
             "v.gone_at IS NULL ORDER BY v.start_at LIMIT 1)"},
    HISTORY("refilled", FILL, false, NULL, false, false,
            /* By prescription: a patient may have thousands of fills. */
            "EXISTS (SELECT 1 FROM prescription r CROSS JOIN fill n WHERE "
            "r.patient_id = f.patient_id AND (r.id = rx.id OR r.drug_code = "
            "rx.drug_code) AND n.prescription_id = r.id AND n.filled_on >= "
            "f.filled_on AND n.gone_at IS NULL AND (n.filled_on > f.filled_on "
            "OR (r.id = rx.id AND n.id > f.id)))",
            "(SELECT 'fill of ' || n.filled_on FROM prescription r CROSS JOIN "
            "fill n WHERE r.patient_id = f.patient_id AND (r.id = rx.id OR "
            "r.drug_code = rx.drug_code) AND n.prescription_id = r.id AND "
            "n.gone_at IS NULL AND n.id != f.id ORDER BY n.filled_on DESC "
            "LIMIT 1)",
            "a later fill of this prescription, or of the same medicine on "
            "another one, is known"),
    HISTORY(
        "readmitted", DISCHARGE, false, NULL, false, false,
        "(p.inpatient OR EXISTS (SELECT 1 FROM discharge n WHERE "
        "n.patient_id = d.patient_id AND n.id != d.id AND n.status != "
        "'cancelled' AND n.gone_at IS NULL AND coalesce(n.admitted_at, "
        "n.discharged_at) > d.discharged_at))",
        "iif(p.inpatient, 'in hospital', " SEEN_STAY(
            "n.id != d.id AND "
            "coalesce(n.admitted_at, n.discharged_at) > d.discharged_at") ")",
        "in hospital again, now or since this discharge"),
    HISTORY("discharge cancelled", DISCHARGE, false, NULL, false, false,
            "(d.status IN ('cancelled', 'entered-in-error'))", "d.status",
            "the hospital took this discharge back, which ends what is planned "
            "for it also without this"),
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const struct history *history_at(enum anchor_kind anchor, size_t i)
{
    for (size_t at = 0; at < COUNT(histories); at++) {
        if (histories[at].history.anchors & (1u << anchor) && i-- == 0)
            return &histories[at].history;
    }
    return NULL;
}

const struct catalogue_history *catalogue_history(const struct history *history)
{
    return (const struct catalogue_history *)(const void *)history;
}
