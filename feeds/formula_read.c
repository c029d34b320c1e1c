/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading formulas out of a mapping file. A text is one of their columns; an
 * object is one function, told by its first member. To add a function, add a
 * row here, a kind in formula.h and a case in formula.c.
 */
#include "feeds/mapping_own.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "feeds/dates.h"
#include "feeds/fhir_path.h"
#include "feeds/hl7_path.h"

enum { PARTS_MAX = 16, DEPTH_MAX = 12, WORDS_MAX = 10000 };

static const struct {
    const char *name;
    enum formula_kind kind;
    size_t least, most; /* operands of a list; 0: not a list */
    /* Of each operand a letter, the last for all that follow: "d" a date, "n"
     * none, "w" what the whole is. */
    const char *operands;
} functions[] = {
    {"constant", FORMULA_CONSTANT, 0, 0, ""},
    {"turn", FORMULA_TURN, 0, 0, ""},
    {"today", FORMULA_TODAY, 0, 0, ""},
    {"from", FORMULA_TRANSLATE, 0, 0, ""},
    {"date", FORMULA_DATE, 0, 0, ""},
    {"without_digits", FORMULA_WITHOUT_DIGITS, 0, 0, ""},
    {"concat", FORMULA_CONCAT, 1, PARTS_MAX, "w"},
    {"first_of", FORMULA_FIRST_OF, 1, PARTS_MAX, "w"},
    {"if_equals", FORMULA_IF_EQUALS, 4, 4, "nnww"},
    {"days_between", FORMULA_DAYS_BETWEEN, 2, 2, "dd"},
    {"add_days", FORMULA_ADD_DAYS, 2, 2, "dn"},
    {"divide", FORMULA_DIVIDE, 2, 2, "nn"},
    {"multiply", FORMULA_MULTIPLY, 2, 2, "nn"},
    {"subtract", FORMULA_SUBTRACT, 2, 2, "nn"},
    {"at_least", FORMULA_AT_LEAST, 2, 2, "nn"},
    {"at_most", FORMULA_AT_MOST, 2, 2, "nn"},
};
enum { FUNCTIONS = sizeof(functions) / sizeof(functions[0]) };

static struct formula *read_depth(struct mapping_reader *reader,
                                  const struct json_node *node,
                                  enum formula_dating dated, int depth);

static struct formula *formula_new(struct mapping_reader *reader,
                                   enum formula_kind kind,
                                   const struct json_node *node)
{
    struct formula *formula =
        arena_alloc(reader->mapping->arena, sizeof(*formula));
    formula->kind = kind;
    formula->place = mapping_place(reader, node);
    return formula;
}

static bool read_parts(struct mapping_reader *reader, struct formula *formula,
                       const struct json_node *list, size_t function,
                       enum formula_dating dated, int depth)
{
    size_t count = json_count(list);
    if (json_type(list) != JSON_ARRAY || count < functions[function].least ||
        count > functions[function].most)
        return mapping_fault(
            reader, mapping_place(reader, list),
            functions[function].least == functions[function].most
                ? "\"%s\" takes a list of %zu"
                : "\"%s\" takes a list of at least %zu (and at most 16)",
            functions[function].name, functions[function].least);
    formula->parts =
        arena_alloc(reader->mapping->arena, count * sizeof(formula->parts[0]));
    const struct json_node *node = json_first(list);
    const char *operand = functions[function].operands;
    bool fine = true;
    for (; node; node = json_next(node)) {
        struct formula *part = read_depth(reader, node,
                                          *operand == 'd'   ? FORMULA_DAY
                                          : *operand == 'w' ? dated
                                                            : FORMULA_UNDATED,
                                          depth + 1);
        fine = fine && part;
        formula->parts[formula->count++] = part;
        operand += operand[1] != '\0';
    }
    return fine;
}

