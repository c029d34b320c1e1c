/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that tell of danger to life where two of them stand near each other,
 * in either order; in the languages of inbound/lexicon.c and in their order.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
static const char *const chest[] = {
    "chest", "heart attack", "pecho", "torax", "poitrine", "thorax", "peito",
    "brust", "brustkorb", "nguc", "dibdib", "pwatrin", "lestomak", "胸", "가슴",
    "грудь", "груди", "грудной", "صدري", "الصدر", "petto", "torace", "cheast",
    "chst", "chets", "pexo", "心口", "心臟", "むね", "بالصدر", "بصدري", NULL};
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
    "doule", "fe mal", "痛", "疼", "闷", "悶", "아파", "아프", "아픕", "통증", "답답", "조여",
    "조이", "бол*", "давит", "жжет", "сжимает", "الم", "وجع", "يؤلمني", "يوجعني",
    "تؤلمني", "hurtz", "hrts", "hurst", "paining", "dule", "duelle", "arde",
    "ardor", "male", "dolore", "dolori", "oppressione", "bruciore", "stringe",
    "苦し", "しめつけ", "締め付け", "بيوجعني", "بتوجعني", "ضغط", "apretado", "apretada",
    "oprimido", "oprimida", NULL};
static const char *const breath[] = {
    "breathe", "breath", "breathing", "breathin", "respirar", "respira",
    "respiro", "respirando", "respiracion", "respirer", "respire",
    "respiration", "respiracao", "atmen", "atmet", "atme", "luft", "huminga",
    "humihinga", "makahinga", "hininga", "paghinga", "呼吸", "喘", "숨", "호흡",
    "дышать", "дышит", "дышу", "дыхание", "التنفس", "اتنفس", "يتنفس", "تتنفس",
    "breeth", "breeathe", "breth", "brethe", "fiato", "respirare", NULL};
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
    "nahihirapan", "kapos", "pa ka", "pa kapab", "没法", "沒法", "不到", "困难", "困難",
    "不了", "不上", "不过", "不過", "어려", "어렵", "못", "힘들", "곤란", "막혀", "막히", "не могу",
    "не может", "трудно", "тяжело", "не дышит", "لا استطيع", "لا يستطيع",
    "لا تستطيع", "لا اقدر", "مش قادر", "صعوبه", "ضيق", "not able", "no pudo",
    "no pueden", "me falta", "n consigo", "n consegue", "arive plus",
    "narive plus", "narrive pa", "krieg keine", "kriegt keine", "krieg kaum",
    "bekommt keine", "di ako", "d ako", "di na", "paka", "mpa ka", "안 쉬", "안쉬",
    "못쉬", "нечем", "لا استطيع ان", "مش قادره", "ما اقدر", "ما قادر", "مو قادر",
    "ما عم", "non riesco", "nn riesco", "non riesce", "nn riesce", "fatica",
    "manca", "difficolta", "jarrive plus", "jarrive pas", "di po", NULL};
static const char *const blood[] = {
    "blood", "bleed", "bleeds", "bleeding", "bled", "sangre", "sangro",
    "sangra", "sangrando", "sangrado", "du sang", "saigne", "saignement",
    "saignements", "saigner", "sangue", "sangrar", "sangramento", "blut",
    "blute", "blutet", "blutung", "chay mau", "ra mau", "dugo", "dumudugo",
    "nagdudugo", "senyen", "血", "피가", "피를", "кровь", "крови", "кровью",
    "кровит", "الدم", "دم", "انزف", "bleedin", "bluten", "sanguin*", "出血",
    "san an", "الدماء", NULL};
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
    "krache", "vomi", "很多", "不止", "吐", "咳", "大量", "많이", "멈추", "토", "сильн*",
    "много", "не останавливается", "рвота", "рвет", "كثير", "كثيرا", "بشده",
    "لا يتوقف", "اتقيا", "muxo", "no deja", "sarrete pas", "sarrete plus",
    "arrete pas", "hort nicht auf", "walang tigil", "di tumitigil",
    "pa vle kanpe", "pa sispann", "止不住", "一直", "안 멈", "안멈", "не останавлив*",
    "ما بيوقف", "قوي", "molto", "tanto", "non si ferma", "non smette",
    "vomitato", "tosse", "止まら", "止まり", "たくさん", "from his head", "from her head",
    "from my head", "de la cabeza", NULL};
