/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What says within a sentence that a number is somebody else's (L-22), in the
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
    "no longer belongs to that",
    "you are contacting the wrong", "youre contacting the wrong",
    "you are messaging the wrong", "youre messaging the wrong",
    "you keep texting the wrong", "you keep calling the wrong",
    "im not who you think i am", "i am not who you think i am",
    "me mixed up with", "mixed me up with", "me confused with",
    "mistaken me for someone", "have the incorrect number",
    "have an incorrect number", NULL};

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
    "間違えてい", "間違えて送", "間違えて届",
    "ella no vive aqui", "el no vive aqui",
    "没有叫", "沒有叫",
    "그 사람 번호 아니",
    "someone else has this number", "somebody else has this number",
    "another person has this number", "номер другого человека", NULL};
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
    "時間", "日付", "処方",
    "nadie mas", NULL};

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

/* Who is not the patient, and speaks for nobody who is. */
#define AM_NOT(what) "im not " what, "i am not " what
static const char *const no_patient[] = {
    AM_NOT("the patient"), AM_NOT("your patient"), AM_NOT("a patient"),
    AM_NOT("a patient there"), AM_NOT("a patient here"),
    AM_NOT("a patient of yours"), AM_NOT("a patient at your clinic"),
    AM_NOT("a patient at this clinic"), AM_NOT("a patient at your office"), AM_NOT("one of your patients"),
    AM_NOT("that person"), AM_NOT("this person"),
    AM_NOT("the person you are looking for"),
    AM_NOT("the person youre looking for"), AM_NOT("who youre looking for"),
    AM_NOT("who you are looking for"),
    "never been a patient there", "never been a patient here",
    "never been a patient of yours", "never been a patient",
    "never been your patient", "was never a patient",
    "was never a patient there", "was never your patient",
    "no soy el paciente", "no soy la paciente", "no soy su paciente",
    "no soy paciente de ahi", "no soy paciente suyo", "no soy paciente suya",
    "no soy esa persona", "no soy la persona que buscan",
    "no soy la persona que busca", "no soy ella", "ne suis pas le patient",
    "ne suis pas la patiente", "ne suis pas votre patient",
    "ne suis pas votre patiente", "ne suis pas cette personne",
    "nao sou o paciente", "nao sou a paciente", "nao sou paciente de voces",
    "nao sou essa pessoa", "bin nicht der patient", "bin nicht die patientin",
    "bin nicht ihr patient", "bin nicht ihre patientin",
    "bin nicht diese person", "toi khong phai benh nhan",
    "hindi ako ang pasyente", "hindi po ako ang pasyente",
    "hindi ako pasyente nyo", "m pa pasyan nou", "mwen pa pasyan nou", "我不是病人",
    "我不是患者", "환자가 아니에요", "환자가 아닙니다", "환자 아니에요", "환자 아닙니다", "я не пациент",
    "я не пациентка", "я не ваш пациент", "я не ваша пациентка",
    "انا لست المريض", "لست المريض", "لست مريضا عندكم", "non sono il paziente",
    "non sono la paziente", "non sono un vostro paziente",
    "non sono una vostra paziente", "患者ではありません", "患者じゃありません",
    "not a patient of yours", "not one of your patients",
    "no soy paciente de ustedes", NULL};

