/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of danger to life, in the languages of inbound/lexicon.c and in their
 * order. Too much rather than too little: whoever is called for nothing is
 * well.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
const char *const lexicon_alarm[] = {
    "he is not responding", "she is not responding", "hes not responding",
    "shes not responding", "and is not responding", "wont respond", "slurred",
    "to die", "be dead", "not worth living", "cutting myself",
    "bleeding through", "corte las venas", "cortarme las venas", "chest pain*",
    "heart attack*", "heart stopped", "cardiac arrest", "short of breath",
    "shortness of breath", "out of breath", "cant breath*", "cannot breath*",
    "can not breath*", "not breathing", "isnt breathing", "stopped breathing",
    "gasping", "choking", "choked", "turning blue", "turned blue", "blue lips",
    "lips are blue", "suicide", "suicidal", "kill myself", "killing myself",
    "hurt myself", "hurting myself", "harm myself", "harming myself",
    "cut myself", "self harm", "want to die", "wanna die", "wanting to die",
    "end my life", "ending my life", "end it all", "take my life",
    "take my own life", "taking my own life", "dont want to live",
    "do not want to live", "dont wanna live", "dont want to be alive",
    "no reason to live", "no longer want to live", "oded", "od on",
    "better off dead", "wish i was dead", "wish i were dead", "overdose",
    "overdosed", "overdosing", "too many pills", "too much insulin", "poisoned",
    "unconscious", "lost consciousness", "losing consciousness", "unresponsive",
    "fainted", "fainting", "faint", "passed out", "passing out", "pass out",
    "blacked out", "blacking out", "collapsed", "seizure", "seizures",
    "seizing", "convulsion*", "convulsing", "stroke", "face drooping",
    "face is drooping", "slurred speech", "slurring", "cant feel my",
    "cannot feel my", "throat closing", "throat is closing", "anaphyla*",
    "allergic reaction", "tongue swelling", "tongue is swelling",
    "tongue is swollen", "hemorrhag*", "haemorrhag*", "call 911", "called 911",
    "calling 911", "need 911", "cant wake*", "cannot wake*", "can not wake*",
    "couldnt wake*", "wont wake*", "not waking", "doesnt wake*", "isnt waking",
    "ambulance", "medical emergency", "having an emergency",
    "this is an emergency", "its an emergency", "im dying", "i am dying",
    "think im dying", "going to die", "gonna die", "heart hurts",
    "heart is racing", "heart racing", "chest pian", "cant breth*",
    "hit my head", "head injury", "water broke", "feel unsafe",
    "dont feel safe", "infarto", "ataque al corazon", "ataque cardiaco",
    "paro cardiaco", "falta de aire", "falta el aire", "faltando el aire",
    "sin aire", "no respira*", "no esta respirando", "dio un ataque",
    "me ahogo", "se ahoga", "ahogando", "asfixia*", "suicid*", "matarme",
    "quitarme la vida", "acabar con mi vida", "terminar con mi vida",
    "quiero morir*", "no quiero vivir", "ya no quiero vivir",
    "no quiero seguir viviendo", "hacerme dano", "lastimarme", "sobredosis",
    "demasiadas pastillas", "envenen*", "inconsciente", "sin conocimiento",
    "perdi el conocimiento", "perdio el conocimiento", "desmay*",
    "convulsiona*", "derrame cerebral", "derrame", "embolia", "no despierta",
    "no puedo despertar*", "hemorragia*", "ambulancia", "llamar al 911",
    "llame al 911", "llamen al 911", "me muero", "me estoy muriendo",
    "se esta muriendo", "reaccion alergica", "crise cardiaque",
    "douleur* thorac*", "ne veux plus vivre", "plus envie de vivre",
    "infarctus", "arret cardiaque", "avc", "etouffe", "jetouffe",
    "ne respire plus", "souffle court", "a bout de souffle", "envie de mourir",
    "veux mourir", "me tuer", "me suicider", "en finir avec la vie",
    "me faire du mal", "surdose", "trop de comprimes", "evanoui*", "mevanoui*",
    "perdu connaissance", "inconscient*", "ne se reveille pas",
    "ne se reveille plus", "hemorragie*", "le samu", "je meurs",
    "je vais mourir", "parada cardiaca", "falta de ar", "sem ar", "sufocando",
    "me matar", "quero morrer", "tirar minha vida", "acabar com a minha vida",
    "nao quero viver", "me machucar", "superdosagem", "desmai*", "convuls*",
    "nao acorda", "estou morrendo", "vou morrer", "herzinfarkt", "herzanfall",
    "herzstillstand", "brustschmerz*", "atemnot", "keine luft", "kurzatmig*",
    "erstick*", "selbstmord*", "suizid*", "umbringen", "will sterben",
    "nicht mehr leben", "mir das leben nehmen", "mir was antun",
    "mir etwas antun", "uberdosis", "ueberdosis", "zu viele tabletten",
    "vergift*", "ohnmacht", "ohnmachtig", "ohnmaechtig", "bewusstlos*",
    "umgekippt", "krampfanfall*", "krampfanfalle", "schlaganfall*",
    "wacht nicht auf", "krankenwagen", "notarzt", "ich sterbe", "dau nguc",
    "tuc nguc", "nhoi mau", "kho tho", "khong the tho", "khong tho duoc",
    "tho khong duoc", "nghet tho", "hut hoi", "muon chet", "muon tu tu",
    "dinh tu tu", "toi tu tu", "tu sat", "khong muon song", "qua lieu",
    "ngat xiu", "bi ngat", "bat tinh", "co giat", "dot quy", "tai bien",
    "chay mau nhieu", "mau chay nhieu", "xuat huyet", "ngo doc",
    "khong tinh day", "cap cuu", "xe cuu thuong", "dau tim", "atake sa puso",
    "inatake sa puso", "hindi makahinga", "di makahinga", "hirap huminga",
    "hirap sa paghinga", "hirap akong huminga", "nahihirapan huminga",
    "nahihirapan akong huminga", "nahihirapang huminga", "kapos sa hininga",
    "kinakapos ng hininga", "magpakamatay", "nagpakamatay",
    "gusto ko nang mamatay", "gusto ko na mamatay", "gusto kong mamatay",
    "gusto ko ng mamatay", "ayaw ko nang mabuhay", "ayoko nang mabuhay",
    "hinimatay", "nahimatay", "nawalan ng malay", "nawalan * ng malay",
    "walang malay", "kombulsyon", "kinokombulsyon", "na stroke",
    "hindi magising", "di magising", "ambulansya", "mamamatay na",
    "kriz kadyak", "doule nan ke", "ke m fe m mal", "kriz ke", "pa ka respire",
    "pa kapab respire", "paka respire", "mal pou respire",
    "difikilte pou respire", "souf kout", "m ap toufe", "map toufe",
    "touye tet", "vle mouri", "anvi mouri", "swisid", "twop grenn",
    "pedi konesans", "endispoze*", "san konesans", "konvilsyon", "estwok",
    "senyen anpil", "pa reveye", "anbilans", "胸痛", "胸口痛", "胸口疼",
    "胸部疼痛", "胸闷", "胸悶", "心脏病发", "心臟病發", "心梗", "心肌梗",
    "呼吸困难", "呼吸困難", "喘不过气", "喘不過氣", "喘不上气", "不能呼吸",
    "无法呼吸", "無法呼吸", "没有呼吸", "沒有呼吸", "透不过气", "透不過氣",
    "大出血", "流血不止", "血流不止", "出血不止", "流很多血", "昏倒", "晕倒",
    "暈倒", "昏迷", "失去意识", "失去意識", "不省人事", "抽搐", "癫痫", "癲癇",
    "中风", "中風", "自杀", "自殺", "想死", "不想活", "活不下去", "药吃多了",
    "服药过量", "服藥過量", "药物过量", "藥物過量", "中毒", "叫不醒", "救护车",
    "救護車", "흉통", "호흡곤란", "호흡 곤란", "숨을 쉴 수", "숨 쉬기 힘",
    "숨쉬기 힘", "숨쉬기가 힘", "숨이 차", "숨이 막", "숨을 못", "숨을못",
    "숨 못", "기절", "실신", "의식을 잃", "쓰러졌", "쓰러지", "의식이 없",
    "경련", "발작", "뇌졸중", "심장마비", "심근경색", "자살", "죽고 싶",
    "죽고싶", "살고 싶지 않", "약을 너무 많이", "과다복용", "과다 복용",
    "깨어나지", "구급차", "출혈", "инфаркт*", "сердечный приступ",
    "сердце болит", "болит сердце", "одышк*", "задыха*", "самоубий*", "суицид*",
    "покончить с собой", "убить себя", "хочу умереть", "хочется умереть",
    "не хочу жить", "не хочу больше жить", "жить не хочу", "передозир*",
    "слишком много таблеток", "отрави*", "обморок*", "потерял сознание",
    "потеряла сознание", "терял сознание", "без сознания", "судорог*",
    "припадок", "инсульт*", "не просыпается", "не могу разбудить",
    "кровотечени*", "скорую", "умираю", "умирает", "الم في الصدر",
    "الم في صدري", "الم بالصدر", "وجع في الصدر", "وجع في صدري", "وجع بصدري",
    "صدري يولمني", "صدري يؤلمني", "نوبه قلبيه", "ازمه قلبيه", "جلطه",
    "ضيق في التنفس", "ضيق تنفس", "لا يتنفس", "لا تتنفس", "لا اتنفس",
    "صعوبه في التنفس", "نزيف", "اغمي", "اغماء", "فقدت الوعي", "فقد الوعي",
    "فاقد الوعي", "فقدان الوعي", "تشنج", "تشنجات", "سكته دماغيه", "سكته قلبيه",
    "جرعه زائده", "انتحار", "الانتحار", "انتحر", "اقتل نفسي", "قتل نفسي",
    "اريد ان اموت", "اريد الموت", "لا اريد ان اعيش", "لا يستيقظ", "سياره اسعاف",
    "الاسعاف", "اموت", NULL};

