"""Work of the new system: tasks, and the templates that say what a task consists of."""

from __future__ import annotations

from django.db import models

from catalog.target.models.base import TargetModel, codes, only, reference
from catalog.target.models.codes import TaskStatus


class Category(TargetModel):
    """A place of templates in a tree."""

    name = models.CharField(max_length=255)
    parent = reference("self", null=True, related_name="children")

    class Meta:
        db_table = "categories"


class Template(TargetModel):
    """What a task consists of. Which of the three names people see depends on where they look."""

    category = reference("target.Category", null=True)
    task_name = models.CharField(max_length=255, null=True)
    action_name = models.CharField(max_length=255, null=True)
    text_name = models.CharField(max_length=255, null=True)
    function_name = models.CharField(max_length=255, null=True)
    #: 1 is active; the other codes are unknown.
    status_code = models.SmallIntegerField(null=True)
    duration_minutes = models.IntegerField(null=True)
    #: File extensions that the task asks for.
    extensions = models.CharField(max_length=255, null=True)
    is_predefined = models.BooleanField(null=True)
    is_read_only = models.BooleanField(null=True)
    has_alerts = models.BooleanField(null=True)
    is_separate = models.BooleanField(null=True)

    class Meta:
        db_table = "templates"


class TemplateEditRole(TargetModel):
    """A role may work on the tasks of a template."""

    template = reference("target.Template")
    role = reference("target.Role")

    class Meta:
        db_table = "template_edit_roles"
        constraints = [models.UniqueConstraint(fields=["template", "role"], name="template_edit_roles_pair")]


class TemplateViewRole(TargetModel):
    """A role may see the tasks of a template."""

    template = reference("target.Template")
    role = reference("target.Role")

    class Meta:
        db_table = "template_view_roles"
        constraints = [models.UniqueConstraint(fields=["template", "role"], name="template_view_roles_pair")]


class TemplateViewGroup(TargetModel):
    """A team may see the tasks of a template."""

    template = reference("target.Template")
    team = reference("target.Team")

    class Meta:
        db_table = "template_view_groups"
        constraints = [models.UniqueConstraint(fields=["template", "team"], name="template_view_groups_pair")]


class TemplateProduct(TargetModel):
    """The making of a product includes a template."""

    template = reference("target.Template")
    product = reference("target.Product")

    class Meta:
        db_table = "template_products"
        constraints = [models.UniqueConstraint(fields=["template", "product"], name="template_products_pair")]


class TemplatePredecessor(TargetModel):
    """A template's work has to wait for that of its predecessor."""

    template = reference("target.Template", related_name="predecessors")
    predecessor = reference("target.Template", related_name="successors")

    class Meta:
        db_table = "template_predecessors"
        constraints = [models.UniqueConstraint(fields=["template", "predecessor"], name="template_predecessors_pair")]


class Task(TargetModel):
    """A step of the work on an order."""

    order = reference("target.Order")
    treatment_plan = reference("target.TreatmentPlan", null=True)
    purchase_order = reference("target.PurchaseOrder", null=True)
    template = reference("target.Template", null=True)
    assigned_to = reference("target.Profile", null=True)
    file = reference("target.File", null=True)
    status = codes(TaskStatus)
    is_checked = models.BooleanField(null=True)
    done_at = models.DateTimeField(null=True)
    description = models.TextField(null=True)
    #: A code of unknown meaning.
    jaw_code = models.SmallIntegerField()

    class Meta:
        db_table = "tasks"
        constraints = [only("tasks", "status", TaskStatus)]
