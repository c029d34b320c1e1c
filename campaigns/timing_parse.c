/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a step's time: "3 days before start at 10:00", "on entry",
 * "every 2 weeks after entry at 10:00, 6 times", "2026-12-01T17:00:00-05:00".
 * Checks names and units; what the words come to is timing.c's.
 */
#include "campaigns/timing.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "campaigns/bundle.h"
#include "campaigns/expression.h"
#include "campaigns/expression_lex.h"
#include "campaigns/expression_parse.h"

#define DAY_SECONDS 86400
#define FIELDS_MAX 64
#define TURNS_MIN 2
#define TURNS_MAX 20
#define TURNS_READ 9999

struct time_reader {
    const char *text;
    enum anchor_kind anchor;
    const struct expression_place *place;
    struct faults *faults;
    struct tokens tokens;
    size_t at;
    bool every;
};

static bool time_fault(struct time_reader *reader, int column, const char *text)
{
    faults_add(reader->faults, FAULT_ERROR, reader->place->file,
               reader->place->line, reader->place->column + column, "%s", text);
    return false;
}

static const struct token *time_token(const struct time_reader *reader)
{
    return &reader->tokens.items[reader->at];
}

static bool time_take(struct time_reader *reader, const char *word)
{
    if (!token_is(time_token(reader), word))
        return false;
    reader->at++;
    return true;
}

/* "start, end": what a step of this anchor may count from. */
static void time_fields(enum anchor_kind anchor, char *out, size_t size)
{
    size_t len = (size_t)snprintf(out, size, "entry");
    const struct field *field;
    for (size_t i = 0; (field = field_at(anchor, i)) != NULL; i++) {
        if (!field->is_time || len >= size)
            continue;
        len += (size_t)snprintf(out + len, size - len, ", %s", field->name);
    }
}

static bool time_unknown(struct time_reader *reader, const struct token *token,
                         const struct field *field)
{
    char known[300];
    char text[600];
    char name[80];
    snprintf(name, sizeof(name), "%.*s",
             (int)(token->len < 60 ? token->len : 60), token->at);
    time_fields(reader->anchor, known, sizeof(known));
    if (token->kind == TOKEN_END)
        snprintf(text, sizeof(text), "a time is missing here: one of %s",
                 known);
    else if (field != NULL)
        snprintf(text, sizeof(text),
                 "a step cannot count from %s; it can from %s", name, known);
    else {
        const char *names[FIELDS_MAX] = {"entry"};
        size_t count = 1;
        const struct field *other;
        for (size_t i = 0; count < FIELDS_MAX &&
                           (other = field_at(reader->anchor, i)) != NULL;
             i++) {
            if (other->is_time)
                names[count++] = other->name;
        }
        const char *nearest = text_nearest(name, names, count);
        if (nearest != NULL)
            snprintf(text, sizeof(text),
                     "unknown time '%s'; did you mean '%s'?", name, nearest);
        else
            snprintf(text, sizeof(text),
                     "unknown time '%s'; a step can count from %s", name,
                     known);
    }
    return time_fault(reader, token->column, text);
}

/* "entry" or a field that is a time. */
static bool read_base(struct time_reader *reader, struct step_time *out)
{
    const struct token *token = time_token(reader);
    if (time_take(reader, "entry")) {
        out->base = BASE_ENTRY;
        return true;
    }
    const struct field *field = NULL;
    if (token->kind == TOKEN_WORD)
        field = field_find(reader->anchor, token->text);
    if (field == NULL || !field->is_time)
        return time_unknown(reader, token, field);
    out->base = BASE_FIELD;
    out->field = field;
    reader->at++;
    return true;
}

static bool read_clock(struct time_reader *reader, struct step_time *out)
{
    const struct token *token = time_token(reader);
    int seconds = 0;
    if (token->kind == TOKEN_CLOCK && token->len == 4 && token->text[1] == ':')
        return time_fault(reader, token->column,
                          "the hour has two digits: at 09:00");
    if (token->kind != TOKEN_CLOCK || token->len != 5 ||
        !civil_parse_time(token->text, &seconds) || seconds >= DAY_SECONDS)
        return time_fault(reader, token->column,
                          "after 'at' comes a time of day, 00:00 to 23:59: at "
                          "10:00");
    bool exact =
        out->distance.unit == UNIT_MINUTES || out->distance.unit == UNIT_HOURS;
    if (exact && out->distance.count > 0)
        return time_fault(reader, token->column,
                          "hours and minutes are counted exactly: 'at' goes "
                          "with days, weeks, months or years");
    out->at_seconds = seconds;
    reader->at++;
    return true;
}