static const char *const numb[] = {
    "weak", "weakness", "cant move", "cannot move", "dormid*", "no puedo mover",
    "numb", "paralyzed", "paralysed", "drooping", "droopy", "adormecid*",
    "entumecid*", "paralizad*", "gone numb", "went numb", "no siento", "durmio",
    "se me durmio", "ne sens plus", "sens plus", "paralys*", "engourdi*",
    "nao sinto", "dormente", "taub", "gelahmt", "spure", "manhid", "pa santi",
    "麻", "不能动", "不能動", "歪", "онемел*", "парализ*", "отнял*", "non sento",
    "paralizzat*", "intorpidit*", "formicol*", "しびれ", "麻痺", "動かな", "لا اشعر",
    "مش حاسس",
    "cant feel", "cannot feel", NULL};
static const char *const side[] = {
    "leg", "left leg", "pierna", "mi lado", "face", "one side", "left side",
    "right side", "left arm", "arm", "cara", "brazo", "un lado", "cuerpo",
    "mitad", "bras", "visage", "jambe", "moitie", "braco", "rosto",
    "perna esquerda", "gesicht", "arm nicht", "meinen arm", "linken arm",
    "mukha", "kalahati", "braso", "bra m", "bra mwen", "figi", "半边", "半邊", "半身",
    "рука", "руку", "нога", "лица", "лицо", "половина", "braccio",
    "mezza faccia", "faccia", "viso", "meta", "顔", "片側", "腕", "左手", "右手",
    "بذراعي", "ذراعي", "بيدي", "بوجهي", "وجهي", "رجلي", "برجلي", "ساقي",
    "half of his body", "half of her body", "half of my body", "half my body",
    "half his body", "half her body", NULL};
static const char *const swelling[] = {
    "cierra", "swelling", "swollen", "hinchad*", "closing", "cerrando", "swell",
    "swells", "swolen", "puffing", "inflamo", "inflamad*", "inflamando",
    "hincho", "hinchando", "gonfl*", "gonfle", "enfle", "enflee", "serre",
    "fechando", "inchad*", "inchando", "schwillt", "geschwollen", "anschwillt",
    "namamaga", "maga", "anfle", "отек*", "опух*", "تورم", "متورم", "gonfi*",
    "gonfia", "chiude", "chiudendo", "腫れ", "はれ", "腫", "tight", "feels tight",
    "hincha", "hinchan", "incha", "incham", "inchou", "cierra la", "se cierra", NULL};
static const char *const throat[] = {
    "throat", "tongue", "lips", "garganta", "lengua", "labios", "throte", "lip",
    "gorge", "langue", "levres", "lingua", "hals", "zunge", "lippen",
    "lalamunan", "dila", "labi", "goj", "lang mwen", "lang li", "горл*",
    "язык*", "губы", "حلقي", "لساني", "gola", "labbra", "のど", "喉", "舌", "唇",
    "tounge", NULL};
static const char *const still[] = {
    "not moving", "isnt moving", "doesnt move", "wont move", "not responsive",
    "no responde", "no reacciona", "no se mueve", "ne repond plus",
    "ne repond pas", "ne bouge plus", "ne reagit plus", "nao responde",
    "nao se mexe", "nao reage", "antwortet nicht", "non risponde",
    "non reagisce", "reagiert nicht", "bewegt sich nicht", "non si muove",
    "不动了", "isnt responding", "not responding", "doesnt respond", "stopped moving",
    "quit moving", "ya no se mueve", NULL};
static const char *const whom[] = {
    "he", "she", "him", "her", "hes", "shes", "baby", "mom", "mother", "dad",
    "father", "husband", "wife", "son", "daughter", "grandma", "grandpa",
    "floor", "esposo", "esposa", "mama", "papa", "hijo", "hija", "bebe",
    "abuela", "abuelo", "mari", "femme", "mere", "pere", "fils", "fille",
    "elle", "marido", "mae", "pai", "filho", "filha", "ele", "ela", "mann",
    "mutter", "vater", "marito", "moglie", "madre", "padre", "figlio", "figlia",
    "bambino", "er", "meine frau", "kind", "sohn", "tochter", NULL};
static const char *const wound[] = {
    "stitches", "staples", "incision", "incisions", "wound", "surgery site",
    "surgical site", "puntos", "herida", "cicatriz", "incision", "plaie",
    "points de suture", "pontos", "ferida", "naht", "operationswunde",
    "punti di sutura", "ferita", "vet mo", "vet thuong", "tahi", "sugat",
    "伤口", "傷口", "수술 부위", "рана", "шов", "الجرح", "傷口が", NULL};
/* But "no bleeding", "stopped bleeding". */
static const char *const bleeds_now[] = {
    "is bleeding", "its bleeding", "are bleeding", "bleeding from",
    "bleeding at", "bleeding around", "bleeding through", "bleeding thru",
    "still bleeding", "keeps bleeding", "started bleeding", "start bleeding",
    "bleeding again", "bleeding bad", "and bleeding", "bleeding and", "bleeds",
    "wound bleeding", "incision bleeding", "site bleeding", "stitches bleeding",
    "staples bleeding", "blood from", "sangra mucho", "me sangra", "esta sangrando",
    "sigue sangrando", "herida sangrando",
    "saigne", "sangra muito", "blutet", "sanguina", "chay mau", "dumudugo",
    "nagdudugo", "senyen", "流血", "出血", "피가", "кровоточит", "кровит",
    "ينزف", NULL};
