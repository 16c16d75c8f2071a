"""Addresses of organisations, people, roles, invitations, onboarding and the demonstration."""

from django.urls import path, re_path

from organisations.views import (
    access,
    changes,
    delegations,
    demonstration,
    directory,
    invitations,
    onboarding,
    people,
    roles,
    sessions,
    tokens,
)

app_name = "organisations"

urlpatterns = [
    path("organisations/", directory.directory_page, name="directory"),
    path("organisations/<slug:slug>/", directory.organisation_page, name="detail"),
    path("organisations/<slug:slug>/history/", directory.history_page, name="history"),
    path("organisations/<slug:slug>/record/", access.record_page, name="record"),
    path("organisations/<slug:slug>/access/", access.access_page, name="access"),
    path("organisations/<slug:slug>/people/", people.people_of_organisation, name="people"),
    path("organisations/<slug:slug>/people/invite/", people.invite, name="invite"),
    path("organisations/<slug:slug>/merge/", changes.merge, name="merge"),
    path("organisations/<slug:slug>/close/", changes.close, name="close"),
    path("people/", people.people_index, name="people-index"),
    path("people/log/", access.log_page, name="log"),
    path("people/log/data.csv", access.log_file, name="log-file"),
    path("people/invite/", people.invite_to_portal, name="invite-to-portal"),
    path("people/roles/<int:pk>/end/", people.end_role, name="end-role"),
    path("people/invitations/<int:pk>/confirm/", people.confirm_invitation, name="confirm-invitation"),
    path("people/invitations/<int:pk>/send-again/", people.send_invitation_again, name="send-invitation-again"),
    path("people/invitations/<int:pk>/withdraw/", people.withdraw_invitation, name="withdraw-invitation"),
    path("delegations/", delegations.delegation_list, name="delegations"),
    path("delegations/<int:pk>/end/", delegations.end_delegation, name="end-delegation"),
    path("invitations/<str:token>/", invitations.accept, name="accept-invitation"),
    path("tokens/", tokens.token_list, name="tokens"),
    path("tokens/make/", tokens.make_token, name="make-token"),
    path("tokens/<int:pk>/end/", tokens.end_token, name="end-token"),
    path("sessions/end-others/", sessions.end_others, name="end-other-sessions"),
    path("switch-role/", roles.switch_role, name="switch-role"),
    path("onboard/", onboarding.start, name="onboard"),
    path("onboard/organisation/", onboarding.organisation_step, name="onboard-organisation"),
    path("onboard/people/", onboarding.people_step, name="onboard-people"),
    path("onboard/check/", onboarding.check_step, name="onboard-check"),
    path("onboard/done/<slug:slug>/", onboarding.done_step, name="onboard-done"),
    path("onboard/upload/", onboarding.upload, name="onboard-upload"),
    path("onboard/upload/commit/", onboarding.commit_upload, name="onboard-upload-commit"),
    re_path(r"^onboard/template\.(?P<kind>xlsx|csv)$", onboarding.template, name="onboard-template"),
    path("demonstration/", demonstration.sign_in, name="demonstration"),
    path("outbox/", demonstration.outbox, name="outbox"),
    path("outbox/<int:pk>/", demonstration.message, name="outbox-message"),
]
