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
    "cancel and reschedule", "another time", "different day", "different time", "cambiar mi cita",
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
    "cancel my upcoming appointment", "cancel my visit", "cancel the visit",
    "need to cancel", "have to cancel", "want to cancel", "like to cancel",
    "cancel appointment", "cancel appt", "cancel apt", "cancel my apt",
    "cancel the appt", "cancel visit", "cancel this appointment",
    "cancel this visit", "cancel this appt", "cancelar cita",
    "cancele mi cita", "cancelen mi cita", "cancela mi cita",
    "cancele la cita", "cancelen la cita", "cancelar esta cita",
    "cancele cita", "quiero cancelar", "necesito cancelar", "deseo cancelar",
    "quisiera cancelar", "tengo que cancelar", "anular la cita",
    "anular cita", "annuler rendez vous", "annuler rdv", "annulez mon rendez vous",
    "annulez mon rdv", "dois annuler", "voudrais annuler", "cancelar consulta",
    "cancele minha consulta", "cancelem minha consulta", "quero cancelar",
    "preciso cancelar",
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

const char *const lexicon_around[] = {
    "i", "we", "id", "ill", "im", "am", "would", "will", "need", "need to",
    "have to", "want", "want to", "going to", "gonna", "wanna", "must", "like",
    "like to", "wish", "wish to", "got to", "gotta", "ive got to", "to", "be",
    "able", "come", "come in", "do", "my", "our", "the", "this",
    "it", "for", "a", "an", "on", "in", "some", "just", "really",
    "unfortunately", "afraid", "about", "regarding", "upcoming", "with you",
    "back", "yo", "necesito", "quiero", "quisiera", "deseo", "tengo que",
    "debo", "me gustaria", "voy a", "mi", "la", "el", "una", "un", "para", "por",
    "a", "ir", "en", "je", "jai besoin de", "jai besoin d", "je dois", "dois",
    "veux", "voudrais", "aimerais", "jaimerais", "souhaite", "souhaiterais",
    "il faut", "mon", "le", "pour", "venir", "de", "vais", "devoir", "eu",
    "preciso", "tenho que", "tenho de", "quero", "queria", "gostaria de", "vou",
    "minha", "meu", "um", "uma", "o", "em", "ich", "muss", "mochte", "moechte",
    "will", "wurde gern", "wurde gerne", "wuerde gern", "wuerde gerne", "gerne",
    "den", "meinen", "einen", "an einem", "leider", "brauche", "toi", "em",
    "con", "muon", "can", "phai", "cho", "cua toi", "sang", "vao", "gusto ko",
    "gusto kong", "gusto ko pong", "kailangan ko", "kailangan kong",
    "kailangan ko pong", "ko", "kong", "ang", "na", "sa", "ng", "sana", "mwen",
    "m", "vle", "bezwen", "dwe", "pou", "mwen an", "an", "yon", "我", "我们",
    "我們", "要", "想", "想要", "需要", "得", "必须", "必須", "我的", "的", "了",
    "吧", "一下", "到", "来", "제", "저는", "저", "을", "를", "으로", "로", "에",
    "해", "해야", "해야 해요", "해야 합니다", "해주세요", "해 주세요", "주세요",
    "하고", "하고 싶어요", "하고 싶습니다", "할게요", "하겠습니다", "합니다",
    "하려고 합니다", "мне", "надо", "нужно", "необходимо", "я", "хочу", "хотел",
    "хотела", "бы", "должен", "должна", "мой", "мою", "свой", "свою", "на",
    "в", "прошу", "мы", "اريد", "احتاج", "احتاج الي", "ارغب", "ارغب في", "اود",
    "ان", "في", "الي", "يجب", "علي", "يجب علي", NULL};
const char *const lexicon_and[] = {"and", "y", "et", "e", "und", "va", "epi", "和", "并", "и", NULL};
const char *const lexicon_visit[] = {
    "appointment", "appt", "apt", "visit", "doctors appointment",
    "doctor appointment", "cita", "consulta", "rendez vous", "rdv", "termin",
    "lich hen", "hen", "randevou", "预约", "預約", "예약", "запись", "прием",
    "визит", "موعد", "موعدي", "الموعد", NULL};
