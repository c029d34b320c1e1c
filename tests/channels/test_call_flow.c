/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a call and its keys, and that whoever presses whatever is
 * heard within the minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"

#include "channels/call_flow.h"

#define ROWS(array) (sizeof(array) / sizeof(array[0]))
#define NONE '\0'

static const char SCRIPT[] =
    "{\"language\": \"en\", \"from\": \"Elm Clinic\","
    " \"phone\": \"212-555-0100\", \"name\": \"Ana\","
    " \"say\": \"Your visit is on Friday. Press 1 to confirm. Press 2 to"
    " change it. Press 3 to hear this again. Press 0 to speak with us.\","
    " \"keys\": {\"1\": \"confirm\", \"2\": \"reschedule\", \"3\": \"repeat\","
    " \"4\": \"call-me\", \"5\": \"not-me\", \"0\": \"transfer\","
    " \"9\": \"opt-out\"}}";

/* Two questions, and what the worst answer to each is answered with. */
static const char TALK[] =
    "{\"language\": \"en\", \"from\": \"Elm Clinic\","
    " \"phone\": \"212-555-0100\", \"name\": \"Ana\", \"about\": \"feeling\","
    " \"asks\": true, \"say\": \"Press 1 well, 2 a question, 3 worse, 8 "
    "again.\","
    " \"recording\": \"https://a.example/feeling.mp3\","
    " \"keys\": {\"1\": \"answer\", \"2\": \"answer\", \"3\": \"answer\","
    " \"8\": \"repeat\", \"0\": \"transfer\", \"9\": \"opt-out\"},"
    " \"leads\": {\"1\": 1, \"2\": 1, \"3\": 2}, \"parts\": ["
    "{\"about\": \"medicines\", \"asks\": true, \"say\": \"All there? Press 1"
    " yes, 2 no.\", \"keys\": {\"1\": \"answer\", \"2\": \"answer\","
    " \"9\": \"opt-out\"}, \"leads\": {\"2\": 2}},"
    "{\"about\": \"worse\", \"say\": \"Dial 9 1 1. Press 0 for us.\", \"keys\":"
    " {\"0\": \"transfer\", \"9\": \"opt-out\"}}]}";

static struct call_script read_script(const char *text)
{
    struct call_script script;
    struct error err = {0};
    if (!call_script_read(text, &script, &err))
        fail_msg("%s", err.text);
    return script;
}

