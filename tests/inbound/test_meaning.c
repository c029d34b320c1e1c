/* SPDX-License-Identifier: Apache-2.0 */
/* What a text answers, of the messages that the shipped campaigns sent. Each
 * row has the campaigns that asked, the newest first, and what is understood:
 * an intent, a question's answer, a word's class, "unclear", "triage" where a
 * nurse reads it at once, or "thanks", which "waits" where it may be an answer
 * all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/reader.h"
#include "inbound/meaning.h"

static struct asked {
    char letter;
    const char *file, *step;
    struct meaning_question question;
} all[] = {
    {'a', "appointment", "three-days", {.anchor_id = 1}},
    {'d', "post-discharge", "day-1", {.anchor_id = 2}},
    {'m', "post-discharge", "day-1/medicines", {.anchor_id = 2}},
    {'u', "post-discharge", "urgency red", {.anchor_id = 2}},
    {'s', "colorectal-recall", "invite", {.anchor_id = 3}},
    {'r', "refill", "soon", {.anchor_id = 4}},
    {'t', "replies", "answer unclear", {.anchor_id = 5}},
    {'b', "appointment", "booked", {.anchor_id = 1}},
};
#define ALL (sizeof(all) / sizeof(all[0]))

static int campaigns_open(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALL; i++) {
        char path[512], measures[512];
        struct faults faults;
        const char *root = getenv("OUTREACH_SOURCE");
        snprintf(path, sizeof(path), "%s/campaigns/library/%s.json",
                 root ? root : ".", all[i].file);
        snprintf(measures, sizeof(measures), "%s/measures", root ? root : ".");
        faults_init(&faults);
        struct campaign *campaign = campaign_load(
            path, &(struct bundle_options){.measures_dir = measures}, &faults,
            NULL);
        assert_non_null(campaign);
        all[i].question.campaign = campaign;
        all[i].question.step = campaign_step(campaign, all[i].step);
        if (!all[i].question.step)
            fail_msg("%s has no step %s", all[i].file, all[i].step);
        faults_free(&faults);
    }
    return 0;
}

static int campaigns_close(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALL; i++)
        campaign_free((struct campaign *)all[i].question.campaign);
    return 0;
}

static size_t questions_of(const char *letters, struct meaning_question *out)
{
    size_t count = 0;
    for (; *letters; letters++) {
        for (size_t i = 0; i < ALL; i++) {
            if (all[i].letter != *letters)
                continue;
            out[count] = all[i].question;
            out[count].answered_at = INSTANT_NEVER;
            out[count].unheard = true;
            out[count].last = count == 0;
            count++;
        }
    }
    return count;
}

static void tell(const struct meaning *meaning, char *out, size_t size)
{
    switch (meaning->kind) {
    case MEANING_WORDS:
        snprintf(out, size, "%s", words_name(meaning->words));
        return;
    case MEANING_ANSWER:
        snprintf(out, size, "%s%s%s", meaning->intent,
                 meaning->urgency ? " " : "",
                 meaning->urgency ? meaning->urgency->name : "");
        return;
    case MEANING_SEVERAL:
        snprintf(out, size, "several");
        return;
    case MEANING_UNCLEAR:
        snprintf(out, size, "%s%s",
                 meaning->thanks   ? "thanks"
                 : meaning->triage ? "triage"
                                   : "unclear",
                 meaning->waits ? ", waits" : "");
        return;
    }
}

struct row {
    const char *asked, *text, *told, *why;
};

static void rows_expect(const struct row *rows, size_t count)
{
    size_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        struct meaning_question questions[ALL];
        struct meaning meaning;
        char told[100];
        size_t open = questions_of(rows[i].asked, questions);
        meaning_read(rows[i].text, CHANNEL_SMS, questions, open, &meaning);
        tell(&meaning, told, sizeof(told));
        if (strcmp(told, rows[i].told) == 0)
            continue;
        print_error("%s: '%s' is %s, not %s (%s)\n", rows[i].asked,
                    rows[i].text, told, rows[i].told, rows[i].why);
        failed++;
    }
    assert_int_equal(failed, 0);
}
#define EXPECT(rows) rows_expect(rows, sizeof(rows) / sizeof((rows)[0]))

static const struct reply_rule digits[] = {
    {.answer = "1", .intent = "confirm"},
    {.answer = "2", .intent = "reschedule"},
    {.answer = "3", .intent = "call-me"}};
static struct campaign two_digits = {.replies = (struct reply_rule *)digits,
                                     .reply_count = 2};
static struct campaign three_digits = {.replies = (struct reply_rule *)digits,
                                       .reply_count = 3};

/* The oldest first: 'd' the check-in, 'r' two digits, '4' with a third;
 * capitals where they were answered, at once or after all had gone out. */
