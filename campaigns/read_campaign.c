/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The campaign's own members, as one table, and the small sentences among
 * them: intake, holdout, combine, hours. Steps, answers and messages have
 * files of their own.
 */
#include "campaigns/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"

#include "campaigns/expression_lex.h"
#include "campaigns/purpose.h"

#define LINE_MAX_BYTES 300
#define ABOUT_MAX 2000
#define AUDIENCE_MAX 50
#define INTAKE_MAX 1000000
#define SHARE_MAX 50.0
#define LOOKS_MAX 20
#define PRIORITY_LAST 4
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The words of one short sentence. */
struct sentence {
    struct tokens tokens;
    size_t at;
};

static bool sentence_open(struct reader *reader, const struct json_node *node,
                          struct sentence *out)
{
    char message[100];
    int column;
    const char *text = reader_text(reader, node, LINE_MAX_BYTES);
    *out = (struct sentence){0};
    return text != NULL && lex_tokens(text, reader->arena, &out->tokens,
                                      message, sizeof(message), &column);
}

static bool sentence_take(struct sentence *sentence, const char *word)
{
    if (!token_is(&sentence->tokens.items[sentence->at], word))
        return false;
    sentence->at++;
    return true;
}

/* All of these words or none. */
static bool sentence_words(struct sentence *sentence, const char *const *words,
                           size_t count)
{
    size_t begin = sentence->at;
    for (size_t i = 0; i < count; i++) {
        if (!sentence_take(sentence, words[i])) {
            sentence->at = begin;
            return false;
        }
    }
    return true;
}

static bool sentence_ends(const struct sentence *sentence)
{
    return sentence->tokens.items[sentence->at].kind == TOKEN_END;
}

/* "150 a weekday per clinic, longest overdue first" */
static bool intake_sentence(struct sentence *sentence, struct intake *intake)
{
    static const char *const per_clinic[] = {"per", "clinic"};
    static const char *const longest[] = {",", "longest", "overdue", "first"};
    if (!token_count(&sentence->tokens.items[0], INTAKE_MAX, &intake->count) ||
        intake->count == 0)
        return false;
    sentence->at = 1;
    if (!sentence_take(sentence, "a") && !sentence_take(sentence, "per"))
        return false;
    intake->weekdays_only = sentence_take(sentence, "weekday");
    if (!intake->weekdays_only && !sentence_take(sentence, "day"))
        return false;
    intake->per_clinic =
        sentence_words(sentence, per_clinic, COUNT(per_clinic));
    if (sentence_words(sentence, longest, COUNT(longest)))
        intake->order = INTAKE_LONGEST_OVERDUE;
    return sentence_ends(sentence);
}

void read_intake(struct reader *reader, const struct json_node *node,
                 void *into)
{
    struct sentence sentence;
    struct intake intake = {0};
    if (!sentence_open(reader, node, &sentence) ||
        !intake_sentence(&sentence, &intake)) {
        reader_fault(
            reader, node,
            "\"intake\" is written \"150 a weekday per clinic, longest "
            "overdue first\" or \"500 a day\"");
        return;
    }
    ((struct campaign *)into)->intake = intake;
}

/* "per patient within 3 days" */
static bool combine_sentence(struct sentence *sentence, enum combine *combine,
                             struct duration *within)
{
    if (!sentence_take(sentence, "per"))
        return false;
    if (sentence_take(sentence, "patient"))
        *combine = COMBINE_PATIENT;
    else if (sentence_take(sentence, "family"))
        *combine = COMBINE_FAMILY;
    return *combine && sentence_take(sentence, "within") &&
           lex_duration(sentence->tokens.items, &sentence->at, within) &&
           within->count > 0 && within->unit != UNIT_OPEN_HOURS &&
           sentence_ends(sentence);
}

void read_combine(struct reader *reader, const struct json_node *node,
                  void *into)
{
    struct campaign *campaign = into;
    struct sentence sentence;
    if (!sentence_open(reader, node, &sentence) ||
        !combine_sentence(&sentence, &campaign->combine,
                          &campaign->combine_within))
        reader_fault(reader, node,
                     "\"combine\" is written \"per patient within 3 days\" "
                     "or \"per family within 3 days\"");
}

