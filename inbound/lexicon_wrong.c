/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of whoever has a number that was somebody else's (L-22), in the
 * languages of inbound/lexicon.c and in their order.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
const char *const lexicon_wrong_start[] = {
    "wrong number", "wrong person", "wrong phone number", "wrong phone",
    "wrong cell", "incorrect number", "not my number", "numero equivocado",
    "numero incorrecto", "mauvais numero", "faux numero", "numero errado",
    "falsche nummer", "numero sbagliato", "maling numero", "move nimewo",
    "wrong guy", "wrong girl", "wrong lady", "wrong man", "wrong woman",
    "wrong num", "wrong numb*", "wrong nummber", "wrong numer", "wrong nunber",
    "wrong nbr", "rong number", "worng number", "wron number", "wromg number",
    "wrng number", "wrong send", "wrong sent", "numero ekivocado",
    "numero equibocado", "numero mal", "numero eqivocado", "persona equivocada",
    "equivocado de persona", "equivocado de numero", "equivoco de numero",
    "equivocaron de numero", "ekivoco de numero", "ekivocado de numero",
    "ekivocaron de numero", "numero erroneo", "mauvais num", "mauvais no",
    "mauvaise personne", "numero errone", "trompe de personne",
    "trompez de personne", "erreur de personne", "erreur de numero",
    "no errado", "num errado", "pessoa errada", "numero erado",
    "numero incorreto", "engano", "flasche nummer", "falsche nr",
    "falsche person", "falsche handynummer", "falsche telefonnummer",
    "falscher empfanger", "nham so", "nham nguoi", "nham may", "sai so",
    "sai so dien thoai", "lon so", "nhan nham", "gui nham", "goi nham",
    "maling number", "maling numero po", "mali ang number",
    "mali po ang number", "mali ang numero", "mali po ang numero",
    "mali ang text", "mali po ang text", "mali po ang natext",
    "mali ang natext", "mali ang tinext", "move moun", "move moun nan",
    "tronpe nimewo", "twonpe nimewo", "tronpe w nimewo", "twonpe w nimewo",
    "не тот номер", "номер не тот", "неправильный номер", "неверный номер",
    "ошибка номером", "ошиблись", "رقم خاطئ", "الرقم خاطئ", "الرقم خطا",
    "رقم خطا", "الرقم غلط", "رقم غلط", "النمره غلط", "غلطان بالرقم",
    "غلطانين بالرقم", "اخطات الرقم", "اخطات في الرقم", "اخطاتم الرقم",
    "اخطاتم في الرقم", "الشخص الخطا", "شخص غلط", "الرقم الخطا",
    "sbagliato numero", "sbagliato persona", "numero errato",
    "persona sbagliata", "numero sbaliato", "ошиблись номером",
    "thats not me", "that is not me", "this is not me", "this isnt me",
    "ese no soy yo", "esa no soy yo", "ce nest pas moi",
    "das bin ich nicht",
    "не по адресу",
    "wrong no", "not the right person", "not the right number",
    "not the right phone number", "this isnt the right number",
    "this isnt the right person", "isnt the right number",
    "this is not the right number", "this is not the right person",
    "vous faites erreur", "faites erreur",
    "se equivoco de persona", "se equivocaron de persona",
    "wrong contact", "wrong recipient", "wrong individual",
    "wrong contact info", "wrong contact information", NULL};

const char *const lexicon_wrong_goes[] = {
    "on", "in", "of", "to", "at", "when", "is", "was", "one", "listed", "en",
    "del", "de la", "por", "no", "im", "auf", "na", "kay", "para sa", "cho",
    "cua", "для", "в", "لل", "para", "pour", "fur", "per", "pou", "a la", "al",
    "sur", "di", "della", "que", "cung", "for my", "for the", "for your",
    "on file", "info",
    "who", "that", "or", "scheduled", "booked", "called me", "texted me",
    "made", "saw me", "came", "answered", "cancelled", "canceled", "signed",
    "did", "gave", "took",
    "saw", "met", "treated", "i use", "la farmacia", "la clinica",
    "la secretaria", "la doctora", "el doctor", "el laboratorio", "el hospital",
    "el seguro", "mi hermana", "mi hermano", "mi esposo", "mi esposa",
    "mi hija", "mi mama", "mi papa", "mir",
    "with",
    "lens", "lenses", "picked", "called", "got", "has", "received", "keeps",
    NULL};

