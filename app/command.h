/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

/* One file a subcommand, one row in main.c's table. */

/* What the global flags said. */
struct options {
    const char *config_path;
    const char *store_path;
    bool json;
    bool quiet;
    int verbose;
    bool now_given; /* --now: the clock is already pretended */
    instant now;
};

/* A subcommand's own flags: "--name VALUE" or "--name". */
struct flag {
    const char *name;   /* without the dashes */
    const char **value; /* takes a value, or: */
    bool *set;          /* is a switch */
};

struct command {
    const char *name;
    const char *synopsis; /* "[FILE|DIR...]" */
    const char *summary;  /* one line for `outreach --help` */
    const char *help;     /* the whole text for `outreach NAME --help` */
    /* `argv` begins behind the subcommand's name. Returns the exit code. */
    int (*run)(const struct options *options, int argc, char **argv);
};

enum {
    EXIT_FINE = 0,
    EXIT_NO = 1,
    EXIT_USAGE = 2,
    EXIT_CANNOT = 3,
    EXIT_PARTLY = 4
};

extern const struct command command_check, command_test, command_import,
    command_plan, command_explain, command_launch, command_test_send,
    command_run, command_blast, command_status, command_pause, command_resume,
    command_patient, command_task, command_exclude, command_simulate,
    command_audit, command_backup, command_restore, command_release,
    command_sandbox, command_demo;

/* Reads a subcommand's flags; global flags are allowed here too and were
 * taken out by main. What is left are operands: argv[0..*count). Unknown
 * flags name the nearest known one; false after printing (exit 2). */
bool command_flags(const struct command *command, const struct flag *flags,
                   size_t flag_count, int argc, char **argv, int *count);

/* A flag's whole number; `out` stays as it is where the flag was not given
 * (`text` NULL). ERROR_USAGE. */
bool command_number(const char *flag, const char *text, int64_t least,
                    int64_t most, int64_t *out, struct error *err);

/* Prints "outreach: text" and returns the exit code of its kind. */
int command_fail(const struct error *err);
/* Prints a usage error with the command's synopsis; returns EXIT_USAGE. */
int command_usage(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What was done, for people or with --json as {"NOUN": "NAME", "state":
 * "STATE"}; with --quiet nothing. */
void command_told(const struct options *options, const char *noun,
                  const char *name, const char *state, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Who acts, for launch, audit and approvals: the account of this process,
 * never a flag. A static text. */
const char *command_actor(void);

#endif
