/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies as they came, and what they can belong to. Decides nothing about
 * their meaning.
 */
#include "store/reply.h"

#include "base/text.h"

#include "store/holder.h"
#include "store/statement.h"

bool reply_add(struct store *store, const struct reply *reply, int64_t *id,
               bool *fresh, struct error *err)
{
    struct statement *add = statement(
        store, "INSERT INTO reply (channel, address, provider_id, "
               "received_at, body, patient_id, outreach_id, intent, provider) "
               "VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, 0), nullif(?7, 0), ?8, "
               "?9) ON CONFLICT (provider_id, provider) DO NOTHING");
    bind_integer(add, 1, reply->channel);
    bind_text(add, 2, reply->address);
    bind_text(add, 3, reply->provider_id);
    bind_integer(add, 4, reply->received_at);
    bind_text(add, 5, reply->body);
    bind_integer(add, 6, reply->patient_id);
    bind_integer(add, 7, reply->outreach_id);
    bind_text(add, 8, reply->intent);
    bind_text(add, 9, reply->provider);
    if (!statement_run(add, err))
        return false;
    *fresh = store_changes(store) > 0;
    *id = *fresh ? store_last_id(store) : 0;
    return true;
}

static struct reply_context context_from(struct statement *row)
{
    return (struct reply_context){
        .outreach_id = column_integer(row, 0),
        .campaign_id = column_integer(row, 1),
        .patient_id = column_integer(row, 2),
        .anchor_kind = (int)column_integer(row, 3),
        .anchor_id = column_integer(row, 4),
        .occurrence = column_integer(row, 5),
        .addressee_id = column_integer(row, 6),
    };
}

/* Who an attempt was addressed to. */
#define ADDRESSEE                                                              \
    "iif(t.via_guardian, coalesce((SELECT guardian_id FROM patient WHERE id =" \
    " t.patient_id), t.patient_id), t.patient_id)"
#define CONTEXT                                                              \
    "SELECT o.id, o.campaign_id, o.patient_id, o.anchor_kind, o.anchor_id, " \
    "o.occurrence, "

/* Whose number ?1 is, and their dependants: what went there while it was
 * somebody else's is not theirs to answer. */
#define THEIRS                                                         \
    "(WITH h AS (" HOLDERS ") SELECT id FROM h UNION SELECT d.id FROM" \
    " h JOIN patient d ON d.guardian_id = h.id)"

bool reply_context(struct store *store, const char *address, bool *found,
                   struct reply_context *out, struct error *err)
{
    struct statement *one =
        statement(store, CONTEXT ADDRESSEE
                  " FROM " THEIRS " p JOIN attempt t ON t.patient_id = p.id "
                  "JOIN outreach o ON o.id = t.outreach_id "
                  "WHERE t.address = ?1 "
                  "ORDER BY t.submitted_at DESC, t.id DESC LIMIT 1");
    bind_text(one, 1, address);
    int got = statement_step(one, err);
    if (got < 0)
        return false;
    *found = got > 0;
    if (!*found)
        return true;
    *out = context_from(one);
    statement_reset(one);
    return true;
}

/* Of visits those that are to come, and those that were asked about when they
 * were over (a missed one); the rest may be answered at any time. */
#define TO_COME(row)                                                        \
    "(" row ".anchor_kind != 1 OR EXISTS (SELECT 1 FROM appointment a"      \
    " WHERE a.id = " row ".anchor_id AND a.occurrence = " row ".occurrence" \
    " AND a.gone_at IS NULL AND (a.start_at > ?3 AND a.status IN"           \
    " ('booked', 'proposed', 'pending', 'waitlist') OR a.status NOT IN"     \
    " ('cancelled', 'entered-in-error') AND a.start_at <= (SELECT"          \
    " max(z.submitted_at) FROM attempt z WHERE z.outreach_id = " row ".id))))"
#define ASKS_WHICH "EXISTS (SELECT 1 FROM choice c WHERE c.outreach_id = o.id)"
/* "Which one?" may be answered while one of them is to come. */
#define STILL_OPEN                                                      \
    "CASE WHEN " ASKS_WHICH " THEN EXISTS (SELECT 1 FROM choice c JOIN" \
    " outreach x ON x.id = c.about_id WHERE c.outreach_id = o.id "      \
    "AND " TO_COME("x") ") ELSE " TO_COME("o") " END"
/* Cancelled or moved since: nobody knows whether a word is still about it. */
#define OFF                                                                \
    "(o.anchor_kind = 1 AND NOT " ASKS_WHICH                               \
    " AND NOT " TO_COME("o") " AND"                                        \
                             " EXISTS (SELECT 1 FROM appointment a WHERE " \
                             "a.id = o.anchor_id AND"                      \
                             " a.start_at > ?3))"
