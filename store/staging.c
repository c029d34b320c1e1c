/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds on their way into the store. Each row is looked up by its key and
 * compared there and then, by one prepared query; only what is new or differs
 * is kept, in the temporary database. So a file that says nothing new costs
 * one index look-up a row, memory does not grow with the file (a bit for each
 * row that came), and the write transaction at the end carries differences
 * only. The temporary database has no lock that others could wait for and no
 * journal that must reach the disk.
 *
 * Never deletes a patient's history: what left the source gets gone_at.
 */
#include "store/staging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/death.h"
#include "store/extract_time.h"
#include "store/feed_table.h"
#include "store/staging_own.h"
#include "store/statement.h"
#include "store/stay.h"
#include "store/store.h"

enum { SQL_MAX = 64 << 10, SLICE = 20000 };

bool staging_is_patient(const struct staging *staging)
{
    return text_equal(staging->about->table, "patient");
}

size_t staging_place(const struct staging *staging, const char *column)
{
    size_t i = 0;
    while (i < staging->count && !text_equal(staging->columns[i], column))
        i++;
    return i;
}

bool staging_has(const struct staging *staging, const char *column)
{
    return staging_place(staging, column) < staging->count;
}

bool staging_is_silent(const struct staging *staging, const char *column)
{
    return staging_is_patient(staging) && (text_equal(column, "deceased_at") ||
                                           text_equal(column, "merged_into"));
}

/* Small writes ------------------------------------------------------------- */

bool staging_sql(struct staging *staging, const char *sql, struct error *err)
{
    struct statement *built = statement_build(staging->store, sql, err);
    if (!built)
        return false;
    bool done = statement_run(built, err);
    statement_free(built);
    return done;
}

bool staging_write_begin(struct staging *staging, struct error *err)
{
    if (store_in_transaction(staging->store))
        return true;
    staging->waiting = 0;
    /* Deferred: it locks only what it writes, the temporary database. */
    return statement_run(statement(staging->store, "BEGIN"), err);
}

bool staging_write_end(struct staging *staging, struct error *err)
{
    if (++staging->waiting < SLICE)
        return true;
    return store_commit(staging->store, err);
}

bool staging_settle(struct staging *staging, struct error *err)
{
    if (!store_in_transaction(staging->store))
        return true;
    return store_commit(staging->store, err);
}

/* Opening -------------------------------------------------------------------
 */

struct statement *staging_build(struct staging *staging, struct buf *sql,
                                struct error *err)
{
    if (sql->overflow)
        PANIC("a query about %s is too long", staging->about->table);
    struct statement *built = statement_build(staging->store, sql->data, err);
    buf_reset(sql);
    return built;
}

static bool find_keys(struct staging *staging)
{
    for (size_t k = 0; k < FEED_KEYS && staging->about->keys[k]; k++) {
        size_t i = staging_place(staging, staging->about->keys[k]);
        if (i == staging->count)
            return false;
        staging->keys[staging->key_count++] = i;
    }
    return true;
}

void staging_put_match(const struct staging *staging, struct buf *sql,
                       bool tells)
{
    char given[80];
    if (staging_is_patient(staging)) {
        buf_format(sql,
                   "t.id = (SELECT iif(%s, k.id, coalesce(k.merged_into, "
                   "k.id)) FROM patient k WHERE k.mrn = :mrn)",
                   tells ? ":merged_into IS NOT NULL" : "0");
        return;
    }
    for (size_t k = 0; k < staging->key_count; k++) {
        const char *key = staging->about->keys[k];
        snprintf(given, sizeof(given), ":%s", key);
        buf_format(sql, "%st.%s = ", k ? " AND " : "", key);
        staging_put_column(staging, sql, key, given);
    }
}

/* What never changes is known again also when its patient's record was merged
 * into another one meanwhile. */
static bool same_patient(const struct feed_table *about, const char *column)
{
    return about->fixed && text_equal(column, "patient_id");
}

bool staging_keeps_cells(const struct staging *staging)
{
    return staging->about->sourced && !staging->about->first_wins;
}

/* Where a file says another time than it had said, and than is known, its
 * status is said of that time, though it stands as it stood. */
