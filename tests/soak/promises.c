/* SPDX-License-Identifier: Apache-2.0 */
/* The promises, told again in another way than the engine keeps them: from
 * the rows, from triggers of our own and from what the carrier took. */
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/zone.h"
#include "store/ledger.h"
#include "store/statement.h"

#include "tests/soak/life.h"

/* Hours (L-7, L-8, L-9, L-10)
 * ---------------------------------------------------
 */

/* Minutes of the day in which somebody in this state may be reached: the
 * organisation's 9 to 20, narrowed by what policy/us.json says of the states
 * that live in a soak run. */
static void hours_of(const char *state, int weekday, bool holiday, int *from,
                     int *to)
{
    *from = 540;
    *to = 1200;
    if (strcmp(state, "AL") == 0 && (weekday == 7 || holiday))
        *to = *from; /* none */
    if (strcmp(state, "TX") == 0 && weekday == 7 && !holiday)
        *from = 720;
}

/* Of policy/us.json, those in the days that are lived. */
static bool is_holiday(struct civil_date date)
{
    static const struct civil_date days[] = {
        {2026, 10, 12}, {2026, 11, 11}, {2026, 11, 26}, {2026, 12, 25},
        {2027, 1, 1},   {2027, 1, 18},  {2027, 2, 15},
    };
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
        if (civil_compare(days[i], date) == 0)
            return true;
    return false;
}

static bool may_be_reached(const char *zone_name, const char *state,
                           int contact_from, instant at)
{
    const struct zone *zone = zone_find(zone_name);
    int from, to;
    if (!zone)
        return false;
    struct civil wall = zone_local(zone, at);
    int minute = wall.hour * 60 + wall.minute;
    hours_of(state, civil_weekday(wall.date), is_holiday(wall.date), &from,
             &to);
    if (contact_from > from)
        from = contact_from;
    return minute >= from && minute < to;
}

/* One message against the clocks of its patient and of the number. */
static bool check_hours(struct life *life, struct statement *row)
{
    char zones[200], *rest = NULL;
    snprintf(zones, sizeof(zones), "%s %s", column_text(row, 2),
             column_text(row, 3) ? column_text(row, 3) : "");
    for (char *zone = strtok_r(zones, " ", &rest); zone;
         zone = strtok_r(NULL, " ", &rest)) {
        char when[CIVIL_TEXT_MAX];
        instant at = column_instant(row, 1);
        if (!may_be_reached(zone, column_text(row, 4),
                            (int)column_integer(row, 5), at))
            return life_broken(life, "attempt %lld left at %s, closed in %s",
                               (long long)column_integer(row, 0),
                               civil_utc_text(at, when), zone);
    }
    return true;
}

static bool new_messages(struct life *life)
{
    struct error err = {0};
    struct statement *all = statement(
        life->store,
        "SELECT t.id, t.submitted_at, p.zone, (SELECT c.zones FROM"
        " contact_point c WHERE c.value = t.address LIMIT 1), p.state,"
        " coalesce(p.contact_from, 0), s.wrong FROM attempt t JOIN patient p"
        " ON p.id = t.patient_id JOIN soak_sent s ON s.attempt_id = t.id WHERE"
        " t.id > ? ORDER BY t.id");
    bind_integer(all, 1, life->checked_attempt);
    int got;
    bool ok = true;
    while (ok && (got = statement_step(all, &err)) > 0) {
        life->checked_attempt = column_integer(all, 0);
        if (column_text(all, 6))
            ok = life_broken(life, "attempt %lld left although %s",
                             (long long)life->checked_attempt,
                             column_text(all, 6));
        ok = ok && check_hours(life, all);
    }
    statement_reset(all);
    return ok;
}

/* Changes of state ------------------------------------------------------------
 */

static bool new_changes(struct life *life)
{
    struct error err = {0};
    struct statement *all =
        statement(life->store, "SELECT id, outreach_id, from_state, to_state"
                               " FROM soak_changes WHERE id > ? ORDER BY id");
    bind_integer(all, 1, life->checked_change);
    bool ok = true;
    while (ok && statement_step(all, &err) > 0) {
        enum outreach_state from = (enum outreach_state)column_integer(all, 2);
        enum outreach_state to = (enum outreach_state)column_integer(all, 3);
        life->checked_change = column_integer(all, 0);
        life->coverage->transitions[from][to]++;
        if (!ledger_allows(from, to))
            ok = life_broken(life, "outreach %lld went from %s to %s",
                             (long long)column_integer(all, 1),
                             state_name(from), state_name(to));
    }
    statement_reset(all);
    return ok;
}