static bool read_words(struct mapping_reader *reader, struct formula *formula,
                       const struct json_node *words)
{
    size_t count = json_count(words);
    if (json_type(words) != JSON_OBJECT || count > WORDS_MAX)
        return mapping_fault(reader, mapping_place(reader, words),
                             "\"translate\" is an object: {\"theirs\": "
                             "\"ours\"}");
    formula->words = arena_alloc(reader->mapping->arena,
                                 (2 * count + 1) * sizeof(formula->words[0]));
    const struct json_node *word = json_first(words);
    for (; word; word = json_next(word)) {
        if (json_type(word) != JSON_TEXT)
            return mapping_fault(reader, mapping_place(reader, word),
                                 "a translation is a text");
        formula->words[formula->word_count++] = json_key(word);
        formula->words[formula->word_count++] = json_text(word);
    }
    return true;
}

/* {"from": X, "translate": {...}, "else": Y} */
static bool read_translate(struct mapping_reader *reader,
                           struct formula *formula,
                           const struct json_node *node,
                           enum formula_dating dated, int depth)
{
    static const char *const names[] = {"from", "translate", "else"};
    mapping_members(reader, node, names, 3);
    const struct json_node *words = json_get(node, "translate");
    const struct json_node *otherwise = json_get(node, "else");
    formula->parts =
        arena_alloc(reader->mapping->arena, 2 * sizeof(formula->parts[0]));
    formula->parts[formula->count++] =
        read_depth(reader, json_get(node, "from"),
                   words ? FORMULA_UNDATED : dated, depth + 1);
    if (otherwise)
        formula->parts[formula->count++] =
            read_depth(reader, otherwise, dated, depth + 1);
    for (size_t i = 0; i < formula->count; i++)
        if (!formula->parts[i])
            return false;
    if (!words)
        return mapping_fault(reader, formula->place,
                             "\"from\" needs \"translate\" beside it; a column "
                             "alone is just its name");
    return read_words(reader, formula, words);
}

/* {"date": X, "format": "MM/DD/YYYY"} */
static bool read_date(struct mapping_reader *reader, struct formula *formula,
                      const struct json_node *node, int depth)
{
    static const char *const names[] = {"date", "format"};
    mapping_members(reader, node, names, 2);
    formula->text = mapping_text(reader, node, "format", false);
    if (!formula->text)
        return false;
    const char *wrong = dates_check(formula->text);
    if (wrong)
        return mapping_fault(reader,
                             mapping_place(reader, json_get(node, "format")),
                             "not a format of dates: %s", wrong);
    formula->parts =
        arena_alloc(reader->mapping->arena, sizeof(formula->parts[0]));
    formula->parts[formula->count++] =
        read_depth(reader, json_get(node, "date"), FORMULA_UNDATED, depth + 1);
    return formula->parts[0] != NULL;
}

static bool read_simple(struct mapping_reader *reader, struct formula *formula,
                        const struct json_node *value, int depth)
{
    if (formula->kind == FORMULA_CONSTANT) {
        formula->text = json_text(value);
        return formula->text ||
               mapping_fault(reader, mapping_place(reader, value),
                             "a constant is a text, also when it is a number: "
                             "\"30\"");
    }
    if (formula->kind == FORMULA_TURN)
        return json_integer(value, &formula->number) ||
               mapping_fault(reader, mapping_place(reader, value),
                             "\"turn\" takes the number of the first: 0 or 1");
    if (formula->kind == FORMULA_TODAY)
        return json_is_true(value) ||
               mapping_fault(reader, mapping_place(reader, value),
                             "\"today\" is always true");
    formula->parts =
        arena_alloc(reader->mapping->arena, sizeof(formula->parts[0]));
    formula->parts[formula->count++] =
        read_depth(reader, value, FORMULA_UNDATED, depth + 1);
    return formula->parts[0] != NULL;
}