/* Two words near each other, in either order. */
static const char *const chest[] = {
    "chest", "heart attack", "pecho", "torax", "poitrine", "thorax", "peito",
    "brust", "brustkorb", "nguc", "dibdib", "pwatrin", "lestomak", "胸", "가슴",
    "грудь", "груди", "грудной", "صدري", "الصدر", NULL};
static const char *const aches[] = {
    "sitting", "elephant", "pain", "pains", "painful", "hurt", "hurts",
    "hurting", "ache", "aches", "aching", "achy", "tight", "tightness",
    "pressure", "crushing", "squeezing", "heavy", "burning", "burns", "killing",
    "pounding", "stabbing", "discomfort", "duele", "duelen", "dolor", "dolores",
    "doliendo", "dolia", "presion", "aprieta", "opresion", "punzada",
    "punzadas", "mal", "douleur", "douleurs", "serre", "oppression", "dor",
    "dores", "doi", "doendo", "aperto", "pressao", "schmerz", "schmerzen",
    "schmerzt", "weh", "druck", "enge", "sticht", "dau", "tuc", "sakit",
    "masakit", "sumasakit", "naninikip", "paninikip", "kirot", "kumikirot",
    "doule", "fe mal", "痛", "疼", "闷", "悶", "아파", "아프", "아픕", "통증",
    "답답", "조여", "조이", "бол*", "давит", "жжет", "сжимает", "الم", "وجع",
    "يؤلمني", "يوجعني", "تؤلمني", NULL};
