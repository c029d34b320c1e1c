/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The `outreach` command. Reads the global flags, finds the subcommand and
 * hands over; everything else is a file a subcommand. Reading path for a
 * newcomer: docs/architecture.md.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/log.h"
#include "base/text.h"
#include "store/store.h"

#include "app/command.h"
#include "app/table.h"

static const struct command *const commands[] = {
    &command_check,   &command_test,   &command_import,    &command_plan,
    &command_explain, &command_launch, &command_test_send, &command_run,
    &command_blast,   &command_status, &command_pause,     &command_resume,
    &command_patient, &command_task,   &command_exclude,   &command_simulate,
    &command_audit,   &command_backup, &command_restore,   &command_release,
    &command_sandbox, &command_demo,
};
enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static void print_help(FILE *out)
{
    fputs("usage: outreach [--config FILE] [--store FILE] COMMAND ...\n\n"
          "Reminds patients by SMS, email and voice: at the right local time,"
          " once.\n\nCommands:\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        print_to(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\nGlobal flags, before or behind the command:\n"
          "  --config FILE  configuration (else $OUTREACH_CONFIG,"
          " ./outreach.json,\n"
          "                 /etc/outreach/outreach.json)\n"
          "  --store FILE   patient store (else the configuration's)\n"
          "  --json         one JSON document, or one object a line\n"
          "  --now T        pretend it is T (ISO 8601 with offset); only with"
          " drivers\n"
          "                 that reach nobody\n"
          "  --quiet        only errors\n"
          "  -v             say more; twice: still more\n"
          "  --help         this, or a command's own help\n"
          "  --version      version\n\n"
          "Exit codes: 0 fine, 1 the answer is no, 2 usage, 3 cannot, 4 partly"
          " done.\n"
          "First steps: outreach demo\n",
          out);
}