/* Caps (L-4.6, L-5, L-6)
 * --------------------------------------------------------
 */

/* What a row says of itself. */
static const char of_outreach[] =
    "SELECT k.name || '/' || o.step || ' ' || o.state || ' ' ||"
    " coalesce(o.reason, '') || ', due ' || coalesce(datetime(o.due_at / 1000,"
    " 'unixepoch'), '-') FROM outreach o JOIN campaign k ON k.id ="
    " o.campaign_id WHERE o.id = ?";
/* With those that went to the same patient or number in the day before. */
static const char of_attempt[] =
    "SELECT group_concat(k.name || '/' || o.step || ' (outreach ' || o.id ||"
    " ', patient ' || t.patient_id || ') over ' || t.channel || ' at ' ||"
    " datetime(t.submitted_at / 1000, 'unixepoch') || ' outcome ' ||"
    " t.outcome || ' counts ' || t.counts, '; ') FROM attempt n JOIN attempt t "
    "ON (t.patient_id ="
    " n.patient_id OR t.address = n.address) AND t.submitted_at BETWEEN"
    " n.submitted_at - 86400000 AND n.submitted_at JOIN outreach o ON o.id ="
    " t.outreach_id JOIN campaign k ON k.id = o.campaign_id WHERE n.id = ?";

/* The first row that should not be, and what it says of itself. */
static bool tell(struct life *life, const char *promise, const char *more_sql,
                 int64_t found)
{
    struct error err = {0};
    if (found == 0)
        return true;
    struct statement *row = statement(life->store, more_sql);
    bind_integer(row, 1, found);
    const char *more =
        statement_step(row, &err) == 1 ? column_text(row, 0) : "";
    life_broken(life, "%s: %lld (%s)", promise, (long long)found, more);
    statement_reset(row);
    return false;
}

static bool none(struct life *life, const char *promise, const char *more_sql,
                 const char *sql)
{
    struct error err = {0};
    struct statement *row = statement(life->store, sql);
    if (statement_step(row, &err) != 1)
        return life_broken(life, "cannot ask: %s", err.text);
    int64_t found = column_integer(row, 0);
    statement_reset(row);
    return tell(life, promise, more_sql, found);
}

/* Texts and calls together, a rolling day and week, patient and number. What
 * a patient of several records got counts since the merge. An urgent message
 * to somebody who consented may be one too many (policy/us.json, L-6). */
#define URGENT(b)                                                         \
    " AND NOT EXISTS (SELECT 1 FROM outreach o JOIN campaign k ON k.id =" \
    " o.campaign_id JOIN patient p ON p.id = o.patient_id JOIN consent c" \
    " ON c.patient_id IN (p.id, p.guardian_id) WHERE o.id = " b           \
    ".outreach_id AND k.priority = 0 AND c.verdict = 'granted' AND c.at"  \
    " <= " b ".submitted_at)"
static const char two_a_day_patient[] =
    "SELECT coalesce(min(b.id), 0) FROM attempt a JOIN attempt b ON"
    " b.patient_id = a.patient_id AND b.id > a.id AND b.submitted_at -"
    " a.submitted_at < 86400000 WHERE a.channel != 1 AND b.channel != 1 AND"
    " a.counts AND b.counts AND NOT EXISTS (SELECT 1 FROM patient m WHERE"
    " m.merged_into = a.patient_id)" URGENT("b");
static const char two_a_day_number[] =
    "SELECT coalesce(min(b.id), 0) FROM attempt a JOIN attempt b ON"
    " b.address = a.address AND b.id > a.id AND b.submitted_at -"
    " a.submitted_at < 86400000 WHERE a.channel != 1 AND b.channel != 1 AND"
    " a.counts AND b.counts" URGENT("b");