static const struct {
    const char *why;
    struct call_moment from;
    char key;
    bool staffed;
    const char *to;
    enum call_tell tell;
    bool reached;
} keys[] = {
    {"L-32: 1 hears the message",
     {CALL_WHO, 0, 9},
     '1',
     false,
     "menu.0",
     TELL_NOTHING,
     true},
    {"2: not there",
     {CALL_WHO, 0, 9},
     '2',
     false,
     "away.0",
     TELL_NOTHING,
     false},
    {"L-22: 3 is a wrong number",
     {CALL_WHO, 0, 9},
     '3',
     false,
     "wrong.0",
     TELL_WRONG,
     false},
    {"L-4.7: 9 stops, before anybody said who they are; it proves nobody",
     {CALL_WHO, 0, 9},
     '9',
     false,
     "stopped.0",
     TELL_STOP,
     false},
    {"nor where the person was not there",
     {CALL_AWAY, 0, 9},
     '9',
     false,
     "stopped.0",
     TELL_STOP,
     false},
    {"nor at a wrong number",
     {CALL_WRONG, 0, 9},
     '9',
     false,
     "stopped.0",
     TELL_STOP,
     false},
    {"nor of who was taken for a machine",
     {CALL_MACHINE, 0, 9},
     '9',
     false,
     "stopped.0",
     TELL_STOP,
     false},
    {"silence: once more",
     {CALL_WHO, 0, 13},
     NONE,
     false,
     "who.1",
     TELL_NOTHING,
     false},
    {"a key that means nothing, likewise",
     {CALL_WHO, 0, 9},
     '0',
     true,
     "who.1",
     TELL_NOTHING,
     false},
    {"V-6: but not twice",
     {CALL_WHO, 1, 20},
     '#',
     false,
     "goodbye.0",
     TELL_NOTHING,
     false},
    {"nor after that",
     {CALL_WHO, 2, 20},
     NONE,
     false,
     "goodbye.0",
     TELL_NOTHING,
     false},
    {"nor when the message would not fit any more",
     {CALL_WHO, 0, 33},
     NONE,
     false,
     "goodbye.0",
     TELL_NOTHING,
     false},
    {"an answer", {CALL_MENU, 0, 30}, '1', false, "thanks.0", TELL_KEY, true},
    {"another", {CALL_MENU, 1, 50}, '2', true, "thanks.0", TELL_KEY, true},
    {"again, please",
     {CALL_MENU, 0, 30},
     '3',
     false,
     "menu.1",
     TELL_NOTHING,
     false},
    {"who asks for it hears it twice more",
     {CALL_MENU, 1, 20},
     '3',
     false,
     "menu.2",
     TELL_NOTHING,
     false},
    {"and who is silent, once: nothing was asked that a person waits for",
     {CALL_MENU, 1, 20},
     NONE,
     false,
     "goodbye.0",
     TELL_NOTHING,
     false},
    {"at most twice",
     {CALL_MENU, 2, 30},
     '3',
     false,
     "goodbye.0",
     TELL_NOTHING,
     false},
    {"L-4.5: and not past the minute",
     {CALL_MENU, 0, 50},
     '3',
     false,
     "goodbye.0",
     TELL_NOTHING,
     false},
    {"silence", {CALL_MENU, 0, 30}, NONE, false, "menu.1", TELL_NOTHING, false},
    {"a person, when somebody is there",
     {CALL_MENU, 0, 30},
     '0',
     true,
     "person.0",
     TELL_NOTHING,
     true},
    {"else somebody calls back",
     {CALL_MENU, 0, 30},
     '0',
     false,
     "back.0",
     TELL_KEY,
     true},
    {"a call back that was asked for",
     {CALL_MENU, 0, 30},
     '4',
     true,
     "back.0",
     TELL_KEY,
     true},
    {"it is somebody else after all",
     {CALL_MENU, 0, 30},
     '5',
     true,
     "wrong.0",
     TELL_WRONG,
     false},
    {"L-4.7: 9 stops, whatever is said",
     {CALL_MENU, 2, 60},
     '9',
     true,
     "stopped.0",
     TELL_STOP,
     true},
    {"and past the end",
     {CALL_GOODBYE, 0, 60},
     '9',
     false,
     "stopped.0",
     TELL_STOP,
     false},
    {"where no key is asked for none means anything",
     {CALL_THANKS, 0, 9},
     '1',
     true,
     "goodbye.0",
     TELL_NOTHING,
     false},
};

static void each_key_leads_where_it_says(void **state)
{
    struct call_script script = read_script(SCRIPT);
    (void)state;
    for (size_t i = 0; i < ROWS(keys); i++) {
        char place[CALL_PLACE_MAX];
        struct call_step step = call_flow_press(&script, keys[i].from,
                                                keys[i].key, keys[i].staffed);
        call_flow_place(step.next, place);
        if (strcmp(place, keys[i].to) != 0 || step.tell != keys[i].tell ||
            step.reached != keys[i].reached)
            fail_msg("%s: %s", keys[i].why, place);
        assert_int_equal(step.next.spent, keys[i].from.spent);
    }
    call_script_free(&script);
}

