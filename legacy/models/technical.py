"""Files, tasks and their templates, the audit log and system data."""

from django.db import models

from legacy.models.base import Mirror, reference


class File(Mirror):
    """A stored file: uid is its key in the file store, ext has a leading dot and mixed case, size is in bytes.

    type: 1, 3, 4, 5 photographs; 2 model; 6, 7 scans; 8 image; 9 to 13 files of the instruction. status is unknown.
    A name may end in its extension already ('.stl.stl' when joined). parameters: text that should hold JSON.
    """

    uid = models.CharField(max_length=64, null=True)
    name = models.CharField(max_length=255, null=True)
    ext = models.CharField(max_length=32, null=True)
    size = models.BigIntegerField(null=True)
    type = models.SmallIntegerField(null=True)
    instruction = reference("Instruction")
    created_at = models.DateTimeField(null=True)
    description = models.TextField(null=True)
    product = reference("Product")
    parameters = models.TextField(null=True)
    record = reference("Record")
    status = models.SmallIntegerField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_file"


class Task(Mirror):
    """A step of work. checked and done_at both set: completed; only done_at: in progress; else pending.

    A task without instruction may belong to one through its plan. The codes of jaw are unknown.
    """

    checked = models.BooleanField(null=True)
    file = reference("File")
    template = reference("Template")
    done_at = models.DateTimeField(null=True)
    text = models.TextField(null=True)
    plan = reference("Plan")
    instruction = reference("Instruction")
    actor = reference("User")
    jaw = models.SmallIntegerField()
    order = reference("Order")

    class Meta(Mirror.Meta):
        db_table = "dispatch_task"


class Category(Mirror):
    """A tree of template categories."""

    name = models.CharField(max_length=255, null=True)
    parent = reference("Category")

    class Meta(Mirror.Meta):
        db_table = "dispatch_category"
        verbose_name_plural = "categories"


class Template(Mirror):
    """What a task consists of. duration in minutes; status: 1 active."""

    task_name = models.CharField(max_length=255, null=True)
    action_name = models.CharField(max_length=255, null=True)
    text_name = models.CharField(max_length=255, null=True)
    function = models.CharField(max_length=255, null=True)
    status = models.SmallIntegerField(null=True)
    duration = models.IntegerField(null=True)
    category = reference("Category")
    predefined = models.BooleanField(null=True)
    read_only = models.BooleanField(null=True)
    extensions = models.CharField(max_length=255, null=True)
    alerts = models.BooleanField(null=True)
    separate = models.BooleanField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_template"


class TemplateEditRole(Mirror):
    """A role that may work on the tasks of a template."""

    template = reference("Template")
    role = reference("Role")

    class Meta(Mirror.Meta):
        db_table = "dispatch_template_edit_roles"


class TemplateViewRole(Mirror):
    """A role that may see the tasks of a template."""

    template = reference("Template")
    role = reference("Role")

    class Meta(Mirror.Meta):
        db_table = "dispatch_template_view_roles"


class TemplateViewGroup(Mirror):
    """A group that may see the tasks of a template."""

    template = reference("Template")
    group = reference("Group")

    class Meta(Mirror.Meta):
        db_table = "dispatch_template_view_groups"


class TemplateProduct(Mirror):
    """A product whose making includes a template."""

    template = reference("Template")
    product = reference("Product")

    class Meta(Mirror.Meta):
        db_table = "dispatch_template_products"


class TemplatePredecessor(Mirror):
    """to_template has to be done before from_template. Assumed: the names of both references."""

    from_template = reference("Template")
    to_template = reference("Template")

    class Meta(Mirror.Meta):
        db_table = "dispatch_template_predecessors"


class Action(Mirror):
    """An entry of the audit log. item_id and owner_id are ids in the tables that item_type and owner_type name."""

    action = models.CharField(max_length=255, null=True)
    date = models.DateTimeField(null=True)
    item_id = models.IntegerField(null=True)
    item_type = reference("ContentType")
    owner_id = models.IntegerField(null=True)
    owner_type = reference("ContentType")
    data = models.TextField(null=True)
    user = reference("User")

    class Meta(Mirror.Meta):
        db_table = "dispatch_action"


class GlobalSetting(Mirror):
    """The settings of the installation; access_token is a payment credential and must never be copied."""

    setting = models.TextField(null=True)
    version = models.CharField(max_length=64, null=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    sandbox = models.BooleanField(null=True)
    application_id = models.CharField(max_length=255, null=True)
    location_id = models.CharField(max_length=255, null=True)
    access_token = models.CharField(max_length=255, null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_globalsetting"


class Instance(Mirror):
    """An installation of the old software. Assumed: every column."""

    name = models.CharField(max_length=255, null=True)
    url = models.CharField(max_length=255, null=True)
    version = models.CharField(max_length=64, null=True)
    created_at = models.DateTimeField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_instance"


class Language(Mirror):
    """A language of the user interface. Assumed: every column."""

    code = models.CharField(max_length=16, null=True)
    name = models.CharField(max_length=255, null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_language"


class Link(Mirror):
    """A web address shown to users. Assumed: every column."""

    name = models.CharField(max_length=255, null=True)
    url = models.TextField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_link"


class Client3D(Mirror):
    """A release of the 3D viewer that doctors install. Assumed: every column."""

    version = models.CharField(max_length=64, null=True)
    platform = models.CharField(max_length=64, null=True)
    file = reference("File")
    created_at = models.DateTimeField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_client3d"
        verbose_name = "3D client"
