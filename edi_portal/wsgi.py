"""The web server's way in; it does not start with a business clock that stands wrong."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edi_portal.settings")
application = get_wsgi_application()

from django.db import connections  # noqa: E402  (from here on the applications are ready)

from edi_portal.checks import clock_stands_right  # noqa: E402
from edi_portal.ui.warm import warm  # noqa: E402

for problem in clock_stands_right(databases=["default"]):
    raise ImproperlyConfigured(f"{problem.msg} {problem.hint}")
warm()
# The server may fork after loading this: no two processes may share a connection.
connections.close_all()
