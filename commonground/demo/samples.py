"""Sample words for the style guide: every component, shown with what it may hold."""

SAMPLE = {
    "colours": (
        "paper",
        "paper-deep",
        "card",
        "line",
        "line-strong",
        "ink",
        "ink-soft",
        "accent",
        "accent-wash",
        "clay",
        "clay-wash",
        "care",
        "care-wash",
        "settled",
        "waiting",
    ),
    "facts": (
        {"term": "How long", "text": "Usually 12 to 16 meetings, agreed at the start"},
        {"term": "How often", "text": "Once a week"},
        {"term": "Where", "text": "In person or online"},
    ),
    "sentences": (
        "feel low, and it seems linked to changes in your life",
        "keep meeting the same conflict",
        "are living with a loss",
    ),
    "areas": (
        {"sign": "grief", "title": "Grief", "text": "Someone important has died."},
        {
            "sign": "disputes",
            "title": "Relationship disputes",
            "text": "You want different things.",
        },
        {"sign": "transitions", "title": "Role transitions", "text": "The old life has ended."},
        {"sign": "isolation", "title": "Social isolation", "text": "Contact has grown thin."},
    ),
    "phases": (
        {"name": "Beginning", "first": 1, "last": 4, "text": "Your story, and what to work on."},
        {"name": "Middle", "first": 5, "last": 12, "text": "The work itself, week by week."},
        {"name": "Ending", "first": 13, "last": 16, "text": "What helps, and how to keep it."},
    ),
    "phases_short": (
        {"name": "Beginning", "first": 1, "last": 2, "text": ""},
        {"name": "Middle", "first": 3, "last": 7, "text": ""},
        {"name": "Ending", "first": 8, "last": 8, "text": ""},
    ),
    "people": (
        {
            "name": "Miriam Adeyemi",
            "url": "#top",
            "lines": ("Adults", "Harbour Street, online"),
            "open": True,
            "openness": "Taking new clients",
        },
        {
            "name": "Eleanor Pryce",
            "url": "#top",
            "lines": ("Adults",),
            "open": False,
            "openness": "Not taking new clients",
        },
    ),
    "reasons": (
        {"sign": "grief", "say": "Someone has died.", "name": "Grief", "url": "#top"},
        {"sign": "isolation", "say": "I am still on my own.", "name": "Isolation", "url": "#top"},
    ),
    "approaches": (
        {
            "figure": "two-circles",
            "title": "Interpersonal Therapy",
            "introduction": "For low mood that has a story.",
            "url": "#top",
        },
    ),
    "figures": (
        "two-circles",
        "side-to-side",
        "breath",
        "loop",
        "layers",
        "between",
        "still",
        "compass",
        "closeness",
    ),
    "previous": {"title": "EMDR", "url": "#top"},
    "next": {"title": "Body-based psychotherapy", "url": "#top"},
}
