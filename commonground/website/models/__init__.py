from .approaches import ApproachIndexPage, ApproachPage
from .home import HomePage
from .ordinary import CrisisPage, OrdinaryPage
from .page import PublicPage
from .pictures import Picture, PictureRendition

__all__ = [
    "ApproachIndexPage",
    "ApproachPage",
    "CrisisPage",
    "HomePage",
    "OrdinaryPage",
    "Picture",
    "PictureRendition",
    "PublicPage",
]
