/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that take back what stands beside them, or make it a question, a
 * condition, or one of a part alone; in the languages of inbound/lexicon.c and
 * in their order.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
const char *const lexicon_not[] = {
    "not", "dont", "doesnt", "didnt", "cant", "cannot", "wont", "isnt", "arent",
    "wasnt", "wouldnt", "shouldnt", "couldnt", "havent", "hasnt", "aint",
    "never", "no", "none", "nor", "neither", "nobody", "without", "unable",
    "hardly", "doubt", "nunca", "ni", "sin", "tampoco", "ne", "pas", "jamais",
    "sans", "non", "nao", "sem", "nem", "nicht", "kein", "keine", "keinen",
    "nie", "niemals", "khong", "chua", "dung", "hindi", "huwag", "wag", "pa",
    "pap", "不", "别", "別", "没", "沒", "勿", "안", "못", "не", "нет", "никогда", "لا",
    "لم", "لن", "ليس", NULL};

const char *const lexicon_unfinished[] = {
    "dont", "do not", "should not", "shouldnt", "never ever", "to", "should i",
    "should we", "can i", "do i", "if", "until", "unless", "when", "before",
    "after", "my", "the", "no me", "debo", "puedo", "hasta", "mi", "ne",
    "dois je", "mon", "ma", "soll ich", "wenn", "khong nen", "huwag", "wag",
    "dapat ba", "不", "不要", "别", "別", "应该", "應該", "не", "если", "اذا",
    NULL};

const char *const lexicon_absent[] = {
    "cant make", "cannot make", "not make it", "wont make it",
    "not going to make", "wont be able", "not be able to make",
    "not able to make", "not able to come", "cant come", "cannot come",
    "cant attend", "cannot attend", "cant go", "cannot go", "cant get there",
    "not feeling well", "not feeling good", "dont feel well", "dont feel good",
    "no longer able", "no longer make", "no problem", "no i need",
    "no i have to", "no puedo ir", "no podre", "no puedo asistir",
    "no puedo llegar", "no voy a poder", "no me siento bien",
    "ne peux pas venir", "pas venir", "nao posso ir", "nao vou poder",
    "nao poderei", "nicht kommen", "не смогу", "не могу прийти",
    "not interested", "no me interesa", "dont know you", "dont know who",
    "dont know why", "not a patient", "not your patient", "no thanks",
    "no thank you", "no gracias", "never signed up", "not sign up",
    "didnt sign up", "didnt ask", "never asked", NULL};

const char *const lexicon_doubt[] = {
    "if", "unless", "until", "till", "before", "after", "when", "whether",
    "while", "during", "maybe", "perhaps", "might", "instead", "only", "rather",
    "except", "wait", "nevermind", "never mind", "so much", "so many",
    "so often", "at work", "at night", "in the morning", "on weekends",
    "for a while", "in case", "depends", "what", "whats", "which", "whose",
    "how", "hows", "who", "whos", "why", "where", "can you", "can u", "can i",
    "can we", "could you", "could i", "could we", "should i", "should we",
    "should my", "shall i", "would you", "will you", "do you", "do i", "do we",
    "did you", "did i", "did we", "did my", "does the", "does it", "does my",
    "is it", "is this", "is that", "is there", "is my", "are you", "are we",
    "are they", "am i", "was it", "was my", "have you", "has my", "may i",
    "i wonder", "wondering", "just checking", "making sure", "you said",
    "you told", "call me", "call my", "email me", "email my", "text my",
    "ill call", "i will call", "a menos que", "hasta", "antes", "despues",
    "cuando", "quiza", "quizas", "tal vez", "solo", "solamente", "en vez",
    "en lugar", "excepto", "salvo", "mejor", "mientras", "por que", "cual",
    "como", "quien", "puedo", "puede", "pueden", "podria", "podrian", "debo",
    "si puedo", "si no", "si tengo", "si necesito", "si llueve", "si es",
    "si me", "si hay", "llameme", "llamenme", "en el trabajo", "a moins",
    "sauf", "avant", "apres", "quand", "peut etre", "pouvez vous", "puis je",
    "est ce", "pourquoi", "comment", "quel", "quelle", "seulement", "plutot",
    "sinon", "pendant", "jusqua", "si je", "si vous", "si le", "ate", "depois",
    "quando", "talvez", "apenas", "somente", "se eu", "se nao", "se for",
    "posso", "pode", "podem", "poderia", "qual", "quem", "em vez", "wenn",
    "falls", "bis", "bevor", "nachdem", "vor", "nach", "vielleicht", "nur",
    "statt", "stattdessen", "kann ich", "konnen sie", "koennen sie",
    "haben sie", "warum", "wie", "wann", "wer", "ob", "neu", "truoc", "sau",
    "khi", "co the", "tai sao", "vi sao", "co phai", "phai khong", "duoc khong",
    "bao gio", "the nao", "co le", "kung", "bago", "pagkatapos", "kapag",
    "kailan", "bakit", "paano", "pwede ba", "puwede ba", "lang", "siguro",
    "baka", "hanggang", "muna", "anvan", "apre", "petet", "poukisa", "kijan",
    "eske", "selman", "jiskaske", "si m", "si mwen", "如果", "若", "除非", "之前",
    "以前", "之后", "之後", "吗", "嗎", "呢", "什么", "什麼", "怎么", "怎麼", "能不能", "可不可以",
    "可以", "是否", "只", "也许", "的时候", "直到", "만약", "전에", "후에", "까지", "때", "나요", "까요",
    "습니까", "왜", "어떻게", "언제", "누구", "대신", "취소하지", "변경하지", "если", "пока", "до",
    "после", "когда", "может", "можно", "почему", "как", "кто", "где", "ли",
    "только", "лучше", "вместо", "اذا", "قبل", "بعد", "حتي", "متي", "هل",
    "لماذا", "كيف", "ربما", "فقط", "بدلا", "new number", "new phone", "my new",
    "use my", "change my number", NULL};