const char *const lexicon_joint[] = {
    "because", "becuase", "cause", "cuz", "bc", "so", "and so", "since",
    "due to", "as", "porque", "ya que", "debido a", "asi que", "por eso", "car",
    "parce que", "parce qu", "donc", "alors", "pois", "entao", "por isso",
    "weil", "denn", "deshalb", "daher", "vi", "nen", "kasi", "dahil", "kaya",
    "paske", "kidonk", "因为", "因為", "所以", "그래서", "때문에", "потому что",
    "так как", "поэтому", "لان", "لذلك", NULL};
const char *const lexicon_contrast[] = {
    "but", "though", "although", "tho", "however", "yet", "otherwise",
    "thought", "supposed", "almost", "kidding", "joking", "mistake", "ignore",
    "disregard", "keep", "can make", "can come", "will come", "ill come", "coming", "still", "on my way", "be there", "see you",
    "be okay", "after all", "pero", "aunque", "sin embargo", "sino", "pense",
    "creia", "pensaba", "de todos modos", "si voy", "ya puedo", "nos vemos", "mais",
    "cependant", "pourtant", "toutefois", "quand meme", "je pensais",
    "je croyais", "je viens", "mas", "porem", "embora", "contudo", "achei",
    "pensei", "eu vou", "aber", "jedoch", "doch", "trotzdem", "obwohl",
    "sondern", "dachte", "nhung", "tuy nhien", "tuong", "van den", "ngunit",
    "kaso", "kahit", "akala", "tuloy", "men", "poutan", "malgre", "te panse",
    "但", "可是", "不过", "不過", "然而", "以为", "以為", "还是", "還是", "하지만",
    "지만", "그런데", "그래도", "는데", "은데", "но", "однако", "хотя", "думал",
    "думала", "все же", "приду", "لكن", "ولكن", "لكنني", "رغم", "ظننت", NULL};
const char *const lexicon_other[] = {
    "other", "another", "others", "both", "either", "appointments", "visits",
    "appts", "otro", "otra", "otros", "otras", "citas", "ambas", "autre",
    "autres", "les deux", "outro", "outra", "outros", "outras", "consultas",
    "ambos", "andere", "anderen", "anderer", "anderes", "beide", "termine",
    "khac", "iba", "ibang", "isa pang", "yon lot", "lot la", "另", "别的", "別的", "其他", "다른",
    "другой", "другая", "другое", "другую", "другие", "оба", "обе", "اخر",
    "اخري", "مواعيد", NULL};
const char *const lexicon_day[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday", "tue", "tues", "wed", "weds", "thu", "thur", "thurs",
    "fri", "sat", "mondays", "tuesdays", "wednesdays", "thursdays", "fridays",
    "saturdays", "sundays", "today", "tomorrow", "tmrw", "tomorow", "tonight",
    "yesterday", "week", "weeks", "month", "months", "january", "february",
    "march", "april", "june", "july", "august", "september", "october",
    "november", "december", "jan", "feb", "apr", "jun", "jul", "aug", "sept",
    "oct", "nov", "dec", "noon", "first", "second", "third", "last", "next",
    "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo",
    "hoy", "manana", "ayer", "semana", "enero", "febrero", "marzo",
    "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
    "noviembre", "diciembre", "lundi", "mardi", "mercredi", "jeudi", "vendredi",
    "samedi", "dimanche", "aujourdhui", "demain", "hier", "semaine", "mois",
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout",
    "septembre", "octobre", "novembre", "decembre", "segunda", "terca",
    "quarta", "quinta", "sexta", "hoje", "amanha", "ontem", "janeiro",
    "fevereiro", "marco", "junho", "julho", "setembro", "outubro", "novembro",
    "dezembro", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
    "samstag", "sonnabend", "sonntag", "heute", "morgen", "gestern", "woche",
    "monat", "januar", "februar", "marz", "maerz", "juni", "juli", "oktober",
    "dezember", "thu hai", "thu ba", "thu tu", "thu nam", "thu sau", "thu bay",
    "chu nhat", "hom nay", "ngay mai", "hom qua", "tuan", "thang", "lunes",
    "martes", "miyerkules", "huwebes", "biyernes", "linggo", "ngayon", "bukas",
    "kahapon", "lendi", "madi", "mekredi", "jedi", "vandredi", "samdi",
    "dimanch", "jodi a", "demen", "semen", "mwa", "周", "星期", "礼拜", "禮拜",
    "今天", "明天", "昨天", "后天", "後天", "月", "号", "號", "요일", "오늘", "내일",
    "어제", "모레", "월", "понедельник*", "вторник*", "среда", "среду", "четверг*",
    "пятница", "пятницу", "суббота", "субботу", "воскресень*", "сегодня",
    "завтра", "вчера", "недел*", "января", "февраля", "марта", "апреля", "мая",
    "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
    "الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "الجمعة", "السبت",
    "الاحد", "اليوم", "غدا", "امس", "الاسبوع", "الشهر", NULL};
