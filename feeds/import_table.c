/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file into one table: read everything, look at what would change, decide,
 * and only then write, in one transaction. A file that is broken, has too many
 * bad rows or would end too much of what is there changes nothing.
 */
#include "feeds/import_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/audit.h"
#include "store/consent.h"
#include "store/feed.h"
#include "store/forgotten.h"
#include "store/staging.h"
#include "store/store.h"
#include "store/wall.h"

#include "feeds/binding.h"
#include "feeds/csv.h"
#include "feeds/intake.h"
#include "feeds/mapping.h"
#include "feeds/record.h"

enum { PROGRESS_ROWS = 4096 };

struct take {
    struct store *store;
    const struct import_options *options;
    const struct import_watch *watch;
    const struct import_job *job;
    struct import_wait *wait;
    struct import_table *report;
    const char *name; /* of the file, without its folder */
    instant written;
    struct import_open from;
    struct staging *staging;
    /* Prescriptions of people who were forgotten, which fills will name. */
    struct {
        int64_t patient_id;
        char *key;
    } * forgotten;
    size_t forgotten_count, forgotten_room;
    /* Lines that wait for another file; and how far those are that did. */
    int64_t *held;
    size_t held_count, held_room, read_again;
};

/* The file is at fault, not the store: it is refused, the import goes on. */
static bool refuse(struct take *take, const struct error *why,
                   struct error *err)
{
    if (why->kind != ERROR_INPUT) {
        if (err)
            *err = *why;
        return false;
    }
    text_copy(take->report->reason, sizeof(take->report->reason), why->text);
    return true;
}

static void tell(struct take *take, int64_t line, const char *column,
                 const char *value, const char *reason, bool row)
{
    const struct import_bad bad = {take->name, line,   column,
                                   value,      reason, row};
    if (row)
        take->report->bad++;
    take->watch->bad(take->watch->arg, &bad);
}

/* A row of these tables is its key: saying it twice is no fault. */
static bool says_all(const struct take *take)
{
    return text_equal(take->job->table->name, "suppressions") ||
           text_equal(take->job->table->name, "lists");
}

static void tell_twice(void *arg, int64_t line, int64_t first_line)
{
    struct take *take = arg;
    char reason[80];
    take->report->made--;
    if (says_all(take)) {
        take->report->same++;
        return;
    }
    snprintf(reason, sizeof(reason), "the same key as in line %lld",
             (long long)first_line);
    tell(take, line, "", NULL, reason, true);
}

/* Unknown columns of our own layout, or faults of a mapping. */
static void told(void *arg, const char *text)
{
    struct take *take = arg;
    if (take->wait->again)
        return;
    if (take->job->mapped)
        take->watch->fault(take->watch->arg, text);
    else
        take->watch->note(take->watch->arg, text);
}

/* Opening -------------------------------------------------------------------
 */

static bool open_file(struct take *take, struct error *err)
{
    const struct import_open_request request = {.store = take->store,
                                                .options = take->options,
                                                .job = take->job,
                                                .tell = told,
                                                .arg = take};
    return import_open(&request, &take->from, err);
}

/* What it lacks may be new, and what it has may be over. */
static bool check_newest(struct take *take, struct error *err)
{
    char ours[CIVIL_TEXT_MAX], known[CIVIL_TEXT_MAX];
    instant full_at = staging_full_at(take->staging);
    if (full_at <= take->written)
        return true;
    civil_utc_text(take->written, ours);
    civil_utc_text(full_at, known);
    return error_set(err, ERROR_INPUT,
                     "%s: was written at %s, and a full extract of the %s that "
                     "was written at %s is in already: refused, it would end "
                     "what is new and bring back what is over",
                     take->name, ours, take->job->table->rows, known);
}

static bool open_staging(struct take *take, struct error *err)
{
    const struct import_options *options = take->options;
    const struct mapping_table *mapped = take->job->mapped;
    struct staging_request request = {.table = take->job->table->table,
                                      .source = mapped ? mapped->source : "csv",
                                      .now = options->now,
                                      .zone = options->zone,
                                      .mistaken = take->job->mistaken};
    request.at = take->written = file_changed(take->job->path, options->now);
    request.columns = record_columns(take->from.record, &request.count);
    take->staging = staging_open(take->store, &request, err);
    return take->staging && (!options->full || check_newest(take, err));
}

/* Rows ----------------------------------------------------------------------
 */

