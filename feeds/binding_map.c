/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mapping meets a file: formulas find their columns in the header (all that
 * are missing are told, with line and column in the mapping), files that are
 * joined are read, and each row becomes no row, one, or several.
 */
#include "feeds/binding_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/lookup.h"

#include "feeds/codepage.h"
#include "feeds/mapping.h"

enum { SCRATCH = 2 << 20, FAULT_MAX = 1000, PATH_MAX_BYTES = 4096 };

struct fitting {
    const struct binding_request *request;
    const struct mapping_table *mapped;
    const char *column; /* of ours, whose formula is looked at */
    size_t faults;
};

void binding_map_free(struct binding *binding)
{
    if (!binding->mapped)
        return;
    for (size_t i = 0; i < binding->mapped->join_count; i++)
        lookup_close(binding->lookups[i]);
    free(binding->lookups);
    free(binding->joined);
    free(binding->converted);
    scratch_free(&binding->scratch);
}

/* Columns ---------------------------------------------------------------------
 */

static void no_column(struct fitting *fitting, struct json_place place,
                      const char *file, const char *name,
                      const struct csv_row *header)
{
    char text[FAULT_MAX];
    const char *near =
        text_nearest(name, (const char *const *)header->fields, header->count);
    snprintf(text, sizeof(text),
             "%.300s:%d:%d: error: %.60s%s%.100s has no column "
             "'%.60s'%s%.60s%s",
             fitting->mapped->mapping->path, place.line, place.column,
             fitting->column ? fitting->column : "",
             fitting->column ? ": " : "", file, name,
             near ? "; did you mean '" : "", near ? near : "",
             near ? "'?" : "");
    fitting->request->tell(fitting->request->arg, text);
    fitting->faults++;
}

static size_t header_find(const struct csv_row *header, const char *name)
{
    size_t i = 0;
    while (i < header->count && !text_equal(header->fields[i], name))
        i++;
    return i;
}

/* "visit.ORGANIZATION": notes that the join needs this column. */
static bool fit_joined(struct fitting *fitting, struct formula *formula)
{
    for (size_t j = 0; j < fitting->mapped->join_count; j++) {
        struct mapping_join *join = &fitting->mapped->joins[j];
        size_t len = strlen(join->name);
        if (strncmp(formula->text, join->name, len) != 0 ||
            formula->text[len] != '.')
            continue;
        const char *name = formula->text + len + 1;
        formula->source = j + 1;
        formula->field = 0;
        while (formula->field < join->count &&
               !text_equal(join->columns[formula->field], name))
            formula->field++;
        if (formula->field == join->count) {
            join->columns = memory_grow(join->columns, join->count + 1,
                                        sizeof(join->columns[0]));
            join->columns[join->count++] = name;
        }
        return true;
    }
    return false;
}

static void fit(struct fitting *fitting, struct formula *formula)
{
    if (!formula)
        return;
    for (size_t i = 0; i < formula->count; i++)
        fit(fitting, formula->parts[i]);
    if (formula->kind != FORMULA_COLUMN || fit_joined(fitting, formula))
        return;
    const struct csv_row *header = fitting->request->header;
    formula->source = 0;
    formula->field = header_find(header, formula->text);
    if (formula->field == header->count)
        no_column(fitting, formula->place, fitting->mapped->file, formula->text,
                  header);
}

static void fit_file(struct fitting *fitting)
{
    const struct mapping_table *mapped = fitting->mapped;
    const struct csv_row *header = fitting->request->header;
    for (size_t i = 0; i < header->count; i++)
        header->fields[i] = binding_trim(header->fields[i]);
    for (size_t i = 0; i < mapped->column_count; i++) {
        fitting->column = mapped->columns[i].name;
        fit(fitting, mapped->columns[i].formula);
    }
    fitting->column = NULL;
    for (size_t i = 0; i < mapped->where_count; i++)
        fit(fitting, mapped->wheres[i].of);
    for (size_t i = 0; i < mapped->join_count; i++)
        fit(fitting, mapped->joins[i].by);
    fit(fitting, mapped->repeat);
}