static size_t digits_of(const char *letters, bool same_anchor, bool late,
                        bool waited, struct meaning_question *out)
{
    size_t count = strlen(letters);
    for (size_t i = 0; i < count; i++) {
        struct meaning_question *one = &out[count - 1 - i];
        char letter = letters[i];
        *one = all[1].question;
        if (!strchr("dD", letter)) {
            one->campaign = letter == '4' ? &three_digits : &two_digits;
            one->anchor_id += same_anchor ? 0 : 100;
        }
        two_digits.anchor = three_digits.anchor =
            all[1].question.campaign->anchor;
        one->sent_at = 1000 + (instant)i;
        one->awaited_until = one->sent_at + (waited ? 100 : 0);
        one->answered_at = strchr("DR", letter)
                               ? one->sent_at + (late ? 100 : 0)
                               : INSTANT_NEVER;
    }
    return count;
}

static void a_visit_is_answered(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a", "C", "confirm", "as asked"},
        {"a", "c, thanks!", "confirm", "manners change nothing (S-11)"},
        {"a", "C to confirm", "confirm", "in the words of the message"},
        {"a", "C\nSent from my iPhone", "confirm", "nor does a signature"},
        {"a", "Yes", "confirm", "what people write instead"},
        {"a", "Yes please", "confirm", "with manners"},
        {"a", "Ok, I'll be there", "confirm", "a sentence"},
        {"a", "Yes, I will be there. Thank you so much!", "confirm",
         "small talk adds nothing"},
        {"a", "Great, see you then", "confirm", "small talk"},
        {"a", "I confirm my appointment", "confirm", "a sentence"},
        {"a", "Sí, ahí estaré, gracias", "confirm", "Spanish"},
        {"a", "oui merci", "confirm", "French"},
        {"a", "Sim, obrigada", "confirm", "Portuguese"},
        {"a", "Ja, danke", "confirm", "German"},
        {"a", "vâng, cảm ơn", "confirm", "Vietnamese"},
        {"a", "opo, salamat po", "confirm", "Tagalog"},
        {"a", "wi mèsi", "confirm", "Haitian Creole"},
        {"a", "好的，谢谢", "confirm", "Chinese"},
        {"a", "네 감사합니다", "confirm", "Korean"},
        {"a", "Да, спасибо", "confirm", "Russian"},
        {"a", "نعم شكرا", "confirm", "Arabic"},
        {"a", "R", "reschedule", "as asked"},
        {"a", "I need to reschedule", "reschedule", "a sentence"},
        {"a", "I can't make it, I need to reschedule", "reschedule",
         "who cannot come denies nothing"},
        {"a", "Not feeling well, need to reschedule please", "reschedule",
         "nor does who is ill"},
        {"a", "I would like to change my appointment", "reschedule",
         "a sentence"},
        {"a", "I have to cancel my appointment and come another day",
         "reschedule", "who comes another day reschedules"},
        {"a", "necesito cambiar mi cita", "reschedule", "Spanish"},
        {"a", "我要改期", "reschedule", "Chinese"},
        {"a", "мне надо перенести", "reschedule", "Russian"},
        {"a", "please cancel my appointment", "cancel", "no opt-out (S-11)"},
        {"a", "cancel appointment", "cancel", "the visit"},
        {"a", "Cancel appt", "cancel", "the visit"},
        {"a", "cancelar cita", "cancel", "the visit"},
        {"a", "Cancele mi cita por favor", "cancel", "the visit"},
        {"a", "Quiero cancelar", "cancel", "the visit"},
        {"a", "Cancel my appt please", "cancel", "the visit"},
        {"a", "please cancel appointment", "cancel", "the visit"},
        {"a", "cancel visit", "cancel", "the visit"},
        {"a", "need to cancel appt", "cancel", "the visit"},
        {"a", "I would like to cancel my appt", "cancel", "the visit"},
        {"a", "cancelen mi cita", "cancel", "the visit"},
        {"a", "quiero cancelar la cita", "cancel", "the visit"},
        {"a", "deseo cancelar mi cita por favor", "cancel", "the visit"},
        {"a", "cancele la cita", "cancel", "the visit"},
        {"a", "quero cancelar minha consulta", "cancel", "the visit"},
        {"a", "annuler rendez-vous", "cancel", "the visit"},
        {"a", "hủy lịch hẹn", "cancel", "the visit"},
        {"a", "cancel appointment thanks", "cancel", "the visit"},
        {"a", "cancel appt please", "cancel", "the visit"},
        {"a", "pls cancel apt", "cancel", "the visit"},
        {"a", "cancelar mi cita porque estoy enfermo", "cancel", "the visit"},
        {"a", "necesito cancelar", "cancel", "the visit"},
        {"a", "preciso cancelar minha consulta", "cancel", "the visit"},
        {"a", "I need to cancel. My car broke down", "cancel", "and why"},
        {"a", "I have to reschedule because I am sick", "reschedule",
         "a reason says nothing against it"},
        {"a", "Yes, I need to reschedule. Please call me", "reschedule",
         "nor does a wish to be called"},
        {"a", "I have covid and need to cancel", "cancel", "and why, before"},
        {"a", "Tengo fiebre y necesito cancelar mi cita", "cancel", "Spanish"},
        {"a", "So, I need to cancel my appointment", "cancel", "no reason yet"},
        {"a", "necesito cancelar mi cita porque estoy enfermo", "cancel",
         "Spanish"},
        {"a", "je dois annuler mon rendez-vous, mon fils est malade", "cancel",
         "French"},
        {"a", "Ich muss den Termin absagen, weil ich krank bin", "cancel",
         "German"},
        {"a", "preciso remarcar minha consulta", "reschedule", "Portuguese"},
        {"a", "kailangan ko pong mag-reschedule", "reschedule", "Tagalog"},
        {"a", "mwen vle chanje randevou mwen an", "reschedule",
         "Haitian Creole"},
        {"a", "Мне нужно отменить запись, заболел", "cancel", "Russian"},
        {"a", "我要取消预约，因为我生病了", "cancel", "Chinese"},
        {"a", "예약을 취소하고 싶어요", "cancel", "Korean"},
        {"a", "أريد تغيير الموعد", "reschedule", "Arabic"},
        {"a", "I won't be able to come so I have to cancel", "cancel",
         "who cannot come denies nothing"},
        {"a", "quiero cancelar mi cita", "cancel", "Spanish"},
        {"a", "je dois annuler mon rendez-vous", "cancel", "French"},
        {"a", "tôi muốn hủy lịch hẹn", "cancel", "Vietnamese"},
        {"a", "请取消预约", "cancel", "Chinese"},
        {"a", "예약 취소해 주세요", "cancel", "Korean"},
        {"a", "أريد إلغاء الموعد", "cancel", "Arabic"},
        {"r", "refill please", "request-refill", "what it waits for"},
    };
    EXPECT(rows);
}