static void count_verdict(struct take *take, enum staging_verdict verdict,
                          int64_t line)
{
    switch (verdict) {
    case STAGING_NEW:
        take->report->made++;
        return;
    case STAGING_CHANGED:
        take->report->changed++;
        return;
    case STAGING_SAME:
    case STAGING_YIELDS:
        take->report->same++;
        return;
    case STAGING_TWICE:
        if (says_all(take)) {
            take->report->same++;
            return;
        }
        tell(take, line, "", NULL, "its key came before in this file", true);
        return;
    case STAGING_OTHER:
        tell(take, line, "", NULL,
             "another mapping has a row of this id, about somebody else: "
             "nothing of this one is taken. Where two systems count alike, one "
             "mapping puts something in front of its ids (concat), wherever "
             "they stand",
             true);
        return;
    case STAGING_FIXED:
        tell(take, line, "", NULL,
             "this row is known and never changes: give what is new an id of "
             "its own",
             true);
        return;
    }
}

/* A reminder of a visit that is off, or somewhere else, is worse than none. */
static bool heed(struct take *take, bool off_alone, struct error *err)
{
    struct staging_visit visit;
    return !record_visit(take->from.record, &visit) ||
           (off_alone && !visit.off) ||
           staging_visit(take->staging, &visit, err);
}

static bool stage(struct take *take, int64_t line, struct error *err)
{
    enum staging_verdict verdict;
    if (!staging_row(take->staging, line, record_values(take->from.record),
                     &verdict, err))
        return false;
    const char *mrn;
    const struct staging_contact *contacts;
    size_t count;
    if (verdict != STAGING_TWICE && verdict != STAGING_FIXED &&
        verdict != STAGING_YIELDS && verdict != STAGING_OTHER &&
        record_contacts(take->from.record, &mrn, &contacts, &count) &&
        !staging_contacts(take->staging, line, mrn, contacts, count, &verdict,
                          err))
        return false;
    count_verdict(take, verdict, line);
    return verdict != STAGING_TWICE || heed(take, true, err);
}

static bool stage_all(struct take *take, int64_t line, struct error *err)
{
    if (!stage(take, line, err))
        return false;
    if (!record_other_channel(take->from.record))
        return true;
    take->report->read++;
    return stage(take, line, err);
}

/* A row that cannot be used is still no sign that what it tells of has ended:
 * the key alone says that it came. */
static bool keep(struct take *take, struct error *err)
{
    return heed(take, false, err) &&
           (!take->options->full ||
            staging_keep(take->staging, record_values(take->from.record), err));
}

static bool keep_texts(struct take *take, const char *const *texts,
                       struct error *err)
{
    return record_read(take->from.record, texts, err) != RECORD_FAILED &&
           keep(take, err);
}

static void note_forgotten(struct take *take)
{
    struct record_forgotten row = record_forgotten(take->from.record);
    take->report->forgotten++;
    if (!row.prescription)
        return;
    if (take->forgotten_count == take->forgotten_room) {
        take->forgotten_room = 2 * take->forgotten_room + 16;
        take->forgotten = memory_grow(take->forgotten, take->forgotten_room,
                                      sizeof(*take->forgotten));
    }
    take->forgotten[take->forgotten_count].patient_id = row.patient_id;
    take->forgotten[take->forgotten_count++].key =
        memory_text(row.prescription);
}

static bool write_forgotten(const struct take *take, struct error *err)
{
    for (size_t i = 0; i < take->forgotten_count; i++)
        if (!forgotten_note(
                take->store, FORGOTTEN_PRESCRIPTION, take->forgotten[i].key,
                take->forgotten[i].patient_id, take->options->now, err))
            return false;
    return true;
}

/* One of the rows that a row of the file becomes. */
static bool take_turn(struct take *take, const struct csv_row *row,
                      int64_t turn, struct error *err)
{
    struct binding_fault fault;
    const char *const *texts;
    if (binding_texts(take->from.binding, turn, &texts, &fault) ==
        BINDING_BAD) {
        tell(take, row->line, fault.column, NULL, fault.reason, true);
        return keep_texts(take, texts, err);
    }
    enum record_verdict verdict = record_read(take->from.record, texts, err);
    if (verdict == RECORD_FAILED)
        return false;
    if (verdict == RECORD_FORGOTTEN) {
        note_forgotten(take);
        return true;
    }
    size_t count;
    const struct record_fault *faults =
        record_faults(take->from.record, &count);
    /* What is wrong with a field was told when the row came first. */
    if (take->wait->again && verdict == RECORD_GOOD)
        count = 0;
    for (size_t i = 0; i < count; i++)
        tell(take, row->line, faults[i].column, faults[i].value,
             faults[i].reason, verdict == RECORD_BAD);
    if (verdict == RECORD_BAD)
        return keep(take, err);
    take->report->flawed += count > 0;
    return stage_all(take, row->line, err);
}

/* A row that is too long or too short, since a separator or a line break was
 * not quoted, or in another encoding: its key can be read, mostly. */
