/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of whoever has a number that was somebody else's (L-22), in the
 * languages of inbound/lexicon.c and in their order.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
static const char *const wrong[] = {
    "you have the wrong number", "you have a wrong number",
    "you have wrong number", "you got the wrong number", "you got wrong number",
    "youve got the wrong number", "you have got the wrong number",
    "you have the wrong person", "you got the wrong person",
    "youve got the wrong person", "you have the wrong phone number",
    "you are texting the wrong", "youre texting the wrong",
    "your texting the wrong", "you texted the wrong",
    "you are calling the wrong", "youre calling the wrong",
    "you called the wrong", "you reached the wrong",
    "you have reached the wrong", "this is the wrong number",
    "this is a wrong number", "this is wrong number",
    "this is the wrong person", "its the wrong number",
    "it is the wrong number", "its a wrong number", "thats the wrong number",
    "must have the wrong number", "must have a wrong number",
    "must have wrong number", "this was sent to the wrong",
    "sent this to the wrong", "nobody by that name", "no one by that name",
    "nobody here by that name", "no one here by that name",
    "not the person you", "vous avez le mauvais numero",
    "vous vous trompez de numero", "cest un mauvais numero",
    "voce tem o numero errado", "voces tem o numero errado",
    "esta com o numero errado", "sie haben die falsche nummer",
    "das ist die falsche nummer", "falsch verbunden", "sie haben sich verwahlt",
    "ou gen move nimewo", "se move nimewo", "u have the wrong number",
    "u have wrong number", "u got the wrong number", "u got wrong number",
    "不是本人", "换号了", "換號了", "号码换人", "confused with someone",
    "confused me with someone", "number no longer belongs to",
    "phone no longer belongs to", "no longer belongs to her",
    "no longer belongs to him", "no longer belongs to them",
    "no longer belongs to that", NULL};

/* Of a number; but "the pharmacy has the wrong number" is of another one, and
 * "this isnt a phone" of none. */
