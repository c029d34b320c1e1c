/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped campaigns, as a clinic finds them: every file loads without a
 * fault, and every message in every language and channel renders, stays
 * within its segments, says who writes and how to stop, and tells no more
 * than its channel may carry.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "campaigns/render.h"
#include "campaigns/template.h"
#include "channels/call_flow.h"
#include "channels/sms.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* Saturday, 5 December 2026, 12:45 in New York: "sáb" in Spanish, and a time
 * of two digits. */
#define SATURDAY INT64_C(1796492700000)
/* Words a minute of an unhurried voice, and the law's minute (L-4 E). */
#define WORDS_MAX 150

static const char *const shipped[] = {
    "appointment.json",
    "blood-pressure-recall.json",
    "breast-recall.json",
    "cervical-recall.json",
    "colorectal-recall.json",
    "eye-recall.json",
    "hba1c-recall.json",
    "influenza.json",
    "no-show.json",
    "post-discharge.json",
    "refill.json",
    "replies.json",
    "result-ready.json",
};

static struct campaign *load(const char *name)
{
    char path[4096];
    struct faults faults;
    struct bundle_options options = {.default_country = "US"};
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(path, sizeof(path), "%s/campaigns/library/%s", root ? root : ".",
             name);
    faults_init(&faults);
    struct campaign *campaign = campaign_load(path, &options, &faults, NULL);
    if (faults.count > 0) {
        struct buf text;
        buf_init(&text, 1 << 16);
        faults_print(&faults, &text);
        fail_msg("%s", text.data);
    }
    faults_free(&faults);
    assert_non_null(campaign);
    return campaign;
}

static void every_file_loads_without_a_fault(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(shipped); i++) {
        struct campaign *campaign = load(shipped[i]);
        assert_true(strlen(campaign->about) > 40);
        assert_true(text_starts(shipped[i], campaign->name));
        campaign_free(campaign);
    }
}

static void no_file_is_forgotten_here(void **state)
{
    char path[4096];
    char **names;
    size_t count;
    struct error err;
    (void)state;
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(path, sizeof(path), "%s/campaigns/library", root ? root : ".");
    assert_true(file_list(path, ".json", &names, &count, &err));
    size_t campaigns = 0;
    for (size_t i = 0; i < count; i++) {
        if (strstr(names[i], ".test.json"))
            continue;
        assert_true(campaigns < ROWS(shipped));
        assert_string_equal(names[i], shipped[campaigns++]);
    }
    assert_int_equal(campaigns, ROWS(shipped));
    file_list_free(names, count);
}

/* One message in one language and channel, for one kind of patient. */
struct look {
    const struct campaign *campaign;
    const struct message *message;
    const struct message_text *text;
    struct render_fields fields;
    struct value values[40];
    struct rendered out;
    size_t combined;
};

static void fill_values(struct look *look, bool bare)
{
    static const struct {
        const char *name, *text;
    } known[] = {
        {"clinic.public_name", "Lakeside Clinic"},
        {"clinic.phone", "800-555-0100"},
        {"clinic.street", "12 Harbor Street"},
        {"clinic.city", "Springfield"},
        {"pickup.public_name", "Lakeside Clinic"},
        {"pickup.phone", "800-555-0100"},
        {"pickup.street", "12 Harbor Street"},
        {"pickup.city", "Springfield"},
        {"patient.first_name", "Maria"},
        {"addressee.first_name", "Maria"},
    };
    assert_true(look->fields.count <= ROWS(look->values));
    for (size_t i = 0; i < look->fields.count; i++) {
        const struct field *field = look->fields.columns[i].field;
        struct value *value = &look->values[i];
        *value = (struct value){.type = VALUE_MISSING};
        if (field->type == VALUE_INSTANT)
            *value = (struct value){.type = VALUE_INSTANT, .integer = SATURDAY};
        else if (field->type == VALUE_BOOL)
            *value = (struct value){.type = VALUE_BOOL, .integer = !bare};
        for (size_t n = 0; n < ROWS(known); n++)
            if (text_equal(known[n].name, field->name))
                *value =
                    (struct value){.type = VALUE_TEXT, .text = known[n].text};
        /* a bare record has the organisation's name and phone, and whom a
         * call is for (L-32), no more */
        if (bare && !text_starts(field->name, "clinic.p") &&
            !text_equal(field->name, "addressee.first_name") &&
            field->type == VALUE_TEXT)
            *value = (struct value){.type = VALUE_MISSING};
    }
}