/* A person reads it: a phrase is in it, but it does not say so. */
static void what_only_sounds_like_an_answer(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a", "I don't think I'll be there", "unclear", "a denial"},
        {"a", "I won't be there", "unclear", "a denial"},
        {"a", "maybe I'll be there", "unclear", "a doubt"},
        {"a", "I'll be there if my car works", "unclear", "a condition"},
        {"a", "I'll be there unless it snows", "unclear", "a condition"},
        {"a", "Will I be there long?", "unclear", "a question"},
        {"a", "Yes?", "unclear", "a question"},
        {"a", "Yes, is parking free?", "unclear", "a question beside it"},
        {"a", "I'll be there, my leg is swollen", "unclear",
         "nobody would read what a confirmation says besides"},
        {"a", "I'll be there at 5", "unclear",
         "the hour may be another than the visit's"},
        {"a", "see you then. Do I fast?", "unclear", "a question beside it"},
        {"a", "Yes but I will be late", "unclear", "a restriction"},
        {"a", "do not cancel my appointment", "unclear", "a denial"},
        {"a", "Please don't cancel my appointment!", "unclear", "a denial"},
        {"a", "did you cancel my appointment?", "unclear", "a question"},
        {"a", "Did you cancel my appointment", "unclear",
         "a question without its mark"},
        {"a", "why did you cancel my appointment", "unclear", "a question"},
        {"a", "I never wanted to cancel my appointment", "unclear", "a denial"},
        {"a", "if it rains I need to cancel", "unclear", "a condition"},
        {"a", "I need to cancel unless you have Friday", "unclear",
         "a condition"},
        {"a", "I do not want to change my appointment", "unclear", "a denial"},
        {"a", "I don't need to reschedule", "unclear", "a denial"},
        {"a", "can I come another day?", "unclear", "a question"},
        {"a", "no quiero cancelar mi cita", "unclear", "Spanish"},
        {"a", "¿cancelaron? no cancelar mi cita", "unclear", "Spanish"},
        {"a", "¿puedo cambiar mi cita", "unclear",
         "it opens as a question and is not closed"},
        {"a", "ne pas annuler mon rendez-vous", "unclear", "French"},
        {"a", "não quero cancelar minha consulta", "unclear", "Portuguese"},
        {"a", "bitte nicht den Termin absagen", "unclear", "German"},
        {"a", "đừng hủy lịch hẹn", "unclear", "Vietnamese"},
        {"a", "huwag i-cancel ang appointment", "unclear", "Tagalog"},
        {"a", "pa anile randevou mwen", "unclear", "Haitian Creole"},
        {"a", "请不要取消预约", "unclear", "Chinese"},
        {"a", "可以改期吗", "unclear", "Chinese, a question"},
        {"a", "예약 취소하지 마세요", "unclear",
         "Korean denies behind the verb"},
        {"a", "не надо отменить запись", "unclear", "Russian"},
        {"a", "لا أريد إلغاء الموعد", "unclear", "Arabic"},
        {"a", "7", "unclear", "nobody asked for it"},
        {"a", "1", "unclear", "nobody asked for it"},
        {"a", "C R", "unclear", "both"},
        {"r", "no refill", "unclear", "a denial"},
        {"a", "👍", "thanks, waits", "never guessed"},
        {"a", "👍🏽 🙏", "thanks, waits", "in any colour"},
        {"a", "👍😢", "unclear", "a picture that says more"},
        {"a", "gracias", "thanks, waits", "thanks are no yes"},
        {"a", "Perfecto, vale", "thanks, waits", "nor is this"},
        {"a", "hello", "unclear", "who greets has something to say"},
        {"a", "", "unclear", "nothing at all"},
    };
    EXPECT(rows);
}

