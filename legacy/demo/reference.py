"""Code lists and organisation: groups, content types, permissions, courses, products, categories, roles."""

import json

from legacy.demo.world import BEGIN, World

#: Names and ids of the nine groups; 1, 2, 4, 5 and 11 are as recorded.
GROUPS = {
    1: "Patient",
    2: "Doctor",
    3: "Sales",
    4: "Administrator",
    5: "Master",
    6: "Support",
    7: "Billing",
    8: "External",
    11: "Technician",
}
#: Content types of the 51 whose ids the original scripts relied on.
PATIENT_TYPE, PLAN_TYPE, INSTRUCTION_TYPE, USER_TYPE = 11, 12, 9, 58
_DISPATCH = (
    "category course product template role office client instruction order patient plan project jaw task file record "
    "comment note notification payment operation offer discount purchase state bracket action agent client3d event "
    "globalsetting instance language link master reading storage ware usersetting doctorsetting"
).split()
_OTHERS = (
    ("admin", "logentry"),
    ("auth", "permission"),
    ("auth", "group"),
    ("contenttypes", "contenttype"),
    ("sessions", "session"),
    ("sites", "site"),
    ("axes", "accesslog"),
    ("axes", "accessattempt"),
    ("django_rq", "queue"),
    ("auth", "user"),
)
#: id, name, type, customization.
COURSES = (
    (1, "Main treatment", 1, '{"jaws": 2, "trays": true}'),
    (2, "Refinement", 2, '{"jaws": 2}'),
    (3, "Replacement", 4, '{"jaws": 1, "reason": true}'),
    (4, "Any", 3, "{}"),
    (5, "リテーナー", 1, '{"retainer": "保定"}'),
    (7, "Invoice", 5, "{}"),
    (8, "Merchandise", 6, ""),
)
#: name, course, free, deleted, price in cents; ten active ones and four that were given up.
PRODUCTS = (
    ("Lingual full", 1, False, False, 199500),
    ("Lingual anterior", 1, False, False, 149500),
    ("Hybrid", 1, False, False, 119500),
    ("Refinement kit", 2, False, False, 39500),
    ("Refinement under warranty", 2, True, False, 0),
    ("Replacement wire", 3, False, False, 9500),
    ("Replacement bracket", 3, False, False, 4550),
    ("Retainer", 5, False, False, 12075),
    ("リテーナー（上顎）", 5, False, False, 12075),
    ("Service fee", 7, False, False, 2500),
    ("Lingual full 2018", 1, False, True, 189500),
    ("Typodont", 8, False, True, 7999),
    ("Sample set", 8, True, True, 0),
    ("Trial case", 1, True, True, 0),
)
CATEGORY_ROOTS = ("Intake", "Sectioning", "Designing", "Review", "Manufacturing", "Quality", "Shipping", "Billing")
ROLE_KINDS = (
    ("Sectioning", "ST"),
    ("Designing", "DT"),
    ("Manufacturing", "MT"),
    ("Remote designing", "DTR"),
    ("Quality inspection", "QI"),
    ("Supervisor", "SV"),
    ("製造", "製"),
)


def groups_and_permissions(world: World) -> None:
    """Nine groups, 51 content types, four permissions for each, and who may do what."""
    rng = world.rng("permission")
    free = (number for number in range(1, 80) if number not in (9, 10, 11, 12, 58))
    fixed = {"instruction": 9, "order": 10, "patient": PATIENT_TYPE, "plan": PLAN_TYPE, "user": USER_TYPE}
    names = [*(("dispatch", name) for name in _DISPATCH), ("dispatch", "dashboard"), *_OTHERS]
    types = sorted((fixed.get(name) or next(free), label, name) for label, name in names)
    verbs = ("add", "change", "delete", "view")
    permissions = [(f"Can {verb} {name}", type_id, f"{verb}_{name}") for type_id, _, name in types for verb in verbs]
    world.put("auth_group", "id name", GROUPS.items())
    world.put("django_content_type", "id app_label model", types)
    world.put(
        "auth_permission", "id name content_type_id codename", ((n, *row) for n, row in enumerate(permissions, 1))
    )
    pairs = [
        (group, 1 + (group * 37 + step * 5) % len(permissions))
        for group in GROUPS
        for step in range(rng.randint(8, 30))
    ]
    world.put("auth_group_permissions", "id group_id permission_id", ((n, *pair) for n, pair in enumerate(pairs, 1)))


