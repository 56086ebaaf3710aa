"""Users, groups, permissions and roles; every person of the old system is a row of auth_user."""

from django.db import models

from legacy.models.base import Mirror, money, one_to_one, reference


class ContentType(Mirror):
    """Which model a generic reference points at. 11 is dispatch.patient, 12 dispatch.plan, 58 the user; ids drifted."""

    app_label = models.CharField(max_length=100)
    model = models.CharField(max_length=100)

    class Meta(Mirror.Meta):
        db_table = "django_content_type"


class Permission(Mirror):
    """A named permission on a content type."""

    name = models.CharField(max_length=255)
    content_type = reference("ContentType")
    codename = models.CharField(max_length=100)

    class Meta(Mirror.Meta):
        db_table = "auth_permission"


class Group(Mirror):
    """A kind of user. 1 Patient, 2 Doctor, 4 Administrator, 5 Master, 11 Technician; others by name only."""

    name = models.CharField(max_length=150)

    class Meta(Mirror.Meta):
        db_table = "auth_group"


class GroupPermission(Mirror):
    """A permission that a group has."""

    group = reference("Group")
    permission = reference("Permission")

    class Meta(Mirror.Meta):
        db_table = "auth_group_permissions"


class User(Mirror):
    """A person: patient, doctor, technician or staff.

    Names are '' or the literal text 'null' on some rows; the e-mail is not unique and may be '', 'null' or lack its @.
    """

    username = models.CharField(max_length=150)
    first_name = models.CharField(max_length=150)
    last_name = models.CharField(max_length=150)
    email = models.CharField(max_length=254)
    password = models.CharField(max_length=128)
    is_superuser = models.BooleanField()
    is_staff = models.BooleanField()
    is_active = models.BooleanField()
    date_joined = models.DateTimeField()
    last_login = models.DateTimeField(null=True)

    class Meta(Mirror.Meta):
        db_table = "auth_user"


class UserGroup(Mirror):
    """Membership of a user in a group; a user may be in several."""

    user = reference("User")
    group = reference("Group")

    class Meta(Mirror.Meta):
        db_table = "auth_user_groups"


class UserSetting(Mirror):
    """Preferences of a user. Assumed: language, time zone, e-mail notifications, options."""

    user = one_to_one("User", related_name="usersetting")
    language = reference("Language")
    timezone = models.CharField(max_length=64, null=True)
    email_notifications = models.BooleanField(null=True)
    options = models.TextField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_usersetting"


class DoctorSetting(Mirror):
    """Agreements, account and preferences of a doctor; clinical_preferences is text that holds JSON.

    tier_type and installment_payments are integers of unknown meaning.
    """

    user = one_to_one("User", related_name="doctorsetting")
    clinical_preferences = models.TextField(null=True)
    sq_customer_id = models.CharField(max_length=255, null=True)
    promised_payment = models.BooleanField(null=True)
    credit = money()
    tier_finish = models.DateField(null=True)
    tier_type = models.SmallIntegerField(null=True)
    installment_payments = models.IntegerField(null=True)
    baa_agreed_at = models.DateTimeField(null=True)
    eula_agreed_at = models.DateTimeField(null=True)
    company_account = models.BooleanField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_doctorsetting"


class DoctorSettingMaster(Mirror):
    """A master technician assigned to a doctor. Assumed: both references."""

    doctorsetting = reference("DoctorSetting")
    user = reference("User")

    class Meta(Mirror.Meta):
        db_table = "dispatch_doctorsetting_masters"


class DoctorSettingSales(Mirror):
    """A sales person assigned to a doctor. Assumed: both references."""

    doctorsetting = reference("DoctorSetting")
    user = reference("User")

    class Meta(Mirror.Meta):
        db_table = "dispatch_doctorsetting_sales"
        verbose_name_plural = "doctor setting sales"


class Role(Mirror):
    """A job in the laboratory, of one user or of a group. The meaning of `type` is unknown."""

    name = models.CharField(max_length=255, null=True)
    abbrev = models.CharField(max_length=32, null=True)
    type = models.SmallIntegerField(null=True)
    order = models.IntegerField(null=True, db_column="order")
    user = reference("User")
    group = reference("Group")

    class Meta(Mirror.Meta):
        db_table = "dispatch_role"


class RolePermission(Mirror):
    """A permission that a role has."""

    role = reference("Role")
    permission = reference("Permission")

    class Meta(Mirror.Meta):
        db_table = "dispatch_role_permissions"


class Agent(Mirror):
    """A partner who acts for doctors; not a technician. Assumed: name, active."""

    user = reference("User")
    name = models.CharField(max_length=255, null=True)
    active = models.BooleanField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_agent"


class Client(Mirror):
    """A customer who is not a doctor. Assumed: every column."""

    user = reference("User")
    name = models.CharField(max_length=255, null=True)
    active = models.BooleanField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_client"


class Master(Mirror):
    """A master technician. Assumed: every column."""

    user = reference("User")
    name = models.CharField(max_length=255, null=True)
    active = models.BooleanField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_master"
