"""Word lists and phrases by which the guard recognises what is not an attempt. Data, no logic.

Phrases are regular expressions on lower-case text whose white space is single and whose apostrophes are straight.
"""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION = _words(
    """
    a an the this that these those it its they them their we us our you your i me my he she his her one ones is
    are was were be been being am isn't aren't wasn't do does did doing don't doesn't didn't done has have had
    having can could will would shall should may might must cannot can't won't wouldn't shouldn't couldn't and
    or but so because if then than as while when where which who whose what how why although though however
    since unless until whether also only just very too not no nor never both either each every all any some many
    much more most less least few of in on at by for with without from to into onto over under between among
    through during before after about above below up down out off again against toward towards across per via
    there here"""
)

VERBS = _words(
    """
    add adds added apply applies applied average averages avoid avoids balance become becomes break breaks build
    builds cache calculate calculates call calls cause causes change changes check checks choose chooses clip
    clips combine compare compares compute computes control controls converge converges converts convert cost
    costs cut cuts decay decays decrease decreases define defines depend depends deploy describe detect detects
    divide divides divided drop drops ensure estimate estimates evaluate evaluates explain explode explodes fail
    fails fall falls find finds fit fits fix fixes follow follows generalize generalizes get gets give gives go
    goes grow grows happen happens help helps hold holds hurt hurts ignore ignores improve improves increase
    increases index keep keeps know knows lead leads leak leaks learn learns leave leaves let lets limit limits
    lose loses lower lowers make makes maximize maximizes mean means measure measures minimize minimizes monitor
    move moves multiply multiplies need needs normalize normalizes optimize optimizes overfit overfits pass
    passes pay pays penalize penalizes pick picks predict predicts prevent prevents produce produces propagate
    provide provides push pushes put puts raise raises reach reaches read reads reduce reduces remain remains
    remove removes repeat replace replaces require requires retrain return returns rise rises run runs saturate
    saturates save saves scale scales see sees select selects send sends serve serves shift shifts shrink
    shrinks sample samples share shares show shows shuffle slow slows solve solves sort sorts split splits start
    starts stop stops store stores subtract subtracts sum sums take takes tell tells tend tends throw tokenize
    train trains transform transforms treat treats try tries tune turn turns underfit update updates use used
    uses using vanish vanishes vary varies want wants weigh weighs work works write writes works approaches
    equals becoming growing making giving helps outperforms dominates blocks allows allow enable enables"""
)

FOREIGN = _words(
    """
    der die das und ist nicht ein eine mit für auf den dem des wird sind werden durch bei le la les des est une
    dans pour que qui sur avec pas sont plus par cette nous el los las una es por para con que se del como más
    pero son su il lo gli che non di una per con sono della nel o os as um uma não com para que do da em são
    mais de het een van en niet dat zijn met voor w nie jest na do się że i z to jak"""
)

LOREM = _words(
    """
    lorem ipsum dolor sit amet consectetur adipiscing adipisicing elit sed eiusmod tempor incididunt labore
    dolore magna aliqua enim minim veniam quis nostrud exercitation ullamco laboris nisi aliquip commodo
    consequat duis aute irure reprehenderit voluptate velit esse cillum fugiat nulla pariatur excepteur sint
    occaecat cupidatat proident sunt culpa officia deserunt mollit anim laborum"""
)

# The letter pairs that make up nine tenths of English and of technical English.
COMMON_PAIRS = _words(
    """
    th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri
    ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut
    ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi
    ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd do uc bu ei ov
    by rm ep tt oc fa ef cu rn sc gi da yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds lt pi
    rc rr eg au ck ew mu br bi pt ak pu ui rg ib tl ny ki rk ys ob mm fu ph og ms ye ud mb ip ub oi rl gu dr hr
    cc tw ft wn nu af hu nn eo vo rv nf xp gn sm fl iz ok nl my gl aw ju oa eq sy sl ps jo lf nv je nk kn gs dy
    hy ze ks xt bs ik dd pt rp sk xi oe oy ws lv dl rf eu dg wr xa yi nm eb yp ib za ya sw ek"""
)

