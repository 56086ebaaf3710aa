"""Defects of files, templates, roles, settings and the log."""

from legacy.demo.planter import Planter, migrated, resolved


def file_extension_twice(plant: Planter) -> None:
    """Files whose name ends in their extension already, '.stl.stl' when joined."""
    ids = plant.pick("file_extension_twice", "dispatch_file", plant.share(150), "lower(t.ext) = '.stl'")
    plant.store.run("UPDATE dispatch_file SET name = name || ext WHERE id = ANY(%s)", [ids])
    plant.expect("file_extension_twice", "dispatch_file", ids, migrated("files"), note="name and ext stay as they are")


def file_parameters_invalid(plant: Planter) -> None:
    """Parameters that are no JSON, which the original silently emptied."""
    plant.spoil(
        "file_parameters_not_json",
        "dispatch_file",
        plant.share(40),
        "parameters",
        "quality=90",
        resolved("files", "parameters", "not_json"),
    )
    plant.spoil(
        "file_parameters_invalid_unicode",
        "dispatch_file",
        plant.share(10),
        "parameters",
        '{"memo": "\\udfff"}',
        resolved("files", "parameters", "invalid_unicode"),
    )


def file_parents_gone(plant: Planter) -> None:
    """Files of an order, a product or a record that is gone: the file stays, its place in the case does not."""
    plant.lose(
        "file_order_gone", "dispatch_file", plant.share(14), "instruction_id", "dispatch_instruction", "order", "case"
    )
    plant.lose("file_product_gone", "dispatch_file", plant.share(10), "product_id", "dispatch_product", "product")
    plant.lose("file_record_gone", "dispatch_file", plant.share(20), "record_id", "dispatch_record", "message")


def files_in_japanese(plant: Planter) -> None:
    """File names in Japanese."""
    plant.spoil("japanese_text", "dispatch_file", plant.share(200), "name", "口腔内写真（正面）", migrated("files"))


def category_after_child(plant: Planter) -> None:
    """A category whose parent has a higher id, so that the parent arrives later than the child."""
    plant.change("dispatch_category", [3], "parent_id", 40)
    plant.take("dispatch_category", [3])
    plant.expect("category_after_child", "dispatch_category", [3], migrated("categories"), note="parent_id is 40")


def template_parents_gone(plant: Planter) -> None:
    """A template of a category that is gone; links to roles, groups, products and templates that are gone."""
    plant.lose("template_category_gone", "dispatch_template", 1, "category_id", "dispatch_category", "category")
    for table, column, parent, field in (
        ("edit_roles", "role_id", "dispatch_role", "role"),
        ("view_roles", "role_id", "dispatch_role", "role"),
        ("view_groups", "group_id", "auth_group", "team"),
        ("products", "product_id", "dispatch_product", "product"),
        ("predecessors", "to_template_id", "dispatch_template", "predecessor"),
    ):
        plant.lose("template_link_gone", f"dispatch_template_{table}", 1, column, parent, field)


def role_permission_gone(plant: Planter) -> None:
    """Permissions of roles that are gone."""
    plant.lose("role_permission_gone", "dispatch_role_permissions", 2, "permission_id", "auth_permission", "permission")


def membership_of_gone_user(plant: Planter) -> None:
    """A membership that outlived its user. The patient beside it keeps the account."""
    plant.lose(
        "membership_user_gone",
        "auth_user_groups",
        plant.share(5),
        "user_id",
        "auth_user",
        "profile",
        where="group_id = 1",
    )


def settings_invalid(plant: Planter) -> None:
    """Preferences that are no JSON; settings of a doctor who is gone; a language that is gone."""
    plant.spoil(
        "clinical_preferences_not_json",
        "dispatch_doctorsetting",
        plant.share(8),
        "clinical_preferences",
        "no IPR please",
        resolved("doctor_preferences", "clinical_preferences", "not_json"),
    )
    plant.lose(
        "doctorsetting_user_gone",
        "dispatch_doctorsetting",
        plant.share(1),
        "user_id",
        "auth_user",
        "doctor",
        where="t.user_id IN (SELECT user_id FROM auth_user_groups WHERE group_id = 2)",
    )
    plant.spoil(
        "options_not_json",
        "dispatch_usersetting",
        plant.share(5),
        "options",
        "dense",
        resolved("user_preferences", "options", "not_json"),
    )
    plant.lose("language_gone", "dispatch_usersetting", plant.share(3), "language_id", "dispatch_language", "language")


def log_of_gone_people(plant: Planter) -> None:
    """Entries of the log by somebody who is gone, or about a content type that drifted away."""
    plant.lose("action_user_gone", "dispatch_action", plant.share(20), "user_id", "auth_user", "profile")
    plant.lose(
        "action_content_type_gone",
        "dispatch_action",
        plant.share(4),
        "item_type_id",
        "django_content_type",
        "item_type",
    )


def credential_in_settings(plant: Planter) -> None:
    """A payment credential in a row of data, copied by the original. The row arrives, the credential must not."""
    plant.expect(
        "credential_in_settings",
        "dispatch_globalsetting",
        [1],
        migrated("global_settings"),
        note="access_token is left behind",
    )


DEFECTS = (
    file_extension_twice,
    file_parameters_invalid,
    file_parents_gone,
    files_in_japanese,
    category_after_child,
    template_parents_gone,
    role_permission_gone,
    membership_of_gone_user,
    settings_invalid,
    log_of_gone_people,
    credential_in_settings,
)
