/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forgetting a person: which columns of which tables tell who somebody was
 * stands here, in one list. Whoever adds such a column adds it here; the test
 * looks through every text of the store.
 */
#include "store/forgotten.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/attempt.h"
#include "store/audit.h"
#include "store/consent.h"
#include "store/holder.h"
#include "store/ledger.h"
#include "store/outreach.h"
#include "store/statement.h"
#include "store/store.h"
#include "store/waiting.h"

enum { KEY_MAX = 256 << 10 };

/* Marks ---------------------------------------------------------------------
 */

static const char *const kinds[] = {
    [FORGOTTEN_PATIENT] = "patient",
    [FORGOTTEN_PRESCRIPTION] = "prescription",
    [FORGOTTEN_ID] = "id",
};

static bool mark_of(struct store *store, enum forgotten_kind kind,
                    const char *key, char out[SHA256_HEX], struct error *err)
{
    char secret[2 * SHA256_BYTES + 1];
    uint8_t first[SHA256_BYTES], mac[SHA256_BYTES];
    if (!store_meta_get(store, "holdout_key", secret, sizeof(secret), err))
        return false;
    /* Another key for each kind, so that a key is not what another one is. */
    hash_hmac_sha256(secret, strlen(secret), kinds[kind], strlen(kinds[kind]),
                     first);
    hash_hmac_sha256(first, sizeof(first), key, strlen(key), mac);
    hash_hex(mac, sizeof(mac), out);
    return true;
}

bool forgotten_any(struct store *store, bool *any, struct error *err)
{
    struct statement *query = statement(store, "SELECT 1 FROM forgotten "
                                               "LIMIT 1");
    int step = statement_step(query, err);
    *any = step == 1;
    statement_reset(query);
    return step >= 0;
}

bool forgotten_find(struct store *store, enum forgotten_kind kind,
                    const char *key, struct forgotten *out, struct error *err)
{
    char mark[SHA256_HEX];
    *out = (struct forgotten){0};
    if (!mark_of(store, kind, key, mark, err))
        return false;
    struct statement *query =
        statement(store, "SELECT patient_id, at FROM forgotten WHERE mark = ?");
    bind_text(query, 1, mark);
    int step = statement_step(query, err);
    if (step == 1) {
        out->found = true;
        out->patient_id = column_integer(query, 0);
        out->at = column_integer(query, 1);
    }
    statement_reset(query);
    return step >= 0;
}

bool forgotten_find_id(struct store *store, const char *authority,
                       const char *value, struct forgotten *out,
                       struct error *err)
{
    struct buf key;
    buf_init(&key, KEY_MAX);
    buf_format(&key, "%s\n%s", authority, value);
    bool done = forgotten_find(store, FORGOTTEN_ID, key.data, out, err);
    buf_free(&key);
    return done;
}

bool forgotten_note(struct store *store, enum forgotten_kind kind,
                    const char *key, int64_t patient_id, instant now,
                    struct error *err)
{
    char mark[SHA256_HEX];
    if (!mark_of(store, kind, key, mark, err))
        return false;
    struct statement *insert = statement(
        store, "INSERT OR REPLACE INTO forgotten(mark, patient_id, at) VALUES "
               "(?, ?, ?)");
    bind_text(insert, 1, mark);
    bind_integer(insert, 2, patient_id);
    bind_integer(insert, 3, now);
    return statement_run(insert, err);
}

/* The next key of this kind, behind `after`. */
static struct statement *keys_query(struct store *store,
                                    enum forgotten_kind kind)
{
    switch (kind) {
    case FORGOTTEN_PATIENT:
        return statement(store, "SELECT id, mrn FROM patient WHERE id = ?1 AND "
                                "id > ?2");
    case FORGOTTEN_PRESCRIPTION:
        return statement(store, "SELECT id, external_id FROM prescription "
                                "WHERE patient_id = ?1 AND id > ?2 ORDER BY id "
                                "LIMIT 1");
    case FORGOTTEN_ID:
        return statement(store, "SELECT rowid, authority || char(10) || value "
                                "FROM patient_alias WHERE patient_id = ?1 AND "
                                "rowid > ?2 ORDER BY rowid LIMIT 1");
    }
    PANIC("a key of kind %d", (int)kind);
}