static const char *const bleeds_now_not[] = {
    "stopped", "has stopped", "ended", "risk", "disorder", NULL};
static const char *const opened[] = {
    "is open", "opened up", "opening up", "reopened", "coming apart",
    "came undone", "came open", "opened", "burst", "split open", "popped open", "came apart",
    "se abrio", "se abrieron", "se me abrio", NULL};
/* So long ago that it is told as what was. */
#define LONG_AGO \
    "last year", "last month", "last winter", "last summer", "last spring", \
        "last fall", "years ago", "months ago", "weeks ago", "* years ago", \
        "* months ago", "* weeks ago", "a year ago", "a month ago", "in 19*", \
        "in 20*", "in january", "in february", "in march", "in april", \
        "in may", "in june", "in july", "in august", "in september", \
        "in october", "in november", "in december", "el ano pasado", \
        "el mes pasado", "hace * anos", "hace anos", "hace * meses", \
        "lan dernier", "il y a * ans", "il y a * mois", "ano passado", \
        "letztes jahr", "lanno scorso"
/* A fall, and a cry for help beside it; but who "fell asleep" or cannot move
 * an appointment wants another kind of help. */
static const char *const falls[] = {
    "fell", "fallen", "falling down", "cant move", "cannot move", "cant get up",
    "cannot get up", "me cai", "se cayo", "me he caido", "suis tombe",
    "suis tombee", "est tombe", "est tombee", "eu cai", "ajuda cai", "mae caiu",
    "pai caiu", "ela caiu", "ele caiu", "gesturzt", "gestuerzt", "hingefallen",
    "sono caduto", "sono caduta", "e caduto", "e caduta", "bi nga", "te nga",
    "nahulog", "natumba", "nadulas", "m tonbe", "mwen tonbe", "摔", "跌倒",
    "넘어졌", "넘어져", "упал", "упала", "وقعت", "سقطت", "転んで", "転びま",
    "転倒", NULL};
#define NO_FALL \
    "asleep", "sick", "through", "behind", "short", "apart", "ill", "out of", \
    "in love", "for it", "for a", "my app*", "the app*", "my visit", "my date", \
    "my time", "mine", "it", "that app*", "this app*", \
    "to another", "to next", "to a different", "until", "la llamada", \
    "la linea", "el sistema", "el internet"
static const char *const falls_not[] = {NO_FALL, NULL};
static const char *const falls_of_old[] = {NO_FALL, LONG_AGO, NULL};
/* But who stands up again says nothing of it. */
static const char *const fell[] = {
    "fell", "fallen", "had a fall", "took a fall", "me cai", "se cayo",
    "se ha caido",
    "me he caido", "cayo", "cai e", "caiu", "suis tombe", "suis tombee",
    "est tombe", "est tombee", "tombe", "gesturzt", "gestuerzt", "hingefallen",
    "sono caduto", "sono caduta", "e caduto", "e caduta", "bi nga", "te nga",
    "nga", "nahulog", "natumba", "nadulas", "tonbe", "摔", "跌", "넘어",
    "упал", "упала", "وقعت", "سقطت", "وقع", "転ん", "転び", "転倒", NULL};
static const char *const lies[] = {
    "cant get up", "cannot get up", "can not get up", "cant get back up",
    "couldnt get up", "wont get up", "not getting up",     "unable to get up",
    "cant get off the floor", "still on the floor",
    "stuck on the floor", "on the floor and", "no se levanta",
    "no se puede levantar", "no me puedo levantar", "no puedo levantarme",
    "no puede levantarse", "no se puede parar", "no me puedo parar",
    "no puedo pararme", "no puede pararse",     "pas me relever", "pas se relever", "plus me relever",
    "plus se relever", "pas me lever", "pas se lever",     "consigo levantar", "consigo me levantar",
    "consegue levantar", "consegue se levantar",     "nicht aufstehen", "nicht mehr aufstehen",
    "nicht mehr hoch", "non riesco ad alzarmi", "non riesce ad alzarsi",
    "non si alza", "khong day duoc", "khong dung day",
    "hindi makatayo", "di makatayo", "hindi makabangon", "pa ka leve",
    "pa kapab leve", "起不来", "起不來", "站不起来", "站不起來", "못 일어", "일어나지 못",
    "일어날 수 없", "не могу встать", "не может встать", "لا استطيع النهوض",
    "لا يستطيع النهوض", "مش قادر اقوم", "起き上がれ", "立てない", "立てません", NULL};
