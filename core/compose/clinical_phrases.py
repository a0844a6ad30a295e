"""Turns of phrase and shapes that look clinical or identifying (U44), and those that only sound so."""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)


_KIN = "mum|mom|mam|mother|dad|father|parents?|husband|wife|boyfriend|girlfriend|son|daughter|sister|brother|gran|carer"
_BODY = "foot|feet|hand|head|heart|eyes?|ears?|nose|mouth|legs?|arms?|skin|chest|breasts?|neck|fingers?|thumb"
_WHOSE = "your|ur|his|her|their|left|right|lower|upper|both|sore|bad"
_TIMES = r"(?:once|twice|thrice|(?:\d|one|two|three|four) ?(?:x|times))"

# What is done, felt, taken, found or said, where each word alone is harmless.
PHRASES = (
    # bodies
    _any(
        rf"\b(?:{_WHOSE}) (?:{_BODY})\b(?![- ](?:side|luggage|bag|out|count|office))",
        r"\b(?:your|ur|his|her|their|lower|upper|sore|bad) back\b(?![- ]?(?:seat|door|garden|row"
        r"|page|up\b))",
        r"\bhow(?:'s| is| are) the (?:back|foot|feet|leg|arm|head|hand)\b",
    ),
    _any(
        r"\b(?:hand, foot|foot) and mouth\b",
        r"\b(?:heart|eye|ear|skin|foot|breast|hearing|blood|sleep|bone) (?:test|check|scan|exam"
        r"|review|clinic|surgery|study)\b",
    ),
    # how somebody is
    _any(
        r"\bhow (?:are|r|is|have|has) (?:you|u|he|she|they|things)(?: been)? (?:feeling|coping"
        r"|sleeping|eating|healing)\b",
        r"\b(?:you|u|he|she|they|it)(?:'s|'re| are| is| been| still){0,3} (?:sleeping|vomiting"
        r"|limping|hurting|drinking|smoking)\b",
        r"\b(?:are|r|is|been|were) (?:you|u|he|she|they|it) (?:still )?(?:sleeping|vomiting"
        r"|limping|hurting|drinking|smoking|taking (?:your|any|it|them|his|her))\b",
        r"\b(?:wak(?:es?|ing)|gets? up|getting up)\b.{0,25}\b(?:night|wee|pee)\b",
        r"\bto (?:wee|pee|poo)\b",
        r"\b(?:if|when|until) (?:it|that|this|the \w+) (?:gets?|is getting|becomes?) (?:worse"
        r"|better)\b",
        r"\b(?:have|has|had|giving) (?:a )?(?:temperature|funny turn|giving way)\b",
        r"\bgiving way\b",
    ),
    # remedies and how to take them
    _any(
        rf"\b{_TIMES} (?:a |per |each )?(?:day|daily|night)\b",
        r"\bmax(?:imum)? (?:of )?\d+ (?:a|per) day\b",
        r"\bevery (?:\d+|four|six|eight|twelve)(?: ?(?:-|–|to|or) ?\d+)? ?(?:h|hrs?|hourly|hours)\b",
        r"\b(?:tak\w+|it|them|tablets?|daily|a day) with food\b",
        r"\b(?:on an )?empty stomach\b",
        r"\bblood thinners?\b",
        r"\b(?:one|two|half|\d) (?:a )?(?:tabs?|capsules?|puffs?|sprays?|sachets?|spoonfuls?"
        r"|teaspoons?)\b",
        r"\b(?:stop|start|keep|finish|been|not|still) taking (?:your|the|ur|his|her|it"
        r"|them)\b(?! (?:bus|train|lift|stairs))",
        r"\b(?:sent|emailed|faxed)\b.{0,20}\b(?:chemist|pharmacy)\b",
    ),
    # bodies and moods that change
    _any(
        r"\b(?:lose|lost|gained|put on) (?:\w+ |\d+\.\d )?(?:kgs?|kilos?|pounds?|lbs?|stone"
        r"|weight)\b",
        r"\b(?:food|bladder|sleep|mood|pain|headache|symptom|thought|worry) (?:diary|journal|log"
        r"|chart)\b",
        r"\bsleep (?:hygiene|tips|routine)\b",
        r"\b(?:your|his|her) hearing\b",
        r"\b(?:you|he|she)(?:'ve| have|'s| has)? (?:been |are |is )?(?:feel |feeling |felt "
        r"|been )(?:so |very |a bit |really )?(?:low|down|weepy|tearful|on edge|poorly|unwell)\b",
        r"\b(?:the|your|his|her) (?:scan|swab|smear|bump)\b(?! (?:the|code|of|in the))",
        r"\b(?:keep|put|rest) (?:your|the|his|her) (?:leg|foot|arm|feet) (?:up|raised|dry"
        r"|elevated)\b",
    ),
    # what is done
    _any(
        r"\b(?:your|ur|his|her|an|after the|before the|since the) (?:operation|op|procedure"
        r"|extraction|birth)\b(?! (?:of|for))",
        r"\b(?:after|before|since|following) surgery\b(?! (?:opens|closes|hours))",
        r"\bsurgery (?:date|went)\b",
        r"\b(?:listed|referred|booked|ready) for (?:\w+ ){0,2}(?:surgery|operation|procedure"
        r"|theatre)\b",
        r"\b(?:post|pre)[- ]?op\b",
        r"\b(?:nothing|don'?t|do not|no|not|avoid) (?:to )?(?:eat|eating|food)\b.{0,25}\b(?:after"
        r"|from|for|before|midnight)\b",
        r"\bfast(?:ing)? (?:for|from|before|blood)\b",
        r"\bnil by mouth\b",
        r"\b(?:a|your|one|two|three|white|temporary|new|the) fillings?\b(?! (?:in|out|up|station))",
        r"\bscale and polish\b",
    ),
    # findings
    _any(
        r"\b(?:came?|come) (?:back|bk) (?:as )?(?:clear|normal|abnormal|positive|negative|fine|ok"
        r"|okay|good|high|low|raised)\b",
        r"\b(?:slightly|bit|too|quite|very|really|a little) (?:high|low|raised|underactive"
        r"|overactive|elevated)\b(?! (?:on|in|demand|street|cost|price|wind|season))",
        r"\b(?:results?|levels?|count|readings?|scores?|iron|sugars?) (?:is|are|was|were"
        r"|r) (?:\w+ )?(?:high|low|raised|normal|fine|ok|clear|up|down|good)\b",
        r"\b(?:tests?|results?|scans?|bloods?) (?:was|were|is|are)? ?(?:negative|positive|abnormal"
        r"|normal|clear)\b(?! feedback)",
    ),
    # what was spoken of
    _any(
        r"\b(?:intrusive|dark|unwanted|racing|suicidal|unhelpful) thoughts\b",
        r"\b(?:the|your|his|her) anger\b",
        r"\bthe affair\b",
        r"\b(?:couples?|grief|marriage|bereavement|trauma) (?:session|therapy|counselling|work)\b",
        r"\brebuild\w* trust\b",
        r"\b(?:your|ur|his|her) (?:drinking|smoking|gambling|self-care|mood|thoughts diary)\b",
        r"\bunits (?:of|each|a|per) (?:alcohol|day|week)\b",
        r"\b(?:cut|cutting|harm|harming|hurt|hurting|kill|killing) (?:your|him|her|them)sel(?:f"
        r"|ves)\b",
        r"\bcutting herself\b",
        r"\b(?:after|worried\b.{0,15}|concerned\b.{0,15}) ?what (?:you|he|she) (?:said|told"
        r"|shared)\b",
        r"\b(?:samaritans|beyond blue|telefonseelsorge)\b",
        r"\blifeline\b",
        r"\b(?:not wanting|don'?t want) to be (?:here|alive)\b",
        r"\b(?:dis|un)?safe at home\b",
        rf"\b(?:{_KIN})\W+(?:\w+\W+)?(?:said|says|told|tells|mentioned|worries|noticed)\b",
        r"\b(?:last|missed|late|heavy|painful|your) periods?\b(?! of)",
        r"\b(?:day \w+|start) of your (?:\w+ )?(?:cycle|period)\b",
        r"\byou(?:\'re| are) (?:now )?\d{1,2} weeks\b|\b\d{1,2} weeks (?:gone|along|pregnant)\b",
    ),
    # why somebody is sent on
    _any(
        r"\b(?:we|i|we've|i've|we have|i have|dr \w+|doctor|gp) (?:has |have "
        r"|'ve )?(?:now )?refer(?:red)? (?:you|him|her|them)\b",
        r"\bsent you to us (?:for|with|because)\b",
        r"\bwritten to the \w+ologist\b",
    ),
    # German
    _any(
        r"\b(?:besser|schlimmer|schlechter) geworden\b",
        r"\bgeht es (?:Ihnen|dir|ihm|ihr|Ihrem|dem|der)\b.{0,25}\b(?:besser|schlechter|seit|nach)\b",
        r"\büberweisung (?:zum|zur|an den|an die|für)\b",
        r"\b(?:\d|ein|zwei|drei) ?(?:x|mal) (?:am tag|täglich|pro tag)\b",
        r"\b(?:die|ihre|keine) beschwerden\b",
        r"\bwir haben bei (?:ihnen|dir|ihm|ihr|ihrem \w+) .{0,40}(?:festgestellt|gefunden)\b",
    ),
)

