/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of danger: of what they are, what stands between, and what makes
 * them those of something else; in the languages of inbound/lexicon.c and in
 * their order.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
const char *const lexicon_fever[] = {
    "fever", "temp", "temperature", "fiebre", "temperatura", "calentura",
    "fievre", "febre", "fieber", "temperatur", "sot", "nhiet do", "lagnat",
    "lafyev", "发烧", "發燒", "高烧", "高燒", "烧到", "燒到", "体温", "體溫",
    "열이", "열", "체온", "температура", "температуру", "حراره", "حرارتي",
    "حرارته", "حمي", "febbre", "熱が", "熱", "体温", NULL};
const char *const lexicon_fever_of[] = {
    "of", "is", "was", "at", "a", "its", "about", "around", "over", "above",
    "up", "to", "still", "now", "hit", "reached", "de", "es", "mas", "a mas",
    "ist", "von", "bei", "uber", "ueber", "len", "na", "ng", "se", "di", "e",
    "到", "이", "가", "が",
    "this morning", "this afternoon", "this evening", "tonight", "today",
    "last night", "right now", "currently", "just", "went", "got", "has",
    "been", "reads", "reading", "read", "says", "running", "high", "low",
    "level", "levels", "was at", "dropped", "down", "fell", "came", "back",
    "spiked", "climbed", "between", "only", "like", "me", "him", "her", "esta",
    "estaba", "esta en", "en", "con", "fue", "llego", "subio", "bajo", "tengo",
    "hoy", "anoche", "manana", "por la", "alta", "baja", "marca", "da", "sale",
    "salio", "en ayunas", "hat", "habe", "liegt", "jetzt", "heute", "est",
    "etait", "ce matin", "est a", "monte", "descendu", "esta com", "estava",
    "deu", "hoje", "agora", "hien", "dang", "ay", "nasa", "po", "ngayon", "是",
    "有", "只有", "为", "為", "は", "には", "до", "упал", "упала", "поднялась",
    "dropping", "keeps", "keep", "keeps dropping", "went to", "going", "goes",
    "holding", "hovering", "bajando", "baja a", "bajo a", NULL};
const char *const lexicon_degree[] = {
    "degree", "degrees", "f", "c", "fahrenheit", "celsius", "de", "grados",
    "grados de", "degres", "degres de", "graus", "graus de", "grad", "do c",
    "度", "도", "градусов", "درجه", "gradi", "gradi di", "度の", "의", NULL};
const char *const lexicon_fever_not[] = {
    "minutes", "minute", "mins", "min", "hours", "hour", "hrs", "days", "day",
    "weeks", "percent", "outside", "mg", "ml", "minutos", "horas", "dias",
    "heures", "jours", "minuten", "stunden", "tage", "phut", "ngay", "oras",
    "araw", "minit", "jou", "minuti", "ore", "giorni", NULL};
const char *const lexicon_sugar[] = {
    "sugar", "sugars", "glucose", "blood glucose", "blood sugar", "bg", "azucar",
    "el azucar", "la azucar", "glucosa", "glucemia", "sucre", "glycemie",
    "glucose", "acucar", "glicose", "glicemia", "zucker", "blutzucker",
    "duong huyet", "luong duong", "asukal", "sik", "血糖", "혈당", "сахар",
    "глюкоза", "السكر", "سكري", "سكر", "zuccheri", "zucchero", NULL};
const char *const lexicon_sugar_not[] = {
    "g", "gr", "gram", "grams", "carbs", "points", "point", "units", "percent",
    "days", "times", "gramos", "puntos", "veces", "unidades", "grammes",
    "gramas", "pontos", "gramm", "einheiten", "grammi", NULL};
const char *const lexicon_oxygen[] = {
    "oxygen", "oxygen sat", "oxygen sats", "oxygen saturation", "o2", "o2 sat",
    "o2 sats", "o2 level", "sat", "sats", "saturation", "spo2", "sp02",
    "pulse ox", "pulse oximeter", "oximeter", "pulsox", "oxigeno",
    "saturacion", "oxigenacion", "oxygene", "oxigenio", "saturacao",
    "sauerstoff", "sauerstoffsattigung", "oxy", "oksiheno", "oksijen", "血氧",
    "산소포화도", "산소", "сатурация", "кислород", "الاكسجين", "اكسجين", "ossigeno",
    "saturazione", "酸素", "酸素飽和度", NULL};
const char *const lexicon_oxygen_not[] = {
    "minutes", "minute", "mins", "min", "hours", "hour", "hrs", "hr", "days",
    "day", "weeks", "miles", "people", "seats", "tests", "am", "pm", "a m",
    "p m", "tanks", "tank", "bottles", "liters", "liter", "litros", "feet",
    "ft", "tubes", "dollars", "questions", "minutos", "horas", "heures",
    "stunden", "ore", "ngay", "th", "of", "in the", "and a", NULL};
const char *const lexicon_pulse[] = {
    "pulse", "heart rate", "heartrate", "heart beat", "heartbeat", "bpm",
    "resting heart rate", "pulso", "frecuencia cardiaca", "ritmo cardiaco",
    "pouls", "frequence cardiaque", "frequencia cardiaca", "batimentos",
    "puls", "herzfrequenz", "nhip tim", "tibok ng puso", "脉搏", "脈搏", "心率",
    "맥박", "심박수", "пульс", "نبض", "نبضي", "polso", "battito",
    "frequenza cardiaca", "脈拍", "心拍数", NULL};
const char *const lexicon_pressure[] = {
    "bp", "b p", "blood pressure", "bloodpressure", "pressure", "presion",
    "la presion", "presion arterial", "tension", "tension arterielle",
    "pressao", "pressao arterial", "blutdruck", "huyet ap", "presyon",
    "tansyon", "血压", "血壓", "혈압", "давление", "ضغط", "ضغطي", "الضغط",
    "pressione", "血圧", NULL};
const char *const lexicon_over[] = {
    "over", "on", "by", "sobre", "sur", "por", "zu", "su", "tren", "на", "علي",
    "علي",
    "con", "com", NULL};
const char *const lexicon_weeks[] = {
    "weeks", "week", "wks", "wk", "weeks pregnant", "semanas", "semaines",
    "semanas de embarazo", "schwangerschaftswoche", "wochen", "ssw",
    "settimane", "tuan", "linggo", "semen", "周", "週", "주", "недель", "неделя",
    "اسبوع", "اسابيع", NULL};
const char *const lexicon_weeks_before[] = {
    "for", "past", "last", "after", "about every", "in", "every", "next",
    "over", "since", "ago", "within", "por", "hace", "desde", "durante",
    "cada", "ultimas", "depuis", "pendant", "ha", "faz", "seit", "nach", "da", NULL};
const char *const lexicon_weeks_not[] = {
    "ago", "after", "post", "since", "later", "straight", "in a row", "now",
    "old", "postpartum", "post op", "postop", "from", "of bleeding", "long",
    "left", "on", "bleeding stopped", "despues", "atras", "sangrando",
    "plus tard", "apres", "depois", "spater", "fa", "dopo", NULL};