static const struct {
    const char *why;
    struct call_moment from;
    char key;
    const char *to;
    enum call_tell tell;
} talk[] = {
    {"1 begins with the first question",
     {CALL_WHO, 0, 9, 0},
     '1',
     "menu.0",
     TELL_NOTHING},
    {"an answer goes on to the next",
     {CALL_MENU, 1, 20, 0},
     '2',
     "menu2.0",
     TELL_KEY},
    {"an urgent one is answered at once, and nothing more is asked",
     {CALL_MENU, 0, 20, 0},
     '3',
     "menu3.0",
     TELL_KEY},
    {"also the second question's",
     {CALL_MENU, 0, 40, 1},
     '2',
     "menu3.0",
     TELL_KEY},
    {"the last answer ends it",
     {CALL_MENU, 0, 40, 1},
     '1',
     "thanks.0",
     TELL_KEY},
    {"a key of the first question is none of the second's",
     {CALL_MENU, 0, 20, 1},
     '3',
     "menu2.1",
     TELL_NOTHING},
    {"a question that no longer fits into the minute is not asked",
     {CALL_MENU, 1, 50, 0},
     '2',
     "thanks.0",
     TELL_KEY},
    {"what to do is said at any time",
     {CALL_MENU, 1, 58, 0},
     '3',
     "menu3.0",
     TELL_KEY},
    {"silence: once more",
     {CALL_MENU, 0, 20, 1},
     NONE,
     "menu2.1",
     TELL_NOTHING},
    {"then a person is told that there is no answer",
     {CALL_MENU, 1, 30, 1},
     NONE,
     "goodbye.0",
     TELL_SILENT},
    {"of the first question, too",
     {CALL_MENU, 1, 30, 0},
     '#',
     "goodbye.0",
     TELL_SILENT},
    {"and of one that is heard too late to come again",
     {CALL_MENU, 0, 58, 0},
     '8',
     "goodbye.0",
     TELL_SILENT},
    {"no answer is waited for behind an urgent one",
     {CALL_MENU, 1, 50, 2},
     NONE,
     "goodbye.0",
     TELL_NOTHING},
    {"whoever is worse may speak with us",
     {CALL_MENU, 0, 50, 2},
     '0',
     "person.0",
     TELL_NOTHING},
    {"L-4.7: 9 stops in every part",
     {CALL_MENU, 0, 50, 2},
     '9',
     "stopped.0",
     TELL_STOP},
    {"and where a machine was thought to be",
     {CALL_MACHINE, 0, 50, 0},
     '9',
     "stopped.0",
     TELL_STOP},
    {"who hears that hears nothing private by another key",
     {CALL_MACHINE, 0, 5, 0},
     '1',
     "goodbye.0",
     TELL_NOTHING},
};

static void a_talk_goes_on_by_its_answers(void **state)
{
    struct call_script script = read_script(TALK);
    (void)state;
    for (size_t i = 0; i < ROWS(talk); i++) {
        char place[CALL_PLACE_MAX];
        struct call_step step =
            call_flow_press(&script, talk[i].from, talk[i].key, true);
        call_flow_place(step.next, place);
        if (strcmp(place, talk[i].to) != 0 || step.tell != talk[i].tell)
            fail_msg("%s: %s, %d", talk[i].why, place, step.tell);
        if (step.next.state != CALL_MENU)
            assert_int_equal(step.next.part, talk[i].from.part);
    }
    call_script_free(&script);
}

/* What is heard a second time is spoken: the first time nothing may have been
 * heard at all. */
static void a_recording_is_played_once(void **state)
{
    static const struct {
        struct call_moment moment;
        const char *plays;
    } rows[] = {
        {{CALL_WHO, 0, 0, 0}, NULL},
        {{CALL_MENU, 0, 0, 0}, "https://a.example/feeling.mp3"},
        {{CALL_MENU, 1, 0, 0}, NULL},
        {{CALL_MENU, 0, 0, 1}, NULL},
        {{CALL_GOODBYE, 0, 0, 0}, NULL},
    };
    struct call_script script = read_script(TALK);
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *plays = call_flow_play(&script, rows[i].moment);
        assert_true(text_equal(plays, rows[i].plays));
    }
    call_script_free(&script);
}

