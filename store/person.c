/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two records of one person, and back. What a merge moves stands in schema.sql
 * (patient_merged), since every way into the store merges by it; how it is
 * taken back stands here, step by step. The two lists belong together.
 */
#include "store/person.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "store/alias.h"
#include "store/audit.h"
#include "store/patient.h"
#include "store/person_own.h"
#include "store/statement.h"
#include "store/store.h"
#include "store/task.h"

bool person_any_merged(struct store *store, bool *any, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT 1 FROM patient WHERE merged_into IS NOT NULL LIMIT 1");
    int step = statement_step(query, err);
    *any = step == 1;
    statement_reset(query);
    return step >= 0;
}

bool person_came(struct store *store, int64_t gone, const char *table,
                 int64_t row_id, struct error *err)
{
    struct statement *note = statement(
        store, "INSERT INTO merged_row(gone_id, kind, row_id) VALUES (?1, ?2, "
               "?3) ON CONFLICT DO NOTHING");
    bind_integer(note, 1, gone);
    bind_text_static(note, 2, table);
    bind_integer(note, 3, row_id);
    return statement_run(note, err);
}

/* By the ids of the gone one -------------------------------------------------
 */

bool person_differs(struct store *store, int64_t patient_id,
                    const char *birth_on, const char *family_name, int *count,
                    struct error *err)
{
    struct statement *query = statement(
        store, "SELECT birth_on, family_name FROM patient WHERE id = ?1");
    bind_integer(query, 1, patient_id);
    int step = statement_step(query, err);
    *count = 0;
    if (step == 1) {
        *count = link_differ(column_text(query, 0), column_text(query, 1),
                             birth_on, family_name);
    }
    statement_reset(query);
    return step >= 0;
}

bool person_ask_stranger(struct store *store, int64_t gone, int64_t stays,
                         instant now, struct error *err)
{
    const struct task_question question = {
        .kind = "contradiction",
        .name = "one person?",
        .patient_id = stays,
        .of = gone,
        .reason = "a message by a number that was merged into this record "
                  "names another birth date or family name: nothing of it was "
                  "taken over. Are the two one person? If not, the merge is to "
                  "be undone where it was made"};
    return task_ask(store, &question, now, err);
}

bool person_ask_guardian(struct store *store, int64_t gone, int64_t stays,
                         instant now, struct error *err)
{
    const struct task_question question = {
        .kind = "contradiction",
        .name = "whose child?",
        .patient_id = stays,
        .of = gone,
        .reason = "a record with a guardian was merged into this one, which "
                  "has none: the guardian is reached for this child no more. "
                  "They are to be named for this record, too, where it was "
                  "made"};
    struct statement *query = statement(
        store,
        "SELECT 1 FROM patient p JOIN patient g ON g.id = ?1 AND g.guardian_id "
        "!= p.id WHERE p.id = ?2 AND p.guardian_id IS NULL "
        "AND " PATIENT_IS_MINOR("p", "?3"));
    bind_integer(query, 1, gone);
    bind_integer(query, 2, stays);
    bind_integer(query, 3, now);
    int step = statement_step(query, err);
    statement_reset(query);
    return step == 0 || (step == 1 && task_ask(store, &question, now, err));
}

bool person_ask_one(struct store *store, int64_t patient_id, int64_t other,
                    instant now, struct error *err)
{
    char reason[TASK_TEXT_MAX], number[ALIAS_MRN_MAX];
    struct statement *query =
        statement(store, "SELECT mrn FROM patient WHERE id = ?1");
    bind_integer(query, 1, other);
    if (statement_step(query, err) != 1)
        return false;
    text_copy(number, sizeof(number), column_text(query, 0));
    statement_reset(query);
    snprintf(reason, sizeof(reason),
             "a message names this record and %.80s as one: both stay as they "
             "are. If the two are one person, they are to be merged where they "
             "were made; if not, the number is wrong there",
             number);
    const struct task_question question = {.kind = "contradiction",
                                           .name = "two records, one person?",
                                           .patient_id = patient_id,
                                           .of = other,
                                           .reason = reason};
    return task_ask(store, &question, now, err);
}

