/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_READER_H
#define CAMPAIGNS_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "campaigns/expression.h"

/* Inside campaigns/: what the parts of the campaign reader share. All read on
 * after a fault; nothing here stops at the first. */

/* One JSON text that speaks: the campaign file, a language file, a measure;
 * in a bundle each is a part of the same document. */
struct source {
    const char *file; /* as faults name it */
    const struct json *doc;
    const struct json_node *node;
};
#define LANGUAGES_MAX 32
#define OPEN_HOURS_FAULT \
    "open hours are for tasks; here it is hours, days or business days"
#define NAME_MAX_BYTES 64

struct shelf;
struct reader {
    struct arena *arena;
    struct faults *faults;
    const struct bundle_options *options;
    struct source at;                       /* what is being read just now */
    struct source languages[LANGUAGES_MAX]; /* language files */
    size_t language_count;
    struct shelf *shelf;
    struct campaign *campaign;
    bool anchor_known; /* without it conditions cannot be read */
    bool texts_lost;   /* a language file could not be read */
    bool advise;       /* lints too; what is stored was advised about before */
};

/* At a value, at a member's key. */
void reader_fault(struct reader *reader, const struct json_node *node,
                  const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void reader_key_fault(struct reader *reader, const struct json_node *member,
                      const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void reader_warn(struct reader *reader, const struct json_node *node,
                 const char *format, ...) __attribute__((format(printf, 3, 4)));

/* One member that an object may have. */
#define IS_TEXT (1u << JSON_TEXT)
#define IS_NUMBER (1u << JSON_NUMBER)
#define IS_BOOL (1u << JSON_BOOL)
#define IS_OBJECT (1u << JSON_OBJECT)
#define IS_LIST (1u << JSON_ARRAY)
struct member {
    const char *name;
    unsigned types;
    bool required;
    /* Reads it; NULL where the owner of the table does that itself. */
    void (*read)(struct reader *reader, const struct json_node *node,
                 void *into);
};
/* Unknown members with the nearest known name, wrong types, missing ones; then
 * calls `read` of every good member in the file's order. False when `object`
 * is none or something required is missing. */
bool reader_members(struct reader *reader, const struct json_node *object,
                    const char *what, const struct member *members,
                    size_t count, void *into);
/* A member of this name and one of these types, else NULL (told already). */
const struct json_node *reader_get(const struct json_node *object,
                                   const char *name, unsigned types);

/* Copied texts; NULL when the node is none. Blank and overlong ones are told
 * and answered NULL. */
const char *reader_text(struct reader *reader, const struct json_node *node,
                        size_t max);
/* Lower case letters, digits and '-': names of steps, messages ... */
const char *reader_name(struct reader *reader, const struct json_node *node,
                        const char *what);
bool reader_key_is_name(struct reader *reader, const struct json_node *member,
                        const char *what);
bool name_valid(const char *name);
bool language_valid(const char *tag);

struct expression_place reader_place(const struct reader *reader,
                                     const struct json_node *text);
const struct predicate *reader_condition(struct reader *reader,
                                         const struct json_node *node);
/* Lists that a condition names and the store does not know. */
void check_lists(const struct bundle_options *options, const char *file,
                 const struct predicate *predicate, struct faults *faults);
/* A length of time; reader_within() also takes a task's open hours. */
bool reader_duration(struct reader *reader, const struct json_node *node,
                     struct duration *out);
bool reader_within(struct reader *reader, const struct json_node *node,
                   struct duration *out);
/* One moment; reader_turns() also takes an `every`. */
void reader_time(struct reader *reader, const struct json_node *node,
                 struct step_time *out);
void reader_turns(struct reader *reader, const struct json_node *node,
                  struct step_time *out);
/* {"to": ..., "within": ...}; NULL after telling why. */
const struct task_spec *reader_task(struct reader *reader,
                                    const struct json_node *node);
/* "; did you mean 'x'?" or "". */
const char *reader_suggestion(struct reader *reader, const char *name,
                              const char *const *names, size_t count);

/* The parts, each in its file. `into` is the campaign. */
void read_steps(struct reader *reader, const struct json_node *node,
                void *into);
void read_replies(struct reader *reader, const struct json_node *node,
                  void *into);
/* After the steps, questions and urgencies: what goes back to who wrote. */
void join_answers(struct reader *reader);
void read_questions(struct reader *reader, const struct json_node *node,
                    void *into);
void read_urgency(struct reader *reader, const struct json_node *node,
                  void *into);
void read_intake(struct reader *reader, const struct json_node *node,
                 void *into);
void read_holdout(struct reader *reader, const struct json_node *node,
                  void *into);
void read_combine(struct reader *reader, const struct json_node *node,
                  void *into);
void read_hours(struct reader *reader, const struct json_node *node,
                void *into);
bool intent_known(const char *intent);
const char *const *intent_names(size_t *count);

/* A text with sample values, as it would be told in the country of the
 * options. */
void reader_sample(struct reader *reader, const struct message_text *text,
                   const char *template, struct buf *out);

/* The text of an error that begins with the path it is about, without it. */
const char *without_path(const char *text, const char *path);

/* campaign_from_bundle() with a name for its faults (a literal), and with
 * lints. */
struct campaign *bundle_read(const char *name, const char *text, size_t len,
                             bool advise, struct faults *faults);

/* Everything in reader->at; also the texts of the language files. */
void read_campaign(struct reader *reader);
/* Messages and questions' texts from the campaign's node and the language
 * files into the campaign. */
void read_messages(struct reader *reader);
/* What only the whole can tell: names that lead nowhere, law and good sense. */
void check_references(struct reader *reader);
void lint_campaign(struct reader *reader);
/* lint_call.c: each text of a call, and the calls of each step. */
void lint_call(struct reader *reader, const struct message *message,
               const struct message_text *text);
void lint_calls(struct reader *reader);
void lint_texts(struct reader *reader);

#endif
