/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File after file, message after message. What FHIR says of people comes in
 * passes, for a resource may name one that stands behind it: which type a
 * resource is of is seen without reading it, so each is read once; but whoever
 * others of a Bundle name, for who goes by which name is found out first.
 */
#include "feeds/bulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/audit.h"
#include "store/consent.h"
#include "store/feed.h"
#include "store/store.h"
#include "store/waiting.h"

#include "feeds/fhir_base.h"
#include "feeds/fhir_entry.h"
#include "feeds/fhir_names.h"
#include "feeds/fhir_read.h"
#include "feeds/fhir_turn.h"
#include "feeds/hl7.h"
#include "feeds/hl7_facts.h"
#include "feeds/intake.h"

enum { COMMIT_ITEMS = 500, PROGRESS_ITEMS = 256 };

struct bulk {
    struct store *store;
    const struct bulk_options *options;
    const struct import_watch *watch;
    struct intake *intake;
    struct import_table *file; /* of the report */
    const char *name;
    int64_t line;
    int pass;
    unsigned *seen; /* of each file: the passes that take something of it */
    const char **senders; /* and whose its ids are */
    struct fhir_bases *bases;
    struct fhir_names *names;
    size_t document, entry; /* of the file; of that, if it is a Bundle */
    size_t at;              /* which file */
    bool framed;            /* the document at hand is at its end */
    int open;               /* messages in the transaction that is open */
    bool flawed;            /* a field of the message at hand was left out */
    struct consent_mark mark;
    instant written; /* when the file was */
    instant data_at; /* the newest one of which something went in; 0: none */
};

/* Which files -----------------------------------------------------------------
 */

static bool is_named_so(enum stream_kind kind, const char *name)
{
    static const char *const endings[2][5] = {
        [STREAM_HL7] = {".hl7", ".hl7.gz", ".hl7v2", ".er7", NULL},
        [STREAM_FHIR] = {".json", ".ndjson", ".json.gz", ".ndjson.gz", NULL}};
    for (size_t i = 0; i < 5 && endings[kind][i]; i++)
        if (text_ends(name, endings[kind][i]))
            return true;
    return false;
}

static void report_add(struct bulk *bulk, struct import_report *report,
                       const char *path, size_t of)
{
    enum stream_kind kind = bulk->options->kind;
    const char *const *senders = bulk->options->senders;
    bulk->senders =
        memory_grow(bulk->senders, report->count + 1, sizeof(bulk->senders[0]));
    bulk->senders[report->count] = senders ? senders[of] : NULL;
    report->tables = memory_grow(report->tables, report->count + 1,
                                 sizeof(report->tables[0]));
    report->tables[report->count++] =
        (struct import_table){.table = kind == STREAM_HL7 ? "hl7" : "fhir",
                              .file = memory_text(path)};
}

/* Some keep there what they are done with: none is entered unasked. */
static void note_folder(struct bulk *bulk, const char *path)
{
    char text[4200];
    snprintf(text, sizeof(text),
             "%s is a folder in a folder, and not read: name it as well if "
             "there is something to import in it",
             path);
    bulk->watch->note(bulk->watch->arg, text);
}

static bool find_files(struct bulk *bulk, struct import_report *report,
                       struct error *err)
{
    const struct bulk_options *options = bulk->options;
    for (size_t i = 0; i < options->path_count; i++) {
        const char *path = options->paths[i];
        char **names = NULL;
        size_t count = 0;
        if (!file_exists(path))
            return error_set(err, ERROR_CANNOT, "there is no file %s", path);
        if (!file_is_directory(path)) {
            report_add(bulk, report, path, i);
            continue;
        }
        if (!file_list(path, NULL, &names, &count, err))
            return false;
        for (size_t n = 0; n < count; n++) {
            char whole[4096];
            file_join(whole, sizeof(whole), path, names[n]);
            if (is_named_so(options->kind, names[n]))
                report_add(bulk, report, whole, i);
            else if (names[n][0] != '.' && file_is_directory(whole))
                note_folder(bulk, whole);
        }
        file_list_free(names, count);
    }
    return report->count > 0 ||
           error_set(err, ERROR_INPUT,
                     "there is nothing to import: no file is named %s",
                     options->kind == STREAM_HL7 ? "*.hl7"
                                                 : "*.json or *.ndjson");
}

