/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_POLICY_H
#define SCHEDULER_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/error.h"
#include "base/hash.h"
#include "campaigns/telling.h"
#include "campaigns/timing.h"
#include "scheduler/rule.h"

/* The law and the organisation's rules as dated data (policy/us.json): no
 * number of law stands in code. Read-only once it is set up. */

struct arena;
struct json_node;

/* How a rule binds messages of one class. */
enum policy_force {
    FORCE_NONE,      /* not at all */
    FORCE_POLICY,    /* kept by choice, as if it were law */
    FORCE_MANDATORY, /* law */
};
const char *policy_force_name(enum policy_force force); /* "mandatory" */

/* What every rule says of itself. */
struct policy_rule {
    const char *id;             /* "L-9 TX"; NULL: the file has none */
    const char *source;         /* where it is written */
    struct civil_date from, to; /* in force, both included */
    enum policy_force force[CLASS_COUNT];
};
bool policy_holds(const struct policy_rule *rule, struct civil_date day);
/* How it binds that class on that day. */
enum policy_force policy_binds(const struct policy_rule *rule,
                               enum message_class class, struct civil_date day);

/* A half-open window of a day in minutes, [from, to); from == to: closed. */
struct day_window {
    int from, to;
};
enum day_class { DAY_WEEKDAY, DAY_SATURDAY, DAY_SUNDAY, DAY_HOLIDAY };
#define DAY_CLASSES 4
/* "09:00-20:00" for all days, or an object with weekday, saturday, sunday and
 * holiday, or every_day for those that it does not name; "none" is closed.
 * NULL when all is well, else what is wrong; `*at` says where. */
const char *day_windows_read(const struct json_node *node,
                             struct day_window days[DAY_CLASSES],
                             const struct json_node **at);

struct hours_rule {
    struct policy_rule rule;
    int state; /* policy_state(); 0: everywhere */
    struct day_window days[DAY_CLASSES];
};

enum cap_span {
    CAP_DAY,      /* a local calendar day, and any 24 hours (L-6) */
    CAP_24_HOURS, /* any 24 hours */
    CAP_7_DAYS,   /* any 7 times 24 hours */
};
/* At most so many calls and texts, to a patient and to a number. */
struct cap_rule {
    struct policy_rule rule;
    int state; /* 0: everywhere */
    enum cap_span per;
    int most;
    bool urgent_passes; /* only where it binds nobody by law */
};

/* Hours and days of the organisation or of one clinic: they only narrow. */
struct own_hours {
    const char *clinic; /* its key in the source; NULL: the organisation */
    struct hours_rule hours;
    struct policy_rule blackout;    /* days on which nothing leaves: */
    const struct civil_date *dates; /* sorted */
    size_t date_count;
};

/* How long something may take; out of force: no time at all. */
struct policy_span {
    struct policy_rule rule;
    int64_t ms;
};
int64_t policy_span_ms(const struct policy_span *span, struct civil_date day);

enum consent_need { NEED_NONE, NEED_EXPRESS, NEED_WRITTEN };

/* What a text stands in; each may tell so much (L-31). */
enum text_part {
    PART_SMS,
    PART_SUBJECT,
    PART_EMAIL,
    PART_CALL,
    PART_VOICEMAIL,
    PART_COUNT
};
const char *text_part_name(enum text_part part); /* "voicemail" */

struct policy_purpose {
    const char *name;
    enum message_class class; /* care: CLASS_CARE_EXEMPT */
    int recovery_days;        /* of RULE_RECOVERY; 0: it does not wait */
};

#define AREA_CODES 1000
struct policy {
    const char *country;
    struct hours_rule *hours;
    size_t hours_count;
    struct cap_rule *caps;
    size_t cap_count;
    struct policy_rule rules[RULE_COUNT]; /* id and source of other rules */
    struct policy_purpose *purposes;
    size_t purpose_count;
    enum consent_need need[CLASS_COUNT];
    struct policy_rule class_rule[CLASS_COUNT];
    /* numbers of "rules" */
    struct policy_span reply;     /* class reply passes hours and caps */
    struct policy_span confirm;   /* how long a STOP may be confirmed (L-14) */
    struct policy_span question;  /* how long a digit is waited for; 0: not */
    int characters, spoken_words; /* of RULE_LENGTH */
    int reassigned_days;          /* how long an answer counts as fresh */
    int tiers[PART_COUNT], tier_unverified, tier_sensitive;
    /* Of RULE_TIER: what tells by itself. */
    struct telling_lists telling;
    /* Of RULE_OPT_OUT_LINE, blank-separated: area codes of which one begins
     * the number in a voicemail, without consent; NULL: any number will do. */
    const char *toll_free;
    /* Of RULE_PRIVATE: words in the name of a medicine that tell nothing, and
     * what makes a result. */
    struct word_list plain_words, test_words, result_words;
    uint16_t *area_states;         /* AREA_CODES of them: which state, or 0 */
    struct calendar_days days;     /* holidays */
    struct civil_date holidays_to; /* later ones are not known */
    struct own_hours *own;         /* the organisation's, then clinics' */
    size_t own_count;
    struct arena *arena;
};

/* Reads one policy file. The first fault names file, line and column. */
struct policy *policy_load(const char *path, struct error *err);
void policy_free(struct policy *policy);
/* Whether hours everywhere (L-7) bind calls and texts of every class but
 * emergencies on that day; else an error that names `path` and the class. */
bool policy_in_force(const struct policy *policy, const char *path,
                     struct civil_date day, struct error *err);

/* A digest of all hours and days: others have another. */
void policy_hours_digest(const struct policy *policy, char out[SHA256_HEX]);

/* How long a cap counts, and the longest of all: so far ahead one message can
 * take another's place. 0: there are no caps. */
int64_t policy_cap_ms(const struct cap_rule *cap);
int64_t policy_caps_ms(const struct policy *policy);

/* "NY" as a number; 0 for anything that is not two letters. */
int policy_state(const char *name);
/* The state that a number's area code lies in; 0: not known. */
int policy_number_state(const struct policy *policy, const char *e164);
/* What that purpose is by the file alone; one that it does not know is
 * information. */
enum message_class policy_class_named(const struct policy *policy,
                                      const char *purpose);
/* So many days after a discharge it waits (RULE_RECOVERY). */
int policy_recovery_days(const struct policy *policy, const char *purpose);
/* What it is on that day: where a class that needs no consent is not in force,
 * what it frees is information like any other. */
enum message_class policy_class(const struct policy *policy,
                                const char *purpose, struct civil_date day);
/* What a message of that class needs on that day; where the class is not in
 * force, nobody knows, and nothing less than writing will do. */
enum consent_need policy_need(const struct policy *policy,
                              enum message_class class, struct civil_date day);

/* The open hours of one local day. */
struct day_open {
    struct day_window window;
    const struct policy_rule *opens, *closes; /* who says so; NULL: nobody */
};
/* Where somebody may be, by state, and what the message is. */
struct policy_place {
    /* of the postal address, of a guardian, of the number; 0: none is known */
    int states[3];
    enum message_class class;
    const struct own_hours *clinic; /* or NULL */
};
/* The intersection of every rule in force there and then. */
struct day_open policy_day(const struct policy *policy,
                           const struct policy_place *place,
                           struct civil_date day, int weekday);
/* Makes it narrower still. */
void day_narrow(struct day_open *open, struct day_window window,
                const struct policy_rule *rule);

#endif