static const char *const theirs[] = {
    "this is not * phone", "this is not * number", "this is not * cell",
    "this isnt * phone", "this isnt * number", "this isnt * cell",
    "this is no longer * phone", "this is no longer * number",
    "does not live here", "doesnt live here", "no longer lives here",
    "no longer has this number", "does not have this number",
    "doesnt have this number", "this number does not belong",
    "this number doesnt belong", "tiene el numero equivocado",
    "tienen el numero equivocado", "tiene un numero equivocado",
    "es numero equivocado", "es un numero equivocado",
    "es el numero equivocado", "se equivoco de numero",
    "se equivocaron de numero", "se equivoca de numero",
    "se ha equivocado de numero", "este no es el numero de",
    "este no es el telefono de", "no es el numero de", "no es el telefono de",
    "este numero no es de", "este telefono no es de",
    "no conozco a esa persona", "aqui no vive", "ya no vive aqui",
    "trompe de numero", "ce nest pas le numero de",
    "ce nest pas le telephone de", "este numero nao e d*",
    "esse numero nao e d*", "este nao e o numero d*", "esse nao e o numero d*",
    "das ist nicht die nummer von", "hindi ito numero ni",
    "hindi ito ang numero", "hindi po ito ang numero", "pa bon nimewo",
    "nimewo sa pa pou", "se pa nimewo", "打错了", "打錯了", "打错电话",
    "打錯電話", "发错人", "發錯人", "发错了", "發錯了", "号码错了", "號碼錯了",
    "错号", "错误的号码", "找错人", "找錯人", "잘못된 번호*", "번호가 잘못*",
    "번호 잘못*", "잘못 보내*", "잘못 거셨*", "번호가 틀*", "не туда попали",
    "this is not her number", "this is not his number",
    "this isnt my moms number", "este numero ya no es de",
    "este ya no es el numero", "este no es el cel de", "no es el cel de",
    "no es el celular de", "ya no tiene este numero",
    "no conosco a esa persona", "no conozco esa persona", "ese no es mi nombre",
    "cest pas le bon numero", "ce nest pas le bon numero",
    "nest pas le bon numero", "pas le bon numero", "pas la bonne personne",
    "nest plus le numero de", "cest plus le numero de",
    "ce nest plus son numero", "nest plus son numero", "plus son numero",
    "je ne connais pas cette personne", "vous trompez de personne",
    "nao conheco essa pessoa", "nao conheco esta pessoa",
    "nao tem mais esse numero", "nao tem mais este numero",
    "numero nao e mais d*", "nao e mais o numero d*", "nao e o numero d*",
    "sich verwahlt", "sich verwaehlt", "das ist nicht mehr die nummer",
    "das ist nicht * nummer", "nicht mehr die nummer von",
    "die nummer gehort nicht", "die nummer gehoert nicht",
    "nummer gehort jetzt", "so nay khong phai cua", "day khong phai so cua",
    "khong phai so cua", "khong phai so dien thoai cua", "hindi po ito number",
    "hindi ito number", "hindi na po kay", "hindi na kay", "hindi po kay",
    "di po ito number", "hindi ko po kilala yan", "hindi ko kilala yan",
    "walang ganyang tao", "se pa bon moun", "pa bon moun", "pa konnen moun sa",
    "傳錯", "传错", "发错号", "發錯號", "认错人", "認錯人", "不是他的号码",
    "不是她的号码", "不是他的號碼", "不是她的號碼", "没有这个人", "沒有這個人",
    "这里没有这个", "查无此人", "號碼不對", "号码不对", "不認識這個人",
    "不认识这个人", "번호 틀*", "번호를 잘못 아*", "번호를 잘못 누*",
    "사람 잘못*", "그런 사람 없*", "주인이 바뀌*", "다른 사람 번호*",
    "모르는 사람입니다*", "문자 잘못*", "не туда пишете", "не тому пишете",
    "это не номер", "не ее номер", "не его номер", "номер теперь не",
    "не знаю такого", "не знаю такую", "такой тут нет", "هذا ليس رقم",
    "هذا مش رقم", "هذا مو رقم", "ليس رقمها", "ليس رقمه", "مش رقمها", "مش رقمه",
    "مو رقمها", "لا اعرف هذا الشخص", "non e il numero di",
    "questo non e il numero", "questo numero non e di", "non e piu il numero",
    "non e piu il suo numero", "non conosco questa persona", "番号が違*",
    "番号違*", "番号ちが*", "番号が間違*", "番号間違*", "番号を間違*",
    "間違い電話", "間違いメール", "間違いです*", "宛先が違*", "宛先違*",
    "宛先間違*", "宛先が間違*", "人違い*", "かけ間違*", "送り先が間違*",
    "送り先が違*", "送り間違*", "その人では*", "誤送信", "sich leider verwahlt",
    "sich leider verwaehlt", "nimewo sa se pa pou", "no es su numero",
    "это уже не номер", "это уже не * номер", "уже не * номер", "間違えてます",
    "間違えてい", "間違えて送", "間違えて届", NULL};
