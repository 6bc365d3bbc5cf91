"""Words that tell what a sentence may say: one table of cues, and one of the words of time that dateparser lacks.

A cue proposes; it decides nothing. To teach the desk a word, put it into a row here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