const char *const lexicon_keep[] = {
    "dont cancel", "do not cancel", "dont delete", "do not delete",
    "not cancel", "keep my appointment", "keep the appointment", "no cancel*",
    "no borren mi cita", "no me cancel*", "nannul*", "ne pas annuler",
    "pas annuler", "nao cancel*", "nao desmarqu*", "nicht ab", "nicht absagen",
    "nicht stornieren", "dung huy", "khong huy", "wag * cancel",
    "huwag * cancel", "wag * icancel", "wag * po icancel", "huwag * icancel",
    "wag icancel", "huwag icancel", "wag nyo po icancel", "pa anile", "不要取消",
    "别取消", "別取消", "취소하지", "не отмен*", "لا تلغ*", "non cancell*", "non annull*",
    "non disdi*", "キャンセルしない", "取り消さない", NULL};

const char *const lexicon_narrow[] = {
    "im driving", "i am driving", "estoy manejando", "estoy conduciendo",
    "voy manejando", "je conduis", "au volant", "estou dirigindo", "am steuer",
    "sto guidando", "old number", "old phone", "old cell", "numero viejo",
    "numero anterior", "telefono viejo", "ancien numero", "numero antigo",
    "alte nummer", "alten nummer", "vecchio numero", "in english", "in spanish",
    "in french", "in portuguese", "in german", "in vietnamese", "in tagalog",
    "in creole", "in chinese", "in korean", "in russian", "in arabic",
    "in italian", "in japanese", "en espanol", "en ingles", "en anglais",
    "en espagnol", "em ingles", "em espanhol", "auf englisch", "auf spanisch",
    "in inglese", "in spagnolo", "just call", "just email", "call instead",
    "email instead", "so late", "so early", "this late", "this early",
    "that late", "that early", "tan tarde", "tan temprano", "si tard",
    "aussi tard", "si tot", "aussi tot", "tao tarde", "tao cedo", "so spat",
    "so spaet", "so fruh", "so frueh", "cosi tardi", "cosi presto",
    "alone with", "en paz con", "tranquille avec", "em paz com", "in ruhe mit",
    "in pace con", "from netflix", "from spotify", "from hulu", "from amazon",
    "from disney", "from youtube", "from facebook", "from instagram",
    "de netflix", "de spotify",
    "accidentally", "but not me", "and not me", "not me just", "but keep me", "but not mine",
    "except me", "except for me", "only my wife", "only my husband",
    "only my son", "only my daughter", "only my mom", "only my dad",
    "just my wife", "just my husband", "just my son", "just my daughter",
    "just my mom", "just my dad", "only him", "only her", "just him",
    "just her", "pero no a mi", "pero a mi no", "pero yo no", "solo a mi",
    "mais pas moi", "sauf moi", "mas eu nao", "aber mich nicht",
    "aber nicht mich", "off your do not call", "off your no call",
    "off your do not contact", "off your do not text", "off your dnc",
    "off the do not call", "off the no call", "off the do not contact",
    "off the do not text", "off the dnc", "from your do not call",
    "from your no call", "from your do not contact", "from your do not text",
    "from your dnc", "from the do not call", "from the no call",
    "from the do not contact", "from the do not text", "from the dnc",
    "of your do not call", "of your no call", "of your do not contact",
    "of your do not text", "of your dnc", "of the do not call",
    "of the no call", "of the do not contact", "of the do not text",
    "of the dnc", NULL};

const char *const lexicon_instead[] = {
    "call", "text", "email", "please call", "please text", "please email",
    "pls call", "pls text", "just call", "just text", "call me",
    "please call me", "text me", "please text me", "llamen", "llame",
    "llamenme", "llameme", "por favor llamen", "mejor llamen", "appelez",
    "appelez moi", "liguem", "me liguem", "me ligue", "rufen sie an",
    "rufen sie mich an", "goi cho toi", "tawagan nyo ako",
    "tawagan nyo na lang ako", "rele m", "打电话", "打電話", "给我打电话",
    "給我打電話", "전화 주세요", "전화주세요", "звоните", "позвоните",
    "позвоните мне", "اتصلوا بي", "اتصل بي", "chiamate", "chiamatemi",
    "電話してください", "電話で", "text only", "texts only", "only text",
    "only texts", "just texts", "solo mensaje*", "solo texto*",
    "mejor mensaje*", "juste sms", "juste des sms", "seulement sms",
    "so mensagem", "so mensagens", "so texto", "so sms", "nur sms",
    "lieber sms", "solo sms", "solo messaggi", NULL};

const char *const lexicon_instead_of[] = {
    "dont", "do not", "not", "no", "instead", "only", "please", "pls", "never",
    "no me", "ne", "plutot", "au lieu", "nao", "nicht", "statt", "dung", "wag",
    "huwag", "pa", "pito", "不要", "别", "別", "не", "لا", "بدل", "non", NULL};

const char *const lexicon_threat[] = {
    "or else", "or i", "or ill", "or im", "or we", "or my lawyer", "o los",
    "o voy a", "o llamo", "ou je", "sinon je", "ou eu", "ou vou", "senao eu",
    "oder ich", "sonst", "o vi", "o chiamo", "altrimenti", NULL};