static bool keep_row(struct take *take, const struct csv_row *row,
                     struct error *err)
{
    struct csv_row fitted;
    struct binding_fault ignored;
    const char *const *texts;
    int64_t turns;
    import_fit(&take->from, row, &fitted);
    enum binding_verdict verdict =
        binding_begin(take->from.binding, &fitted, &turns, &ignored, err);
    if (verdict != BINDING_GOOD || turns == 0)
        return verdict != BINDING_FAILED;
    binding_texts(take->from.binding, 0, &texts, &ignored);
    return keep_texts(take, texts, err);
}

static bool take_row(struct take *take, const struct csv_row *row,
                     struct error *err)
{
    if (take->options->full && !import_is_whole(&take->from, row, err))
        return false;
    if (csv_is_blank(row))
        return true;
    struct binding_fault fault;
    int64_t turns = 1;
    enum binding_verdict verdict = BINDING_BAD;
    if (row->count == take->from.columns) {
        verdict = binding_begin(take->from.binding, row, &turns, &fault, err);
    } else {
        fault.column = "";
        snprintf(fault.reason, sizeof(fault.reason),
                 "has %zu fields, the header row has %zu", row->count,
                 take->from.columns);
    }
    take->report->read += turns;
    if (verdict == BINDING_BAD)
        tell(take, row->line, fault.column, NULL, fault.reason, true);
    if (verdict != BINDING_GOOD)
        return verdict == BINDING_BAD && keep_row(take, row, err);
    for (int64_t turn = 0; turn < turns; turn++)
        if (!take_turn(take, row, turn, err))
            return false;
    return true;
}

static void hold(struct take *take, int64_t line)
{
    if (take->held_count == take->held_room) {
        take->held_room = 2 * take->held_room + 16;
        take->held =
            memory_grow(take->held, take->held_room, sizeof(take->held[0]));
    }
    take->held[take->held_count++] = line;
}

static void tell_kin(void *arg, const struct staging_kin *kin)
{
    static const char *const reasons[] = {
        [STAGING_KIN_UNKNOWN] = ("there is no patient with this MRN, and none "
                                 "comes in this import"),
        [STAGING_KIN_SELF] = "names the patient's own record: leave it empty",
        [STAGING_KIN_CIRCLE] = "leads back to this patient in a circle",
    };
    struct take *take = arg;
    const struct layout_table *table = take->job->table;
    if (kin->made)
        take->report->made--;
    else
        take->report->changed--;
    if (kin->fault == STAGING_KIN_YIELDS) {
        take->report->same++;
        return;
    }
    if (kin->fault == STAGING_KIN_UNKNOWN && take->wait->on) {
        take->report->read--;
        hold(take, kin->line);
        return;
    }
    size_t i = 0;
    while (!text_equal(table->columns[i].target, kin->column))
        i++;
    tell(take, kin->line, table->columns[i].name, kin->key, reasons[kin->fault],
         true);
}

