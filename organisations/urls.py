"""Addresses of organisations, people, roles and onboarding."""

app_name = "organisations"
urlpatterns: list = []
