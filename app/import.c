/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach import`: files of a clinic into the patient store. Says what was
 * new, changed and wrong; the deciding is done in feeds/.
 */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "feeds/bulk.h"
#include "feeds/import.h"
#include "feeds/mapping.h"
#include "feeds/terms.h"
#include "store/feed.h"
#include "store/store.h"

#include "app/codes.h"
#include "app/command.h"
#include "app/import_explain.h"
#include "app/setup.h"
#include "app/table.h"

enum { SHOWN_BAD = 10, PRINT_MAX = 4 << 20 };

struct printer {
    const struct options *options;
    struct progress progress;
    int64_t bad; /* of the file being read */
    int64_t hidden;
    bool first;       /* of the JSON array */
    struct buf notes; /* with --json: warnings and faults of a mapping */
    struct json_writer writer; /* of these */
};

/* With --json the faults are written as they come, so that a report of any
 * length needs no memory. */
static void json_bad(struct printer *printer, const struct import_bad *bad)
{
    struct buf out;
    struct json_writer writer;
    buf_init(&out, PRINT_MAX);
    json_write_init(&writer, &out);
    json_write_object(&writer, NULL);
    json_write_text(&writer, "file", bad->file);
    json_write_integer(&writer, "line", bad->line);
    json_write_text(&writer, "column", *bad->column ? bad->column : NULL);
    json_write_text(&writer, "value", bad->value);
    json_write_text(&writer, "reason", bad->reason);
    json_write_text(&writer, "skipped", bad->row ? "row" : "field");
    json_write_end(&writer, '}');
    fputs(printer->first ? "" : ",", stdout);
    fputs(out.data, stdout);
    printer->first = false;
    buf_free(&out);
}

static void on_bad(void *arg, const struct import_bad *bad)
{
    struct printer *printer = arg;
    if (printer->options->json) {
        json_bad(printer, bad);
        return;
    }
    if (++printer->bad > SHOWN_BAD && !printer->options->verbose) {
        printer->hidden++;
        return;
    }
    progress_end(&printer->progress);
    print_to(stderr, "%s:%lld: ", bad->file, (long long)bad->line);
    if (*bad->column)
        print_to(stderr, "%s: ", bad->column);
    if (bad->value && *bad->value)
        print_to(stderr, "'%s': ", bad->value);
    print_to(stderr, "%s%s\n", bad->reason,
             bad->row ? "" : " (the rest of the row was taken)");
}

static void on_note(void *arg, const char *text)
{
    struct printer *printer = arg;
    json_write_text(&printer->writer, NULL, text);
    if (printer->options->quiet)
        return;
    progress_end(&printer->progress);
    print_to(stderr, "outreach: warning: %s\n", text);
}

static void say_fault(void *arg, const char *text)
{
    (void)arg;
    print_to(stderr, "%s\n", text);
}

static void on_fault(void *arg, const char *text)
{
    struct printer *printer = arg;
    json_write_text(&printer->writer, NULL, text);
    say_fault(NULL, text);
}

static void on_begin(void *arg, const char *file, int64_t bytes)
{
    struct printer *printer = arg;
    printer->bad = printer->hidden = 0;
    progress_start(&printer->progress, file, bytes,
                   printer->options->quiet || printer->options->json);
}

static void on_moved(void *arg, int64_t bytes)
{
    struct printer *printer = arg;
    progress_step(&printer->progress, bytes);
}

static void on_write(void *arg)
{
    struct printer *printer = arg;
    progress_text(&printer->progress, "writing");
}

static void on_end(void *arg)
{
    struct printer *printer = arg;
    progress_end(&printer->progress);
    if (printer->hidden)
        print_to(stderr, "... and %lld more (-v shows all)\n",
                 (long long)printer->hidden);
    printer->hidden = 0;
}

/* `why`: it went no further; NULL: it did. Whoever has the report alone (a
 * folder that is watched) learns all from it. */
static void print_json(const struct import_report *report,
                       struct printer *printer, const char *why)
{
    struct buf out;
    struct json_writer writer;
    buf_init(&out, PRINT_MAX);
    json_write_init(&writer, &out);
    json_write_array(&writer, NULL);
    for (size_t i = 0; i < report->count; i++) {
        const struct import_table *table = &report->tables[i];
        json_write_object(&writer, NULL);
        json_write_text(&writer, "table", table->table);
        json_write_text(&writer, "file", table->file);
        json_write_bool(&writer, "taken", table->taken);
        json_write_integer(&writer, "read", table->read);
        json_write_integer(&writer, "new", table->made);
        json_write_integer(&writer, "changed", table->changed);
        json_write_integer(&writer, "unchanged", table->same);
        /* null: none of these ever ends by being absent */
        if (table->stands)
            json_write_text(&writer, "gone", NULL);
        else
            json_write_integer(&writer, "gone", table->gone);
        json_write_integer(&writer, "bad", table->bad);
        json_write_integer(&writer, "incomplete", table->flawed);
        json_write_integer(&writer, "forgotten", table->forgotten);
        json_write_integer(&writer, "others", table->others);
        json_write_integer(&writer, "followed", table->followed);
        json_write_integer(&writer, "waiting", table->waiting);
        json_write_integer(&writer, "had_waited", table->woken);
        json_write_text(&writer, "reason",
                        table->reason[0] ? table->reason : NULL);
        json_write_end(&writer, '}');
    }
    json_write_end(&writer, ']');
    json_write_end(&printer->writer, ']');
    fputs("],\"tables\":", stdout);
    fputs(out.data, stdout);
    fputs(",\"notes\":", stdout);
    fputs(printer->notes.data, stdout);
    buf_reset(&out);
    if (why)
        json_quote(&out, why);
    fputs(",\"error\":", stdout);
    fputs(why ? out.data : "null", stdout);
    puts("}");
    buf_free(&out);
}

/* Rows that cannot be taken before their patient's own record is, or before
 * the row that they end. */
static void print_waiting(const struct import_report *report)
{
    int64_t woken = 0;
    for (size_t i = 0; i < report->count; i++)
        woken += report->tables[i].woken;
    if (woken)
        print("%lld row%s that had waited %s in now\n", (long long)woken,
              woken == 1 ? "" : "s", woken == 1 ? "is" : "are");
    if (report->waiting)
        print(
            "%lld row%s wait%s for patients, prescriptions or visits that "
            "nobody here knows yet: taken when they come, gone after 30 days\n",
            (long long)report->waiting, report->waiting == 1 ? "" : "s",
            report->waiting == 1 ? "s" : "");
}

static void print_table(const struct import_report *report, bool full)
{
    bool stands = false; /* in spite of --full */
    static const char *const headers[] = {"table", ">rows", ">new", ">changed",
                                          ">same", ">gone", ">bad", ">in part",
                                          "",      NULL};
    struct table *table = table_new(headers);
    for (size_t i = 0; i < report->count; i++) {
        const struct import_table *row = &report->tables[i];
        const int64_t numbers[] = {row->read,  row->made, row->changed,
                                   row->same,  row->gone, row->bad,
                                   row->flawed};
        const char *cells[10] = {row->table};
        char texts[7][32];
        for (size_t n = 0; n < 7; n++)
            cells[n + 1] = n > 0 && n < 5 && !row->taken
                               ? "-"
                               : number_text(numbers[n], texts[n]);
        if (full && row->stands)
            cells[5] = "never";
        cells[8] = !row->taken ? "refused" : row->reason[0] ? "broke off" : "";
        table_row(table, cells);
        stands |= row->stands;
    }
    table_print(table, stdout);
    table_free(table);
    for (size_t i = 0; i < report->count; i++)
        if (report->tables[i].others)
            print("%s: nothing for us in %lld of %lld\n",
                  file_base(report->tables[i].file),
                  (long long)report->tables[i].others,
                  (long long)report->tables[i].read);
    for (size_t i = 0; i < report->count; i++)
        if (report->tables[i].forgotten)
            print("%s: left out %lld of people who were forgotten\n",
                  report->tables[i].table,
                  (long long)report->tables[i].forgotten);
    for (size_t i = 0; i < report->count; i++)
        if (report->tables[i].followed)
            print("%s: a clinic has another zone now: %lld moments of "
                  "visits, discharges, fills and results followed\n",
                  report->tables[i].table,
                  (long long)report->tables[i].followed);
    print_waiting(report);
    if (full && stands)
        puts("--full ends no consent and lifts no opt-out: what a file does "
             "not say still stands.");
}

static int exit_code(const struct import_report *report)
{
    size_t taken = 0;
    bool left_out = report->waiting > 0;
    for (size_t i = 0; i < report->count; i++) {
        taken += report->tables[i].taken;
        left_out |= report->tables[i].bad > 0 || report->tables[i].flawed > 0 ||
                    report->tables[i].reason[0] != '\0';
    }
    if (taken == 0)
        return EXIT_NO;
    return taken < report->count || left_out ? EXIT_PARTLY : EXIT_FINE;
}

/* How old each feed may be is the configuration's word; the store keeps it
 * for whoever asks. */
static bool note_ages(struct store *store, const struct config *config,
                      struct error *err)
{
    if (config->feed_count == 0)
        return true;
    bool ok = store_begin(store, err) && setup_feeds(config, store, err) &&
              store_commit(store, err);
    store_rollback(store);
    return ok;
}

/* Files of tables, or of messages. */
struct wanted {
    struct import_options tables;
    struct bulk_options messages;
    enum mapping_format format;
    bool by_message;
    bool explain; /* one record, and nothing is imported */
    int64_t line; /* the first from there on */
};

static bool read_all(const struct wanted *wanted, struct store *store,
                     const struct import_watch *watch,
                     struct import_report *report, struct error *err)
{
    return wanted->by_message
               ? bulk_run(store, &wanted->messages, watch, report, err)
               : import_run(store, &wanted->tables, watch, report, err);
}

static int import_files(const struct options *options,
                        const struct wanted *wanted,
                        const struct config *config)
{
    struct printer printer = {.options = options, .first = true};
    buf_init(&printer.notes, PRINT_MAX);
    json_write_init(&printer.writer, &printer.notes);
    json_write_array(&printer.writer, NULL);
    const struct import_watch watch = {.arg = &printer,
                                       .bad = on_bad,
                                       .note = on_note,
                                       .fault = on_fault,
                                       .begin = on_begin,
                                       .moved = on_moved,
                                       .write = on_write,
                                       .end = on_end};
    struct error err = {0};
    struct import_report report = {0};
    bool made = !file_exists(config->store_path);
    struct store *store =
        store_open(config->store_path, STORE_CREATE | STORE_BULK, &err);
    if (!store) {
        buf_free(&printer.notes);
        return command_fail(&err);
    }
    /* Else who stands in the wrong folder would not know. */
    if (made && !options->json && !options->quiet)
        print("made a new patient store: %s\n", config->store_path);
    if (options->json)
        fputs("{\"bad\":[", stdout);
    bool done = read_all(wanted, store, &watch, &report, &err) &&
                note_ages(store, config, &err);
    if (options->json)
        print_json(&report, &printer, done ? NULL : err.text);
    else if (report.count && !options->quiet)
        print_table(&report, wanted->tables.full);
    for (size_t i = 0; i < report.count; i++)
        if (report.tables[i].reason[0])
            print_to(stderr, "outreach: %s\n", report.tables[i].reason);
    int code = done ? exit_code(&report) : command_fail(&err);
    import_report_free(&report);
    buf_free(&printer.notes);
    store_close(store);
    return code;
}

static bool percent_of(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    if (end != text && text_equal(end, "%"))
        end++;
    return end != text && *end == '\0' && isfinite(*out) && *out >= 0 &&
           *out <= 100;
}

/* What the files are: as is said, else as the mapping says, else tables. */
static bool format_of(const char *said, const char *map_path,
                      struct wanted *out)
{
    static const enum mapping_format formats[] = {MAPPING_CSV, MAPPING_HL7,
                                                  MAPPING_FHIR};
    size_t i = 0;
    if (!said)
        said = mapping_format_name(map_path ? mapping_format_of(map_path)
                                            : MAPPING_CSV);
    while (i < 3 && !text_equal(said, mapping_format_name(formats[i])))
        i++;
    if (i == 3)
        return false;
    out->format = formats[i];
    out->by_message = formats[i] != MAPPING_CSV;
    out->messages.kind = formats[i] == MAPPING_HL7 ? STREAM_HL7 : STREAM_FHIR;
    return true;
}

static bool line_of(const char *text, int64_t *out)
{
    char *end;
    *out = strtoll(text, &end, 10);
    return end != text && *end == '\0' && *out > 0;
}

/* What lies in a folder that is watched is of the sender who writes there. */
static const char *sender_of(const struct config_watches *watches,
                             const char *path, struct arena *arena)
{
    char file[PATH_MAX], folder[PATH_MAX];
    for (size_t i = 0; i < watches->count; i++) {
        const char *of = watches->items[i].folder;
        if (!of || !realpath(of, folder) || !realpath(path, file))
            continue;
        size_t len = strlen(folder);
        if (strncmp(file, folder, len) == 0 && (file[len] == '/' || !file[len]))
            return arena_format(arena, "fhir:%s", of);
    }
    return NULL;
}

static const char *const *senders_of(const struct config *config,
                                     const struct import_options *import,
                                     struct arena *arena)
{
    const char **senders =
        arena_alloc(arena, (import->path_count + 1) * sizeof(senders[0]));
    for (size_t i = 0; i < import->path_count; i++)
        senders[i] = sender_of(&config->watches, import->paths[i], arena);
    return senders;
}

/* Into the store, or shown. */
static int read_files(const struct options *options, struct wanted *wanted,
                      struct config *config)
{
    struct import_options *import = &wanted->tables;
    struct terms *codes = NULL;
    struct mapping *mapping = NULL;
    struct error err = {0};
    import->country = config->country;
    import->zone = config->zone;
    import->now = clock_now();
    import->actor = command_actor();
    if (wanted->by_message &&
        !(codes = codes_load(config, say_fault, NULL, &err)))
        return command_fail(&err);
    if (wanted->by_message && import->map_path &&
        !(mapping = mapping_load(import->map_path, wanted->format, say_fault,
                                 NULL, &err))) {
        terms_free(codes);
        return command_fail(&err);
    }
    struct arena *arena = arena_new();
    wanted->messages = (struct bulk_options){
        .paths = import->paths,
        .path_count = import->path_count,
        .kind = wanted->messages.kind,
        .terms = codes,
        .mapping = mapping,
        .country = import->country,
        .zone = import->zone,
        .senders = senders_of(config, import, arena),
        .mrn_authority = wanted->format == MAPPING_HL7
                             ? config->hl7.mrn_authority
                             : config->http.fhir.mrn_authority,
        .also_authority =
            !config->hl7.mrn_authority || !config->http.fhir.mrn_authority
                ? NULL
            : wanted->format == MAPPING_HL7 ? config->http.fhir.mrn_authority
                                            : config->hl7.mrn_authority,
        .now = import->now,
        .actor = import->actor};
    int code =
        wanted->explain
            ? import_explain(options, import,
                             wanted->by_message ? &wanted->messages : NULL,
                             config->store_path, wanted->line)
            : import_files(options, wanted, config);
    arena_free(arena);
    mapping_free(mapping);
    terms_free(codes);
    return code;
}

static int run(const struct options *options, int argc, char **argv)
{
    struct wanted wanted = {.tables.max_bad = IMPORT_MAX_BAD, .line = 1};
    struct import_options *import = &wanted.tables;
    const char *format = NULL, *max_bad = NULL, *line = NULL;
    const struct flag flags[] = {
        {.name = "map", .value = &import->map_path},
        {.name = "format", .value = &format},
        {.name = "max-bad", .value = &max_bad},
        {.name = "full", .set = &import->full},
        {.name = "accept", .set = &import->accept},
        {.name = "explain", .set = &wanted.explain},
        {.name = "line", .value = &line},
    };
    int count;
    if (!command_flags(&command_import, flags, sizeof(flags) / sizeof(flags[0]),
                       argc, argv, &count))
        return EXIT_USAGE;
    if (count == 0)
        return command_usage(&command_import, "which files?");
    if (!format_of(format, import->map_path, &wanted))
        return command_usage(&command_import,
                             "--format is csv, fhir or hl7, not %s", format);
    if (wanted.by_message && (import->full || max_bad))
        return command_usage(&command_import,
                             "--full and --max-bad are for CSV files");
    if (max_bad && !percent_of(max_bad, &import->max_bad))
        return command_usage(&command_import,
                             "--max-bad takes a percentage such as 20, not %s",
                             max_bad);
    if ((line && !wanted.explain) || (wanted.explain && count != 1))
        return command_usage(&command_import,
                             "--explain takes one file, and --line goes "
                             "with it");
    if (line && !line_of(line, &wanted.line))
        return command_usage(&command_import,
                             "--line takes the number of a line, not %s", line);
    struct error err = {0};
    struct config *config =
        config_load(options->config_path, options->store_path, &err);
    if (!config)
        return command_fail(&err);
    if (!setup_audit_key(config, &err) ||
        !setup_may_pretend(config, options, &err)) {
        config_free(config);
        return command_fail(&err);
    }
    import->paths = (const char *const *)argv;
    import->path_count = (size_t)count;
    int code = read_files(options, &wanted, config);
    config_free(config);
    return code;
}

const struct command command_import = {
    .name = "import",
    .synopsis = "[--map FILE] [--full] [--accept] [--max-bad PERCENT] "
                "[--format csv|fhir|hl7] FILE|DIR... | --explain [--line N] "
                "[--map FILE] [--format ...] FILE",
    .summary = "Read patients, visits, medicines and more from files",
    .help =
        "One file a table, in any order: clinics.csv, patients.csv,\n"
        "contact_points.csv, consents.csv, suppressions.csv, "
        "restrictions.csv,\n"
        "appointments.csv, prescriptions.csv, fills.csv, discharges.csv,\n"
        "conditions.csv, procedures.csv, screenings.csv, orders.csv, "
        "lists.csv\n"
        "(columns: docs/import.md). A file is taken whole or not at all;\n"
        "importing it again changes nothing.\n\n"
        "  --map FILE         the files have other names and columns, or the\n"
        "                     messages other fields, as this mapping "
        "describes\n"
        "                     (outreach-mapping(5)); it says their format\n"
        "  --full             the files hold all there is: what is missing\n"
        "                     from them ends; consents and opt-outs never do\n"
        "  --accept           also when that ends more than 20 % of what is\n"
        "                     there\n"
        "  --max-bad PERCENT  of rows that may be left out (default 20)\n"
        "  --format csv       (the default), or\n"
        "           fhir      FHIR R4: resources, Bundles, NDJSON, also .gz\n"
        "           hl7       HL7 v2 messages, also in batches\n\n"
        "  --explain          nothing is imported: what becomes of each field\n"
        "                     of one record, and why; the first of the file,\n"
        "                     or the first from --line N on\n\n"
        "Exit code 0: all in; 1: nothing was taken; 4: some files or rows\n"
        "were left out.\n",
    .run = run,
};
