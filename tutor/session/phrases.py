r"""How people ask for things: one regular expression a phrase, matched against the whole message.

The message comes lower-cased, without politeness around it and without final punctuation (`tutor.session.router`). The
groups `kind` and `about` are what is asked about. Order matters: the first that matches wins.

>>> [act for act, pattern in PHRASES if pattern.fullmatch("another hint on this one")]
['hint']
"""

import re

_ABOUT = r"(?P<about>[^.!?]{2,80})"
_THIS = r"(?:this|that|it)(?: one| question)?"
_TUNING = (
    r"(?:(?:something|a|an|one|make|it|this|that|go|that's|it's|is|was|be|way|bit|much|slightly|little|question|questions|"
    r"the|me|ask|still|far) )*"
)
_TUNED = r"(?: (?:one|ones|question|questions|for me))*"
_LATER = r"(?: (?:here|for (?:today|now|tonight)))?"
_VERDICT = r"(?:that|this|the|your) (?:verdict|grade|grading|judge?ment|critique|score)"
_POINT = r"(?:point|criterion|number) (?P<kind>\d{1,2})"
_WRONG = (
    r"(?:(?:just|simply|plainly|quite|clearly) )*(?:wrong|incorrect|mistaken|unfair|not (?:right|fair|correct|true))"
)
_NEW = r"(?:the |another |a |a new |a different |some other |new )?"

