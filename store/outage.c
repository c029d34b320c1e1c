/* SPDX-License-Identifier: Apache-2.0 */
/* What an outage did, asked of the ledger, its attempts and the audit chain
 * (when a row was first looked at). Reads only; may scan. */
#include "store/outage.h"

#include "store/consent.h"
#include "store/entry.h"
#include "store/outreach_row.h"
#include "store/patient.h"
#include "store/statement.h"
#include "store/store.h"

/* Messages alone: a step that is a task stands on channel 15. */
_Static_assert(OUTREACH_TASK == 15, "the queries below name it");

/* The anchor is not what the row means any more. */
#define GONE(table)                                                \
    " NOT EXISTS (SELECT 1 FROM " table " WHERE id = o.anchor_id " \
    "AND occurrence = o.occurrence AND gone_at IS NULL)"
#define CALLED_OFF(table)                                       \
    " OR (SELECT status FROM " table " WHERE id = o.anchor_id)" \
    " IN ('cancelled', 'entered-in-error')"
#define ANCHOR_OVER                                       \
    " CASE o.anchor_kind WHEN 1 THEN" GONE("appointment") \
        CALLED_OFF("appointment") " WHEN 2 THEN" GONE(    \
            "fill") " WHEN 3 THEN" GONE("discharge")      \
            CALLED_OFF("discharge") " WHEN 5 THEN" GONE(  \
                "screening") " ELSE 0 END"
/* Nobody must call: what it was about is over, or the patient is. */
#define OVER                                                                  \
    " ((e.closed_at IS NOT NULL AND e.close_reason IS NOT '" ENTRY_CYCLE_OVER \
    "') OR p.gone_at IS NOT NULL OR p.deceased_at IS NOT NULL"                \
    " OR p.active = 0 OR EXISTS (SELECT 1 FROM restriction WHERE"             \
    " patient_id = p.id AND kind = 'no-contact' AND since_at <= ?2"           \
    " AND (until_at IS NULL OR until_at > ?2)) OR" ANCHOR_OVER ")"
#define ENTRY                                             \
    " LEFT JOIN entry e ON e.campaign_id = o.campaign_id" \
    " AND e.anchor_kind = o.anchor_kind"                  \
    " AND e.anchor_id = o.anchor_id AND e.occurrence = o.occurrence"
/* The columns of every kind; `late` is an expression. */
#define ROW(late)                                                             \
    "SELECT k.name, o.step, p.mrn, coalesce(" PATIENT_ZONE ", h.zone),"       \
    " o.anchor_kind,"                                                         \
    " CASE o.anchor_kind"                                                     \
    " WHEN 1 THEN (SELECT start_at FROM appointment WHERE id = o.anchor_id)"  \
    " WHEN 2 THEN (SELECT runs_out_at FROM fill WHERE id = o.anchor_id)"      \
    " WHEN 3 THEN (SELECT discharged_at FROM discharge WHERE"                 \
    " id = o.anchor_id)"                                                      \
    " WHEN 5 THEN (SELECT resulted_at FROM screening WHERE"                   \
    " id = o.anchor_id) END, o.planned_at, o.until_at, t.submitted_at, " late \
    ", o.state, o.channel, o.reason, EXISTS (SELECT 1 FROM outreach r"        \
    " INDEXED BY outreach_anchor WHERE r.anchor_kind = o.anchor_kind"         \
    " AND r.anchor_id = o.anchor_id AND r.campaign_id = o.campaign_id"        \
    " AND r.occurrence = o.occurrence AND r.state IN (2, 3)"                  \
    " AND r.channel != 15), w.id, w.owner," OVER ", o.id"                     \
    " FROM outreach o"                                                        \
    " JOIN campaign k ON k.id = o.campaign_id AND o.answers_at IS NULL"       \
    " JOIN patient p ON p.id = o.patient_id"                                  \
    " LEFT JOIN clinic h ON h.id = p.clinic_id" ENTRY                         \
    " LEFT JOIN attempt t ON t.id = (SELECT max(id) FROM attempt"             \
    " WHERE outreach_id = o.id)"                                              \
    " LEFT JOIN task w ON w.id = (SELECT max(id) FROM task"                   \
    " INDEXED BY task_patient WHERE patient_id = o.patient_id"                \
    " AND state IN ('open', 'taken') AND campaign_id IS o.campaign_id"        \
    " AND anchor_kind IS o.anchor_kind AND anchor_id IS o.anchor_id"          \
    " AND occurrence IS o.occurrence)"