static void a_script_is_read_as_it_was_written(void **state)
{
    static const char *const scripts[] = {SCRIPT, TALK};
    (void)state;
    for (size_t i = 0; i < ROWS(scripts); i++) {
        struct call_script script = read_script(scripts[i]);
        struct buf first, second;
        buf_init(&first, 1 << 16);
        buf_init(&second, 1 << 16);
        call_script_write(&script, &first);
        call_script_free(&script);
        script = read_script(first.data);
        assert_int_equal(script.part_count, i == 0 ? 1 : 3);
        assert_int_equal(script.parts[0].leads[call_key('3')], i == 0 ? 0 : 2);
        call_script_write(&script, &second);
        assert_string_equal(first.data, second.data);
        call_script_free(&script);
        buf_free(&first);
        buf_free(&second);
    }
}

static void what_is_said_comes_in_order(void **state)
{
    static const struct {
        const char *why;
        struct call_moment moment;
        const char *words;
    } rows[] = {
        {"L-19: who calls, and whom it is for",
         {CALL_WHO, 0, 0},
         "Hello. This is an automated call from Elm Clinic, telephone "
         "212-555-0100. If you are Ana, press 1. If Ana is not there, press 2. "
         "For a wrong number, press 3. To stop these calls, press 9."},
        {"again without the greeting",
         {CALL_WHO, 1, 0},
         "If you are Ana, press 1. If Ana is not there, press 2. For a wrong "
         "number, press 3. To stop these calls, press 9."},
        {"not there: the number, and nothing else",
         {CALL_AWAY, 0, 0},
         "Thank you. Our number is 212-555-0100. Goodbye."},
        {"nobody answered",
         {CALL_GOODBYE, 0, 0},
         "Please call us at 212-555-0100. Goodbye."},
        {"9", {CALL_STOPPED, 0, 0}, "We will not contact you again. Goodbye."},
    };
    struct call_script script = read_script(SCRIPT);
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct buf text;
        buf_init(&text, 4096);
        call_flow_say(&script, rows[i].moment, &text);
        if (strcmp(text.data, rows[i].words) != 0)
            fail_msg("%s: %s", rows[i].why, text.data);
        buf_free(&text);
    }
    call_script_free(&script);
}

/* All ways through a call, each answer at the last moment. */
struct walk {
    const struct call_script *script;
    bool seen[CALL_STATES];
    int longest, moments;
};

static void walk_on(struct walk *walk, struct call_moment moment)
{
    struct buf text;
    buf_init(&text, 1 << 16);
    call_flow_say(walk->script, moment, &text);
    bool waits = call_flow_waits(moment.state);
    int spent = moment.spent + call_seconds(text.data) +
                (waits ? CALL_WAIT_S : CALL_LAST_S);
    buf_free(&text);
    walk->seen[moment.state] = true;
    walk->moments++;
    /* what an urgent answer is told is said at any time */
    bool unasked = moment.part == 0 || walk->script->parts[moment.part].asks;
    if (unasked && spent > walk->longest)
        walk->longest = spent;
    if (!waits)
        return;
    moment.spent = spent;
    struct call_step stop =
        call_flow_press(walk->script, moment, CALL_STOP_KEY, true);
    assert_int_equal(stop.next.state, CALL_STOPPED);
    assert_int_equal(stop.tell, TELL_STOP);
    for (size_t i = 0; i <= CALL_KEY_COUNT; i++) /* the last: no key */
        for (int staffed = 0; staffed < 2; staffed++)
            walk_on(walk,
                    call_flow_press(walk->script, moment, CALL_KEYS[i], staffed)
                        .next);
}

/* Taken back while it is held: nothing of what it was about is said or taken
 * for heard, but what a key means to a person stays. */
