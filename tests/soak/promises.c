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

/* Telling
 * --------------------------------------------------------------------- */

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

/* Whether all the clocks of a message are in their hours: those of the patient,
 * of the number and of a guardian (L-8, L-10). */
struct clocks {
    char zones[300];
    const char *states[2];
    int from;
};

static void clocks_read(struct statement *row, struct clocks *out)
{
    const char *zones[3], *state = column_text(row, 5);
    for (int i = 0; i < 3; i++)
        zones[i] = column_text(row, 2 + i) ? column_text(row, 2 + i) : "";
    snprintf(out->zones, sizeof(out->zones), "%s %s %s", zones[0], zones[1],
             zones[2]);
    out->states[0] = state ? state : "";
    out->states[1] = column_text(row, 6) ? column_text(row, 6) : "";
    out->from = (int)column_integer(row, 7);
}

/* The zone that is closed then, or NULL; `count` how many there are. */
static const char *closed_in(struct clocks *clocks, instant at, int *count)
{
    static char found[64];
    char zones[300], *rest = NULL;
    memcpy(zones, clocks->zones, sizeof(zones));
    *count = 0;
    for (char *zone = strtok_r(zones, " ", &rest); zone;
         zone = strtok_r(NULL, " ", &rest)) {
        snprintf(found, sizeof(found), "%s", zone);
        ++*count;
        for (int i = 0; i < 2; i++)
            if (!may_be_reached(zone, clocks->states[i], clocks->from, at))
                return found;
    }
    return NULL;
}

/* When it left, and as long as the carrier may keep it (S-12). */
static bool check_hours(struct life *life, struct statement *row)
{
    char when[CIVIL_TEXT_MAX];
    struct clocks clocks;
    int count;
    long long id = (long long)column_integer(row, 0);
    instant at = column_instant(row, 1);
    clocks_read(row, &clocks);
    const char *closed = closed_in(&clocks, at, &count);
    if (closed)
        return life_broken(life, "attempt %lld left at %s, closed in %s", id,
                           civil_utc_text(at, when), closed);
    bool rings = column_integer(row, 8) != 1;
    if (count == 0 && (clocks.states[0][0] || clocks.states[1][0]))
        return true; /* the state says where: hours are the engine's to know */
    if (count == 0)
        return !rings || life_broken(life,
                                     "attempt %lld left, and nobody knows"
                                     " what time it is there",
                                     id);
    instant valid = id < LIFE_SENT_MAX ? life->valid_until[id] : 0;
    if (valid == 0) /* not handed over yet */
        return true;
    closed = closed_in(&clocks, valid - 1, &count);
    if (closed || valid - at > 12 * HOUR_MS)
        return life_broken(life,
                           "attempt %lld may come as late as %s, closed"
                           " in %s",
                           id, civil_utc_text(valid, when),
                           closed ? closed : "between");
    return column_integer(row, 9) == 0 || valid <= column_instant(row, 9) ||
           life_broken(life, "attempt %lld may come after its until", id);
}

/* The trial's step that a closed moment drops: that was seen, unless the
 * machine slept, all was paused, or the row came too late; and of those whose
 * clock is still the one that it was then. */
static bool check_dropped(struct life *life, struct statement *row)
{
    struct clocks clocks;
    int count;
    if (!column_integer(row, 10))
        return true;
    clocks_read(row, &clocks);
    return !closed_in(&clocks, column_instant(row, 11), &count) ||
           life_broken(life, "attempt %lld left, though its moment was closed",
                       (long long)column_integer(row, 0));
}