/* ", 6 times" */
static bool read_turns(struct time_reader *reader, struct step_time *out)
{
    bool comma = time_take(reader, ",");
    const struct token *number = time_token(reader);
    if (!comma || !token_count(number, TURNS_READ, &out->turns) ||
        !token_is(number + 1, "times"))
        return time_fault(reader, number->column,
                          "'every' ends with how often: every 2 weeks after "
                          "entry at 10:00, 6 times");
    if (out->turns < TURNS_MIN || out->turns > TURNS_MAX)
        return time_fault(reader, number->column, "'every' goes 2 to 20 times");
    reader->at += 2;
    return true;
}

static bool read_distance(struct time_reader *reader, struct step_time *out)
{
    const struct token *first = time_token(reader);
    out->distance.unit = UNIT_DAYS;
    if (!reader->every && time_take(reader, "on"))
        return true;
    if (!lex_duration(reader->tokens.items, &reader->at, &out->distance))
        return time_fault(reader, first->column,
                          reader->every
                              ? "after 'every' comes how far apart: every 2 "
                                "weeks after entry at 10:00, 6 times"
                              : "a time is written like '3 days before start "
                                "at 10:00', '2 days after entry' or 'on "
                                "entry'");
    if (reader->every && out->distance.count == 0)
        return time_fault(reader, first->column,
                          "turns lie apart: 'every' wants 1 or more");
    if (out->distance.unit == UNIT_OPEN_HOURS)
        return time_fault(reader, first->column,
                          "open hours are for a task's 'within'; a step "
                          "counts in hours, days or business days");
    if (time_take(reader, "before"))
        out->sign = -1;
    else if (time_take(reader, "after"))
        out->sign = 1;
    else
        return time_fault(reader, time_token(reader)->column,
                          "after the distance comes 'before' or 'after'");
    return true;
}

static bool read_sentence(struct time_reader *reader, struct step_time *out)
{
    reader->every = time_take(reader, "every");
    if (!read_distance(reader, out) || !read_base(reader, out) ||
        (time_take(reader, "at") && !read_clock(reader, out)) ||
        (reader->every && !read_turns(reader, out)))
        return false;
    const struct token *rest = time_token(reader);
    return rest->kind == TOKEN_END ||
           time_fault(reader, rest->column,
                      "this is not understood here; a time of day is written "
                      "'at 10:00'");
}

/* "2026-12-24T12:00:00-05:00" */
static bool read_moment(struct time_reader *reader, struct arena *arena,
                        struct step_time *out)
{
    char fault[200];
    size_t size = strlen(reader->text) + 1;
    char *text = arena_alloc(arena, size);
    memcpy(text, reader->text, size);
    text_trim(text);
    out->base = BASE_INSTANT;
    return civil_parse_instant(text, &out->moment) ||
           time_fault(reader, (int)strspn(reader->text, " \t\r\n"),
                      moment_fault(text, fault, sizeof(fault)));
}

bool step_time_parse(const char *text, enum anchor_kind anchor,
                     const struct expression_place *place, struct arena *arena,
                     struct faults *faults, struct step_time *out)
{
    struct time_reader reader = {
        .text = text,
        .anchor = anchor,
        .place = place,
        .faults = faults,
    };
    struct step_time time = {
        .given = true,
        .at_seconds = -1,
        .line = place->line,
        .column = place->column,
    };
    char message[200];
    int column = 0;
    bool read;
    if (moment_like(text))
        read = read_moment(&reader, arena, &time);
    else if (lex_tokens(text, arena, &reader.tokens, message, sizeof(message),
                        &column))
        read = read_sentence(&reader, &time);
    else
        read = time_fault(&reader, column, message);
    if (!read)
        return false;
    time.source = arena_text(arena, text);
    *out = time;
    return true;
}