/* Joins -----------------------------------------------------------------------
 */

/* The columns of the joined file that its key is made of. */
static void fit_key(struct fitting *fitting, const struct mapping_join *join,
                    struct formula *formula, const struct csv_row *header)
{
    for (size_t i = 0; i < formula->count; i++)
        fit_key(fitting, join, formula->parts[i], header);
    if (formula->kind != FORMULA_COLUMN)
        return;
    formula->source = 0;
    formula->field = header_find(header, formula->text);
    if (formula->field == header->count)
        no_column(fitting, formula->place, join->file, formula->text, header);
}

/* Where the join's columns and its key are in this header. */
static bool fit_join(struct fitting *fitting, const struct mapping_join *join,
                     const struct csv_row *header, size_t *fields,
                     struct error *err)
{
    size_t faults = fitting->faults;
    for (size_t i = 0; i < header->count; i++)
        header->fields[i] = binding_trim(header->fields[i]);
    for (size_t i = 0; i < join->count; i++) {
        fields[i] = header_find(header, join->columns[i]);
        if (fields[i] == header->count)
            no_column(fitting, join->place, join->file, join->columns[i],
                      header);
    }
    fit_key(fitting, join, join->key, header);
    return faults == fitting->faults ||
           error_set(err, ERROR_INPUT,
                     "%s does not fit the mapping: see the faults above",
                     join->file);
}

static bool nothing(void *arg, const char *text)
{
    const struct mapping *mapping = arg;
    if (binding_is_nothing(text))
        return true;
    for (size_t i = 0; i < mapping->empty_count; i++)
        if (text_equal(mapping->empty[i], text))
            return true;
    return false;
}

static bool join_row(struct fitting *fitting, const struct mapping_join *join,
                     const struct csv_row *row, const size_t *fields,
                     const char **texts, struct scratch *scratch,
                     struct lookup *lookup, struct error *err)
{
    const struct mapping *mapping = fitting->mapped->mapping;
    struct formula_row whole = {.fields = row->fields,
                                .today = fitting->request->today,
                                .scratch = scratch,
                                .nothing = nothing,
                                .arg = (void *)mapping};
    char reason[FORMULA_REASON_MAX];
    const char *key;
    bool convert = row->bad_utf8 && mapping->windows_1252;
    if (row->bad_utf8 && !convert)
        return error_set(err, ERROR_INPUT,
                         "%s:%lld: is not UTF-8: give its \"encoding\" in the "
                         "mapping",
                         join->file, (long long)row->line);
    scratch_reset(scratch);
    for (size_t i = 0; i < row->count; i++) {
        row->fields[i] = binding_trim(row->fields[i]);
        if (convert)
            row->fields[i] = codepage_1252(scratch, row->fields[i]);
    }
    for (size_t i = 0; i < join->count; i++)
        texts[i] = row->fields[fields[i]];
    if (!formula_text(join->key, &whole, &key, reason))
        return error_set(err, ERROR_INPUT, "%s:%lld: %s", join->file,
                         (long long)row->line, reason);
    return !key || lookup_add(lookup, key, texts, err);
}

static bool fill_join(struct fitting *fitting, struct mapping_join *join,
                      struct csv *csv, struct lookup *lookup,
                      struct scratch *scratch, struct error *err)
{
    struct csv_row row;
    int step = csv_next(csv, &row, err);
    if (step <= 0)
        return step == 0 && lookup_ready(lookup, err);
    size_t *fields = memory_grow(NULL, join->count + 1, sizeof(fields[0]));
    const char **texts = memory_grow(NULL, join->count + 1, sizeof(texts[0]));
    size_t columns = row.count;
    bool done = fit_join(fitting, join, &row, fields, err);
    while (done && (step = csv_next(csv, &row, err)) == 1) {
        /* A totals line; what names it finds nothing. */
        if (row.count == columns)
            done = join_row(fitting, join, &row, fields, texts, scratch, lookup,
                            err);
    }
    free(fields);
    free(texts);
    return done && step == 0 && lookup_ready(lookup, err);
}

