/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what a patient writes, to the shipped campaigns' messages: read
 * into one of the closed list, the same with capitals and punctuation around
 * it (S-11) but for a STOP that its own capitals set apart, an answer only to a
 * question that is there, and a word that stops everything never taken for an
 * answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/reader.h"
#include "inbound/meaning.h"

#include "tests/fuzz/fuzz.h"

#define TEXT_MAX 1000
#define QUESTIONS 5

static const struct asked {
    const char *file, *step;
    int64_t anchor_id;
} sent[QUESTIONS] = {
    {"appointment", "three-days", 1},
    {"appointment", "three-days", 2},
    {"post-discharge", "day-1", 1},
    {"colorectal-recall", "invite", 1},
    {"refill", "soon", 3},
};

static const struct meaning_question *questions(void)
{
    static struct meaning_question all[QUESTIONS];
    const char *root = getenv("OUTREACH_SOURCE");
    for (size_t i = 0; i < QUESTIONS && !all[i].campaign; i++) {
        char path[512], measures[512];
        struct faults faults;
        snprintf(path, sizeof(path), "%s/campaigns/library/%s.json",
                 root ? root : ".", sent[i].file);
        snprintf(measures, sizeof(measures), "%s/measures", root ? root : ".");
        faults_init(&faults);
        all[i].campaign = campaign_load(
            path, &(struct bundle_options){.measures_dir = measures}, &faults,
            NULL);
        expect(all[i].campaign != NULL, "a shipped campaign loads");
        all[i].step = campaign_step(all[i].campaign, sent[i].step);
        expect(all[i].step != NULL, "it has that step");
        all[i].anchor_id = sent[i].anchor_id;
        faults_free(&faults);
    }
    return all;
}

static void expect_sense(const struct meaning *meaning, size_t count)
{
    expect(!meaning->triage ||
               (meaning->kind == MEANING_UNCLEAR && meaning->question < count),
           "a nurse reads what no answer was found in");
    switch (meaning->kind) {
    case MEANING_WORDS:
        expect(meaning->words != WORDS_OTHER, "words mean something");
        return;
    case MEANING_ANSWER:
        expect(meaning->question < count, "an answer has its question");
        expect(text_equal(meaning->intent, "answer")
                   ? meaning->urgency && meaning->asked
                   : intent_known(meaning->intent),
               "an answer is of the closed list");
        return;
    case MEANING_SEVERAL:
        expect(meaning->fit_count > 1 && meaning->fit_count <= count,
               "several are more than one");
        return;
    case MEANING_UNCLEAR:
        return;
    }
    expect(false, "a meaning is one of four");
}

static void expect_same(const struct meaning *a, const struct meaning *b)
{
    expect(a->kind == b->kind && a->words == b->words &&
               text_equal(a->intent, b->intent) && a->question == b->question &&
               a->triage == b->triage,
           "capitals and punctuation change nothing");
}

static bool is_set_apart(const char *text)
{
    struct words words;
    words_hear(&words, text);
    bool apart = words.leads || words.trails;
    words_free(&words);
    return apart;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_MAX + 1], loud[TEXT_MAX + 32];
    struct meaning meaning, again;
    if (size < 2 || size > TEXT_MAX)
        return 0;
    size_t count = data[0] % (QUESTIONS + 1);
    enum channel channel = data[1] % 4 ? CHANNEL_SMS : CHANNEL_VOICE;
    memcpy(text, data + 2, size - 2);
    text[size - 2] = '\0';
    meaning_read(text, channel, questions(), count, &meaning);
    expect_sense(&meaning, count);
    if (!text_is_utf8(text, strlen(text)) || is_set_apart(text))
        return 0;
    snprintf(loud, sizeof(loud), "  \"%s\" !! \xF0\x9F\x99\x8F", text);
    for (char *c = loud; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    meaning_read(loud, channel, questions(), count, &again);
    expect_same(&meaning, &again);
    return 0;
}
