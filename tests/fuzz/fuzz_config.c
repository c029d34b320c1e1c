/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as outreach.json: refused with a reason that names the file, or
 * read into values within their bounds; and any bytes as a table of a
 * provider's codes.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "channels/codes.h"
#include "channels/driver.h"

#include "app/config.h"

#include "tests/fuzz/fuzz.h"

static char path[FUZZ_PATH_MAX];

static void expect_provider(const struct config *config, size_t i)
{
    const struct config_provider *provider = &config->providers[i];
    expect(provider->name && provider->name[0], "a provider has a name");
    expect(driver_find(provider->driver, NULL) != NULL, "it has a driver");
    expect(provider->channels != 0, "it has a channel");
    expect(provider->fallback_of >= -1 &&
               provider->fallback_of < (int)config->provider_count &&
               provider->fallback_of != (int)i,
           "it stands in for another one");
    expect(provider->concurrency >= 1 && provider->burst >= 1 &&
               provider->per_second >= 0 && provider->cost_millionths >= 0,
           "its limits are limits");
}

static void expect_sound(const struct config *config)
{
    expect(config->provider_count > 0, "there is a provider");
    for (size_t i = 0; i < config->provider_count; i++)
        expect_provider(config, i);
    for (size_t i = 0; i < config->feed_count; i++)
        expect(config->feeds[i].max_age_ms >= 0, "an age is one");
    expect(config->zone && config->store_path && config->store_path[0] &&
               config->campaigns_dir && config->organisation &&
               config->sweep_at && config->currency,
           "nothing is missing");
    expect(config->batch > 0 && config->poll_ms > 0 &&
               config->keep_texts_ms > 0 && config->approve_over >= 0,
           "numbers are within their bounds");
    expect(strlen(config->sha256) == 64, "its file is known by its hash");
    config_is_live(config);
}

static void try_codes(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct codes *codes =
        codes_read((const char *)data, size, "fuzz.json", &err);
    expect(codes || strstr(err.text, "fuzz.json"), "a fault has its place");
    for (int status = 100; codes && status < 600; status += 100) {
        const struct code *code = codes_http(codes, status);
        expect(!code || code->outcome < OUTCOME_COUNT, "a code means one");
    }
    codes_free(codes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    if (!path[0])
        fuzz_path("fuzz.json", path);
    fuzz_write(path, data, size);
    struct config *config = config_load(path, NULL, &err);
    expect(config || strstr(err.text, path), "a refusal names the file");
    if (config)
        expect_sound(config);
    config_free(config);
    try_codes(data, size);
    return 0;
}