const char *const lexicon_wrong_not[] = {
    "this is * though", "but its me", "its me though",
    "thats me", "that is me", "that would be me", "it is me", "but i do",
    "i still do", "i do though", "but i still", "but im still",
    "but i am still", "but i live", "i still live", "i live here", "still mine",
    "still my number", "still my phone", "but its mine", "please keep texting", "just keep texting", "but keep texting",
    "keep sending", "keep the text*", "keep the message*", "keep the reminder*",
    "only me", "just kidding", "only kidding", "im kidding", "just joking",
    "im joking", "jk", "im the patient", "i am the patient", "im the person",
    "i am the person", "si soy yo", "pero soy yo", "ese soy yo", "esa soy yo",
    "yo si", "pero si voy", "si voy", "sigan mandando", "sigan escribiendo",
    "sigan enviando", "si es mio", "pero es mio", "es broma", "cest moi", "moi oui", "moi si",
    "mais jhabite", "je plaisante", "jy serai", "mas sou eu", "sim sou eu",
    "essa sou eu", "esse sou eu", "eu sim", "eu ainda", "mas e meu", "sim e meu", "brincadeira",
    "ich schon", "ich aber schon", "ich wohne noch", "bin ich selbst",
    "gehort mir", "gehoert mir", "war ein scherz", "chinh toi", "van la toi",
    "toi van o", "ako nga", "ako pa rin", "ako po ito", "se mwen", "mwen menm",
    "是我本人", "我就是", "我是她", "我是他", "还是我", "還是我", "新号码",
    "新號碼", "제가 맞", "본인 맞", "본인이 맞", "저 맞", "저는 살", "это я",
    "но я живу", "я и есть", "انا هي", "انا هو", "لكن انا", "ma sono io",
    "si sono io", "io si", "io invece si", "ma io abito", "scherzo", "本人です",
    "本人ですが", "私です", NULL};

const char *const lexicon_who[] = {
    "who is this", "whos this", "who is that", "who are you", "who r u",
    "who r you", "who dis", "who this", "who is it", "who is texting me",
    "who is texting", "who is messaging me", "quien es", "quien eres",
    "quien habla", "quien escribe", "quienes son", "de parte de quien",
    "qui est ce", "cest qui", "qui etes vous", "quem e", "quem fala",
    "quem esta falando", "wer ist das", "wer sind sie", "wer bist du", "ai day",
    "ai vay", "sino to", "sino ito", "sino po ito", "sino po sila", "sino ka",
    "ki moun sa", "ki moun sa a", "ki moun ou ye", "你是谁", "你是誰", "您是谁", "您是哪位",
    "你是哪位", "누구세요", "누구시죠", "누구십니까", "кто это", "кто вы", "кто пишет", "من هذا",
    "من انت", "من انتم", NULL};

const char *const lexicon_not_me[] = {
    "im not *", "i am not *", "no soy *", NULL};

const char *const lexicon_me[] = {
    "sure", "available", "home", "interested", "able", "going", "coming",
    "feeling", "at", "in", "on", "here", "ready", "taking", "well", "ok",
    "okay", "good", "happy", "there", "getting", "expecting", NULL};

const char *const lexicon_wrong_lead[] = {
    "you have", "you have got", "you got", "youve got", "youve",
    "you must have", "must have", "u have", "u hav", "u got", "u gotta", "ur",
    "ur texting", "ur calling", "you are texting", "youre texting",
    "your texting", "you are calling", "youre calling", "you texted",
    "you called", "you reached", "you have reached", "its", "it is", "this is",
    "this", "thats", "that is", "the", "a", "i think", "think", "i believe",
    "looks like", "but", "no", "nope", "hey", "uh", "um", "this was sent to",
    "sent this to", "sent to", "texting", "calling", "got", "tiene", "tienen",
    "tienes", "tiene usted", "es", "esta", "estan", "usted esta", "esta usted",
    "usted", "ustedes", "el", "un", "creo que", "creo q", "me parece que",
    "este es", "se", "se ha", "manda a", "marco", "marcaron", "vous avez",
    "vous etes", "vous vous etes", "vous vous", "vous faites", "cest",
    "cest un", "ce", "le", "la", "une", "tu as", "je crois que", "vous", "voce",
    "voces", "vc", "vcs", "tem", "ta", "estao", "tao", "com", "o", "e", "uma",
    "mandou", "mandaram", "ligou", "ligaram", "pro", "para o", "acho que", "eh",
    "foi", "sie haben", "ihr habt", "du hast", "da haben sie", "das ist",
    "hier ist", "die", "eine", "nein", "ich glaube", "leider", "ban",
    "ban nhan", "ban goi", "ban gui", "ban nhan tin", "anh", "chi", "em", "gui",
    "nhan", "goi", "hinh nhu", "chac", "roi", "xin loi", "oi", "so nay", "po",
    "kayo", "kayo po", "to", "ito", "po ito", "yan", "ata", "yata", "ou", "w",
    "ou gen", "w gen", "ou rele", "ou ekri", "ou tonbe sou", "nan", "yon", "这是",
    "這是", "你", "您", "это", "у вас", "вы", "похоже", "кажется", "видимо", "هذا",
    "انت", "انتم", "عندك", "عندكم", "لديك", "لديكم", "معك", "معكم", "اظن ان",
    "يبدو ان", "avete", "ha", "hai", "avete il", "il", "lo", "questo e",
    "credo che", "penso che abbiate", "sie haben hier", "hier", "guardi che",
    "guarda che", "guardate che", "hallo", "youve reached", "u reached",
    "u texted", "u called", "u msgd",
    "not me",
    "le mandaron a la", "le mando a la", "mandaron a la",
    "estan mandando a la", "mandando a la", NULL};