/* Who fell long ago and walks badly since does not lie there. */
static const char *const lame[] = {
    "cant stand", "cannot stand", "cant walk", "cannot walk", "unable to walk", "no puedo caminar", "no puede caminar", "peut plus marcher", "peux plus marcher", "consigo andar", "consegue andar", NULL};
static const char *const cries[] = {
    "help", "ayuda", "ayudame", "ayudenme", "ayudeme", "auxilio", "socorro",
    "aide", "a laide", "aidez", "au secours", "ajuda", "me ajuda", "me ajudem",
    "me ajude", "hilfe", "helft", "helfen sie", "aiuto", "aiutatemi", "giup",
    "giup toi", "cuu", "tulong", "tulungan", "saklolo", "ede m", "ede mwen",
    "救", "帮帮", "幫幫", "도와", "살려", "помогите", "помощь", "помоги",
    "ساعدوني", "ساعدني", "مساعده", "助けて", NULL};
static const char *const babies[] = {
    "baby", "babys", "newborn", "infant", "my son", "my daughter", "my child",
    "my kid", "bebe", "bebito", "nouveau ne", "saugling", "neugeborenes",
    "neugeborene", "bambino", "bambina", "neonato", "neonata", "em be",
    "be cua", "con toi", "sanggol", "tibebe", "ti bebe", "宝宝", "寶寶", "婴儿",
    "嬰兒", "孩子", "아기", "ребенок", "ребенка", "малыш*", "младен*", "الطفل",
    "طفلي", "طفلتي", "ابني", "ابنتي", "الرضيع", "رضيعي", "赤ちゃん", "赤ん坊", NULL};
static const char *const lifeless[] = {
    "is blue", "looks blue", "went blue", "gone blue", "all blue", "is purple",
    "turned purple", "turning purple", "turning grey", "turning gray",
    "is grey", "is gray", "is limp", "went limp", "gone limp", "goes limp",
    "all limp", "feels limp", "looks limp", "so limp", "limp and", "floppy",
    "lifeless", "esta azul", "se puso azul", "esta morado", "esta morada",
    "se puso morado", "se puso morada", "poniendo morad*", "flacido", "flacida",
    "tout bleu", "toute bleue", "est bleu", "est bleue", "devient bleu",
    "tout mou", "toute molle", "esta roxo", "esta roxa", "ficou roxo",
    "ficou roxa", "roxinho", "molinho", "ist blau", "ganz blau", "wird blau",
    "blau angelaufen", "lauft blau", "ganz schlaff", "ist schlaff", "e blu",
    "tutto blu", "tutta blu", "diventa blu", "cianotic*", "tim tai", "tim lai",
    "nangingitim", "nangangasul", "lantay", "nan ble", "vin ble", "tou ble",
    "发紫", "發紫", "发青", "發青", "发绀", "파래", "파랗", "축 늘어",
    "посинел*", "синеет", "синий", "синяя", "обмяк*", "ازرق", "زرقاء", "ازرقت",
    "ازرق لونه", "青い", "青く", "真っ青", "ぐったり", NULL};
static const char *const pregnant[] = {
    "pregnant", "embarazada", "enceinte", "gravida", "schwanger", "incinta",
    "mang thai", "co thai", "co bau", "buntis", "ansent", "怀孕", "懷孕",
    "孕妇", "孕婦", "임신", "임산부", "беремен*", "حامل", "妊娠",
    "weeks along", "wks along", "months along", "trimester", "my pregnancy",
    "miscarr*", "embarazo", "grossesse", "gravidez", "gravidanza", NULL};
/* But a "blood test" is one of many. */
const char *const lexicon_bleeds[] = {
    "blood", "bleed", "bleeds", "bleeding", "bled", "spotting blood",
    "con sangre", "tengo sangre", "sale sangre", "echando sangre",
    "botando sangre", "sangro", "sangra", "sangrando", "sangrado", "saigne",
    "saignement", "saignements", "saigner", "perds du sang", "com sangue",
    "perdendo sangue", "sangramento", "sangrar", "blute", "blutet", "bluten",
    "blutung", "blutungen", "blut verl*", "sanguin*", "perdo sangue", "ra mau",
    "chay mau", "may dugo", "dinudugo", "dumudugo", "nagdudugo", "senyen",
    "出血", "流血", "见红", "見紅", "하혈", "피가", "출혈", "кровь идет",
    "идет кровь", "пошла кровь", "кровит", "عندي دم", "وعندي دم", "ينزل دم",
    "نزول دم", "دم كثير", "انزف", "بنزف",
    "spotting", NULL};