/* Only one visit is known to be spoken of: the one of the message. Who names a
 * day, another thing, or a "but" is read by a person (never guessed). */
static void what_is_said_of_something_else(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "I need to cancel Tuesday",
        "please help me cancel",
        "cancel my ride",
        "cancel the second one",
        "did you cancel my appointment",
        "cancel tuesday keep friday",
        "i cant cancel my other appointment",
        "quiero cancelar el transporte",
        "no cancele mi cita",
        "cancelaron mi cita?",
        "no quiero cancelar",
        "puedo cancelar mi cita mañana?",
        "cancel my husbands appointment",
        "cancel appointment for my son",
        "cancel appointment on Friday",
        "please dont cancel appointment",
        "quiero cancelar pero no puedo",
        "cancele mi cita del lunes",
        "I am sick cancel appointment",
        "cancel my other one",
        "cancel the wrong appointment",
        "cancel appointment if raining",
        "no cancelar",
        "do i cancel appointment",
        "cancel appointment tomorrow",
        "necesito cancelar el uber",
        "cancel my Tuesday appointment",
        "cancel my appointment on Dec 15",
        "please cancel my appointment on the 15th",
        "I need to reschedule Tuesday, need another day",
        "need to cancel, I can't come Tuesday",
        "I have to cancel on Tuesday but Wednesday is fine",
        "need to cancel Tuesday the 15th, see you Wednesday",
        "I need to cancel my appointment tomorrow",
        "I thought I would have to cancel but I can make it",
        "I thought I would have to cancel. I will come",
        "need to cancel my ride but I'll be there",
        "have to cancel my other plans, I'll be there",
        "I need to cancel my ride. I need to cancel",
        "need to cancel, I'll be there",
        "I have to cancel my appointment. No wait, I'll come",
        "I'd like to cancel but my daughter says go",
        "I would like to cancel though my daughter says go",
        "I want to cancel my insurance",
        "I need to cancel my refill",
        "cancel my son's appointment",
        "cancel my appointment with Dr. Lee",
        "I need to cancel my other appointment",
        "I need to cancel the one in January",
        "I need to cancel all my appointments",
        "need to cancel, I have another appointment",
        "C, I need to cancel",
        "I need to cancel and replace my card",
        "I need to cancel my ride and need to cancel",
        "my son has Tuesday and I need to cancel",
        "I need to cancel my appointment. See you",
        "I would like to make an appointment another day",
        "they want to cancel my surgery",
        "I may need to cancel",
        "I came another day",
        "I have an appointment another day too",
        "it was a different time on the phone",
        "You told me a different time",
        "C, and I need a refill another time",
        "my friend is coming at a different time",
        "necesito cancelar mi cita del martes",
        "quiero cancelar mi cita pero mi hija dice que vaya",
        "cancelar la cita de mi hijo",
        "tengo otra hora con el doctor",
        "vine otro día",
        "je dois annuler mon rendez-vous de mardi",
        "je voulais annuler mon rendez-vous mais je viens",
        "je suis venu un autre jour",
        "preciso cancelar a consulta de terça",
        "preciso cancelar a consulta, mas vou",
        "preciso desmarcar o dentista",
        "Ich muss den Termin absagen, aber am Dienstag passt es",
        "den Termin absagen am Dienstag",
        "einen anderen Termin habe ich schon",
        "tôi muốn hủy lịch hẹn thứ ba",
        "tôi muốn hủy lịch hẹn nhưng tôi sẽ đến",
        "kanselahin ang appointment sa Martes",
        "i-cancel ang appointment, pero darating ako",
        "anile randevou madi a",
        "anile randevou pitit mwen",
        "取消预约星期二",
        "取消我的预约，但是我会来",
        "取消孩子的预约",
        "화요일 예약 취소해 주세요",
        "예약 취소하려고 했지만 갈게요",
        "отменить запись на вторник",
        "хотел отменить запись, но приду",
        "отменить запись сына",
        "إلغاء الموعد يوم الثلاثاء",
        "أريد إلغاء الموعد لكن سأحضر",
    };
    size_t failed = 0;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct meaning meaning;
        meaning_read(texts[i], CHANNEL_SMS, &all[0].question, 1, &meaning);
        if (meaning.kind == MEANING_UNCLEAR)
            continue;
        print_error("'%s' is read as %s\n", texts[i],
                    meaning.intent ? meaning.intent : "said to nobody");
        failed++;
    }
    assert_int_equal(failed, 0);
}