/* What could not be taken -----------------------------------------------------
 */

static void tell(struct bulk *bulk, const char *where, const char *value,
                 bool personal, const char *reason, bool row)
{
    struct buf shown;
    buf_init(&shown, 4096);
    if (value && personal)
        text_mask(&shown, value);
    else if (value)
        buf_text(&shown, value);
    const struct import_bad bad = {
        bulk->name, bulk->line, where ? where : "", value ? shown.data : NULL,
        reason,     row};
    bulk->watch->bad(bulk->watch->arg, &bad);
    bulk->flawed |= !row;
    buf_free(&shown);
}

static void on_bad(void *arg, const struct intake_bad *bad)
{
    struct bulk *bulk = arg;
    tell(bulk, bad->where ? bad->where : bad->column, bad->value, false,
         bad->reason, bad->row);
}

/* Messages --------------------------------------------------------------------
 */

static bool commit(struct bulk *bulk, struct error *err)
{
    if (bulk->open == 0)
        return true;
    bulk->open = 0;
    if (consent_audit_since(bulk->store, &bulk->mark, bulk->options->actor,
                            bulk->options->now, err) &&
        store_commit(bulk->store, err))
        return true;
    store_rollback(bulk->store);
    return false;
}

static bool begin(struct bulk *bulk, struct error *err)
{
    return bulk->open > 0 || (store_begin(bulk->store, err) &&
                              consent_mark(bulk->store, &bulk->mark, err));
}

/* `fatal`: nothing of the message goes in. */
static void tell_faults(struct bulk *bulk, const struct facts *facts,
                        bool fatal)
{
    for (size_t i = 0; i < facts->fault_count; i++) {
        const struct fact_fault *fault = &facts->faults[i];
        tell(bulk, fault->where, fault->value, fault->personal, fault->reason,
             fatal || fault->row);
        bulk->file->bad += !fatal && fault->row;
    }
}

static bool take(struct bulk *bulk, const struct facts *facts,
                 struct error *err)
{
    struct intake_counts counts = {0};
    struct import_table *file = bulk->file;
    bulk->flawed = false;
    if (!begin(bulk, err) ||
        !intake_take(bulk->intake, facts, &counts, on_bad, bulk, err) ||
        !intake_hold(bulk->intake, err))
        return false;
    bulk->open++;
    tell_faults(bulk, facts, false);
    file->made += (int64_t)counts.made;
    file->changed += (int64_t)(counts.changed + counts.merged + counts.parted);
    file->same += (int64_t)(counts.same + counts.older + counts.quiet);
    file->gone += (int64_t)counts.ended;
    file->bad += (int64_t)counts.bad;
    file->waiting += (int64_t)(counts.waiting + counts.early - counts.quiet);
    file->woken += (int64_t)counts.woken;
    file->forgotten += (int64_t)counts.forgotten;
    file->followed += counts.followed;
    file->flawed += bulk->flawed;
    if (counts.news > 0 && bulk->written > bulk->data_at)
        bulk->data_at = bulk->written;
    return bulk->open < COMMIT_ITEMS || commit(bulk, err);
}

/* Nothing of it goes in. */
static void refuse(struct bulk *bulk, const struct facts *facts)
{
    tell_faults(bulk, facts, true);
    bulk->file->bad++;
}

/* There is nothing for us in it, maybe because of what could not be read. */
static void pass_over(struct bulk *bulk, const struct facts *facts)
{
    tell_faults(bulk, facts, true);
    bulk->file->others++;
    bulk->file->flawed += facts->fault_count > 0;
}

/* What the file holds and is no message; the first pass tells. */
static void tell_wrong(struct bulk *bulk, const struct stream_item *item)
{
    if (bulk->pass > 0)
        return;
    tell(bulk, item->where, item->value, false, item->wrong, !item->where);
    bulk->file->read += !item->where;
    bulk->file->bad += !item->where;
    bulk->file->flawed += item->where != NULL;
}