/* "10:00-18:00" */
void read_hours(struct reader *reader, const struct json_node *node, void *into)
{
    struct campaign *campaign = into;
    const char *text = json_text(node);
    char from[6];
    int opens = 0;
    int closes = 0;
    bool good = strlen(text) == 11 && text[5] == '-';
    if (good) {
        text_copy(from, sizeof(from), text);
        good = civil_parse_time(from, &opens) &&
               civil_parse_time(text + 6, &closes) && opens < closes;
    }
    if (!good) {
        reader_fault(reader, node,
                     "\"hours\" are written \"10:00-18:00\", from before to");
        return;
    }
    campaign->window_given = true;
    campaign->window_from = opens / 60;
    campaign->window_to = closes / 60;
}

static void read_share(struct reader *reader, const struct json_node *node,
                       void *into)
{
    struct holdout *holdout = into;
    const char *text = json_text(node);
    char *end = NULL;
    double share = text[0] >= '0' && text[0] <= '9' ? strtod(text, &end) : 0;
    if (end == NULL || strcmp(end, "%") != 0 || share <= 0 ||
        share > SHARE_MAX || strspn(text, "0123456789.%") != strlen(text))
        reader_fault(reader, node,
                     "\"share\" is more than 0%% and at most 50%%: \"10%%\"");
    else
        holdout->share = share / 100;
}

/* The window of "screened 'x' within 120 days of entry". */
static const struct predicate *of_entry(const struct predicate *predicate)
{
    if (predicate == NULL || predicate->of_entry)
        return predicate;
    const struct predicate *left = of_entry(predicate->left);
    return left != NULL ? left : of_entry(predicate->right);
}

static void read_outcome(struct reader *reader, const struct json_node *node,
                         void *into)
{
    struct holdout *holdout = into;
    holdout->outcome = reader_condition(reader, node);
    holdout->outcome_source = arena_text(reader->arena, json_text(node));
    const struct predicate *timed = of_entry(holdout->outcome);
    if (timed != NULL)
        holdout->horizon = timed->within;
}

static void read_looks(struct reader *reader, const struct json_node *node,
                       void *into)
{
    int64_t looks = 0;
    if (!json_integer(node, &looks) || looks < 1 || looks > LOOKS_MAX)
        reader_fault(reader, node, "\"looks\" is a whole number from 1 to %d",
                     LOOKS_MAX);
    else
        ((struct holdout *)into)->looks = (int)looks;
}

static void read_horizon(struct reader *reader, const struct json_node *node,
                         void *into)
{
    reader_duration(reader, node, &((struct holdout *)into)->horizon);
}

void read_holdout(struct reader *reader, const struct json_node *node,
                  void *into)
{
    static const struct member members[] = {
        {"share", IS_TEXT, true, read_share},
        {"outcome", IS_TEXT, true, read_outcome},
        {"horizon", IS_TEXT, false, read_horizon},
        {"looks", IS_NUMBER, false, read_looks},
    };
    struct holdout *holdout = &((struct campaign *)into)->holdout;
    holdout->looks = 1;
    if (json_type(node) == JSON_TEXT) {
        holdout->never = text_equal(json_text(node), "never");
        if (!holdout->never)
            reader_fault(reader, node,
                         "\"holdout\" is \"never\" or { \"share\": \"10%%\", "
                         "\"outcome\": ... }");
        return;
    }
    reader_members(reader, node, "a holdout", members, COUNT(members), holdout);
    if (holdout->outcome != NULL && holdout->horizon.count == 0)
        reader_fault(reader, node,
                     "when does the outcome count? Say \"... within 120 days "
                     "of entry\" in \"outcome\", or a \"horizon\" (M-2)");
}

static void read_name(struct reader *reader, const struct json_node *node,
                      void *into)
{
    ((struct campaign *)into)->name = reader_name(reader, node, "a campaign");
}

static void read_about(struct reader *reader, const struct json_node *node,
                       void *into)
{
    ((struct campaign *)into)->about = reader_text(reader, node, ABOUT_MAX);
}

static void read_owner(struct reader *reader, const struct json_node *node,
                       void *into)
{
    ((struct campaign *)into)->owner =
        reader_text(reader, node, LINE_MAX_BYTES);
}

static void read_priority(struct reader *reader, const struct json_node *node,
                          void *into)
{
    int64_t priority = -1;
    if (!json_integer(node, &priority) || priority < 0 ||
        priority > PRIORITY_LAST)
        reader_fault(reader, node,
                     "\"priority\" is a whole number from 0 (urgent) to %d",
                     PRIORITY_LAST);
    else
        ((struct campaign *)into)->priority = (int)priority;
}