static int usage(const char *what, const char *value)
{
    print_to(stderr, "outreach: %s%s%s\nTry 'outreach --help'.\n", what,
             value ? " " : "", value ? value : "");
    return EXIT_USAGE;
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (text_equal(commands[i]->name, name))
            return commands[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = commands[i]->name;
    const char *near = text_nearest(name, names, COMMAND_COUNT);
    print_to(stderr, "outreach: there is no command '%s'%s%s%s\n", name,
             near ? "; did you mean '" : "", near ? near : "",
             near ? "'?" : "");
    fputs("Try 'outreach --help'.\n", stderr);
    return EXIT_USAGE;
}

static int pretend(struct options *options, const char *text)
{
    if (!civil_parse_instant(text, &options->now))
        return usage("--now takes ISO 8601 with offset, such as "
                     "2026-11-23T10:00:00-05:00, not",
                     text);
    options->now_given = true;
    clock_pretend(options->now);
    return 0;
}

/* Takes one global flag at argv[i]: 0 = not one, else how many words it
 * took; -1 = an exit code in *code. */
static int global_flag(struct options *options, int argc, char **argv, int i,
                       int *code)
{
    const char *word = argv[i];
    const char **value = text_equal(word, "--config")  ? &options->config_path
                         : text_equal(word, "--store") ? &options->store_path
                                                       : NULL;
    bool now = text_equal(word, "--now");
    if ((value || now) && i + 1 >= argc) {
        *code = usage("a value is missing behind", word);
        return -1;
    }
    if (value) {
        *value = argv[i + 1];
        return 2;
    }
    if (now) {
        *code = pretend(options, argv[i + 1]);
        return *code ? -1 : 2;
    }
    if (text_equal(word, "--json"))
        options->json = true;
    else if (text_equal(word, "--quiet"))
        options->quiet = true;
    else if (text_equal(word, "-v"))
        options->verbose++;
    else if (text_equal(word, "-vv"))
        options->verbose += 2;
    else
        return 0;
    return 1;
}

/* On a terminal only, where a bar may be standing. */
static void tell_wait(const char *who, const char *path)
{
    print_to(stderr, "\r\033[Koutreach: waiting: %s is writing to %s\n", who,
             path);
}

static int show_help(const struct command *command)
{
    print("usage: outreach %s %s\n\n%s\n\n%s", command->name, command->synopsis,
          command->summary, command->help);
    return EXIT_FINE;
}

/* Everything that is no global flag, in order, goes into `rest`. */
static int sort_words(struct options *options, int argc, char **argv,
                      char **rest, int *count, bool *help)
{
    bool all_operands = false;
    for (int i = 1; i < argc;) {
        int code = 0;
        int taken =
            all_operands ? 0 : global_flag(options, argc, argv, i, &code);
        if (taken < 0)
            return code;
        if (taken > 0) {
            i += taken;
            continue;
        }
        if (!all_operands &&
            (text_equal(argv[i], "--help") || text_equal(argv[i], "-h")))
            *help = true;
        else
            rest[(*count)++] = argv[i];
        all_operands |= text_equal(argv[i], "--");
        i++;
    }
    return 0;
}

/* Those that take no value: "--json=1" is no flag, and told as a whole. */
static bool is_switch(const char *word, size_t len)
{
    static const char *const switches[] = {"--json", "--quiet", "--help",
                                           "--version"};
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
        if (strlen(switches[i]) == len && strncmp(word, switches[i], len) == 0)
            return true;
    return false;
}

/* "--name=value" becomes two words, as "--name value" is. */
static int split_words(int argc, char **argv, char **out)
{
    int count = 0;
    bool all_operands = false;
    for (int i = 0; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        out[count++] = argv[i];
        all_operands |= text_equal(argv[i], "--");
        if (all_operands || i == 0 || !equals || !text_starts(argv[i], "--") ||
            strspn(argv[i], "-abcdefghijklmnopqrstuvwxyz") !=
                (size_t)(equals - argv[i]) ||
            is_switch(argv[i], (size_t)(equals - argv[i])))
            continue;
        *equals = '\0';
        out[count++] = equals + 1;
    }
    return count;
}

/* What was printed must have arrived: a full disk behind `> file` is a
 * failure like any other. */
static int finish_output(int code)
{
    if (fcntl(STDOUT_FILENO, F_GETFD) < 0) /* closed on purpose */
        return code;
    errno = ENOSPC; /* an earlier flush noted only that it failed */
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    print_to(stderr,
             "outreach: the output could not be written: %s; is the disk "
             "full?\n",
             strerror(errno));
    return code == EXIT_FINE ? EXIT_CANNOT : code;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    struct options options = {0};
    char **words = calloc(4 * (size_t)argc + 2, sizeof(*words));
    if (!words)
        return EXIT_CANNOT;
    char **rest = words + 2 * argc;
    int count = 0;
    bool help = false;
    argc = split_words(argc, argv, words);
    int code = sort_words(&options, argc, words, rest, &count, &help);
    if (code)
        goto out;
    log_setup(options.quiet          ? LOG_ERROR
              : options.verbose == 0 ? LOG_WARNING
              : options.verbose == 1 ? LOG_INFO
                                     : LOG_DEBUG,
              options.json);
    if (!options.quiet && isatty(STDERR_FILENO))
        store_on_wait(tell_wait);
    if (count == 0) {
        print_help(help ? stdout : stderr);
        code = help ? EXIT_FINE : EXIT_USAGE;
        goto out;
    }
    if (text_equal(rest[0], "--version")) {
        print("outreach %s\n", OUTREACH_VERSION);
        goto out;
    }
    if (text_equal(rest[0], "help")) {
        help = true;
        memmove(rest, rest + 1, (size_t)count * sizeof(*rest));
        if (--count == 0) {
            print_help(stdout);
            goto out;
        }
    }
    const struct command *command = find_command(rest[0]);
    if (!command)
        code = rest[0][0] == '-' ? usage("there is no flag", rest[0])
                                 : unknown_command(rest[0]);
    else
        code = help ? show_help(command)
                    : command->run(&options, count - 1, rest + 1);
out:
    free(words);
    return finish_output(code);
}