static bool keys_mark(struct store *store, int64_t patient_id,
                      enum forgotten_kind kind, instant now, struct error *err)
{
    int64_t after = 0;
    for (;;) {
        struct statement *query = keys_query(store, kind);
        bind_integer(query, 1, patient_id);
        bind_integer(query, 2, after);
        int step = statement_step(query, err);
        if (step != 1)
            return step == 0;
        after = column_integer(query, 0);
        char *key = memory_text(column_text(query, 1));
        statement_reset(query);
        bool done = forgotten_note(store, kind, key, patient_id, now, err);
        free(key);
        if (!done)
            return false;
    }
}

/* What is under way ---------------------------------------------------------
 */

static bool nothing_in_flight(struct store *store, int64_t patient_id,
                              struct error *err)
{
    struct statement *query = statement(
        store, "SELECT id, state FROM outreach WHERE patient_id = ? AND (state "
               "= 1 OR (state = 9 AND due_at IS NOT NULL)) LIMIT 1");
    bind_integer(query, 1, patient_id);
    int step = statement_step(query, err);
    if (step != 1)
        return step == 0;
    long long id = (long long)column_integer(query, 0);
    bool submitting = column_integer(query, 1) == STATE_SUBMITTING;
    statement_reset(query);
    return error_set(err, ERROR_INPUT,
                     submitting
                         ? "outreach %lld is being handed over just now: try "
                           "again in a minute"
                         : "outreach %lld may have reached its provider, who "
                           "is still being asked: try again in an hour, with "
                           "the service running",
                     id);
}

/* Planned rows end; of accepted ones the ladder does. */
static bool rows_end(struct store *store, int64_t patient_id, const char *actor,
                     instant now, struct error *err)
{
    for (;;) {
        struct outreach row;
        bool found;
        struct statement *query = statement(
            store, "SELECT min(id) FROM outreach WHERE patient_id = ? AND "
                   "(state = 0 OR (state = 2 AND due_at IS NOT NULL))");
        bind_integer(query, 1, patient_id);
        if (statement_step(query, err) != 1)
            return false;
        int64_t id = column_integer(query, 0);
        statement_reset(query);
        if (id == 0)
            return true;
        if (!outreach_read(store, id, &found, &row, err))
            return false;
        bool taken = row.state == STATE_ACCEPTED;
        if (!taken && !attempt_any_accepted(store, id, &taken, err))
            return false;
        struct ledger_change change = ledger_from(&row);
        change.to = taken ? STATE_ACCEPTED : STATE_CANCELLED;
        change.due_at = INSTANT_NEVER;
        change.reason = "forgotten";
        if (!ledger_change(store, &row, &change, err) ||
            (!taken && (!ledger_verdict(store, &row, state_name(change.to),
                                        change.reason, actor, now, err) ||
                        !outreach_release(store, row.id, now, err))))
            return false;
    }
}

/* On what grounds -----------------------------------------------------------
 */

/* Words of staff or of a feed, which may name people; not the program's own,
 * "reply 17". What already stands for such words is none. */
#define NAMING                                                            \
    "evidence IS NOT NULL AND evidence NOT GLOB '[[]removed: *' AND NOT " \
    "(evidence GLOB 'reply [0-9]*' AND evidence NOT GLOB 'reply *[^0-9]*')"

static struct statement *grounds_query(struct store *store, bool consents)
{
    /* Also those of a number that others have, too: it may be this one whom
       the words name. */
    return consents
               ? statement(store, "SELECT id, evidence FROM consent WHERE "
                                  "patient_id = ?1 AND " NAMING " LIMIT 1")
               : statement(store, "SELECT id, evidence FROM suppression WHERE "
                                  "(patient_id = ?1 OR address IN (SELECT "
                                  "value FROM contact_point WHERE patient_id "
                                  "= ?1)) AND " NAMING " LIMIT 1");
}

/* The law wants evidence kept (L-34, L-35) and the person wants no name kept:
 * a keyed hash tells whether a paper that somebody shows is the one. */
static bool grounds_remove(struct store *store, int64_t patient_id,
                           bool consents, struct error *err)
{
    for (;;) {
        char hash[SHA256_HEX], text[SHA256_HEX + 20];
        struct statement *query = grounds_query(store, consents);
        bind_integer(query, 1, patient_id);
        int step = statement_step(query, err);
        if (step != 1)
            return step == 0;
        int64_t id = column_integer(query, 0);
        bool marked = audit_text_mark(store, column_text(query, 1), hash, err);
        statement_reset(query);
        if (!marked)
            return false;
        struct statement *update =
            consents
                ? statement(store, "UPDATE consent SET external_id = NULL, "
                                   "evidence = ?2 WHERE id = ?1")
                : statement(store, "UPDATE suppression SET evidence = ?2 "
                                   "WHERE id = ?1");
        snprintf(text, sizeof(text), "[removed: text %s]", hash);
        bind_integer(update, 1, id);
        bind_text(update, 2, text);
        if (!statement_run(update, err))
            return false;
    }
}

