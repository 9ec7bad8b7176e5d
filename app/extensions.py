"""The extensions that `create_app` binds to the application. The database has its own file."""

from __future__ import annotations

from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from app.web.visitor import limiter_key

babel = Babel()
compress = Compress()
csrf = CSRFProtect()
limiter = Limiter(key_func=limiter_key, headers_enabled=True, strategy="fixed-window")
login_manager = LoginManager()
migrate = Migrate()
