from django.urls import path

from . import views

urlpatterns = [
    path("my/check-in/<uuid:pk>/<int:number>/", views.question, name="check_in"),
    path("my/check-in/<uuid:pk>/all/", views.all_questions, name="check_in_all"),
    path("my/check-in/<uuid:pk>/review/", views.review, name="check_in_review"),
    path("my/check-in/<uuid:pk>/sent/", views.sent, name="check_in_sent"),
    path("check-in/link/<str:token>/", views.by_link, name="check_in_link"),
    path("check-in/form/", views.guest_start, name="guest_start"),
    path("check-in/form/<int:number>/", views.guest_question, name="guest_question"),
    path("check-in/form/all/", views.guest_all, name="guest_all"),
    path("check-in/form/review/", views.guest_review, name="guest_review"),
    path("check-in/form/sent/", views.guest_sent, name="guest_sent"),
    path("check-in/back/", views.back, name="check_in_back"),
    path("check-ins/<uuid:pk>/open/", views.open_now, name="check_in_open"),
    path("check-ins/<uuid:pk>/hand-over/", views.hand_over, name="check_in_hand_over"),
    path("check-ins/<uuid:pk>/link/", views.send_link, name="check_in_send_link"),
    path("check-ins/<uuid:pk>/link/withdraw/", views.withdraw_link, name="check_in_withdraw"),
    path("clients/<uuid:pk>/measures/ask/", views.ask, name="measures_ask"),
    path("clients/<uuid:pk>/paper/<slug:measure>/", views.paper, name="paper"),
    path("clients/<uuid:pk>/measures/earlier/", views.earlier, name="earlier_scores"),
    path("answers/<uuid:pk>/correct/", views.correct, name="answers_correct"),
    path("plans/<uuid:pk>/end/", views.end_plan, name="plan_end"),
    path("measures/", views.library, name="measures"),
    path("waiting/", views.alerts, name="alerts"),
    path("alerts/<uuid:pk>/", views.alert, name="alert"),
    path("practice/duty/", views.duty, name="duty"),
    path("practice/duty/hours/", views.alert_hours, name="alert_hours"),
    path("practice/duty/<uuid:pk>/end/", views.duty_end, name="duty_end"),
]