/* The list ------------------------------------------------------------------
 */

/* Addresses of this record that nobody else has who is still there. */
#define ALONE                                                                 \
    "SELECT a.value FROM contact_point a WHERE a.patient_id = ?1 AND NOT "    \
    "EXISTS (SELECT 1 FROM contact_point b JOIN patient p ON p.id = "         \
    "b.patient_id WHERE b.value = a.value AND coalesce(p.merged_into, p.id) " \
    "!= (SELECT coalesce(merged_into, id) FROM patient WHERE id = ?1) AND "   \
    "b.gone_at IS NULL AND p.gone_at IS NULL)"
/* Replies that nobody else can have written. */
#define WRITTEN "patient_id = ?1 OR address IN (" ALONE ")"

static const char *const steps[] = {
    /* What the person refused, their number goes on refusing. */
    "INSERT INTO suppression(address, channel, purpose, reason, since_at, "
    "evidence, actor) SELECT c.value, s.channel, s.purpose, s.reason, "
    "s.since_at, s.evidence, s.actor FROM suppression s JOIN contact_point c "
    "ON c.patient_id = s.patient_id WHERE s.patient_id = ?1 AND s.address IS "
    "NULL AND s.lifted_at IS NULL AND c.value IN (" ALONE ") AND (s.channel "
    "IS NULL OR (s.channel = 'email') = (c.kind = 'email')) AND NOT EXISTS "
    "(SELECT 1 FROM suppression o WHERE o.address = c.value AND o.lifted_at "
    "IS NULL AND o.channel IS s.channel AND o.purpose IS s.purpose)",
    "INSERT INTO suppression(address, reason, since_at, actor) SELECT c.value, "
    "'no-contact', r.since_at, 'restriction' FROM restriction r JOIN "
    "contact_point c ON c.patient_id = r.patient_id WHERE r.patient_id = ?1 "
    "AND r.kind = 'no-contact' AND r.until_at IS NULL AND c.value IN (" ALONE
    ") AND NOT EXISTS (SELECT 1 FROM suppression o WHERE o.address = c.value "
    "AND o.lifted_at IS NULL AND o.channel IS NULL AND o.purpose IS NULL)",
    /* One that was lifted refuses nothing: that it was said is theirs (L-35),
       the number is not needed. */
    "UPDATE suppression SET patient_id = coalesce(patient_id, ?1), address = "
    "NULL WHERE lifted_at IS NOT NULL AND address IS NOT NULL AND (patient_id "
    "= ?1 OR address IN (" ALONE "))",
    "UPDATE task SET note = NULL WHERE kind = 'reply' AND note IS NOT NULL AND "
    "name IN (SELECT 'reply ' || id FROM reply WHERE " WRITTEN ")",
    "UPDATE reply SET body = NULL, address = 'forgotten' WHERE " WRITTEN,
    /* Of a child's messages, the number that they went to. */
    "UPDATE attempt SET address = 'forgotten', request = NULL WHERE "
    "via_guardian = 1 AND address IN (" ALONE ")",
    "DELETE FROM stray WHERE address IN (" ALONE ")",
    "DELETE FROM contact_point WHERE patient_id = ?1",
    "DELETE FROM contact_word WHERE patient_id = ?1",
    "DELETE FROM patient_alias WHERE patient_id = ?1",
    "DELETE FROM alias_over WHERE patient_id = ?1",
    "DELETE FROM kin_over WHERE patient_id = ?1",
    /* Nobody is parted from who is forgotten. */
    "DELETE FROM merged_row WHERE gone_id IN (SELECT id FROM patient WHERE id "
    "= ?1 OR merged_into = ?1)",
    "DELETE FROM merged_last WHERE gone_id IN (SELECT id FROM patient WHERE id "
    "= ?1 OR merged_into = ?1)",
    "DELETE FROM link WHERE gone_id = ?1 OR stays_id = ?1",
    "DELETE FROM alone WHERE patient_id = ?1",
    "DELETE FROM death WHERE patient_id = ?1 OR via = ?1",
    "DELETE FROM stay WHERE patient_id = ?1 OR via = ?1",
    "DELETE FROM restriction WHERE patient_id = ?1",
    /* The one thing of a consent that may change (schema.sql): a key that was
       made of the record number. */
    "UPDATE consent SET external_id = NULL WHERE patient_id = ?1",
    "DELETE FROM fill WHERE patient_id = ?1",
    "DELETE FROM prescription WHERE patient_id = ?1",
    "DELETE FROM appointment WHERE patient_id = ?1",
    "DELETE FROM discharge WHERE patient_id = ?1",
    "DELETE FROM condition WHERE patient_id = ?1",
    "DELETE FROM procedure WHERE patient_id = ?1",
    "DELETE FROM screening WHERE patient_id = ?1",
    "DELETE FROM orders WHERE patient_id = ?1",
    "DELETE FROM list_member WHERE patient_id = ?1",
    "UPDATE notice SET state = 3, ended_at = ?2 WHERE state = 0 AND ((event = "
    "'response' AND row_id IN (SELECT id FROM response WHERE patient_id = ?1))"
    " OR (event = 'reply' AND row_id IN (SELECT id FROM reply WHERE "
    "patient_id = ?1)) OR (event LIKE 'opt-%' AND row_id IN (SELECT id FROM "
    "suppression WHERE patient_id = ?1)))",
    "DELETE FROM response WHERE patient_id = ?1",
    "UPDATE attempt_event SET detail = NULL WHERE attempt_id IN (SELECT id "
    "FROM attempt WHERE patient_id = ?1 UNION ALL SELECT attempt_id FROM "
    "attempt_also WHERE patient_id = ?1)",
    /* Of a message that spoke of others too only the words go. */
    "UPDATE attempt SET body = NULL, request = NULL WHERE id IN (SELECT "
    "attempt_id FROM attempt_also WHERE patient_id = ?1)",
    "UPDATE attempt SET address = 'forgotten', body = NULL, request = NULL "
    "WHERE patient_id = ?1",
    "UPDATE outreach SET rungs = NULL, answers_to = NULL WHERE patient_id = ?1",
    "UPDATE task SET note = NULL, reason = 'forgotten', name = iif(kind = "
    "'moved', 'forgotten-' || id, name) WHERE patient_id = ?1",
    "UPDATE task SET state = 'void', closed_at = ?2 WHERE patient_id = ?1 AND "
    "state IN ('open', 'taken')",
    "UPDATE patient SET given_name = NULL, family_name = NULL, birth_on = NULL,"
    " born_by = NULL, sex = NULL, language = 'en', street = NULL, city = NULL, "
    "state = NULL, "
    "zip = NULL, zone = NULL, clinic_id = NULL, attributes = '{}', "
    "preferred_channel = NULL, contact_from = NULL, contact_to = NULL, "
    "guardian_id = NULL, deceased_at = NULL, sensitive = 0, inpatient = 0, "
    "active = 0, gone_at = ?2, source_message = NULL, said = NULL, "
    "extract = NULL, mrn = 'forgotten-' || id WHERE id = ?1",
};

