/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEG[which]-field[which].component.sub. Which of several is a number, or what
 * another part of the same one says. Values are compared as codes are, in any
 * case.
 */
#include "feeds/hl7_path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { WHICH_MAX = 4, NUMBER_MAX = 9999, TEXT_MAX = 200 };

/* [2], or [3=CP]: of a segment field.component, of a field component.sub. */
struct which {
    size_t number; /* 0: a condition */
    size_t part, sub;
    const char *value;
};
struct whiches {
    struct which items[WHICH_MAX];
    size_t count;
};

struct hl7_path {
    char segment[4];
    struct whiches segments, repeats;
    struct hl7_place place;
};

/* Reading ---------------------------------------------------------------------
 */

static bool number_read(const char **at, size_t *out)
{
    char *end;
    if (!isdigit((unsigned char)**at))
        return false;
    unsigned long number = strtoul(*at, &end, 10);
    *at = end;
    *out = number;
    return number > 0 && number <= NUMBER_MAX;
}

static const char *which_read(struct arena *arena, const char **at,
                              struct which *out)
{
    const char *end = strchr(++*at, ']');
    if (!end)
        return "a ']' is missing";
    if (!number_read(at, &out->part))
        return "in [] stands a number from 1, or PART=VALUE as in [3=CP]";
    if (*at == end) {
        out->number = out->part;
        *at = end + 1;
        return NULL;
    }
    if (**at == '.') {
        ++*at;
        if (!number_read(at, &out->sub))
            return "behind '.' stands a number from 1";
    }
    if (**at != '=' || *at + 1 == end)
        return "in [] stands a number from 1, or PART=VALUE as in [3=CP]";
    out->value = arena_text_n(arena, *at + 1, (size_t)(end - *at - 1));
    *at = end + 1;
    return NULL;
}

static const char *whiches_read(struct arena *arena, const char **at,
                                struct whiches *out)
{
    const char *wrong = NULL;
    while (!wrong && **at == '[') {
        if (out->count == WHICH_MAX)
            return "too many [] behind each other";
        wrong = which_read(arena, at, &out->items[out->count++]);
    }
    return wrong;
}

static const char *place_read(struct arena *arena, const char *at,
                              struct hl7_path *path)
{
    for (size_t i = 0; i < 3; i++, at++) {
        bool letter = isupper((unsigned char)*at);
        if (!letter && !(i > 0 && isdigit((unsigned char)*at)))
            return "a segment's name of three capitals comes first, as in "
                   "PID-13[3=CP].1";
        path->segment[i] = *at;
    }
    const char *wrong = whiches_read(arena, &at, &path->segments);
    if (wrong)
        return wrong;
    if (*at++ != '-' || !number_read(&at, &path->place.field))
        return "behind the segment stands '-' and the number of a field, as "
               "in PID-13";
    wrong = whiches_read(arena, &at, &path->repeats);
    if (wrong)
        return wrong;
    size_t *const parts[] = {&path->place.component, &path->place.sub};
    for (size_t i = 0; i < 2 && *at == '.'; i++) {
        at++;
        if (!number_read(&at, parts[i]))
            return "behind '.' stands a number from 1";
    }
    return *at ? "something stands behind the place" : NULL;
}

const struct hl7_path *hl7_path_read(struct arena *arena, const char *text,
                                     const char **wrong)
{
    struct hl7_path *path = arena_alloc(arena, sizeof(*path));
    *wrong = strlen(text) > TEXT_MAX ? "it is too long"
                                     : place_read(arena, text, path);
    return *wrong ? NULL : path;
}

/* Looking ---------------------------------------------------------------------
 */

static bool says(struct hl7 *message, const struct hl7_segment *segment,
                 struct hl7_place place, const char *value)
{
    const char *text = hl7_text(message, segment, place);
    return text && text_equal_nocase(text, value);
}

static bool is_meant(const struct hl7_path *path, struct hl7 *message,
                     const struct hl7_segment *segment)
{
    if (!text_equal(segment->name, path->segment))
        return false;
    for (size_t i = 0; i < path->segments.count; i++) {
        const struct which *which = &path->segments.items[i];
        if (!which->number && !says(message, segment,
                                    (struct hl7_place){.field = which->part,
                                                       .component = which->sub},
                                    which->value))
            return false;
    }
    return true;
}

/* Of those that meet the conditions, which? */
static size_t wanted(const struct whiches *whiches)
{
    for (size_t i = 0; i < whiches->count; i++)
        if (whiches->items[i].number)
            return whiches->items[i].number;
    return 1;
}

static const struct hl7_segment *segment_of(const struct hl7_path *path,
                                            struct hl7 *message,
                                            const struct hl7_scope *scopes,
                                            size_t count)
{
    for (size_t s = 0; s < count; s++) {
        size_t met = 0;
        for (size_t i = scopes[s].from; i < scopes[s].to; i++) {
            const struct hl7_segment *segment = hl7_at(message, i);
            if (!is_meant(path, message, segment))
                continue;
            if (++met == wanted(&path->segments))
                return segment;
        }
        if (met > 0)
            return NULL;
    }
    return NULL;
}

static size_t repeat_of(const struct hl7_path *path, struct hl7 *message,
                        const struct hl7_segment *segment)
{
    size_t count = hl7_repeats(message, segment, path->place.field), met = 0;
    for (size_t r = 1; r <= count && r <= HL7_REPEATS_MAX; r++) {
        bool meant = true;
        for (size_t i = 0; i < path->repeats.count && meant; i++) {
            const struct which *which = &path->repeats.items[i];
            meant = which->number ||
                    says(message, segment,
                         (struct hl7_place){.field = path->place.field,
                                            .repeat = r,
                                            .component = which->part,
                                            .sub = which->sub},
                         which->value);
        }
        met += meant;
        if (meant && met == wanted(&path->repeats))
            return r;
    }
    return 0;
}

const char *hl7_path_text(const struct hl7_path *path, struct hl7 *message,
                          const struct hl7_scope *scopes, size_t count,
                          const struct hl7_segment **segment,
                          struct hl7_place *place)
{
    const struct hl7_segment *found = segment_of(path, message, scopes, count);
    struct hl7_place at = path->place;
    if (!found)
        return NULL;
    /* a field that is deleted has no repetitions that say anything */
    if (hl7_field(message, found, at.field) == hl7_deleted &&
        hl7_repeats(message, found, at.field) == 1)
        return hl7_deleted;
    at.repeat = repeat_of(path, message, found);
    if (!at.repeat && path->repeats.count)
        return NULL;
    if (segment)
        *segment = found;
    if (place)
        *place = at;
    return hl7_text(message, found, at);
}