static const char *const speaks_for[] = {
    "mom", "moms", "mother", "dad", "father", "parent", "son", "daughter",
    "husband", "wife", "spouse", "partner", "caregiver", "caretaker",
    "guardian", "aunt", "uncle", "sister", "brother", "grandma", "grandmother",
    "grandpa", "grandfather", "i am the patient", "she is", "he is", "shes",
    "hes", "my kid", "my child", "anymore", "any more", "no longer", "madre",
    "mama", "padre", "papa", "hijo", "hija", "esposo", "esposa", "marido",
    "hermana", "hermano", "abuela", "tia", "tutor", "tutora", "cuidadora",
    "mere", "pere", "fils", "fille", "mari", "femme", "epouse", "mae", "pai",
    "filho", "filha", "irma", "mutter", "vater", "sohn", "tochter", "mann",
    "frau", "ehefrau", "nanay", "tatay", "anak", "asawa", "me con", "con toi",
    "chong", "vo toi", "manman", "papa", "pitit", "妈妈", "媽媽", "爸爸", "女儿", "女兒",
    "儿子", "兒子", "妻子", "丈夫", "엄마", "어머니", "아버지", "아내", "남편", "딸", "아들", "мама",
    "мать", "отец", "папа", "дочь", "сын", "муж", "жена", "امه", "امها",
    "والده", "والدته", "والدتها", "ابنته", "زوجته", "زوجها", "figlia",
    "figlio", "marito", "moglie", "padre", "母", "父", "妻", "夫", "娘", "息子", NULL};

/* A number that is somebody's no more. */
#define OF_NUMBER(verb) \
    verb " number", verb " phone", verb " phone number", verb " cell", \
        verb " cell phone", verb " cell number", verb " line"
static const char *const gave_up[] = {
    OF_NUMBER("no longer has this"), OF_NUMBER("does not have this"),
    OF_NUMBER("doesnt have this"), OF_NUMBER("dont have this"),
    OF_NUMBER("doesnt have that"), OF_NUMBER("no longer uses this"),
    OF_NUMBER("doesnt use this"), OF_NUMBER("does not use this"),
    OF_NUMBER("isnt using this"), OF_NUMBER("not using this"),
    "ya no tiene este telefono", "ya no tiene este celular",
    "ya no tiene este cel", "ya no usa este numero", "ya no usa este telefono",
    "na plus ce numero", "na plus ce telephone", "nutilise plus ce numero",
    "nao usa mais esse numero", "nao usa mais este numero",
    "nao tem mais esse celular", "hat diese nummer nicht mehr",
    "non ha piu questo numero", "non usa piu questo numero",
                "number was given to me", "number was assigned to me",
    "number changed owner*", "new owner of this number",
    "new owner of this phone", "number has a new owner",
    "someone elses number", "someone elses phone", "somebody elses number",
    "somebody elses phone", "someone elses cell", "me asignaron este numero",
    "me dieron este numero", "me acaban de dar este numero",
    "mattribuer ce numero", "nummer neu bekommen",
    "isnt at this number", "is not at this number", "no longer at this number",
    "not at this number anymore", "cant be reached at this number",
    "cannot be reached at this number", "cant be reached here",
            "numero ya no le pertenece", "no le pertenece este numero",
    "este numero lo tengo yo", "telefone nao e mais dela",
    "telefone nao e mais dele", "numero nao e mais dela",
    "numero nao e mais dele", "nummer gehort nicht mehr",
    "nummer gehoert nicht mehr", "ibang tao na po ang may",
    "ibang tao na ang may", "pa pou li anko", NULL};

static const char *const gave_up_not[] = {
    "i dont have", "i do not have", "we dont have", "i am not using",
    "im not using", "i", "case", "claim", "member", "policy", "account",
    "link", "app", "use someone elses", "using someone elses",
    "on someone elses", "borrowing", "borrowed", "texting from",
    "call someone elses",
    "doctor", "doctors", "dr", "nurse", "pharmacy", "lab", "clinic", "office",
    "hospital", "insurance", "doctora", "farmacia", "clinica", "medecin",
    "pharmacie", "medico", "arzt", "praxis", "apotheke", "dottore", NULL};