_PHRASES: tuple[tuple[str, str], ...] = (
    ("hint", r"(?:(?:a|an|another|one more|the next|some|any|my|first|small|little|tiny) )*(?:hint|clue|nudge)s?"
             rf"(?: (?:on|with|for|about) {_THIS})?"),
    ("hint", r"(?:i'm|i am|im) (?:totally |completely |really |a bit )?stuck"),
    ("hint", rf"help me(?: out)?(?: (?:with|on) {_THIS})?"),
    ("skip", rf"(?:skip|pass)(?: on)?(?: {_THIS}| the question)?|move on|moving on"),
    ("skip", r"(?:close|skip|leave|drop|abandon|end|finish) (?:(?:the|this|whole|entire) )*(?P<about>case)(?: here)?"),
    ("whole", r"(?:(?:answer|say|give|tell|do|explain|present|take|go through) )?(?:(?:the|this|it|you|my|whole|entire|"
              r"full|everything|all|rest|design|case|answer|of|what is left) ?)*"
              r"(?:at once|in one (?:go|answer|piece)|in a single answer)"),
    ("whole", r"(?:(?:give|tell|present|answer) (?:you )?)?the (?:whole|entire|full) (?:design|case|thing)|"
              r"(?:no|not|without|skip) (?:the )?(?:parts|stages)|not (?:part by part|step by step|in parts)"),
    ("sure", r"(?:(?:my )?confidence|how sure|sureness)(?: (?:is|of|level))?:? ?(?P<about>[1-4])(?: (?:of|out of) 4)?"),
    ("sure", r"(?:(?:this (?:is|will be)|that(?:'s| is)|it's|it is|i'm|i am) )?(?:just|only|merely|purely) "
             r"(?:a )?(?P<about>guess)(?:ing)?"),
    ("sure", r"(?:i'm|i am|i feel) (?P<about>(?:(?:pretty|fairly|quite|rather|reasonably|very|completely|totally|dead|"
             r"absolutely|100%) )?(?:sure|certain|confident))"
             r"(?: (?:about|of|with|on|in) (?:it|this|that|this one|my answer))?"),
    ("skip", r"ask (?:me )?(?:something|another|a different)(?: else| one| question| thing)*"),
    ("next", rf"(?:go to |move to |on to )?{_NEW}(?:next )?(?:one|question)|next(?: up)?|continue|go on"),
    ("easier", _TUNING + r"(?:too (?:hard|difficult|advanced)|easier|simpler|less difficult)" + _TUNED),
    ("harder", _TUNING + r"(?:too (?:easy|simple|basic)|harder|tougher|more (?:difficult|challenging|hard))" + _TUNED),
    ("easier", r"(?:lower|reduce|decrease|drop) the (?:level|difficulty)(?: a (?:bit|little|notch))?|level down|"
               r"easy mode"),
    ("harder", r"(?:raise|increase) the (?:level|difficulty)(?: a (?:bit|little|notch))?|level up|hard mode|"
               r"challenge me(?: more)?"),
    ("retry", r"retry|redo (?:it|that)|(?:another|a second|one more) (?:try|attempt|go|shot)(?: at (?:it|that|this))?"),
    ("retry", r"(?:(?:try|answer|do|redo) )?(?:(?:that|it|this|the same)(?: one| question)? )?(?:again|once more)"),
    ("end", r"(?:end|finish|stop|abort|leave|quit|cancel) (?:the |this |my )?(?:mock |interview )?"
            r"(?:round|interview|mock)(?: early| here)?"),
    ("stop", r"(?:stop|quit|exit|bye|goodbye|good night|enough|(?:i'm|i am|we're) done|that's it)" + _LATER),
    ("stop", r"that's (?:all|enough)" + _LATER),
    ("stop", r"end (?:the )?session|(?:(?:take|need|have) )?a break|(?:stop|done|enough|finish)" + _LATER),
    ("progress", r"how (?:am i|have i been|are things|is it) (?:doing|getting on|going)(?: so far| overall| lately)?"),
    ("progress", r"(?:what(?:'s| is) |how is )?my (?:progress|stats|statistics|standing|strengths(?: and weaknesses)?)|"
                 r"progress(?: report)?"),
    ("progress", r"(?:(?:what|which)(?: of| are)? )?my (?:weak(?:est|er)? (?:topics?|areas?|points?|spots?)|weaknesses|"
                 r"topics (?:are|is) (?:the )?weak(?:est)?)"),
    ("today", r"what (?:should|do|can|shall) i (?:do|practi[sc]e|work on|study|learn|review)"
              r"(?: (?:today|now|next|first))?"),
    ("today", r"today(?:'s (?:plan|session|practi[sc]e))?"),
    ("model", r"(?:(?:a|an|the|your) )?(?:good|model|ideal|perfect|sample|example|reference|correct|right|full|best) "
              rf"answer(?: (?:to|for) {_THIS})?|the answer"),
    ("model", r"what (?:would|does|is|could) (?:a |an |the )?(?:good|strong|model|ideal|perfect|best|right|correct) "
              r"answer(?: (?:be|look like|sound like|say|contain))?"),
    ("plan", r"(?:(?:make|create|build|draw up|update|change) )?(?:me )?(?:(?:a|my|the) )?"
             r"(?:(?:study|preparation|prep|learning) )?plan(?: for me)?"),
    ("placement", r"(?:(?:a|the|my) )?(?:placement|level)(?: (?:test|check|quiz|round))|placement|"
                  r"(?:test|assess|check|find(?: out)?|gauge|measure) my level"),
    ("help", r"help|commands|what can (?:you|i) (?:do|ask|type|say)(?: here)?|how does this work"),
    ("reason", r"why (?:this|that) question|why (?:do|are) you ask(?:ing)? (?:me )?(?:this|that)"),
    ("why", r"why(?: not)?|why (?:is|was) (?:that|it|this|my answer)(?: (?:wrong|not right|incorrect|bad))?"),
    ("why", r"why (?:so low|is|was|were|did)\b[^.!?]{0,12}\b(?:wrong|incorrect|missing|partial|contradicted|low|score|"
            r"points?|marks?)\b[^.!?]{0,25}"),
    ("why", r"what (?:did i|have i) (?:miss|missed|get wrong|do wrong|leave out)"),
    ("why", r"what (?:was|is|were) (?:wrong|missing)(?: (?:with|in|about) (?:it|that|this|my answer))?"),
    ("contest", rf"{_VERDICT}(?: (?:on|for|of) {_POINT})? (?:is|was|seems|looks) {_WRONG}"),
    ("contest", rf"{_VERDICT}(?: (?:on|for|of) {_POINT})? (?:isn't|wasn't) (?:right|fair|correct|true)"),
    ("contest", rf"{_POINT} (?:is|was) (?:judged )?{_WRONG}(?:ly)?"),
    ("contest", rf"{_POINT} (?:should be|should have been|is|was) (?P<about>met|partial|missing|contradicted)"),
    ("contest", r"(?:but )?i (?:(?:did|do|have|had|already|just|clearly) )*(?:say|said|mention|mentioned|write|wrote|"
                r"cover|covered) (?:that|it|this|so)(?: already| above| before| in my answer)?"),
    ("contest", rf"(?:i )?(?:disagree|don't agree|do not agree) with (?:{_VERDICT}|{_POINT}|you)"),
    ("contest", rf"(?:contest|dispute|challenge|appeal)(?: (?:{_VERDICT}|it|that|this|{_POINT}))?"),
    ("contest", r"(?:contest|dispute|challenge|appeal) (?P<about>\d{1,2}(?: [^.!?]{2,60})?)"),
    ("contest", r"you (?:got|judged|graded|marked) (?:that|it|this|me|my answer) (?:wrong|wrongly|unfairly)"),
    ("contest", r"you missed (?:what i (?:said|wrote)|that i (?:said|wrote) (?:that|it|so))"),
    ("contest", r"(?:regrade|re-grade|reassess|re-evaluate)(?: (?:it|this|that|my answer))?(?: again)?"),
    ("clarify", r"come again|say (?:that|it) again(?: in other words)?"),
    ("clarify", rf"what (?:do|did) you mean(?: (?:by|with) {_ABOUT})?"),
    ("clarify", rf"what does {_ABOUT} mean(?: here| in this question)?"),
    ("clarify", r"(?:clarify|rephrase|reword)(?: (?:the |that |this )?(?:question|that|it))?"),
    ("clarify", r"(?:i don't|i do not|i didn't) (?:understand|get) (?:the|this|your) question"),
    ("clarify", r"what (?:is|are) you asking(?: for)?"),
    ("clarify", r"(?:repeat|show|say)(?: me)? (?:the |that |this )?question(?: again)?"),
    ("explain", r"(?:explain|define|teach me(?: about)?|tell me (?:more )?about|remind me (?:what|of|about|how)|"
                rf"read up on|look up)(?: to me)?(?: (?:what|how))? {_ABOUT}"),
    ("explain", r"(?:refresh my memory (?:on|about|of)|walk me through|help me understand|eli5|teach me|"
                r"(?:a |an )?(?:quick |short |brief )?(?:intro|introduction|primer|recap|refresher) (?:on|of|to)) "
                rf"(?!(?:the|this|that|your|my) (?:question|verdict|score|grade|grading|mistakes?)\b){_ABOUT}"),
    ("explain", rf"break down {_ABOUT} for me"),
    ("material", r"(?:quiz|test|ask|grill|drill|examine|question) me (?:a question |questions? |something )?"
                 r"(?:on|about|from|over) my (?:own )?(?:notes|material|files?|documents?|"
                 r"upload(?:s|ed (?:notes|files?|material))?)"),
    ("topic", r"(?:quiz|test|ask|grill|drill|examine|question|interview) me (?:(?:some(?:thing)?|a few|a|more|on) )*"
              rf"(?:questions? )?(?:on|about|in) {_ABOUT}"),
    ("topic", r"(?:something|(?:a|an|some|another|more|the next)? ?(?:(?P<kind>[a-z-]+) )?"
              rf"(?:questions?|(?<=design )cases?)) (?:on|about|from|in) {_ABOUT}"),
    ("topic", rf"change (?:the )?(?:topic|subject) to {_ABOUT}"),
)  # fmt: skip
PHRASES = tuple((act, re.compile(pattern)) for act, pattern in _PHRASES)

