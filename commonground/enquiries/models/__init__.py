from .draft import Draft
from .enquiry import Enquiry
from .link import Link
from .message import Message
from .offer import Offer
from .reply import Reply
from .trace import EnquiryTrace

__all__ = ["Draft", "Enquiry", "EnquiryTrace", "Link", "Message", "Offer", "Reply"]