/* The moment at which it could first have gone, `due` or later: what came in
 * behind its own moment, when it came; but what nobody looked for then, when it
 * was wanted. */
#define WANTED(due)                                                     \
    "max(" due ", CASE WHEN o.planned_at >= e.unseen_since THEN 0 ELSE" \
    " coalesce(e.entered_at, 0) END)"

/* Late when it was handed over so long after it was due; or when the first
 * look at it, which put it off, came so long after its own time. */
#define LATE_SQL                                                              \
    "WITH first(id, at) AS MATERIALIZED (SELECT CAST(substr(subject, 10) AS"  \
    " INTEGER), min(at) FROM audit WHERE action IN ('send', 'verdict')"       \
    " AND subject LIKE 'outreach %' GROUP BY subject HAVING min(at) >= ?1),"  \
    " late(id, ms) AS (SELECT id, max(ms) FROM (SELECT a.outreach_id AS id,"  \
    " a.submitted_at - " WANTED(                                              \
        "a.due_at") " AS ms"                                                  \
                    " FROM attempt a JOIN outreach o ON o.id = "              \
                    "a.outreach_id" ENTRY " WHERE a.submitted_at >= ?1 AND "  \
                    "a.due_at IS NOT NULL UNION ALL"                          \
                    " SELECT o.id, f.at - " WANTED(                           \
                        "o.planned_at") " FROM first f"                       \
                                        " JOIN outreach o ON o.id = "         \
                                        "f.id" ENTRY                          \
                                        ") GROUP BY id HAVING max(ms) > "     \
                                        "?3) " ROW(                           \
                                            "l.ms") " JOIN late l ON l.id = " \
                                                    "o.id WHERE ?2 > 0 AND "  \
                                                    "o.channel != 15"         \
                                                    " AND o.state IN (0, 1, " \
                                                    "2, 3) ORDER BY l.ms "    \
                                                    "DESC, o.id"

static struct statement *query_of(struct store *store, enum outage_kind kind)
{
    switch (kind) {
    case OUTAGE_LATE:
        return statement(store, LATE_SQL);
    case OUTAGE_WAITING:
        return statement(store,
                         ROW("?2 - o.due_at") " WHERE ?1 > 0 AND o.state = 0"
                                              " AND o.channel != 15"
                                              " AND o.due_at < ?2 - ?3"
                                              " AND k.state = 'running'"
                                              " ORDER BY o.due_at, o.id");
    case OUTAGE_DROPPED:
        return statement(store, ROW("?3") " WHERE o.state = 6"
                                          " AND o.channel != 15 AND"
                                          " coalesce(o.until_at, o.planned_at)"
                                          " >= ?1" /* ahead, too: a clock
                                                      was wrong */
                                          " ORDER BY o.planned_at, o.id");
    case OUTAGE_UNKNOWN:
        return statement(store, ROW("?3") " WHERE ?1 > 0 AND ?2 > 0"
                                          " AND o.state = 9"
                                          " ORDER BY o.planned_at, o.id");
    case OUTAGE_FAILED:
        return statement(store,
                         ROW("?3") " WHERE o.state = 4 AND o.channel != 15"
                                   " AND coalesce(t.submitted_at, o.until_at,"
                                   " o.planned_at) >= ?1"
                                   " AND o.planned_at <= ?2"
                                   " ORDER BY o.planned_at, o.id");
    case OUTAGE_KINDS:
        break;
    }
    PANIC("no such kind: %d", (int)kind);
}

