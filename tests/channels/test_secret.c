/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets come from three places, and errors never show them. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"

#include "channels/driver.h"
#include "channels/secret.h"

struct world {
    char directory[64];
};

static int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    char path[128];

    snprintf(world->directory, sizeof(world->directory), "/tmp/secretXXXXXX");
    if (!mkdtemp(world->directory))
        return -1;
    file_join(path, sizeof(path), world->directory, "token");
    file_write(path, "s3cret\n", 7, 0600, NULL);
    file_join(path, sizeof(path), world->directory, "open");
    file_write(path, "s3cret\n", 7, 0600, NULL);
    chmod(path, 0644);
    file_join(path, sizeof(path), world->directory, "two");
    file_write(path, "s3cret\nmore\n", 12, 0600, NULL);
    file_join(path, sizeof(path), world->directory, "none");
    file_write(path, "\n", 1, 0600, NULL);
    setenv("CREDENTIALS_DIRECTORY", world->directory, 1);
    setenv("TEST_TOKEN", "fr0m-env", 1);
    unsetenv("TEST_UNSET");
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct world *world = *state;

    file_remove_tree(world->directory);
    unsetenv("CREDENTIALS_DIRECTORY");
    free(world);
    return 0;
}

/* Reads "auth_token" (or the object "key") of a section. */
static bool read_from(const struct world *world, const char *json, bool object,
                      char **out, struct error *err)
{
    struct json *doc = json_parse(json, strlen(json), 0, err, NULL);
    struct driver_config config = {.name = "main",
                                   .doc = doc,
                                   .node = json_root(doc),
                                   .path = "outreach.json",
                                   .directory = world->directory};
    bool ok;

    assert_non_null(doc);
    ok = object ? secret_read_object(&config, json_get(config.node, "key"), out,
                                     err)
                : secret_read(&config, "auth_token", true, out, err);
    json_free(doc);
    return ok;
}

static void each_place_gives_the_secret(void **state)
{
    static const struct {
        const char *json;
        bool object;
        const char *secret;
    } rows[] = {
        {"{\"auth_token_file\": \"token\"}", false, "s3cret"},
        {"{\"auth_token_env\": \"TEST_TOKEN\"}", false, "fr0m-env"},
        {"{\"auth_token_credential\": \"token\"}", false, "s3cret"},
        {"{\"key\": {\"file\": \"token\"}}", true, "s3cret"},
        {"{\"key\": {\"env\": \"TEST_TOKEN\"}}", true, "fr0m-env"},
        {"{\"key\": {\"credential\": \"token\"}}", true, "s3cret"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        char *secret = NULL;

        if (!read_from(*state, rows[i].json, rows[i].object, &secret, &err))
            fail_msg("%s: %s", rows[i].json, err.text);
        assert_string_equal(secret, rows[i].secret);
        secret_free(secret);
    }
}

static void what_is_wrong_is_said_without_the_secret(void **state)
{
    static const struct {
        const char *json;
        bool object;
        const char *part;
    } rows[] = {
        {"{\"auth_token\": \"s3cret\"}", false,
         "outreach.json:1:16: provider 'main': 'auth_token' must not be "
         "written here"},
        {"{}", false, "'auth_token_file' is missing"},
        {"{\"auth_token_file\": \"open\"}", false,
         "can be read by everybody: chmod 600"},
        {"{\"auth_token_file\": \"absent\"}", false, "cannot read"},
        {"{\"auth_token_file\": \"two\"}", false, "not one line"},
        {"{\"auth_token_file\": \"none\"}", false, "the secret is empty"},
        {"{\"auth_token_env\": \"TEST_BLANK\"}", false, "the secret is empty"},
        {"{\"auth_token_file\": 7}", false, "must say where the secret is"},
        {"{\"auth_token_env\": \"TEST_UNSET\"}", false,
         "the environment variable TEST_UNSET is not set"},
        {"{\"auth_token_env\": \"A\", \"auth_token_file\": \"B\"}", false,
         "both say where the secret is"},
        {"{\"auth_token_credential\": \"../token\"}", false, "a plain name"},
        {"{\"key\": \"s3cret\"}", true, "never as itself"},
        {"{\"key\": {\"vault\": \"x\"}}", true, "there is no 'vault' here"},
        {"{\"key\": {}}", true, "a secret is written as"},
    };

    setenv("TEST_BLANK", " \n", 1); /* everybody could sign with it */
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        char *secret = NULL;

        if (read_from(*state, rows[i].json, rows[i].object, &secret, &err))
            fail_msg("taken: %s", rows[i].json);
        assert_null(secret);
        if (!strstr(err.text, rows[i].part))
            fail_msg("%s: expected '%s' in: %s", rows[i].json, rows[i].part,
                     err.text);
        assert_null(strstr(err.text, "s3cret"));
    }
}

static void without_systemd_a_credential_says_so(void **state)
{
    struct error err = {0};
    char *secret = NULL;

    unsetenv("CREDENTIALS_DIRECTORY");
    assert_false(read_from(*state, "{\"auth_token_credential\": \"token\"}",
                           false, &secret, &err));
    assert_non_null(strstr(err.text, "LoadCredential=token"));
}

int main(void)
{
#define WORLD(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        WORLD(each_place_gives_the_secret),
        WORLD(what_is_wrong_is_said_without_the_secret),
        WORLD(without_systemd_a_credential_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
