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
    "不动了", "isnt responding", "not responding", "doesnt respond", NULL};
static const char *const whom[] = {
    "he", "she", "him", "her", "hes", "shes", "baby", "mom", "mother", "dad",
    "father", "husband", "wife", "son", "daughter", "grandma", "grandpa",
    "floor", "esposo", "esposa", "mama", "papa", "hijo", "hija", "bebe",
    "abuela", "abuelo", "mari", "femme", "mere", "pere", "fils", "fille",
    "elle", "marido", "mae", "pai", "filho", "filha", "ele", "ela", "mann",
    "mutter", "vater", "marito", "moglie", "madre", "padre", "figlio", "figlia",
    "bambino", "er", "meine frau", "kind", "sohn", "tochter", NULL};
static const char *const wound[] = {
    "stitches", "staples", "incision", "wound", "puntos", "herida", NULL};
static const char *const opened[] = {
    "came open", "opened", "burst", "split open", "popped open", "came apart",
    "se abrio", "se abrieron", "se me abrio", NULL};
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
static const char *const falls_not[] = {
    "asleep", "sick", "through", "behind", "short", "apart", "ill", "out of",
    "in love", "for it", "for a", "my app*", "the app*", "my visit", "my date",
    "my time", "mine", "it", "that app*", "this app*",
    "to another", "to next", "to a different", "until", "la llamada",
    "la linea", "el sistema", "el internet", NULL};
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
static const char *const strokes[] = {
    "stroke", NULL};
static const char *const strokes_not[] = {
    "of luck", "of genius", "in 19*", "in 20*", "last year", "years ago",
    "years back", "a year ago", "* years ago", "survivor", "center", "support",
    "prevention", "rehab", "specialist", "clinic", NULL};

const struct lexicon_pair lexicon_pairs[] = {
    {chest, aches, NULL, NULL},
    {breath, hardly, NULL, NULL},
    {blood, heavily, NULL, NULL},
    {numb, side, NULL, NULL},
    {throat, swelling, NULL, NULL},
    {still, whom, NULL, NULL},
    {wound, opened, NULL, NULL},
    {falls, cries, falls_not, NULL},
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