static const char *const theirs_not[] = {
    "pharmacy", "pharmacys", "lab", "labs", "insurance", "doctor", "doctors",
    "dr", "nurse", "not a phone", "isnt a phone", "not a number",
    "isnt a number", "not a cell", "isnt a cell", "farmacia", "laboratorio",
    "doctor*", "doctora", "clinica", "hospital", "seguro", "pharmacie",
    "laboratoire", "medecin", "docteur", "clinique", "hopital", "assurance",
    "medico", "medica", "convenio", "apotheke", "arzt", "arztin", "praxis",
    "labor", "krankenkasse", "habe mich", "nha thuoc", "bac si", "phong kham",
    "bao hiem", "botika", "doktor", "doktora", "klinika", "famasi", "dokte",
    "klinik", "医生", "醫生", "诊所", "診所", "医院", "醫院", "药房", "藥房",
    "药店", "藥店", "保险", "保險", "医保", "病历", "病歷", "网站", "網站",
    "预约", "預約", "병원", "약국", "의사", "보험", "예약", "처방", "홈페이지",
    "врач*", "доктор*", "аптек*", "клиник*", "больниц*", "страхов*", "полис*",
    "сайт*", "الصيدليه", "صيدليه", "الطبيب", "طبيب", "الدكتور", "دكتور",
    "العياده", "عياده", "المستشفي", "التامين", "ospedale", "dottor*",
    "dottoressa", "assicurazione", "病院", "薬局", "保険", "カルテ", "予約",
    "時間", "日付", "処方", NULL};

/* But no one named so "at your clinic" is a doctor, most of the time. */
static const char *const named[] = {
    "no one named *", "nobody named *", "there is no * at this number",
    "theres no * at this number", "dont know anyone named",
    "dont know anybody named", "aqui no hay nadie con ese nombre",
    "khong co ai ten", "لا يوجد احد بهذا الاسم", "ما في حدا بهالاسم",
    "non conosco nessuno con questo nome", "nessuno con questo nome", NULL};
static const char *const named_not[] = {
    "dr", "doctor", "doctors", "doctora", "nurse", "prof", "professor",
    "at your", "on your", "in your", "at the clinic", "at the office",
    "works there", "working there", "website", "directory", "portal",
    "there is no answer", "theres no answer", "there is no voicemail",
    "theres no voicemail", "there is no texting", "theres no texting",
    "there is no text", "theres no text", "there is no one at",
    "theres no one at", "en su clinica", "en su pagina", "en su hospital",
    "bac si", "dottor*", "nel vostro", "nella vostra", "طبيب", "دكتور", NULL};

/* To whom? */
static const char *const belongs[] = {
    "number belongs to", "phone belongs to", "cell belongs to",
    "number now belongs to", "phone now belongs to", "cell now belongs to",
    "it belongs to", "it now belongs to", NULL};
static const char *const else_whose[] = {
    "someone else", "somebody else", "another", "a different",
    "different person", "a stranger", "not me", "not to me", "not mine",
    "not him", "not her", "not them", "now", NULL};
static const char *const own[] = {
    "belongs to me", "belongs to us", "belongs to myself", NULL};

const struct lexicon_stranger lexicon_strangers[] = {
    {wrong, NULL, own},     {theirs, NULL, theirs_not},
    {named, NULL, named_not}, {belongs, else_whose, own},
    {NULL, NULL, NULL},
};

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
    "не по адресу", NULL};

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
    "mi hija", "mi mama", "mi papa", "mir", NULL};

const char *const lexicon_wrong_not[] = {
    "this is * though", "but its me", "its me though",
    "thats me", "that is me", "that would be me", "it is me", "but i do",
    "i still do", "i do though", "but i still", "but im still",
    "but i am still", "but i live", "i still live", "i live here", "still mine",
    "still my number", "still my phone", "but its mine", "keep texting",
    "keep sending", "keep the text*", "keep the message*", "keep the reminder*",
    "only me", "just kidding", "only kidding", "im kidding", "just joking",
    "im joking", "jk", "im the patient", "i am the patient", "im the person",
    "i am the person", "si soy yo", "pero soy yo", "ese soy yo", "esa soy yo",
    "yo si", "pero si voy", "si voy", "sigan mandando", "sigan escribiendo",
    "sigan enviando", "es mio", "es broma", "cest moi", "moi oui", "moi si",
    "mais jhabite", "je plaisante", "jy serai", "mas sou eu", "sim sou eu",
    "essa sou eu", "esse sou eu", "eu sim", "eu ainda", "e meu", "brincadeira",
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
    "not me", NULL};