/* When it was last answered; what any number answers to "which one?" is. */
#define ANSWER_OF                                                          \
    " AND r.received_at >= t.submitted_at AND r.intent NOT IN ('unclear'," \
    " 'acknowledged', 'help', 'emergency', 'opt-in', 'opt-out',"           \
    " 'wrong-number') ORDER BY"                                            \
    " r.received_at DESC LIMIT 1)"
#define ANSWERED                                                          \
    "CASE WHEN " ASKS_WHICH " THEN (SELECT r.received_at FROM reply r"    \
    " INDEXED BY reply_answer WHERE r.address = t.address" ANSWER_OF      \
    " ELSE (SELECT r.received_at FROM reply r INDEXED BY reply_answer_to" \
    " WHERE r.outreach_id = o.id AND r.address = t.address" ANSWER_OF " END"
/* Said to be another's (L-22) than whom it was for, or nobody's. */
#define STRUCK                                                              \
    "EXISTS (SELECT 1 FROM suppression s INDEXED BY suppression_address"    \
    " WHERE s.lifted_at IS NULL AND s.address IS NOT NULL AND s.address ="  \
    " t.address AND s.reason = 'wrong-number' AND (s.patient_id IS NULL OR" \
    " s.patient_id IN (t.patient_id, " ADDRESSEE ")))"
#define QUESTION                                                     \
    CONTEXT ADDRESSEE ", o.step, t.submitted_at, o.version_id, " OFF \
                      ", " ANSWERED ", " STRUCK " FROM "
/* What was handed over, or may have been. */
#define TOLD "(t.counts = 1 OR o.answers_at IS NOT NULL)"

static struct statement *question_query(struct store *store, bool one_alone)
{
    return one_alone
               ? statement(store, QUESTION
                           "attempt t INDEXED BY attempt_provider"
                           " JOIN outreach o ON o.id = t.outreach_id WHERE"
                           " t.watch = 1 AND t.provider_id = ?1 AND t.driver ="
                           " ?5 AND t.submitted_at > ?2 AND (" STILL_OPEN
                           " OR " OFF ") LIMIT ?4")
               : statement(
                     store, QUESTION THEIRS
                     " p JOIN attempt t ON t.patient_id = p.id AND"
                     " t.submitted_at > ?2 JOIN outreach o ON o.id ="
                     " t.outreach_id WHERE t.address = ?1 AND " TOLD
                     " AND (" STILL_OPEN " OR " OFF
                     ") ORDER BY t.submitted_at DESC, t.id DESC LIMIT ?4");
}

bool reply_questions(struct store *store, const char *address,
                     const struct reply_about *about, instant since,
                     instant now, struct reply_question *out, size_t most,
                     size_t *count, struct error *err)
{
    bool one_alone = about && about->provider_id;
    struct statement *all = question_query(store, one_alone);
    bind_text(all, 1, one_alone ? about->provider_id : address);
    bind_integer(all, 2, since);
    bind_integer(all, 3, now);
    bind_integer(all, 4, (int64_t)most);
    if (one_alone)
        bind_text(all, 5, about->provider);
    int got;
    *count = 0;
    while ((got = statement_step(all, err)) > 0 && *count < most) {
        struct reply_question *one = &out[(*count)++];
        one->context = context_from(all);
        text_copy(one->step, sizeof(one->step), column_text(all, 7));
        one->sent_at = column_instant(all, 8);
        one->version_id = column_integer(all, 9);
        one->off = column_integer(all, 10) != 0;
        one->answered_at = column_instant(all, 11);
        one->struck = column_integer(all, 12) != 0;
    }
    statement_reset(all);
    return got >= 0;
}

bool reply_turn(struct store *store, const char *address, instant since,
                struct reply_turn *out, struct error *err)
{
    struct statement *one = statement(
        store,
        "WITH told AS (SELECT o.id, t.submitted_at AS at FROM " THEIRS
        " p JOIN attempt t ON t.patient_id = p.id AND t.submitted_at > ?2 JOIN"
        " outreach o ON o.id = t.outreach_id WHERE t.address = ?1 AND " TOLD
        " ORDER BY t.submitted_at DESC, t.id DESC LIMIT 1) "
        "SELECT (SELECT id FROM told), max(coalesce((SELECT at FROM told), 0),"
        " coalesce((SELECT max(at) FROM stray WHERE address = ?1), 0)),"
        " coalesce((SELECT max(received_at) FROM reply INDEXED BY reply_address"
        " WHERE address = ?1), 0), coalesce((SELECT max(received_at) FROM reply"
        " INDEXED BY reply_said WHERE address = ?1 AND intent !="
        " '" REPLY_THANKS "'), 0)");
    bind_text(one, 1, address);
    bind_integer(one, 2, since);
    if (statement_step(one, err) != 1)
        return false;
    *out = (struct reply_turn){.told_id = column_integer(one, 0),
                               .told_at = column_integer(one, 1),
                               .heard_at = column_integer(one, 2),
                               .said_at = column_integer(one, 3)};
    statement_reset(one);
    return true;
}