static const char *const bleeds_not[] = {
    "test", "tests", "testing", "work", "draw", "drawn", "pressure", "sugar",
    "type", "count", "thinner*", "thinners", "results", "sample", "group",
    "drive", "lab", "labs", NULL};
static const char *const fetus[] = {
    "baby", "babys", "fetus", "fetal", "unborn", "bebe", "bambino", "tibebe",
    "胎儿", "胎兒", "胎动", "胎動", "태아", "태동", "плод", "الجنين", "胎児", NULL};
static const char *const fetus_still[] = {
    "stopped kicking", "stopped moving", "quit kicking", "quit moving",
    "not kicking", "isnt kicking", "hasnt kicked", "hasnt moved",
    "hasnt been moving", "hasnt been kicking", "no movement", "no movements",
    "moving less", "kicking less", "less movement", "less kicking",
    "barely moving", "barely kicking", "not moving", "isnt moving",
    "not moved", "doesnt move", "havent felt", "no se mueve",
    "no se ha movido", "dejo de moverse", "se mueve poco", "se mueve menos",
    "ya no patea", "no patea", "ne bouge plus", "ne bouge pas", "bouge moins",
    "nao mexe", "nao se mexe", "parou de mexer", "mexendo pouco", "nao mexeu",
    "bewegt sich nicht", "bewegt sich kaum", "bewegt sich weniger",
    "non si muove", "si muove poco", "khong dap", "khong cu dong", "khong may",
    "it may", "hindi gumagalaw", "di gumagalaw", "hindi na gumagalaw",
    "pa bouje", "pa souke", "不动", "不動", "没动", "没有胎动", "減少", "没有", "减少", "안 움직",
    "움직이지", "없어", "없어요", "не шевелится", "не двигается", "لا يتحرك",
    "ما عم يتحرك", "لا تتحرك", "動かな", "感じな", NULL};
static const char *const when_breathing[] = {
    "to breathe", "when i breathe", "when i breath", "when breathing",
    "while breathing", "with breathing", "breathing in", "breathe in",
    "breathe deep", "deep breath", "take a breath", "every breath",
    "each breath", "when he breathes", "when she breathes", "al respirar",
    "cuando respiro", "cuando respira", "si respiro", "al tomar aire",
    "quand je respire", "en respirant", "a respirer", "quando respiro",
    "ao respirar", "beim atmen", "wenn ich atme", "beim einatmen", "khi tho",
    "kapag humihinga", "pag humihinga", "le m respire", "le map respire",
    "呼吸时", "呼吸時", "呼吸", "숨 쉴 때", "숨쉴 때", "при дыхании", "когда дышу",
    "при вдохе", "عند التنفس", "لما اتنفس", "息をすると",
    "time i breathe", "time i breath", "time i take a breath", NULL};
static const char *const hurts_then[] = {
    "hurt", "hurts", "hurting", "pain", "pains", "painful", "sharp", "stabs",
    "stabbing", "ache", "aches", "sore", "duele", "dolor", "dolia", "punzada",
    "mal", "douleur", "doi", "dor", "weh", "schmerz*", "sticht", "dau",
    "masakit", "sumasakit", "fe mal", "fe m mal", "doule", "痛", "疼", "아파",
    "больно", "боль", "болит", "الم", "يؤلمني", "يولمني", "male", "dolore",
    "痛い", "cant take", "cant get", "dificil", "duro", NULL};
static const char *const mouths[] = {
    "lips", "lip", "fingertips", "finger tips", "fingernails", "finger nails",
    "nail beds", "nailbeds", "tongue", "his face", "her face",     "labios", "boca", "cara", "levres", "bouche", "ongles", "visage", "rosto",
    "lippen", "fingernagel", "gesicht", "labbra", "viso", "moi toi", "mat tai",
    "labi", "labi ko", "mukha", "bouch", "po bouch", "嘴唇", "脸色", "臉色", "입술",
    "губы", "лицо", "ногти", "شفاه", "شفتاي", "شفايف", "شفتيه", "唇", NULL};
static const char *const blues[] = {
    "blue", "bluish", "purple", "purplish", "gray and", "grey and",
    "turning gray", "turning grey", "azul", "azules", "azulados", "morado",
    "morada", "morados", "moradas", "bleu", "bleue", "bleues", "bleus",
    "violet", "violette", "violettes", "roxo", "roxa", "roxos", "roxas",
    "azuis", "blau", "lila", "blu", "viola", "violacee", "cianotiche", "tim",
    "xanh tim", "tim tai", "asul", "kulay asul", "nangingitim", "ble", "紫",
    "发紫", "發紫", "发青", "青", "파래", "파랗", "보라", "синие", "синее", "посинел*",
    "синеют", "زرقاء", "ازرق", "青い", "紫色", NULL};