static bool take_hl7(struct bulk *bulk, const struct stream_item *item,
                     struct error *err)
{
    struct error why = {0};
    const struct hl7_options options = {.zone = bulk->options->zone,
                                        .terms = bulk->options->terms,
                                        .mrn_authority =
                                            bulk->options->mrn_authority,
                                        .training = bulk->options->training,
                                        .mapping = bulk->options->mapping};
    struct hl7 *message = hl7_parse(item->text, item->len, &why);
    bulk->file->read++;
    if (!message) {
        tell(bulk, "", NULL, false, why.text, true);
        bulk->file->bad++;
        return true;
    }
    struct facts *facts = facts_new("hl7");
    enum hl7_verdict verdict = hl7_facts(message, &options, facts);
    bool done = true;
    if (verdict == HL7_UNDERSTOOD)
        done = take(bulk, facts, err);
    else if (verdict == HL7_NOT_OURS)
        pass_over(bulk, facts);
    else
        refuse(bulk, facts);
    facts_free(facts);
    hl7_free(message);
    return done;
}

/* The first "resourceType" of a text; "" when there is none. */
static void peek_type(const struct stream_item *item, char out[64])
{
    static const char key[] = "\"resourceType\"";
    const char *at = memmem(item->text, item->len, key, sizeof(key) - 1);
    out[0] = '\0';
    if (!at)
        return;
    at += sizeof(key) - 1;
    at += strspn(at, " \t\r\n:");
    if (*at != '"')
        return;
    size_t len = strcspn(at + 1, "\"");
    if (len < 64) {
        memcpy(out, at + 1, len);
        out[len] = '\0';
    }
}

/* Resources whose address says it need nobody to remember it. */
static void note_base(struct bulk *bulk, struct arena *arena,
                      const struct fhir_entry *entry)
{
    bool by_url;
    const char *base = entry->resource && entry->id
                           ? fhir_base(arena, entry->full_url, entry->type,
                                       entry->resource, &by_url)
                           : NULL;
    if (base && !by_url)
        fhir_bases_put(bulk->bases, entry->type, entry->id, base, false);
}

static struct fhir_reader reader_of(struct bulk *bulk,
                                    const struct json_node *root)
{
    const char *sender = bulk->senders[bulk->at];
    const char *at = json_get_text(json_get(root, "response"), "lastModified");
    struct fhir_reader reader = {.store = bulk->store,
                                 .names = bulk->names,
                                 .options = {.now = bulk->options->now,
                                             .terms = bulk->options->terms,
                                             .mapping = bulk->options->mapping,
                                             .bases = bulk->bases},
                                 .source = sender ? sender : "fhir"};
    if (!at || !civil_parse_instant(at, &reader.at))
        reader.at = fhir_names_at(bulk->names);
    return reader;
}

/* What is no entry is a resource by itself. */
static void entry_of(struct bulk *bulk, const struct stream_item *item,
                     const struct json_node *root, struct arena *arena,
                     struct fhir_entry *entry)
{
    *entry = (struct fhir_entry){.number = bulk->entry};
    if (item->entry)
        fhir_entry_read(arena, entry, root, "Bundle.entry",
                        fhir_entry_wishes(root));
    else
        fhir_entry_single(arena, entry, root);
}

static bool take_entry(struct bulk *bulk, const struct fhir_entry *entry,
                       const struct fhir_reader *reader, struct error *err)
{
    struct facts *facts;
    enum fhir_verdict verdict;
    bool done = fhir_read(reader, entry, &facts, &verdict, err);
    switch (done ? verdict : FHIR_WRONG) {
    case FHIR_UNDERSTOOD:
        done = take(bulk, facts, err);
        break;
    case FHIR_NOT_OURS:
        pass_over(bulk, facts);
        break;
    case FHIR_WRONG:
        refuse(bulk, facts);
        break;
    }
    facts_free(facts);
    return done;
}

