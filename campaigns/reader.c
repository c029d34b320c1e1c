/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every part of the campaign reader needs: faults with their places,
 * tables of members, texts, names, and the small languages inside texts. It
 * knows JSON and no campaign.
 */
#include "campaigns/reader.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "campaigns/expression_lex.h"
#include "campaigns/shelf.h"
#include "campaigns/template.h"
#include "campaigns/timing.h"

#define FAULT_MAX 900
#define TIME_MAX 200
#define CONDITION_MAX LEX_TEXT_MAX
#define MEMBERS_MAX 64

__attribute__((format(printf, 4, 0))) static void add_fault(
    struct reader *reader, enum fault_level level, struct json_place place,
    const char *format, va_list args)
{
    char text[FAULT_MAX];
    vsnprintf(text, sizeof(text), format, args);
    faults_add(reader->faults, level, reader->at.file, place.line, place.column,
               "%s", text);
}

void reader_fault(struct reader *reader, const struct json_node *node,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_fault(reader, FAULT_ERROR, json_place(reader->at.doc, node), format,
              args);
    va_end(args);
}

void reader_key_fault(struct reader *reader, const struct json_node *member,
                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_fault(reader, FAULT_ERROR, json_key_place(reader->at.doc, member),
              format, args);
    va_end(args);
}

void reader_warn(struct reader *reader, const struct json_node *node,
                 const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_fault(reader, FAULT_WARNING, json_place(reader->at.doc, node), format,
              args);
    va_end(args);
}

const char *reader_suggestion(struct reader *reader, const char *name,
                              const char *const *names, size_t count)
{
    const char *nearest = text_nearest(name, names, count);
    return nearest != NULL ? arena_format(reader->faults->arena,
                                          "; did you mean '%s'?", nearest)
                           : "";
}

/* "a text or an object" */
static const char *types_words(struct reader *reader, unsigned types)
{
    const char *words = NULL;
    for (int type = JSON_NULL; type <= JSON_OBJECT; type++) {
        if ((types & (1u << type)) == 0)
            continue;
        const char *name = json_type_name((enum json_type)type);
        words = words == NULL ? name
                              : arena_format(reader->faults->arena, "%s or %s",
                                             words, name);
    }
    return words != NULL ? words : "nothing";
}

static const struct member *find_member(const struct member *members,
                                        size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    }
    return NULL;
}

static void unknown_member(struct reader *reader, const struct json_node *node,
                           const char *what, const struct member *members,
                           size_t count)
{
    const char *names[MEMBERS_MAX];
    for (size_t i = 0; i < count && i < MEMBERS_MAX; i++)
        names[i] = members[i].name;
    const char *key = json_key(node);
    const char *suggestion = reader_suggestion(reader, key, names, count);
    reader_key_fault(reader, node, "%s has no member \"%.80s\"%s", what, key,
                     suggestion);
}

/* Two passes: what is said is judged before it is read, so that a missing
 * "anchor" is told once and not by every condition. */
bool reader_members(struct reader *reader, const struct json_node *object,
                    const char *what, const struct member *members,
                    size_t count, void *into)
{
    bool complete = true;
    if (json_type(object) != JSON_OBJECT) {
        reader_fault(reader, object, "%s is an object here: { ... }, not %s",
                     what, json_type_name(json_type(object)));
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (members[i].required && json_get(object, members[i].name) == NULL) {
            reader_fault(reader, object, "%s wants a member \"%s\"", what,
                         members[i].name);
            complete = false;
        }
    }
    for (const struct json_node *node = json_first(object); node != NULL;
         node = json_next(node)) {
        const struct member *member =
            find_member(members, count, json_key(node));
        if (member == NULL)
            unknown_member(reader, node, what, members, count);
        else if ((member->types & (1u << json_type(node))) == 0) {
            reader_fault(reader, node, "\"%s\" is %s here, not %s",
                         member->name, types_words(reader, member->types),
                         json_type_name(json_type(node)));
            complete = complete && !member->required;
        } else if (member->read != NULL)
            member->read(reader, node, into);
    }
    return complete;
}

const struct json_node *reader_get(const struct json_node *object,
                                   const char *name, unsigned types)
{
    const struct json_node *node = json_get(object, name);
    if (node == NULL || (types & (1u << json_type(node))) == 0)
        return NULL;
    return node;
}

const char *reader_text(struct reader *reader, const struct json_node *node,
                        size_t max)
{
    const char *text = json_text(node);
    if (text == NULL)
        return NULL;
    if (text_blank(text)) {
        reader_fault(reader, node, "this text is empty");
        return NULL;
    }
    if (text_length(text) > max) {
        reader_fault(reader, node,
                     "this text has %zu characters; at most %zu fit",
                     text_length(text), max);
        return NULL;
    }
    return arena_text(reader->arena, text);
}

bool name_valid(const char *name)
{
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    return len > 0 && len <= NAME_MAX_BYTES && name[len] == '\0' &&
           isalnum((unsigned char)name[0]);
}

