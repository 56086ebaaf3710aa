"""Expectations of the technical domain."""

from legacy.demo.expected.vocabulary import Entity, optional, pair, required

_TEMPLATE = required("template", "templates", "template_id")
_FILE = (required("file", "files", "id"),)
_PROFILE = optional("profile", "profiles", "user_id")
_SETTING = "LEFT JOIN dispatch_doctorsetting s ON s.id = t.doctorsetting_id"


def _ext(*known: str) -> str:
    return f"lower(trim(t.ext)) IN ({', '.join(f'{ext!r}' for name in known for ext in (name, '.' + name))})"


ENTITIES = (
    Entity("teams", "auth_group"),
    pair(
        "team_members",
        "auth_user_groups",
        required("team", "teams", "group_id"),
        required("profile", "profiles", "user_id"),
    ),
    Entity("content_types", "django_content_type"),
    Entity("permissions", "auth_permission", (optional("content_type", "content_types", "content_type_id"),)),
    pair(
        "team_permissions",
        "auth_group_permissions",
        required("team", "teams", "group_id"),
        required("permission", "permissions", "permission_id"),
    ),
    Entity("roles", "dispatch_role", (_PROFILE, optional("team", "teams", "group_id"))),
    pair(
        "role_permissions",
        "dispatch_role_permissions",
        required("role", "roles", "role_id"),
        required("permission", "permissions", "permission_id"),
    ),
    Entity(
        "technicians",
        "auth_user",
        (required("profile", "profiles", "id"),),
        where="t.id IN (SELECT user_id FROM auth_user_groups WHERE group_id = 11)",
    ),
    pair(
        "technician_roles",
        "dispatch_role",
        required("technician", "technicians", "user_id"),
        required("role", "roles", "id"),
        where="t.group_id = 11 AND t.user_id IS NOT NULL",
    ),
    Entity("masters", "dispatch_master", (_PROFILE,)),
    pair(
        "doctor_masters",
        "dispatch_doctorsetting_masters",
        required("doctor", "doctors", "s.user_id"),
        required("master", "profiles", "user_id"),
        joins=_SETTING,
    ),
    pair(
        "doctor_sales",
        "dispatch_doctorsetting_sales",
        required("doctor", "doctors", "s.user_id"),
        required("sales_person", "profiles", "user_id"),
        joins=_SETTING,
    ),
    Entity("categories", "dispatch_category"),
    Entity("templates", "dispatch_template", (optional("category", "categories", "category_id"),)),
    pair("template_edit_roles", "dispatch_template_edit_roles", _TEMPLATE, required("role", "roles", "role_id")),
    pair("template_view_roles", "dispatch_template_view_roles", _TEMPLATE, required("role", "roles", "role_id")),
    pair("template_view_groups", "dispatch_template_view_groups", _TEMPLATE, required("team", "teams", "group_id")),
    pair("template_products", "dispatch_template_products", _TEMPLATE, required("product", "products", "product_id")),
    pair(
        "template_predecessors",
        "dispatch_template_predecessors",
        required("template", "templates", "from_template_id"),
        required("predecessor", "templates", "to_template_id"),
    ),
    Entity(
        "files",
        "dispatch_file",
        (optional("order", "orders", "instruction_id"), optional("product", "products", "product_id")),
    ),
    Entity("image_assets", "dispatch_file", _FILE, where=_ext("jpg", "jpeg", "png", "gif")),
    Entity("document_assets", "dispatch_file", _FILE, where=_ext("pdf", "txt", "docx")),
    Entity("scan_assets", "dispatch_file", _FILE, where=_ext("stl", "ply", "dcm", "dxf")),
    Entity("viewer_releases", "dispatch_client3d", (optional("file", "files", "file_id"),)),
    Entity(
        "audit_logs",
        "dispatch_action",
        (
            _PROFILE,
            optional("item_type", "content_types", "item_type_id"),
            optional("owner_type", "content_types", "owner_type_id"),
        ),
    ),
    Entity("global_settings", "dispatch_globalsetting"),
    Entity("languages", "dispatch_language"),
    Entity(
        "user_preferences",
        "dispatch_usersetting",
        (required("profile", "profiles", "user_id"), optional("language", "languages", "language_id")),
    ),
    Entity("doctor_preferences", "dispatch_doctorsetting", (required("doctor", "doctors", "user_id"),)),
    Entity("links", "dispatch_link"),
    Entity("instances", "dispatch_instance"),
)