def courses_and_products(world: World) -> None:
    """Courses by their recorded ids, products with their course; customization is JSON in text."""
    world.put("dispatch_course", "id name type customization", COURSES)
    world.products = [2 * n + 3 for n in range(len(PRODUCTS))]
    world.put(
        "dispatch_product",
        "id name description free deleted customization type substitute course_id",
        (
            (
                pk,
                name,
                None if deleted else f"{name}.",
                free,
                deleted,
                json.dumps({"cents": cents}),
                n % 6 + 1,
                n % 5 == 0,
                course,
            )
            for n, (pk, (name, course, free, deleted, cents)) in enumerate(zip(world.products, PRODUCTS, strict=True))
        ),
    )
    world.put(
        "dispatch_product_successors",
        "id from_product_id to_product_id",
        ((n, world.products[n - 1], world.products[n]) for n in range(1, 10)),
    )


def categories(world: World) -> None:
    """Forty categories: eight roots and their children."""
    roots = len(CATEGORY_ROOTS)
    rows = [
        (
            n + 1,
            CATEGORY_ROOTS[n % roots] + (f" {n // roots}" if n >= roots else ""),
            n % roots + 1 if n >= roots else None,
        )
        for n in range(world.count("category"))
    ]
    world.put("dispatch_category", "id name parent_id", rows)


def roles(world: World) -> None:
    """46 roles, 31 of them technicians' (group 11) and tied to a user, and their 1,244 permissions."""
    rng = world.rng("role")
    technicians, others = world.count("technician_role"), [4, 5, 3, 6, 7]
    rows: list[tuple[object, ...]] = []
    for n in range(world.count("role")):
        name, abbrev = ROLE_KINDS[n % len(ROLE_KINDS)]
        if n < technicians:
            user = world.technicians[n % len(world.technicians)]
            rows.append((n + 2, f"{name} {n // len(ROLE_KINDS) + 1}", None if n % 9 == 4 else abbrev, 1, n, user, 11))
        else:
            group = others[n % len(others)]
            rows.append((n + 2, f"{GROUPS[group]} {n - technicians + 1}", GROUPS[group][:3].upper(), 2, n, None, group))
    world.roles = list(range(2, len(rows) + 2))
    world.put("dispatch_role", "id name abbrev type order user_id group_id", rows)
    pairs = sorted(
        rng.sample(
            [(role, permission) for role in world.roles for permission in range(1, 205)],
            world.count("role_permissions"),
        )
    )
    world.put("dispatch_role_permissions", "id role_id permission_id", ((n, *pair) for n, pair in enumerate(pairs, 1)))
    pairs = sorted(rng.sample([(product, role) for product in world.products for role in world.roles], 60))
    world.put("dispatch_product_roles", "id product_id role_id", ((n, *pair) for n, pair in enumerate(pairs, 1)))


def organisation(world: World) -> None:
    """The handful of rows of the system's own tables."""
    languages = (("en", "English"), ("ja", "日本語"), ("th", "ไทย"), ("vi", "Tiếng Việt"), ("fr", "Français"))
    world.put("dispatch_language", "id code name", ((n, *row) for n, row in enumerate(languages, 1)))
    setting = (
        '{"theme": "light", "holiday": "正月"}',
        "4.12.3",
        BEGIN,
        BEGIN,
        True,
        "sq0idp-demo",
        "LDEMO",
        "demo-token",
    )
    world.put(
        "dispatch_globalsetting",
        "id setting version created_at updated_at sandbox application_id location_id access_token",
        [(1, *setting)],
    )
    guides = ((n, f"Guide {n}", f"https://docs.example.com/{n}", BEGIN) for n in range(1, 7))
    world.put("dispatch_link", "id name url created_at", guides)
    world.put("dispatch_storage", "id name description", [(1, "Main shelf", "箱 A–Z")])
    installed = range(1, world.count("instance") + 1)
    world.put(
        "dispatch_instance",
        "id name url version created_at",
        ((n, f"instance-{n}", f"https://lab{n}.example.com", f"4.{n % 13}.0", BEGIN) for n in installed),
    )


def partners(world: World) -> None:
    """Agents, clients and masters, each with a user of the staff."""
    agents, clients, masters = world.staff[:2], world.staff[-4:], world.staff[32:38]
    world.put(
        "dispatch_agent", "id user_id name active", ((n, user, f"Agent {n}", True) for n, user in enumerate(agents, 1))
    )
    world.put(
        "dispatch_client",
        "id user_id name active created_at",
        ((n, user, f"University clinic {n}", n != 3, BEGIN) for n, user in enumerate(clients, 1)),
    )
    world.put(
        "dispatch_master",
        "id user_id name active",
        ((n, user, f"Master {n}", True) for n, user in enumerate(masters, 1)),
    )
