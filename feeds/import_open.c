/* SPDX-License-Identifier: Apache-2.0 */
/* One file, opened: its header row is read, and what its columns are found. */
#include "feeds/import_own.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"

#include "feeds/binding.h"
#include "feeds/csv.h"
#include "feeds/mapping.h"
#include "feeds/record.h"

bool import_open(const struct import_open_request *request,
                 struct import_open *out, struct error *err)
{
    const struct import_options *options = request->options;
    const struct import_job *job = request->job;
    const struct mapping_table *mapped = job->mapped;
    const struct record_context context = {.store = request->store,
                                           .country = options->country,
                                           .zone = options->zone,
                                           .now = options->now,
                                           .may_name_zones = true,
                                           .mistaken = job->mistaken};
    struct csv_row header;
    char today[CIVIL_TEXT_MAX];
    size_t count;
    *out = (struct import_open){
        .name = file_base(job->path),
        .csv =
            csv_open(job->path, mapped ? mapped->mapping->delimiter : 0, err)};
    int step = out->csv ? csv_next(out->csv, &header, err) : -1;
    if (step == 0)
        return error_set(err, ERROR_INPUT, "%s is empty: not even a header row",
                         file_base(job->path));
    if (step < 0)
        return false;
    import_today(options, today);
    const struct binding_request columns = {.table = job->table,
                                            .header = &header,
                                            .path = job->path,
                                            .store = request->store,
                                            .today = today,
                                            .tell = request->tell,
                                            .arg = request->arg};
    out->columns = header.count;
    out->binding = mapped ? binding_by_mapping(&columns, mapped, err)
                          : binding_by_name(&columns, err);
    if (!out->binding)
        return false;
    const struct record_input *inputs = binding_inputs(out->binding, &count);
    out->record = record_new(job->table, &context, inputs, count, err);
    return out->record != NULL;
}

bool import_is_whole(const struct import_open *open, const struct csv_row *row,
                     struct error *err)
{
    return !row->open || row->count >= open->columns ||
           error_set(err, ERROR_INPUT,
                     "%s:%lld: the last row has %zu of %zu fields and no line "
                     "end: is the file cut off?",
                     open->name, (long long)row->line, row->count,
                     open->columns);
}

void import_fit(struct import_open *open, const struct csv_row *row,
                struct csv_row *out)
{
    if (!open->fitted)
        open->fitted =
            memory_grow(NULL, open->columns, sizeof(open->fitted[0]));
    open->nothing[0] = '\0';
    for (size_t i = 0; i < open->columns; i++)
        open->fitted[i] = i < row->count ? row->fields[i] : open->nothing;
    *out = (struct csv_row){
        .fields = open->fitted, .count = open->columns, .line = row->line};
}

void import_close(struct import_open *open)
{
    free(open->fitted);
    record_free(open->record);
    binding_free(open->binding);
    csv_close(open->csv);
}