/* Parting ---------------------------------------------------------------------
 */

/* ?1: the record that is its own again; ?2: the one that it was merged into.
 * With it go those who are one with it: they are merged into it by now. */
#define ALONG "(SELECT id FROM patient WHERE id = ?1 OR merged_into = ?1)"
#define REST                                                      \
    "(SELECT id FROM patient WHERE (id = ?2 OR merged_into = ?2)" \
    " AND id != ?1)"
#define ITS(kind)                                             \
    "(SELECT row_id FROM merged_row WHERE kind = '" kind "' " \
    "AND gone_id IN " ALONG ")"
#define BACK(table)                                                         \
    "UPDATE OR IGNORE " table " SET patient_id = ?1 WHERE patient_id = ?2 " \
    "AND id IN " ITS(table)
/* The newest row of a table when they were merged; 0: nobody knows. */
#define LAST(table)                                                         \
    "coalesce((SELECT row_id FROM merged_last WHERE gone_id = ?1 AND kind " \
    "= '" table "'), 0)"
/* A row about something that is ?1's by now. */
#define ABOUT(row)                                                         \
    "((" row ".anchor_kind = 1 AND EXISTS (SELECT 1 FROM appointment x "   \
    "WHERE x.id = " row ".anchor_id AND x.patient_id = ?1)) OR (" row      \
    ".anchor_kind = 2 AND EXISTS (SELECT 1 FROM fill x WHERE x.id = " row  \
    ".anchor_id AND x.patient_id = ?1)) OR (" row ".anchor_kind = 3 AND "  \
    "EXISTS (SELECT 1 FROM discharge x WHERE x.id = " row ".anchor_id AND" \
    " x.patient_id = ?1)) OR (" row ".anchor_kind = 5 AND EXISTS (SELECT " \
    "1 FROM screening x WHERE x.id = " row ".anchor_id AND x.patient_id "  \
    "= ?1)))"
/* An attempt `a` while the two were one. */
#define MEANWHILE "a.id > " LAST("attempt") " AND a.id NOT IN " ITS("attempt")
/* Written to or called about it while the two were one, at the other's number:
 * whom it concerns does not know of it. */
#define TOLD(table, kind)                                                   \
    "UPDATE " table " SET occurrence = occurrence + 1 WHERE patient_id = "  \
    "?1 AND EXISTS (SELECT 1 FROM outreach o JOIN attempt a ON "            \
    "a.outreach_id = o.id WHERE o.anchor_kind = " kind " AND o.anchor_id "  \
    "= " table ".id AND o.occurrence = " table ".occurrence AND o.patient_" \
    "id = ?2 AND " MEANWHILE ")"
#define ANCHORED(table, more)                                               \
    "UPDATE OR IGNORE " table " SET patient_id = ?1, anchor_id = "          \
    "iif(anchor_kind = 4 AND anchor_id = ?2, ?1, anchor_id) WHERE patient_" \
    "id = ?2 AND (id IN " ITS(table) " OR " ABOUT(table) ")" more