static bool spoken(const struct look *look, enum channel channel)
{
    switch (channel) {
    case CHANNEL_SMS:
        return look->text->sms != NULL;
    case CHANNEL_EMAIL:
        return look->text->email_text != NULL;
    case CHANNEL_VOICE:
        return look->text->voice_say != NULL;
    case CHANNEL_COUNT:
        break;
    }
    return false;
}

typedef void look_fn(struct look *look, enum channel channel);

static void render_look(struct look *look, enum channel channel, look_fn *check)
{
    struct error err = {0};
    struct template_row rows[5];
    assert_true(look->combined <= ROWS(rows));
    for (size_t i = 0; i < look->combined; i++)
        rows[i] = (struct template_row){.values = look->values,
                                        .zone = zone_find("America/New_York")};
    struct render_input input = {
        .campaign = look->campaign,
        .message = look->message,
        .channel = channel,
        .language = look->text->language,
        .fields = &look->fields,
        .rows = rows,
        .row_count = look->combined,
    };
    if (!render(&input, &look->out, &err))
        fail_msg("%s: %s", look->campaign->name, err.text);
    assert_string_equal(look->out.language, look->text->language);
    check(look, channel);
}

/* Every text of a campaign, with a full record and a bare one, alone and
 * standing for five rows. */
static void look_at(const struct campaign *campaign, look_fn *check)
{
    static const size_t combined[] = {1, 5};
    struct look look = {.campaign = campaign};
    render_fields_of(campaign, &look.fields);
    rendered_init(&look.out);
    for (size_t m = 0; m < campaign->message_count; m++)
        for (size_t t = 0; t < campaign->messages[m].text_count; t++)
            for (size_t n = 0; n < 2 * ROWS(combined); n++)
                for (int c = 0; c < CHANNEL_COUNT; c++) {
                    look.message = &campaign->messages[m];
                    look.text = &look.message->texts[t];
                    look.combined = combined[n / 2];
                    fill_values(&look, n % 2 == 1);
                    if (spoken(&look, (enum channel)c))
                        render_look(&look, (enum channel)c, check);
                }
    rendered_free(&look.out);
}

static void for_each(look_fn *check)
{
    for (size_t i = 0; i < ROWS(shipped); i++) {
        struct campaign *campaign = load(shipped[i]);
        look_at(campaign, check);
        campaign_free(campaign);
    }
}

/* Does a step send this message by itself (not as an answer, and not as the
 * second question of a talk that has begun)? */
static bool opens(const struct look *look)
{
    for (size_t i = 0; i < look->campaign->step_count; i++) {
        const struct step *step = &look->campaign->steps[i];
        if (text_equal(step->message, look->message->name) ||
            (step->ask_count && text_equal(step->ask[0], look->message->name)))
            return true;
    }
    return false;
}

static void whole(struct look *look, enum channel channel)
{
    const char *texts[] = {look->out.text.data, look->out.subject.data,
                           look->out.html.data, look->out.voicemail.data};
    for (size_t i = 0; i < ROWS(texts); i++) {
        assert_null(strstr(texts[i], "{{"));
        assert_null(strstr(texts[i], "}}"));
        assert_null(strstr(texts[i], "  "));
    }
    if (channel == CHANNEL_EMAIL)
        assert_true(look->out.subject.len > 0);
}

static void every_message_renders(void **state)
{
    (void)state;
    for_each(whole);
}

/* L-4 (E), S-6: one GSM-7 part of at most 160 characters, whatever the day of
 * the week. In Spanish those with a day and a time, or with the names of two
 * places, may become two. */
static void short_enough(struct look *look, enum channel channel)
{
    struct sms_size size = sms_measure(look->out.text.data);
    bool english = text_equal(look->text->language, "en");
    /* what lists several visits is as long as they are many */
    if (text_equal(look->message->name, "which") && look->combined > 1)
        return;
    if (channel != CHANNEL_SMS)
        return;
    bool longer =
        !english && (text_equal(look->campaign->name, "appointment") ||
                     text_equal(look->campaign->name, "refill"));
    if (size.parts > (longer ? 2u : 1u) || size.encoding != SMS_GSM7)
        fail_msg("%s, %s, %s: %zu parts: %s", look->campaign->name,
                 look->message->name, look->text->language, size.parts,
                 look->out.text.data);
}

static void texts_keep_their_segments(void **state)
{
    (void)state;
    for_each(short_enough);
}