static bool new_messages(struct life *life)
{
    struct error err = {0};
    struct statement *all = statement(
        life->store,
        "SELECT t.id, t.submitted_at, p.zone, (SELECT c.zones FROM"
        " contact_point c WHERE c.value = t.address AND c.patient_id = r.id),"
        " r.zone, p.state, r.state, max(coalesce(p.contact_from, 0),"
        " coalesce(r.contact_from, 0)), t.channel, coalesce(o.until_at, 0),"
        " o.step = 'drop' AND o.occurrence = 0 AND NOT EXISTS (SELECT 1 FROM"
        " soak_blind b WHERE o.planned_at BETWEEN b.from_at AND b.until_at) AND"
        " NOT EXISTS (SELECT 1 FROM soak_changes c WHERE c.outreach_id = o.id"
        " AND c.to_state = 7) AND p.guardian_id IS NULL AND NOT EXISTS (SELECT"
        " 1 FROM soak_moved m WHERE m.patient_id = p.id), o.planned_at,"
        " s.wrong, EXISTS (SELECT 1 FROM audit u WHERE u.subject = 'outreach '"
        " || o.id AND u.action = 'send' AND u.detail LIKE 'attempt ' || t.id ||"
        " ' %'), o.answers_at IS NOT NULL FROM attempt t JOIN outreach o ON "
        "o.id = t.outreach_id JOIN"
        " patient p ON p.id = t.patient_id JOIN patient r ON r.id = CASE WHEN"
        " p.guardian_id IS NOT NULL AND p.birth_on > '2009' THEN p.guardian_id"
        " ELSE p.id END JOIN soak_sent s ON s.attempt_id = t.id WHERE t.id > ?"
        " ORDER BY t.id");
    bind_integer(all, 1, life->checked_attempt);
    int got;
    bool ok = true;
    while (ok && (got = statement_step(all, &err)) > 0) {
        life->checked_attempt = column_integer(all, 0);
        if (column_text(all, 12)) {
            char wrong[100];
            snprintf(wrong, sizeof(wrong), "left although %s: attempt",
                     column_text(all, 12));
            ok = tell(life, wrong, of_attempt, life->checked_attempt);
        } else if (!column_integer(all, 13))
            ok = life_broken(life, "attempt %lld is not in the audit",
                             (long long)life->checked_attempt);
        bool answers = column_integer(all, 14) != 0; /* at any hour */
        ok = ok &&
             (answers || (check_hours(life, all) && check_dropped(life, all)));
    }
    statement_reset(all);
    return ok;
}

/* Changes of state ------------------------------------------------------------
 */

/* Told a second time (store/ledger.h has the first): by number, a letter for
 * each state that may follow. */
static const char *const follows[STATE_COUNT] = {
    [STATE_PLANNED] = "0123456"
                      "78",
    [STATE_SUBMITTING] = "0234569",
    [STATE_ACCEPTED] = "0234569",
    [STATE_DELIVERED] = "",
    [STATE_FAILED] = "",
    [STATE_SUPPRESSED] = "0",
    [STATE_EXPIRED] = "0",
    [STATE_CANCELLED] = "0",
    [STATE_MERGED] = "0",
    [STATE_UNKNOWN] = "012345"
                      "69",
};

static bool new_changes(struct life *life)
{
    struct error err = {0};
    struct statement *all = statement(
        life->store,
        "SELECT s.id, outreach_id, from_state, to_state, from_state !="
        " to_state AND to_state BETWEEN 4 AND 7 AND s.reason IS NOT 'opt-out'"
        " AND NOT EXISTS (SELECT 1 FROM audit u WHERE u.subject = 'outreach '"
        " || outreach_id AND u.action = 'verdict') FROM soak_changes s WHERE"
        " s.id > ? ORDER BY s.id");
    bind_integer(all, 1, life->checked_change);
    bool ok = true;
    while (ok && statement_step(all, &err) > 0) {
        enum outreach_state from = (enum outreach_state)column_integer(all, 2);
        enum outreach_state to = (enum outreach_state)column_integer(all, 3);
        life->checked_change = column_integer(all, 0);
        life->coverage->transitions[from][to]++;
        if (column_integer(all, 4))
            ok = life_broken(life,
                             "outreach %lld became %s, and the audit does"
                             " not say so",
                             (long long)column_integer(all, 1), state_name(to));
        if (!strchr(follows[from], '0' + (int)to))
            ok = life_broken(life, "outreach %lld went from %s to %s",
                             (long long)column_integer(all, 1),
                             state_name(from), state_name(to));
    }
    statement_reset(all);
    return ok;
}