# The words on two buttons of a design case, which mean nothing else when they are all that is said.
LABELS = {"close the case": ("skip", "case"), "all at once": ("whole", "")}

# What may stand before and after a request and says nothing of it.
OPENERS = re.compile(
    r"^(?:(?:ok|okay|hey|hi|hello|so|well|please|um|uh|yeah|yes|no|sorry|actually|hmm|thanks|now|alright|right)\b"
    r"[ ,.!]*)+"
)
ASKING = re.compile(
    r"^(?:(?:can|could|may|would|will) (?:you|i|we)(?: please)?(?: just)?(?: have| get| do| try| see)?(?= )"
    r"|i(?:'d| would)? (?:want|like|need|prefer)(?: to)?(?: have| get| do| try| see| hear| practi[sc]e)?(?= )"
    r"|(?:let's|lets|let us|let me)(?: do| have| get| see| practi[sc]e)?(?= )"
    r"|(?:you to|please|give me|show me|get me|i'll (?:have|take|do)|we (?:could|can|should)|how about|what about|"
    r"start|begin|run|simulate)(?= )) "
)
CLOSERS = re.compile(
    r"(?:[ ,]+(?:please|thanks|thank you|then|instead|(?:for )?(?:now|today|tonight)|first|pls|ok|okay))+$"
)
GREETING = re.compile(r"(?:hi|hello|hey|good (?:morning|evening|afternoon))(?: there)?|thanks|thank you")