const char *const lexicon_unwell[] = {
    "bad", "not good", "not great", "not well", "not ok", "not okay",
    "not so good", "not so well", "not too good", "not too well",
    "not very good", "not at all", "really bad", "very bad", "so bad",
    "pretty bad", "too bad", "sick", "weak", "awful", "terrible", "horrible",
    "miserable", "rough", "so so", "meh", "poorly", "ill", "mal", "muy mal",
    "no bien", "no muy bien", "nada bien", "fatal", "regular", "mas o menos",
    "pas bien", "pas tres bien", "pas bon", "nao bem", "nao muito bem", "ruim",
    "muito mal", "schlecht", "nicht gut", "nicht so gut", "te", "khong tot",
    "khong khoe", "masama", "hindi maganda", "hindi mabuti", "pa bon",
    "pa byen", "不好", "不太好", "不舒服", "안 좋아요", "안좋아요", "나빠요", "плохо", "не очень",
    "нехорошо", "سيء", "مش منيح", "ليس جيدا", "male", "non bene",
    "non tanto bene", "悪い", "よくない", "良くない", NULL};

const char *const lexicon_ill[] = {
    "it hurts", "hurts", "hurting", "in pain", "more pain", "pain is",
    "a lot of pain", "bad pain", "painful", "worse", "worsening", "not better",
    "no better", "not any better", "not getting better", "dizzy",
    "lightheaded", "nauseous", "nausea", "vomiting", "throwing up", "threw up",
    "fever", "chills", "swollen", "swelling", "bleeding", "feel bad",
    "feel sick", "feel weak", "feel awful", "feel terrible", "feeling bad",
    "feeling sick", "feeling weak", "feeling awful", "feeling terrible",
    "dont feel good", "dont feel well", "dont feel right", "not feeling good",
    "not feeling well", "not feeling right", "not doing good",
    "not doing well", "not doing great", "not doing so", "not good today",
    "not so good today", "infected", "infection", "pus", "oozing", "redness",
    "rash", "cant sleep from", "cant keep", "peor", "me duele", "duele",
    "dolor", "mareo", "mareada", "mareado", "nauseas", "vomitando", "vomito",
    "fiebre", "calentura", "hinchado", "hinchada", "sangrando",
    "me siento mal", "sigo mal", "estoy mal", "no me siento bien",
    "no estoy bien", "jai mal", "douleur", "pire", "fievre", "vertiges",
    "je me sens mal", "je vais mal", "ca va pas", "enfle", "pior", "dor",
    "doi", "febre", "tontura", "me sinto mal", "estou mal", "nao estou bem",
    "inchado", "schlechter", "schmerzen", "tut weh", "fieber", "schwindlig",
    "geht mir schlecht", "geht mir nicht gut", "geschwollen", "te hon", "dau",
    "sot", "chong mat", "met qua", "mas malala", "lumala", "masakit", "lagnat",
    "nahihilo", "pi mal", "fe m mal", "doule", "lafyev", "更糟", "更差", "疼", "痛",
    "发烧", "發燒", "头晕", "頭暈", "더 나빠", "더 아파", "아파", "어지러", "хуже", "болит",
    "температура", "кружится", "тошнит", "اسوا", "الم", "يؤلمني", "دوخه",
    "حراره", "peggio", "dolore", "fa male", "febbre", "mi gira la testa",
    "mi sento male", "sto male", "悪化", "痛い", "熱が", NULL};
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