static bool steps_run(struct store *store, int64_t patient_id, instant now,
                      struct error *err)
{
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct statement *step = statement(store, steps[i]);
        bind_integer(step, 1, patient_id);
        if (strstr(steps[i], "?2"))
            bind_integer(step, 2, now);
        if (!statement_run(step, err))
            return false;
    }
    return true;
}

/* What two who share a number wrote or got may be the other's word. */
static bool texts_shared(struct store *store, int64_t patient_id, bool *shared,
                         struct error *err)
{
    struct statement *query = statement(
        store, "SELECT 1 FROM contact_point c WHERE c.patient_id = ?1 AND "
               "c.value NOT IN (" ALONE ") AND (EXISTS (SELECT 1 FROM reply r "
               "WHERE r.address = c.value AND r.patient_id IS NULL AND r.body "
               "IS NOT NULL) OR EXISTS (SELECT 1 FROM stray s WHERE s.address "
               "= c.value)) LIMIT 1");
    bind_integer(query, 1, patient_id);
    int step = statement_step(query, err);
    *shared |= step == 1;
    statement_reset(query);
    return step >= 0;
}

static bool record_forget(struct store *store, int64_t patient_id,
                          const char *actor, instant now, bool *shared,
                          struct error *err)
{
    char subject[48];
    snprintf(subject, sizeof(subject), "patient %lld", (long long)patient_id);
    return nothing_in_flight(store, patient_id, err) &&
           rows_end(store, patient_id, actor, now, err) &&
           keys_mark(store, patient_id, FORGOTTEN_PATIENT, now, err) &&
           keys_mark(store, patient_id, FORGOTTEN_PRESCRIPTION, now, err) &&
           keys_mark(store, patient_id, FORGOTTEN_ID, now, err) &&
           waiting_forget(store, patient_id, err) &&
           grounds_remove(store, patient_id, true, err) &&
           grounds_remove(store, patient_id, false, err) &&
           texts_shared(store, patient_id, shared, err) &&
           steps_run(store, patient_id, now, err) &&
           audit_add(store, now, actor, "forget", subject, NULL, err);
}