_LABEL = (
    r"(?:nhs|chi|medicare|ihi|dva|ppsn?|ssn|social security|national insurance|insurance"
    r"|policy|member(?:ship)?|subscriber"
    r"|passport|driv(?:ing|er'?s) licen[cs]e|medical card|patient|mrn|authori[sz]ation"
    r"|krankenkassen?|ausweis|reisepass|steuer)"
)
_NUMBER = r"(?:number|no\b\.?|nr\b\.?|id\b|#|nummer)"
_YEAR = r"(?:19\d\d|200\d|201\d)"
SHAPES = (
    re.compile(
        r"\b(?:born|date of birth|d\.?o\.?b\.?|geb\.?|geboren"
        r"|geburtsdatum)(?!\w)[^.]{0,12}?\d{1,4}[ /.-]\w+",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b\d{{1,2}}[ /.-](?:\d{{1,2}}|[A-Z][a-z]{{2,8}})[ /.-]{_YEAR}\b|\b{_YEAR}-\d\d-\d\d\b"
    ),  # long past: a birth
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),  # a postcode
    re.compile(
        r"\b\d+(?:\.\d+)? ?(?:mg|mcg|µg|mmol|mmhg|units)\b|\b\d+(?:\.\d+)? ?g (?:once|twice|\d"
        r"|a day|daily)",
        re.IGNORECASE,
    ),
    re.compile(r"(?<!/)\b(?:[7-9]\d|1\d\d|2[0-4]\d)/(?:[3-9]\d|1[0-4]\d)\b(?!/)"),  # a blood pressure, not a day
    re.compile(
        rf"\b{_LABEL}(?: card)?(?: {_NUMBER}"
        rf"| code)?[ :=-]{{1,3}}[A-Z]{{0,3}}\d(?:[ -]?\d){{4,}}[A-Z]{{0,2}}\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:{_LABEL}(?: card)?[ -]?{_NUMBER}"
        rf"|versicher\w*nummer)[^.!?\n€$£\d]{{0,25}}\d(?:[ -]?\d){{3,}}",
        re.IGNORECASE,
    ),
    re.compile(r"\bssn\b", re.IGNORECASE),
    re.compile(
        r"\b\d{3}-\d{2}-\d{4}\b|\b\d{7}[A-W][A-IW]?\b"
        r"|\b[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]\b"
    ),  # SSN, PPSN, NINO
    re.compile(r"\b[2-6]\d{3} \d{5} \d\b|\b[A-Z]\d{9}\b"),  # Medicare (AU) as it is printed, Versichertennummer
    re.compile(  # where somebody lives, said so
        r"\b(?i:you down (?:as|at)|have you (?:as|at|down)|you(?:'re| are| still)* living at"
        r"|live[sd]? at|your (?:home|new|old) address is"
        r"|wohnhaft|wohnen sie|ihre (?:adresse|anschrift) (?:ist"
        r"|lautet))\b[^.!?\n]{0,12}?(?:\d+\w? [A-Z]\w+ [A-Z]\w+|[A-Z]\w+(?:str\.|straße|weg|platz"
        r"|gasse) ?\d+)"
    ),
)