# Requests that count only when what they name is in the corpus.
FOCUS = re.compile(
    r"(?:practi[sc]e|focus on|work on|do|talk about|try|review|only|just|more|(?:switch|change|move|go)(?: over)? to)"
    r" (?P<about>[^.!?,]{2,40})"
)
KIND_OR_TOPIC = re.compile(
    r"(?:(?:a|an|another|some|more|only|one|the) )*(?P<about>[a-z]+(?: [a-z]+)?) "
    r"(?:questions?|ones?|(?<=design )cases?)"
)

# How a short request begins that is more than the name of a topic.
VERBS = re.compile(
    r"(?:what|how|why|when|where|who|which|explain|define|show|tell|test|my|no|not|next|start|is|am|are)\b"
)

# A single question put to the tutor, up to its question mark.
QUESTION = re.compile(
    r"(?:what(?:'s| is| are| does| do| was)|how (?:does|do|is|are|would|can)|when (?:does|do|is|should|would)|"
    r"why (?:does|do|is|are|would)|who|where|which) (?P<about>[^.!?]{2,90})\?+"
)

MOCK = re.compile(r"[^.!?]*\b(?:mock|round|rounds|interview|interviews|loop|onsite|style)\b[^.!?]*")
LOOP = re.compile(r"\b(?:loop|onsite|on-site|superday|(?:all|every|each of) (?:the |their |its |of the )?rounds?)\b")
MOCK_BEGINS = re.compile(
    r"(?:a|an|one|another|full|quick|short|timed|do|have|take|practi[sc]e|interview|\d+)\b|(?:interview|mock) me\b"
    r"|mock(?:$| (?:rounds?|interviews?|loop|with|at|like|please|on|for|in)\b)"
)
MOCK_ENDS = re.compile(r"(?:end|stop|finish|quit|leave|cancel|abort)\b")
# Words of a sentence that tells of an interview, which is an answer.
TELLING = re.compile(r"\b(?:was|were|had|failed|asked|because|went|is|are|we)\b")

# What a request that fits no phrase is about: the words after the first of these.
ABOUT = re.compile(r"\b(?:on|about|to|in|at|with|do|practi[sc]e|try|of)\b (?P<about>[^.!?]{2,80})$")
EXPLAINED = re.compile(
    r"\b(?:explain(?: to me| me)?|about|underst(?:an|oo)d|got|get|teach me|define|how|what(?:'s| is| are)|of|on)"
    r" (?P<about>[^.!?]{2,90})"
)
CLARIFIED = re.compile(
    r"\b(?:mean(?:t|s)? (?:by|with)|by|counts as|what(?:'s| is| are| does)|term|word) (?:the |a |an )?"
    r"(?P<about>(?!(?:you|your|the question|meant|asked)\b)[^.!?,]{2,60}?)"
    r"(?: mean(?:s|t)?)?(?: here| in (?:this|the|your) question)?$"
)
POINT = re.compile(r"\b(?:point|criterion|number|verdict|#) ?(\d{1,2})\b")

# How people type in a hurry, written out.
SPELLINGS = tuple(
    (re.compile(rf"\b{short}\b", re.IGNORECASE), written)
    for short, written in (
        (r"pl[sz]", "please"), ("gimme", "give me"), ("lemme", "let me"), ("wanna", "want to"), ("dont", "don't"),
        ("cant", "can't"), ("didnt", "didn't"), ("whats", "what's"), ("hows", "how's"), ("thats", "that's"),
        ("answre|anwser|awnser|anser", "answer"), ("questoin|qestion|quesiton", "question"), ("explian", "explain"),
        ("intervew|inteview", "interview"), ("exmaple", "example"), ("y(?= (?:this|that|did)\\b)", "why"),
        ("u(?= (?:mean|explain|give|show|tell|ask|repeat))", "you"), ("abt", "about"), ("smth|sth", "something"),
    )
)  # fmt: skip
