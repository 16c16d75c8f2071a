"""Registers the reviews app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """See the package's docstring."""

    name = "edi_portal.reviews"