/* "Reply 1 doing well, 2 a question, 3 worse." and what is no answer: in words
 * a nurse reads it. */
static void a_check_in_is_answered(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"d", "1", "fine", "as asked"},
        {"d", "3", "answer red", "as asked"},
        {"d", "3!", "answer red", "S-11"},
        {"d", "٣", "answer red", "an Arabic digit"},
        {"d", "3 worse", "answer red", "the digit and its word"},
        {"d", "Worse 3", "answer red", "the word and its digit"},
        {"d", "worse", "answer red", "the word that the question has for it"},
        {"d", "I feel worse", "answer red", "said of oneself"},
        {"d", "peor", "answer red", "the question's Spanish"},
        {"d", "3 peor", "answer red", "the question's Spanish"},
        {"d", "Me siento peor", "answer red", "said of oneself"},
        {"d", "2 a question", "answer soon", "the digit and its words"},
        {"d", "1 doing well", "fine", "the digit and its words"},
        {"d", "doing well, thank you", "fine", "its words"},
        {"d", "I am doing well", "fine", "said of oneself"},
        {"d", "estoy bien gracias", "fine", "the question's Spanish"},
        {"md", "yes", "fine", "the second question: 1 yes, 2 no"},
        {"md", "no", "answer today", "the second question"},
        {"md", "2 no", "answer today", "the second question"},
        {"md", "worse", "answer red", "the first, late"},
        {"amd", "yes", "several", "\"1 yes\", or the visit: nobody guesses"},
        {"amd", "C", "confirm", "the visit's letter alone"},
        {"amd", "1", "fine", "the check-in's digit alone"},
        {"amd", "worse", "answer red", "the check-in's word alone"},
        {"da", "yes", "triage", "the check-in came last: it is no visit's yes"},
        {"da", "I'll be there", "confirm", "the visit alone has a there"},
        {"as", "no thanks", "unclear", "said to the reminder, which has no no"},
        {"sa", "no thanks", "decline", "said to the invitation"},
        {"sa", "yes", "thanks, waits",
         "said to the invitation, which has no yes"},
        {"ad", "doing well", "unclear", "said to whom?"},
        {"ad", "1 doing well", "fine", "the digit is the check-in's"},
        {"td", "very dizzy", "triage",
         "\"a person will read this\" came between and asks nothing"},
        {"ta", "yes", "thanks, waits",
         "but a mere yes is said to what came last, whatever that was"},
        {"ta", "ok thanks", "thanks, waits", "so is this"},
        {"ta", "Great, see you then", "thanks, waits", "and this"},
        {"b", "ok thanks", "thanks", "that it is booked was told, not asked"},
        {"b", "yes", "thanks", "there is nothing to say yes to"},
        {"b", "I confirm", "confirm", "who says to what may say it"},
        {"ba", "yes", "thanks, waits", "the question came before"},
        {"ta", "C", "confirm", "the visit's letter says by itself to what"},
        {"ta", "Yes, I confirm", "confirm", "so do words that say it"},
        {"ta", "I'll be there", "confirm", "the visit alone has a there"},
        {"t", "ok", "thanks", "nothing waits"},
        {"td", "ok thanks", "thanks, waits", "it may be to the check-in"},
        {"ud", "ok", "thanks, waits", "said to \"call 911\""},
        {"u", "ok", "thanks", "which waits for nothing"},
        {"d", "much worse than yesterday", "triage", "in other words"},
        {"d", "not worse", "triage", "never guessed"},
        {"d", "1 worse", "triage", "a digit against its word"},
        {"d", "3 doing well", "triage", "a digit against its word"},
        {"d", "1 but dizzy", "triage", "an answer that says more"},
        {"d", "a bit dizzy today", "triage", "no answer"},
        {"d", "I need help with the bandage", "triage", "no answer"},
        {"d", "7", "triage", "no answer"},
        {"d", "😢", "triage", "no words"},
        {"ud", "it hurts", "triage", "after the text that says to call 911"},
        {"da", "dizzy", "triage", "the check-in is the newest"},
        {"ad", "what floor is it?", "unclear",
         "the reminder is: the clinic's people read it"},
        {"ad", "so much worse", "triage",
         "a reminder since then hides no \"worse\""},
        {"a", "so much worse", "unclear", "nobody asked"},
        {"ad", "Not good", "triage", "nobody says that to a reminder"},
        {"ad", "bad", "triage", "how one feels"},
        {"ad", "1 but it hurts", "triage", "the check-in's digit, and more"},
        {"ad", "1 but not really", "triage", "the digit, and a but"},
        {"ad", "still in pain", "triage", "how one feels"},
        {"ad", "I don't feel good", "triage", "how one feels"},
        {"ad", "me duele la herida", "triage", "how one feels"},
        {"ad", "muy mal", "triage", "how one feels"},
        {"amd", "not so good", "triage", "a second question waits as well"},
        {"a", "Not good", "unclear", "nobody asked"},
        {"ad", "that's a bad time", "unclear", "said to the reminder"},
        {"ad", "not good for me, Tuesday?", "unclear", "to the reminder"},
        {"ad", "1 pm is better", "unclear", "a time"},
        {"d", "1 but my chest hurts", "emergency", "danger before all"},
        {"d", "3 chest hurts", "emergency", "danger before all"},
        {"d", "worse, can't breathe", "emergency", "danger before all"},
        {"d", "stop", "opt-out", "S-8"},
        {"s", "3 no thanks", "decline", "the digit and its words"},
        {"s", "no thanks", "decline", "its words"},
        {"s", "2 already done", "done-elsewhere", "the digit and its words"},
        {"s", "1 no thanks", "unclear", "a digit against its words"},
    };
    EXPECT(rows);
}

