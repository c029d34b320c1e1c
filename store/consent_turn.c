/* SPDX-License-Identifier: Apache-2.0 */
/* What a word about consent makes of the messages that are planned. */
#include "store/consent_own.h"

#include "base/text.h"

#include "store/ledger.h"
#include "store/outreach.h"
#include "store/patient.h"
#include "store/statement.h"

bool consent_channels_of(const struct opt *opt, struct consent_channels *out,
                         struct error *err)
{
    enum channel channel;
    *out = (struct consent_channels){.count = 1};
    if (!opt->channel) {
        for (int i = 0; i < CHANNEL_COUNT; i++)
            out->covers[i] = true;
        return true;
    }
    if (!channel_parse(opt->channel, &channel))
        return error_set(err, ERROR_USAGE,
                         "%s is not a channel: sms, email or voice",
                         opt->channel);
    out->names[0] = channel_name(channel);
    out->covers[channel] = true;
    if (!opt->only && channel != CHANNEL_EMAIL) {
        enum channel other =
            channel == CHANNEL_SMS ? CHANNEL_VOICE : CHANNEL_SMS;
        out->names[out->count++] = channel_name(other);
        out->covers[other] = true;
    }
    if (opt->every && !out->covers[CHANNEL_EMAIL]) {
        out->names[out->count++] = channel_name(CHANNEL_EMAIL);
        out->covers[CHANNEL_EMAIL] = true;
    }
    return true;
}

const char *consent_actor(const struct opt *opt)
{
    return opt->actor ? opt->actor : "engine";
}

static bool note_changed(struct store *store, const struct outreach *row,
                         struct error *err)
{
    struct statement *insert =
        statement(store, "INSERT OR IGNORE INTO dirty(kind, id) VALUES (?, ?)");
    bind_integer(insert, 1, row->anchor_kind);
    bind_integer(insert, 2, row->anchor_id);
    return statement_run(insert, err);
}

/* The purpose of a row's campaign, as it is launched. */
#define PURPOSE                                                        \
    "(SELECT json_extract(v.content, '$.campaign.purpose') FROM"       \
    " campaign c JOIN campaign_version v ON v.id = c.version_id WHERE" \
    " c.id = o.campaign_id AND json_valid(v.content))"

/* What a word about consent makes of messages: a refusal ends what is planned;
 * who lets us in gets what a refusal ended, and is not too late, planned again.
 */
struct turn {
    bool ends;
    enum outreach_state to;
    const char *reason;
};
static const struct turn turn_ends = {true, STATE_SUPPRESSED, "opt-out"};
static const struct turn turn_back = {false, STATE_PLANNED, "let in again"};

#define OF_CHANNELS                                                    \
    " AND CASE o.channel WHEN 0 THEN ?3 WHEN 1 THEN ?4 WHEN 2 THEN ?5" \
    " ELSE 0 END AND (?6 IS NULL OR ?6 = " PURPOSE ")"

/* The next message of a patient that turns so, by these channels and for this
 * purpose (NULL: all), behind `after`. */
static bool turned_next(struct store *store, int64_t patient_id,
                        const struct turn *turn,
                        const struct consent_channels *channels,
                        const char *purpose, instant now, int64_t after,
                        int64_t *id, struct error *err)
{
    struct statement *query =
        turn->ends
            ? statement(store, "SELECT min(id) FROM outreach o WHERE"
                               " patient_id = ?1 AND id > ?2 AND"
                               " state = 0" OF_CHANNELS)
            : statement(store,
                        "SELECT min(o.id) FROM outreach o JOIN campaign k ON"
                        " k.id = o.campaign_id AND k.state IN ('running',"
                        " 'paused') WHERE o.patient_id = ?1 AND o.id > ?2 AND"
                        " o.state = 5 AND o.reason = 'opt-out' AND o.attempts"
                        " = 0 AND coalesce(o.until_at > ?7, 1)" OF_CHANNELS);
    bind_integer(query, 1, patient_id);
    bind_integer(query, 2, after);
    bind_integer(query, 3, channels->covers[CHANNEL_SMS]);
    bind_integer(query, 4, channels->covers[CHANNEL_EMAIL]);
    bind_integer(query, 5, channels->covers[CHANNEL_VOICE]);
    bind_text(query, 6, purpose);
    if (!turn->ends)
        bind_integer(query, 7, now);
    if (statement_step(query, err) != 1)
        return false;
    *id = column_integer(query, 0);
    statement_reset(query);
    return true;
}

