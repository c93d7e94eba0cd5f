"""Django's WSGI application, with the configuration loaded first."""

import os

from django.core.wsgi import get_wsgi_application

from ceasefire import environment

environment.load_instance_file()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ceasefire.settings")
application = get_wsgi_application()