/* L-4 (2, 7), L-19: the organisation first, its phone, and a way to stop. */
static void well_mannered(struct look *look, enum channel channel)
{
    const char *text = look->out.text.data;
    const char *stop = "STOP";
    if (!opens(look))
        return;
    if (channel == CHANNEL_EMAIL)
        stop = text_equal(look->text->language, "en") ? "To stop these emails"
                                                      : "Para no recibir";
    if (channel == CHANNEL_VOICE)
        stop = text_equal(look->text->language, "en") ? "press 9" : "oprima 9";
    if (!strstr(text, "Lakeside Clinic") || !strstr(text, "800-555-0100") ||
        !strstr(text, stop))
        fail_msg("%s, %s: %s", look->campaign->name, look->message->name, text);
    if (channel == CHANNEL_SMS)
        assert_true(text_starts(text, "Lakeside Clinic: "));
    if (channel == CHANNEL_VOICE)
        assert_true(strstr(text, "Lakeside Clinic") - text < 60);
}

static void every_message_says_who_and_how_to_stop(void **state)
{
    (void)state;
    for_each(well_mannered);
}

static size_t words_of(const char *text)
{
    size_t words = 0;
    for (const char *p = text; *p; p++)
        words += *p != ' ' && (p == text || p[-1] == ' ');
    return words;
}

/* Key 9 stops the calls and 0 reaches a person in every script; a call is
 * over within a minute (L-4 E); a voicemail tells tier 0 and how to stop. */
static void well_spoken(struct look *look, enum channel channel)
{
    const struct field *field;
    bool nine = false, zero = false;
    if (channel != CHANNEL_VOICE)
        return;
    for (size_t i = 0; i < look->text->voice_key_count; i++) {
        const struct voice_key *key = &look->text->voice_keys[i];
        nine = nine || (key->key == '9' && text_equal(key->intent, "opt-out"));
        zero = zero || (key->key == '0' && text_equal(key->intent, "transfer"));
    }
    assert_true(nine && zero);
    assert_true(words_of(look->out.text.data) < WORDS_MAX);
    if (!opens(look))
        return;
    assert_non_null(strstr(look->out.voicemail.data, "800-555-0100"));
    assert_int_equal(template_tier(look->text->voice_voicemail,
                                   look->campaign->anchor, &field),
                     0);
}

static void calls_keep_the_rules(void **state)
{
    (void)state;
    for_each(well_spoken);
}

/* What no message names, in either language (L-31), beside what its fields
 * already forbid. Emails may name no more than texts here. */
static void discreet(struct look *look, enum channel channel)
{
    static const char *const never[] = {
        "colon",  "mamm",   "mamog",    "breast",  "cancer",   "bowel",
        "stool",  "heces",  "medicine", "tablet",  "pill",     "pastilla",
        "test",   "result", "hospital", "surgery", "diagn",    "cervi",
        "Pap",    "HPV",    "VPH",      "womb",    "diab",     "A1c",
        "glucos", "sugar",  "sangre",   "blood",   "pressure", "presi",
        "retin",  "eye",    " ojo",     "flu",     "gripe",    "normal",
        "women",
    };
    /* by telephone, before anybody said who they are (L-32) */
    static const char *const unsaid[] = {
        "prescription", "receta",    "screening", "examen", "patient",
        "paciente",     "discharge", "lab",       "shot",   "vacuna",
    };
    (void)channel;
    const char *texts[] = {look->out.text.data, look->out.subject.data,
                           look->out.html.data, look->out.voicemail.data};
    for (size_t i = 0; i < ROWS(texts); i++) {
        for (size_t n = 0; n < ROWS(never); n++)
            if (strstr(texts[i], never[n]))
                fail_msg("'%s' in %s, %s", never[n], look->campaign->name,
                         texts[i]);
        for (size_t n = 0; channel == CHANNEL_VOICE && n < ROWS(unsaid); n++)
            if (strstr(texts[i], unsaid[n]))
                fail_msg("'%s' in %s, %s", unsaid[n], look->campaign->name,
                         texts[i]);
    }
}

static void no_message_tells_too_much(void **state)
{
    (void)state;
    for_each(discreet);
}