static void put_heard(const struct staging *staging, struct buf *out,
                      const char *given)
{
    static const char *const times[] = {"start_at", "discharged_at"};
    size_t i = 0;
    while (i < 2 && !staging_has(staging, times[i]))
        i++;
    if (i == 2 || !staging->status) {
        buf_format(out, "extract_same(t.extract, %sstage_cells)", given);
        return;
    }
    buf_format(out,
               "(extract_same(t.extract, %sstage_cells) & iif("
               "extract_same(t.extract, %sstage_cells) & %lld OR t.%s IS %s%s,"
               " -1, %lld))",
               given, given, (long long)staging->joint, times[i], given,
               times[i], ~(long long)staging->status);
}

void staging_put_heard(const struct staging *staging, struct buf *out,
                       uint64_t columns, const char *given)
{
    put_heard(staging, out, given);
    buf_format(out, " & %lld", (long long)columns);
}

void staging_put_stands(const struct staging *staging, struct buf *out,
                        size_t column, const char *at, const char *given)
{
    const uint64_t bit = staging->about_columns[column].bit;
    buf_format(out,
               "((t.source_at > %s AND said_since(t.said, t.source_at, %s) & "
               "%lld) OR ",
               at, at, (long long)bit);
    staging_put_heard(staging, out, bit, given);
    buf_text(out, ")");
}

void staging_put_known(struct buf *out, uint64_t columns, const char *given)
{
    buf_format(out, "extract_same(t.extract, %sstage_cells) & %lld = %lld",
               given, (long long)columns, (long long)columns);
}

/* Of life and death, and of stays in hospital, each source has its own say. */
static bool says_words(const struct staging *staging)
{
    return staging_is_patient(staging) &&
           (staging_has(staging, "deceased_at") ||
            staging_has(staging, "inpatient"));
}

/* What the row does not change: the column says what is there, or is no news.
 * (What is told aside has no newer word of others.) */
static void put_same(struct staging *staging, struct buf *sql, size_t i)
{
    const struct feed_table *about = staging->about;
    const char *column = staging->columns[i];
    char given[80];
    snprintf(given, sizeof(given), ":%s", column);
    buf_text(sql, " AND (");
    if (staging_is_kin(staging, column)) {
        staging_kin_put_same(sql, column);
    } else if (feed_table_aside(about, column)) {
        if (text_equal(column, "inpatient"))
            stay_put_same(sql, column);
        else
            death_put_same(sql, column);
        buf_text(sql, " OR ");
        staging_put_heard(staging, sql, staging->about_columns[i].bit, ":");
        buf_text(sql, ")");
        return;
    } else {
        buf_format(sql,
                   same_patient(about, column)
                       ? "(SELECT coalesce(k.merged_into, k.id) FROM "
                         "patient k WHERE k.id = t.%s) IS "
                       : "t.%s IS ",
                   column);
        staging_put_column(staging, sql, column, given);
    }
    if (staging_keeps_cells(staging) && !staging_is_silent(staging, column)) {
        buf_text(sql, " OR ");
        staging_put_stands(staging, sql, i, ":stage_at", ":");
    }
    buf_text(sql, ")");
}

/* Of a patient what is no news, and the guardian who stays, by their key; a
 * row that changes is written without the one and with the other. */
static void put_kept(struct staging *staging, struct buf *sql)
{
    size_t guardian = staging_place(staging, "guardian_id");
    buf_text(sql, ", ");
    if (!staging_is_patient(staging)) {
        buf_text(sql, "0, 0, NULL");
        return;
    }
    put_heard(staging, sql, ":");
    if (guardian == staging->count) {
        buf_text(sql, ", 0, NULL");
        return;
    }
    buf_text(sql, ", ");
    staging_put_stands(staging, sql, guardian, ":stage_at", ":");
    buf_text(sql, ", (SELECT g.mrn FROM patient g WHERE g.id = t.guardian_id)");
}