static const char *const breath[] = {
    "breathe", "breath", "breathing", "breathin", "respirar", "respira",
    "respiro", "respirando", "respiracion", "respirer", "respire",
    "respiration", "respiracao", "atmen", "atmet", "atme", "luft", "huminga",
    "humihinga", "makahinga", "hininga", "paghinga", "呼吸", "喘", "숨", "호흡",
    "дышать", "дышит", "дышу", "дыхание", "التنفس", "اتنفس", "يتنفس", "تتنفس",
    NULL};
static const char *const hardly[] = {
    "cant", "cannot", "can not", "cnt", "couldnt", "hard", "hardly", "barely",
    "trouble", "troubles", "difficult", "difficulty", "difficulties",
    "struggling", "struggle", "problem breathing", "problems breathing",
    "unable", "no puedo", "no puede", "no podia", "puedo casi", "apenas",
    "cuesta", "dificil", "dificultad", "dificultades", "batallando", "peux pas",
    "peut pas", "peux plus", "peut plus", "difficile", "difficulte",
    "difficultes", "arrive pas", "narrive pas", "narrive plus", "arrive plus",
    "du mal", "nao consigo", "nao consegue", "dificuldade", "mal consigo",
    "kann nicht", "kann kaum", "bekomme keine", "kriege keine", "schwer",
    "kaum", "khong the", "khong duoc", "kho", "hindi", "di maka*", "hirap",
    "nahihirapan", "kapos", "pa ka", "pa kapab", "没法", "沒法", "不到", "困难",
    "困難", "不了", "不上", "不过", "不過", "어려", "어렵", "못", "힘들",
    "곤란", "막혀", "막히", "не могу", "не может", "трудно", "тяжело",
    "не дышит", "لا استطيع", "لا يستطيع", "لا تستطيع", "لا اقدر", "مش قادر",
    "صعوبه", "ضيق", NULL};
