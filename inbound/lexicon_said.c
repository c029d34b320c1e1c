/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people write instead of the letter that they were asked for, in the
 * languages of inbound/lexicon.c and in their order.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
static const char *const agrees[] = {
    "yes", "yeah", "yep", "yup", "ok", "okay", "sure", "si", "oui", "sim", "ja",
    "vang", "oo", "opo", "wi", "是", "是的", "好的", "네", "예", "да", "نعم",
    NULL};
static const char *const confirms[] = {
    "confirm", "confirmed", "i confirm", "i will be there", "ill be there",
    "will be there", "well be there", "see you then", "see you there",
    "confirmo", "ahi estare", "alli estare", "estare ahi", "nos vemos ahi",
    "je confirme", "je serai la", "jy serai", "estarei la", "estarei ai",
    "ich komme", "ich bestatige", "ich bestaetige", "toi se den", "xac nhan",
    "toi xac nhan", "pupunta ako", "pupunta po ako", "darating ako",
    "darating po ako", "map la", "m ap la", "mwen ap la", "mwen konfime",
    "确认", "確認", "我会来", "我会到", "我會到", "我会去", "확인했습니다",
    "갈게요", "가겠습니다", "подтверждаю", "я буду", "буду", "я приду", "ساحضر",
    "ساكون هناك", "اوكد", "اوكد الموعد", "اوكد موعدي", NULL};
static const char *const reschedule_alone[] = {
    "reschedule", "reprogramar", "reagendar", "remarcar", NULL};
static const char *const reschedules[] = {
    "need to reschedule", "have to reschedule", "want to reschedule",
    "like to reschedule", "reschedule my appointment", "change my appointment",
    "change the appointment", "move my appointment", "another day",
    "another time", "different day", "different time", "cambiar mi cita",
    "cambiar la cita", "mover mi cita", "reprogramar mi cita",
    "reagendar mi cita", "otro dia", "otra hora", "otra fecha",
    "changer mon rendez vous", "deplacer mon rendez vous",
    "reporter mon rendez vous", "un autre jour", "une autre date",
    "remarcar minha consulta", "remarcar a consulta", "outro dia",
    "outro horario", "termin verschieben", "termin verlegen", "anderen termin",
    "doi lich hen", "doi lich", "ngay khac", "ilipat ang appointment",
    "ibang araw", "mag reschedule", "chanje randevou", "yon lot jou", "改期",
    "改时间", "改時間", "改天", "换个时间", "換個時間", "更改预约", "更改預約",
    "예약 변경", "예약을 변경", "다른 날", "перенести", "другой день",
    "другое время", "تغيير الموعد", "تغيير موعدي", "تاجيل الموعد",
    "تاجيل موعدي", "موعد اخر", "يوم اخر", NULL};
static const char *const cancels[] = {
    "cancel my appointment", "cancel the appointment", "cancel my appt",
    "cancel my * appointment", "cancel my visit", "cancel the visit",
    "need to cancel", "have to cancel", "want to cancel", "like to cancel",
    "cancelar mi cita", "cancelar la cita", "anular mi cita",
    "annuler mon rendez vous", "annuler le rendez vous", "annuler mon rdv",
    "cancelar minha consulta", "cancelar a consulta", "desmarcar",
    "termin absagen", "termin stornieren", "huy lich hen", "huy hen",
    "kanselahin ang appointment", "ikansela ang appointment",
    "i cancel ang appointment", "anile randevou", "取消预约", "取消預約",
    "取消我的预约", "예약 취소", "예약을 취소", "отменить запись",
    "отменить прием", "отменить визит", "الغاء الموعد", "الغاء موعدي", NULL};
static const char *const refills[] = {
    "refill", "refill it", "refill my prescription", NULL};
static const char *const calls[] = {
    "call me", "call me back", "llameme", "llamenme", "appelez moi", "me ligue",
    "me liguem", "rufen sie mich an", "goi cho toi", "tawagan nyo ako",
    "rele m", "rele mwen", "给我打电话", "전화 주세요", "전화해 주세요",
    "позвоните мне", "اتصلوا بي", "اتصل بي", NULL};
// clang-format on

/* Somebody reads what asks for another time; nobody a confirmation, so it may
 * not say more than that. Who cancels to come another day reschedules. */
const struct lexicon_said lexicon_said[] = {
    {"confirm", LEXICON_AMONG_TALK, true, agrees},
    {"confirm", LEXICON_AMONG_TALK, false, confirms},
    {"reschedule", LEXICON_ALONE, false, reschedule_alone},
    {"reschedule", LEXICON_WITHIN, false, reschedules},
    {"cancel", LEXICON_WITHIN, false, cancels},
    {"request-refill", LEXICON_AMONG_TALK, false, refills},
    {"call-me", LEXICON_ALONE, false, calls},
    {NULL, LEXICON_ALONE, false, NULL},
};