static const char *const for_others[] = {
    "meant for someone else", "meant for somebody else",
    "meant for another person", "meant for a different person",
    "intended for someone else", "intended for somebody else",
    "you are looking for someone else", "youre looking for someone else",
    "u are looking for someone else", "meant to text someone else",
    "trying to text someone else", "trying to reach someone else",
    "trying to reach somebody else", "looking for somebody else",
    "texts for someone else", "messages for someone else",
    "calls for someone else", "reminders for someone else",
    "message is not for me", "text is not for me", "message isnt for me",
    "text isnt for me", "messages are not for me", "texts are not for me",
    "messages arent for me", "texts arent for me", "these are not for me",
    "these arent for me", "isnt meant for me", "not meant for me",
    "not intended for me", "mensaje no es para mi", "mensajes no son para mi",
    "textos no son para mi", "message nest pas pour moi",
    "messages ne sont pas pour moi", "mensagem nao e para mim",
    "mensagens nao sao para mim", "nachricht ist nicht fur mich",
    "messaggio non e per me", "messaggi non sono per me",
    "tin nhan nay khong phai cho toi", "不是发给我的", "不是發給我的", "это не мне",
    "сообщение не для меня",
    "looking for a different person", "looking for another person",
    "text was not for me", "message was not for me", "texts were not for me",
    "are for someone else", "is for someone else", "are for somebody else",
    "is for somebody else", "previous owner of this number",
    "previous owner of this phone", "previous owner of the number",
    "reach the previous owner", "old owner of this number",
    "nest pas a moi ce message", "es de otra persona",
    "numero de otra persona", "numero de outra pessoa",
    "numero e de outra pessoa", "ya no es su telefono", "ya no es su celular",
    "nest plus a elle", "nest plus a lui", "gehort jemand anderem",
    "gehoert jemand anderem", "number is no longer hers",
    "number is no longer his", "number is not hers", "number is not his",
    "number isnt hers", "number isnt his", "it isnt her number",
    "it isnt his number", "it is not her number", "it is not his number",
    "its not her number", "its not his number", NULL};

static const char *const for_others_not[] = {
    "i am looking", "im looking", "its for", "it is for", "they are for",
    "theyre for", "but for", "for my", "for our", "sino para", "pero es para", "pero son para",
    "cest pour", "e para", "per mio", "per mia", "not sure", "make sure",
    "appointment", "visit", "prescription", "prescriptions", "pills", "bill",
    "medicine", "medication", "ride", "cita", "receta", NULL};

static const char *const mine_now[] = {
    "this is my number now", "its my number now", "it is my number now",
    "this number is mine now", "number is mine now", "phone is mine now",
    "this is now my number", "this is now my phone", "this is my phone now",
    "this is my phone number now", "number is now mine", "it is mine now and",
    "ahora es mi numero", "este numero ahora es mio", "numero es mio ahora",
    "este ahora es mi numero", "cest mon numero maintenant",
    "ce numero est a moi maintenant", "esse numero agora e meu",
    "este numero agora e meu", "agora e meu numero", "nummer gehort jetzt mir",
    "nummer gehoert jetzt mir", "das ist jetzt meine nummer",
    "so nay bay gio la cua toi", "so nay gio la cua toi",
    "akin na po itong number", "akin na itong number", "这个号码现在是我的",
    "這個號碼現在是我的", "现在是我的号码", "이제 제 번호", "это теперь мой номер",
    "теперь это мой номер", "этот номер теперь мой", "هذا رقمي الان",
    "questo numero ora e mio", "questo numero adesso e mio",
    "ora e il mio numero",
    "its my phone now", "it is my phone now", "its my number now not", NULL};

static const char *const mine_now_not[] = {
    "old one", "my old", "old number", "got rid", "use this", "use it",
    "landline", "please use", "update", "i changed", "i switched", "cambie",
    "el viejo", "el otro", "jai change", "mudei", "ich habe gewechselt",
    "сменил*", "поменял*", "غيرت", "ho cambiato", NULL};

/* Whom does a number belong to that was just got? Who gives us their new one
 * says so. */
