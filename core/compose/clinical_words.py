"""The vocabulary of what looks clinical (U44): by kind of word, not by message; `clinical.py` reads it."""

# Beginnings of words, each enough by itself.
STEMS = """
abortion abscess addict adhd allerg alzheimer anaem anaphyl anemi angina anorex antibiotic anticoagul
antidepress antipsychot antiviral anxiety arrhyth arthr asthma autis bacteri bereave biops bipolar bladder bleeding
bloods bowel breech bronch bulimi cancer cannula cardiac cardiolog cataract catheter cervical chemo chickenpox chlamyd
cholester cirrhos coeliac colic concuss constipat contracepti covid cyst dementia depress dermat diabet
diagnos dialys diarrh disorder diverticul dyslex eczema embol endometri epilep erectile fertility fibroid flu-like
fracture gallstone gastro genital glaucoma gonorrh gout groin gynaec haemat haemorrh hallucin hayfever hepat hernia
herpes hiv hospice hpv hrt hypert hypot ibs implant impoten incontinen infect inflam influenza inhaler insomni insulin
ivf jaundice kidney leukaem liver lump lupus lymph malign mammogra mastect measles medicat melanoma mening menopaus
menstru mental metasta methadone midwi migraine miscarr morphine mumps nausea neuro obes obstetr oncolog opioid ostomy
overdose ovar palliat palpit pancrea panic paralys parkinson pneumon polyp postnatal prediab pregnan
prescri probiotic prolaps prostat psoria psychia psychos psychot rash rectal rehab relaps renal reflux rheum rubella
sciatic scoliosis seizure self-harm semen sepsis shingles smear spasm sperm sprain steroid stoma stroke
suicid surgeon surgical symptom syphilis tablet tetanus thrombo thrush thyroid tonsil transplant trauma tuberc
tumor tumour ulcer urethr urin uterus vaccin vagin varicos vasect vertigo wound
anaesthe anesthe denture disease ferrous fung gauze molar sedat sildenafil viagra
bruis cough wheez vomit dizz tingl numbness fever itch headache toothache earache backache blister bunion verruca
ingrown fasci ligament menisc cartilage hamstring gallbladder appendicit antenatal prenatal postpartum trimester
caesar breastfe ovulat embryo foetal fetal libido sexual ejacul phobia grief griev gambl craving binge glucose
calorie coeliac gluten lactose intoleran apnoea apnea pacemaker stent spirometr antihistamin painkill laxativ
ointment antifung haemoglob hemoglob triglycer ferritin creatinin electrolyt antibod cortiso transfus chiropod
nebulis lesion swell scabies impetigo croup eating-disorder orthodont orthotic crutch needling acupunct
teething bloat breathless sneez stammer stutter tremor twitch heartburn indigest nosebleed cellulit gangren frostbit
sunburn fester immunis immuniz dyspra dyscalc tourett meltdown flashback nightmare compuls delusion paranoi worthless
hopeless tinnitus earwax deafness squint aneurys phleb fibrillat murmur sarcoma carcino keloid acne rosacea alopecia
dandruff vitiligo colost ileost crohn haemorr fissure fistula candida cystitis nephro ketogen pronat bursit tendin
rotator sacroil whiplash
""".split()
# Whole words, each enough by itself, alone or as more than one.
WORDS = """
anxious biopsy ct dna ecg eeg egfr hba1c inr iud jab mri mrsa phq phq-9 gad gad-7 psa ptsd pcos tb uti ocd cbt emdr
codeine colchicine paracetamol ibuprofen aspirin warfarin heparin lithium sertraline diazepam tramadol oxycodone
x-ray xray ultrasound drug alcohol coil mole stool pill dose antacid condom folate thinner meds medicine medicines
scar stitches discharge disc sample swab specimen tendon injection script supplement vitamin b12
sti std tooth teeth gum fillings dizzy giddy numb soreness ache aching weight bmi diet sex intercourse
knee shoulder elbow wrist ankle hip toe toenail heel thigh calf shin jaw throat tummy stomach abdomen rib collarbone
spine tailbone nipple testicle penis vulva womb cervix appendix nostril sinus sinuses armpit pelvis pelvic muscle
sober self-esteem cramps nits lice worms hives phlegm mucus snot peeing pooing bedwetting contractions
fsh tsh crp fbc lft
veneer braces splint splinting reps fainted fainting limping snoring sweating dribble dribbling strained exhausted
sugars mmr puffer plaster retainer aligner grinding sore poo breathing coping hormone nerve wart
""".split()
# As written, because the same letters in another case are a title, an act, an aid.
ACRONYMS = frozenset("MS AIDS ECT OP PET TENS TB IV".split())
# Makes of medicine that people know by name: often dispensed in Britain, Ireland, Australia, the US, Germany.
MEDICINES = """
panadol nurofen calpol tylenol advil motrin aleve disprin voltaren voltarol codral solpadeine co-codamol co-amoxiclav
novalgin metamizol acetaminophen endone targin palexia norspan suboxone lyrica ventolin salbutamol albuterol seretide
symbicort pulmicort spiriva flixotide lexapro zoloft prozac cipralex effexor pristiq cymbalta wellbutrin seroquel
zyprexa abilify epilim keppra tegretol lamictal xanax valium ativan zopiclone stilnox circadin ritalin concerta
vyvanse adderall elvanse strattera ozempic wegovy mounjaro saxenda trulicity jardiance forxiga januvia nexium losec
somac gaviscon lipitor crestor eliquis xarelto clexane plavix lasix frusemide carbimazole humira enbrel roaccutane
differin valtrex flagyl canesten bactrim trimethoprim nitrofurantoin macrobid keflex augmentin mirena kyleena
implanon nexplanon depo-provera yasmin cerazette levonelle ellaone clomid testogel cialis botox fosamax prolia
imigran zofran stemetil maxolon movicol macrogol lactulose metamucil senna imodium benadryl zyrtec loratadine
cetirizine allopurinol antabuse champix nicorette melatonin epipen
""".split()
# Endings of words of seven letters or more; of medicines they are the stems of the WHO's international names.
ENDINGS = """
itis osis aemia algia oscopy scopy ectomy otomy ostomy plasty plegia rrhoea opathy gram oma
cillin mycin cycline azole oxacin statin sartan pril olol dipine formin gliptin gliflozin prazole oxetine pram
triptyline zepam zolam zodone apine idone mab tinib caine profen triptan sone
coxib parin xaban gatran setron lukast terol solone thiazide semide fibrate dronate gabalin gabapentin glutide
zepatide faxine trigine proate racetam pidem phenidate amfetamine amphetamine grel thyroxine trexate tretinoin
ciclovir lexin stradiol sterone dafil adol orphine oxone tadine ologist
""".split()
EVERYDAY = """
program programme diagram telegram instagram kilogram anagram hologram monogram aroma diploma empathy sympathy apathy
osteopathy homeopathy naturopathy nostalgia academia april person mason season lesson comparison parson unison reason
sandstone capitol protocol control psychologist liverpool hypothetical hypothetically hypothesis
""".split()
# Two of these together tell what one alone does not.
WEAK = """
results result test tests scan scans screen blood clear normal abnormal negative positive pressure readings units
pain function treatment specialist consultant referring breast heart leg legs sleeping
skin eye eyes ear ears chest dressing drops cream patch patches healing swollen painful stretches appetite sleep mood
tested mg joint bandage root canal crown extraction partner termination therapy score nurse hospital foot feet mouth
neck arm finger fingers nose injury sore stiff tired sensitive symptom worse anger stress exercises worksheet homework
loo burning
""".split()
# German: enough wherever it stands in a word, because German writes compounds as one.
GERMAN = """
schmerz entzünd tablette medikament arznei impfung befund blutdruck blutwert blutbild blutabnahme blutzucker röntgen
ultraschall schwanger erbrech durchfall verstopf schwindel hautausschlag geschwür geschwoll knochenbruch bandscheibe
distorsion verstauch zerrung fraktur ruptur insuffizienz karzinom metastas spiegelung narkose betäub spritze salbe
störungen rhythmus-störung schlafstörung essstörung psychother fehlgeburt regelblutung wechseljahre verhütung
abstrich krankschreib krankmeld arbeitsunfähig schilddrüse gelenk zahnfleisch weisheitszahn backenzahn
wurzelbehandlung karies eisenwert laborwert panikattack fieber husten übelkeit allergie
""".split()
# German: enough as the beginning of a word, or whole.
GERMAN_STEMS = """
rezept(?!ion) angst\\w{4} knie(?!n) schulter hüft wirbel knöchel ferse zehe niere leber lunge gallen magen(?!ta)
darm(?!stadt) herz(?!lich|ig) krebs krücke hebamme nüchtern geburt(?!stag) kardiolog onkolog blutung periode\\b
rücken(?!\\w*lehn) füllung labor(?:wert|befund|unter|ergeb) diagnos erkrank sucht\\w{4} trauer
scharlach masern windpocken mumps röteln keuchhusten läuse mittelohr magersucht stottern logopäd
""".split()
