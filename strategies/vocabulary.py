"""The words of this app: kinds of documents and of what they say, domains, the frameworks that themes answer to. Pure."""

DOMAINS: dict[str, str] = {"technical": "Technical", "cultural": "Cultural"}

DOCUMENT_KINDS: dict[str, str] = {
    "strategy": "EDI strategy",
    "objectives": "Equality objectives",
    "policy": "Policy",
    "plan": "Action plan",
    "statement": "Statement or page",
}

# What a line of a document is. Only objectives count as promises that can be kept or missed.
LINE_KINDS: dict[str, str] = {
    "objective": "Objective",
    "action": "Action",
    "aim": "Aim",
    "mission": "Vision or mission",
}

DEPTHS: dict[int, str] = {0: "Not there", 1: "Named in an aim or vision", 2: "An objective", 3: "An objective with a KPI"}

EDS2_GOALS: dict[int, str] = {
    1: "Better health outcomes",
    2: "Improved patient access and experience",
    3: "A representative and supported workforce",
    4: "Inclusive leadership",
}
EDS2022_DOMAINS: dict[int, str] = {
    1: "Commissioned or provided services",
    2: "Workforce health and wellbeing",
    3: "Inclusive leadership",
}
PLAN_ACTIONS: dict[int, str] = {
    1: "Measurable objectives for leaders",
    2: "Fair recruitment and talent",
    3: "Pay gaps",
    4: "Workforce health inequalities",
    5: "Internationally recruited staff",
    6: "Bullying, discrimination and violence",
}
DUTIES: dict[str, str] = {
    "eliminate": "Eliminate discrimination",
    "advance": "Advance equality of opportunity",
    "relations": "Foster good relations",
    "information": "Publish equality information",
    "objectives": "Publish equality objectives",
}
