/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every subcommand shares: reading its flags, failing in one style.
 */
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include "app/command.h"
#include "app/table.h"

int command_fail(const struct error *err)
{
    print_to(stderr, "outreach: %s\n", err->text);
    return error_exit_code(err->kind);
}

int command_usage(const struct command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("outreach: ", stderr);
    print_list_to(stderr, format, args);
    va_end(args);
    print_to(stderr, "\nusage: outreach %s %s\nTry 'outreach %s --help'.\n",
             command->name, command->synopsis, command->name);
    return EXIT_USAGE;
}

void command_told(const struct options *options, const char *noun,
                  const char *name, const char *state, const char *format, ...)
{
    struct buf out;
    struct json_writer json;
    va_list args;
    if (options->json) {
        buf_init(&out, 4096);
        json_write_init(&json, &out);
        json_write_object(&json, NULL);
        json_write_text(&json, noun, name);
        json_write_text(&json, "state", state);
        json_write_end(&json, '}');
        puts(out.data);
        buf_free(&out);
    } else if (!options->quiet) {
        va_start(args, format);
        print_list_to(stdout, format, args);
        va_end(args);
        putchar('\n');
    }
}

static const struct flag *find_flag(const struct flag *flags, size_t count,
                                    const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(flags[i].name, word))
            return &flags[i];
    return NULL;
}

static void unknown_flag(const struct command *command,
                         const struct flag *flags, size_t count,
                         const char *word)
{
    enum { FLAGS_MAX = 32 };
    const char *names[FLAGS_MAX];
    size_t n = 0;
    for (; n < count && n < FLAGS_MAX; n++)
        names[n] = flags[n].name;
    const char *near = text_nearest(word, names, n);
    if (near)
        command_usage(command, "there is no flag '--%s'; did you mean '--%s'?",
                      word, near);
    else
        command_usage(command, "there is no flag '--%s'", word);
}

bool command_flags(const struct command *command, const struct flag *flags,
                   size_t flag_count, int argc, char **argv, int *count)
{
    int operands = 0;
    bool all_operands = false;
    for (int i = 0; i < argc; i++) {
        if (!all_operands && text_equal(argv[i], "--")) {
            all_operands = true;
            continue;
        }
        if (all_operands || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[operands++] = argv[i];
            continue;
        }
        const char *word = argv[i] + (text_starts(argv[i], "--") ? 2 : 1);
        const struct flag *flag = find_flag(flags, flag_count, word);
        if (!flag) {
            unknown_flag(command, flags, flag_count, word);
            return false;
        }
        if (flag->set) {
            *flag->set = true;
        } else if (i + 1 < argc) {
            *flag->value = argv[++i];
        } else {
            command_usage(command, "a value is missing behind --%s", word);
            return false;
        }
    }
    *count = operands;
    return true;
}

bool command_number(const char *flag, const char *text, int64_t least,
                    int64_t most, int64_t *out, struct error *err)
{
    char rest;
    long long value;
    if (!text)
        return true;
    if (sscanf(text, "%18lld%c", &value, &rest) != 1 || value < least ||
        value > most)
        return error_set(err, ERROR_USAGE,
                         "%s takes a whole number from %lld to %lld, not '%s'",
                         flag, (long long)least, (long long)most, text);
    *out = value;
    return true;
}

/* Who logged in, as the kernel keeps it: survives sudo and su, and only root
 * could change it. False: nobody did (a service, a container). */
static bool login_uid(uid_t *uid)
{
    unsigned long value = 0;
    FILE *file = fopen("/proc/self/loginuid", "re");
    bool ok = file && fscanf(file, "%lu", &value) == 1;
    if (file)
        fclose(file);
    *uid = (uid_t)value;
    return ok && *uid != (uid_t)-1;
}

/* Who called sudo to become root or the service's user. The environment is
 * only asked where no login is kept, and of nobody with an account of their
 * own: they speak for themselves. */
static bool sudo_uid(uid_t *uid)
{
    enum { PEOPLE_FROM = 1000 };
    const char *text = getenv("SUDO_UID");
    char rest;
    unsigned value;
    if (getuid() >= PEOPLE_FROM || !text ||
        sscanf(text, "%9u%c", &value, &rest) != 1)
        return false;
    *uid = value;
    return true;
}

const char *command_actor(void)
{
    static char name[64];
    if (!name[0]) {
        uid_t uid;
        if (!login_uid(&uid) && !sudo_uid(&uid))
            uid = getuid();
        const struct passwd *entry = getpwuid(uid);
        if (entry)
            text_copy(name, sizeof(name), entry->pw_name);
        else
            snprintf(name, sizeof(name), "uid-%lu", (unsigned long)uid);
    }
    return name;
}