static int compare_lines(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* The lines that wait now, of a file that was taken. */
static void note_held(struct take *take, bool taken)
{
    free(take->wait->lines);
    take->wait->lines = take->held;
    take->wait->count = taken ? take->held_count : 0;
    if (take->held_count > 0)
        qsort(take->held, take->held_count, sizeof(take->held[0]),
              compare_lines);
}

static bool is_due(struct take *take, int64_t line)
{
    const struct import_wait *wait = take->wait;
    if (!wait->again)
        return true;
    while (take->read_again < wait->count &&
           wait->lines[take->read_again] < line)
        take->read_again++;
    return take->read_again < wait->count &&
           wait->lines[take->read_again] == line;
}

/* Once a column: it may be so in every row, and is no fault. */
static void tell_nothings(struct take *take)
{
    size_t count;
    char text[200];
    const struct record_input *inputs =
        binding_inputs(take->from.binding, &count);
    for (size_t i = 0; i < count && !take->wait->again; i++) {
        snprintf(text, sizeof(text),
                 "%s: %s: UNKNOWN, 1900-01-01 or the like in rows: %lld",
                 take->name, inputs[i].column->name,
                 (long long)record_nothings(take->from.record, i));
        if (record_nothings(take->from.record, i) > 0)
            take->watch->note(take->watch->arg, text);
    }
}

static bool take_rows(struct take *take, struct error *err)
{
    struct csv_row row;
    int step;
    for (int64_t n = 1; (step = csv_next(take->from.csv, &row, err)) == 1;
         n++) {
        if (n % PROGRESS_ROWS == 0)
            take->watch->moved(take->watch->arg, csv_position(take->from.csv));
        if (is_due(take, row.line) && !take_row(take, &row, err))
            return false;
    }
    tell_nothings(take);
    return step == 0 &&
           staging_duplicates(take->staging, tell_twice, take, err) &&
           staging_kin(take->staging, tell_kin, take, err);
}

/* Deciding ------------------------------------------------------------------
 */

static bool check_bad(struct take *take, struct error *err)
{
    const struct import_table *report = take->report;
    int64_t faulty = report->bad + report->flawed;
    /* (The file was taken already, all but for a few rows.) */
    if (report->read == 0 || take->wait->again ||
        (double)faulty * 100 <= take->options->max_bad * (double)report->read)
        return true;
    return error_set(err, ERROR_INPUT,
                     "%s: %lld of %lld rows have faults, more than %g %%: "
                     "nothing of it was taken (--max-bad sets the limit)",
                     take->name, (long long)faulty, (long long)report->read,
                     take->options->max_bad);
}

static bool check_gone(struct take *take, struct error *err)
{
    int64_t active, missing, gone;
    take->report->stands = !staging_ends(take->staging);
    if (!take->options->full || take->wait->again)
        return true;
    if (!staging_missing(take->staging, &active, &missing, &gone, err))
        return false;
    take->report->gone = gone;
    double share = active ? (double)missing * 100 / (double)active : 0;
    if (take->options->accept || share <= IMPORT_MAX_GONE)
        return true;
    take->report->gone = 0;
    return error_set(err, ERROR_INPUT,
                     "%s: would end %.0f %% of the %s (%lld of %lld): refused; "
                     "use --accept if that is right",
                     take->name, share, take->job->table->rows,
                     (long long)missing, (long long)active);
}

static bool audit(const struct take *take, struct error *err)
{
    const struct import_table *report = take->report;
    char detail[240];
    int used = snprintf(detail, sizeof(detail),
                        "read=%lld new=%lld changed=%lld gone=%lld bad=%lld",
                        (long long)report->read, (long long)report->made,
                        (long long)report->changed, (long long)report->gone,
                        (long long)report->bad);
    if (report->followed)
        snprintf(detail + used, sizeof(detail) - (size_t)used, " followed=%lld",
                 (long long)report->followed);
    return audit_add(take->store, take->options->now, take->options->actor,
                     "import", take->job->table->name, detail, err);
}

static void tell_woken(void *arg, const struct intake_bad *bad)
{
    struct take *take = arg;
    const struct import_bad told = {take->name, 0,           bad->column,
                                    bad->value, bad->reason, bad->row};
    take->watch->bad(take->watch->arg, &told);
}

/* What messages said of these people before their records came. */
static bool wake(struct take *take, struct error *err)
{
    const struct import_options *options = take->options;
    const struct intake_options of = {.country = options->country,
                                      .zone = options->zone,
                                      .now = options->now};
    struct intake_counts counts = {0};
    if (!text_equal(take->job->table->name, "patients"))
        return true;
    struct intake *intake = intake_new(take->store, &of);
    bool done = intake_wake_known(intake, &counts, tell_woken, take, err);
    intake_free(intake);
    take->report->woken += (int64_t)counts.woken;
    take->report->bad += (int64_t)counts.bad;
    take->report->followed += counts.followed;
    return done;
}

static bool write_all(struct take *take, struct error *err)
{
    const struct import_options *options = take->options;
    take->watch->write(take->watch->arg);
    if (!store_begin(take->store, err))
        return false;
    struct consent_mark mark;
    if (consent_mark(take->store, &mark, err) &&
        staging_apply(take->staging, err) &&
        wall_follow(take->store, options->zone, options->now,
                    &take->report->followed, err) &&
        wake(take, err) &&
        consent_audit_since(take->store, &mark, options->actor, options->now,
                            err) &&
        staging_audit(take->staging, options->actor, err) &&
        write_forgotten(take, err) &&
        feed_note(take->store, take->job->table->name, take->written,
                  options->now, take->report->read, err) &&
        audit(take, err))
        return store_commit(take->store, err);
    store_rollback(take->store);
    return false;
}

bool import_one(struct store *store, const struct import_options *options,
                const struct import_watch *watch, const struct import_job *job,
                struct import_wait *wait, struct import_table *report,
                struct error *err)
{
    struct take take = {.store = store,
                        .options = options,
                        .watch = watch,
                        .job = job,
                        .wait = wait,
                        .report = report,
                        .name = file_base(job->path)};
    struct error why = {0};
    bool begun = false;
    bool done = open_file(&take, &why) && open_staging(&take, &why);
    if (done) {
        watch->begin(watch->arg, take.name, csv_size(take.from.csv));
        begun = true;
        done = take_rows(&take, &why) && check_bad(&take, &why) &&
               check_gone(&take, &why) && write_all(&take, &why);
    }
    report->taken = done;
    note_held(&take, done);
    for (size_t i = 0; i < take.forgotten_count; i++)
        free(take.forgotten[i].key);
    free(take.forgotten);
    staging_close(take.staging);
    import_close(&take.from);
    if (begun)
        watch->end(watch->arg);
    return done || refuse(&take, &why, err);
}