static const char *const blood[] = {
    "blood", "bleed", "bleeds", "bleeding", "bled", "sangre", "sangro",
    "sangra", "sangrando", "sangrado", "du sang", "saigne", "saignement",
    "saignements", "saigner", "sangue", "sangrar", "sangramento", "blut",
    "blute", "blutet", "blutung", "chay mau", "ra mau", "dugo", "dumudugo",
    "nagdudugo", "senyen", "血", "피가", "피를", "кровь", "крови", "кровью",
    "кровит", "الدم", "دم", "انزف", NULL};
static const char *const heavily[] = {
    "stool", "stools", "heavy", "heavily", "a lot", "alot", "lots of",
    "wont stop", "not stopping", "doesnt stop", "cant stop", "wont quit",
    "badly", "really bad", "everywhere", "profusely", "through my bandage",
    "soaked", "soaking", "gushing", "pouring", "coughing", "coughed",
    "vomiting", "vomited", "throwing up", "threw up", "puking", "in my stool",
    "mucha", "mucho", "demasiad*", "no para", "no deja de", "abundante",
    "tosiendo", "vomit*", "beaucoup", "abondamment", "abondant*", "narrete pas",
    "nombreux", "crache", "muito", "muita", "nao para", "tossindo", "stark",
    "starke", "viel", "hort nicht", "hoert nicht", "erbreche", "huste", "nhieu",
    "khong cam", "khong ngung", "non ra mau", "ho ra mau", "dami", "daming",
    "marami", "maraming", "malakas", "ayaw tumigil", "sumusuka", "anpil",
    "krache", "vomi", "很多", "不止", "吐", "咳", "大量", "많이", "멈추", "토",
    "сильн*", "много", "не останавливается", "рвота", "рвет", "كثير", "كثيرا",
    "بشده", "لا يتوقف", "اتقيا", NULL};
static const char *const taken[] = {
    "took", "taken", "swallowed", "tome", "tomo", "trague", NULL};
static const char *const pills[] = {
    "whole bottle", "entire bottle", "double dose", "too much", "too many",
    "todo el frasco", "demasiad*", NULL};
static const char *const numb[] = {
    "weak", "weakness", "cant move", "cannot move", "dormid*", "no puedo mover",
    "numb", "paralyzed", "paralysed", "drooping", "droopy", "adormecid*",
    "entumecid*", "paralizad*", NULL};
static const char *const side[] = {
    "leg", "left leg", "pierna", "mi lado", "face", "one side", "left side",
    "right side", "left arm", "arm", "cara", "brazo", "un lado", NULL};
static const char *const swelling[] = {
    "cierra", "swelling", "swollen", "hinchad*", "closing", "cerrando", NULL};
static const char *const throat[] = {
    "throat", "tongue", "lips", "garganta", "lengua", "labios", NULL};

const struct lexicon_pair lexicon_pairs[] = {
    {chest, aches},    {breath, hardly}, {blood, heavily}, {taken, pills},
    {numb, side},   {throat, swelling}, {NULL, NULL},
};