/* What is planned again asks the gate when it is due: whatever else stands,
 * stands. */
static bool messages_turn(struct store *store, int64_t patient_id,
                          const struct turn *turn,
                          const struct consent_channels *channels,
                          const struct opt *opt, instant now, int64_t *count,
                          struct error *err)
{
    int64_t id = 0;
    for (;;) {
        bool found;
        struct outreach row;
        if (!turned_next(store, patient_id, turn, channels, opt->purpose, now,
                         id, &id, err))
            return false;
        if (id == 0)
            return true;
        if (!outreach_read(store, id, &found, &row, err))
            return false;
        struct ledger_change change = ledger_from(&row);
        change.to = turn->to;
        change.reason = turn->reason;
        if (!turn->ends)
            change.due_at = row.planned_at > now ? row.planned_at : now;
        if (!ledger_change(store, &row, &change, err) ||
            !ledger_verdict(store, &row, state_name(change.to), change.reason,
                            consent_actor(opt), now, err) ||
            (turn->ends && !outreach_release(store, row.id, now, err)) ||
            !note_changed(store, &row, err))
            return false;
        ++*count;
    }
}

/* Who is not reached any more: the person, or of those who share the address
 * each that has no other one; and the minors that they are asked for. Who
 * comes of age today is left to the gate, which knows the zone. Behind ?4. */
#define NOT_REACHED                                                          \
    "WITH own(id) AS (SELECT ?1 WHERE ?1 UNION SELECT c.patient_id FROM "    \
    "contact_point c WHERE NOT ?1 AND c.value = ?2 AND c.gone_at IS NULL "   \
    "AND NOT EXISTS (SELECT 1 FROM contact_point o WHERE o.patient_id = "    \
    "c.patient_id AND o.kind = c.kind AND o.gone_at IS NULL AND o.value != " \
    "?2 AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.address = "      \
    "o.value AND s.lifted_at IS NULL AND s.purpose IS NULL))) SELECT "       \
    "min(id) FROM (SELECT id FROM own UNION SELECT d.id FROM patient d JOIN" \
    " own ON d.guardian_id = own.id WHERE coalesce(d.birth_on, d.born_by, "  \
    "'9999') > date(?3 / 1000, 'unixepoch', '-" PATIENT_ADULT_YEARS_SQL      \
    " years', '+1 day')) WHERE "                                             \
    "id > ?4"

bool consent_turn(struct store *store, int64_t patient_id, bool ends,
                  const struct consent_channels *channels,
                  const struct opt *opt, instant now, int64_t *count,
                  struct error *err)
{
    const struct turn *turn = ends ? &turn_ends : &turn_back;
    int64_t id = 0;
    for (;;) {
        struct statement *query = statement(store, NOT_REACHED);
        bind_integer(query, 1, patient_id);
        bind_text(query, 2, opt->address);
        bind_integer(query, 3, now);
        bind_integer(query, 4, id);
        if (statement_step(query, err) != 1)
            return false;
        id = column_integer(query, 0);
        statement_reset(query);
        if (id == 0)
            return true;
        if (!messages_turn(store, id, turn, channels, opt, now, count, err))
            return false;
    }
}

bool consent_refused(struct store *store, int64_t patient_id, instant now,
                     struct error *err)
{
    int64_t id = 0, count = 0;
    for (;;) {
        char channel[16], purpose[64];
        struct consent_channels channels;
        struct statement *query = statement(
            store, "SELECT id, channel, purpose FROM suppression WHERE "
                   "patient_id = ?1 AND address IS NULL AND lifted_at IS NULL "
                   "AND id > ?2 ORDER BY id LIMIT 1");
        bind_integer(query, 1, patient_id);
        bind_integer(query, 2, id);
        int step = statement_step(query, err);
        if (step != 1)
            return step == 0;
        id = column_integer(query, 0);
        const char *by = column_text(query, 1), *about = column_text(query, 2);
        text_copy(channel, sizeof(channel), by);
        text_copy(purpose, sizeof(purpose), about);
        const struct opt opt = {.patient_id = patient_id,
                                .channel = by ? channel : NULL,
                                .only = true,
                                .purpose = about ? purpose : NULL};
        statement_reset(query);
        if (!consent_channels_of(&opt, &channels, err) ||
            !consent_turn(store, patient_id, true, &channels, &opt, now, &count,
                          err))
            return false;
    }
}
