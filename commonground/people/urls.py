"""Ways in and out, one's own account, and the settings of the practice.

allauth's routes are named one by one: sign-up, social accounts and changing one's own address
are not among them, and each has its fence.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path, re_path, register_converter
from django.urls.converters import StringConverter

from commonground.core.access import PUBLIC, SIGNED_IN, WORKING, fence

from . import views


class RoleVerb(StringConverter):
    regex = "grant|revoke"


class AccountVerb(StringConverter):
    regex = "close|open"


register_converter(RoleVerb, "role_verb")
register_converter(AccountVerb, "account_verb")

entrance = [
    path("login/", account.login, name="account_login"),
    path(
        "login/code/",
        views.on_the_beat(account.request_login_code),
        name="account_request_login_code",
    ),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", views.leaving_nothing(account.logout), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path(
        "password/reset/",
        views.on_the_beat(account.password_reset),
        name="account_reset_password",
    ),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/webauthn/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
]
own = [
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/", views.security, name="mfa_index"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", views.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("2fa/webauthn/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        views.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("2fa/webauthn/keys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]
for_staff = [
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
]

urlpatterns = [
    path("home/", views.home, name="home"),
    path("clients/new/", views.client_new, name="client_new"),
    path("clients/from-a-list/", views.clients_csv, name="clients_csv"),
    path("join/", views.joining, name="joining"),
    path("join/<str:token>/", views.join, name="join"),
    path("account/uncover/", views.uncover, name="uncover"),
    path("account/security/", views.security, name="security"),
    path("account/security/begin/", views.enrol, name="enrol"),
    path("account/security/sign-out/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/", include(fence(entrance, PUBLIC))),
    path("account/", include(fence(own, SIGNED_IN))),
    path("account/", include(fence(for_staff, WORKING))),
    path("practice/", views.practice, name="practice"),
    path("practice/about/", views.practice_edit, name="practice_edit"),
    path("practice/wording/", views.wording, name="wording"),
    path("practice/places/", views.places, name="places"),
    path("practice/places/new/", views.place, name="place_new"),
    path("practice/places/<uuid:pk>/", views.place, name="place"),
    path("practice/places/<uuid:pk>/remove/", views.place_remove, name="place_remove"),
    path("practice/crisis-lines/", views.crisis_lines, name="crisis_lines"),
    path("practice/crisis-lines/new/", views.crisis_line, name="crisis_line_new"),
    path("practice/crisis-lines/<uuid:pk>/", views.crisis_line, name="crisis_line"),
    path(
        "practice/crisis-lines/<uuid:pk>/remove/",
        views.crisis_line_remove,
        name="crisis_line_remove",
    ),
    path("practice/people/", views.staff, name="staff"),
    path(
        "practice/people/invitations/<uuid:pk>/withdraw/",
        views.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("practice/people/<uuid:pk>/<role_verb:verb>/", views.role_change, name="role_change"),
    path(
        "practice/people/<uuid:pk>/<account_verb:verb>/",
        views.account_change,
        name="account_change",
    ),
]
