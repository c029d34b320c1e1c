/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read-only questions about the store for people: what runs, what went, what
 * did not and why. Never used on the way of a message, so these may scan;
 * nothing here writes.
 */
#include "base/text.h"

#include "store/outreach_row.h"
#include "store/statement.h"
#include "store/status.h"
#include "store/store.h"

/* Steps that are tasks for people stand in the same ledger (ledger.h). */
#define TASK_CHANNEL "15"
_Static_assert(OUTREACH_TASK == 15, "the queries below name it");

static bool fill_states(struct store *store, int64_t campaign_id,
                        struct status_campaign *row, struct error *err)
{
    struct statement *all = statement(
        store, "SELECT state, count(*), min(CASE WHEN state = 0 THEN due_at "
               "END) FROM outreach WHERE campaign_id = ?1 "
               "AND channel != " TASK_CHANNEL " GROUP BY state");
    bind_integer(all, 1, campaign_id);
    int got;
    while ((got = statement_step(all, err)) > 0) {
        int64_t state = column_integer(all, 0);
        if (state < 0 || state >= STATE_COUNT)
            continue;
        row->states[state] = column_integer(all, 1);
        if (state == STATE_PLANNED)
            row->next_due = column_instant(all, 2);
    }
    return got == 0;
}

bool status_campaigns(struct store *store, status_campaign_fn *fn, void *arg,
                      struct error *err)
{
    struct statement *all = statement(
        store,
        "SELECT c.id, c.name, c.kind, c.state, v.launched_by, v.launched_at, "
        "v.sha256, (SELECT count(*) FROM entry e WHERE e.campaign_id = c.id), "
        "(SELECT count(*) FROM entry e WHERE e.campaign_id = c.id "
        "AND e.arm = 'holdout'), c.swept_on IS NOT NULL FROM campaign c LEFT "
        "JOIN campaign_version v "
        "ON v.id = c.version_id ORDER BY c.kind, c.name");
    int got;
    while ((got = statement_step(all, err)) > 0) {
        struct status_campaign row = {
            .id = column_integer(all, 0),
            .name = column_text(all, 1),
            .kind = column_text(all, 2),
            .state = column_text(all, 3),
            .launched_by = column_text(all, 4),
            .launched_at = column_instant(all, 5),
            .sha256 = column_text(all, 6),
            .entries = column_integer(all, 7),
            .held_out = column_integer(all, 8),
            .swept = column_integer(all, 9) != 0,
            .next_due = INSTANT_NEVER,
        };
        if (!fill_states(store, row.id, &row, err)) {
            statement_reset(all);
            return false;
        }
        if (!fn(arg, &row)) {
            statement_reset(all);
            return true;
        }
    }
    return got == 0;
}

/* The zone that times of this outreach are told in. */
#define ANCHOR_ZONE                                                       \
    "coalesce((SELECT a.zone FROM appointment a WHERE o.anchor_kind = 1 " \
    "AND a.id = o.anchor_id), (SELECT d.zone FROM discharge d WHERE "     \
    "o.anchor_kind = 3 AND d.id = o.anchor_id), c.zone, p.zone)"
/* And the patient's own clock, as the engine sees it (clerk_timing). */
#define PATIENT_CLOCK "coalesce(" PATIENT_ZONE ", " ANCHOR_ZONE ")"

bool status_attempts(struct store *store, const char *campaign, instant since,
                     status_attempt_fn *fn, void *arg, struct error *err)
{
    struct statement *all = statement(
        store,
        "SELECT t.id, o.id, k.name, o.step, p.mrn, p.given_name, " PATIENT_CLOCK
        ", " ANCHOR_ZONE ", t.channel, t.driver, "
        "t.address, t.language, t.body, t.submitted_at, t.outcome, o.state, "
        "t.segments, t.cost FROM attempt t "
        "JOIN outreach o ON o.id = t.outreach_id "
        "JOIN campaign k ON k.id = o.campaign_id "
        "JOIN patient p ON p.id = t.patient_id "
        "LEFT JOIN clinic c ON c.id = p.clinic_id "
        "WHERE t.submitted_at >= ?1 AND (?2 IS NULL OR k.name = ?2) "
        "ORDER BY t.submitted_at, t.id");
    bind_integer(all, 1, since);
    bind_text(all, 2, campaign);
    int got;
    while ((got = statement_step(all, err)) > 0) {
        struct status_attempt row = {
            .attempt_id = column_integer(all, 0),
            .outreach_id = column_integer(all, 1),
            .campaign = column_text(all, 2),
            .step = column_text(all, 3),
            .mrn = column_text(all, 4),
            .given_name = column_text(all, 5),
            .zone = column_text(all, 6),
            .anchor_zone = column_text(all, 7),
            .channel = (enum channel)column_integer(all, 8),
            .provider = column_text(all, 9),
            .address = column_text(all, 10),
            .language = column_text(all, 11),
            .body = column_text(all, 12),
            .submitted_at = column_instant(all, 13),
            .outcome = (enum outcome)column_integer(all, 14),
            .state = (enum outreach_state)column_integer(all, 15),
            .segments = (int)column_integer(all, 16),
            .cost = column_integer(all, 17),
        };
        if (row.channel != CHANNEL_SMS)
            row.segments = 0;
        if (!fn(arg, &row)) {
            statement_reset(all);
            return true;
        }
    }
    return got == 0;
}

