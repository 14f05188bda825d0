"""The door of the web server. Unsafe configuration is refused here too: Django runs no system
checks under WSGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonground.config.settings")
application = get_wsgi_application()

from commonground.core.checks import refuse_unsafe_start  # noqa: E402

refuse_unsafe_start()