/* Of a statement with one row that says yes or no; no row is a no. */
static bool read_bool(struct statement *one, bool *out, struct error *err)
{
    int got = statement_step(one, err);
    if (got < 0)
        return false;
    *out = got > 0 && column_integer(one, 0) != 0;
    statement_reset(one);
    return true;
}

bool reply_to_come(struct store *store, int64_t outreach_id, instant now,
                   bool *to_come, struct error *err)
{
    struct statement *one = statement(
        store, "SELECT ?3 AND " TO_COME("o") " FROM outreach o WHERE id = ?1");
    bind_integer(one, 1, outreach_id);
    bind_integer(one, 3, now);
    return read_bool(one, to_come, err);
}

bool reply_of_forgotten(struct store *store, const struct reply_about *about,
                        bool *forgotten, struct error *err)
{
    struct statement *one = statement(
        store, "SELECT EXISTS (SELECT 1 FROM attempt INDEXED BY"
               " attempt_provider WHERE watch = 1 AND provider_id = ?1 AND"
               " driver = ?2 AND address = 'forgotten')");
    bind_text(one, 1, about->provider_id);
    bind_text(one, 2, about->provider);
    return read_bool(one, forgotten, err);
}

bool reply_let_in_since(struct store *store, const char *address, instant since,
                        bool *let_in, struct error *err)
{
    struct statement *one =
        statement(store, "SELECT EXISTS (SELECT 1 FROM reply WHERE address = ?1"
                         " AND intent = 'opt-in' AND received_at > ?2)");
    bind_text(one, 1, address);
    bind_integer(one, 2, since);
    return read_bool(one, let_in, err);
}

bool reply_stands(struct store *store, int64_t outreach_id, instant now,
                  bool *stands, struct error *err)
{
    struct statement *one = statement(
        store,
        "SELECT ?3 AND " TO_COME(
            "o") " AND NOT EXISTS (SELECT 1 FROM choice c"
                 " JOIN outreach x ON x.id = c.about_id WHERE c.outreach_id = "
                 "o.id AND"
                 " NOT " TO_COME(
                     "x") ") AND NOT EXISTS (SELECT 1 FROM response r WHERE"
                          " r.anchor_kind = o.anchor_kind AND r.anchor_id = "
                          "o.anchor_id AND"
                          " r.at > o.answers_at AND r.intent IN ('cancel', "
                          "'reschedule')) FROM"
                          " outreach o WHERE o.id = ?1");
    bind_integer(one, 1, outreach_id);
    bind_integer(one, 3, now);
    return read_bool(one, stands, err);
}

bool reply_merged(struct store *store, int64_t outreach_id,
                  struct reply_context *out, size_t most, size_t *count,
                  struct error *err)
{
    struct statement *all = statement(
        store, CONTEXT "o.patient_id FROM outreach o WHERE merged_into = ?1"
                       " LIMIT ?2");
    bind_integer(all, 1, outreach_id);
    bind_integer(all, 2, (int64_t)most);
    int got;
    *count = 0;
    while ((got = statement_step(all, err)) > 0 && *count < most)
        out[(*count)++] = context_from(all);
    statement_reset(all);
    return got >= 0;
}

bool reply_list(struct store *store, const struct reply_filter *filter,
                reply_fn *fn, void *arg, struct error *err)
{
    static const char of_task[] =
        "SELECT r.channel, r.address, r.received_at, r.body, r.patient_id, "
        "r.outreach_id, r.intent FROM task t JOIN reply r ON r.id = "
        "CAST(substr(t.name, length('reply ') + 1) AS INTEGER) "
        "WHERE t.id = ?1 AND t.kind = 'reply' LIMIT ?2";
    static const char of_patient[] =
        "SELECT channel, address, received_at, body, patient_id, outreach_id, "
        "intent FROM reply WHERE patient_id IN " HOLDER_RECORDS " "
        "ORDER BY received_at DESC, id DESC LIMIT ?2";
    struct statement *all =
        statement(store, filter->task_id ? of_task : of_patient);
    bind_integer(all, 1,
                 filter->task_id ? filter->task_id : filter->patient_id);
    bind_integer(all, 2, REPLIES_SHOWN);
    int got;
    while ((got = statement_step(all, err)) > 0) {
        const struct reply row = {
            .channel = (enum channel)column_integer(all, 0),
            .address = column_text(all, 1),
            .received_at = column_integer(all, 2),
            .body = column_text(all, 3),
            .patient_id = column_integer(all, 4),
            .outreach_id = column_integer(all, 5),
            .intent = column_text(all, 6),
        };
        fn(arg, &row);
    }
    return got == 0;
}

bool reply_count(struct store *store, int64_t *count, struct error *err)
{
    struct statement *all = statement(store, "SELECT count(*) FROM reply");
    if (statement_step(all, err) != 1)
        return false;
    *count = column_integer(all, 0);
    statement_reset(all);
    return true;
}
