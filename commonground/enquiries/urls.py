"""Getting in touch: the letter, the conversation behind its link, the desk."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import views


class Step(StringConverter):
    regex = "wait|recall|close|signpost"


register_converter(Step, "enquiry_step")

urlpatterns = [
    path("get-in-touch/", views.enquire, name="enquire"),
    path("get-in-touch/draft/", views.draft, name="draft"),
    path("get-in-touch/forget/", views.forget, name="forget_draft"),
    path("get-in-touch/sent/", views.sent, name="enquiry_sent"),
    path("letter/", views.conversation, name="conversation"),
    path("letter/write/", views.write_again, name="write_again"),
    path("letter/not-going-on/", views.turn_away, name="turn_away"),
    path("letter/leave/", views.leave, name="leave_letter"),
    path("letter/no-thank-you/", views.turn_down, name="turn_down"),
    path("letter/call/", views.call, name="book_call"),
    path("letter/yes/", views.accept, name="accept_offer"),
    path("letter/<str:token>/", views.letter, name="letter"),
    path("question/", views.question, name="question"),
    path("question/thanks/", views.thanks, name="thanks"),
    path("question/<str:token>/", views.asked, name="asked"),
    path("enquiries/", views.enquiries, name="enquiries"),
    path("enquiries/waiting/", views.waiting_list, name="waiting_list"),
    path("enquiries/figures/", views.figures, name="figures"),
    path("people/find/", views.find, name="find"),
    path("enquiries/replies/", views.replies, name="replies"),
    path("enquiries/replies/new/", views.reply, name="reply_new"),
    path("enquiries/replies/<uuid:pk>/", views.reply, name="reply"),
    path("enquiries/replies/<uuid:pk>/remove/", views.reply_remove, name="reply_remove"),
    path("enquiries/<uuid:pk>/", views.enquiry, name="enquiry"),
    path("enquiries/<uuid:pk>/answer/", views.answer, name="answer_enquiry"),
    path("enquiries/<uuid:pk>/ask/", views.ask, name="ask_therapist"),
    path("enquiries/<uuid:pk>/call/", views.call_for_them, name="call_for_them"),
    path("enquiries/<uuid:pk>/known/", views.known, name="known"),
    path("enquiries/<uuid:pk>/join/<uuid:client>/", views.join, name="join_enquiry"),
    path("enquiries/<uuid:pk>/part/", views.unjoin, name="part_enquiry"),
    path("clients/<uuid:pk>/letters/", views.client_letters, name="client_letters"),
    path("clients/<uuid:pk>/emergency/", views.emergency, name="emergency"),
    path("opened/", views.openings, name="openings"),
    path("my/letters/", views.my_letters, name="my_letters"),
    path("enquiries/<uuid:pk>/links/", views.revoke, name="revoke_links"),
    path("enquiries/<uuid:pk>/<enquiry_step:act>/", views.step, name="enquiry_step"),
    path("offers/", views.offers, name="offers"),
    path("offers/<uuid:pk>/", views.offer, name="offer"),
    path("offers/<uuid:pk>/take/", views.take, name="offer_take"),
    path("offers/<uuid:pk>/competence/", views.competence, name="competence"),
    path("offers/<uuid:pk>/pass/", views.pass_on, name="offer_pass"),
]
