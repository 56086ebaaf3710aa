"""The mirrors: every table of the old system once, and nothing in them that could write or lose a row."""

import pytest
from django.apps import apps
from django.db import models

from legacy import models as mirrors

DISPATCH = """
    action agent bracket category client client3d comment course discount doctorsetting doctorsetting_masters
    doctorsetting_sales event file globalsetting instance instruction jaw language link master note notification offer
    office office_doctors operation order patient payment plan product product_roles product_successors project purchase
    reading record record_attachments record_roles role role_permissions state storage task template
    template_edit_roles template_predecessors template_products template_view_groups template_view_roles usersetting
    ware
"""
FRAMEWORK = [
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "auth_user",
    "auth_user_groups",
    "django_content_type",
]
ALL = list(apps.get_app_config("legacy").get_models())


def column_names(model: type[models.Model]) -> set[str]:
    return {field.column for field in model._meta.concrete_fields}


def test_every_table_of_the_old_system_has_exactly_one_mirror():
    expected = [f"dispatch_{name}" for name in DISPATCH.split()] + FRAMEWORK
    assert len(expected) == 53 + 6
    mirrored = [model._meta.db_table for model in ALL]
    assert set(expected) <= set(mirrored)
    assert len(set(mirrored)) == len(mirrored)


@pytest.mark.parametrize("model", ALL, ids=lambda model: model._meta.db_table)
def test_a_mirror_is_unmanaged_documented_exported_and_keyed_by_an_integer_id(model):
    assert not model._meta.managed
    assert model.__doc__ and not model.__doc__.startswith(f"{model.__name__}(")
    assert getattr(mirrors, model.__name__) is model
    assert model.__name__ in mirrors.__all__
    assert type(model._meta.pk) is models.AutoField
    assert model._meta.pk.column == "id"


@pytest.mark.parametrize("model", ALL, ids=lambda model: model._meta.db_table)
def test_a_reference_is_nullable_unconstrained_and_deletes_nothing(model):
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            assert field.null, field
            assert not field.db_constraint, field
            assert field.remote_field.on_delete is models.DO_NOTHING, field
            assert field.column == f"{field.name}_id"
            assert field.related_model in ALL
            assert isinstance(field, models.OneToOneField) or field.remote_field.hidden, field


@pytest.mark.parametrize("model", ALL, ids=lambda model: model._meta.db_table)
def test_no_column_fills_itself(model):
    for field in model._meta.concrete_fields:
        assert not field.has_default(), field
        assert not getattr(field, "auto_now", False) and not getattr(field, "auto_now_add", False), field


def test_a_user_reaches_what_makes_it_a_patient_or_a_doctor():
    accessors = {relation.get_accessor_name() for relation in mirrors.User._meta.related_objects}
    assert accessors == {"patient", "usersetting", "doctorsetting"}


def test_reserved_words_stay_column_names():
    assert "order" in column_names(mirrors.Instruction)
    assert "order" in column_names(mirrors.Role)
    assert "on" in column_names(mirrors.State)


def test_a_join_through_a_reference_keeps_the_row_whose_parent_is_missing():
    query = str(mirrors.Instruction.objects.values_list("id", "patient__doctor__email").query)
    assert query.count("LEFT OUTER JOIN") == 2
    assert "INNER JOIN" not in query


def test_money_is_exact():
    fields = [field for model in ALL for field in model._meta.concrete_fields]
    money = [f for f in fields if "price" in f.name or f.name in {"credit", "used_credit", "tax_value"}]
    assert len(money) >= 14
    assert {(type(f), f.max_digits, f.decimal_places) for f in money} == {(models.DecimalField, 12, 2)}
    assert not any(isinstance(field, models.FloatField) for field in fields)


def test_the_text_of_a_row_shows_no_value():
    assert str(mirrors.User(pk=7, username="jane", email="jane@example.com")) == "auth_user 7"
