/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_CAMPAIGN_H
#define CAMPAIGNS_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/outcome.h"
#include "store/predicate.h"

#include "campaigns/talk.h"

/* What one campaign file says, checked and ready to evaluate. Plain data in
 * one arena; read-only after campaign_load(), so any thread may look. */

/* "<n unit> before|after <field> [at HH:MM]", "on <field> at HH:MM",
 * "on entry [at HH:MM]", "<n unit> after entry [at HH:MM]", or one moment in
 * ISO 8601 with its offset (a blast's `until`). A step's `when` may also be
 * "every <n unit> before|after <field> [at HH:MM], <n> times". */
enum step_base { BASE_FIELD, BASE_ENTRY, BASE_INSTANT };
struct step_time {
    bool given;
    enum step_base base;
    const struct field *field; /* BASE_FIELD */
    struct duration distance;  /* count 0: on it */
    int sign;                  /* -1 before, +1 after */
    int at_seconds;            /* since midnight; -1: not said */
    int turns;                 /* of an `every`; 0: one moment */
    instant moment;            /* BASE_INSTANT */
    const char *source;
    int line, column;
};

enum if_closed { CLOSED_LATER, CLOSED_EARLIER, CLOSED_DROP };
enum when_unknown { UNKNOWN_GIVE_UP, UNKNOWN_RESEND, UNKNOWN_TASK };

#define LADDER_MAX 3 /* one a channel */
struct rung {
    enum channel channel;
    struct duration wait; /* before the *next* rung; count 0: at once */
};

/* Something a human must do. */
struct task_spec {
    const char *to;   /* a role: "transition nurse" */
    const char *kind; /* "tcm-call", or NULL */
    bool has_within;
    struct duration within; /* from when it opens */
    struct step_time due;   /* or a moment of its own */
    bool same_day;
    const char *then; /* whom it escalates to, or NULL */
};

struct step {
    const char *name;
    /* What it answers, at once: an intent or a word class ("confirm", "help"),
     * an urgency ("urgency red"), or the answer to the question before it
     * ("after feeling"). NULL: it goes by time. */
    const char *answers;
    int line, column;
    struct step_time when, until, not_before;
    int turn;              /* of an `every`: 1, 2 ...; 0: it has none */
    struct step_time next; /* its next turn, from which on this one is over */
    enum if_closed if_closed;
    const struct predicate *only_if; /* NULL: always */
    struct rung ladder[LADDER_MAX];  /* in the file's order */
    size_t ladder_count;             /* 0: a task step */
    bool preferred_first; /* the patient's preferred channel goes first */
    int attempts;         /* budget over all channels, default 4 */
    enum when_unknown when_unknown;
    const char *message;    /* name; NULL for ask and task steps */
    const char *const *ask; /* question names */
    size_t ask_count;
    const struct task_spec *task; /* a task step */
};

enum intake_order { INTAKE_BY_ID, INTAKE_LONGEST_OVERDUE };
struct intake {
    int count; /* 0: no limit */
    bool weekdays_only;
    bool per_clinic;
    enum intake_order order;
};

struct holdout {
    bool never;
    double share; /* 0..0.5 */
    const struct predicate *outcome;
    const char *outcome_source;
    struct duration horizon;
    int looks;
};

struct voice_key {
    char key;
    const char *intent; /* "confirm", "transfer", "opt-out" ... */
};
/* One message in one language. NULL: this channel is not written. */
struct message_text {
    const char *language;
    const char *sms;
    const char *email_subject, *email_text, *email_html;
    /* A call: who calls and their number, whom it is for, what they hear, and
     * what a machine does. All but the voicemail go together. */
    const char *voice_from, *voice_phone, *voice_name, *voice_say;
    const char *voice_voicemail;
    const char *voice_recording; /* of voice_say; its address, or NULL */
    struct voice_key *voice_keys;
    size_t voice_key_count;
    int line, column;
    const char *file; /* where it is written */
};
struct message {
    const char *name;           /* a message's, or a question's */
    struct message_text *texts; /* first = the campaign's first language */
    size_t text_count;
    bool calendar; /* attach an invitation to email */
};

/* Whose due rows leave as one message: a patient's own, or beside them those
 * of all minors who are reached through the same guardian. */
enum combine { COMBINE_NONE, COMBINE_PATIENT, COMBINE_FAMILY };

struct condition {
    const struct predicate *predicate;
    const char *source;
    int line, column;
};

/* The role that reads what belongs to nobody in particular. */
#define OWNER_DEFAULT "front desk"

struct campaign {
    struct arena *arena;
    const char *path;        /* of the file, for messages */
    char sha256[SHA256_HEX]; /* of the canonical bundle */
    const char *name, *about, *owner, *purpose;
    int priority; /* 0 urgent .. 4 bulk; from the purpose unless said */
    enum anchor_kind anchor;
    const struct predicate *occurrence; /* patient anchors: the cycle */
    struct condition *audience;         /* every line must hold */
    size_t audience_count;
    const struct predicate *audience_all; /* their conjunction; NULL: all */
    const struct predicate *stop_when;    /* NULL: never */
    enum combine combine;
    struct duration combine_within;
    struct intake intake;
    struct holdout holdout;
    const struct task_spec *on_entry;
    const struct task_spec *if_not_reached;
    bool has_if_silent;
    struct duration if_silent_after;
    const struct predicate *if_silent_only_if;
    const struct task_spec *if_silent;
    struct step *steps; /* that go by time */
    size_t step_count;
    struct step *answers; /* that go to whoever wrote (campaigns/answers.c) */
    size_t answer_count;
    struct reply_rule *replies;
    size_t reply_count;
    struct question *questions;
    size_t question_count;
    struct urgency *urgencies;
    size_t urgency_count;
    struct message *messages; /* questions' texts too, under their names */
    size_t message_count;
    const char *default_language;
    bool window_given; /* the campaign's own hours, minutes of the day */
    int window_from, window_to;
};

/* By the name of a row's step: of an answer, what stands before the "#". */
const struct step *campaign_step(const struct campaign *campaign,
                                 const char *name);
/* Asks which of several messages was meant; its text lists them. */
#define ANSWER_SEVERAL "several"
/* The step that answers this; NULL: nothing goes back. */
const struct step *campaign_answer(const struct campaign *campaign,
                                   const char *what);
/* Whether what this step says waits for one of the campaign's answers: in one
 * of its languages it names one, asks something or has keys. That a visit is
 * booked is told, not asked. */
bool campaign_asks(const struct campaign *campaign, const struct step *step);
/* By their names; NULL: there is none. */
const struct message *campaign_message(const struct campaign *campaign,
                                       const char *name);
const struct question *campaign_question(const struct campaign *campaign,
                                         const char *name);
const struct urgency *campaign_urgency(const struct campaign *campaign,
                                       const char *name);

#endif