/* Parameters are named after their columns and numbered in their order. */
static bool build_look(struct staging *staging, struct buf *sql,
                       struct error *err)
{
    const struct feed_table *about = staging->about;
    /* The parameters get their numbers here, whatever follows. */
    buf_text(sql, "WITH given AS (SELECT 1");
    for (size_t i = 0; i < staging->count; i++)
        buf_format(sql, ", :%s", staging->columns[i]);
    buf_text(sql, ", :stage_cells, :stage_at");
    if (says_words(staging))
        buf_text(sql, ", :word_source");
    bool cells = staging_keeps_cells(staging);
    buf_format(sql, ") SELECT t.id, %s, ",
               staging_is_patient(staging) ? "t.mrn IS NOT :mrn" : "0");
    /* most rows are just so, and nothing else is looked at */
    buf_text(sql, cells ? "t.extract IS :stage_cells OR extract_put(t.extract, "
                          ":stage_cells) IS t.extract, t.extract IS "
                          ":stage_cells OR 1"
                        : "1, 1");
    if (feed_table_marks_gone(about)) {
        buf_text(sql, " AND (t.gone_at IS NULL OR t.source_at > :stage_at OR ");
        staging_put_known(sql, staging->needed, ":");
        buf_text(sql, ")");
    }
    for (size_t i = 0; i < staging->count && !about->first_wins; i++)
        if (!feed_table_is_key(about, staging->columns[i]))
            put_same(staging, sql, i);
    put_kept(staging, sql);
    buf_format(sql, ", %s FROM %s t WHERE ",
               about->sourced ? "t.source" : "NULL", about->table);
    if (about->found)
        buf_text(sql, about->found);
    else
        staging_put_match(staging, sql, staging_has(staging, "merged_into"));
    staging->look = staging_build(staging, sql, err);
    if (staging->look && says_words(staging))
        bind_text_static(staging->look, (int)staging->count + 3,
                         staging->source ? staging->source : "");
    return staging->look != NULL;
}

static bool build_add(struct staging *staging, struct buf *sql,
                      struct error *err)
{
    buf_text(sql, "INSERT INTO temp.stage(stage_line, stage_id, stage_cells");
    for (size_t i = 0; i < staging->count; i++)
        buf_format(sql, ", %s", staging->columns[i]);
    buf_text(sql, ") VALUES (?1, ?2, ?3");
    for (size_t i = 0; i < staging->count; i++)
        buf_format(sql, ", ?%zu", i + 4);
    buf_text(sql, ")");
    staging->add = staging_build(staging, sql, err);
    return staging->add != NULL;
}

static bool drop_tables(struct staging *staging, struct error *err)
{
    static const char *const drops[] = {
        "DROP TABLE IF EXISTS temp.stage",
        "DROP TABLE IF EXISTS temp.noted",
        "DROP TABLE IF EXISTS temp.gone",
        "DROP TABLE IF EXISTS temp.contact",
        "DROP TABLE IF EXISTS temp.contact_owner",
        "DROP TABLE IF EXISTS temp.cover",
        "DROP TABLE IF EXISTS temp.kin",
        "DROP TABLE IF EXISTS temp.visit"};
    for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++)
        if (!staging_sql(staging, drops[i], err))
            return false;
    return true;
}

/* As in schema.sql: the same address, whatever its case. */
static bool is_address(const char *column)
{
    return text_equal(column, "value") || text_equal(column, "address");
}

static bool make_tables(struct staging *staging, struct buf *sql,
                        struct error *err)
{
    if (!staging_write_begin(staging, err) ||
        !staging_sql(staging, "PRAGMA temp.cache_size=-4096", err))
        return false;
    /* A staging that ended badly may have left its own. */
    if (!drop_tables(staging, err))
        return false;
    buf_text(sql, "CREATE TEMP TABLE stage(stage_n INTEGER PRIMARY KEY, "
                  "stage_line INTEGER, stage_id INTEGER, stage_cells "
                  "BLOB");
    for (size_t i = 0; i < staging->total; i++)
        buf_format(sql, ", %s%s", staging->columns[i],
                   is_address(staging->columns[i]) ? " COLLATE NOCASE" : "");
    buf_text(sql, ")");
    bool done = staging_sql(staging, sql->data, err);
    buf_reset(sql);
    return done &&
           staging_sql(staging,
                       "CREATE TEMP TABLE gone(id INTEGER PRIMARY KEY)", err) &&
           staging_sql(staging,
                       "CREATE TEMP TABLE noted(id INTEGER PRIMARY KEY, "
                       "cells BLOB)",
                       err) &&
           staging_visit_open(staging, err) &&
           (!staging_is_patient(staging) ||
            staging_contact_open(staging, err)) &&
           store_commit(staging->store, err);
}