static const char *const got_now[] = {
    "just got this number", "just got this phone number",
    "just got this phone", "just got this cell", "just got this line",
    "got this number recently", "got this phone number recently",
    "recently got this number", "recently got this phone number",
    "got this number last *", "got this number a * ago",
    "got this number * ago", "got this number yesterday",
    "got this number today", "got this number this *",
    "got this phone number last *", "acabo de obtener este numero",
    "acabo de recibir este numero", "acabo de sacar este numero",
    "acabo de comprar este numero", "peguei esse numero agora",
    "peguei este numero agora", "je viens davoir ce numero",
    "je viens de recevoir ce numero", "diese nummer gerade bekommen",
    "ho appena preso questo numero",
    "just got this phone number yesterday", "just got this number yesterday",
    "just got this number today", "just got this number last *",
    "got this phone number * * ago", "got this number * * ago",
    "got this phone number in *", "got this number in *",
    "just assigned this number", "was assigned this number",
    "got assigned this number", "were assigned this number",
    "was just assigned this number", "just got assigned this number", NULL};

/* A clause that ends with somebody whom its sender does not know, and nobody
 * has asked for. */
static const char *const unknown[] = {
    "dont know *", "dont know * *", "do not know *", "do not know * *",
    "dont know a *", "do not know a *", "dont know any *", "do not know any *",
    "dont know anyone named *", "do not know anyone named *",
    "dont know anybody named *",
        "there is no * here",
    "theres no * here", "there is no * * here", "theres no * * here",
    "there is nobody named * here", "there is nobody here named *",
    "there is no one here named *", "there is no one named * here",
    "theres nobody named * here", "theres nobody here named *",
    "theres no one here named *", "theres no one named * here",     "no one here named *", "nobody here named *", "no one named * here",
    "no one named * lives here", "nobody named * here",
    "nobody named * lives here", "nobody by the name of *",
    "nobody by the name of * here", "no one by the name of *",
    "no one by the name of * here", "no conozco a *", "no conozco a * *",
    "no conozco a ninguna *", "no conozco a ningun *", "no conozco ninguna *",
    "no conozco a nadie llamado *", "no conozco a nadie llamada *",
    "no conozco a nadie que se llame *",
    "aqui no hay ninguna *", "aqui no hay ningun *", "no hay ninguna * aqui",
    "no hay ningun * aqui", "aqui no vive ninguna *", "aqui no vive ningun *",
    "aqui no vive *", "connais pas de *",
    "ne connais pas de *", "ne connais aucune *", "ne connais aucun *",
    "il ny a pas de * ici", "ya pas de * ici",     "nao conheco nenhuma *", "nao conheco nenhum *",
    "nao conheco ninguem chamad* *", "nao tem nenhuma * aqui",
    "nao tem nenhum * aqui",         "hier wohnt keine *", "hier wohnt kein *", "khong quen ai ten *",
    "khong biet ai ten *", "hindi ko kilala si *", "hindi ko po kilala si *",
    "di ko kilala si *", "wala pong * dito", "walang * dito",
    "mwen pa konnen *", "m pa konnen *", "я не знаю *", "не знаю никакой *",
    "не знаю никакого *", "здесь нет никакой *", "здесь нет никакого *",
    "لا اعرف *", "ما بعرف *", "non conosco nessuna *",
    "non conosco nessun *", "qui non ce nessuna *", "我不认识她", "我不认识他", "我不認識她",
    "我不認識他", "我不认识这个人", "사람 모릅니다", "사람 몰라요", "사람은 없습니다", "そのような人は知りません",
    "そんな人は知りません",
    "тут нет никакой *", "тут нет никакого *",
    "nobody called *", "no one called *", "nobody called * here",
    "no one called * here", "nobody called * lives here",
    "no one called * lives here", "no one here called *",
    "nobody here called *", "nadie que se llame *",
    "dont know an *", "dont know a * *",     "do not know a * *", NULL};

static const char *const was_theirs[] = {
    "this was * number", "this was * phone", "this was * old number",
    "this is * old number", "thats * old number", "this used to be * number",
    "this used to be * phone", "used to be * number",
    "used to be * old number", "you have * old number",
    "you have an old number for *", "its not * number",
    "its not * number anymore", "no longer * number",
    "this isnt * number anymore", "not her number anymore",
    "not his number anymore", "not her phone anymore", "not his phone anymore",
    "not their number anymore", "getting texts for *",
    "getting messages for *", "getting calls for *", "getting texts for * *",
    "getting messages for * *", "texting me for *", "calling me for *",
    "texts for someone named *", "messages for someone named *",
    "texts for a *", "messages for a *", NULL};

