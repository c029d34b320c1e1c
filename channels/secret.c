/* SPDX-License-Identifier: Apache-2.0 */
/* Where a driver gets its passwords and tokens: the environment, a file, or a
 * systemd credential. They are read once, at opening; they are never printed,
 * never part of an error, and wiped when given back. */
#include "channels/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "channels/driver.h"
#include "channels/options.h"

#define SECRET_MAX 16384
#define SECRET_PATH 4096

/* The three places, as the ends of a member's name and as members of an
 * object. */
static const char *const kinds[] = {"env", "file", "credential", NULL};

void secret_free(char *secret)
{
    if (!secret)
        return;
    explicit_bzero(secret, strlen(secret));
    free(secret);
}

/* One line of printable text: what goes into a header or a form. */
static bool secret_check(const struct driver_config *config,
                         const struct json_node *node, char *text,
                         struct error *err)
{
    size_t len = strlen(text);

    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        text[--len] = '\0';
    if (text_blank(text))
        return option_fault(config, node, err, "the secret is empty there");
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 127)
            return option_fault(config, node, err,
                                "the secret there is not one line of text");
    return true;
}

static bool secret_from_env(const struct driver_config *config,
                            const struct json_node *node, const char *name,
                            char **out, struct error *err)
{
    const char *value = getenv(name);
    char *copy;

    if (!value)
        return option_fault(config, node, err,
                            "the environment variable %s is not set: export "
                            "it before starting, or use a file",
                            name);
    copy = memory_text(value);
    if (!secret_check(config, node, copy, err)) {
        secret_free(copy);
        return false;
    }
    *out = copy;
    return true;
}

static bool secret_from_file(const struct driver_config *config,
                             const struct json_node *node, const char *path,
                             char **out, struct error *err)
{
    struct error why = {0};
    struct stat stat_;
    struct buf text;
    char *copy = NULL;
    bool ok;

    if (stat(path, &stat_) != 0)
        return option_fault(config, node, err, "cannot read %s: %s", path,
                            strerror(errno));
    if (stat_.st_mode & S_IRWXO)
        return option_fault(config, node, err,
                            "%s can be read by everybody: chmod 600 %s", path,
                            path);
    ok = file_read(path, SECRET_MAX, &text, &why);
    if (!ok)
        option_fault(config, node, err, "%s", why.text);
    else
        copy = memory_text(text.data);
    explicit_bzero(text.data, text.len);
    buf_free(&text);
    if (copy && secret_check(config, node, copy, err)) {
        *out = copy;
        return true;
    }
    secret_free(copy);
    return false;
}

static bool secret_from_credential(const struct driver_config *config,
                                   const struct json_node *node,
                                   const char *name, char **out,
                                   struct error *err)
{
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    char path[SECRET_PATH];

    if (strchr(name, '/') || text_starts(name, "."))
        return option_fault(config, node, err,
                            "a credential is a plain name, without '/'");
    if (!directory)
        return option_fault(config, node, err,
                            "there are no systemd credentials here: add "
                            "LoadCredential=%s:/path to the service, or use "
                            "a file",
                            name);
    file_join(path, sizeof(path), directory, name);
    return secret_from_file(config, node, path, out, err);
}

static bool secret_from(const struct driver_config *config,
                        const struct json_node *node, const char *kind,
                        char **out, struct error *err)
{
    const char *value = json_text(node);
    char path[SECRET_PATH];

    if (text_blank(value))
        return option_fault(config, node, err,
                            "'%s' must say where the secret is, as a text",
                            json_key(node));
    if (text_equal(kind, "env"))
        return secret_from_env(config, node, value, out, err);
    if (text_equal(kind, "credential"))
        return secret_from_credential(config, node, value, out, err);
    if (value[0] == '/' || !config->directory)
        text_copy(path, sizeof(path), value);
    else
        file_join(path, sizeof(path), config->directory, value);
    return secret_from_file(config, node, path, out, err);
}

bool secret_read(const struct driver_config *config, const char *member,
                 bool required, char **out, struct error *err)
{
    const struct json_node *literal = json_get(config->node, member);
    const struct json_node *found = NULL;
    const char *kind = NULL;
    char name[96];

    if (literal)
        return option_fault(config, literal, err,
                            "'%s' must not be written here: put it into a "
                            "file of mode 0600 and name that as \"%s_file\" "
                            "(or \"%s_env\", \"%s_credential\")",
                            member, member, member, member);
    for (size_t i = 0; kinds[i]; i++) {
        const struct json_node *node;

        snprintf(name, sizeof(name), "%s_%s", member, kinds[i]);
        node = json_get(config->node, name);
        if (node && found)
            return option_fault(config, node, err,
                                "'%s' and '%s' both say where the secret is: "
                                "keep one",
                                json_key(found), name);
        if (node) {
            found = node;
            kind = kinds[i];
        }
    }
    if (found)
        return secret_from(config, found, kind, out, err);
    if (required)
        return option_fault(config, NULL, err,
                            "'%s_file' is missing: name a file of mode 0600 "
                            "that holds it (or use '%s_env', "
                            "'%s_credential')",
                            member, member, member);
    *out = NULL;
    return true;
}

bool secret_read_object(const struct driver_config *config,
                        const struct json_node *node, char **out,
                        struct error *err)
{
    const struct json_node *member = json_first(node);

    if (json_type(node) != JSON_OBJECT || json_count(node) != 1)
        return option_fault(config, node, err,
                            "a secret is written as {\"file\": \"path\"}, "
                            "{\"env\": \"NAME\"} or {\"credential\": "
                            "\"name\"}, never as itself");
    if (!options_known(config, node, kinds, NULL, err))
        return false;
    return secret_from(config, member, json_key(member), out, err);
}