/* Somebody's older record, merged into this one: the same person. */
static bool merged_next(struct store *store, int64_t patient_id, int64_t *id,
                        struct error *err)
{
    struct statement *query = statement(
        store, "WITH RECURSIVE same(id) AS (SELECT ?1 UNION SELECT p.id FROM "
               "patient p JOIN same s ON p.merged_into = s.id) SELECT max(id) "
               "FROM same WHERE id != ?1 AND id IN (SELECT id FROM patient "
               "WHERE mrn != 'forgotten-' || id)");
    bind_integer(query, 1, patient_id);
    if (statement_step(query, err) != 1)
        return false;
    *id = column_integer(query, 0);
    statement_reset(query);
    return true;
}

/* Their words: as a condition has them, in quotes; and where they can hardly be
 * anybody else's, as a text has them. */
#define SAID                                                                  \
    "WITH own AS (SELECT * FROM patient WHERE id IN " HOLDER_RECORDS "),"     \
    " quoted(word) AS (SELECT mrn FROM own UNION SELECT given_name FROM own"  \
    " UNION SELECT family_name FROM own UNION SELECT birth_on FROM own UNION" \
    " SELECT street FROM own), said(word) AS (SELECT '''' || replace(word,"   \
    " '''', '''''') || '''' FROM quoted WHERE word != '' UNION SELECT mrn"    \
    " FROM own WHERE length(mrn) > 5 UNION SELECT given_name || ' ' ||"       \
    " family_name FROM own UNION SELECT value FROM contact_point WHERE"       \
    " patient_id IN (SELECT id FROM own))"

static bool campaigns_naming(struct store *store, int64_t patient_id, char *out,
                             size_t size, struct error *err)
{
    struct statement *query = statement(
        store, SAID " SELECT coalesce(group_concat(name, '; '), '') FROM"
                    " (SELECT c.name FROM campaign c WHERE EXISTS (SELECT 1"
                    " FROM campaign_version v CROSS JOIN said WHERE"
                    " v.campaign_id = c.id AND instr(lower(v.content),"
                    " lower(said.word))) ORDER BY c.name)");
    bind_integer(query, 1, patient_id);
    if (statement_step(query, err) != 1)
        return false;
    text_copy_list(out, size, column_text(query, 0));
    statement_reset(query);
    return true;
}

bool forgotten_make(struct store *store, int64_t patient_id, const char *actor,
                    instant now, struct forgotten_stays *stays,
                    struct error *err)
{
    bool *shared = &stays->shared;
    *shared = false;
    if (!campaigns_naming(store, patient_id, stays->campaigns,
                          sizeof(stays->campaigns), err))
        return false;
    for (;;) {
        int64_t id;
        if (!merged_next(store, patient_id, &id, err))
            return false;
        if (id == 0)
            return record_forget(store, patient_id, actor, now, shared, err);
        if (!record_forget(store, id, actor, now, shared, err))
            return false;
    }
}

/* Coming back ---------------------------------------------------------------
 */

bool forgotten_lift(struct store *store, int64_t patient_id,
                    const char *evidence, const char *actor, instant now,
                    struct error *err)
{
    struct consent granted = {.patient_id = patient_id,
                              .granted = true,
                              .at = now,
                              .evidence = evidence,
                              .actor = actor};
    struct statement *gone =
        statement(store, "DELETE FROM forgotten WHERE patient_id = ?");
    char subject[48];
    bind_integer(gone, 1, patient_id);
    snprintf(subject, sizeof(subject), "patient %lld", (long long)patient_id);
    return statement_run(gone, err) && consent_add(store, &granted, err) &&
           audit_add(store, now, actor, "remember", subject, NULL, err);
}
