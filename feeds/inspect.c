/* SPDX-License-Identifier: Apache-2.0 */
/* One record, as the import would read it, told instead of written. */
#include "feeds/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/binding.h"
#include "feeds/fact.h"
#include "feeds/fhir_entry.h"
#include "feeds/fhir_names.h"
#include "feeds/fhir_read.h"
#include "feeds/hl7_facts.h"
#include "feeds/import_own.h"
#include "feeds/inspect_own.h"
#include "feeds/mapping.h"

enum { TEXT_SIZE = 4096 };

struct telling {
    inspect_fn *fn;
    void *arg;
};

static void tell(const struct telling *telling, enum inspect_kind kind,
                 const char *name, const char *text, const char *from,
                 const char *said)
{
    const struct inspect_line line = {kind, name, text, from, said, NULL};
    telling->fn(telling->arg, &line);
}

/* Messages --------------------------------------------------------------------
 */

static void put_person(struct buf *out, const struct fact_person *person)
{
    for (size_t i = 0; i < person->id_count; i++)
        buf_format(out, "%s%s%s%s", i ? ", " : "", person->ids[i].value,
                   *person->ids[i].authority ? " of " : "",
                   person->ids[i].authority);
}

static void tell_field(const struct telling *telling, const struct facts *facts,
                       const struct fact_field *field)
{
    struct buf text;
    buf_init(&text, TEXT_SIZE);
    if (field->person >= 0)
        put_person(&text, &facts->people[field->person]);
    else
        buf_text(&text, *field->text ? field->text : "(none)");
    bool same =
        !field->source || text_equal(field->source, field->text) || !text.data;
    const struct inspect_line line = {
        INSPECT_FIELD, field->column->name,         text.data ? text.data : "",
        field->where,  same ? NULL : field->source, field->rule};
    telling->fn(telling->arg, &line);
    buf_free(&text);
}

/* Why a row would be left out, as far as the message alone shows. */
static void tell_lacks(const struct telling *telling, const struct fact *fact,
                       const struct zone *zone)
{
    for (size_t c = 0; fact->verb == FACT_SAY && c < fact->table->count; c++) {
        const struct layout_column *column = &fact->table->columns[c];
        const struct fact_field *field = fact_field_of(fact, column->name);
        const char *why = NULL;
        if (!column->required || (field && field->person >= 0))
            continue;
        if (!field)
            why = "is not said: only a row that is here already goes without";
        else if (field->wrong)
            why = field->wrong;
        else if (text_blank(field->text))
            why = "is empty: the row is left out";
        else if (text_equal(column->name, "start"))
            why = record_start_fault(field->text, zone);
        if (why)
            tell(telling, INSPECT_LEFT, column->name, why,
                 field ? field->where : fact->wanted,
                 field ? field->source : NULL);
    }
}

static void tell_facts(const struct telling *telling, const struct facts *facts,
                       const struct zone *zone)
{
    static const char *const verbs[] = {[FACT_SAY] = "is so",
                                        [FACT_END] = "was never meant",
                                        [FACT_MERGE] = "is merged",
                                        [FACT_PART] = "is two again",
                                        [FACT_MOVE] = "has another number"};
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->items[i];
        tell(telling, INSPECT_ROW, fact->table->name, verbs[fact->verb], NULL,
             NULL);
        for (size_t f = 0; f < fact->field_count; f++)
            tell_field(telling, facts, &fact->fields[f]);
        tell_lacks(telling, fact, zone);
    }
    for (size_t i = 0; i < facts->fault_count; i++)
        tell(telling, INSPECT_LEFT, NULL, facts->faults[i].reason,
             facts->faults[i].where, facts->faults[i].value);
    for (size_t i = 0; i < facts->ignored_count; i++)
        tell(telling, INSPECT_IGNORED, NULL, facts->ignored[i].reason,
             facts->ignored[i].where, facts->ignored[i].value);
}