/* A check-in beside a message with digits of its own: "Reply 1 to confirm, 2
 * to reschedule". What was answered is not asked any more. Several of which
 * one is urgent are read as fast as that one. */
static void an_answered_check_in_gives_way(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Dr", "1", "confirm", "the reminder is open, the check-in is not"},
        {"Dr", "2", "reschedule", "no \"I have a question\" either"},
        {"rD", "1", "confirm", "the check-in came last, and is answered"},
        {"rD", "2", "reschedule", "the second digit is the reminder's"},
        {"rd", "2", "answer soon", "the check-in is open: it goes first"},
        {"dr", "2", "answer soon", "whichever came last"},
        {"Rd", "1", "fine", "the reminder is answered"},
        {"Dr", "3", "answer red", "the reminder has no 3"},
        {"rD", "3", "answer red", "the reminder has no 3"},
        {"D", "2", "answer soon", "nothing else is open: it is corrected"},
        {"RD", "2", "answer soon", "nor here, and a check-in goes first"},
        {"D4", "3", "answer red", "worse, or a call: a nurse, at once"},
        {"4D", "3", "answer red", "the same the other way round"},
        {"D4", "1", "confirm", "nothing grave can be meant"},
    };
    size_t failed = 0;
    for (size_t k = 0; k < 4 * sizeof(rows) / sizeof(rows[0]); k++) {
        const struct row *row = &rows[k / 4];
        bool same_anchor = k % 2, late = k / 2 % 2;
        struct meaning meaning;
        char told[100];
        struct meaning_question questions[2];
        size_t count =
            digits_of(row->asked, same_anchor, late, false, questions);
        meaning_read(row->text, CHANNEL_SMS, questions, count, &meaning);
        tell(&meaning, told, sizeof(told));
        if (meaning.kind == MEANING_SEVERAL && meaning.urgency)
            snprintf(told, sizeof(told), "answer %s", meaning.urgency->name);
        if (strcmp(told, row->told) == 0)
            continue;
        print_error("%s, %s anchor, %s: '%s' is %s, not %s (%s)\n", row->asked,
                    same_anchor ? "one" : "another", late ? "late" : "at once",
                    row->text, told, row->told, row->why);
        failed++;
    }
    assert_int_equal(failed, 0);
}