static void each_speaks_english_and_spanish_on_all_channels(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(shipped); i++) {
        struct campaign *campaign = load(shipped[i]);
        unsigned channels = 0;
        assert_string_equal(campaign->default_language, "en");
        for (size_t m = 0; m < campaign->message_count; m++) {
            assert_int_equal(campaign->messages[m].text_count, 2);
            assert_string_equal(campaign->messages[m].texts[1].language, "es");
        }
        for (size_t s = 0; s < campaign->step_count; s++)
            for (size_t r = 0; r < campaign->steps[s].ladder_count; r++)
                channels |= 1u << campaign->steps[s].ladder[r].channel;
        /* what answers a text is a text */
        assert_int_equal(
            channels, campaign->step_count > 0 ? (1u << CHANNEL_COUNT) - 1 : 0);
        campaign_free(campaign);
    }
}

/* C-1 and its neighbours: who is not reached, or feels worse, reaches a
 * person in time. */
static void safety_nets_are_in_place(void **state)
{
    (void)state;
    struct campaign *campaign = load("post-discharge.json");
    assert_true(campaign->holdout.never);
    assert_int_equal(campaign->priority, 0);
    assert_non_null(campaign->on_entry);
    assert_string_equal(campaign->on_entry->kind, "tcm-call");
    assert_int_equal(campaign->on_entry->due.distance.count, 2);
    assert_int_equal(campaign->on_entry->due.distance.unit, UNIT_BUSINESS_DAYS);
    assert_non_null(campaign->if_not_reached);
    assert_true(campaign->has_if_silent);
    const struct urgency *red = &campaign->urgencies[0];
    assert_string_equal(red->name, "red");
    assert_non_null(campaign_message(campaign, red->reply));
    assert_int_equal(red->task->within.count, 15);
    assert_int_equal(red->task->within.unit, UNIT_MINUTES);
    assert_non_null(red->task->then);
    campaign_free(campaign);
}

/* The first call after a stay in hospital, whole: both questions, and where
 * each answer leads. */
static void a_call_asks_all_that_its_step_asks(void **state)
{
    static const struct {
        const char *part, *says;
        int well, question, worse; /* where 1, 2 and 3 lead */
        bool asks;
    } rows[] = {
        {"feeling", "¿Cómo sigue?", 1, 1, 2, true},
        {"medicines", "¿Tiene en casa todo", 0, 0, 0, true},
        {"emergency-now", "cuelgue y marque 9 1 1", 0, 0, 0, false},
    };
    (void)state;
    struct campaign *campaign = load("post-discharge.json");
    struct look look = {.campaign = campaign};
    struct call_script script;
    struct error err = {0};
    render_fields_of(campaign, &look.fields);
    rendered_init(&look.out);
    fill_values(&look, false);
    const struct template_row row = {.values = look.values,
                                     .zone = zone_find("America/New_York")};
    const struct render_input input = {
        .campaign = campaign,
        .message = campaign_message(campaign, "feeling"),
        .step = &campaign->steps[0],
        .channel = CHANNEL_VOICE,
        .language = "es-MX",
        .fields = &look.fields,
        .rows = &row,
        .row_count = 1,
    };
    if (!render(&input, &look.out, &err))
        fail_msg("%s", err.text);
    assert_true(call_script_read(look.out.script.data, &script, &err));
    assert_int_equal(script.part_count, ROWS(rows));
    assert_true(call_flow_seconds(&script) <= CALL_MOST_S);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct call_part *part = &script.parts[i];
        assert_string_equal(part->name, rows[i].part);
        assert_non_null(strstr(part->say, rows[i].says));
        assert_int_equal(part->asks, rows[i].asks);
        assert_int_equal(part->leads[call_key('1')], rows[i].well);
        assert_int_equal(part->leads[call_key('2')], rows[i].question);
        assert_int_equal(part->leads[call_key('3')], rows[i].worse);
        assert_string_equal(part->keys[call_key(CALL_STOP_KEY)], "opt-out");
        /* what the gate reads is all that may be heard */
        assert_non_null(strstr(
            i == 0 ? look.out.text.data : look.out.further.data, part->say));
    }
    assert_int_equal(look.out.further_words, words_of(script.parts[2].say));
    call_script_free(&script);
    rendered_free(&look.out);
    campaign_free(campaign);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_loads_without_a_fault),
        cmocka_unit_test(no_file_is_forgotten_here),
        cmocka_unit_test(every_message_renders),
        cmocka_unit_test(texts_keep_their_segments),
        cmocka_unit_test(every_message_says_who_and_how_to_stop),
        cmocka_unit_test(calls_keep_the_rules),
        cmocka_unit_test(no_message_tells_too_much),
        cmocka_unit_test(each_speaks_english_and_spanish_on_all_channels),
        cmocka_unit_test(safety_nets_are_in_place),
        cmocka_unit_test(a_call_asks_all_that_its_step_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