static bool take_root(struct bulk *bulk, const struct stream_item *item,
                      const struct json_node *root, struct error *err)
{
    struct arena *arena = arena_new();
    struct fhir_entry entry;
    const struct fhir_reader reader = reader_of(bulk, root);
    bool done = true;
    bulk->file->read++;
    entry_of(bulk, item, root, arena, &entry);
    note_base(bulk, arena, &entry);
    if (!entry.resource && entry.wish != FHIR_DELETE) {
        bulk->file->others++; /* what was asked or answered */
    } else if (entry.flaw.status) {
        tell(bulk, entry.flaw.where, NULL, false, entry.flaw.text, true);
        bulk->file->bad++;
    } else {
        done = take_entry(bulk, &entry, &reader, err);
    }
    arena_free(arena);
    return done;
}

/* Before anything is taken: who goes by which name in this Bundle. What cannot
 * be read is told when its turn comes. */
static bool survey(struct bulk *bulk, const struct stream_item *item,
                   const char *type, struct error *err)
{
    struct error ignored = {0};
    bool frame = !item->entry && text_equal(type, "Bundle"), done = true;
    struct json *doc =
        frame || (item->entry && fhir_names_want(type))
            ? json_parse(item->text, item->len, 0, &ignored, NULL)
            : NULL;
    if (!doc)
        return true;
    const struct json_node *root = json_root(doc);
    if (frame) {
        const char *at = json_get_text(root, "timestamp");
        instant when;
        if (at && civil_parse_instant(at, &when))
            fhir_names_date(bulk->names, when);
        json_free(doc);
        return true;
    }
    const struct fhir_reader reader = reader_of(bulk, root);
    struct arena *arena = arena_new();
    struct fhir_entry entry;
    entry_of(bulk, item, root, arena, &entry);
    if (!entry.flaw.status) {
        fhir_names_add(bulk->names, &entry, json_get_text(root, "fullUrl"));
        done = fhir_read_self(&reader, &entry, err);
    }
    arena_free(arena);
    json_free(doc);
    return done;
}

static bool take_fhir(struct bulk *bulk, const struct stream_item *item,
                      struct error *err)
{
    char type[64];
    peek_type(item, type);
    bulk->document += bulk->framed;
    bulk->framed = !item->entry;
    bulk->entry += item->entry;
    fhir_names_turn_to(bulk->names, bulk->at, bulk->document);
    if (bulk->pass == 0) {
        bulk->seen[bulk->at] |= 1u << (1 + fhir_turn(type));
        return survey(bulk, item, type, err);
    }
    if (bulk->pass != 1 + fhir_turn(type))
        return true;
    struct error why = {0};
    struct json *doc = json_parse(item->text, item->len, 0, &why, NULL);
    bool done = true;
    if (!doc) {
        bulk->file->read++;
        tell(bulk, "", NULL, false, why.text, true);
        bulk->file->bad++;
    } else if (item->entry ||
               !text_equal(json_get_text(json_root(doc), "resourceType"),
                           "Bundle")) {
        done = take_root(bulk, item, json_root(doc), err);
    }
    json_free(doc);
    return done;
}

/* Files -----------------------------------------------------------------------
 */

/* The file is at fault: it is left where it broke off, the import goes on. What
 * came before is in, and counted. */
static void break_off(struct import_table *file, const char *why)
{
    file->taken = file->made + file->changed + file->same + file->gone > 0;
    snprintf(file->reason, sizeof(file->reason), "%.400s: %s", why,
             file->taken ? "what comes before that was taken"
                         : "nothing of it was taken");
}