/* Both went out before either was answered: a "1" is no "I am well". */
static void two_open_questions_are_not_guessed(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        bool waited;
        const char *told, *why;
    } rows[] = {
        {"rd", true, "several", "the visit was still waited for"},
        {"dr", true, "several", "whichever came last"},
        {"rd", false, "fine", "the visit's wait was over"},
        {"dr", false, "several", "the visit's question is the newest"},
        {"Rd", true, "fine", "the visit is answered"},
        {"rD", true, "confirm", "the check-in is answered"},
    };
    for (size_t k = 0; k < 2 * sizeof(rows) / sizeof(rows[0]); k++) {
        struct meaning meaning;
        char told[100];
        struct meaning_question questions[2];
        size_t count = digits_of(rows[k / 2].asked, k % 2, false,
                                 rows[k / 2].waited, questions);
        meaning_read("1", CHANNEL_SMS, questions, count, &meaning);
        tell(&meaning, told, sizeof(told));
        if (strcmp(told, rows[k / 2].told) != 0)
            fail_msg("%s, %s anchor: %s, not %s (%s)", rows[k / 2].asked,
                     k % 2 ? "one" : "another", told, rows[k / 2].told,
                     rows[k / 2].why);
    }
}

/* docs/campaigns.md: a question is read by a person. */
static void a_question_is_no_answer(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a", "C?", "unclear", "to confirm what?"},
        {"a", "c ?? thanks", "unclear", "manners change nothing"},
        {"a", "R?", "unclear", "nothing ends for it"},
        {"s", "2?", "unclear", "nobody declines by asking"},
        {"d", "1?", "triage", "a nurse reads it"},
        {"d", "doing well?", "triage", "in words, too"},
        {"d", "3?", "answer red", "what may be urgent is taken as that"},
        {"d", "worse?", "answer red", "in words, too"},
        {"a", "C", "confirm", "as ever without the mark"},
    };
    EXPECT(rows);
}