static void copy_columns(struct staging *staging,
                         const struct staging_request *request)
{
    static const char *const computed[] = {"runs_out_on", "runs_out_at",
                                           "first_fill", "latest"};
    size_t more = text_equal(request->table, "fill") ? 4 : 0;
    staging->count = request->count;
    staging->total = request->count + more;
    staging->columns =
        memory_grow(NULL, staging->total, sizeof(staging->columns[0]));
    for (size_t i = 0; i < staging->total; i++)
        staging->columns[i] =
            memory_text(i < request->count ? request->columns[i]
                                           : computed[i - request->count]);
    struct buf name;
    buf_init(&name, STAGING_KEY_MAX);
    buf_format(&name, "%s%spatients", request->source ? request->source : "",
               request->source ? ":" : "");
    staging->contact_source = buf_take(&name);
}

static bool columns_know(struct staging *staging, struct error *err)
{
    uint64_t lacking;
    staging->about_columns =
        memory_new((staging->total + 1) * sizeof(staging->about_columns[0]));
    if (!feed_columns(staging->store, staging->about->table,
                      (const char *const *)staging->columns, staging->total,
                      staging->about_columns, &lacking, err))
        return false;
    for (size_t i = 0; i < staging->total; i++)
        if (feed_table_written(staging->about, staging->columns[i]))
            staging->said |= staging->about_columns[i].bit;
    for (size_t i = 0; i < staging->count; i++) {
        if (!staging_is_silent(staging, staging->columns[i]))
            staging->cells |= staging->about_columns[i].bit;
        if (feed_table_joint(staging->columns[i]))
            staging->joint |= staging->about_columns[i].bit;
        if (staging->about_columns[i].needed &&
            !feed_table_is_key(staging->about, staging->columns[i]))
            staging->needed |= staging->about_columns[i].bit;
        if (text_equal(staging->columns[i], "status"))
            staging->status = staging->about_columns[i].bit;
    }
    /* (a patient has nothing that every row has, but the key) */
    if (!staging->needed)
        staging->needed = staging->about_columns[staging->keys[0]].bit;
    return true;
}

/* Files do not come in the order in which they were written. */
static bool times_know(struct staging *staging, struct error *err)
{
    const char *table = staging->about->table;
    return !staging->about->sourced ||
           (extract_time_newer(staging->store, table, staging->at,
                               &staging->late, err) &&
            extract_full_read(staging->store, staging->source, table,
                              &staging->full_at, err));
}

struct staging *staging_open(struct store *store,
                             const struct staging_request *request,
                             struct error *err)
{
    const struct feed_table *about = feed_table_find(request->table);
    if (!about)
        PANIC("nothing is staged for %s", request->table);
    struct staging *staging = memory_new(sizeof(*staging));
    staging->store = store;
    staging->about = about;
    staging->source = memory_text(request->source);
    staging->zone = request->zone;
    staging->mistaken = request->mistaken;
    copy_columns(staging, request);
    staging->now = request->now;
    staging->at = request->at;
    staging->rising = true;
    buf_init(&staging->last, STAGING_KEY_MAX);
    buf_init(&staging->guardian, STAGING_KEY_MAX);
    if (!find_keys(staging))
        PANIC("a key of %s is not among the columns", about->table);
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    bool done = columns_know(staging, err) && times_know(staging, err) &&
                make_tables(staging, &sql, err) &&
                build_look(staging, &sql, err) && build_add(staging, &sql, err);
    buf_free(&sql);
    if (!done) {
        staging_close(staging);
        return NULL;
    }
    return staging;
}

void staging_close(struct staging *staging)
{
    if (!staging)
        return;
    statement_free(staging->look);
    statement_free(staging->add);
    statement_free(staging->find);
    statement_free(staging->anothers);
    statement_free(staging->contact_look);
    statement_free(staging->contact_same);
    statement_free(staging->contact_add);
    statement_free(staging->contact_owner);
    struct error ignored;
    store_rollback(staging->store);
    if (staging_write_begin(staging, &ignored) &&
        drop_tables(staging, &ignored))
        store_commit(staging->store, &ignored);
    store_rollback(staging->store);
    for (size_t i = 0; i < staging->total; i++)
        free(staging->columns[i]);
    free(staging->columns);
    free(staging->about_columns);
    free(staging->source);
    free(staging->contact_source);
    row_set_free(&staging->seen);
    row_set_free(&staging->again);
    free(staging->followed);
    buf_free(&staging->last);
    buf_free(&staging->guardian);
    free(staging);
}