static bool take_file(struct bulk *bulk, struct error *err)
{
    struct error why = {0};
    struct stream_item item;
    bool hl7 = bulk->options->kind == STREAM_HL7;
    struct stream *stream =
        stream_open(bulk->file->file, bulk->options->kind, &why);
    bool done = true;
    int step = -1;
    bulk->name = file_base(bulk->file->file);
    bulk->written = file_changed(bulk->file->file, bulk->options->now);
    bulk->document = bulk->entry = 0;
    bulk->framed = false;
    intake_data_at(bulk->intake, bulk->written);
    if (stream) {
        bulk->watch->begin(bulk->watch->arg, bulk->name, stream_size(stream));
        for (int64_t n = 1;
             done && (step = stream_next(stream, &item, &why)) == 1; n++) {
            bulk->line = item.line;
            bulk->framed |= item.wrong != NULL; /* another one may follow */
            if (item.wrong)
                tell_wrong(bulk, &item);
            else
                done = hl7 ? take_hl7(bulk, &item, err)
                           : take_fhir(bulk, &item, err);
            if (n % PROGRESS_ITEMS == 0)
                bulk->watch->moved(bulk->watch->arg, stream_position(stream));
        }
        done = done && commit(bulk, err);
        bulk->watch->end(bulk->watch->arg);
    }
    stream_close(stream);
    if (done && step < 0 && !bulk->file->reason[0])
        break_off(bulk->file, why.text);
    return done;
}

/* All of it was wrong. */
static bool is_useless(const struct import_table *file)
{
    return file->bad > 0 && file->made + file->changed + file->same +
                                    file->forgotten + file->others ==
                                0;
}

static bool note(struct bulk *bulk, const struct import_report *report,
                 struct error *err)
{
    int64_t read = 0, followed = 0;
    char detail[200];
    const char *name = bulk->options->kind == STREAM_HL7 ? "hl7" : "fhir";
    for (size_t i = 0; i < report->count; i++) {
        read += report->tables[i].read;
        followed += report->tables[i].followed;
    }
    snprintf(detail, sizeof(detail),
             followed ? "files=%zu read=%lld followed=%lld"
                      : "files=%zu read=%lld",
             report->count, (long long)read, (long long)followed);
    if (store_begin(bulk->store, err) &&
        (!bulk->data_at || feed_note(bulk->store, name, bulk->data_at,
                                     bulk->options->now, read, err)) &&
        audit_add(bulk->store, bulk->options->now, bulk->options->actor,
                  "import", name, detail, err))
        return store_commit(bulk->store, err);
    store_rollback(bulk->store);
    return false;
}

bool bulk_run(struct store *store, const struct bulk_options *options,
              const struct import_watch *watch, struct import_report *report,
              struct error *err)
{
    struct bulk bulk = {.store = store, .options = options, .watch = watch};
    const struct intake_options intake = {
        .country = options->country,
        .zone = options->zone,
        .mrn_authority = options->mrn_authority,
        .also_authority = options->also_authority,
        .now = options->now};
    *report = (struct import_report){0};
    int lock = store_lock_import(store, err);
    bool done = lock >= 0 && find_files(&bulk, report, err);
    int passes = options->kind == STREAM_HL7 ? 1 : 1 + FHIR_TURNS;
    bulk.intake = intake_new(store, &intake);
    bulk.bases = fhir_bases_new();
    bulk.names = fhir_names_new();
    bulk.seen = memory_new((report->count + 1) * sizeof(bulk.seen[0]));
    for (bulk.pass = 0; done && bulk.pass < passes; bulk.pass++)
        for (bulk.at = 0; done && bulk.at < report->count; bulk.at++) {
            bulk.file = &report->tables[bulk.at];
            /* the first pass sees all of them, and what they are of; of FHIR
               it takes nothing */
            bool wanted = bulk.pass == 0 || bulk.seen[bulk.at] >> bulk.pass & 1;
            if (wanted && !bulk.file->reason[0])
                done = take_file(&bulk, err);
        }
    fhir_bases_free(bulk.bases);
    fhir_names_free(bulk.names);
    free(bulk.senders);
    free(bulk.seen);
    for (size_t i = 0; i < report->count; i++) {
        struct import_table *file = &report->tables[i];
        if (!file->reason[0] && is_useless(file))
            snprintf(file->reason, sizeof(file->reason),
                     "%s: nothing in it can be read", file_base(file->file));
        file->taken = file->taken || !file->reason[0];
        file->stands = true;
    }
    struct waiting_counts waiting = {0};
    done = done && note(&bulk, report, err) &&
           waiting_count(store, options->now, &waiting, err);
    report->waiting = waiting.rows;
    store_rollback(store);
    intake_free(bulk.intake);
    if (lock >= 0)
        file_unlock(lock);
    return done;
}