static void what_changed_is_not_said(void **state)
{
    static const struct {
        const char *why, *script;
        struct call_moment from;
        char key;
        const char *to;
        enum call_tell tell;
        bool reached;
    } rows[] = {
        {"1 has heard nothing, and is not reached",
         SCRIPT,
         {CALL_WHO, 0, 9},
         '1',
         "changed.0",
         TELL_NOTHING,
         false},
        {"nobody's name is said again",
         SCRIPT,
         {CALL_WHO, 0, 9},
         NONE,
         "changed.0",
         TELL_NOTHING,
         false},
        {"not there",
         SCRIPT,
         {CALL_WHO, 0, 9},
         '2',
         "away.0",
         TELL_NOTHING,
         false},
        {"a wrong number",
         SCRIPT,
         {CALL_WHO, 0, 9},
         '3',
         "wrong.0",
         TELL_WRONG,
         false},
        {"9", SCRIPT, {CALL_WHO, 0, 9}, '9', "stopped.0", TELL_STOP, false},
        {"who confirms is told, and a person too",
         SCRIPT,
         {CALL_MENU, 0, 20},
         '1',
         "changed.0",
         TELL_KEY,
         true},
        {"nothing is said again",
         SCRIPT,
         {CALL_MENU, 0, 20},
         '3',
         "changed.0",
         TELL_NOTHING,
         false},
        {"nor to who is silent",
         SCRIPT,
         {CALL_MENU, 0, 20},
         NONE,
         "changed.0",
         TELL_NOTHING,
         false},
        {"somebody to speak with",
         SCRIPT,
         {CALL_MENU, 0, 20},
         '0',
         "back.0",
         TELL_KEY,
         true},
        {"no next question",
         TALK,
         {CALL_MENU, 0, 20},
         '1',
         "changed.0",
         TELL_KEY,
         true},
        {"but who is worse hears what to do",
         TALK,
         {CALL_MENU, 0, 20},
         '3',
         "menu3.0",
         TELL_KEY,
         true},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char place[CALL_PLACE_MAX];
        struct call_script script = read_script(rows[i].script);
        struct call_step step =
            call_flow_changed(&script, rows[i].from, rows[i].key, false);
        call_flow_place(step.next, place);
        if (strcmp(place, rows[i].to) != 0 || step.tell != rows[i].tell ||
            step.reached != rows[i].reached)
            fail_msg("%s: %s", rows[i].why, place);
        call_script_free(&script);
    }
}

/* L-19: a sentence that needs a number is left out where none is known. */
static void what_nobody_knows_is_not_said(void **state)
{
    static const struct call_names nameless = {.from = "Elm Clinic"};
    static const struct {
        enum call_word word;
        const char *said;
    } rows[] = {
        {WORD_LOST, "This is an automated call from Elm Clinic. Sorry, "
                    "something went wrong. To stop these calls, press 9."},
        {WORD_GOODBYE, "Goodbye."},
        {WORD_AWAY, "Thank you. Goodbye."},
        {WORD_THANKS, "Thank you. Goodbye."},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct buf text;
        buf_init(&text, 4096);
        call_words_say(&text, call_words_find("en")->texts[rows[i].word],
                       &nameless);
        assert_string_equal(text.data, rows[i].said);
        buf_free(&text);
    }
}

/* In each language; all states but the voicemail's are states of the talk. */
static void every_way_ends_within_the_minute(void **state)
{
    static const char *const scripts[] = {SCRIPT, TALK};
    (void)state;
    for (size_t i = 0; call_words_at(i); i++) {
        bool seen[CALL_STATES] = {false};
        for (size_t n = 0; n < ROWS(scripts); n++) {
            struct call_script script = read_script(scripts[n]);
            struct walk walk = {.script = &script};
            script.language = call_words_at(i)->language;
            assert_true(call_flow_seconds(&script) <= CALL_MOST_S);
            walk_on(&walk, (struct call_moment){0});
            if (walk.longest > CALL_MOST_S)
                fail_msg("%s: %d seconds", script.language, walk.longest);
            for (int at = 0; at < CALL_STATES; at++)
                seen[at] |= walk.seen[at];
            assert_true(walk.moments > 30);
            call_script_free(&script);
        }
        for (int at = 0; at < CALL_MACHINE; at++)
            if (!seen[at])
                fail_msg("state %d is never reached", at);
    }
}

