"""Short forms people use for given names, folded (U35): from the short form to the names it may stand for."""

_SHORT = """
abby abigail; alex alexander alexandra; andy andrew; barb barbara; becky rebecca; ben benjamin; beth elizabeth;
betty elizabeth; bill william; billy william; bob robert; bobby robert; cath catherine katherine; charlie charles
charlotte; chris christopher christine christina; dan daniel; danny daniel; dave david; deb deborah; dick richard;
ed edward edwin; eddie edward edwin; ellie eleanor; fred frederick; gabe gabriel; greg gregory; harry harold henry;
jack john; jake jacob; jen jennifer; jenny jennifer; jess jessica; jim james; jimmy james; joe joseph; jon jonathan;
kate catherine katherine; kathy catherine katherine; katie catherine katherine; ken kenneth; larry laurence lawrence;
liz elizabeth; lizzie elizabeth; maggie margaret; mandy amanda; matt matthew; meg margaret; mick michael; mike michael;
nat natalie nathan; nick nicholas; pat patricia patrick; peggy margaret; pete peter; phil philip phillip; ray raymond;
rick richard; rob robert; ron ronald; sally sarah; sam samuel samantha; sandy alexander alexandra; steve stephen steven;
sue susan; ted edward theodore; terry terence theresa; tim timothy; tom thomas; tony anthony; vicky victoria;
will william
"""

NICKNAMES: dict[str, tuple[str, ...]] = {
    short: tuple(full) for short, *full in (line.split() for line in _SHORT.replace("\n", " ").split(";"))
}
