"""The blind index of enquiries: see people/models/trace.py."""

from typing import ClassVar

from django.db import models

from commonground.people.models.trace import TraceRow


class EnquiryTrace(TraceRow):
    """A hash of a word or number that leads to an enquiry."""

    OF: ClassVar[str] = "enquiry"
    enquiry = models.ForeignKey(
        "enquiries.Enquiry", on_delete=models.CASCADE, related_name="traces"
    )

    class Meta:
        verbose_name = "trace of an enquiry"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hash", "enquiry"], name="enquiries_one_trace"),
        ]
