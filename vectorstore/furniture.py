"""Page furniture: lines that a web page put between an article's sentences, such as "- Advertisement -".

Nothing is removed from any text, because offsets count its characters; whoever picks sentences asks here first.
Knows only the single line it is given, never the article around it.
"""

import re

# Each pattern matches a whole line: case-folded, spaces as one, the decoration around it gone. What could be a sentence
# of an article stays out: a missed advertisement costs less than a lost sentence. The patterns were read off the lines
# that recur in 20,000 news articles; of 466 different lines there that they match, none was a sentence of its article.
_SITES = "facebook|twitter|x|instagram|whatsapp|linkedin|reddit|pinterest|telegram|youtube|e-?mail|google\\+?|messenger"
_ADVERTISEMENT = "ad|advert|advertisement|advertorial|advertising|anzeige|werbung|publicité|publicidad|реклама"
_BUTTONS = f"share|tweet|post|print|comments?|pin|like|save|more|{_SITES}"
_PATTERNS = (
    # advertisements
    rf"(?:an? )?(?:{_ADVERTISEMENT})s?(?: \d+| advertisements?)?:?(?: (?:scroll to )?continue(?: reading)?.{{0,30}})?",
    r"(?:sponsored|promoted|paid|partner)(?: (?:content|link|post|story|by))?s?",
    rf"(?:this )?(?:story|article|text) continue[sd] (?:below|after)(?:(?: the| this)? (?:{_ADVERTISEMENT}|video)s?)?",
    r"continue reading(?: below| the main story| this (?:article|story))?",
    r"(?:scroll|skip|jump)(?: down)? to (?:continue(?: reading| with content)?|(?:main )?content|navigation)",
    r"skip (?:past )?(?:the )?(?:ad|advertisement|newsletter promotion)",
    # pointers to other pages
    r"(?:click here to )?(?:read|see|view|show|load) (?:more|less|also|all|comments|(?:the )?full (?:article|story))",
    r"also (?:read|see)|(?:read|find out) more (?:about this|here)|what to read next|up next|don't miss",
    r"(?:related|recommended|more|top|latest|similar) (?:stories|articles|posts|news|coverage|topics|links|videos)",
    r"related|recommended(?: for you)?|more (?:on|from) this(?: (?:story|topic|author|section|site))?",
    r"most (?:read|popular|viewed|shared|watched)|trending(?: now| stories)?|editor'?s'? (?:picks?|choice)",
    r"you (?:may|might) (?:also )?(?:like|be interested in)",
    r"(?:next|previous) (?:article|story|page|post)|back to top|loading|please wait|close",
    r"page \d+(?: (?:of|/) \d+)?|\d+ (?:of|/) \d+",
    r"\d+ min(?:ute)?s? read|\d+ (?:hour|day|month|year)s? ago",
    r"(?:this|the) (?:article|story) is more than \w+ (?:year|month)s? old",
    # sharing and comments
    rf"(?:share|tweet|post|follow|pin|like)(?: this| us| it)?(?: (?:on|via|by|with) (?:{_SITES}|friends))?",
    rf"(?:{_BUTTONS})(?:[ |/,•·]+(?:{_BUTTONS}))+|facebook|twitter|whatsapp|linkedin|youtube",
    r"(?:share|email|print|save|bookmark|gift|report|listen to)(?: this)?(?: (?:article|story|post|page|video))?",
    r"share this (?:article|story)(?: (?:share|tweet|post|email|print))+",
    r"(?:copy|get) (?:the )?link(?: copied)?|link copied|share options",
    r"(?:\d[\d,.]* )?(?:comments?|shares?)|(?:leave|post|add|write) a (?:comment|reply)",
    r"join the (?:conversation|discussion)",
    r"follow (?:[\w .'-]{1,40} on (?:twitter|x|facebook|instagram)(?::? @\w+)?|@\w+)",
    # subscriptions
    r"(?:sign up|subscribe|log in|sign in|register)(?: (?:now|here|today|for free))?",
    r"(?:(?:our|daily|free) )?newsletters?|newsletter sign-?up",
    r"(?:sign up|subscribe) (?:here )?(?:for|to) [\w '&-]{1,60}newsletters?(?: manage newsletters)?",
    r"(?:get|have) .{1,100}\b(?:delivered (?:\w+ )?to|in) your inbox(?:[., ]+(?:by )?sign(?:ing)? up\b.{0,80})?",
    r"click here (?:to get|for) the [\w ]{1,40}(?:app|newsletter)",
    # pictures and video
    r"photos?|video|pullquote|watch|(?:play|watch) (?:the )?video",
    r"media playback is (?:unsupported|not supported) on (?:your|this) device",
    r"(?:your )?browser does not support (?:the )?(?:video|audio|html5|iframes?)(?: \w+)?",
    r"(?:file|handout|stock) (?:photo|picture|image)(?:graph)?",
    r"(?:enlarge|open) (?:this )?(?:image|photo|(?:in )?gallery)",
    r"enlarge this image ?toggle caption .{1,100}|(?:slideshow|gallery|photos) \(\d+ (?:image|photo)s?\)",
    r"(?:(?:prev|previous|next) )?(?:image|photo|slide) \d+ of \d+",
    r"image (?:source|copyright|credit)[,:]?(?!.* image caption )(?: [\w&./' -]{1,60})?",
    r"(?:photo|picture|image|video) by [\w&./' -]{1,60}",
    r"getty images|(?:afp|reuters|ap|epa) ?(?:/| via )[\w&./' -]{1,60}|ap photo ?/[\w&./' -]{1,60}",
    # rights
    r"(?:©|\(c\)|copyright(?: ?(?:©|\(c\)))? (?=\d{4})) ?.{0,160}|.{0,120}\ball rights reserved",
)
_FURNITURE = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))