/* Each way through the parts counts, and only the longest. */
static void the_longest_way_counts(void **state)
{
    static const char question[] =
        "{\"language\": \"en\", \"from\": \"a\", \"phone\": \"b\", \"name\":"
        " \"c\", \"say\": \"one two\", \"keys\": {\"1\": \"answer\"},"
        " \"leads\": {%s}, \"parts\": [{\"about\": \"x\", \"say\": \"three four"
        " five six seven eight\", \"leads\": {%s}}, {\"about\": \"y\", \"say\":"
        " \"nine ten\"}]}";
    static const struct {
        const char *why, *first, *second;
        int words, seconds; /* beyond a call of one part */
    } rows[] = {
        {"no other part is reached", "", "", 0, 0},
        {"the second", "\"1\": 1", "", 6, 6},
        {"the third, which is shorter", "\"1\": 2", "", 2, 5},
        {"either", "\"1\": 1, \"2\": 2", "", 6, 6},
        {"one behind the other", "\"1\": 1, \"2\": 2", "\"1\": 2", 8, 11},
        {"nothing leads back, or to itself", "\"1\": 0", "\"1\": 1", 0, 0},
        {"nor to what is not there", "\"1\": 7", "", 0, 0},
    };
    int alone = 0;
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[1024];
        snprintf(text, sizeof(text), question, rows[i].first, rows[i].second);
        struct call_script script = read_script(text);
        int seconds = call_flow_seconds(&script);
        alone = i == 0 ? seconds : alone;
        if (call_flow_further_words(&script) != rows[i].words ||
            seconds - alone != rows[i].seconds)
            fail_msg("%s: %d words, %d seconds", rows[i].why,
                     call_flow_further_words(&script), seconds - alone);
        call_script_free(&script);
    }
}

/* L-32, L-4.7: whatever the language, the person's own name before key 1, and
 * nothing of what it is about. */
static void every_language_says_all(void **state)
{
    static const struct {
        enum call_word word;
        const char *holds[3];
    } rows[] = {
        {WORD_HELLO, {"{from}", "{phone}", ""}},
        {WORD_WHO, {"{name}", "1", "9"}},
        {WORD_AWAY, {"{phone}", "", ""}},
        {WORD_GOODBYE, {"{phone}", "", ""}},
        {WORD_CHANGED, {"{phone}", "", ""}},
        {WORD_LOST, {"{from}", "{phone}", "9"}},
        {WORD_INBOUND, {"{from}", "1", "9"}},
        {WORD_HIDDEN, {"{from}", "9", ""}},
        {WORD_UNSEEN, {"{from}", "", ""}},
    };
    (void)state;
    for (size_t i = 0; call_words_at(i); i++) {
        const struct call_words *words = call_words_at(i);
        for (int word = 0; word < CALL_WORDS; word++)
            if (!words->texts[word] || !words->texts[word][0])
                fail_msg("%s lacks word %d", words->language, word);
        for (size_t r = 0; r < ROWS(rows); r++)
            for (size_t n = 0; n < 3; n++)
                if (!strstr(words->texts[rows[r].word], rows[r].holds[n]))
                    fail_msg("%s, word %d lacks %s", words->language,
                             rows[r].word, rows[r].holds[n]);
        assert_true(text_starts(words->locale, words->language));
        assert_non_null(strstr(CALL_LANGUAGES, words->language));
    }
    assert_string_equal(call_words_find("es-MX")->language, "es");
    assert_string_equal(call_words_find("PT_br")->language, "pt");
    assert_null(call_words_find("est"));
    assert_null(call_words_find("vi"));
    assert_null(call_words_find(""));
    assert_null(call_words_find(NULL));
}