/* But it may be a number of theirs. */
static const char *const not_theirs[] = {
    "my", "our", "your", "the", "a", "an", "wrong", "correct", "right",
    "the wrong", "this", "that", "me", "someone", "somebody", "appointments",
    "appointment", "refill", "refills", "bills", "days", "weeks", "months",
    "years", "hours", "no", "nothing", "over", "work", "school", "it", "them",
    "test", "results", "labs", "free", "now", "fun", "confirmation", "new",
    "different", "good", "valid", "working", "best", "only", "main", NULL};

/* The same, in words that ask or doubt where anything else is said. */
static const char *const unknown_who[] = {
    "dont know who * is", "do not know who * is", "no idea who * is",
    "dont know who that is", "do not know who that is", "no idea who that is",
    "dont know who this is for", "no idea who this is for", "no se quien es *",
    "no se quien es * *", "no se quien es esa persona",
    "no se quien es esta persona", "sais pas qui est *", "nao sei quem e *",
    "weiss nicht wer * ist", "keine ahnung wer * ist", "non so chi sia *",
    "no clue who * is", "no clue who that is", "no clue who this person is",
    "no idea who this person is", "dont know who this person is",
    "no idea who youre talking about", "no idea who you are talking about",
    "dont know who youre talking about", "dont know who you are talking about",
    "no idea who you are looking for", "no idea who youre looking for",
    "dont know who you are looking for", "dont know who youre looking for",
    "im not who youre looking for", "im not who you are looking for",
    "i am not who youre looking for", "i am not who you are looking for",
    "im not who you think i am", "i am not who you think i am", NULL};

static const char *const unknown_one[] = {
    "dont know this person", "dont know that person", "do not know this person",
    "do not know that person", "never heard of this person",
    "never heard of that person", "no la conozco", "no lo conozco",
    "no conozco a esa senora", "no conozco a ese senor",
    "no conozco a esta persona", "je ne la connais pas", "je ne le connais pas",
    "nao a conheco", "nao o conheco",
    "no one by this name", "nobody by this name", "no one with that name",
    "nobody with that name", "no one with this name", "nobody with this name",
    "no such person", "no such person here", "no such person at this number",
    "no one here by this name", "never heard of her", "never heard of him",
    "not her number", "not his number", "not her phone", "not his phone",
    "not her number now", "not their number",
    "aqui no hay nadie con ese nombre", "nadie con ese nombre",
    "nadie con ese nombre aqui", "personne de ce nom",
    "personne de ce nom ici", "ninguem com esse nome",
    "ninguem com esse nome aqui", "niemanden mit diesem namen",
    "niemand mit diesem namen", "walang ganyang pangalan",
    "walang ganyang pangalan dito", "pa gen moun ki rele konsa",     "그런 사람 여기 없어요", "здесь таких нет", "тут таких нет",
    "لا يوجد شخص بهذا الاسم",
    "dont know anyone by that name", "dont know anyone by this name",
    "do not know anyone by that name", "do not know anyone by this name",
    "dont know anybody by that name", "dont know anybody by this name",
    "do not know anybody by that name", "no one by that name",
    "nobody by that name", NULL};

/* Who has another number than this one, of all who are not us. */
#define NEW_NUMBER(who)                                              \
    who " a new number", who " a new phone number",                  \
        who " a different number", who " another number",            \
        who " a different phone number", who " another phone number", \
        who " a new cell", who " a new cell number", who " new number"
#define OWN_NUMBER(whose)                                            \
    "changed " whose " number", "changed " whose " phone number",    \
        "changed " whose " cell number", "changed " whose " cell"