/* A check-in of last week, or one that was answered, is told nothing that is
 * said to a reminder, but for its own words. */
static void how_one_feels_is_told_to_a_check_in_that_waits(void **state)
{
    (void)state;
    static const struct {
        int hours;
        bool answered;
        const char *text, *told, *why;
    } rows[] = {
        {1, false, "not good", "triage", "it waits"},
        {47, false, "not good", "triage", "it waits"},
        {49, false, "not good", "unclear", "it is too old"},
        {1, true, "not good", "unclear", "it was answered"},
        {49, false, "so much worse", "triage", "its own word"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct meaning_question open[ALL];
        struct meaning meaning;
        char told[100];
        size_t count = questions_of("ad", open);
        open[0].sent_at = open[1].sent_at + rows[i].hours * HOUR_MS;
        if (rows[i].answered)
            open[1].answered_at = open[1].sent_at + HOUR_MS / 2;
        meaning_read(rows[i].text, CHANNEL_SMS, open, count, &meaning);
        tell(&meaning, told, sizeof(told));
        if (strcmp(told, rows[i].told) != 0)
            fail_msg("%s: '%s' is %s", rows[i].why, rows[i].text, told);
    }
}

/* Keys are no text, and no nurse is called for them. */
static void a_key_is_no_text(void **state)
{
    (void)state;
    struct meaning meaning;
    meaning_read("7", CHANNEL_VOICE, &all[1].question, 1, &meaning);
    assert_int_equal(meaning.kind, MEANING_UNCLEAR);
    assert_false(meaning.triage);
    meaning_read("9", CHANNEL_VOICE, &all[1].question, 1, &meaning);
    assert_int_equal(meaning.kind, MEANING_WORDS);
    assert_int_equal(meaning.words, WORDS_STOP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_visit_is_answered),
        cmocka_unit_test(what_only_sounds_like_an_answer),
        cmocka_unit_test(what_is_said_of_something_else),
        cmocka_unit_test(a_check_in_is_answered),
        cmocka_unit_test(an_answered_check_in_gives_way),
        cmocka_unit_test(two_open_questions_are_not_guessed),
        cmocka_unit_test(a_question_is_no_answer),
        cmocka_unit_test(how_one_feels_is_told_to_a_check_in_that_waits),
        cmocka_unit_test(a_key_is_no_text),
    };
    return cmocka_run_group_tests(tests, campaigns_open, campaigns_close);
}