static void seconds_are_those_of_speech(void **state)
{
    static const struct {
        const char *why, *text;
        int seconds;
    } rows[] = {
        {"nothing takes none", "", 0},
        {"a word is rounded up", "Hello", 1},
        {"a digit is a word: ten take four seconds", "2125550100", 4},
        {"letters, not bytes", "áéíóúáéíóúáéíóú", 1},
        {"150 words a minute, six letters each with the blank",
         "abcde abcde abcde abcde abcde abcde abcde abcde abcde abcde "
         "abcde abcde abcde abcde abcde abcde abcde abcde abcde abcde "
         "abcde abcde abcde abcde abcde ",
         10},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        if (call_seconds(rows[i].text) != rows[i].seconds)
            fail_msg("%s: %d", rows[i].why, call_seconds(rows[i].text));
}

static void scripts_that_say_too_little_are_refused(void **state)
{
    static const struct {
        const char *why, *text;
    } rows[] = {
        {"no JSON", "hello"},
        {"nothing", ""},
        {"a list", "[]"},
        {"a language that nobody speaks",
         "{\"language\": \"vi\", \"from\": \"a\", \"phone\": \"b\", \"name\":"
         " \"c\", \"say\": \"d\"}"},
        {"nobody to ask for",
         "{\"language\": \"en\", \"from\": \"a\", \"phone\": \"b\", \"say\":"
         " \"d\"}"},
        {"nothing to say",
         "{\"language\": \"en\", \"from\": \"a\", \"phone\": \"b\", \"name\":"
         " \"c\"}"},
        {"a second part without words",
         "{\"language\": \"en\", \"from\": \"a\", \"phone\": \"b\", \"name\":"
         " \"c\", \"say\": \"d\", \"parts\": [{\"about\": \"e\"}]}"},
        {"one that nothing can be told of",
         "{\"language\": \"en\", \"from\": \"a\", \"phone\": \"b\", \"name\":"
         " \"c\", \"say\": \"d\", \"parts\": [{\"say\": \"e\"}]}"},
        {"more parts than fit into a call",
         "{\"language\": \"en\", \"from\": \"a\", \"phone\": \"b\", \"name\":"
         " \"c\", \"say\": \"d\", \"parts\": "
         "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"},
        {"a number for a name",
         "{\"language\": \"en\", \"from\": \"a\", \"phone\": \"b\", \"name\":"
         " 5, \"say\": \"d\"}"},
    };
    struct call_script script;
    struct error err = {0};
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        if (call_script_read(rows[i].text, &script, &err))
            fail_msg("%s", rows[i].why);
    script = read_script("{\"language\": \"en\", \"from\": \"a\", \"phone\":"
                         " \"b\", \"name\": \"c\", \"say\": \"d\", \"keys\":"
                         " {\"12\": \"confirm\", \"x\": \"y\", \"1\": 5}}");
    for (size_t i = 0; i < CALL_KEY_COUNT; i++)
        assert_null(script.parts[0].keys[i]);
    call_script_free(&script);
}

static void places_are_read_as_they_are_written(void **state)
{
    static const char *const none[] = {"",         "who",    "who.3", "menu.-1",
                                       "x.0",      "who.0 ", "WHO.0", "menu1.0",
                                       "menu17.0", "who2.0"};
    struct call_moment moment;
    (void)state;
    for (int at = 0; at < CALL_STATES; at++)
        for (int turn = 0; turn <= CALL_REPEATS; turn++)
            for (int part = 0; part < (at == CALL_MENU ? CALL_PARTS : 1);
                 part++) {
                char place[CALL_PLACE_MAX];
                call_flow_place(
                    (struct call_moment){(enum call_state)at, turn, 5, part},
                    place);
                assert_true(call_flow_find(place, &moment));
                assert_int_equal(moment.state, at);
                assert_int_equal(moment.turn, turn);
                assert_int_equal(moment.part, part);
            }
    for (size_t i = 0; i < ROWS(none); i++)
        assert_false(call_flow_find(none[i], &moment));
    assert_false(call_flow_find(NULL, &moment));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_leads_where_it_says),
        cmocka_unit_test(a_talk_goes_on_by_its_answers),
        cmocka_unit_test(a_recording_is_played_once),
        cmocka_unit_test(a_script_is_read_as_it_was_written),
        cmocka_unit_test(what_is_said_comes_in_order),
        cmocka_unit_test(what_changed_is_not_said),
        cmocka_unit_test(what_nobody_knows_is_not_said),
        cmocka_unit_test(every_way_ends_within_the_minute),
        cmocka_unit_test(the_longest_way_counts),
        cmocka_unit_test(every_language_says_all),
        cmocka_unit_test(seconds_are_those_of_speech),
        cmocka_unit_test(scripts_that_say_too_little_are_refused),
        cmocka_unit_test(places_are_read_as_they_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
