"""Words that tell what a sentence may say: one table of cues, and one of the words of time that dateparser lacks.

A cue proposes; it decides nothing. To teach the desk a word, put it into a row here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_WHOLE = r"(?<!\w)"


@dataclass(frozen=True)
class Cue:
    """Words of one language that tell what a sentence may say, and the cells that they propose.

    ``way`` is how actors stand around them: "forth", who does it stands before them; "back", behind them, as in the
    passive; "with", both stand before or around them alike; "title", they stand between a body and who is at its head.
    """

    family: str
    language: str
    words: str  # a pattern
    table: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    way: str = "forth"

    @property
    def pattern(self) -> re.Pattern[str]:
        """What finds it: whole words, but for what hangs on a name ("'s president", ", leader of", "-backed")."""
        hangs = self.words.startswith(("(?<", ",?", "(?:['", "،"))
        return re.compile(rf"{'' if hangs else _WHOLE}(?:{self.words})(?!\w)", re.IGNORECASE)


_SUPPORTS = {
    "weapons": r"(?:supply|supplie[sd]|supplying|provid\w+|deliver\w*|sent|sends?|ship\w*) (?:\w+ ){0,3}(?:arms|weapons|drones|ammunition)(?: and \w+)? (?:to|for)",
    "mercenaries": r"(?:sent|sends?|sending|deploy\w*|recruit\w*) (?:\w+ ){0,4}(?:mercenaries|contractors)(?: \w+){0,3} (?:to|for|alongside|with)",
    "troops": r"(?:sent|sends?|sending|deploy\w*|dispatch\w*) (?:\w+ ){0,3}(?:troops|soldiers|forces)(?: \w+){0,3} (?:to|for|in support of|alongside)",
    "training": r"train(?:s|ed|ing)?",
    "funding": r"(?:fund|financ|bankroll)(?:s|es|e|ed|ing)?",
    "unspecified": r"(?:back|support|aid|sponsor|prop up|assist)(?:s|ed|ing)?|(?:back|support)ers? of|ally of|(?:lends?|gives?|gave|throws?|threw) (?:\w+ )?(?:support|backing) (?:to|behind)",
}

#: What a sentence may say. The first cue of a family that is found at a place is the one that counts.
CUES: tuple[Cue, ...] = (
    *(
        Cue("backing", "en", rf"{verb}(?: and \w+ed)?\W+by", "backers", {"support": support}, "back")
        for support, verb in {
            "unspecified": "backed|supported|aided|sponsored|helped|assisted|propped up", "weapons": "armed|supplied",
            "training": "trained", "funding": "funded|financed|bankrolled",
        }.items()
    ),
    Cue("backing", "en", r"with (?:\w+ )?(?:the )?(?:backing|support|help|aid) (?:of|from)|(?:support|backing|help|aid) from",
        "backers", {"support": "unspecified"}, "back"),
    Cue("backing", "en", r"(?<=\w)-(?:backed|supported|sponsored|armed|allied)", "backers", {"support": "unspecified"}),
    *(Cue("backing", "en", verb, "backers", {"support": support}) for support, verb in _SUPPORTS.items()),
    Cue("backing", "ar", "المدعوم(?:ة|ين)? (?:من|عسكريا من)|بدعم (?:من)?|تدعمه[ام]?|يدعمه[ام]?", "backers", {"support": "unspecified"}, "back"),
    Cue("backing", "ar", "[يت]دعم|دعمت?|تؤيد|يؤيد|تساند|يساند", "backers", {"support": "unspecified"}),
    Cue("opposing", "en", r"(?:fight|fought|battl|oppos|attack|combat|besieg)\w*(?: against)?|at war with|clash\w* with|(?:campaign|offensive|war|fight) against",
        "ties", {"kind": "opposes"}),
    Cue("opposing", "ar", "[يت]قاتل|[يت]حارب|[يت]عارض|ضد|هجوم على", "ties", {"kind": "opposes"}),
    Cue("cooperating", "en", r"allied (?:with|to)|all(?:y|ies) of|cooperat\w+ with|alongside|loyal to", "ties", {"kind": "cooperates-with"}),
    Cue("leading", "en", r"led by|headed by|commanded by|under the command of", "ties", {"kind": "leads"}, "back"),
    Cue("leading", "en", r",? (?:the |its |who is |a )?(?:\w+ )?(?:commander|leader|head|chief|president|prime minister|premier|chairman|king|emir)(?: of| in chief of)(?: the)?",
        "ties", {"kind": "leads"}),
    Cue("leading", "en", r"(?:['’]s)? (?:\w+ )?(?:president|prime minister|premier|leader|commander|chief|chairman|speaker|head),?",
        "ties", {"kind": "leads"}, "title"),
    Cue("belonging", "en", r"(?:['’]s)? (?:foreign|defen[cs]e|interior|energy|foreign affairs) (?:minister|secretary|ministry)(?: spokes\w+)?,?|spokes(?:man|woman|person),?",
        "ties", {"kind": "member-of"}, "title"),
    Cue("belonging", "en", r",? (?:a |the )?(?:spokes(?:man|woman|person) (?:for|of)|member of|minister (?:in|of))(?: the)?", "ties", {"kind": "member-of"}),
    Cue("leading", "ar", "،? ?(?:قائد|رئيس|زعيم)", "ties", {"kind": "leads"}),
    Cue("mediation", "en", r"mediat\w+|brokered|brokering|go-between", "participants", {"role": "mediator"}),
    Cue("mediation", "ar", "وساطة|توسط\\w*|بوساطة", "participants", {"role": "mediator"}),
    Cue("signing", "en", r"(?:refus\w+ to|without|did not|didn['’]t|fail\w* to|declin\w+ to|not) sign\w*", "participants", {"role": "withholds"}),
    Cue("signing", "en", r"sign(?:s|ed|ing)?|signator(?:y|ies)", "participants", {"role": "signatory"}),
    Cue("signing", "ar", "(?:دون|من دون|بدون|رفض|لم|عدم|بعدم|بلا) (?:أن |ال)?[يت]وق[يع]ع?", "participants", {"role": "withholds"}),
    Cue("signing", "ar", "(?:و?وقّ?ع|وقعا|وقعت|وقعتها|توقيع|التوقيع)", "participants", {"role": "signatory"}),
    Cue("left out", "en", r"(?:not|neither|without|never|nor) (?:\w+ ){0,4}consult\w+", "participants", {"role": "not-consulted"}, "object"),
    Cue("pressing", "en", r"pressur\w+|press(?:es|ed|ing)|forc(?:e|es|ed|ing)|push(?:es|ed|ing)|pushed", "participants", {"role": "pressured"}, "object"),
    Cue("leaving", "en", r"withdr(?:ew|aws?|awn)|(?:pull|walk|storm)(?:s|ed|ing)? out|cancel\w*", "participants", {"role": "withdraws"}),
    Cue("waging", "en", r"launch\w*|wag(?:e|es|ed|ing)|mount(?:s|ed|ing)?", "participants", {"role": "party"}),
    Cue("calling", "en", r"(?:call|appeal)(?:s|ed|ing)? (?:\w+ ){0,2}for|propos(?:es|ed|ing)|initiat(?:es|ed|ing)|conven(?:es|ed|ing)", "participants", {"role": "convener"}),
    Cue("attending", "en", r"host(?:s|ed|ing)?", "participants", {"role": "host"}),
    Cue("attending", "en", r"invit(?:e|es|ed|ing)|to invite", "participants", {"role": "invited"}, "object"),
    Cue("attending", "en", r"(?:called|calls|calling|urged|urges|urging) (?:on|upon)?", "participants", {"role": "caller"}),
    Cue("attending", "en", r"attend\w*|took part|takes part|met|meets|meeting|held talks|talks (?:with|between)|spoke(?: by phone)?(?: with| alongside)|speaking alongside",
        "participants", {"role": "attends"}, "with"),
    Cue("attending", "en", r"(?:arriv|travel|flew|fly|flown|left|leav|return)\w*(?= )", "participants", {"role": "traveller"}),
    Cue("attending", "ar", "غادر|وصل|يصل|توجه", "participants", {"role": "traveller"}),
    Cue("objecting", "en", r"object(?:s|ed|ing)? to|reject(?:s|ed|ing)?|rebuff\w*|oppos(?:es|ed) the (?:deal|truce|ceasefire|agreement)", "participants", {"role": "objects"}),
    # What kind of event it is, the more telling first.
    Cue("event", "en", r"(?:call|appeal)(?:s|ed|ing)? (?:\w+ ){0,3}for (?:\w+ ){0,3}(?:cease-?fire|truce)", "events", {"kind": "ceasefire-call"}),
    Cue("event", "en", r"cease-?fires?|truces?|armistice", "events", {"kind": "truce"}),
    Cue("event", "ar", "وقف (?:ل?إ?ا?طلاق النار)|هدنة", "events", {"kind": "truce"}),
    Cue("event", "en", r"conference|summit|peace talks|talks|negotiations", "events", {"kind": "talks"}),
    Cue("event", "ar", "مؤتمر|محادثات|مباحثات|مفاوضات", "events", {"kind": "talks"}),
    Cue("event", "en", r"agreements?|accords?|deals?|memorand\w+|treaty|pact|declaration", "events", {"kind": "agreement"}),
    Cue("event", "ar", "اتفاق\\w*|مذكرات التفاهم|مذكرة", "events", {"kind": "agreement"}),
    Cue("event", "en", r"initiative|peace plan|roadmap|proposals?", "events", {"kind": "proposal"}),
    Cue("event", "en", r"offensive|assault|campaign to|attempt to (?:seize|take|capture)|advance on|captur\w+|seiz\w+", "events", {"kind": "offensive"}),
    Cue("event", "en", r"overthr\w+|toppl\w+|oust\w*", "events", {"kind": "overthrow"}),
    Cue("event", "en", r"uprising|protests?|demonstrations?", "events", {"kind": "protest"}),
    Cue("event", "en", r"met(?= )|meeting|held talks", "events", {"kind": "meeting"}),
    Cue("event", "en", r"phone(?:d| call)|telephone\w*", "events", {"kind": "call"}),
    Cue("event", "en", r"visit(?:s|ed|ing)?", "events", {"kind": "visit"}),
    # How firm it is.
    Cue("threat", "en", r"threat(?:en\w*|s)?|vow(?:s|ed|ing)? to|warn(?:s|ed|ing)? (?:it|he|they) would", cells={"modality": "threatened"}),
    Cue("threat", "ar", "هدد\\w*|[يت]هدد|توعد\\w*", cells={"modality": "threatened"}),
    Cue("condition", "en", r"(?:only )?if|unless|provided(?: that)?|on (?:the )?condition(?: that)?|as long as", cells={"modality": "conditional"}),
    Cue("condition", "ar", "إذا|بشرط|شريطة|ما لم", cells={"modality": "conditional"}),
    Cue("fear", "en", r"fear(?:s|ed|ing)?(?: that)?|worr(?:y|ies|ied)", cells={"modality": "feared"}),
    Cue("prediction", "en", r"(?:is|are|was|were) (?:expected|likely|set) to|predict\w*|will likely|may(?! \d)|could|might", cells={"modality": "predicted"}),
    Cue("plan", "en", r"plan(?:s|ned|ning)? (?:to|for)|intend\w* to|to be held|is to|are to|will|scheduled|would", cells={"modality": "planned"}),
    Cue("denial", "en", r"den(?:y|ies|ied|ying)", cells={"status": "denied"}),
    Cue("denial", "ar", "نفى|نفت|[يت]نفي", cells={"status": "denied"}),
    Cue("accusation", "en", r"accus(?:e|es|ed|ing)|alleg(?:e|es|ed|ing|edly)|blam(?:e|es|ed|ing)", cells={"status": "alleged"}),
    Cue("accusation", "ar", "اتهم\\w*|[يت]تهم", cells={"status": "alleged"}),
)  # fmt: skip

#: Words of speaking; who speaks stands beside them.
SPEECH = {
    "en": r"said|says|say|saying|told|tells|added|adds|announced|warned|stated|declared|according to|insisted|quoted|claimed|claims"
    r"|wrote|tweeted|explained|noted|confirmed|acknowledged|described|stressed",
    "ar": "قال|قالت|وقال|وأضاف|أضاف|أعلن|أعلنت|أكد|أكدت|صرح|ذكر|ذكرت|أوضح|بحسب|وفق|أبلغ|ابلغ|واعتبر|اعتبر",
    "fr": "a dit|a déclaré|a annoncé|selon|affirme|a affirmé|a ajouté",
    "es": "dijo|ha dicho|declaró|según|afirmó|anunció|añadió",
    "it": "ha detto|ha dichiarato|secondo|ha affermato|ha annunciato|ha aggiunto",
}
#: Words of speaking behind which stands who listens.
LISTENED = r"told|tells|telling|informed"
#: Words that stand for who was named before.
PRONOUNS = {"en": r"he|she|they|his|her|their|it|its", "ar": ""}
#: Words before a name that tell of a person.
TITLES = {
    "en": "president|prime minister|foreign minister|defen[cs]e minister|interior minister|minister|premier|chancellor|general|gen|field marshal"
    "|marshal|colonel|col|major|maj|brigadier|lieutenant|lt|captain|commander|chief|king|prince|crown prince|emir|sheikh|imam|speaker"
    "|spokesman|spokeswoman|spokesperson|ambassador|envoy|secretary|senator|mr|mrs|ms|dr|sir|leader|strongman|dictator|deputy|secretary-general",
    "ar": "الرئيس|رئيس|وزير|وزير الخارجية|وزير الدفاع|اللواء|المشير|العميد|العقيد|الفريق|الجنرال|السيد|السفير|المبعوث|المتحدث|القائد|قائد",
}
#: Words in a name by which a body is told from a person, with the kind of actor that it is.
BODIES = {
    "government": r"government|administration|cabinet|حكومة \w+",
    "armed-group": r"army|forces?|brigades?|militias?|battalions?|division|guard|front|regiment|squadron|command|battalion|corps|(?:جيش|قوات|كتيبة|لواء) \w+",
    "movement": r"brotherhood|movement|(?:حركة|جماعة) \w+",
    "organisation": r"ministry|council|union|nations|league|organi[sz]ation|party|agency|parliament|house|committee|court|bank|company"
    r"|corporation|institute|university|news|times|office|department|commission|embassy|group|police|service|mission|association|foundation|(?:مجلس|وزارة|حزب|قناة|صحيفة|وكالة) \w+",
}


@dataclass(frozen=True)
class DateWords:
    """Words around dates in one language, each a pattern; empty where there are none."""

    since: str = ""
    until: str = ""
    earlier_than: str = ""
    later_than: str = ""
    throughout: str = ""
    vague: str = ""  # early, late, mid: they narrow nothing that could be derived
    other: str = ""  # in, on: read with the phrase, and mean nothing of their own
    between: str = "(?!)"
    to: str = ""
    last: str = ""
    next: str = "(?!)"
    after: str = "(?!)"  # as "last", but behind the day
    ago: str = ""
    span: str = ""
    weekend: str = ""
    coming: str = ""
    coming_lead: str = ""
    past: str = ""
    glue: str = ""
    prefix: str = ""
    relative: Mapping[str, list[str]] = field(default_factory=dict)
    units: Mapping[str, list[str]] = field(default_factory=dict)
    numbers: Mapping[int, str] = field(default_factory=dict)
    months: tuple[str, ...] = ()

    @property
    def before(self) -> str:
        """Words that may stand before a date, several of them in a row."""
        leads = (self.since, self.until, self.earlier_than, self.later_than, self.throughout, self.vague, self.other)
        some = "|".join(filter(None, leads))
        return rf"(?:(?:{some})[\s-]+)*(?:{some})[\s-]+" if some else ""


DATE_WORDS: Mapping[str, DateWords] = {
    "en": DateWords(
        since="since|starting|beginning|effective|as of|as from|from",
        until="until|till|up to|through",
        earlier_than="before|by|prior to|no later than",
        later_than="after|following",
        throughout="throughout|all|during all of|every day of",
        vague="early|late|mid|the end of|the beginning of|the start of|earlier|later|just|only|the|end of|at the",
        other=r"on|in|during|over|of|this past|(?:[01]?\d|2[0-3]):?[0-5]\d(?: ?[ap]\.?m\.?)?|midnight|noon",
        between="between",
        to="to|until|and|-|–|through|till",
        last="last|past|this past",
        next="next|this coming|coming",
        after="last",
        ago="(?:more than |less than |about |around |nearly |almost |some |over )?(?:NUMBER)\\s+(?:UNIT)\\s+(?:ago|earlier)",
        span="(?:in|over|for|during) (?:the )?(?:past|last|recent)(?: (?:NUMBER))? (?:UNIT)",
        weekend="(?:over |at |on |during )?(?:the |last |this |this past )weekend",
        coming="will|shall|is to|are to|to be held|due|scheduled|set to|plans? to|planned|expected|upcoming|would|by",
        coming_lead="starting|beginning|effective|as of|from|by|until",
        past="said|says|told|announced|added|was|were|had|has|have|met|signed|began|left|called|agreed|arrived",
        relative={"1 day ago": ["the day before"], "2 day ago": ["the day before yesterday"], "0 day ago": ["tonight"]},
        units={"week": ["weeks"], "month": ["months"], "year": ["years"], "decade": ["decades"], "day": ["days"]},
        numbers={
            1: "a|an|one|the", 2: "two|a couple of", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven",
            8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve",
        },
    ),
    "fr": DateWords(
        since="depuis|à partir d[eu]|dès", until="jusqu'(?:à|au|en)|jusqu’(?:à|au|en)", earlier_than="avant", later_than="après",
        throughout="tout au long d[eu']", vague="début|fin|mi|la fin d[eu]|le début d[eu]|le|la|l'", other="en|au|ce|dans|de|du",
        between="entre", to="et|au|à|-|–",
        last="dernier|le dernier", next="prochain", after="dernier|prochain", coming="sera|seront|doit|doivent|prévue?s?|devrait",
        past="a|ont|avait|était|déclaré|annoncé", ago="il y a (?:NUMBER) (?:UNIT)", span="ces (?:NUMBER )?dernier(?:e)?s (?:UNIT)",
        weekend="(?:ce|le) week-end(?: dernier)?", relative={"1 day ago": ["la veille"]},
        units={"week": ["semaines"], "month": ["mois"], "year": ["ans", "année", "années"], "day": ["jours"]},
        numbers={1: "un|une", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 10: "dix"},
    ),
    "es": DateWords(
        since="desde|a partir de", until="hasta", earlier_than="antes de", later_than="después de|tras",
        throughout="durante todo|a lo largo de", vague="principios de|finales de|mediados de|a|el|la", other="en|este|del?",
        between="entre", to="y|al?|hasta|-|–",
        last="pasado|el pasado", next="próximo|el próximo", after="pasado|próximo", coming="será|serán|previst[ao]s?|tendrá|celebrará",
        past="ha|han|fue|dijo|anunció|había", ago="hace (?:más de |casi |unos )?(?:NUMBER) (?:UNIT)",
        span="(?:en )?l[ao]s últim[ao]s (?:NUMBER )?(?:UNIT)", weekend="(?:este|el) fin de semana(?: pasado)?",
        units={"week": ["semanas"], "month": ["meses"], "year": ["años"], "day": ["días"], "decade": ["década", "décadas"]},
        numbers={1: "un|una", 2: "dos", 3: "tres", 4: "cuatro", 5: "cinco", 6: "seis", 7: "siete", 8: "ocho", 10: "diez"},
    ),
    "it": DateWords(
        since="da|dal|dalla|dall'|a partire da[l]?", until="fino a[l]?", earlier_than="prima d[i]|entro", later_than="dopo",
        throughout="per tutt[oa]", vague="inizio|fine|metà|l'inizio di|la fine di|il|lo|la|all'inizio di", other="in|a|nel|di|del",
        between="tra|fra", to="e|al?|-|–",
        last="scors[oa]|l[oa] scors[oa]", next="prossim[oa]", after="scors[oa]|prossim[oa]", coming="sarà|saranno|previst[oaie]|dovrebbe",
        past="ha|hanno|era|detto|aveva|è", ago="(?:NUMBER) (?:UNIT) fa", span="negli ultimi (?:NUMBER )?(?:UNIT)",
        weekend="(?:questo|lo scorso|nel) (?:fine settimana|weekend)",
        units={"week": ["settimane"], "month": ["mesi"], "year": ["anni"], "day": ["giorni"]},
        numbers={1: "un|una|uno", 2: "due", 3: "tre", 4: "quattro", 5: "cinque", 6: "sei", 7: "sette", 8: "otto", 10: "dieci"},
    ),
    "ar": DateWords(
        since="منذ|اعتبارا من|اعتباراً من|ابتداء من|بدءا من|بدءاً من", until="حتى|إلى", earlier_than="قبل", later_than="بعد",
        throughout="طوال|طيلة", vague="أوائل|أواخر|مطلع|نهاية|بداية|منتصف|صباح|مساء|ليل|ليلة|فجر|ظهر", other="من|يوم|في|خلال|شهر|عام|سنة",
        between="بين", to="و|إلى|حتى|-|–",
        last="(?!)", next="المقبل|القادم", after="الماضي|المنصرم|المقبل|القادم", coming="سوف|المقبل|القادم|المقرر|المزمع|يعقد|ستعقد",
        past="قال|أعلن|أكد|كان|كانت|غادر|وقع",
        ago="(?:قبل|منذ) (?:نحو )?(?:NUMBER) (?:UNIT)", span="خلال ال(?:UNIT) (?:الماضية|الأخيرة)", glue="(?:يوم )?", prefix="[وبلف]?",
        relative={
            "1 year ago": ["العام الماضي", "العام المنصرم"], "0 year ago": ["العام الجاري", "العام الحالي", "هذا العام"],
            "0 month ago": ["الشهر الجاري", "الشهر الحالي"], "0 week ago": ["الأسبوع الجاري", "هذا الأسبوع"],
            "1 day ago": ["مساء أمس", "أول من أمس"], "in 1 day": ["غدا", "غداً"], "in 1 week": ["الأسبوع المقبل"],
            "in 1 month": ["الشهر المقبل"], "in 1 year": ["العام المقبل"],
        },
        units={"day": ["أيام", "يوم", "يوما"], "week": ["أسابيع", "أسبوع"], "month": ["أشهر", "شهر", "شهور"], "year": ["سنوات", "أعوام", "عام", "سنة"]},
        numbers={2: "اثنين", 3: "ثلاثة|ثلاث", 4: "أربعة|أربع", 5: "خمسة|خمس", 6: "ستة|ست", 7: "سبعة|سبع", 8: "ثمانية|ثماني", 9: "تسعة|تسع", 10: "عشرة|عشر"},
        months=(
            "كانون الثاني|جانفي", "شباط|فيفري", "آذار", "نيسان|أفريل|ابريل", "أيار|ماي", "حزيران|جوان", "تموز|جويلية",
            "آب|أوت|اغسطس", "أيلول", "تشرين الأول|اكتوبر", "تشرين الثاني", "كانون الأول",
        ),
    ),
}  # fmt: skip