static const char *const makes_sense[] = {
    "not making sense", "isnt making sense", "not making any sense",
    "isnt making any sense", "making no sense", "doesnt make sense when",
    "confused and", "very confused", "so confused", "suddenly confused",
    "acting confused", "no se le entiende", "habla incoherente",
    "dit nimporte quoi", "redet wirr", "ganz verwirrt", NULL};
static const char *const speakers[] = {
    "he", "she", "hes", "shes", "mom", "mother", "dad", "father", "husband",
    "wife", "grandma", "grandpa", "grandmother", "grandfather", "son",
    "daughter", "mi mama", "mi papa", "esposo", "esposa", "el", "ella", "il",
    "elle", "mere", "pere", "er", "sie", "mutter", "vater", NULL};
static const char *const stiff_neck[] = {
    "stiff neck", "neck stiff", "neck is stiff", "cuello rigido",
    "cuello tieso", "nuque raide", "nackensteif*", "pescoco duro",
    "rigidita nucale", NULL};
static const char *const cold_sweats[] = {
    "cold sweat", "cold sweats", "sweating", "sweaty", "sudor frio",
    "sudando frio", "sueurs froides", "suor frio", "kalter schweiss", NULL};
static const char *const with_sweat[] = {
    "jaw", "left arm", "arm pain", "jaw pain", "mandibula", "faint",
    "pass out", "brazo izquierdo", "machoire", "bras gauche", "braco esquerdo",
    "kiefer", "linker arm", "clammy and", NULL};
/* But "I'm dying to see you", and the stroke of years ago. */
static const char *const dying[] = {
    "im dying", "i am dying", NULL};
static const char *const dying_not[] = {
    "to", "of boredom", "of laughter", "laughing", "for a", "for some",
    "my hair", NULL};
static const char *const talks[] = {
    "cant talk right", NULL};
static const char *const talks_not[] = {
    "now", "this minute", "at the moment", "rn", "at this", NULL};
/* But of years ago, or what is written of it. */
static const char *const asthma[] = {
    "asthma attack", "asthma attacks", "asma attack", "astma attack",
    "ataque de asma", "ataques de asma", "crisis de asma", "crise dasthme",
    "crises dasthme", "crise de asma", "asthmaanfall", "attacco di asma",
    "attacco dasma", "con hen suyen", "len con hen", "atake ng hika",
    "inaatake ng hika", "kriz opresyon", "哮喘发作", "哮喘發作", "천식 발작",
    "приступ астмы", "نوبه ربو", "喘息発作", NULL};
static const char *const long_ago[] = {
    LONG_AGO, "as a kid", "as a child", "when i was", "when he was",
    "when she was", "plan", "action plan", "prevention", "triggers", NULL};
static const char *const pens[] = {
    "used my epi", "used my epipen", "used his epi*", "used her epi*",
    "used the epi*", "used an epi*", "used epi*", "use my epi pen just now",
    "had to use my epi*", "had to use the epi*", "had to use his epi*",
    "had to use her epi*", "had to use an epi*", "gave him the epi*",
    "gave her the epi*", "gave him his epi*", "gave her her epi*",
    "gave him an epi*", "gave her an epi*", "gave my * his epi*", "gave my * her epi*",
    "gave my * the epi*", "gave my * an epi*", "gave myself the epi*",
    "gave myself my epi*", "gave myself an epi*", "gave him epi*",
    "gave her epi*", "took my epi pen shot", "use la epipen", "use mi epipen",
    "usamos la epipen", "me puse la epipen", "le puse la epipen",
    "me inyecte la epinefrina", "utilise mon epipen", "usei a epipen", NULL};
/* What stings, where it goes to one's head, and how. */
static const char *const stings[] = {
    "sting", "stings", "stung", "bee bite", "bit by a bee", "ant bites",
    "fire ants", "peanut", "peanuts", "shrimp", "shellfish", "nuts",
    "picadura", "pico una abeja", "pico una avispa", "me pico", "le pico",
    "cacahuate", "mani", "camaron", "camarones", "pique par", "piquee par",
    "guepe", "abeille", "cacahuete", "picada", "picado por", "amendoim",
    "camarao", "gestochen", "wespe", "biene", "erdnuss", "puntura", "punto da",
    "ong dot", "ong chich", "nakagat ng bubuyog", "kinagat ng", "myel pike",
    "蜂蜇", "蜜蜂叮", "花生", "벌에 쏘", "укусила пчела", "укусила оса", "لسعه",
    "لسعتني", "蜂に刺", NULL};