_DONT_KNOW = r"(?:do not|don't|dont|don t|did not|didn't|cannot|can't|cant|couldn't|could not)"
NO_ATTEMPT = re.compile(
    rf"\bi {_DONT_KNOW} (?:really |actually |even |quite )?(?:know|remember|recall|understand|answer"
    rf"|think of anything|have an answer)\b"
    r"|\bidk\b|\bdunno\b|\bno (?:idea|clue|answer|comment)\b|\bnot sure\b|\bunsure\b|\bn/a\b|\bi (?:forgot|forget"
    r"|give up|pass|skip)\b"
    r"|\b(?:haven't|have not|never) (?:\w+ )?(?:learned|learnt|studied|seen|heard|covered|worked|read)\b"
    r"|\bi(?:'ll| will|'d| would)? (?:like to |have to )?(?:pass|skip|look (?:it|this|that) up|google (?:it|this"
    r"|that))\b"
    r"|^(?:pass|skip|next|none|nothing|blank|unknown|help|sorry|hmm+|uh+|um+|ok|okay|test|hello|hi)$"
)
NO_ATTEMPT_FILLER = FUNCTION | _words(
    """
    sorry honestly really actually unfortunately afraid know knowing remember recall understand answer question
    topic subject idea clue sure anything something nothing question's look google search ask someone learned
    learnt studied seen heard covered read worked pass skip forgot forget guess think say said now today moment
    right well hmm um uh like maybe next please thanks thank come back later give even quite don dont t cant idk
    dunno n honest i'm i'd i'll i've im id ive haven't stuff thing things course class interview completely
    totally absolutely rusty blank mind unsure would've"""
)
# Openers that make model judges hand out credit (arXiv 2507.08794): they announce an answer and give none.
MASTER_KEY = re.compile(
    r"(?:thought process|solution|answer|the answer is|my answer|final answer|explanation|reasoning|response"
    r"|conclusion|"
    r"let'?s (?:solve|think|work|break)[\w ,']{0,50}step(?: by step)?|let'?s think|let me think[\w ,']{0,30}|"
    r"let me (?:explain|break)[\w ,']{0,40}|step 1|first,? let'?s [\w ]{0,30}|to solve this[\w ,']{0,40}|"
    r"sure,? here(?:'s| is)[\w ,']{0,40}|here(?:'s| is) (?:my|the|a) [\w ]{0,30}(?:answer|solution"
    r"|explanation)[\w ,']{0,20}|"
    r"(?:(?:this|that) is |that's )?(?:a )?(?:great|good|interesting) question|解|かいせつ|respuesta|lösung)[\s.:!…-]*"
)