/* The fourth and later in the week before it. */
static const char four_a_week[] =
    "SELECT coalesce(min(b.id), 0) FROM attempt b WHERE b.counts AND"
    " b.channel != 1 AND (SELECT count(*) FROM attempt a WHERE a.address ="
    " b.address AND a.counts AND a.channel != 1 AND a.id < b.id AND"
    " a.submitted_at > b.submitted_at - 604800000) > 2" URGENT("b");

/* The carrier works again for ten days: what was due went or ended. */
static bool overdue_none(struct life *life)
{
    int64_t found =
        life_number(life,
                    "SELECT coalesce(min(id), 0) FROM outreach WHERE state IN"
                    " (0, 9) AND due_at < %lld",
                    (long long)(life->now - 24 * HOUR_MS));
    return tell(life, "due and not looked at: outreach", of_outreach, found);
}

bool promises_hold(struct life *life)
{
    return !life->broken[0] && new_changes(life) && new_messages(life) &&
           none(life, "planned, and never looked at again: outreach",
                of_outreach,
                "SELECT coalesce(min(id), 0) FROM outreach INDEXED BY"
                " soak_lost WHERE state = 0 AND due_at IS NULL") &&
           none(life, "left without an attempt: outreach", of_outreach,
                "SELECT coalesce(min(id), 0) FROM outreach o INDEXED BY"
                " soak_left WHERE (state = 1 OR state = 2 OR state = 9) AND"
                " channel != 15 AND NOT EXISTS (SELECT 1 FROM attempt a WHERE "
                "a.outreach_id = o.id)") &&
           none(life, "merged into nothing: outreach", of_outreach,
                "SELECT coalesce(min(id), 0) FROM outreach INDEXED BY"
                " soak_merged WHERE state = 8 AND merged_into IS NULL") &&
           none(life, "an end without a reason: outreach", of_outreach,
                "SELECT coalesce(min(id), 0) FROM outreach INDEXED BY"
                " soak_silent WHERE state BETWEEN 4 AND 7 AND reason IS NULL");
}

bool promises_hold_at_the_end(struct life *life)
{
    return promises_hold(life) &&
           none(life, "two texts or calls in a day for a patient: attempt",
                of_attempt, two_a_day_patient) &&
           none(life, "two texts or calls in a day for a number: attempt",
                of_attempt, two_a_day_number) &&
           none(life, "four texts or calls in a week for a number: attempt",
                of_attempt, four_a_week) &&
           none(life, "still under way: outreach", of_outreach,
                "SELECT coalesce(min(id), 0) FROM outreach WHERE state = 1") &&
           overdue_none(life) &&
           none(life, "merged into what is not over: outreach", of_outreach,
                "SELECT coalesce(min(o.id), 0) FROM outreach o JOIN outreach l"
                " ON l.id = o.merged_into WHERE o.state = 8 AND l.state IN (0,"
                " 1)") &&
           /* A required person is told; of a moment that had passed at first
            * only where nothing was to follow it. */
           none(life, "nobody was reached and no task opened: outreach",
                of_outreach,
                "SELECT coalesce(min(o.id), 0) FROM outreach o JOIN campaign k"
                " ON k.id = o.campaign_id WHERE k.name = 'post-discharge' AND"
                " o.channel != 15 AND o.step != 'if silent' AND o.state IN (4,"
                " 5, 6, 9) AND NOT EXISTS (SELECT 1 FROM task t WHERE"
                " t.campaign_id = o.campaign_id AND t.anchor_kind ="
                " o.anchor_kind AND t.anchor_id = o.anchor_id AND t.occurrence"
                " = o.occurrence AND t.kind IN ('not-reached', 'unknown')) AND"
                " NOT EXISTS (SELECT 1 FROM outreach r WHERE r.campaign_id ="
                " o.campaign_id AND r.anchor_id = o.anchor_id AND r.occurrence"
                " = o.occurrence AND r.channel != 15 AND r.state IN (2, 3))"
                " AND (o.reason != 'its moment had passed' OR NOT EXISTS"
                " (SELECT 1 FROM outreach r WHERE r.campaign_id ="
                " o.campaign_id AND r.anchor_id = o.anchor_id AND r.occurrence"
                " = o.occurrence AND r.channel != 15 AND r.reason IS NOT"
                " 'its moment had passed'))");
}
