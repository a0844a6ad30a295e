"""What in a text looks clinical or identifying: a prompt to think before it leaves unlocked, not a judge (U44).

Three kinds of evidence: words and beginnings that say why somebody is treated, endings that only such words have
(`-itis`, `-scopy`, `-cillin`), and shapes that say who somebody is (a date of birth, an address, an NHS number). Plain
words such as *scan*, *test* or *results* count only beside one another. Measured by `tests/core/compose`.
"""

import re

# Beginnings of words, each enough by itself.
_STEMS = """
abortion abscess addict adhd allerg alzheimer anaem anaphyl anemi angina anorex antibiotic anticoagul
antidepress antipsychot antiviral anxiety arrhyth arthr asthma autis bacteri bereave biops bipolar bladder bleeding
bloods bowel breech bronch bulimi cancer cannula cardiac cardiolog cataract catheter cervical chemo chickenpox chlamyd
cholesterol cirrhos coeliac colic concuss constipat contracepti counsell covid cyst dementia depress dermat diabet
diagnos dialys diarrh disorder diverticul dyslex eczema embol endometri epilep erectile fertility fibroid flu-like
fracture gallstone gastro genital glaucoma gonorrh gout groin gynaec haemat haemorrh hallucin hayfever hepat hernia
herpes hiv hospice hpv hrt hypert hypot ibs implant impoten incontinen infect inflam influenza inhaler insomni insulin
ivf jaundice kidney leukaem liver lump lupus lymph malign mammogra mastect measles medicat melanoma mening menopaus
menstru mental metasta methadone midwi migraine miscarr morphine mumps nausea neuro obes obstetr oncolog opioid ostomy
overdose ovar paediatr palliat palpit pancrea panic paralys parkinson pneumon podiatr polyp postnatal prediab pregnan
prescri probiotic prolaps prostat psoria psych rash rectal rehab relaps renal reflux rheum rubella sciatic scoliosis
seizure self-harm semen sepsis shingles smear spasm sperm sprain steroid stoma stroke
suicid surgeon surgical symptom syphilis tablet tetanus thrombo thrush thyroid tonsil transplant trauma tuberc
tumor tumour ulcer urethr urin uterus vaccin vagin varicos vasect vertigo wound
anaesthe anesthe denture disease ferrous fung gauze molar sedat sildenafil viagra
""".split()
# Whole words, each enough by itself.
_WORDS = """
aids anxious biopsy ct dna ecg eeg egfr ect gp hba1c inr iud jab mri mrsa phq phq-9 gad gad-7 psa ptsd pcos tb uti ms
codeine colchicine paracetamol ibuprofen aspirin warfarin heparin lithium sertraline diazepam tramadol oxycodone
x-ray x-rays xray ultrasound drug drugs alcohol coil mole stool pill pills dose doses
scar stitches discharge disc sample swab swabs specimen tendon knee
sti stis std stds tooth teeth gum gums
""".split()
# Endings of words of seven letters or more, and everyday words that end alike.
_ENDINGS = """
itis osis aemia algia oscopy scopy ectomy otomy ostomy plasty plegia rrhoea opathy gram oma
cillin mycin cycline azole oxacin statin sartan pril olol dipine formin gliptin gliflozin prazole oxetine pram
triptyline zepam zolam zodone apine idone mab tinib caine profen triptan sone
""".split()
_EVERYDAY = """
program programme diagram telegram instagram kilogram anagram hologram monogram aroma diploma empathy sympathy apathy
osteopathy homeopathy naturopathy nostalgia academia april person mason season lesson comparison parson unison reason
sandstone capitol protocol control
""".split()
# Two of these together tell what one alone does not.
_WEAK = """
results result test tests scan scans screen blood clear normal abnormal negative positive pressure readings check units
injection clinic nurse pain review function level treatment hospital specialist consultant referring breast heart leg
skin eye ear chest dressing drops cream patch patches healing swollen painful stretches appetite sleep mood tested mg
operation joint bandage root canal crown extraction partner termination therapy score
""".split()
_SHAPES = (
    re.compile(r"\b(?:born|date of birth|d\.?o\.?b\.?)\b[^.]{0,12}?\d{1,4}[ /.-]\w+", re.IGNORECASE),
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),  # a postcode
    re.compile(r"\b\d+(?:\.\d+)? ?(?:mg|mcg|µg|mmol|mmhg|units)\b", re.IGNORECASE),
    re.compile(r"(?<!/)\b(?:[7-9]\d|1\d\d|2[0-4]\d)/(?:[3-9]\d|1[0-4]\d)\b(?!/)"),  # a blood pressure, not a day
    re.compile(r"\bnil by mouth\b", re.IGNORECASE),
)
_NHS = re.compile(r"\b(\d{3})[ -]?(\d{3})[ -]?(\d{4})\b")
_WORD = re.compile(r"[^\W\d_][\w-]*")
_BEGINNING = re.compile(rf"(?:{'|'.join(_STEMS)})")
_ENDING = re.compile(rf"\w{{3,}}(?:{'|'.join(_ENDINGS)})s?")
_WHOLE, _COMMON, _FAINT = frozenset(_WORDS), frozenset(_EVERYDAY), frozenset(_WEAK)


def clinical(text: str) -> list[str]:
    """The words and figures of a text that look clinical or identifying, as written and in order; empty for none."""
    found = [(place.start(), place[0]) for shape in _SHAPES for place in shape.finditer(text)]
    found += [(place.start(), place[0]) for place in _NHS.finditer(text) if _is_nhs_number("".join(place.groups()))]
    said = [(place.start(), place[0]) for place in _WORD.finditer(text)]
    found += [(at, word) for at, word in said if _tells(word.casefold())]
    faint = [(at, word) for at, word in said if word.casefold() in _FAINT]
    if len({word.casefold() for _, word in faint}) > 1:
        found += faint
    return list(dict.fromkeys(word for _, word in sorted(found)))


def _tells(word: str) -> bool:
    if word in _COMMON or word.removesuffix("s") in _COMMON:
        return False
    return word in _WHOLE or bool(_BEGINNING.match(word) or _ENDING.fullmatch(word))


def _is_nhs_number(digits: str) -> bool:
    """Ten digits whose last checks the others, modulo 11 (NHS Data Dictionary)."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return rest % 11 == int(digits[9]) and rest != 10