static void tell_record(const struct telling *telling, const char *path,
                        int64_t line, const char *what)
{
    char place[TEXT_SIZE];
    snprintf(place, sizeof(place), "%s:%lld", file_base(path), (long long)line);
    tell(telling, INSPECT_RECORD, what, place, NULL, NULL);
}

static bool hl7_read(const struct bulk_options *options,
                     const struct stream_item *item, struct facts *facts,
                     bool *ours, struct error *err)
{
    const struct hl7_options how = {.zone = options->zone,
                                    .terms = options->terms,
                                    .mrn_authority = options->mrn_authority,
                                    .training = options->training,
                                    .mapping = options->mapping};
    struct hl7 *message = hl7_parse(item->text, item->len, err);
    if (!message)
        return false;
    *ours = hl7_facts(message, &how, facts) != HL7_NOT_OURS;
    if (*ours)
        inspect_left_hl7(message, facts);
    hl7_free(message);
    return true;
}

/* Who is meant by a name of its Bundle alone nobody looks up. */
static bool fhir_explain(const struct bulk_options *options,
                         const struct stream_item *item, struct facts **facts,
                         bool *ours, struct error *err)
{
    const char *sender = options->senders ? options->senders[0] : NULL;
    struct fhir_reader how = {.options = {.now = options->now,
                                          .terms = options->terms,
                                          .mapping = options->mapping},
                              .source = sender ? sender : "fhir",
                              .at = INSTANT_NEVER};
    enum fhir_verdict verdict = FHIR_NOT_OURS;
    struct fhir_entry entry = {0};
    struct json *doc = json_parse(item->text, item->len, 0, err, NULL);
    bool done = true;
    if (!doc)
        return false;
    const struct json_node *root = json_root(doc);
    struct arena *arena = arena_new();
    how.names = fhir_names_new();
    if (item->entry)
        fhir_entry_read(arena, &entry, root, "Bundle.entry",
                        fhir_entry_wishes(root));
    else
        fhir_entry_single(arena, &entry, root);
    if (entry.flaw.status) {
        facts_fatal(*facts, entry.flaw.where, NULL, entry.flaw.text);
        verdict = FHIR_WRONG;
    } else {
        facts_free(*facts);
        done = fhir_read(&how, &entry, facts, &verdict, err);
    }
    *ours = verdict != FHIR_NOT_OURS;
    if (*ours && entry.resource)
        inspect_left_fhir(entry.resource, *facts);
    fhir_names_free(how.names);
    arena_free(arena);
    json_free(doc);
    return done;
}

/* The Bundle itself is no record: its entries are. */
static bool is_frame(const struct bulk_options *options,
                     const struct stream_item *item)
{
    struct error ignored = {0};
    if (options->kind != STREAM_FHIR || item->entry || item->wrong)
        return false;
    struct json *doc = json_parse(item->text, item->len, 0, &ignored, NULL);
    bool frame =
        doc &&
        text_equal(json_get_text(json_root(doc), "resourceType"), "Bundle");
    json_free(doc);
    return frame;
}

bool inspect_message(const struct bulk_options *options, int64_t line,
                     inspect_fn *fn, void *arg, struct error *err)
{
    const struct telling telling = {fn, arg};
    const char *path = options->paths[0];
    if (!file_exists(path))
        return error_set(err, ERROR_CANNOT, "there is no file %s", path);
    struct stream *stream = stream_open(path, options->kind, err);
    struct stream_item item;
    int step = -1;
    while (stream && (step = stream_next(stream, &item, err)) == 1)
        if (item.line >= line && !item.where && !is_frame(options, &item))
            break;
    struct facts *facts =
        facts_new(options->kind == STREAM_HL7 ? "hl7" : "fhir");
    bool ours = false, done = false;
    if (step == 0)
        error_set(err, ERROR_INPUT, "%s: no record from line %lld on",
                  file_base(path), (long long)line);
    if (step == 1 && item.wrong)
        error_set(err, ERROR_INPUT, "%s", item.wrong);
    else if (step == 1)
        done = options->kind == STREAM_HL7
                   ? hl7_read(options, &item, facts, &ours, err)
                   : fhir_explain(options, &item, &facts, &ours, err);
    if (done) {
        tell_record(&telling, path, item.line, facts->what ? facts->what : "");
        if (!ours)
            tell(&telling, INSPECT_IGNORED, NULL,
                 "nothing here asks for what it is about", NULL, NULL);
        tell_facts(&telling, facts, options->zone);
    } else if (step == 1) {
        error_in(err, "%s:%lld", file_base(path), (long long)item.line);
    }
    facts_free(facts);
    stream_close(stream);
    return done;
}

