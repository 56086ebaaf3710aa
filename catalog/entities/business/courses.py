"""Courses: the kinds of treatment that products and orders belong to."""

from catalog.declare import Column, EntityMigration, OnInvalid
from catalog.target.models import Course
from catalog.target.models.codes import CourseType
from catalog.transforms import blank, json_value, numbered, one_of
from legacy.models import Course as LegacyCourse

#: Shared with products, whose type has the same codes.
COURSE_TYPE = dict(enumerate(CourseType, start=1))


class CourseMigration(EntityMigration, script=6, source=LegacyCourse, target=Course, match=("course_number",)):
    """A kind of treatment course."""

    course_number = Column("id", numbered("CRS-"))
    name = Column("name", blank)
    course_type = Column("type", one_of(COURSE_TYPE))
    customization = Column("customization", json_value, on_invalid=OnInvalid.KEEP_RAW)
