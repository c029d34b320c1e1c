/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a mapping file: refused with faults that have a place, or read;
 * and what was read meets any bytes as the file it describes: rows are mapped,
 * or refused with a reason. Any bytes as a message or resource are read by it
 * to rows of the layout.
 *
 * Input: the mapping, a NUL, and a CSV file, a message or a resource.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"

#include "feeds/binding.h"
#include "feeds/fhir.h"
#include "feeds/hl7_facts.h"
#include "feeds/mapping.h"

#include "tests/fuzz/feed.h"
#include "tests/fuzz/fuzz.h"

#define TURNS_MAX 20

static char mapping_path[FUZZ_PATH_MAX], file_path[FUZZ_PATH_MAX];

static void told(void *arg, const char *text)
{
    size_t *count = arg;
    ++*count;
    expect(text[0] != '\0', "a fault has a text");
}

static void try_row(struct binding *binding, const struct csv_row *row)
{
    struct error err = {0};
    struct binding_fault fault = {0};
    int64_t turns = -1;
    size_t count;
    binding_inputs(binding, &count);
    enum binding_verdict verdict =
        binding_begin(binding, row, &turns, &fault, &err);
    expect(verdict != BINDING_FAILED, "the store can be read");
    expect(verdict != BINDING_BAD || fault.reason[0], "a bad row says why");
    if (verdict != BINDING_GOOD)
        return;
    expect(turns >= 0 && turns <= MAPPING_REPEAT_MAX, "not too many rows");
    for (int64_t turn = 0; turn < turns && turn < TURNS_MAX; turn++) {
        const char *const *texts;
        verdict = binding_texts(binding, turn, &texts, &fault);
        expect(verdict != BINDING_BAD || fault.reason[0], "a bad row says why");
        for (size_t i = 0; i < count; i++)
            if (texts[i])
                expect(strlen(texts[i]) <= CSV_ROW_MAX * 3, "it is bounded");
    }
}

/* The rows of the file, by one table of the mapping. */
static void try_rows(const struct mapping_table *mapped, const char *text,
                     size_t len)
{
    struct error err = {0};
    struct csv_row row;
    size_t faults = 0;
    struct csv *csv =
        csv_memory("fuzz.csv", text, len, mapped->mapping->delimiter, &err);
    if (csv && csv_next(csv, &row, &err) == 1) {
        const struct binding_request request = {.table = mapped->table,
                                                .header = &row,
                                                .path = file_path,
                                                .store = fuzz_store(),
                                                .tell = told,
                                                .arg = &faults};
        size_t columns = row.count;
        struct binding *binding = binding_by_mapping(&request, mapped, &err);
        expect(binding || err.text[0], "it fits, or it is said why not");
        expect(!binding || faults == 0, "faults are faults");
        for (int i = 0;
             binding && i < TURNS_MAX && csv_next(csv, &row, &err) == 1; i++)
            if (row.count == columns)
                try_row(binding, &row);
        binding_free(binding);
    }
    csv_close(csv);
}

static void try_message(const struct mapping *mapping, const char *text,
                        size_t len)
{
    struct error err = {0};
    const struct hl7_options options = {.zone = feed_options().zone,
                                        .terms = feed_terms(),
                                        .training = true,
                                        .mapping = mapping};
    struct hl7 *message = hl7_parse(text, len, &err);
    struct facts *facts = facts_new("fuzz");
    if (message) {
        enum hl7_verdict verdict = hl7_facts(message, &options, facts);
        expect(verdict != HL7_WRONG || facts_is_fatal(facts),
               "what is wrong says why");
        feed_expect(facts);
    }
    facts_free(facts);
    hl7_free(message);
}

static void try_resource(const struct mapping *mapping, const char *text,
                         size_t len)
{
    struct error err = {0};
    const struct fhir_options options = {.terms = feed_terms(),
                                         .mapping = mapping};
    struct json *doc = json_parse(text, len, 0, &err, NULL);
    struct facts *facts = facts_new("fuzz");
    if (doc) {
        enum fhir_verdict verdict =
            fhir_facts(json_root(doc), NULL, &options, facts);
        expect(verdict != FHIR_WRONG || facts_is_fatal(facts),
               "what is wrong says why");
        feed_expect(facts);
    }
    facts_free(facts);
    json_free(doc);
}

static void try_all(const struct mapping *mapping, const char *text, size_t len)
{
    switch (mapping->format) {
    case MAPPING_CSV:
        for (size_t i = 0; i < mapping->table_count; i++)
            try_rows(&mapping->tables[i], text, len);
        return;
    case MAPPING_HL7:
        try_message(mapping, text, len);
        return;
    case MAPPING_FHIR:
        try_resource(mapping, text, len);
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    size_t faults = 0;
    const uint8_t *end = size ? memchr(data, 0, size) : NULL;
    size_t len = end ? (size_t)(end - data) : size;
    if (!file_path[0]) {
        fuzz_path("fuzz.json", mapping_path);
        fuzz_path("fuzz.csv", file_path);
    }
    fuzz_write(mapping_path, data, len);
    fuzz_write(file_path, end ? end + 1 : data, end ? size - len - 1 : 0);
    struct mapping *mapping = mapping_load(
        mapping_path, mapping_format_of(mapping_path), told, &faults, &err);
    expect(mapping || err.text[0], "read, or refused with a reason");
    expect(!mapping || faults == 0, "faults are faults");
    if (mapping && end)
        try_all(mapping, (const char *)end + 1, size - len - 1);
    mapping_free(mapping);
    return 0;
}