# A label with another page's headline, or with a credit, behind it. The rest may not end like a sentence.
_POINTER = re.compile(
    r"(?:read (?:more|also|next)|also (?:read|see)|see also|related(?: (?:story|article|news|reading|coverage))?|more"
    r"|recommended(?: reading)?|don't miss) ?[:|»>] ?(?P<rest>.{0,200})"
)
_CREDIT = re.compile(r"(?:photo|image|picture|video)s?(?: (?:credit|source|courtesy))?s? ?[:|] ?(?P<rest>.{0,80})")
_CREDIT_WORDS = 6  # a longer "Photo: ..." is a caption, which may tell something
_DECORATION = " \u00a0\u200b\ufeff-\u2013\u2014*•·|[]<>=~_#»«:.…!"
_SENTENCE_ENDS = (".", "!", '."', ".\u201d")
_LONGEST = 240  # characters; a longer line is prose


def is_furniture(line: str) -> bool:
    """Whether a whole line is page furniture rather than part of an article.

    True for advertisement marks, share and comment buttons, "read more" pointers, photo credits, copyright lines, and
    lines without a letter or digit ("* * *"). False for blank lines and for whatever could be a sentence.
    """
    if not line.strip() or len(line) > _LONGEST:
        return False
    if not any(char.isalnum() for char in line):
        return True
    text = " ".join(line.replace("\u2019", "'").casefold().split()).lstrip(_DECORATION)
    core = text.rstrip(_DECORATION)
    if core.startswith("(") and core.endswith(")"):
        core = core[1:-1].strip(_DECORATION)
    if _FURNITURE.fullmatch(core):
        return True
    if pointer := _POINTER.fullmatch(text):
        return not pointer["rest"].endswith(_SENTENCE_ENDS)
    if credit := _CREDIT.fullmatch(text):
        return len(credit["rest"].split()) <= _CREDIT_WORDS and not text.endswith((*_SENTENCE_ENDS, "?"))
    return False