/* At any time, and at the end ------------------------------------------------
 */

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

/* Those campaigns whose people must be told of it. */
#define TELLS "('post-discharge', 'result-ready', 'trial')"

static const char of_outrun[] =
    "SELECT k.name || '/' || o.step || ' of ' || datetime(t.submitted_at /"
    " 1000, 'unixepoch') || ', instead of outreach ' || q.id || ' ' || j.name"
    " || '/' || q.step || ', planned for ' || datetime(q.planned_at / 1000, "
    "'unixepoch') || ' '"
    " || coalesce(q.reason, '') || '; ' || coalesce(q.rungs, '') FROM attempt "
    "t JOIN"
    " outreach o ON o.id = t.outreach_id JOIN campaign k ON k.id ="
    " o.campaign_id JOIN soak_sent s ON s.attempt_id = t.id JOIN outreach q ON"
    " q.id = s.rival JOIN campaign j ON j.id = q.campaign_id WHERE t.id = ?";
/* A less urgent message took the place of one that was then held for its cap,
 * and for no other message (S-14); nor for its hours, and not when it had been
 * over for a while in between, or when its patient consented only since: until
 * then it could not go, and kept no place. */
static const char outrun[] =
    "SELECT coalesce(min(s.attempt_id), 0) FROM soak_sent s JOIN attempt t ON"
    " t.id = s.attempt_id JOIN audit u ON u.subject = 'outreach ' || s.rival"
    " WHERE s.rival IS NOT NULL AND t.counts AND u.action = 'verdict' AND"
    " u.detail LIKE 'held: cap-day: 1 a day for the patient%' AND u.detail NOT"
    " LIKE '%cap-week%' AND u.detail NOT LIKE '%quiet-hours%' AND u.at BETWEEN"
    " t.submitted_at AND t.submitted_at + 86400000 AND NOT EXISTS (SELECT 1"
    " FROM audit c WHERE c.subject = u.subject AND c.action = 'verdict' AND"
    " c.detail LIKE 'cancelled:%' AND c.at BETWEEN t.submitted_at AND u.at)"
    " AND NOT EXISTS (SELECT 1 FROM consent g JOIN patient p ON g.patient_id IN"
    " (p.id, p.guardian_id) WHERE p.id = t.patient_id AND g.verdict = 'granted'"
    " AND g.at BETWEEN t.submitted_at AND u.at)"
    " AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.patient_id ="
    " t.patient_id AND a.id != t.id AND a.channel != 1 AND a.submitted_at"
    " BETWEEN u.at - 90000000 AND u.at)";

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

/* Whatever moved, and nobody held it: it is due at half past nine where the
 * patient is now, once the engine has heard of all that changed; what a wrong
 * clock had ended is due when that is found. */
static bool timed_anew(struct life *life)
{
    struct error err = {0};
    struct statement *all = statement(
        life->store,
        "SELECT o.id, o.due_at, p.zone FROM outreach o JOIN campaign k ON k.id"
        " = o.campaign_id JOIN patient p ON p.id = o.patient_id WHERE o.state ="
        " 0 AND k.name = 'trial' AND o.step = 'who' AND o.attempts = 0 AND"
        " o.tried = 0 AND o.reason IS NULL AND p.zone IS NOT NULL AND NOT"
        " EXISTS (SELECT 1 FROM dirty) AND NOT EXISTS (SELECT 1 FROM"
        " soak_late) AND NOT EXISTS (SELECT 1 FROM audit u WHERE u.subject ="
        " 'outreach ' || o.id AND u.detail LIKE 'planned: the clock was%')");
    bool ok = true;
    while (ok && statement_step(all, &err) > 0) {
        const struct zone *zone = zone_find(column_text(all, 2));
        struct civil wall = {0};
        if (zone)
            wall = zone_local(zone, column_instant(all, 1));
        if (zone && wall.hour * 60 + wall.minute != 570)
            ok = life_broken(life, "outreach %lld is due at %d:%02d in %s",
                             (long long)column_integer(all, 0), wall.hour,
                             wall.minute, column_text(all, 2));
    }
    statement_reset(all);
    return ok;
}