static const char *const steps[] = {
    BACK("appointment"),
    BACK("prescription"),
    BACK("fill"),
    BACK("discharge"),
    BACK("condition"),
    BACK("procedure"),
    BACK("screening"),
    BACK("orders"),
    BACK("restriction"),
    BACK("list_member"),
    TOLD("appointment", "1"),
    TOLD("fill", "2"),
    TOLD("discharge", "3"),
    TOLD("screening", "5"),
    BACK("attempt"),
    /* What was handed over since is whose number it went to. */
    ANCHORED("outreach",
             " AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.outreach_id = "
             "outreach.id AND " MEANWHILE ")"),
    ANCHORED("entry", ""),
    ANCHORED("task", ""),
    "UPDATE response SET patient_id = ?1, anchor_id = iif(anchor_kind = 4 AND "
    "anchor_id = ?2, ?1, anchor_id) WHERE patient_id = ?2 AND id IN " ITS(
        "response"),
    "UPDATE patient SET guardian_id = ?1 WHERE guardian_id = ?2 AND id IN " ITS(
        "ward"),
    "INSERT OR IGNORE INTO death(patient_id, via, source, at, died_at) SELECT "
    "?1, via, source, at, died_at FROM death WHERE patient_id = ?2 AND via != "
    "?1 AND via IN " ALONG,
    "DELETE FROM death WHERE (patient_id IN " REST " AND via IN " ALONG
    ") OR (patient_id IN " ALONG " AND via IN " REST ")",
    /* The end of a stay is told of whose the stay is. */
    "INSERT INTO stay(patient_id, via, number, source, inside, alone, at, "
    "owner) "
    "SELECT s.patient_id, s.via, o.number, o.source, 0, o.alone, o.at, o.owner "
    "FROM "
    "stay s JOIN stay o ON o.patient_id = s.patient_id AND o.number = s.number "
    "AND o.via != s.via AND NOT o.inside WHERE s.patient_id = ?2 AND s.inside "
    "AND s.number != '' ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
    "INSERT INTO stay(patient_id, via, number, source, inside, alone, at, "
    "owner) SELECT ?1, via, number, source, inside, alone, at, owner FROM stay "
    "WHERE "
    "patient_id = ?2 AND via IN " ALONG
    " ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
    "DELETE FROM stay WHERE (patient_id IN " REST " AND via IN " ALONG
    ") OR (patient_id IN " ALONG " AND via IN " REST ")",
    /* Whoever of the two it was who refused: each of them does. */
    "INSERT INTO suppression(patient_id, address, channel, purpose, reason, "
    "since_at, evidence, actor) SELECT ?1, address, channel, purpose, reason, "
    "since_at, evidence, actor FROM suppression WHERE patient_id = ?2 AND "
    "lifted_at IS NULL AND id > " LAST("suppression"),
    "INSERT INTO consent(patient_id, verdict, kind, purpose, channel, at, "
    "evidence, actor, source, narrow) SELECT ?1, verdict, kind, purpose, "
    "channel, at, evidence, actor, source, narrow FROM consent WHERE "
    "patient_id = ?2 AND verdict = 'revoked' AND id > " LAST(
        "consent") " ORDER BY id",
    "INSERT INTO restriction(patient_id, kind, value, since_at, until_at, "
    "source, source_at) SELECT ?1, kind, value, since_at, until_at, source, "
    "source_at FROM restriction WHERE patient_id = ?2 AND id > " LAST(
        "restriction") " AND id NOT IN " ITS("restriction"),
    "INSERT OR IGNORE INTO dirty(kind, id) VALUES (4, ?1), (4, ?2)",
};

/* What came while they were one, and may be either's. */
#define SINCE(table)                        \
    "SELECT count(*) FROM " table " WHERE " \
    "patient_id = ?2 AND id > " LAST(table)

static const char *const since[] = {
    SINCE("appointment"), SINCE("prescription"), SINCE("discharge"),
    SINCE("condition"),   SINCE("procedure"),    SINCE("screening"),
    SINCE("orders"),      SINCE("restriction"),  SINCE("response"),
};

static bool count(struct store *store, const char *literal, int64_t gone,
                  int64_t stays, int64_t *sum, struct error *err)
{
    struct statement *query = statement(store, literal);
    bind_integer(query, 1, gone);
    bind_integer(query, 2, stays);
    if (statement_step(query, err) != 1)
        return false;
    *sum += column_integer(query, 0);
    statement_reset(query);
    return true;
}

static bool undecided(struct store *store, int64_t gone, int64_t stays,
                      int64_t *rows, int64_t *consents, struct error *err)
{
    *rows = *consents = 0;
    for (size_t i = 0; i < sizeof(since) / sizeof(since[0]); i++)
        if (!count(store, since[i], gone, stays, rows, err))
            return false;
    return count(store, SINCE("consent") " AND verdict = 'granted'", gone,
                 stays, consents, err) &&
           count(store,
                 "SELECT count(*) FROM consent WHERE patient_id = ?1 AND "
                 "patient_id != ?2 AND verdict = 'granted'",
                 gone, stays, consents, err);
}