static void read_audience(struct reader *reader, const struct json_node *node,
                          void *into)
{
    struct campaign *campaign = into;
    size_t count = json_count(node);
    if (count == 0 || count > AUDIENCE_MAX) {
        reader_fault(reader, node,
                     "\"audience\" has 1 to %d lines; [\"true\"] is everybody",
                     AUDIENCE_MAX);
        return;
    }
    campaign->audience =
        arena_alloc(reader->arena, count * sizeof(campaign->audience[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        if (json_type(item) != JSON_TEXT) {
            reader_fault(reader, item, "a condition is a text, not %s",
                         json_type_name(json_type(item)));
            continue;
        }
        struct json_place place = json_place(reader->at.doc, item);
        const struct predicate *predicate = reader_condition(reader, item);
        if (predicate != NULL)
            campaign->audience[campaign->audience_count++] = (struct condition){
                .predicate = predicate,
                .source = arena_text(reader->arena, json_text(item)),
                .line = place.line,
                .column = place.column,
            };
    }
}

static void read_occurrence(struct reader *reader, const struct json_node *node,
                            void *into)
{
    struct campaign *campaign = into;
    campaign->occurrence = reader_condition(reader, node);
    if (reader->anchor_known && campaign->anchor != ANCHOR_PATIENT)
        reader_key_fault(reader, node,
                         "\"occurrence\" is for the anchor 'patient'; a "
                         "campaign over '%s' turns when its time changes",
                         anchor_name(campaign->anchor));
}

static void read_stop(struct reader *reader, const struct json_node *node,
                      void *into)
{
    ((struct campaign *)into)->stop_when = reader_condition(reader, node);
}

/* { "task": {...} } */
static const struct task_spec *read_task_box(struct reader *reader,
                                             const struct json_node *node,
                                             const char *what)
{
    static const struct member members[] = {
        {"task", IS_OBJECT, true, NULL},
    };
    if (!reader_members(reader, node, what, members, COUNT(members), NULL))
        return NULL;
    return reader_task(reader, json_get(node, "task"));
}

static void read_on_entry(struct reader *reader, const struct json_node *node,
                          void *into)
{
    ((struct campaign *)into)->on_entry =
        read_task_box(reader, node, "\"on_entry\"");
}

static void read_not_reached(struct reader *reader,
                             const struct json_node *node, void *into)
{
    ((struct campaign *)into)->if_not_reached =
        read_task_box(reader, node, "\"if_not_reached\"");
}

static void read_silent_after(struct reader *reader,
                              const struct json_node *node, void *into)
{
    struct campaign *campaign = into;
    campaign->has_if_silent =
        reader_within(reader, node, &campaign->if_silent_after);
}

static void read_silent_only_if(struct reader *reader,
                                const struct json_node *node, void *into)
{
    ((struct campaign *)into)->if_silent_only_if =
        reader_condition(reader, node);
}

static void read_silent_task(struct reader *reader,
                             const struct json_node *node, void *into)
{
    ((struct campaign *)into)->if_silent = reader_task(reader, node);
}

static void read_silent(struct reader *reader, const struct json_node *node,
                        void *into)
{
    static const struct member members[] = {
        {"after", IS_TEXT, true, read_silent_after},
        {"only_if", IS_TEXT, false, read_silent_only_if},
        {"task", IS_OBJECT, true, read_silent_task},
    };
    reader_members(reader, node, "\"if_silent\"", members, COUNT(members),
                   into);
}

/* In the order in which docs/campaigns.md tells them. "anchor", "purpose" and
 * the messages are read apart: the first before all conditions, the last from
 * several files. */
static const struct member campaign_members[] = {
    {"$schema", IS_TEXT, false, NULL},
    {"campaign", IS_TEXT, true, read_name},
    {"about", IS_TEXT, false, read_about},
    {"owner", IS_TEXT, true, read_owner},
    {"purpose", IS_TEXT, true, NULL},
    {"priority", IS_NUMBER, false, read_priority},
    {"anchor", IS_TEXT, true, NULL},
    {"occurrence", IS_TEXT, false, read_occurrence},
    {"audience", IS_LIST, false, read_audience},
    {"intake", IS_TEXT, false, read_intake},
    {"holdout", IS_TEXT | IS_OBJECT, false, read_holdout},
    {"combine", IS_TEXT, false, read_combine},
    {"hours", IS_TEXT, false, read_hours},
    {"stop_when", IS_TEXT, false, read_stop},
    {"on_entry", IS_OBJECT, false, read_on_entry},
    {"if_not_reached", IS_OBJECT, false, read_not_reached},
    {"if_silent", IS_OBJECT, false, read_silent},
    {"steps", IS_LIST, false, read_steps},
    {"replies", IS_OBJECT, false, read_replies},
    {"answers", IS_OBJECT, false, NULL},
    {"questions", IS_OBJECT, false, read_questions},
    {"urgency", IS_OBJECT, false, read_urgency},
    {"languages", IS_LIST, false, NULL},
    {"messages", IS_TEXT | IS_OBJECT, false, NULL},
};

static void read_anchor(struct reader *reader)
{
    static const char *const names[] = {"appointment", "fill", "discharge",
                                        "patient", "result"};
    const struct json_node *node =
        reader_get(reader->at.node, "anchor", IS_TEXT);
    if (node == NULL)
        return;
    reader->anchor_known =
        anchor_parse(json_text(node), &reader->campaign->anchor);
    if (!reader->anchor_known)
        reader_fault(
            reader, node,
            "'%.60s' is no anchor: appointment, fill, discharge, "
            "patient or result%s",
            json_text(node),
            reader_suggestion(reader, json_text(node), names, COUNT(names)));
}

static void read_purpose(struct reader *reader)
{
    const char *names[32];
    size_t count = 0;
    const struct purpose *purpose;
    const struct json_node *node =
        reader_get(reader->at.node, "purpose", IS_TEXT);
    if (node == NULL)
        return;
    purpose = purpose_find(json_text(node));
    if (purpose != NULL) {
        reader->campaign->purpose = purpose->name;
        reader->campaign->priority = purpose->priority;
        return;
    }
    for (; count < COUNT(names) && (purpose = purpose_at(count)) != NULL;
         count++)
        names[count] = purpose->name;
    reader_fault(reader, node, "'%.60s' is no purpose that is known%s",
                 json_text(node),
                 reader_suggestion(reader, json_text(node), names, count));
}

static void join_audience(struct reader *reader)
{
    struct campaign *campaign = reader->campaign;
    const struct predicate *all = NULL;
    for (size_t i = 0; i < campaign->audience_count; i++) {
        const struct predicate *line = campaign->audience[i].predicate;
        if (all == NULL) {
            all = line;
            continue;
        }
        struct predicate *both = arena_alloc(reader->arena, sizeof(*both));
        *both = (struct predicate){
            .kind = PREDICATE_AND,
            .line = all->line,
            .column = all->column,
            .source = arena_format(reader->arena, "%s and %s", all->source,
                                   line->source),
            .left = (struct predicate *)(uintptr_t)all,
            .right = (struct predicate *)(uintptr_t)line,
        };
        all = both;
    }
    campaign->audience_all = all;
}

/* Steps and their audience, or answers to whoever writes alone: of these
 * nobody is the audience. */
static void check_parts(struct reader *reader)
{
    static const struct predicate nobody = {.kind = PREDICATE_CONSTANT};
    const struct json_node *top = reader->at.node;
    const struct json_node *audience = json_get(top, "audience");
    bool steps = json_get(top, "steps") != NULL;
    if (!steps && json_get(top, "answers") == NULL)
        reader_fault(reader, top, "a campaign wants a member \"steps\"");
    if (steps && audience == NULL)
        reader_fault(reader, top, "a campaign wants a member \"audience\"");
    if (!steps && audience != NULL)
        reader_key_fault(reader, audience,
                         "\"audience\" is for campaigns with \"steps\"");
    if (!steps)
        reader->campaign->audience_all = &nobody;
}

void read_campaign(struct reader *reader)
{
    size_t before = reader->faults->errors;
    read_anchor(reader);
    read_purpose(reader);
    reader_members(reader, reader->at.node, "a campaign", campaign_members,
                   COUNT(campaign_members), reader->campaign);
    if (json_type(reader->at.node) != JSON_OBJECT)
        return;
    join_audience(reader);
    join_answers(reader);
    check_parts(reader);
    read_messages(reader);
    check_references(reader);
    if (!reader->advise)
        return;
    lint_texts(reader);
    /* What is half read would be advised about wrongly. */
    if (reader->faults->errors == before)
        lint_campaign(reader);
}