static struct formula *read_function(struct mapping_reader *reader,
                                     const struct json_node *node,
                                     enum formula_dating dated, int depth)
{
    const struct json_node *first = json_first(node);
    const char *names[FUNCTIONS];
    const char *name = first ? json_key(first) : "";
    size_t i = 0;
    while (i < FUNCTIONS && !text_equal(functions[i].name, name))
        i++;
    if (i == FUNCTIONS) {
        for (size_t n = 0; n < FUNCTIONS; n++)
            names[n] = functions[n].name;
        const char *near = text_nearest(name, names, FUNCTIONS);
        mapping_fault(reader, mapping_place(reader, node),
                      "there is no function '%s'%s%s%s", name,
                      near ? "; did you mean '" : "", near ? near : "",
                      near ? "'?" : "");
        return NULL;
    }
    if (reader->mapping->format != MAPPING_CSV &&
        (functions[i].kind == FORMULA_TURN ||
         functions[i].kind == FORMULA_TODAY)) {
        mapping_fault(reader, mapping_place(reader, node),
                      "'%s' is of CSV files: a message has neither turns nor "
                      "a day of its import",
                      name);
        return NULL;
    }
    struct formula *formula = formula_new(reader, functions[i].kind, node);
    bool done;
    if (functions[i].kind == FORMULA_TRANSLATE) {
        done = read_translate(reader, formula, node, dated, depth);
    } else if (functions[i].kind == FORMULA_DATE) {
        done = read_date(reader, formula, node, depth);
    } else {
        mapping_members(reader, node, &functions[i].name, 1);
        done = functions[i].least
                   ? read_parts(reader, formula, first, i, dated, depth)
                   : read_simple(reader, formula, first, depth);
    }
    return done ? formula : NULL;
}

/* Where a message or resource has it. */
static bool place_read(struct mapping_reader *reader, struct formula *column)
{
    struct mapping *mapping = reader->mapping;
    const char *wrong = NULL;
    switch (mapping->format) {
    case MAPPING_CSV:
        break;
    case MAPPING_HL7:
        column->hl7 = hl7_path_read(mapping->arena, column->text, &wrong);
        break;
    case MAPPING_FHIR:
        column->fhir = fhir_path_read(mapping->arena, column->text, &wrong);
        break;
    }
    return !wrong ||
           mapping_fault(reader, column->place, "'%.80s' is no place in %s: %s",
                         column->text,
                         mapping->format == MAPPING_HL7 ? "a message"
                                                        : "a resource",
                         wrong);
}

/* How the dates of a column are read: as the table declares, else as they are
 * written in messages of this format. False: as they are. */
static bool dating_of(const struct mapping_reader *reader,
                      enum formula_dating dated, struct formula *out)
{
    out->text = reader->table->dates;
    out->number = dated;
    if (out->text) {
        out->kind = FORMULA_DATE;
        return dated == FORMULA_DAY || dated == FORMULA_TIME;
    }
    if (reader->mapping->format == MAPPING_HL7) {
        out->kind = FORMULA_HL7_TIME;
        return dated != FORMULA_UNDATED;
    }
    out->kind = FORMULA_ISO_DAY;
    return reader->mapping->format == MAPPING_FHIR && dated == FORMULA_DAY;
}

static struct formula *read_column(struct mapping_reader *reader,
                                   const struct json_node *node,
                                   enum formula_dating dated)
{
    struct formula *column = formula_new(reader, FORMULA_COLUMN, node);
    struct formula how = {0};
    column->text = json_text(node);
    if (!place_read(reader, column))
        return NULL;
    if (!dating_of(reader, dated, &how))
        return column;
    struct formula *date = formula_new(reader, how.kind, node);
    date->text = how.text;
    date->number = how.number;
    date->parts = arena_alloc(reader->mapping->arena, sizeof(date->parts[0]));
    date->parts[date->count++] = column;
    return date;
}

static struct formula *read_depth(struct mapping_reader *reader,
                                  const struct json_node *node,
                                  enum formula_dating dated, int depth)
{
    if (depth > DEPTH_MAX) {
        mapping_fault(reader, mapping_place(reader, node),
                      "functions inside functions, too deep");
        return NULL;
    }
    if (json_type(node) == JSON_TEXT)
        return read_column(reader, node, dated);
    if (json_type(node) == JSON_OBJECT)
        return read_function(reader, node, dated, depth);
    mapping_fault(reader, mapping_place(reader, node),
                  "here stands a column's name or a function, not %s",
                  json_type_name(json_type(node)));
    return NULL;
}

struct formula *formula_read(struct mapping_reader *reader,
                             const struct json_node *node,
                             enum formula_dating dated)
{
    return read_depth(reader, node, dated, 0);
}