/* Rows ------------------------------------------------------------------------
 */

static void tell_unknown(void *arg, const char *text)
{
    tell(arg, INSPECT_IGNORED, NULL, text, NULL, NULL);
}

static const char *value_text(const struct value *value, struct buf *out)
{
    char text[CIVIL_TEXT_MAX];
    switch (value->type) {
    case VALUE_MISSING:
        buf_text(out, "(none)");
        break;
    case VALUE_TEXT:
    case VALUE_DATE:
        buf_text(out, value->text);
        break;
    case VALUE_INSTANT:
        buf_text(out, civil_utc_text(value->integer, text));
        break;
    case VALUE_NUMBER: /* a whole one, or one that was measured */
        if (value->integer == 0 && value->number != 0)
            buf_format(out, "%g", value->number);
        else
            buf_format(out, "%lld", (long long)value->integer);
        break;
    case VALUE_BOOL:
    case VALUE_DURATION:
        buf_format(out, "%lld", (long long)value->integer);
        break;
    }
    return out->data ? out->data : "";
}

/* `map` is the path of the mapping; NULL: there is none. */
static void tell_input(const struct telling *telling,
                       const struct record_input *input,
                       const struct mapping_column *column, const char *map,
                       const char *text)
{
    char rule[TEXT_SIZE];
    struct buf places;
    struct inspect_line line = {.kind = INSPECT_FIELD,
                                .name = input->attribute ? input->attribute
                                                         : input->column->name,
                                .text = text};
    buf_init(&places, TEXT_SIZE);
    if (column && map) {
        snprintf(rule, sizeof(rule), "%s:%d", file_base(map),
                 column->place.line);
        formula_places(column->formula, &places);
        line.from = places.data;
        line.rule = rule;
    }
    telling->fn(telling->arg, &line);
    buf_free(&places);
}

static void tell_inputs(const struct telling *telling,
                        const struct binding *binding, const char *map,
                        const char *const *texts)
{
    size_t count;
    const struct record_input *inputs = binding_inputs(binding, &count);
    for (size_t i = 0; i < count; i++)
        if (texts[i])
            tell_input(telling, &inputs[i], binding_column(binding, i), map,
                       texts[i]);
}

static void tell_stored(const struct telling *telling,
                        const struct record *record)
{
    size_t count;
    const char *const *columns = record_columns(record, &count);
    const struct value *values = record_values(record);
    for (size_t i = 0; i < count; i++) {
        struct buf text;
        if (text_ends(columns[i], "_id"))
            continue; /* the store's own number of what is named above */
        buf_init(&text, TEXT_SIZE);
        tell(telling, INSPECT_STORED, columns[i], value_text(&values[i], &text),
             NULL, NULL);
        buf_free(&text);
    }
}

static bool tell_turn(const struct telling *telling, struct record *record,
                      const struct binding *binding, const char *map,
                      const char *const *texts, struct error *err)
{
    size_t faults;
    tell_inputs(telling, binding, map, texts);
    enum record_verdict verdict = record_read(record, texts, err);
    if (verdict == RECORD_FAILED)
        return false;
    const struct record_fault *fault = record_faults(record, &faults);
    for (size_t i = 0; i < faults; i++)
        tell(telling, INSPECT_LEFT, fault[i].column, fault[i].reason, NULL,
             fault[i].value);
    if (verdict == RECORD_FORGOTTEN)
        tell(telling, INSPECT_LEFT, NULL,
             "the row is of somebody who was forgotten", NULL, NULL);
    if (verdict == RECORD_GOOD)
        tell_stored(telling, record);
    return true;
}