bool status_held(struct store *store, const char *campaign, instant since,
                 status_held_fn *fn, void *arg, struct error *err)
{
    struct statement *all = statement(
        store, "SELECT k.name, o.step, p.mrn, " PATIENT_CLOCK ", o.reason, "
               "o.state, o.planned_at, o.due_at FROM outreach o "
               "JOIN campaign k ON k.id = o.campaign_id "
               "JOIN patient p ON p.id = o.patient_id "
               "LEFT JOIN clinic c ON c.id = p.clinic_id "
               "WHERE o.state IN (0, 4, 5, 6, 7, 9) AND o.reason IS NOT NULL "
               "AND (o.state = 0 OR o.planned_at >= ?1 OR o.until_at > ?1) "
               "AND (?2 IS NULL OR k.name = ?2) "
               "ORDER BY k.name, o.state, o.planned_at, o.id");
    bind_integer(all, 1, since);
    bind_text(all, 2, campaign);
    int got;
    while ((got = statement_step(all, err)) > 0) {
        struct status_held row = {
            .campaign = column_text(all, 0),
            .step = column_text(all, 1),
            .mrn = column_text(all, 2),
            .zone = column_text(all, 3),
            .reason = column_text(all, 4),
            .state = (enum outreach_state)column_integer(all, 5),
            .planned_at = column_instant(all, 6),
            .due_at = column_instant(all, 7),
        };
        if (!fn(arg, &row)) {
            statement_reset(all);
            return true;
        }
    }
    return got == 0;
}

bool status_replies(struct store *store, const char *campaign, instant since,
                    status_reply_fn *fn, void *arg, struct error *err)
{
    struct statement *all = statement(
        store, "SELECT r.channel, r.received_at, r.intent FROM reply r LEFT "
               "JOIN outreach o ON o.id = r.outreach_id LEFT JOIN campaign c "
               "ON c.id = o.campaign_id WHERE r.received_at >= ?1 AND (?2 IS "
               "NULL OR c.name = ?2) ORDER BY r.received_at, r.id");
    bind_integer(all, 1, since);
    bind_text(all, 2, campaign);
    int got;
    while ((got = statement_step(all, err)) > 0) {
        struct status_reply row = {
            .channel = (enum channel)column_integer(all, 0),
            .received_at = column_instant(all, 1),
            .intent = column_text(all, 2),
        };
        if (!fn(arg, &row)) {
            statement_reset(all);
            return true;
        }
    }
    return got == 0;
}

static bool count_states(struct store *store, struct status_counts *out,
                         struct error *err)
{
    struct statement *all =
        statement(store, "SELECT state, count(*) FROM outreach GROUP BY state");
    int got;
    while ((got = statement_step(all, err)) > 0) {
        int64_t state = column_integer(all, 0);
        if (state >= 0 && state < STATE_COUNT)
            out->states[state] = column_integer(all, 1);
    }
    return got == 0;
}

bool status_counts(struct store *store, instant now, struct status_counts *out,
                   struct error *err)
{
    struct statement *one = statement(
        store, "SELECT (SELECT count(*) FROM patient WHERE gone_at IS NULL), "
               "(SELECT count(*) FROM contact_point WHERE gone_at IS NULL), "
               "(SELECT count(*) FROM appointment WHERE gone_at IS NULL), "
               "(SELECT count(*) FROM fill WHERE gone_at IS NULL), "
               "(SELECT count(*) FROM discharge WHERE gone_at IS NULL), "
               "(SELECT count(*) FROM screening WHERE gone_at IS NULL), "
               "(SELECT count(*) FROM dirty) + "
               "(SELECT count(*) FROM dirty_clinic), "
               "(SELECT count(*) FROM suppression WHERE lifted_at IS NULL)");
    if (statement_step(one, err) <= 0)
        return false;
    struct status_counts counts = {
        .patients = column_integer(one, 0),
        .contact_points = column_integer(one, 1),
        .appointments = column_integer(one, 2),
        .fills = column_integer(one, 3),
        .discharges = column_integer(one, 4),
        .screenings = column_integer(one, 5),
        .dirty = column_integer(one, 6),
        .suppressions = column_integer(one, 7),
    };
    statement_reset(one);
    char paused[8];
    if (!count_states(store, &counts, err) ||
        !task_count(store, now, &counts.tasks, err) ||
        !waiting_count(store, 0, &counts.waiting, err) ||
        !store_meta_get(store, "paused", paused, sizeof(paused), err))
        return false;
    counts.paused = text_equal(paused, "1");
    *out = counts;
    return true;
}