static const char *const faces[] = {
    "face", "lip", "lips", "mouth", "tongue", "throat", "eyes", "neck", "cara",
    "labio", "labios", "boca", "lengua", "garganta", "ojos", "cuello",
    "visage", "levre", "levres", "bouche", "langue", "gorge", "rosto", "lingua",
    "gesicht", "lippe", "lippen", "zunge", "hals", "viso", "faccia", "labbra",
    "gola", "mat", "moi", "mukha", "labi", "figi", "bouch", "脸", "臉", "嘴",
    "얼굴", "입술", "лицо", "губы", "وجهي", "شفتي", "顔", "唇", NULL};
/* Sight that is lost; but not of a link. */
static const char *const blind[] = {
    "cant see out", "cant see from my", "cant see from one", "cant see out of",
    "cant see in my left eye", "cant see in my right eye", "cant see in one eye",
    "cant see with my", "cant see with one", "cant see on one side",
    "loss of vision", "loss of sight", "vision loss", "lost vision",
    "lost sight", "losing my vision", "losing my sight", "losing vision",
    "vision went black", "vision is gone", "suddenly blind", "blind in one",
    "ver de un ojo", "veo de un ojo", "ver con un ojo", "veo con un ojo",
    "ver del ojo", "veo del ojo", "perdi la vista", "perdio la vista",
    "perdiendo la vista", "vois plus d", "vois plus de", "perdu la vue",
    "perdi a visao", "perdeu a visao", "vejo de um olho", "enxergo de um olho",
    "sehe nichts mehr auf", "vedo da un occhio", "perso la vista",
    "khong thay duong", "mu mot mat", "hindi makakita", "pa ka we",
    "一只眼睛看不见", "突然看不见", "突然看不見", "눈이 안 보", "ослеп*", "فقدت البصر",
    "急に見えなく", NULL};
static const char *const blind_not[] = {
    "coverage", "insurance", "plan", "benefits", "screening", "test", "tests",
    "clinic", "center", "specialist", "last year", "years ago", "* years ago",
    NULL};
static const char *const sees_nothing[] = {"cant see anything", NULL};
static const char *const on_a_screen[] = {
    "on", "in", "at", "from", "about", "available", "open", "under", "until",
    "before", "you", "else", "listed", "when i click", "when i open",
    "here on", "online", NULL};
/* Words that somebody cannot say; but who is at work will not. */
static const char *const mute[] = {
    "cant talk", "cannot talk", "cant speak", "cannot speak", "unable to speak",
    "unable to talk", "stopped talking", "talking funny", "talking weird",
    "speech is funny", "speech is weird", "speech is slurr*", NULL};
static const char *const mute_not[] = {
    "on", "now", "right now", "rn", "at", "to", "with", "about", "until",
    "today", "because", "cuz", "bc", "long", "much", "this", "that", "english",
    "spanish", "for", "in", "then", "tomorrow", "during", "when", "while",
    "but text", "yet", "he is at work", "hes at work", "she is at work",
    "shes at work", "hes working", "shes working", "hes busy", "shes busy",
    "he is busy", "she is busy", "hes in a", "shes in a", "hes driving",
    "shes driving", "over the phone", "he had a stroke in 19*", "he had a stroke in 20*",
    "she had a stroke in 19*", "she had a stroke in 20*", "since his stroke",
    "since her stroke", NULL};
static const char *const grounds[] = {
    "coffee ground", "coffee grounds", "like coffee", "como cafe",
    "cafe molido", "borra de cafe", "posos de cafe", "marc de cafe",
    "borra de cafe", "kaffeesatz", "fondi di caffe", "ba ca phe", "咖啡渣",
    "кофейная гуща", NULL};
static const char *const vomits[] = {
    "vomit*", "throwing up", "threw up", "throw up", "puke", "puked", "puking",
    "throws up", "vomi", "vomis", "erbreche*", "erbrochen", "non ra", "sumuka",
    "nagsusuka", "吐", "呕", "рвота", "рвет", NULL};
static const char *const threats[] = {
    "hell hurt me", "shell hurt me", "he will hurt me", "she will hurt me",
    "theyll hurt me", "they will hurt me", "he might hurt me",
    "she might hurt me", "he may hurt me", "hes going to hurt",
    "he is going to hurt", "he wants to hurt me", "hes gonna hurt",
    "threatening to hurt me", "threatened to hurt me", "threatened to kill",
    "threatening to kill", "me quiere pegar", "me quiere lastimar",
    "me quiere matar", "me va a pegar", "me va a lastimar",
    "me va a hacer dano", "me amenaza", "me amenazo", "amenazo con matar*",
    "va me frapper", "va me faire du mal", "veut me frapper",
    "menace de me tuer", "vai me bater", "vai me machucar", "quer me bater",
    "quer me matar", "ameacou me matar", "will mich schlagen",
    "wird mir was antun", "vuole picchiarmi", "mi fara del male",
    "doa giet toi", "sasaktan niya ako", "papatayin niya ako",
    "他会打我", "他要打我", "он меня убьет", "سيضربني", NULL};