bool outage_rows(struct store *store, enum outage_kind kind, instant since,
                 instant now, int64_t tolerance_ms, outage_fn *fn, void *arg,
                 struct error *err)
{
    struct statement *query = query_of(store, kind);
    bool timed = kind == OUTAGE_LATE || kind == OUTAGE_WAITING;
    bind_integer(query, 1, since);
    bind_integer(query, 2, now);
    bind_integer(query, 3, tolerance_ms);
    int step;
    while ((step = statement_step(query, err)) == 1) {
        struct outage_row row = {
            .campaign = column_text(query, 0),
            .step = column_text(query, 1),
            .mrn = column_text(query, 2),
            .zone = column_text(query, 3),
            .anchor_kind = (enum anchor_kind)column_integer(query, 4),
            .anchor_at = column_instant(query, 5),
            .planned_at = column_integer(query, 6),
            .until_at = column_instant(query, 7),
            .sent_at = column_instant(query, 8),
            .late_ms = timed ? column_integer(query, 9) : 0,
            .state = (enum outreach_state)column_integer(query, 10),
            .channel = (int)column_integer(query, 11),
            .reason = column_text(query, 12),
            .reached = column_integer(query, 13) != 0,
            .task_id = column_integer(query, 14),
            .task_owner = column_text(query, 15),
            .over = column_integer(query, 16) != 0,
            .outreach_id = column_integer(query, 17),
        };
        fn(arg, &row);
    }
    return step == 0;
}

/* Whom a person would call is the patient, or a minor's guardian; what holds
 * of either binds. */
#define MINOR PATIENT_IS_MINOR("p", "?2")
#define CALL_SQL                                                              \
    "WITH about(patient, called, purpose) AS (SELECT p.id, CASE WHEN"         \
    " p.guardian_id IS NOT NULL AND " MINOR " THEN p.guardian_id"             \
    " ELSE p.id END, json_extract(v.content, '$.campaign.purpose')"           \
    " FROM outreach o JOIN patient p ON p.id = o.patient_id"                  \
    " JOIN campaign k ON k.id = o.campaign_id"                                \
    " LEFT JOIN campaign_version v ON v.id = k.version_id WHERE o.id = ?1),"  \
    " bound(person, kind, value) AS (SELECT r.patient_id, r.kind, r.value "   \
    "FROM restriction r, about"                                               \
    " WHERE r.patient_id IN (patient, called) AND r.since_at <= ?2"           \
    " AND (r.until_at IS NULL OR r.until_at > ?2)),"                          \
    " refused(person, address, reason) AS (SELECT iif(" CONSENT_NOT_THEIRS    \
    ", NULL, s.patient_id), s.address,"                                       \
    " s.reason FROM suppression s, about WHERE s.lifted_at IS NULL"           \
    " AND (s.channel IS NULL OR s.channel = 'voice')"                         \
    " AND (s.purpose IS NULL OR s.purpose = about.purpose)"                   \
    " AND (s.patient_id IN (patient, called) OR NOT " CONSENT_NOT_THEIRS      \
    " AND s.address IN (SELECT value"                                         \
    " FROM contact_point WHERE patient_id IN (patient, called))))"            \
    " SELECT EXISTS (SELECT 1 FROM refused WHERE reason = 'opt-out'),"        \
    " EXISTS (SELECT 1 FROM refused WHERE person IS NOT NULL)"                \
    " OR EXISTS (SELECT 1 FROM bound WHERE kind = 'no-contact'"               \
    " OR (kind = 'no-channel' AND value = 'voice'))"                          \
    " OR EXISTS (SELECT 1 FROM bound b WHERE kind = 'only-channel'"           \
    " AND NOT EXISTS (SELECT 1 FROM bound c WHERE c.person = b.person"        \
    " AND c.kind = b.kind AND c.value = 'voice')),"                           \
    " EXISTS (SELECT 1 FROM contact_point n, about WHERE n.patient_id ="      \
    " called AND n.kind = 'phone' AND n.gone_at IS NULL AND n.bad_at IS NULL" \
    " AND NOT (n.reassigned IS 'yes' AND coalesce(n.verified_at, 0) <"        \
    " n.reassigned_at) AND n.value NOT IN (SELECT address FROM refused WHERE" \
    " address IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM bound b WHERE"       \
    " b.kind = 'only-address' AND NOT EXISTS (SELECT 1 FROM bound c WHERE"    \
    " c.person = b.person AND c.kind = b.kind AND c.value = n.value)))"

bool outage_call(struct store *store, int64_t outreach_id, instant now,
                 enum outage_call *out, struct error *err)
{
    struct statement *query = statement(store, CALL_SQL);
    bind_integer(query, 1, outreach_id);
    bind_integer(query, 2, now);
    if (statement_step(query, err) < 0)
        return false;
    *out = column_integer(query, 0)   ? CALL_STOP
           : column_integer(query, 1) ? CALL_BARRED
           : column_integer(query, 2) ? CALL_THEM
                                      : CALL_NOWHERE;
    statement_reset(query);
    return true;
}
