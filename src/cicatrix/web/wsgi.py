"""The WSGI application, for gunicorn or any other server: `cicatrix.web.wsgi:application`.

CICATRIX_HOME names the trial home that it serves; settings.py reads it.
A server for many hospitals runs one of these for each trial.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cicatrix.web.settings")
application = get_wsgi_application()
