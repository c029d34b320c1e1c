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
#define EVERY "every "

struct time_reader {
    const char *text;
    enum anchor_kind anchor;
    const struct expression_place *place;
    struct faults *faults;
    struct tokens tokens;
    size_t at;
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

/* "10:00" is cut by the lexer at the colon, so it is read from the text. */
static bool read_clock(struct time_reader *reader, const char *text, int column,
                       struct step_time *out)
{
    char clock[6];
    size_t len = strspn(text, "0123456789:");
    bool good = len == 5 && text[len] == '\0';
    int seconds = 0;
    if (good) {
        text_copy(clock, sizeof(clock), text);
        good = civil_parse_time(clock, &seconds) && seconds < DAY_SECONDS;
    }
    if (!good)
        return time_fault(reader, column,
                          "after 'at' comes a time of day, 00:00 to 23:59: at "
                          "10:00");
    bool exact =
        out->distance.unit == UNIT_MINUTES || out->distance.unit == UNIT_HOURS;
    if (exact && out->distance.count > 0)
        return time_fault(reader, column,
                          "hours and minutes are counted exactly: 'at' goes "
                          "with days, weeks, months or years");
    out->at_seconds = seconds;
    return true;
}

static bool read_distance(struct time_reader *reader, struct step_time *out)
{
    const struct token *first = time_token(reader);
    out->distance.unit = UNIT_DAYS;
    if (out->turns == 0 && time_take(reader, "on"))
        return true;
    if (!lex_duration(reader->tokens.items, &reader->at, &out->distance))
        return time_fault(reader, first->column,
                          out->turns > 0
                              ? "after 'every' comes how far apart: every 2 "
                                "weeks after entry at 10:00, 6 times"
                              : "a time is written like '3 days before start "
                                "at 10:00', '2 days after entry' or 'on "
                                "entry'");
    if (out->turns > 0 && out->distance.count == 0)
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

/* Where " at HH:MM" begins; NULL when it is not said. The words before it go
 * to `words`. */
static const char *split_clock(const char *text, char *words, size_t size)
{
    const char *at = strstr(text, " at ");
    size_t len = at != NULL ? (size_t)(at - text) : strlen(text);
    if (len >= size)
        len = size - 1;
    memcpy(words, text, len);
    words[len] = '\0';
    if (at == NULL)
        return NULL;
    at += strlen(" at ");
    return at + strspn(at, " ");
}

/* "every ..., 6 times": takes the two ends off `text` and leaves what lies
 * between where it stood. */
static bool split_turns(struct time_reader *reader, char *text,
                        struct step_time *out)
{
    char *comma = strrchr(text, ',');
    const char *at = comma != NULL ? comma + 1 : text + strlen(text);
    int column = (int)(at - text);
    at += strspn(at, " ");
    size_t digits = strspn(at, "0123456789");
    if (digits == 0 || digits > 4 || strcmp(at + digits, " times") != 0)
        return time_fault(reader, column,
                          "'every' ends with how often: every 2 weeks after "
                          "entry at 10:00, 6 times");
    for (size_t i = 0; i < digits; i++)
        out->turns = out->turns * 10 + (at[i] - '0');
    if (out->turns < TURNS_MIN || out->turns > TURNS_MAX)
        return time_fault(reader, (int)(at - text),
                          "'every' goes 2 to 20 times");
    *comma = '\0';
    memset(text, ' ', strlen(EVERY));
    return true;
}

static bool read_sentence(struct time_reader *reader, struct arena *arena,
                          struct step_time *out)
{
    char text[200], words[200];
    char message[200];
    int column = 0;
    if (strlen(reader->text) >= sizeof(text))
        return time_fault(reader, 0, "this is too long for a time");
    text_copy(text, sizeof(text), reader->text);
    if (strncmp(text, EVERY, strlen(EVERY)) == 0 &&
        !split_turns(reader, text, out))
        return false;
    const char *clock = split_clock(text, words, sizeof(words));
    if (!lex_tokens(words, arena, &reader->tokens, message, sizeof(message),
                    &column))
        return time_fault(reader, column, message);
    if (!read_distance(reader, out) || !read_base(reader, out))
        return false;
    const struct token *rest = time_token(reader);
    if (rest->kind != TOKEN_END)
        return time_fault(reader, rest->column,
                          "this is not understood here; a time of day is "
                          "written 'at 10:00'");
    if (clock == NULL)
        return true;
    return read_clock(reader, clock, (int)(clock - text), out);
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
    if (strlen(text) < CIVIL_TEXT_MAX &&
        civil_parse_instant(text, &time.moment)) {
        time.base = BASE_INSTANT;
    } else if (!read_sentence(&reader, arena, &time))
        return false;
    time.source = arena_text(arena, text);
    *out = time;
    return true;
}