_JUDGE = r"(?:grader|judge|evaluator|examiner|assessor|scorer|reviewer|teacher|instructor|interviewer|ai|assistant)"
_WORK = r"(?:answer|response|submission|attempt|solution|reply)"
_CRITERIA = r"(?:criteri(?:on|a)|rubric(?: items?)?|key points?)"
_TOP = r"(?:full|maximum|max|highest|top|perfect)(?: possible)? (?:marks?|credit|score|points|grade|rating)"
_FULL = rf"(?:met|{_TOP}|10 ?/ ?10|5 ?/ ?5|100 ?/ ?100|100 ?(?:%|points|percent)|an? a\+?(?: grade)?)"
_GRADING = (
    r"(?:previous|prior|earlier|above|preceding|given|original|existing|system|grading|evaluation|scoring|marking)"
)
ADDRESSES_GRADER = re.compile(
    "|".join(
        (
            # orders against the rubric
            rf"\b(?:ignore|disregard|forget|override|bypass)\b (?:\w+ ){{0,3}}(?:{_GRADING} (?:\w+ )?(?:prompts?"
            rf"|criteria)|"
            r"instructions?|rubric|guidelines|marking scheme|criteria|grading)\b",
            rf"\b(?:ignore|disregard|forget) (?:everything|all|anything) (?:you were told|{_GRADING}|before)\b",
            r"\b(?:do not|don't|stop|no need to) (?:grade|grading|judge|judging|check(?:ing)? the (?:rubric"
            r"|criteria))\b",
            # orders for marks
            rf"\b(?:mark|grade|score|rate|judge|label|treat|count|consider|record|set|evaluate)\b (?:this|my|the"
            rf"|student) {_WORK}\b"
            rf"[^.]{{0,40}}\b(?:{_FULL}|correct|passed|satisfied|right|1(?:\.0)?)",
            rf"\b(?:mark|grade|score|rate|record|set|label)\b (?:it|me|this|these|them|all|every\w*|each"
            rf"|the {_CRITERIA})\b[^.]{{0,40}}\b{_FULL}",
            rf"\b(?:give|award|grant)\b (?:(?:me|us)\b[^.]{{0,30}}\b(?:{_FULL}|marks?|credit|points)\b|{_TOP}|"
            rf"(?:this|my|the) {_WORK}\b[^.]{{0,30}}(?:{_FULL}|points"
            rf"|marks|credit))",
            r"\b(?:output|return|respond with|reply with|print|say) (?:only )?[\"']?(?:met\b|\W*verdict)",
            r"\bi (?:deserve|should (?:get|receive)) (?:full|the (?:full|maximum|highest)|a (?:perfect|high"
            r"|good) (?:score|grade|mark)|maximum|top)\b",
            r"\bplease (?:be (?:generous|lenient|kind|nice)|give (?:me|this)|pass me|accept this)\b",
            r"\b(?:return|output|assign|choose|select|award) (?:only )?the (?:highest|best|top|maximum) (?:\w+ )?"
            r"(?:verdicts?|scores?|marks?|grades?|ratings?)\b",
            # forms of address
            rf"\b(?:dear|hey|hello|hi|attention|note (?:to|for)(?: the)?|message (?:to|for)(?: the)?"
            rf"|instructions? (?:to|for)(?: the)?)"
            rf" {_JUDGE}\b",
            rf"\byou are (?:now )?(?:an?|the|my) (?:\w+ ){{0,3}}{_JUDGE}\b",
            r"\b(?:the )?(?:grader|examiner|evaluator|assessor) (?:must|should|will|has to|is required to) (?:mark"
            r"|award|accept|give)\b",
            r"\bas (?:the|your|an) (?:examiner|grader|evaluator|assessor),? (?:i|we) (?:\w+ )?"
            r"(?:confirm|certify|state|declare)\b",
            r"\byou are (?:now )?in \w+ mode\b",
            # forged roles, verdicts and seals of approval
            r"</?\s*(?:answer|system|user|assistant|instructions?)\s*>",
            r"\bthe (?:following |previous |preceding )?answer (?:above |below )?(?:(?:has been|is|was) (?:already )?"
            r"(?:verified|checked|approved|confirmed|certified)|(?:is|was) perfect)\b",
            r"\b(?:system|developer|admin) (?:prompt|message|override|note|instruction)s?\b ?:",
            r"^\W*(?:system|assistant|developer) ?: ?(?:ignore|you|mark|grade|override|all)\b",
            r"<\|[a-z_]+\|>|\[/?inst\]|</?(?:system|assistant|user|rubric|instructions?)>|#{2,} ?(?:instruction"
            r"|system|response)",
            r"^\W*(?:begin|end) of (?:the )?(?:answer|rubric|instructions|student)",
            r"[\"']?\bverdicts?\b[\"']? ?[:=]|[\"'](?:criterion|criteria|evidence)[\"'] ?:|[\"']score[\"'] ?: ?1",
            rf"\b{_CRITERIA} ?#?\d* ?[:=-]+ ?(?:met|satisfied|fulfilled|pass)",
            rf"\b(?:all|every|each)(?: of)?(?: the| single)? (?:\w+ )?{_CRITERIA}\b[^.]{{0,30}}\b(?:met|satisfied"
            rf"|fulfilled|covered|addressed)\b",
            rf"\bthis {_WORK} (?:\w+ )?(?:meets|satisfies|fulfil+s|covers all|deserves|is (?:fully|completely"
            rf"|entirely|100 ?%) correct|"
            r"should (?:receive|get|be (?:marked|graded|scored|given))|has been (?:verified|approved|validated"
            r"|confirmed|graded))",
            r"\bmy (?:professor|teacher|instructor|boss|manager) (?:already |has )?(?:\w+ )?(?:confirmed|approved"
            r"|verified|checked)\b",
        )
    )
)
# A sentence that names two terms and says nothing of them.
_TERMS = r"(?:[\w'-]+ ){1,3}(?:and|or|with) [\w'-]+(?: [\w'-]+)?(?: too| also)?"
_NAMES = (
    r"(?:is|are|was) (?:about|all about|related to|relevant|involved|important|key|to name|to mention)|involves?"
    r"|includes?|concerns?|covers?|relates? to|uses|mentions?|matters?|plays? an? (?:\w+ )?(?:part|role)"
    r"|comes? (?:in|up)|(?:should|must|can) be (?:mentioned|named|considered)"
)
NAMING = re.compile(
    rf"^(?:(?:it|this|that|the answer|one|you|we|i)(?: also)? (?:{_NAMES}|(?:must|should|can|would|could)"
    rf"(?: also)? (?:mention|name|consider|bring up|think of|talk about)|(?:also )?(?:have|has|need|think of))"
    rf"|(?:then |also |of course |and )?there (?:is|are)(?: also| then)?|(?:do not|don't) forget"
    rf"|(?:remember|consider|also|mention|think of)|another (?:point|thing|term) (?:is|would be)) {_TERMS}$"
    rf"|^{_TERMS} (?:{_NAMES})(?: here| too| also)?$"
)
NEGATION = _words(
    "not no never none nor cannot isn't aren't wasn't weren't don't doesn't didn't can't won't without hardly neither"
)
ASKS_FOR_LIST = re.compile(
    r"\b(?:name|list|enumerate|mention|write[- ]?down|at least|give (?:me )?(?:two|three|four|five|some|an|\d))\b"
)