bool promises_hold(struct life *life)
{
    return !life->broken[0] && timed_anew(life) && new_changes(life) &&
           new_messages(life) &&
           none(life, "planned, and never looked at again: outreach",
                of_outreach,
                "SELECT coalesce(min(id), 0) FROM outreach INDEXED BY"
                " soak_lost WHERE state = 0 AND due_at IS NULL") &&
           none(life, "older news moved attempt", of_attempt,
                "SELECT coalesce(min(attempt_id), 0) FROM soak_older") &&
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
           none(life, "a less urgent message took the place: attempt",
                of_outrun, outrun) &&
           none(life, "still under way: outreach", of_outreach,
                "SELECT coalesce(min(id), 0) FROM outreach WHERE state = 1") &&
           overdue_none(life) &&
           none(life, "merged into what is not over: outreach", of_outreach,
                "SELECT coalesce(min(o.id), 0) FROM outreach o JOIN outreach l"
                " ON l.id = o.merged_into WHERE o.state = 8 AND l.state IN (0,"
                " 1)") &&
           none(life, "nobody heard what was written: reply",
                "SELECT intent || ': ' || coalesce(body, '') FROM reply WHERE"
                " id = ?",
                "SELECT coalesce(min(r.id), 0) FROM reply r WHERE r.intent NOT"
                " IN ('opt-out', 'opt-in', 'help', 'repeat', 'acknowledged') "
                "AND NOT EXISTS "
                "(SELECT 1"
                " FROM task t WHERE t.kind = 'reply' AND t.name = 'reply ' ||"
                " r.id) AND NOT EXISTS (SELECT 1 FROM response s WHERE"
                " s.reply_id = r.id)") &&
           /* A required person is told; of a moment that had passed at first
            * only where nothing was to follow it, and not of a STOP where what
            * the message was about ended within 36 hours (the notes of changes
            * come late here; 90 minutes for a clock set back), or during
            * the same pause. */
           none(life, "nobody was reached and no task opened: outreach",
                of_outreach,
                "SELECT coalesce(min(o.id), 0) FROM outreach o JOIN campaign k"
                " ON k.id = o.campaign_id WHERE k.name IN " TELLS " AND"
                " o.channel != 15 AND o.answers_at IS NULL AND o.state IN (4,"
                " 5, 6, 9) AND NOT EXISTS (SELECT 1 FROM task t WHERE"
                " t.campaign_id = o.campaign_id AND t.anchor_kind ="
                " o.anchor_kind AND t.anchor_id = o.anchor_id AND t.occurrence"
                " = o.occurrence AND t.kind IN ('not-reached', 'unknown')) AND"
                " NOT EXISTS (SELECT 1 FROM outreach r WHERE r.campaign_id ="
                " o.campaign_id AND r.anchor_id = o.anchor_id AND r.occurrence"
                " = o.occurrence AND r.channel != 15 AND r.state IN (2, 3))"
                " AND NOT EXISTS (SELECT 1 FROM entry e JOIN audit u ON u.at"
                " BETWEEN e.closed_at - 129600000 AND e.closed_at + 5400000 OR"
                " u.detail ="
                " 'held: paused' AND e.closed_at > u.at WHERE e.campaign_id = "
                "o.campaign_id AND"
                " e.anchor_id = o.anchor_id AND e.occurrence = o.occurrence AND"
                " u.subject = 'outreach ' || o.id AND u.action = 'verdict')"
                " AND (o.reason != 'its moment had passed' OR k.name ="
                " 'post-discharge' AND NOT EXISTS"
                " (SELECT 1 FROM outreach r WHERE r.campaign_id ="
                " o.campaign_id AND r.anchor_id = o.anchor_id AND r.occurrence"
                " = o.occurrence AND r.channel != 15 AND r.reason IS NOT"
                " 'its moment had passed'))");
}