static struct statement *anchor_statement(struct store *store,
                                          enum anchor_kind kind)
{
    switch (kind) {
    case ANCHOR_APPOINTMENT:
        return statement(store, "SELECT id FROM appointment WHERE "
                                "patient_id = ?1 AND gone_at IS NULL ORDER BY "
                                "start_at < ?2, abs(start_at - ?2) LIMIT 1");
    case ANCHOR_FILL:
        return statement(store, "SELECT id FROM fill WHERE patient_id = ?1 "
                                "AND gone_at IS NULL AND latest = 1 ORDER BY "
                                "abs(runs_out_at - ?2) LIMIT 1");
    case ANCHOR_DISCHARGE:
        return statement(store, "SELECT id FROM discharge WHERE "
                                "patient_id = ?1 AND gone_at IS NULL ORDER BY "
                                "abs(discharged_at - ?2) LIMIT 1");
    case ANCHOR_PATIENT:
        return statement(store, "SELECT id FROM patient WHERE id = ?1 "
                                "AND ?2 IS NOT NULL");
    case ANCHOR_RESULT:
        return statement(store, "SELECT id FROM screening WHERE "
                                "patient_id = ?1 AND gone_at IS NULL AND "
                                "resulted_at IS NOT NULL ORDER BY "
                                "abs(resulted_at - ?2) LIMIT 1");
    }
    return NULL;
}

bool status_anchor(struct store *store, enum anchor_kind kind,
                   int64_t patient_id, instant now, bool *found, int64_t *id,
                   struct error *err)
{
    struct statement *one = anchor_statement(store, kind);
    bind_integer(one, 1, patient_id);
    bind_integer(one, 2, now);
    int got = statement_step(one, err);
    if (got < 0)
        return false;
    *found = got > 0;
    *id = got > 0 ? column_integer(one, 0) : 0;
    if (got > 0)
        statement_reset(one);
    return true;
}

bool status_feeds(struct store *store, status_feed_fn *fn, void *arg,
                  struct error *err)
{
    struct statement *all =
        statement(store, "SELECT name, last_at, rows, max_age FROM feed "
                         "ORDER BY last_at, name");
    int got;
    while ((got = statement_step(all, err)) > 0) {
        struct status_feed row = {
            .name = column_text(all, 0),
            .last_at = column_instant(all, 1),
            .rows = column_integer(all, 2),
            .max_age_ms = column_integer(all, 3),
        };
        if (!fn(arg, &row)) {
            statement_reset(all);
            return true;
        }
    }
    return got == 0;
}

/* Codes of base/outcome.h: 2..5 are proof of arrival, 21 is unknown. */
bool status_providers(struct store *store, instant since,
                      status_provider_fn *fn, void *arg, struct error *err)
{
    struct statement *all = statement(
        store, "SELECT driver, channel, count(*), sum(ended_at IS NULL), "
               "sum(outcome = 1), sum(outcome BETWEEN 2 AND 5), "
               "sum(outcome NOT IN (0, 1, 2, 3, 4, 5, 21)), sum(outcome = 21), "
               "max(submitted_at) FROM attempt WHERE submitted_at >= ?1 "
               "GROUP BY driver, channel ORDER BY driver, channel");
    bind_integer(all, 1, since);
    int got;
    while ((got = statement_step(all, err)) > 0) {
        struct status_provider row = {
            .name = column_text(all, 0),
            .channel = (enum channel)column_integer(all, 1),
            .submitted = column_integer(all, 2),
            .in_flight = column_integer(all, 3),
            .accepted = column_integer(all, 4),
            .delivered = column_integer(all, 5),
            .failed = column_integer(all, 6),
            .unknown = column_integer(all, 7),
            .last_at = column_instant(all, 8),
        };
        if (!fn(arg, &row)) {
            statement_reset(all);
            return true;
        }
    }
    return got == 0;
}
