"""What people of the demonstration are called and say. All made up; numbers are those kept for drama."""

NAMES = [
    ("Amara", "Testwell"),
    ("Idris", "Placeholder"),
    ("Rosa", "Dummy"),
    ("Tomas", "Mockley"),
    ("Lena", "Fictionova"),
    ("Amir", "Testino"),
    ("Grace", "Exampleton"),
    ("Nadia", "Sampleford"),
    ("Noah", "Pretend"),
    ("Ella", "Pretend"),
    ("Ada", "Okafor"),
    ("Wei", "Madeupson"),
    ("Jürgen", "Müllermann"),
    ("Siân", "Prufen"),
    ("José", "Ejemplar"),
    ("Olga", "Придуманная"),
    ("太郎", "見本"),
    ("Fatima", "Al-Mithal"),
    ("Katherine", "Fakelow"),
    ("Catherine", "Fakelow"),
    ("Peter", "Standin"),
    ("Maya", "Invented"),
    ("Leo", "Notreal"),
    ("Zoë", "Fauxbourg"),
    ("Kwame", "Demodu"),
    ("Ines", "Ficticia"),
    ("Aoife", "O'Sample"),
    ("Björn", "Påhitt"),
    ("Chloé", "Inventée"),
    ("Dmitri", "Vydumkin"),
    ("Emeka", "Trialson"),
    ("Farah", "Specimen"),
    ("George", "Proxyman"),
    ("Hana", "Vzorková"),
    ("Ivan", "Prototype"),
    ("Jana", "Musterfrau"),
    ("Karl", "Mustermann"),
    ("Lucia", "Esempio"),
    ("Marek", "Przykład"),
    ("Nia", "Mockingham"),
    ("Oscar", "Dummett"),
    ("Priya", "Namuna"),
    ("Quentin", "Bidon"),
    ("Ruth", "Stubbs"),
    ("Samir", "Testerson"),
    ("Tara", "Blankley"),
    ("Umar", "Draftwell"),
    ("Vivian", "Mockett"),
    ("Will", "Sandbox"),
    ("Xena", "Figment"),
    ("Yusuf", "Paperman"),
    ("Zara", "Imagino"),
    ("Alan", "Fakenham"),
    ("Beth", "Pretendre"),
    ("Colin", "Shamley"),
    ("Dora", "Mimic"),
    ("Evan", "Phantomas"),
    ("Fay", "Replica"),
    ("Gus", "Dummond"),
    ("Helen", "Makebelieve"),
]

INTERNAL = [
    "Rang to change Tuesday to 11. I have moved it.",
    "Prefers to be rung in the afternoon.",
    "Asked for a receipt for the last two visits.",
    "Parking permit is at the desk.",
    "Will bring the letter from the other clinic next time.",
]

SMS = [
    "Your letter is ready at the desk.",
    "See you on Tuesday at 11. Reply if you cannot come.",
    "The clinic is closed on Monday. We are back on Tuesday at 8.",
    "We have an earlier time for you. Please ring us.",
]

EMAILS = [
    ("Parking on Tuesday", "The front car park is closed this week. Please use the gate in Mill Street."),
    ("Opening hours", "From next week we open at 7.30 on Wednesdays."),
    ("Your invoice", "Your invoice is at the desk. You can also pay by card when you come."),
]

DIRECT = [
    "Here are your exercises for the first two weeks. Start with the first three and stop if it hurts.",
    "Thank you for coming today. Please keep the bandage on until Friday.",
    "The short version: all is healing well. Ring us if anything is unclear.",
]

ANSWERS = [
    "Thank you, see you then",
    "Can I come a bit later?",
    "Yes",
    "I will ring tomorrow",
    "Thanks",
    "Is there parking?",
    "OK",
]

TEMPLATES = [
    ("parking", "Parking", "Dear {first_name}, the front car park is closed. Please use the gate in Mill Street."),
    ("running-late", "", "We are running about 20 minutes late today. Sorry for the wait. {practice}"),
    ("back-check", "Time for a check?", "Dear {first_name}, it is time for your check. Ring us on {phone}. {practice}"),
]