/* NULL when it is not there: it lies beside the file. */
static struct csv *open_join(const struct fitting *fitting,
                             const struct mapping_join *join, struct error *err)
{
    char path[PATH_MAX_BYTES], folder[PATH_MAX_BYTES];
    const char *file = fitting->request->path;
    size_t len = (size_t)(file_base(file) - file);
    snprintf(folder, sizeof(folder), "%.*s", len ? (int)len : 1,
             len ? file : ".");
    file_join(path, sizeof(path), folder, join->file);
    return csv_open(path, fitting->mapped->mapping->delimiter, err);
}

static bool load_join(struct fitting *fitting, struct mapping_join *join,
                      struct binding *binding, size_t number, struct error *err)
{
    struct csv *csv = open_join(fitting, join, err);
    if (!csv)
        return error_set(err, ERROR_INPUT,
                         "%s is joined to %s, but is not beside it", join->file,
                         file_base(fitting->request->path));
    struct lookup *lookup =
        lookup_open(fitting->request->store, join->count, err);
    binding->lookups[number] = lookup;
    bool done =
        lookup && fill_join(fitting, join, csv, lookup, &binding->scratch, err);
    csv_close(csv);
    return done;
}

/* Opening ---------------------------------------------------------------------
 */

static struct binding *binding_make(const struct mapping_table *mapped,
                                    size_t columns)
{
    struct binding *binding = binding_new(mapped->column_count);
    binding->mapped = mapped;
    binding->columns = columns;
    size_t joins = mapped->join_count + 1;
    binding->lookups = memory_new(joins * sizeof(binding->lookups[0]));
    binding->joined = memory_new(joins * sizeof(binding->joined[0]));
    binding->converted = memory_new(columns * sizeof(binding->converted[0]));
    scratch_init(&binding->scratch, SCRATCH);
    for (size_t i = 0; i < mapped->column_count; i++)
        binding->inputs[binding->count++] = (struct record_input){
            mapped->columns[i].column, mapped->columns[i].attribute};
    return binding;
}

size_t binding_faults(const struct binding_request *request,
                      const struct mapping_table *mapped)
{
    struct fitting fitting = {.request = request, .mapped = mapped};
    fit_file(&fitting);
    for (size_t i = 0; i < mapped->join_count; i++) {
        struct mapping_join *join = &mapped->joins[i];
        struct error ignored;
        struct csv_row header;
        struct csv *csv = open_join(&fitting, join, &ignored);
        size_t *fields = memory_grow(NULL, join->count + 1, sizeof(fields[0]));
        if (csv && csv_next(csv, &header, &ignored) == 1)
            fit_join(&fitting, join, &header, fields, &ignored);
        free(fields);
        csv_close(csv);
    }
    return fitting.faults;
}

struct binding *binding_by_mapping(const struct binding_request *request,
                                   const struct mapping_table *mapped,
                                   struct error *err)
{
    struct fitting fitting = {.request = request, .mapped = mapped};
    fit_file(&fitting);
    if (fitting.faults) {
        error_set(err, ERROR_INPUT,
                  "%s does not fit the mapping: see the "
                  "faults above",
                  file_base(request->path));
        return NULL;
    }
    struct binding *binding = binding_make(mapped, request->header->count);
    text_copy(binding->today, sizeof(binding->today), request->today);
    binding->row = (struct formula_row){.joined = binding->joined,
                                        .today = binding->today,
                                        .scratch = &binding->scratch,
                                        .nothing = nothing,
                                        .arg = (void *)mapped->mapping};
    for (size_t i = 0; i < mapped->join_count; i++) {
        if (!load_join(&fitting, &mapped->joins[i], binding, i, err)) {
            binding_free(binding);
            return NULL;
        }
    }
    return binding;
}

