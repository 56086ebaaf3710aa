"""The log tells what went wrong and where, and withholds the data."""

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.db import IntegrityError, connection

EMAIL = "ann@example"


@pytest.fixture
def log():
    """A logger with the project's own formatter, and what it wrote."""
    options = dict(settings.LOGGING["formatters"]["plain"])
    configurator = logging.config.DictConfigurator({"version": 1})
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(configurator.configure_formatter(options))
    logger = logging.Logger("runs.engine")
    logger.addHandler(handler)
    return logger, out


@pytest.mark.django_db
def test_a_database_error_keeps_its_sqlstate_and_withholds_the_row(log):
    logger, out = log
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE people (email text UNIQUE)")
        try:
            cursor.execute("INSERT INTO people VALUES (%(email)s), (%(email)s)", {"email": EMAIL})
        except IntegrityError:
            logger.exception("Page 3 failed")
    written = out.getvalue()
    assert EMAIL not in written
    assert "Page 3 failed" in written
    assert "psycopg.errors.UniqueViolation 23505" in written
    assert "django.db.utils.IntegrityError" in written
    assert "test_logs.py" in written


def test_a_conversion_s_error_withholds_the_value(log):
    logger, out = log
    try:
        try:
            int(EMAIL)
        except ValueError as error:
            raise RuntimeError("page 3") from error
    except RuntimeError:
        logger.exception("Failed")
    assert EMAIL not in out.getvalue()
    assert "RuntimeError: page 3" in out.getvalue()


def test_a_message_that_repeats_postgresql_s_loses_its_detail(log):
    logger, out = log
    logger.error("Failed: duplicate key value\nDETAIL:  Key (email)=(ann@example) already exists.\nafterwards")
    assert EMAIL not in out.getvalue()
    assert "duplicate key value\nafterwards" in out.getvalue()


def test_django_s_own_handlers_neither_print_nor_mail():
    assert logging.getLogger("django").handlers == []