static bool tell_row(const struct telling *telling, struct record *record,
                     struct binding *binding, const struct csv_row *row,
                     const struct import_job *job, struct error *err)
{
    struct binding_fault fault;
    int64_t turns = 0;
    enum binding_verdict verdict =
        binding_begin(binding, row, &turns, &fault, err);
    if (verdict == BINDING_GOOD && turns == 0)
        tell(telling, INSPECT_IGNORED, NULL, "the mapping passes over this row",
             NULL, NULL);
    for (int64_t turn = 0; verdict == BINDING_GOOD && turn < turns; turn++) {
        const char *const *texts;
        verdict = binding_texts(binding, turn, &texts, &fault);
        tell(telling, INSPECT_ROW, job->table->name, "is so", NULL, NULL);
        const char *map = job->mapped ? job->mapped->mapping->path : NULL;
        /* what is well in a row with a fault is seen, too */
        if (verdict == BINDING_BAD)
            tell_inputs(telling, binding, map, texts);
        if (verdict == BINDING_GOOD &&
            !tell_turn(telling, record, binding, map, texts, err))
            return false;
    }
    if (verdict == BINDING_BAD)
        tell(telling, INSPECT_LEFT, *fault.column ? fault.column : NULL,
             fault.reason, NULL, NULL);
    return verdict != BINDING_FAILED;
}

/* Their columns that the mapping does not ask for. */
static bool tell_left(const struct telling *telling,
                      const struct import_job *job, const struct csv_row *row,
                      struct error *err)
{
    struct csv_row header;
    if (!job->mapped)
        return true; /* (those of our own layout are told when it is opened) */
    struct csv *names =
        csv_open(job->path, job->mapped->mapping->delimiter, err);
    bool done = names && csv_next(names, &header, err) == 1;
    for (size_t i = 0; done && i < header.count && i < row->count; i++)
        if (!text_blank(row->fields[i]) && inspect_left_cell(job->mapped, i))
            tell(telling, INSPECT_IGNORED, NULL, "the mapping does not name it",
                 header.fields[i], row->fields[i]);
    csv_close(names);
    return done;
}

/* One file of its kind. */
static bool inspect_job(struct store *store,
                        const struct import_options *options,
                        const struct import_job *job, int64_t line,
                        const struct telling *telling, struct error *err)
{
    struct csv_row row;
    struct import_open from;
    int step = -1;
    const struct import_open_request request = {.store = store,
                                                .options = options,
                                                .job = job,
                                                .tell = tell_unknown,
                                                .arg = (void *)telling};
    tell_record(telling, job->path, 1, job->table->name);
    bool done = import_open(&request, &from, err);
    while (done && (step = csv_next(from.csv, &row, err)) == 1 &&
           row.line < line)
        ;
    if (step == 0)
        done = error_set(err, ERROR_INPUT, "%s: no row from line %lld on",
                         file_base(job->path), (long long)line);
    if (done && step == 1) {
        tell_record(telling, job->path, row.line, "row");
        done = tell_row(telling, from.record, from.binding, &row, job, err) &&
               tell_left(telling, job, &row, err);
    }
    import_close(&from);
    return done && step == 1;
}

bool inspect_row(struct store *store, const struct import_options *options,
                 int64_t line, inspect_fn *fn, void *arg, struct error *err)
{
    const struct telling telling = {fn, arg};
    struct mapping *mapping = NULL;
    struct import_jobs jobs = {0};
    struct import_watch watch = import_unwatched;
    watch.note = watch.fault = tell_unknown;
    watch.arg = (void *)&telling;
    bool done = !options->map_path ||
                (mapping = mapping_load(options->map_path, MAPPING_CSV,
                                        tell_unknown, (void *)&telling, err));
    done = done && import_find_files(options, mapping, &watch, &jobs, err);
    for (size_t i = 0; done && i < jobs.count; i++)
        done = inspect_job(store, options, &jobs.items[i], line, &telling, err);
    import_jobs_free(&jobs);
    mapping_free(mapping);
    return done;
}