/* Rows ------------------------------------------------------------------------
 */

static enum binding_verdict bad(struct binding_fault *fault, const char *column,
                                const char *reason)
{
    fault->column = column;
    text_copy(fault->reason, sizeof(fault->reason), reason);
    return BINDING_BAD;
}

static bool prepare_fields(struct binding *binding, const struct csv_row *row)
{
    bool convert = row->bad_utf8 && binding->mapped->mapping->windows_1252;
    if (row->bad_utf8 && !convert)
        return false;
    for (size_t i = 0; i < row->count; i++) {
        char *text = binding_trim(row->fields[i]);
        binding->converted[i] =
            convert ? codepage_1252(&binding->scratch, text) : text;
    }
    binding->row.fields = binding->converted;
    return true;
}

static bool is_wanted(const struct mapping_where *where,
                      const struct formula_row *row, bool *wanted, char *reason)
{
    const char *text;
    if (!formula_text(where->of, row, &text, reason))
        return false;
    bool found = false;
    for (size_t i = 0; i < where->count && !found; i++)
        found = text_equal(where->words[i], text ? text : "");
    *wanted = found != where->not_in;
    return true;
}

static enum binding_verdict join_rows(struct binding *binding,
                                      struct binding_fault *fault,
                                      struct error *err)
{
    char reason[FORMULA_REASON_MAX];
    for (size_t i = 0; i < binding->mapped->join_count; i++) {
        const char *key;
        binding->joined[i] = NULL;
        if (!formula_text(binding->mapped->joins[i].by, &binding->row, &key,
                          reason))
            return bad(fault, "", reason);
        if (key &&
            !lookup_find(binding->lookups[i], key, &binding->joined[i], err))
            return BINDING_FAILED;
    }
    return BINDING_GOOD;
}

enum binding_verdict binding_map_begin(struct binding *binding,
                                       const struct csv_row *row,
                                       int64_t *turns,
                                       struct binding_fault *fault,
                                       struct error *err)
{
    const struct mapping_table *mapped = binding->mapped;
    char reason[FORMULA_REASON_MAX];
    scratch_reset(&binding->scratch);
    binding->row.turn = 0;
    if (!prepare_fields(binding, row))
        return bad(fault, "",
                   "is not UTF-8: give its \"encoding\" in the "
                   "mapping");
    enum binding_verdict joined = join_rows(binding, fault, err);
    if (joined != BINDING_GOOD)
        return joined;
    *turns = 1;
    for (size_t i = 0; i < mapped->where_count; i++) {
        bool wanted;
        if (!is_wanted(&mapped->wheres[i], &binding->row, &wanted, reason))
            return bad(fault, "", reason);
        if (!wanted) {
            *turns = 0;
            return BINDING_GOOD;
        }
    }
    bool missing = false;
    if (mapped->repeat &&
        !formula_number(mapped->repeat, &binding->row, &missing, turns, reason))
        return bad(fault, "", reason);
    if (missing)
        *turns = 0;
    if (*turns < 0 || *turns > MAPPING_REPEAT_MAX)
        return bad(fault, "", "would become more than 5,000 rows");
    return BINDING_GOOD;
}

enum binding_verdict binding_map_texts(struct binding *binding, int64_t turn,
                                       struct binding_fault *fault)
{
    char reason[FORMULA_REASON_MAX];
    binding->row.turn = turn;
    enum binding_verdict verdict = BINDING_GOOD;
    /* What the row itself took stays; what a turn adds is small. */
    size_t used = binding->scratch.used;
    for (size_t i = 0; i < binding->count; i++) {
        const struct mapping_column *column = &binding->mapped->columns[i];
        if (formula_text(column->formula, &binding->row, &binding->texts[i],
                         reason))
            continue;
        binding->texts[i] = NULL;
        if (verdict == BINDING_GOOD)
            verdict = bad(fault, column->name, reason);
    }
    binding->scratch.used = used;
    return verdict;
}