const char *reader_name(struct reader *reader, const struct json_node *node,
                        const char *what)
{
    const char *name = json_text(node);
    if (name == NULL)
        return NULL;
    if (!name_valid(name)) {
        reader_fault(reader, node,
                     "the name of %s has lower case letters, digits and '-' "
                     "only, at most %d: \"day-before\"",
                     what, NAME_MAX_BYTES);
        return NULL;
    }
    return arena_text(reader->arena, name);
}

bool reader_key_is_name(struct reader *reader, const struct json_node *member,
                        const char *what)
{
    if (name_valid(json_key(member)))
        return true;
    reader_key_fault(reader, member,
                     "the name of %s has lower case letters, digits and '-' "
                     "only, at most %d: \"day-before\"",
                     what, NAME_MAX_BYTES);
    return false;
}

/* BCP 47 as far as a clinic's list of languages goes: "en", "es-MX",
 * "zh-Hans". */
bool language_valid(const char *tag)
{
    size_t len = strspn(tag, "abcdefghijklmnopqrstuvwxyz");
    if (len < 2 || len > 3)
        return false;
    tag += len;
    while (*tag == '-') {
        len = 0;
        while (isalnum((unsigned char)tag[1 + len]))
            len++;
        if (len < 2 || len > 8)
            return false;
        tag += 1 + len;
    }
    return *tag == '\0';
}

struct expression_place reader_place(const struct reader *reader,
                                     const struct json_node *text)
{
    struct json_place place = json_place(reader->at.doc, text);
    return (struct expression_place){
        .file = reader->at.file,
        .line = place.line,
        .column = place.column + 1, /* behind the quote */
    };
}

void check_lists(const struct bundle_options *options, const char *file,
                 const struct predicate *predicate, struct faults *faults)
{
    if (predicate == NULL || options == NULL || options->lists == NULL)
        return;
    check_lists(options, file, predicate->left, faults);
    check_lists(options, file, predicate->right, faults);
    if (predicate->kind != PREDICATE_IN_LIST)
        return;
    for (size_t i = 0; i < options->list_count; i++) {
        if (strcmp(options->lists[i], predicate->subject) == 0)
            return;
    }
    const char *nearest =
        text_nearest(predicate->subject, options->lists, options->list_count);
    faults_add(faults, options->lists_level, file, predicate->line,
               predicate->column, "the store has no list '%s'%s",
               predicate->subject,
               nearest != NULL ? arena_format(faults->arena,
                                              "; did you mean '%s'?", nearest)
                               : ": import it (lists.csv), or leave this out");
}

const struct predicate *reader_condition(struct reader *reader,
                                         const struct json_node *node)
{
    const char *text = reader_text(reader, node, CONDITION_MAX);
    if (text == NULL || !reader->anchor_known)
        return NULL;
    struct expression_place place = reader_place(reader, node);
    const struct predicate *predicate =
        expression_parse(text, reader->campaign->anchor, &place, shelf_find,
                         reader->shelf, reader->arena, reader->faults);
    check_lists(reader->options, reader->at.file, predicate, reader->faults);
    return predicate;
}

bool reader_duration(struct reader *reader, const struct json_node *node,
                     struct duration *out)
{
    if (!reader_within(reader, node, out))
        return false;
    if (out->unit != UNIT_OPEN_HOURS)
        return true;
    reader_fault(reader, node, OPEN_HOURS_FAULT);
    return false;
}

bool reader_within(struct reader *reader, const struct json_node *node,
                   struct duration *out)
{
    const char *text = reader_text(reader, node, TIME_MAX);
    if (text == NULL)
        return false;
    if (duration_parse(text, out) && out->count > 0)
        return true;
    reader_fault(reader, node,
                 "'%.60s' is not a length of time: write 4 hours, 3 days, 2 "
                 "business days ...",
                 text);
    return false;
}

void reader_turns(struct reader *reader, const struct json_node *node,
                  struct step_time *out)
{
    const char *text = reader_text(reader, node, TIME_MAX);
    if (text == NULL || !reader->anchor_known)
        return;
    struct expression_place place = reader_place(reader, node);
    step_time_parse(text, reader->campaign->anchor, &place, reader->arena,
                    reader->faults, out);
}

void reader_time(struct reader *reader, const struct json_node *node,
                 struct step_time *out)
{
    struct step_time time = {0};
    reader_turns(reader, node, &time);
    if (time.turns > 0)
        reader_fault(reader, node,
                     "'every' is for a step's \"when\": one moment is wanted "
                     "here");
    else
        *out = time;
}

void reader_sample(struct reader *reader, const struct message_text *text,
                   const char *template, struct buf *out)
{
    char tag[TEXT_TAG_MAX];
    const char *country =
        reader->options ? reader->options->default_country : NULL;
    template_sample(template, reader->campaign->anchor,
                    text_tag(text->language, country, tag), out);
}
