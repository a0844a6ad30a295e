"""What `latchkey check` finds, a sentence each: what is so, and what to do where it is not well."""

from core.delivery.providers.findings import Finding, Level

WELL: dict[str, str] = {
    "schema": "The database answers and is up to date.",
    "master": "The master key opens the keyring.",
    "hook": "The portal answers at {url} and refuses a call that nobody signed.",
    "waiting": "Nothing has been waiting to leave for longer than it should.",
    "left": "{practice} has {left} SMS credits.",
    "key": "{about} takes our key.",
    "clock": "Our clock is {seconds} seconds from {about}'s.",
    "sender": "{about} lets {sender} send.",
    "events": "{about} tells us of all seven kinds of events.",
    "inbound": "{about} brings us the letters that patients send.",
    "funds": "The account at {about} has {left} left.",
    "number": "{sender} belongs to the account at {about}.",
    "spf": "{domain} lets Mailjet send for it (SPF).",
    "dkim": "{name} holds the key that our letters are signed with (DKIM).",
    "dmarc": "Receivers turn away letters that only claim to be from {domain} (DMARC).",
    "sent": "A test to {to} was handed to {about}.",
    "rehearsed": "{about} looked at a test to {to} and would take it. Nothing was sent.",
}

NOT_WELL: dict[str, str] = {
    "bad": "The configuration cannot be used: {problem}.",
    "schema": "The database is older than this version. Run `latchkey migrate`.",
    "master": "None of the master keys opens the keyring. Check `master_key`.",
    "https": "Providers will only call an https address, and `portal_url` is {url}. Put the portal behind HTTPS.",
    "hook": "The portal at {url} should refuse an unsigned call with 403 and said {status}. Check the proxy before it.",
    "waiting": "Something has been waiting to leave for {minutes} minutes. Check that a worker runs.",
    "left": "{practice} has {left} SMS credits left. Without credits no texts and no access codes "
    "can go. Add some: `latchkey practice credits --practice {practice} --add 500`.",
    "key": "{about} refuses our key. Check it in the configuration and at {about}.",
    "clock": "Our clock is {seconds} seconds from {about}'s. Set it by NTP: codes live ten minutes.",
    "sender": "{about} has not validated {sender} nor its domain. Validate it there, or change `email_from`.",
    "events": "{about} does not tell us of {missing}. Add our address for them there, version 2.",
    "inbound": "{about} does not bring us letters from patients. Add a parse route to our address there.",
    "funds": "The account at {about} has only {left} left. Add money there.",
    "number": "{sender} does not belong to the account at {about}. Check `plivo_sender` or the practice's own number.",
    "number_unread": "{about} did not tell us whether {sender} is ours. Run this again in a while.",
    "number_mute": "{sender} is not for texts. Turn texts on for it at {about}.",
    "number_abroad": "{sender} is a number of {home} and texts {countries}: networks there may stop or charge it more.",
    "name": "{sender} is a name, not a number: nobody can answer it.",
    "name_malformed": "{sender} is no sender networks take: a number, or up to 11 plain letters and digits.",
    "name_refused": "Texts from a name never arrive in {countries} (as of {as_of}). Use a number there.",
    "name_registered": "A name must be registered before it is used in {countries} (as of {as_of}).",
    "name_unlisted": "We do not know what {countries} does with texts from a name (as of {as_of}). Ask {about}.",
    "spf_none": "{domain} does not say who may send for it. Add a TXT record there: v=spf1 include:{include} ~all",
    "spf_many": "{domain} has more than one SPF record, so none of them counts. Make them one.",
    "spf_anybody": "The SPF record of {domain} lets anybody send for it. End it with ~all or -all.",
    "spf_deep": "The SPF record of {domain} asks for more than ten other names, so it does not count. Shorten it.",
    "spf_without": "The SPF record of {domain} does not name Mailjet. Add include:{include} to it.",
    "dkim": "There is no key at {name}, so nothing proves that letters are ours (DKIM). Copy it there from Mailjet.",
    "dmarc_none": "Anybody can write in the name of {domain}. Add a TXT record at {name}: v=DMARC1; p=quarantine",
    "dmarc_many": "There is more than one DMARC record at {name}, so none of them counts. Make them one.",
    "dmarc_watches": "The DMARC record at {name} stops nobody. Set p=quarantine there once your own letters pass.",
    "silent": "The DNS did not answer about {domain}. Run this again in a while.",
    "sandbox": "The pretend network stands in for the {about} provider: nothing leaves this machine.",
    "circuit": "Nothing is handed to {about} since {since}: it refused or did not answer. It is tried again by itself.",
    "number_refused": "{about} has refused to send from {number} since {since}. Ask there what is wrong with it.",
    "needs_really": "{about} cannot try a text without sending it. Add --really to send one to {to}.",
    "test_refused": "{about} refused a test to {to}: {why}.",
    "test_failed": "A test to {to} could not be handed to {about} now.",
}

UNREACHABLE: dict[str, str] = {
    "database": "The database does not answer. Check `database_url`.",
    "portal": "The portal cannot be reached at {url}. Check that it is served, its name and its certificate.",
}


def sentence(found: Finding) -> str:
    """One finding, as it is read by whoever runs Latchkey."""
    if found.code == "unreachable":
        said = UNREACHABLE.get(found.about, "{about} cannot be reached. Check the network and the address.")
    else:
        said = (WELL if found.level is Level.OK else NOT_WELL)[found.code]
    names = {"mailjet": "Mailjet", "plivo": "Plivo", "sms": "SMS", "sandbox": "The pretend network"}
    return said.format_map({**found.facts, "about": names.get(found.about, found.about)})