# Ways of speaking that name a body or an illness and mean neither; names; machines.
HARMLESS = _any(
    r"\b(?:(?:dr|mr|mrs|ms|miss|prof|frau|herr)\.? )+(?-i:[A-Z])\w+",
    r"\b(?:wash|wipe|dry|clean|sanitise|sanitize|disinfect) (?:your|ur) (?:hands?|feet)\b",
    r"\b(?:left|right)[- ]hand(?:[- ]side)?\b",
    r"\b(?:on|at|by|to|in|out of|second) hand\b",
    r"\bms (?:teams|word|office)\b",
    r"\b(?:high|no) heels\b",
    r"\b(?:your|our|the) neck of the woods\b",
    r"\bhard shoulder\b",
    r"\b(?:stress|pain)[- ]free\b",
    r"\bfirst aid\b",
    r"\bdischarge (?:the|your|our|a|this) (?:deposit|debt|balance|bill|dut(?:y|ies))\b",
    r"\bhearing (?:aids?|loop)\b",
    r"\bhead (?:office|start|count)\b",
    r"\bheads up\b",
    r"\btreatment rooms?\b",
    r"\bfeedback (?:is|was) (?:positive|negative)\b",
    r"\bhours of operation\b",
    r"\boperati(?:on|ng) hours\b",
    r"\b(?:phone|laptop|computer|ipad|mobile|pc)[,]? (?:or |and |/ ?)?(?:a )?tablets?\b",
    r"\btablets?(?:,| or| and) (?:a )?(?:laptop|phone|computer|pc|mobile)\b",
    r"\bcough up\b",
    r"\b(?:alcohol|hand) gel\b",
    r"\b(?:parking|blue|brake) discs?\b",
    r"\bchewing gum\b",
    r"\bdiet coke\b",
    r"\broom temperature\b",
    r"\b(?:holiday|notice|trial|billing|waiting|busy) period\b",
    r"\bkeep an eye\b",
    r"\byour (?:eyes|ears) (?:peeled|open)\b",
    r"\bsmoking (?:area|is not)\b",
    r"\b(?:survey|poll|quiz|raffle|competition) results?\b|\bresults? of (?:our"
    r"|the) (?:\w+ )?(?:survey|poll|quiz|raffle)\b",
    r"\bfingers? crossed\b",
    r"\bsore subject\b",
    r"\bcard sample\b|\bfree samples?\b",
    r"\b(?:a|real|bit of a) headache\b(?= (?:to|for us|with))",
    r"\bby heart\b",
    r"\bheart of (?:the )?\w+",
    r"\bkeine angst\b",
)
