/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a campaign file on disk, and any text as a message's template:
 * refused with faults that have a text, or read; and the bundle of what was
 * read is read again as the same campaign.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/memory.h"

#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "campaigns/expression.h"
#include "campaigns/render.h"

#include "tests/fuzz/fuzz.h"

static char path[FUZZ_PATH_MAX];

static void expect_texts(const struct faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        expect(faults->items[i].text[0] != '\0', "a fault has a text");
}

static void read_again(const struct campaign *campaign,
                       const struct buf *bundle)
{
    struct faults faults;
    faults_init(&faults);
    struct campaign *again =
        campaign_from_bundle(bundle->data, bundle->len, &faults);
    if (again == NULL)
        PANIC("a bundle is refused: %s",
              faults.count > 0 ? faults.items[0].text : "no fault");
    expect(strcmp(again->sha256, campaign->sha256) == 0,
           "a bundle keeps its fingerprint");
    expect(again->step_count == campaign->step_count &&
               again->message_count == campaign->message_count,
           "a bundle keeps its steps and messages");
    campaign_free(again);
    faults_free(&faults);
}

static void try_file(const uint8_t *data, size_t size)
{
    struct faults faults;
    struct buf bundle;
    struct bundle_options options = {.default_country = "US"};
    fuzz_write(path, data, size);
    faults_init(&faults);
    buf_init(&bundle, 16u << 20);
    struct campaign *campaign = campaign_load(path, &options, &faults, &bundle);
    expect((campaign == NULL) == (faults.errors > 0),
           "read, or refused with a fault");
    expect_texts(&faults);
    if (campaign != NULL)
        read_again(campaign, &bundle);
    campaign_free(campaign);
    buf_free(&bundle);
    faults_free(&faults);
}

static void try_template(const uint8_t *data, size_t size)
{
    static const struct expression_place place = {"fuzz.json", 1, 1};
    struct faults faults;
    char *text = memory_text_n((const char *)data, size);
    faults_init(&faults);
    template_check(text, ANCHOR_APPOINTMENT, &place, &faults);
    expect_texts(&faults);
    faults_free(&faults);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (path[0] == '\0')
        fuzz_path("fuzz.json", path);
    try_file(data, size);
    try_template(data, size);
    return 0;
}