static bool run(struct store *store, const char *sql, int64_t gone,
                int64_t stays, struct error *err)
{
    struct statement *step = statement(store, sql);
    bind_integer(step, 1, gone);
    if (strstr(sql, "?2"))
        bind_integer(step, 2, stays);
    return statement_run(step, err);
}

/* One for each of the two, so that both are in the list. A later parting of
 * the same two asks again. */
static bool ask(struct store *store, int64_t patient_id, const char *reason,
                instant now, struct error *err)
{
    const struct task_question question = {.kind = "parted",
                                           .name = "whose is it?",
                                           .patient_id = patient_id,
                                           .of = now,
                                           .reason = reason};
    return task_ask(store, &question, now, err);
}

static bool ask_both(struct store *store, int64_t gone, int64_t stays,
                     int64_t rows, int64_t consents, instant now,
                     struct error *err)
{
    char reason[TASK_TEXT_MAX];
    snprintf(reason, sizeof(reason),
             "two records that were one are two again: %lld rows and %lld "
             "consents may be either's and stayed with this one (the other has "
             "a task, too)",
             (long long)rows, (long long)consents);
    return ask(store, stays, reason, now, err) &&
           ask(store, gone,
               "this record is one of its own again: look whether it has all "
               "that is its own (the other one has a task, too)",
               now, err);
}

static bool note(struct store *store, int64_t gone, int64_t stays, int64_t rows,
                 int64_t consents, instant now, struct error *err)
{
    char subject[48], detail[120];
    snprintf(subject, sizeof(subject), "patient %lld", (long long)gone);
    snprintf(detail, sizeof(detail), "from=patient %lld unclear=%lld",
             (long long)stays, (long long)(rows + consents));
    return audit_add(store, now, "feed", "unmerge", subject, detail, err);
}

/* And what the merge moved is noted no more. */
static bool own_again(struct store *store, int64_t gone, struct error *err)
{
    static const char *const own[] = {
        "UPDATE patient SET merged_into = NULL WHERE id = ?1",
        "DELETE FROM merged_last WHERE gone_id = ?1",
        "DELETE FROM merged_row WHERE gone_id = ?1"};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (!run(store, own[i], gone, 0, err))
            return false;
    return true;
}

bool person_part(struct store *store, int64_t gone, int64_t stays, instant now,
                 struct error *err)
{
    int64_t rows, consents;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (!run(store, steps[i], gone, stays, err))
            return false;
    return undecided(store, gone, stays, &rows, &consents, err) &&
           own_again(store, gone, err) &&
           note(store, gone, stays, rows, consents, now, err) &&
           (rows + consents == 0 ||
            ask_both(store, gone, stays, rows, consents, now, err));
}

bool person_part_ids(struct store *store, int64_t patient_id,
                     const struct person_id *ids, size_t count, instant at,
                     instant now, bool *parted, struct error *err)
{
    char subject[48];
    *parted = false;
    for (size_t i = 0; i < count; i++) {
        bool dropped;
        if (!alias_drop(store, ids[i].authority, ids[i].value, patient_id, at,
                        &dropped, err))
            return false;
        *parted |= dropped;
    }
    if (!*parted)
        return true;
    snprintf(subject, sizeof(subject), "patient %lld", (long long)patient_id);
    return audit_add(store, now, "feed", "unmerge", subject, "ids alone",
                     err) &&
           ask(store, patient_id,
               "ids of this record turned out to be somebody else's: look "
               "which of its rows are that person's",
               now, err);
}

bool person_ask_apart(struct store *store, int64_t patient_id, instant now,
                      struct error *err)
{
    return ask(store, patient_id,
               "two of the records that were one with this one are two people, "
               "and nobody said which of the merges was the mistake: each is "
               "one of its own again (and has a task). Those that are one "
               "person are to be merged again where they were",
               now, err);
}