static const char *const by_needle[] = {
    "with the needle", "with a needle", "with the shot", "with the drill",
    "during", "when drawing", NULL};
static const char *const heads[] = {
    "hit head", "hit his head", "hit her head", "hit their head",
    "hit the back of my head", "hit the back of his head",
    "hit the back of her head", "banged my head", "banged his head",
    "banged her head", "bumped head", "cracked my head", "cracked his head",
    "cracked her head", "golpeo la cabeza", "golpeo en la cabeza",
    "pego en la cabeza", "golpee la cabeza", "golpee en la cabeza",
    "cogne la tete", "tape la tete", "bateu a cabeca", "bati a cabeca",
    "kopf gestossen", "kopf angeschlagen", "auf den kopf gefallen",
    "battuto la testa", "sbattuto la testa", "dap dau", "nauntog",
    "frape tet", "撞到头", "撞到頭", "摔到头", "머리를 부딪", "머리를 다쳤",
    "ударился головой", "ударилась головой", "ضربت راسي", "头を打",
    "頭を打", NULL};
static const char *const strokes[] = {
    "stroke", NULL};
static const char *const strokes_not[] = {
    "of luck", "of genius", "in 19*", "in 20*", "last year", "years ago",
    "years back", "a year ago", "* years ago", "survivor", "center", "support",
    "prevention", "rehab", "specialist", "clinic", NULL};

/* Who says it of somebody's life says no STOP to us. */
#define STOPS(sign) \
    sign " stop*", sign " has stop*", sign " have stop*", sign " just stop*", \
        sign " suddenly stop*", sign " ceased"
const char *const lexicon_vital_stops[] = {
    STOPS("breathing"), STOPS("heart"), STOPS("heartbeat"),
    STOPS("heart beat"), STOPS("pulse"), STOPS("kicks"), STOPS("baby kicking"),
    STOPS("babys kicking"), STOPS("baby moving"), STOPS("babys moving"),
    STOPS("baby movement"), STOPS("baby movements"), STOPS("babys movement"),
    STOPS("babys movements"), STOPS("fetal movement"), STOPS("fetal movements"),
    STOPS("respiracion"), STOPS("corazon"), STOPS("pulso"), STOPS("latidos"),
    "respiracion se paro", "respiracion se detuvo", "corazon se paro",
    "corazon se detuvo", "corazon dejo de", "pulso se paro", "pulso se detuvo", "dejo de respirar",
    "dejado de respirar", "no se mueve el bebe", "coeur sest arrete",
    "arrete de respirer", "coracao parou", "parou de respirar",
    "herz steht still", "aufgehort zu atmen", "cuore si e fermato",
    "smesso di respirare", NULL};
static const char *const vital_stops_not[] = {
    "hurting", "racing", "pounding", "fluttering", "skipping", "being",
    "taking", "getting", "sending", "texting", "calling", NULL};

const struct lexicon_pair lexicon_pairs[] = {
    {lexicon_vital_stops, NULL, vital_stops_not, NULL},
    {chest, aches, NULL, NULL},
    {breath, hardly, NULL, NULL},
    {blood, heavily, NULL, NULL},
    {numb, side, NULL, NULL},
    {throat, swelling, NULL, NULL},
    {still, whom, NULL, NULL},
    {wound, opened, NULL, NULL},
    {falls, cries, falls_not, NULL},
    {fell, lies, falls_not, NULL},
    {fell, lame, falls_of_old, NULL},
    {bleeds_now, wound, bleeds_now_not, NULL},
    {asthma, NULL, long_ago, NULL},
    {pens, NULL, long_ago, NULL},
    {stings, swelling, NULL, faces},
    {blind, NULL, blind_not, NULL},
    {sees_nothing, NULL, on_a_screen, NULL},
    {mute, speakers, mute_not, NULL},
    {grounds, vomits, NULL, NULL},
    {threats, NULL, by_needle, NULL},
    {heads, NULL, long_ago, NULL},
    {lifeless, babies, NULL, NULL},
    {lexicon_bleeds, pregnant, bleeds_not, NULL},
    {fetus_still, fetus, NULL, NULL},
    {when_breathing, hurts_then, NULL, NULL},
    {mouths, blues, NULL, NULL},
    {makes_sense, speakers, NULL, NULL},
    {stiff_neck, lexicon_fever, NULL, NULL},
    {cold_sweats, with_sweat, NULL, NULL},
    {dying, NULL, dying_not, NULL},
    {talks, NULL, talks_not, NULL},
    {strokes, NULL, strokes_not, NULL},
    {NULL, NULL, NULL, NULL},
};