static const char *const moved[] = {
    NEW_NUMBER("has"), NEW_NUMBER("got"), OWN_NUMBER("her"),
    OWN_NUMBER("his"), OWN_NUMBER("their"),
    "changed numbers", "changed phone numbers", "switched numbers",
    "ella cambio de numero", "el cambio de numero", "mama cambio de numero",
    "papa cambio de numero", "hija cambio de numero", "hijo cambio de numero",
    "ya cambio de numero", "cambio su numero", "cambio el numero de ella",
    "ella tiene otro numero", "el tiene otro numero", "ya tiene otro numero",
    "ella tiene un numero nuevo", "ya tiene numero nuevo",
    "ella tiene nuevo numero", "a change de numero", "a un nouveau numero",
    "a un autre numero", "mudou de numero", "trocou de numero",
    "mudou o numero", "trocou o numero", "trocou de celular",
    "ela tem outro numero", "ele tem outro numero", "hat eine neue nummer",
    "hat eine andere nummer", "hat jetzt eine andere nummer",
    "hat die nummer gewechselt", "hat ihre nummer gewechselt",
    "hat seine nummer gewechselt", "co ay doi so", "anh ay doi so",
    "ba ay doi so", "ong ay doi so", "nagpalit na siya ng number",
    "nagpalit na sya ng number", "nagpalit siya ng number",
    "iba na number niya", "iba na ang number niya", "iba na po number niya",
    "li chanje nimewo", "她换号码", "他换号码", "她换号", "他换号", "她換號", "他換號",
    "она сменила номер", "он сменил номер", "она поменяла номер",
    "он поменял номер", "у нее другой номер", "у него другой номер",
    "у нее новый номер", "غيرت رقمها", "غير رقمه", "ha cambiato numero",
    "ha un altro numero", "ha un nuovo numero", "ha un numero nuovo",
    "her number changed", "his number changed", "their number changed",
    "her number has changed", "his number has changed",
    "their number has changed", "esta persona cambio de numero",
    "esa persona cambio de numero", NULL};

static const char *const moved_not[] = {
    "i changed", "ive changed", "we changed", "i have changed", "i switched",
    "we switched", "i just changed", "doctor", "doctors", "dr", "nurse",
    "pharmacy", "pharmacist", "office", "clinic", "hospital", "insurance",
    "lab", "specialist", "surgeon", "therapist", "agency", "transport",
    "driver", "provider", "member", "company", "who has", "the one who",
    "toi doi so", "doctora", "farmacia", "clinica", "medico", "seguro",
    "medecin", "pharmacie", "cabinet", "arzt", "praxis", "apotheke", "врач",
    "доктор", "dottore", "dottoressa", "studio",
    "i", "we", NULL};

/* And who has it since? */
static const char *const numbers[] = {
    "number was", "number has been", "number got", "number is", "number",
    "phone was", "phone has been", "line was", NULL};
static const char *const reassigned[] = {"reassigned", "re assigned",
    "assigned to me", "given to me", "assigned to someone",
    "given to someone else", NULL};
static const char *const reassigned_not[] = {
    "case", "claim", "member", "policy", "group", "doctor", "nurse", NULL};

static const char *const none[] = {NULL};

const struct lexicon_stranger lexicon_strangers[] = {
    {wrong, NULL, own, NULL},
    {theirs, NULL, theirs_not, NULL},
    {named, NULL, named_not, NULL},
    {belongs, else_whose, own, NULL},
    {numbers, reassigned, reassigned_not, NULL},
    {gave_up, NULL, gave_up_not, NULL},
    {for_others, NULL, for_others_not, NULL},
    {no_patient, NULL, speaks_for, none},
    {got_now, NULL, NULL, none},
    {unknown, NULL, NULL, lexicon_no_names},
    {was_theirs, NULL, NULL, not_theirs},
    {unknown_one, NULL, NULL, none},
    {NULL, NULL, NULL, NULL},
};
const struct lexicon_stranger lexicon_moved[] = {
    {moved, NULL, moved_not, NULL},
    {mine_now, NULL, mine_now_not, NULL},
    {unknown_who, NULL, NULL, lexicon_no_names},
    {NULL, NULL, NULL, NULL},
};
